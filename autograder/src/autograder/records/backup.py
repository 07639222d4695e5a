"""Keep what a run of ``grade`` is about to change, so that ``grade --undo`` can restore it."""

import contextlib
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from autograder.course import Course, CourseError
from autograder.files import remove, replacing
from autograder.records.damage import damage_of_file, means_damage

_KEPT = 5  # runs
_RUN = re.compile(r"\d{8}T\d{6}\.\d{6}Z")


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
        """Copy a course's gradebook and journal, and delete the oldest backups.

        Raises
        ------
        CourseError
            If the gradebook is damaged, in which case the backups stay as they are, or cannot be copied.
        """
        _require_sound(course)
        backups = _backups(course)
        for old in sorted(backups.iterdir())[: 1 - _KEPT]:  # hidden ones first, which runs that were killed have left
            remove(old)
        backup = cls(backups / datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ"))
        with replacing(backup._folder) as fresh:
            fresh.mkdir()
            gradebook = course.gradebook_file
            if gradebook is not None and gradebook.exists():
                try:
                    copy_database(gradebook, fresh / "gradebook.db")
                except sqlite3.Error as error:
                    raise CourseError(
                        f"The gradebook {gradebook} cannot be copied to {backups}: {error}. Free space, or close other programs that "
                        "use it, then run this again. Nothing was graded."
                    ) from error
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


@contextlib.contextmanager
def state_before(course: Course, since: datetime) -> Iterator[Course]:
    """The course with a copy of its gradebook as it was before the first run that began at or after a time.

    Raises
    ------
    CourseError
        If no run that is kept began since then.
    """
    found = [folder for folder in _finished(course) if _began(folder) >= since]
    if not found:
        kept = ", ".join(f"{_began(folder).astimezone():%Y-%m-%d %H:%M:%S}" for folder in _finished(course)) or "none"
        raise CourseError(f"No run of `grade` began since {since.astimezone():%Y-%m-%d %H:%M:%S}. Runs that are kept: {kept}.")
    with tempfile.TemporaryDirectory(prefix="before-") as folder:
        earlier = Course(config=course.config, parent=None)
        earlier.db_url = f"sqlite:///{folder}/gradebook.db"
        if (found[0] / "gradebook.db").exists():
            copy_database(found[0] / "gradebook.db", Path(folder, "gradebook.db"))
        yield earlier


@contextlib.contextmanager
def trial(course: Course) -> Iterator[Course]:
    """A copy of everything that grading changes, in which a run can be tried; sources and submissions are the course's own.

    Raises
    ------
    CourseError
        If the gradebook is damaged, or is not a file.
    """
    if course.gradebook_file is None:
        raise CourseError(f"The gradebook {course.db_url} is no SQLite file, so a run cannot be tried on a copy of it.")
    _require_sound(course)
    with tempfile.TemporaryDirectory(prefix="trial-") as folder:
        copied = Course(config=course.config, parent=None)
        copied.db_url = f"sqlite:///{folder}/gradebook.db"
        copied.autograded_directory = f"{folder}/autograded"
        copied.work_directory = f"{folder}/work"
        not_needed = shutil.ignore_patterns("backups", "attempts", "collected")
        shutil.copytree(course.records, copied.work / ".autograder", ignore=not_needed, symlinks=True)
        if course.gradebook_file.exists():
            copy_database(course.gradebook_file, Path(folder, "gradebook.db"))
        roster = course.roster_file
        if roster is not None and roster.parent != Path(course.root).resolve():
            shutil.copyfile(roster, copied.work / roster.name)
        yield copied


def damaged(course: Course, what: str) -> CourseError:
    """What to tell the user if the gradebook's file is damaged: what is wrong, and how to go back."""
    kept = _finished(course)
    way = (
        f"`autograder grade --undo` brings back gradebook and journal as they were on {_began(kept[-1]).astimezone():%d %B %Y, %H:%M:%S}, "
        "before the last run; copy the damaged file first if points were given by hand since."
        if kept
        else "There is no backup of ours; bring the file back from one of yours."
    )
    return CourseError(f"The gradebook {course.gradebook_file} is damaged: {what}. {way}")


def undo(course: Course) -> datetime:
    """Bring back what the last run of ``grade`` has changed.

    Returns
    -------
    datetime
        When that run began.

    Raises
    ------
    CourseError
        If there is nothing to undo, its backup is damaged, or the gradebook is not a file.
    """
    found = _finished(course)
    if not found:
        raise CourseError("There is no run of `grade` to undo.")
    folder = found[-1]
    gradebook = course.gradebook_file
    if gradebook is None:
        raise CourseError(f"The gradebook {course.db_url} is no SQLite file; bring it back with its own tools.")
    if (folder / "gradebook.db").exists():
        what = damage_of_file(folder / "gradebook.db")
        if what is not None:
            earlier = (
                "`grade --undo` takes the one before it" if len(found) > 1 else "bring the gradebook back from one of yours"
            )
            raise CourseError(
                f"The backup {folder} is damaged: {what}. Nothing was changed. Remove that folder; then {earlier}."
            )
        _bring_back(folder / "gradebook.db", gradebook)
    else:
        _remove_database(gradebook)
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
    return _began(folder)


def _began(folder: Path) -> datetime:
    return datetime.strptime(folder.name, "%Y%m%dT%H%M%S.%fZ").replace(tzinfo=UTC)


def _finished(course: Course) -> list[Path]:
    """The complete backups, the oldest first."""
    return sorted(path for path in _backups(course).iterdir() if _RUN.fullmatch(path.name))


def _require_sound(course: Course) -> None:
    """Look through the whole gradebook, so that a damaged one never takes the place of a good backup."""
    path = course.gradebook_file
    if path is None or not path.exists():
        return
    try:
        what = damage_of_file(path)
    except sqlite3.Error as error:
        raise CourseError(f"The gradebook {path} cannot be read: {error}.") from error
    if what is not None:
        raise damaged(course, what)


def _bring_back(kept: Path, gradebook: Path) -> None:
    try:
        copy_database(kept, gradebook)
    except sqlite3.Error as error:
        if not means_damage(error):
            raise CourseError(
                f"The gradebook {gradebook} cannot be written: {error}. Close other programs that use it."
            ) from error
        _remove_database(gradebook)
        copy_database(kept, gradebook)


def _remove_database(path: Path) -> None:
    for each in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))):
        each.unlink(missing_ok=True)


def _backups(course: Course) -> Path:
    folder = course.records / "backups"
    folder.mkdir(exist_ok=True)
    return folder


def _copy_folder(source: Path, target: Path) -> None:
    if source.exists():
        shutil.copytree(source, target, symlinks=True)


def copy_database(source: Path, target: Path) -> None:
    """Copy a database's file through SQLite, so that the write-ahead log is included and readers of the target see one state."""
    with contextlib.closing(sqlite3.connect(source)) as ours, contextlib.closing(sqlite3.connect(target)) as theirs:
        ours.backup(theirs)
