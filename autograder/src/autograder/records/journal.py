"""The grader's diary: one line for each submission that was recorded. It says what need not be done again."""

import json
import os
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from nbgrader import utils

from autograder.assignment import is_automatic
from autograder.notebook import unpack
from autograder.transcript import Transcript, Verdict


@dataclass
class Entry:
    """One recorded submission.

    Parameters
    ----------
    student, assignment
        Whose, and what for.
    submission, source
        Digests of what was handed in and of the sources it was graded against.
    verdict, reason
        As the transcript has them.
    score, max_score
        Points, None where there are none.
    late
        Seconds after the due date.
    shares
        For each judged cell the share of each of its checks, 0 to 1.
    hints
        For each check the misconceptions that were named.
    points
        Automatic points by grade id, as they came from this run.
    environment
        Digest of the Python and the packages that it was run with.
    trust
        ``judged`` if a judge outside the kernel gave every automatic point, else ``watched``; ``unjailed`` if the kernel
        could have reached anything on the machine.
    seconds, cpu, memory
        What the run took.
    time
        When it was recorded.
    """

    student: str
    assignment: str
    submission: str
    source: str
    verdict: Verdict
    reason: str = ""
    score: float | None = None
    max_score: float | None = None
    late: float = 0.0
    shares: dict[str, dict[str, float]] = field(default_factory=dict)
    hints: dict[str, list[str]] = field(default_factory=dict)
    points: dict[str, float] = field(default_factory=dict)
    environment: str = ""
    trust: str = "watched"
    seconds: float = 0.0
    cpu: float = 0.0
    memory: int = 0
    time: str = ""

    @classmethod
    def of(cls, transcript: Transcript, **known) -> "Entry":
        """An entry for a transcript; `known` are the fields that it does not have."""
        shares: dict[str, dict[str, float]] = {}
        hints: dict[str, list[str]] = {}
        for reports in transcript.reports.values():
            for grade_id, judged in reports.items():
                shares[grade_id] = {report.name: report.share for report in judged}
                hints |= {report.name: list(report.hints) for report in judged if report.hints}
        names = ("student", "assignment", "verdict", "reason", "environment", "seconds", "cpu", "memory")
        same = {name: getattr(transcript, name) for name in names}
        points = automatic_points(transcript)
        return cls(
            **same, shares=shares, hints=hints, points=points, time=datetime.now(UTC).isoformat(timespec="seconds"), **known
        )


def automatic_points(transcript: Transcript) -> dict[str, float]:
    """What the automatic cells of a run earned, by grade id, as nbgrader reads it off the executed notebooks."""
    cells = [cell for text in transcript.notebooks.values() for cell in unpack(text).cells]
    return {cell.metadata.nbgrader.grade_id: utils.determine_grade(cell)[0] for cell in cells if is_automatic(cell)}


class Journal:
    """The journal of a course; reading it forgives a last line that was cut off.

    Parameters
    ----------
    path
        Of the file; made at the first entry.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, entry: Entry) -> None:
        """Append an entry and see it onto the disk."""
        with open(self._path, "a+b") as file:
            if file.tell():
                file.seek(-1, os.SEEK_END)
                if file.read(1) != b"\n":
                    file.write(b"\n")  # an earlier run was cut off in mid-line
            file.write(json.dumps(asdict(entry)).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def latest(self, assignment: str) -> dict[str, Entry]:
        """The last entry of each student for one assignment."""
        entries: dict[str, Entry] = {}
        if not self._path.exists():
            return entries
        for line in self._path.read_bytes().splitlines():
            try:
                fields = json.loads(line)
                entry = Entry(**{**fields, "verdict": Verdict(fields["verdict"])})
            except (ValueError, TypeError, KeyError, RecursionError):
                continue
            if entry.assignment == assignment:
                entries[entry.student] = entry
        return entries
