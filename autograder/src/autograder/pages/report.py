"""The report: one page that tells an instructor what a class has not understood, and who needs attention."""

import os
import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from nbgrader import utils
from nbgrader.api import BaseCell, Grade, Gradebook, MissingEntry, Notebook, Student, SubmittedAssignment, SubmittedNotebook

from autograder.assignment import Assignment
from autograder.course import Course, CourseError
from autograder.files import write_file
from autograder.intake.roster import course_roster
from autograder.pages import templates
from autograder.pages.feedback import question_titles
from autograder.pages.likeness import likenesses
from autograder.pages.looks import WAITS, Look, looks
from autograder.pages.mistakes import named_mistakes, unnamed_mistakes
from autograder.pages.spread import Spread, compared, discrimination
from autograder.records.gradebook import open_gradebook
from autograder.records.health import read_health
from autograder.records.journal import Entry, Journal, repeats
from autograder.records.late_penalty import after_penalty

_SLOWEST, _HARDEST = 5, 3


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
    tells_apart
        How well it tells strong students from weak ones, -1 to 1; None if that cannot be said.
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
    tells_apart: float | None = None
    checks: list["PartResult"] = field(default_factory=list)


@dataclass
class Line:
    """One student in the table of all submissions."""

    entry: Entry
    score: float | None
    penalty: float
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
    history = Journal(course.journal).history(name)
    entries = {entry.student: entry for entry in history}
    if not entries:
        raise CourseError(f"{name} has not been graded yet. Run `autograder grade {name}` first.")
    path = course.work / "report" / f"{name}.html"
    with open_gradebook(course) as gradebook:
        try:
            most = float(gradebook.find_assignment(name).max_score)
        except MissingEntry as error:
            raise CourseError(
                f"The gradebook does not have {name}, but the journal does. Run `autograder grade {name}` again."
            ) from error
        names = {
            student.id: f"{student.first_name or ''} {student.last_name or ''}".strip()
            for student in gradebook.db.query(Student)
        }
        lines = _lines(course, gradebook, entries, path.parent)
        graded = [line for line in lines if line.score is not None]
        parts = _parts(assignment, gradebook, {line.entry.student: line.entry for line in graded})
        standing = {line.entry.student: (line.score or 0.0, line.penalty) for line in graded}
        needed = looks(assignment, gradebook, entries, standing, {part.name: part.waiting for part in parts})
        scores = {line.entry.student: line.score for line in graded if line.score is not None}
        shares = {student: score / most for student, score in scores.items()} if most else {}
        comparison = compared(gradebook, name, shares)
    people = roster.people if (roster := course_roster(course)) is not None else []
    page = templates.render(
        "report.html",
        script=templates.script("tables.js"),
        name=name,
        names=names | {person.id: person.name for person in people if person.name},
        sections={person.id: person.section for person in people if person.section},
        lines=lines,
        graded=graded,
        most=most,
        spread=Spread.of(list(scores.values())),
        comparison=comparison,
        judged=assignment.judge.path is not None,
        findings=named_mistakes(assignment, [line.entry for line in graded]),
        unnamed=unnamed_mistakes(assignment, [line.entry for line in graded]),
        likenesses=likenesses(assignment, [line.entry.student for line in graded]),
        bins=_bins(list(shares.values())),
        parts=parts,
        verdicts=Counter(line.entry.verdict for line in lines).most_common(),
        looks=needed,
        needs=_needs(needed),
        hardest=_hardest(parts, len(graded)),
        trust=Counter(line.entry.trust for line in graded),
        repeats=repeats(history),
        health=read_health(course, name, assignment.digest),
        again=sum(line.entry.runs > 1 for line in lines),
        slowest=sorted(graded, key=lambda line: -line.entry.seconds)[:_SLOWEST],
    )
    return write_file(path, page)


def _needs(needed: list[Look]) -> list[tuple[str, int]]:
    """What the report's first lines say of who needs a look: how many of each kind. Answers for a person are counted beside it."""
    kinds: Counter[str] = Counter()
    for look in needed:
        if look.what != WAITS:
            kinds[look.what] += len(look.each) or 1
    return list(kinds.items())


def _hardest(parts: list[PartResult], graded: int) -> list[PartResult]:
    """The questions with the lowest means, of those that half of the class has points for."""
    known = [(part.share, part) for part in parts if part.share is not None and 2 * part.count >= graded]
    return [part for share, part in sorted(known, key=lambda each: each[0]) if share < 1][:_HARDEST]


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
        counts = after_penalty(score, penalty) if graded else None
        lines.append(Line(entry, counts, penalty or 0.0, late, graded and bool(waits), page))
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
    scores: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    totals: Counter[str] = Counter()
    waiting: Counter[tuple[str, str]] = Counter()
    for student, notebook, cell, score, waits in query:
        if student in graded and waits:
            waiting[notebook, cell] += 1
        elif student in graded:
            scores[notebook, cell][student] = score
            totals[student] += score
    parts = []
    for source in assignment.sources.values():
        titles = question_titles(source.release)
        for cell in source.graded.cells:
            if not (utils.is_grade(cell) or utils.is_task(cell)):
                continue
            grade_id, points = cell.metadata.nbgrader.grade_id, float(cell.metadata.nbgrader.points)
            earned = scores[source.name, grade_id]
            shares = [score / points for score in earned.values()] if points else []
            part = _part(grade_id, shares, titles.get(grade_id, ""), points, waiting[source.name, grade_id])
            part.tells_apart = discrimination(shares, [totals[student] - earned[student] for student in earned])
            for check in source.checks.get(grade_id, ()):
                each = [entry.shares.get(grade_id, {}).get(check, 0.0) for entry in graded.values()]
                part.checks.append(_part(check, each))
                rest = [totals[student] - earned.get(student, 0.0) for student in graded]
                part.checks[-1].tells_apart = discrimination(each, rest)
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
