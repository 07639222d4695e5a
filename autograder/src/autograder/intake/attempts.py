"""Every attempt that a student handed in, which one counts, and what a run of ``collect`` changed, so that it can be taken back."""

import contextlib
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from autograder.course import Course, CourseError
from autograder.files import leftover, move, remove, write_file, write_folder
from autograder.intake.receipts import Receipt, write_receipt
from autograder.intake.regular_file import read_within
from autograder.intake.submission import STAMP_BYTES, parse_timestamp

STAMP = "timestamp.txt"
_NAME = re.compile(r"(?P<number>\d{4,})-(?P<time>\d{8}T\d{6}\.\d{6})Z-(?P<digest>[0-9a-f]{64})")
_TIME = "%Y%m%dT%H%M%S.%f"
_CHOICE = "counts"


@dataclass(frozen=True)
class Attempt:
    """What a student handed in at one time.

    Parameters
    ----------
    number
        1 for the first that was collected, then 2, 3 …; an attempt keeps its number.
    time
        When it was uploaded (UTC).
    digest
        SHA-256 of the paths and contents of its files.
    """

    number: int
    time: datetime
    digest: str

    @property
    def name(self) -> str:
        """The name of its folder."""
        return f"{self.number:04d}-{self.time.year:04d}{self.time.strftime(_TIME[2:])}Z-{self.digest}"


def latest(attempts: Iterable[Attempt]) -> Attempt | None:
    """The latest in time; of several at one time, the one that was collected last."""
    return max(attempts, key=lambda attempt: (attempt.time, attempt.number), default=None)


class Kept:
    """The attempts of one student at one assignment that are kept, with their files, in the course's records.

    Parameters
    ----------
    attempts
        By number.
    chosen
        The one that an instructor chose; None if the latest counts. A choice ends when a new attempt arrives.
    """

    def __init__(self, course: Course, assignment: str, student: str) -> None:
        self.folder = course.records / "attempts" / assignment / student
        self._course, self._assignment, self._student = course, assignment, student
        found = [_NAME.fullmatch(path.name) for path in self.folder.glob("[0-9]*")]
        self.attempts = sorted(
            (Attempt(int(each["number"]), _time(each["time"]), each["digest"]) for each in found if each),
            key=lambda attempt: attempt.number,
        )
        self.chosen: Attempt | None = None
        with contextlib.suppress(OSError, ValueError):
            number, of = map(int, (self.folder / _CHOICE).read_text().split())
            if self.attempts and of == self.attempts[-1].number:
                self.chosen = next((each for each in self.attempts if each.number == number), None)

    def find(self, number: int) -> Attempt:
        """The attempt with a number.

        Raises
        ------
        CourseError
            If there is none.
        """
        for attempt in self.attempts:
            if attempt.number == number:
                return attempt
        there = ", ".join(f"{each.number} ({each.time:%Y-%m-%d %H:%M:%S} UTC)" for each in self.attempts)
        raise CourseError(
            f"{self._student} has no attempt {number} at {self._assignment}. "
            + (f"There are {there}." if there else "None was collected.")
        )

    def files(self, attempt: Attempt) -> dict[str, bytes]:
        """The files of an attempt, by path."""
        folder = self.folder / attempt.name
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    def standing(self) -> datetime | None:
        """When the submission that now stands in the course was uploaded (UTC); None if there is none, or it does not say."""
        there = self._course.folder("submitted", self._assignment, self._student) / STAMP
        if not there.is_file() or there.is_symlink():
            return None
        stamp = parse_timestamp(read_within(there, STAMP_BYTES) or b"")
        return stamp and stamp.replace(tzinfo=UTC)


