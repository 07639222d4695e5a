"""What explains few points: the wrong notebook, an untouched one, a package or a file that was not there."""

import json
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from nbformat import NotebookNode
from nbgrader import utils
from unroll.checks.sentences import joined, said
from unroll.checks.version import version_in

from autograder.assignment import Assignment, Source, is_automatic
from autograder.intake.submission import Submission
from autograder.notebook import grade_id_of
from autograder.transcript import Remark

_NOT_THERE = ("ModuleNotFoundError", "ImportError", "FileNotFoundError")
_MESSAGE, _LINE = 150, 60  # characters of an error's message, and of the line that a cell begins with


def remarks_on(assignment: Assignment, submission: Submission, executed: dict[str, NotebookNode]) -> dict[Remark, str]:
    """The remarks on a graded submission: those made when it was read, and those that its executed notebooks give reason for.

    They contain nothing that a student must not see.

    Parameters
    ----------
    executed
        The executed notebooks, by name.
    """
    remarks = dict(submission.remarks)
    if other := _other_assignment(assignment, submission):
        remarks[Remark.OTHER_ASSIGNMENT] = said(
            "this looks like the notebook of %(other)s, not of %(name)s", other=other, name=assignment.name
        )
    elif executed and all(_is_untouched(assignment.sources[name], notebook) for name, notebook in executed.items()):
        own = sum(
            grade_id_of(cell) is None and _is_added(cell, assignment) for book in executed.values() for cell in book.cells
        )
        sentences = [said("no answer was written into the cells for answers")]
        if own:
            many = said("%(count)s added cells were run but not graded", count=own)
            sentences.append(many if own > 1 else said("1 added cell was run but not graded"))
        remarks[Remark.UNTOUCHED] = joined(sentences)
    if missing := _missing(assignment, executed):
        remarks[Remark.MISSING] = missing
    versions = [version for book in submission.notebooks.values() if (version := version_in(book.metadata))]
    handed_in = submission.timestamp.date().isoformat() if submission.timestamp else None
    now = assignment.version if versions else None
    if now and min(versions).number < now.number and (handed_in is None or now.date <= handed_in):  # they could have had it
        both = {"number": min(versions).number, "date": min(versions).date, "newer": now.number, "day": now.date}
        remarks[Remark.OLDER_RELEASE] = said(
            "made from release %(number)s of %(date)s; there is release %(newer)s of %(day)s", **both
        )
    return remarks


def _other_assignment(assignment: Assignment, submission: Submission) -> str | None:
    """Another assignment of the course, if the notebooks have more of its cells than of this one's."""
    theirs = {cell.metadata.get("grade_id") for notebook in submission.notebooks.values() for cell in notebook.cells} - {None}
    here = _share(theirs, [grade_id_of(cell) for source in assignment.sources.values() for cell in source.graded.cells])
    if not theirs or here >= 0.5:
        return None
    course = assignment.course
    shares = {
        name: _share(theirs, _grade_ids(course.folder("source", name)))
        for name in course.assignments()
        if name != assignment.name
    }
    best = max(shares, key=shares.__getitem__, default=None)
    return best if best is not None and shares[best] > max(here, 0.5) else None


def _share(theirs: set[str], wanted: Iterable[str | None]) -> float:
    known = set(wanted) - {None}
    return len(known & theirs) / len(known) if known else 0.0


@lru_cache(maxsize=256)
def _grade_ids(folder: Path) -> frozenset[str]:
    found = set()
    for path in folder.glob("*.ipynb"):
        try:
            cells = json.loads(path.read_text("utf-8"))["cells"]
            found |= {cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in cells}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue  # that assignment's own commands say what is wrong with it
    return frozenset(found - {None})


def _is_untouched(source: Source, executed: NotebookNode) -> bool:
    """True if no cell for an answer has one."""
    stubs = {grade_id_of(cell): {""} for cell in source.graded.cells if utils.is_solution(cell)}
    for form in (source.graded, source.release):
        for cell in form.cells:
            if grade_id_of(cell) in stubs:
                stubs[grade_id_of(cell)].add(cell.source.strip())
    now = {grade_id_of(cell): cell.source.strip() for cell in executed.cells}
    return bool(stubs) and all(now.get(name, "") in texts for name, texts in stubs.items())


def _is_added(cell: NotebookNode, assignment: Assignment) -> bool:
    known = {given.source.strip() for source in assignment.sources.values() for given in source.graded.cells}
    return cell.cell_type == "code" and bool(cell.source.strip()) and cell.source.strip() not in known


def _missing(assignment: Assignment, executed: dict[str, NotebookNode]) -> str | None:
    """The first cell that failed for want of a package or a file, if points were lost; none after a hidden cell has run."""
    if not any(_lost_points(cell) for notebook in executed.values() for cell in notebook.cells):
        return None
    for name, source in assignment.sources.items():
        for cell in executed[name].cells if name in executed else ():
            if grade_id_of(cell) in source.hidden and cell.cell_type == "code":
                return None  # what runs later can print hidden tests
            for output in cell.get("outputs", ()):
                if output.output_type == "error" and output.ename in _NOT_THERE and not is_automatic(cell):
                    line = next((line for line in cell.source.splitlines() if line.strip()), "").strip()
                    error = f"{output.ename}: {output.evalue[:_MESSAGE]}"
                    return said("the cell that begins with `%(line)s` stopped with %(error)s", line=line[:_LINE], error=error)
    return None


def _lost_points(cell: NotebookNode) -> bool:
    if not is_automatic(cell):
        return False
    earned, most = utils.determine_grade(cell)
    return earned is not None and earned < most
