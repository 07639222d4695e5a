"""What is kept of each run, so that answers can be judged again without a kernel."""

import gzip
import json
import zlib
from dataclasses import asdict, dataclass
from pathlib import Path

from autograder.course import Course
from autograder.files import replacing
from autograder.transcript import JudgedCell, Transcript

_MOST_BYTES = 8 << 20  # of one submission's run, compressed


@dataclass(frozen=True)
class KeptRun:
    """One submission's run.

    Parameters
    ----------
    run
        Digest of what the kernel ran.
    notebooks
        The executed notebooks, packed, by name.
    judged
        The judged cells, by notebook and grade id.
    environment, seconds, cpu, memory, processes
        As in the transcript.
    """

    run: str
    notebooks: dict[str, str]
    judged: dict[str, dict[str, JudgedCell]]
    environment: str
    seconds: float
    cpu: float
    memory: int
    processes: int


def keep_run(course: Course, transcript: Transcript, run: str) -> None:
    """Write down what a run gave, in place of the student's earlier one; nothing if it is very large.

    Parameters
    ----------
    run
        Digest of what the kernel ran.
    """
    path = _path(course, transcript.assignment, transcript.student)
    names = ("notebooks", "environment", "seconds", "cpu", "memory", "processes")
    judged = {name: {grade_id: asdict(cell) for grade_id, cell in cells.items()} for name, cells in transcript.judged.items()}
    content = {"run": run, "judged": judged, **{name: getattr(transcript, name) for name in names}}
    packed = gzip.compress(json.dumps(content).encode(), compresslevel=1)
    if len(packed) > _MOST_BYTES:
        path.unlink(missing_ok=True)
        return
    with replacing(path) as fresh:
        fresh.write_bytes(packed)


def kept_run(course: Course, assignment: str, student: str) -> KeptRun | None:
    """What was kept of a student's last run; None if there is nothing, or nothing that can be read."""
    try:
        content = json.loads(gzip.decompress(_path(course, assignment, student).read_bytes()))
        judged = {
            name: {grade_id: JudgedCell(**cell) for grade_id, cell in cells.items()}
            for name, cells in content.pop("judged").items()
        }
        return KeptRun(judged=judged, **content)
    except (OSError, EOFError, zlib.error, ValueError, TypeError, KeyError, AttributeError):
        return None  # the submission is executed again


def _path(course: Course, assignment: str, student: str) -> Path:
    return course.records / "answers" / assignment / f"{student}.json.gz"
