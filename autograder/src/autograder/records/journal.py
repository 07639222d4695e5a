"""The journal: one line per recorded submission, which says what need not be done again."""

import json
import math
import os
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from dataclasses import fields as dataclass_fields
from datetime import UTC, datetime
from pathlib import Path

from nbgrader import utils
from unroll.checks import Report

from autograder.assignment import is_automatic
from autograder.notebook import unpack
from autograder.transcript import Remark, Transcript, Verdict

_SAID = 200  # characters
_NUMBER = re.compile(r"[-+]?\d+(\.\d*)?(e[-+]?\d+)?")


@dataclass
class Entry:
    """One recorded submission.

    Parameters
    ----------
    student, assignment
        Whose submission, and for which assignment.
    submission, source
        Digests of the submission and of the source it was graded against.
    verdict, reason
        As in the transcript.
    score, max_score
        Points, or None.
    late, penalty
        Seconds after the due date, and the points that they cost.
    remarks
        What explains the score, or should be known of it, in sentences.
    shares
        For each judged cell, the share of each of its checks, 0 to 1.
    hints
        For each check, the misconceptions that were named.
    unnamed
        For each check that failed without a misconception: what the judge said of its first wrong case, with # for numbers.
    points
        Automatic points of this run, by grade id.
    environment
        Digest of the Python and the packages it ran with.
    trust
        ``judged`` if a judge outside the kernel set every automatic point, otherwise ``watched``; ``unjailed`` if the kernel
        could have reached anything on the machine.
    seconds, cpu, memory
        Resources the run used.
    runs
        2 if it was executed a second time, alone.
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
    penalty: float = 0.0
    remarks: dict[Remark, str] = field(default_factory=dict)
    shares: dict[str, dict[str, float]] = field(default_factory=dict)
    hints: dict[str, list[str]] = field(default_factory=dict)
    unnamed: dict[str, str] = field(default_factory=dict)
    points: dict[str, float] = field(default_factory=dict)
    environment: str = ""
    trust: str = "watched"
    seconds: float = 0.0
    cpu: float = 0.0
    memory: int = 0
    runs: int = 1
    time: str = ""

    @property
    def explanation(self) -> str:
        """Why the run ended as it did, and the remarks."""
        return "; ".join(filter(None, [self.reason, *self.remarks.values()]))

    @classmethod
    def of(cls, transcript: Transcript, **known) -> "Entry":
        """Make an entry from a transcript; `known` are the fields it does not have."""
        shares: dict[str, dict[str, float]] = {}
        hints: dict[str, list[str]] = {}
        unnamed: dict[str, str] = {}
        for reports in transcript.reports.values():
            for grade_id, judged in reports.items():
                shares[grade_id] = {report.name: report.share for report in judged}
                hints |= {report.name: list(report.hints) for report in judged if report.hints}
                unnamed |= {report.name: _said(report) for report in judged if _is_wrong(report)}
        names = ("student", "assignment", "verdict", "reason", "environment", "seconds", "cpu", "memory", "runs")
        same = {name: getattr(transcript, name) for name in names}
        points = automatic_points(transcript)
        return cls(
            **same,
            shares=shares,
            hints=hints,
            unnamed=unnamed,
            points=points,
            time=datetime.now(UTC).isoformat(timespec="seconds"),
            **known,
        )


def _is_wrong(report: Report) -> bool:
    """Wrong in a way that has no name; one that is not written is not wrong in any way."""
    return not report.passed and not report.hints and not report.unwritten


def _said(report: Report) -> str:
    """What the judge said of the first wrong case; the numbers in it belong to one submission's inputs alone."""
    row = next((row for row in report.rows if not row.passed), None)
    if row is None:
        return ""
    if row.error is not None:
        raised = f"{row.error.type}: {row.error.message}" if row.error.message else row.error.type
        return _NUMBER.sub("#", f"raises {raised}")[:_SAID]
    return _NUMBER.sub("#", f"{row.label}: {row.detail}")[:_SAID]


