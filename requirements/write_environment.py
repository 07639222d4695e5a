"""Write environment.yml, for users of conda, from cpu.lock: the same versions, pinned."""

import re
from pathlib import Path

HERE = Path(__file__).parent
TARGET = HERE.parent / "environment.yml"


def pins() -> list[str]:
    """Every requirement of cpu.lock as one line, with its marker and without its hashes."""
    lines = (HERE / "cpu.lock").read_text().splitlines()
    return [line.rstrip(" \\") for line in lines if re.match(r"^[a-z0-9]", line)]


def environment() -> str:
    """The text of environment.yml."""
    packages = "".join(f'      - "{pin}"\n' for pin in pins())
    return f"""# Written by `make lock` from requirements/cpu.lock; a test holds the two together.
# conda env create -f environment.yml && conda activate unroll
name: unroll
channels:
  - conda-forge
dependencies:
  - python>=3.11,<3.14
  - pip
  - pip:
{packages}      - -e ./utils
      - -e ./autograder
"""


if __name__ == "__main__":
    TARGET.write_text(environment())
