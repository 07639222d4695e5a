"""The grader's own health: what the instructor's notebooks get when they are graded beside the class, each time with other hidden cases."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from nbgrader import utils

from autograder.assignment import is_automatic
from autograder.course import Course
from autograder.files import write_file
from autograder.notebook import unpack
from autograder.transcript import Transcript, Verdict, environment_digest

_SAID = 300  # characters


@dataclass(frozen=True)
class Health:
    """What became of the instructor's notebooks.

    Parameters
    ----------
    source, environment
        Digests of the source, and of the Python and the packages, that were tried.
    runs
        How often they were graded.
    failed
        What lost points, each time, by run: the check and its case, or the cell, and what the judge or the test said.
    """

    source: str
    environment: str
    runs: int
    failed: list[dict[str, str]] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """True if they got all automatic points each time."""
        return not any(self.failed)

    @property
    def flaws(self) -> list[tuple[str, int, str]]:
        """What lost points, in how many runs, and what was said the first time."""
        names = dict.fromkeys(name for run in self.failed for name in run)
        said = {name: [run[name] for run in self.failed if name in run] for name in names}
        return [(name, len(each), each[0]) for name, each in said.items()]


def health_of(source: str, transcripts: Iterable[Transcript]) -> Health | None:
    """The health that these runs show; None if the machine was at fault in one, so that they must be repeated."""
    runs = list(transcripts)
    if any(run.verdict is Verdict.FAULT for run in runs):
        return None
    return Health(source, environment_digest(), len(runs), [_failed(run) for run in runs])


def _failed(run: Transcript) -> dict[str, str]:
    """What lost points in one run, by name."""
    if run.verdict is not Verdict.GRADED:
        return {"the whole run": f"{run.verdict}: {run.reason}"[:_SAID]}
    judged = {grade_id: reports for notebook in run.reports.values() for grade_id, reports in notebook.items()}
    rows = [(report.name, row) for reports in judged.values() for report in reports for row in report.rows if not row.passed]
    failed = {f"check {check}, case {row.label}": row.detail[:_SAID] for check, row in rows}
    for cell in (cell for text in run.notebooks.values() for cell in unpack(text).cells if is_automatic(cell)):
        earned, most = utils.determine_grade(cell)
        grade_id = cell.metadata.nbgrader.grade_id
        if earned < most and grade_id not in judged:
            errors = [output for output in cell.outputs if output.output_type == "error"]
            failed[f"cell {grade_id}"] = (
                f"{errors[0].ename}: {errors[0].evalue}"[:_SAID] if errors else f"{earned:g} of {most:g}"
            )
    return failed


def read_health(course: Course, assignment: str, source: str) -> Health | None:
    """What is recorded for this source in this environment; None if that was not tried."""
    found = _records(course).get(assignment)
    same = found is not None and (found.source, found.environment) == (source, environment_digest())
    return found if same else None


def write_health(course: Course, assignment: str, health: Health) -> None:
    records = {name: asdict(each) for name, each in (_records(course) | {assignment: health}).items()}
    write_file(_file(course), json.dumps(records, indent=1))


def _file(course: Course) -> Path:
    return course.records / "health.json"


def _records(course: Course) -> dict[str, Health]:
    """All records, without what a hand or a disk has made of them."""
    try:
        found = json.loads(_file(course).read_text("utf-8"))
        return {str(name): Health(**record) for name, record in found.items() if _is_record(record)}
    except (FileNotFoundError, ValueError, TypeError, AttributeError, RecursionError):
        return {}


def _is_record(record: object) -> bool:
    return (
        isinstance(record, dict)
        and isinstance(record.get("source"), str)
        and isinstance(record.get("environment"), str)
        and isinstance(record.get("runs"), int)
        and isinstance(failed := record.get("failed"), list)
        and all(isinstance(run, dict) and all(isinstance(said, str) for said in run.values()) for run in failed)
    )
