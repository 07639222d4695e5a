"""The report: one page that tells an instructor what a class has not understood, and who needs attention."""

import os
import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from nbgrader import utils
from nbgrader.api import BaseCell, Grade, Gradebook, Notebook, SubmittedAssignment, SubmittedNotebook

from autograder.assignment import Assignment
from autograder.course import Course, CourseError
from autograder.files import write_file
from autograder.pages import templates
from autograder.pages.feedback import question_titles
from autograder.records.gradebook import open_gradebook
from autograder.records.journal import Entry, Journal, mistakes_made
from autograder.records.late_penalty import after_penalty
from autograder.transcript import Verdict

_SLOWEST = 5
_RAISE = (
    "If the work is honest, raise the limit in the judge, or in c.Course.limits of nbgrader_config.py, and grade that student "
    "again with --force."
)
_NEXT_STEPS = {
    Verdict.GRADED: "Look whether that is all right; the score stands.",
    Verdict.TIME: f"Look at the cell that was stopped. {_RAISE}",
    Verdict.CPU: f"Find out what computes for so long. {_RAISE}",
    Verdict.MEMORY: f"Find out what needs so much memory. {_RAISE}",
    Verdict.OUTPUT: "Find out what prints so much; the score stands.",
    Verdict.CRASHED: "Open the notebook with care: it ended its own kernel. Cells that had finished keep their points.",
    Verdict.TAMPERED: "Read the notebook before you accept this score: its tests may have been disabled.",
    Verdict.REJECTED: "Ask for the file again, or repair it in the submitted folder, and grade again.",
    Verdict.STUMBLED: "Read the notebook and give the points that are missing by hand: the grader failed on it twice. Cells that had "
    "finished keep their points. Please report it.",
    Verdict.FAULT: "This is the grader's fault, not the student's. Grade again; if it fails again, report it.",
}


@dataclass
class PartResult:
    """How the class did on one question, or on one check of it.

    Parameters
    ----------
    name, title
        The graded cell's name, and the heading above it.
    share
        Mean share of the points, None if there are no scores yet.
    full, none, count
        How many students got all points, how many none, and how many there are.
    waiting
        Answers waiting for a person.
    checks
        The same for each check in a judged cell.
    """

    name: str
    title: str = ""
    points: float = 0.0
    share: float | None = None
    full: int = 0
    none: int = 0
    count: int = 0
    waiting: int = 0
    checks: list["PartResult"] = field(default_factory=list)


@dataclass
class Look:
    """Someone or something that needs attention, why, and what to do."""

    who: str
    verdict: str
    reason: str
    step: str


@dataclass
class Line:
    """One student in the table of all submissions."""

    entry: Entry
    score: float | None
    late: float
    waits: bool
    page: str | None


def write_report(course: Course, name: str) -> Path:
    """Write the report of one assignment as a single self-contained page.

    Parameters
    ----------
    course
        The course.
    name
        Of the assignment.

    Returns
    -------
    path
        ``report/<assignment>.html`` in the course's work directory.

    Raises
    ------
    CourseError
        If nothing is graded yet, or the page cannot be written.

    Examples
    --------
    >>> write_report(Course.load("."), "01_rnn_step")  # doctest: +SKIP
    PosixPath('course/report/01_rnn_step.html')
    """
    assignment = Assignment(course, name)
    entries = Journal(course.journal).latest(name)
    if not entries:
        raise CourseError(f"{name} has not been graded yet. Run `autograder grade {name}` first.")
    path = course.work / "report" / f"{name}.html"
    with open_gradebook(course) as gradebook:
        most = float(gradebook.find_assignment(name).max_score)
        lines = _lines(course, gradebook, entries, path.parent)
        graded = [line for line in lines if line.score is not None]
        parts = _parts(assignment, gradebook, {line.entry.student: line.entry for line in graded})
    scores = [line.score for line in graded if line.score is not None]
    shares = [score / most for score in scores] if most else []
    page = templates.render(
        "report.html",
        name=name,
        lines=lines,
        graded=graded,
        most=most,
        median=statistics.median(scores) if scores else None,
        judged=assignment.judge.path is not None,
        findings=mistakes_made(line.entry for line in graded),
        bins=_bins(shares),
        parts=parts,
        verdicts=Counter(line.entry.verdict for line in lines).most_common(),
        looks=_looks(course, assignment, entries, parts),
        trust=Counter(line.entry.trust for line in graded),
        slowest=sorted(graded, key=lambda line: -line.entry.seconds)[:_SLOWEST],
    )
    return write_file(path, page)


