"""The repository's address, which install lines and badges name: ``make address URL=https://github.com/someone/their-course``.

It stands in utils/pyproject.toml, and everywhere else it is a copy: this command writes the new one into every text file and
notebook, and into the public cases that come with the assignments.
"""

import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).parent.parent
PROJECT = Path("utils", "pyproject.toml")
TEXTS = {".py", ".md", ".ipynb", ".toml", ".yml", ".html"}


def address(root: Path = ROOT) -> str:
    """The address, as ``https://github.com/unroll-course/unroll``."""
    found: str = tomllib.loads((root / PROJECT).read_text("utf-8"))["project"]["urls"]["Repository"]
    return found


def install_line(root: Path = ROOT) -> str:
    """What pip installs `unroll` from."""
    return f"unroll-course @ git+{address(root)}#subdirectory=utils"


def texts(root: Path = ROOT) -> list[Path]:
    """The repository's text files."""
    listed = subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True, check=True).stdout.splitlines()
    return [root / name for name in listed if Path(name).suffix in TEXTS]


def move(new: str, root: Path = ROOT) -> list[Path]:
    """Write another address in the place of the present one; gives the files that were changed."""
    new = new.strip().removesuffix("/").removesuffix(".git")
    if not new.startswith("https://") or new.count("/") < 4:
        raise SystemExit(f"{new!r} is no address of a repository; say URL=https://github.com/someone/their-course")
    old = address(root)
    # Badges name a repository on GitHub without its host.
    pairs = [(old, new), (old.replace("https://github.com/", "/github/"), new.replace("https://github.com/", "/github/"))]
    changed = []
    for path in texts(root):
        before = after = path.read_text("utf-8")
        for one, other in pairs:
            after = after.replace(one, other)
        if after != before:
            path.write_text(after, "utf-8")
            changed.append(path)
    return changed


def move_released(root: Path = ROOT) -> list[Path]:
    """Write the released notebooks, as they are now, into the public cases; gives the files. The cases themselves stay."""
    from autograder.assignment import Assignment
    from autograder.course import Course
    from autograder.release import released_notebooks
    from unroll.checks import frozen

    course, written = Course.load(root), []
    for path in sorted(root.glob("assignments/*/*.npz")):
        assignment = Assignment(course, path.stem)
        cases = replace(
            frozen.load(path), release=assignment.digest, notebooks=released_notebooks(assignment, assignment.version)
        )
        for place in (path, Path(root, course.public_directory or "", path.name)):
            frozen.save(place, cases)
            written.append(place)
    return written


def main() -> None:
    for path in [*move(sys.argv[1] if sys.argv[1:] else ""), *move_released()]:
        print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
