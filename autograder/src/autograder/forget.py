"""Remove a student's work from a course, and say what of them remains."""

import contextlib
import glob
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Student, SubmittedAssignment

from autograder.course import Course, CourseError
from autograder.files import remove, replacing
from autograder.names import wrong_with_name
from autograder.records.gradebook import open_gradebook

# Below the records: answers kept of runs, what `grade --undo` and `collect --undo` would bring back, and every attempt handed in.
_RUNS = ("attempts", "choices", "places", "before", "leftover", "back/submitted", "back/attempts")
_KEPT = (
    "answers/*/{}.json.gz",
    "backups/*/autograded/{}",
    "attempts/*/{}",
    *(f"collected/*/{run}/{kind}/{{}}" for run in ("*", "undone/*") for kind in _RUNS),
)
_WRITTEN = ("report/*.html", "*.csv", "*.zip")  # by other commands, into the work folder


@dataclass(frozen=True)
class Traces:
    """What a course has of one student.

    Parameters
    ----------
    student
        Who.
    paths
        Their files and folders.
    lines
        For each file of records with a line for each submission or upload, how many are theirs.
    rows
        Their submissions in the gradebook, which `forget` leaves there.
    known
        Whether the gradebook has them at all.
    named
        Files that other commands wrote and that name them.
    """

    student: str
    paths: list[Path]
    lines: dict[Path, int]
    rows: int
    known: bool
    named: list[Path]

    @property
    def removable(self) -> bool:
        return bool(self.paths or self.lines)


def traces(course: Course, student: str) -> Traces:
    """Find what a course has of a student.

    Raises
    ------
    CourseError
        If it has nothing, or the name is none that a student's folder can have.
    """
    wrong = wrong_with_name(student) if student else "it is empty"
    if wrong or "/" in student:
        raise CourseError(f"{student!r} is no student's name: {wrong or 'it has a slash'}.")
    name = glob.escape(student)
    steps = ("submitted", "autograded", "feedback")
    paths = [Path(course.root, getattr(course, f"{step}_directory"), student) for step in steps]
    paths += [path for pattern in _KEPT for path in sorted(course.records.glob(pattern.format(name)))]
    lines = {path: count for path in sorted(course.records.rglob("*.jsonl")) if (count := _count(path, student))}
    rows, known = 0, False
    if course.gradebook_file is None or course.gradebook_file.exists():
        with open_gradebook(course) as gradebook:
            known = gradebook.db.get(Student, student) is not None
            rows = gradebook.db.query(SubmittedAssignment).filter_by(student_id=student).count()
    there = [path for path in paths if path.exists()]
    if not there and not lines and not known:
        raise CourseError(f"The course {course.root} has nothing of a student {student!r}.")
    written = [path for pattern in _WRITTEN for path in sorted(course.work.glob(pattern))]
    return Traces(student, there, lines, rows, known, [path for path in written if _names(path, student)])


def forget(found: Traces) -> None:
    """Remove the files, folders and lines that were found. The gradebook and the files of other commands stay."""
    for path in found.paths:
        remove(path)
    for path in found.lines:
        kept = [line for line in path.read_bytes().splitlines(keepends=True) if not _is_of(line, found.student)]
        with replacing(path) as fresh:
            fresh.write_bytes(b"".join(kept))
            shutil.copymode(path, fresh)


def _count(path: Path, student: str) -> int:
    return sum(_is_of(line, student) for line in path.read_bytes().splitlines())


def _is_of(line: bytes, student: str) -> bool:
    with contextlib.suppress(ValueError, RecursionError):
        content = json.loads(line)
        return isinstance(content, dict) and content.get("student") == student
    return False  # cut off or changed by hand


def _names(path: Path, student: str) -> bool:
    return path.suffix == ".zip" or student.encode() in path.read_bytes()