def _lines(course: Course, gradebook: Gradebook, entries: dict[str, Entry], here: Path) -> list[Line]:
    """One line for each student in the journal, with the scores from the gradebook, where people may have changed them."""
    S, name = SubmittedAssignment, next(iter(entries.values())).assignment
    columns = gradebook.db.query(S, S.score, S.late_submission_penalty, S.needs_manual_grade)
    found = {row[0].student_id: row for row in columns.filter(S.assignment_id == gradebook.find_assignment(name).id)}
    lines = []
    for student, entry in sorted(entries.items()):
        feedback = sorted(course.folder("feedback", name, student).glob("*.html"))
        page = quote(os.path.relpath(feedback[0], here)) if feedback else None
        submission, score, penalty, waits = found.get(student, (None, None, None, False))
        late = submission.total_seconds_late if submission is not None else 0.0
        graded = entry.score is not None and score is not None
        lines.append(Line(entry, after_penalty(score, penalty) if graded else None, late, graded and bool(waits), page))
    return lines


def _parts(assignment: Assignment, gradebook: Gradebook, graded: dict[str, Entry]) -> list[PartResult]:
    """The questions in the order of the notebooks."""
    query = (
        gradebook.db.query(SubmittedAssignment.student_id, Notebook.name, BaseCell.name, Grade.score, Grade.needs_manual_grade)
        .select_from(Grade)
        .join(BaseCell, BaseCell.id == Grade.cell_id)
        .join(SubmittedNotebook, SubmittedNotebook.id == Grade.notebook_id)
        .join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
        .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
        .filter(SubmittedAssignment.assignment_id == gradebook.find_assignment(assignment.name).id)
    )
    scores: dict[tuple[str, str], list[float]] = defaultdict(list)
    waiting: Counter[tuple[str, str]] = Counter()
    for student, notebook, cell, score, waits in query:
        if student in graded and waits:
            waiting[notebook, cell] += 1
        elif student in graded:
            scores[notebook, cell].append(score)
    parts = []
    for source in assignment.sources.values():
        titles = question_titles(source.release)
        for cell in source.graded.cells:
            if not (utils.is_grade(cell) or utils.is_task(cell)):
                continue
            grade_id, points = cell.metadata.nbgrader.grade_id, float(cell.metadata.nbgrader.points)
            shares = [score / points for score in scores[source.name, grade_id]] if points else []
            part = _part(grade_id, shares, titles.get(grade_id, ""), points, waiting[source.name, grade_id])
            for check in source.checks.get(grade_id, ()):
                part.checks.append(_part(check, [e.shares.get(grade_id, {}).get(check, 0.0) for e in graded.values()]))
            parts.append(part)
    return parts


def _part(name: str, shares: list[float], title: str = "", points: float = 0.0, waiting: int = 0) -> PartResult:
    full, none = sum(share >= 1 for share in shares), sum(share <= 0 for share in shares)
    return PartResult(name, title, points, statistics.mean(shares) if shares else None, full, none, len(shares), waiting)


def _bins(shares: list[float]) -> list[int]:
    """Ten counts: below 10 % of the points, below 20 %, and so on; full scores are in the last."""
    bins = [0] * 10
    for share in shares:
        bins[min(max(int(share * 10 + 1e-9), 0), 9)] += 1
    return bins


def _looks(course: Course, assignment: Assignment, entries: dict[str, Entry], parts: list[PartResult]) -> list[Look]:
    """What needs attention: missing grades first, then runs that ended early, then answers for a person."""
    name = assignment.name
    found, refused = course.students(name)
    again = f"Run `autograder grade {name}`"
    unusual = sorted(
        (e for e in entries.values() if e.verdict is not Verdict.GRADED or e.reason), key=lambda e: (e.verdict, e.student)
    )
    looks = [Look(e.student, str(e.verdict), e.reason, _NEXT_STEPS[e.verdict]) for e in unusual]
    missing = [
        Look(student, "not graded", "there is a submission but no grade on record", f"{again}. It reports if it cannot.")
        for student in found
        if student not in entries
    ]
    strange = [
        Look(folder, "refused", wrong, f"Rename its folder in {course.submitted_directory}. {again} after that.")
        for folder, wrong in refused.items()
    ]
    by_hand = [
        Look(part.name, "waits", f"{templates.counted(part.waiting, 'answer')} for a person", "Grade them in formgrader.")
        for part in parts
        if part.waiting
    ]
    changed = sum(e.score is not None and e.source != assignment.digest for e in entries.values())
    old = (
        [Look("the source", "changed", f"{templates.counted(changed, 'grade')} from before the change", f"{again}.")]
        if changed
        else []
    )
    rejected = [look for look in looks if look.verdict == Verdict.REJECTED]
    return [*old, *rejected, *missing, *strange, *[look for look in looks if look not in rejected], *by_hand]