def automatic_points(transcript: Transcript) -> dict[str, float]:
    """The points of a run's automatic cells by grade id, as nbgrader reads them from the executed notebooks."""
    cells = [cell for text in transcript.notebooks.values() for cell in unpack(text).cells]
    return {cell.metadata.nbgrader.grade_id: utils.determine_grade(cell)[0] for cell in cells if is_automatic(cell)}


class Journal:
    """The journal of a course. Reading it skips a truncated last line.

    Parameters
    ----------
    path
        The file, created with the first entry.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, entry: Entry) -> None:
        """Append an entry and sync it to disk."""
        with open(self._path, "a+b") as file:
            if file.tell():
                file.seek(-1, os.SEEK_END)
                if file.read(1) != b"\n":
                    file.write(b"\n")  # an earlier run was cut off in the middle of a line
            file.write(json.dumps(asdict(entry)).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def history(self, assignment: str) -> list[Entry]:
        """All entries of one assignment, in the order in which they were written."""
        if not self._path.exists():
            return []
        entries = map(_entry_in, self._path.read_bytes().splitlines())
        return [entry for entry in entries if entry is not None and entry.assignment == assignment]

    def latest(self, assignment: str) -> dict[str, Entry]:
        """The last entry of each student in one assignment."""
        return {entry.student: entry for entry in self.history(assignment)}

    def unreadable(self) -> int:
        """How many lines are no entries, because they were cut off, changed by hand, or written by a later version."""
        lines = self._path.read_bytes().splitlines() if self._path.exists() else []
        return sum(_entry_in(line) is None for line in lines)


@dataclass(frozen=True)
class Repeats:
    """Submissions that were graded more than once though nothing had changed.

    Parameters
    ----------
    count
        How many students have one.
    unsteady
        Those of them whose automatic points differed, each with the points in order.
    """

    count: int
    unsteady: dict[str, list[float]]


def repeats(history: Iterable[Entry]) -> Repeats:
    """Look for grades that depend on chance: the same submission, source and environment should give the same points."""
    runs: dict[tuple[str, str, str, str], list[Entry]] = defaultdict(list)
    for entry in history:
        if entry.points:
            runs[entry.student, entry.submission, entry.source, entry.environment].append(entry)
    again = [same for same in runs.values() if len(same) > 1]
    unsteady = {
        same[0].student: [sum(entry.points.values()) for entry in same]
        for same in again
        if any(entry.points != same[0].points for entry in same)
    }
    return Repeats(len({same[0].student for same in again}), unsteady)


def mistakes_made(entries: Iterable[Entry]) -> list[tuple[int, str, str]]:
    """How many students made each named mistake, the mistake, and its check; most frequent first."""
    made = Counter((check, hint) for entry in entries for check, hints in entry.hints.items() for hint in dict.fromkeys(hints))
    return [(count, hint, check) for (check, hint), count in sorted(made.items(), key=lambda item: (-item[1], item[0]))]


def _entry_in(line: bytes) -> Entry | None:
    """The entry of a line; None if the line was cut off or changed by hand into something else."""
    try:
        fields = json.loads(line)
        remarks = {Remark(kind): sentence for kind, sentence in fields.get("remarks", {}).items()}
        entry = Entry(**{**fields, "verdict": Verdict(fields["verdict"]), "remarks": remarks})
        return entry if all(_FORMS[field.name](getattr(entry, field.name)) for field in dataclass_fields(Entry)) else None
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        return None


def _text(value: object) -> bool:
    return isinstance(value, str)


def _number(value: object) -> bool:
    return isinstance(value, (int, float)) and math.isfinite(value)


def _table(of: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, dict) and all(map(_text, value)) and all(map(of, value.values()))


_FORMS = {
    **dict.fromkeys(
        ("student", "assignment", "submission", "source", "verdict", "reason", "environment", "trust", "time"), _text
    ),
    **dict.fromkeys(("late", "penalty", "seconds", "cpu", "memory", "runs"), _number),
    **dict.fromkeys(("score", "max_score"), lambda value: value is None or _number(value)),
    "shares": _table(_table(_number)),
    "remarks": _table(_text),
    "unnamed": _table(_text),
    "hints": _table(lambda value: isinstance(value, list) and all(map(_text, value))),
    "points": _table(_number),
}