class Run:
    """What one run of ``collect`` changes in one assignment, noted down before each change, so that `undo` can take it back.

    Parameters
    ----------
    course, assignment
        Where.
    """

    def __init__(self, course: Course, assignment: str) -> None:
        self._course, self._assignment = course, assignment
        self._folder = _runs(course, assignment) / (datetime.now(UTC).strftime(_TIME) + "Z")

    def keep(self, student: str, attempt: Attempt, files: Mapping[str, bytes]) -> None:
        """Keep an attempt."""
        self._note(self._folder / "attempts" / student / attempt.name)
        write_folder(Kept(self._course, self._assignment, student).folder / attempt.name, files)

    def choose(self, student: str, attempt: Attempt | None) -> None:
        """Let an attempt count, until a new one arrives; None for the latest."""
        kept = Kept(self._course, self._assignment, student)
        self._note(self._folder / "choices" / student, str(kept.chosen.number if kept.chosen else ""))
        _write_choice(kept, attempt.number if attempt else None)

    def put(self, student: str, attempt: Attempt, files: Mapping[str, bytes]) -> None:
        """Let an attempt be the student's submission; the one that stood there before goes into the notes of this run."""
        folder = self._course.folder("submitted", self._assignment, student)
        if (old := leftover(folder)) is not None:
            move(old, self._folder / "leftover" / student)
        self._note_place(student, folder)
        stamp = {STAMP: attempt.time.isoformat().encode()}
        write_folder(folder, {**files, **stamp}, old=self._folder / "before" / student)

    def finish(self, student: str) -> None:
        """Put in order what a killed run left beside a submission."""
        folder = self._course.folder("submitted", self._assignment, student)
        if (old := leftover(folder)) is not None:
            self._note_place(student, folder)
            move(old, self._folder / "before" / student)

    def _note_place(self, student: str, folder: Path) -> None:
        self._note(self._folder / "places" / student, "replaced" if os.path.lexists(folder) else "new")

    def _note(self, path: Path, text: str = "") -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, text)


def undo(course: Course, assignment: str) -> datetime:
    """Take back the last run of ``collect`` for an assignment: the submissions it replaced stand there again.

    What it had collected is not deleted, but lies in the course's records, in ``collected/ASSIGNMENT/undone``.

    Returns
    -------
    datetime
        When that run began.

    Raises
    ------
    CourseError
        If there is none.
    """
    runs = _runs(course, assignment)
    found = sorted(path for path in runs.glob("[0-9]*") if path.is_dir())
    if not found:
        raise CourseError(f"No run of `collect` for {assignment} can be undone.")
    folder, back = found[-1], found[-1] / "back"
    for note in sorted((folder / "places").glob("[!.]*")):
        theirs, before = course.folder("submitted", assignment, note.name), folder / "before" / note.name
        if os.path.lexists(before) or note.read_text() == "new":
            if os.path.lexists(theirs) and not os.path.lexists(back / "submitted" / note.name):
                move(theirs, back / "submitted" / note.name)
            if os.path.lexists(before):
                move(before, theirs)
            else:
                with contextlib.suppress(OSError):
                    theirs.parent.rmdir()  # if nothing else of theirs is in it
    for note in sorted((folder / "choices").glob("[!.]*")):
        kept = Kept(course, assignment, note.name)
        _write_choice(kept, int(number) if (number := note.read_text()) else None)
    for note in sorted((folder / "attempts").glob("[!.]*/[!.]*")):
        student, kept = note.parent.name, Kept(course, assignment, note.parent.name)
        for attempt in kept.attempts:
            if attempt.name == note.name:
                move(kept.folder / attempt.name, back / "attempts" / student / attempt.name)
                time, why = attempt.time.isoformat(), "taken back by `collect --undo`"
                write_receipt(
                    course, Receipt(student, assignment, time, "", attempt.digest, refused=why, attempt=attempt.number)
                )
    move(folder, runs / "undone" / folder.name)
    return _time(folder.name.removesuffix("Z"))


def _write_choice(kept: Kept, number: int | None) -> None:
    if number is None:
        remove(kept.folder / _CHOICE)
    else:
        write_file(kept.folder / _CHOICE, f"{number} {kept.attempts[-1].number}\n")


def _runs(course: Course, assignment: str) -> Path:
    return course.records / "collected" / assignment


def _time(text: str) -> datetime:
    return datetime.strptime(text, _TIME).replace(tzinfo=UTC)
