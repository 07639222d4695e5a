"""Write the environment.yml files, for users of conda: the versions of a lock, pinned."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
# By the file that is written: the lock, and what is installed in place.
ENVIRONMENTS = {
    "environment.yml": ("requirements/cpu.lock", ["utils", "autograder"]),
    "student/environment.yml": ("student/requirements.lock", ["utils"]),
}


def pins(lock: Path) -> list[str]:
    """Every requirement of a lock as one line, with its marker and without its hashes."""
    return [line.rstrip(" \\") for line in lock.read_text().splitlines() if re.match(r"^[a-z0-9]", line)]


def environment(name: str) -> str:
    """The text of one of the files."""
    lock, ours = ENVIRONMENTS[name]
    packages = "".join(f'      - "{pin}"\n' for pin in pins(ROOT / lock))
    in_place = "".join(f"      - -e ./{folder}\n" for folder in ours)
    return f"""# Written by `make lock` from {lock.removeprefix("student/")}; a test holds the two together.
# conda env create -f environment.yml && conda activate unroll
name: unroll
channels:
  - conda-forge
dependencies:
  - python>=3.11,<3.14
  - pip
  - pip:
{packages}{in_place}"""


if __name__ == "__main__":
    for name in ENVIRONMENTS:
        (ROOT / name).write_text(environment(name))
