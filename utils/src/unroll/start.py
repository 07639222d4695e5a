"""Working copies of the course: ``python -m unroll.start`` makes them in ``work/``, ``python -m unroll.start 01`` those of an assignment.

Students run and change the copies. Git ignores ``work/``, so that pulling never meets what they did. Called again, this brings
what is new and leaves alone every file that was changed since it was copied.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

WORK = "work"
PAGE = "START.md"
_RECORD = ".copies.json"
# A copy of assignments/01_rnn_step is work/01_rnn_step, so links lead through one folder less.
_LINKS = (("](../../lectures/", "](../lectures/"), ("](../assignments/", "](../"), ("](assignments/", "]("))


class CannotStart(Exception):
    """The copies cannot be made; the message says why, and what to do."""


@dataclass
class Copies:
    """What became of the copies, by their path in ``work/``.

    Parameters
    ----------
    made
        New, or brought up to date.
    kept
        Changed by the student, where the course has a newer version.
    """

    made: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def bring(root: Path, assignment: str | None = None) -> Copies:
    """Make the copies that are missing, and bring those up to date that were not changed since.

    Parameters
    ----------
    root
        The course's folder.
    assignment
        Only this one, by its folder's name.

    Raises
    ------
    CannotStart
        If a copy cannot be written.
    """
    work, copies = root / WORK, Copies()
    known = _read_record(work)
    try:
        for name, content in _wanted(root, assignment):
            copy, fresh = work / name, _digest(content)
            found = _digest(copy.read_bytes()) if copy.is_file() else None
            if found is not None and found not in (fresh, known.get(name)):
                if known.get(name) != fresh:
                    copies.kept.append(name)
                continue
            if found != fresh:
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(content)
                copies.made.append(name)
            known[name] = fresh
        work.mkdir(exist_ok=True)
        (work / _RECORD).write_text(json.dumps(known, indent=1, sort_keys=True), encoding="utf-8")
    except OSError as error:
        raise CannotStart(
            f"{error.filename} cannot be written: {error.strerror}. Free space or fix its permissions, then try again."
        ) from error
    return copies


def find_assignment(root: Path, wanted: str) -> str:
    """The name of an assignment, from its name or its number.

    Raises
    ------
    CannotStart
        If there is none; the message lists those that there are.
    """
    names = sorted(path.name for path in (root / "assignments").glob("*") if path.is_dir())
    if not names:
        raise CannotStart(f"There is no folder assignments/ in {root}. Go to the folder of the course, and try again.")
    found = [name for name in names if wanted in (name, name.partition("_")[0], name.partition("_")[0].lstrip("0"))]
    if len(found) != 1:
        raise CannotStart(f"There is no assignment {wanted!r}. There are {', '.join(names)}.")
    return found[0]


def _wanted(root: Path, assignment: str | None) -> Iterator[tuple[str, bytes]]:
    """Every file that has a copy, by the copy's path in ``work/``, with the copy's content."""
    sources = [root / "assignments" / assignment] if assignment else [root / PAGE, root / "lectures", root / "assignments"]
    for source in sources:
        for path in [source] if source.is_file() else sorted(source.rglob("*")):
            inside = path.relative_to(root).parts
            if path.is_file() and not any(part.startswith(".") for part in inside):
                yield "/".join(inside[1:] if inside[0] == "assignments" else inside), _with_links(path)


def _with_links(path: Path) -> bytes:
    content = path.read_bytes()
    if path.suffix in (".ipynb", ".md"):
        for old, new in _LINKS:
            content = content.replace(old.encode(), new.encode())
    return content


def _read_record(work: Path) -> dict[str, str]:
    try:
        return dict(json.loads((work / _RECORD).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):  # none yet, or damaged: then every other copy counts as changed
        return {}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m unroll.start", description=__doc__.partition("\n")[0])
    parser.add_argument("assignment", nargs="?", help="its number or name, such as 01; all, and the lectures, by default")
    wanted, root = parser.parse_args().assignment, Path.cwd()
    try:
        name = find_assignment(root, wanted) if wanted else None
        copies = bring(root, name)
    except CannotStart as error:
        sys.exit(str(error))
    tell(copies)
    if name:
        print(f"Your copy: {WORK}/{name}/{name}.ipynb")


def tell(copies: Copies) -> None:
    """Print what a student wants to know of it."""
    for name in copies.kept:
        print(f"{WORK}/{name} has your changes, so it stays. The course has a newer version; to get it, move yours away.")


if __name__ == "__main__":
    main()
