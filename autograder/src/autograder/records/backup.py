"""Keep what a run of ``grade`` is about to change, so that ``grade --undo`` can restore it."""

import contextlib
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from autograder.course import Course, CourseError
from autograder.files import remove, replacing

_KEPT = 5  # runs


class Backup:
    """The state of a course before one run: gradebook, journal, and the autograded notebooks the run replaces.

    Parameters
    ----------
    folder
        Where it lies.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def begin(cls, course: Course) -> "Backup":
        """Copy a course's gradebook and journal, and delete the oldest backups."""
        backups = _backups(course)
        for old in sorted(backups.iterdir())[: 1 - _KEPT]:  # hidden ones first, which runs that were killed have left
            remove(old)
        backup = cls(backups / datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ"))
        with replacing(backup._folder) as fresh:
            fresh.mkdir()
            gradebook = course.gradebook_file
            if gradebook is not None and gradebook.exists():
                _copy_database(gradebook, fresh / "gradebook.db")
            if course.journal.exists():
                shutil.copyfile(course.journal, fresh / "journal.jsonl")
        return backup

    def keep(self, course: Course, assignment: str, student: str) -> None:
        """Copy a student's autograded notebooks here, if there are any; note down that there will be new ones."""
        place = self._folder / "autograded" / student / assignment
        if place.exists():
            return  # the second run of a submission
        with replacing(place) as fresh:
            fresh.mkdir()
            _copy_folder(course.folder("autograded", assignment, student), fresh / "before")

    def discard(self) -> None:
        """Forget it: the run has changed nothing."""
        remove(self._folder)


def undo(course: Course) -> datetime:
    """Bring back what the last run of ``grade`` has changed.

    Returns
    -------
    datetime
        When that run began.

    Raises
    ------
    CourseError
        If there is nothing to undo, or the gradebook is not a file.
    """
    found = sorted(path for path in _backups(course).iterdir() if not path.name.startswith("."))
    if not found:
        raise CourseError("There is no run of `grade` to undo.")
    folder = found[-1]
    gradebook = course.gradebook_file
    if gradebook is None:
        raise CourseError(f"The gradebook {course.db_url} is no SQLite file; bring it back with its own tools.")
    if (folder / "gradebook.db").exists():
        _copy_database(folder / "gradebook.db", gradebook)
    else:
        for path in (gradebook, *(gradebook.with_name(gradebook.name + end) for end in ("-wal", "-shm"))):
            path.unlink(missing_ok=True)
    if (folder / "journal.jsonl").exists():
        with replacing(course.journal) as fresh:
            shutil.copyfile(folder / "journal.jsonl", fresh)
    else:
        course.journal.unlink(missing_ok=True)
    for place in sorted(folder.glob("autograded/*/[!.]*")):
        theirs = course.folder("autograded", place.name, place.parent.name)
        if (place / "before").exists():
            with replacing(theirs) as fresh:
                _copy_folder(place / "before", fresh)
        else:
            remove(theirs)
    remove(folder)  # not before: an undoing that is interrupted starts from the beginning
    return datetime.strptime(folder.name, "%Y%m%dT%H%M%S.%fZ").replace(tzinfo=UTC)


def _backups(course: Course) -> Path:
    folder = course.records / "backups"
    folder.mkdir(exist_ok=True)
    return folder


def _copy_folder(source: Path, target: Path) -> None:
    if source.exists():
        shutil.copytree(source, target, symlinks=True)


def _copy_database(source: Path, target: Path) -> None:
    """Copy through SQLite, so that the write-ahead log is included and readers of the target see one state."""
    with contextlib.closing(sqlite3.connect(source)) as ours, contextlib.closing(sqlite3.connect(target)) as theirs:
        ours.backup(theirs)
