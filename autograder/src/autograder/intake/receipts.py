"""The receipts of uploads: a file that only grows, one line for each upload at each time it was collected or refused."""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime

from autograder.course import Course

FILE = "receipts.jsonl"


@dataclass(frozen=True)
class Receipt:
    """The record of one upload.

    Parameters
    ----------
    student, assignment
        Whose upload, and for which assignment.
    time
        When it was uploaded, ISO 8601, UTC.
    origin
        Its name in the collected folder or archive.
    digest
        SHA-256 of the paths and contents of its files.
    files
        SHA-256 of each file, by path.
    refused
        Why it is not what counts; empty if it is.
    why
        How the student was found.
    left_out
        Folders in it that tools made, such as ``venv``; they were not collected.
    release
        The release that its notebook was made from, as that says; empty if it does not.
    attempt
        Its number among the student's attempts, which are all kept (:mod:`autograder.intake.attempts`); 0 if it is not one.
    """

    student: str
    assignment: str
    time: str
    origin: str
    digest: str = ""
    files: dict[str, str] = field(default_factory=dict)
    refused: str = ""
    why: str = ""
    left_out: list[str] = field(default_factory=list)
    attempt: int = 0
    release: str = ""

    @property
    def uploaded(self) -> datetime:
        """When it was uploaded."""
        return datetime.fromisoformat(self.time)


def receipts(course: Course) -> Iterator[Receipt]:
    """All receipts, in the order they were written."""
    path = course.records / FILE
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            yield Receipt(**json.loads(line))


def write_receipt(course: Course, receipt: Receipt) -> None:
    """Append a receipt to the course's."""
    line = json.dumps(asdict(receipt)).encode() + b"\n"
    descriptor = os.open(course.records / FILE, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "ab") as file:
        file.write(line)


def hashes_of(files: Mapping[str, bytes]) -> dict[str, str]:
    """SHA-256 of each file, by path."""
    return {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}


def digest_of(hashes: Mapping[str, str]) -> str:
    """SHA-256 of the paths and contents of files, from their own (:func:`hashes_of`); empty for none."""
    return hashlib.sha256(json.dumps(hashes).encode()).hexdigest() if hashes else ""
