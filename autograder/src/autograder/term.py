"""All assignments of a course in one table: what each student has of the term, by the weights of the course."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from nbgrader.api import Student

from autograder.course import CONFIG, Course, CourseError
from autograder.intake.roster import course_roster
from autograder.platforms import GradeRow, as_table, write_table
from autograder.records.gradebook import open_gradebook, standings
from autograder.records.journal import Journal

TERM = "term"


@dataclass
class TermRow:
    """One student's term.

    Parameters
    ----------
    student, name
        Who; the name as the roster has it.
    percent
        Of the whole term. More than 100 is possible with extra credit.
    shares
        By assignment, the share of its points, after the late penalty; 0 where nothing was handed in.
    dropped
        Assignments that do not count, because they are this student's lowest.
    open
        By assignment, why its share is not final.
    """

    student: str
    name: str
    percent: float
    shares: dict[str, float]
    dropped: list[str]
    open: dict[str, str] = field(default_factory=dict)

    @property
    def not_final(self) -> str:
        """The same in one line."""
        return "; ".join(f"{name}: {why}" for name, why in self.open.items())


def term(course: Course) -> list[TermRow]:
    """Every student's term over the assignments that have been graded, by id.

    Raises
    ------
    CourseError
        If nothing has been graded, or the settings of the term name an assignment that the course does not have.
    """
    _require_known(course)
    journal, roster = Journal(course.journal), course_roster(course)
    shares: dict[str, dict[str, float]] = {}
    still_open: dict[str, dict[str, str]] = {}
    with open_gradebook(course) as gradebook:
        students = {student for (student,) in gradebook.db.query(Student.id)}
        for name in course.assignments():
            known = standings(gradebook, name)
            if not known or course.weights.get(name, 1) == 0:
                continue
            entries = journal.latest(name)
            shares[name] = {student: each.score / each.max_score if each.max_score else 0.0 for student, each in known.items()}
            for student, each in known.items():
                entry = entries.get(student)
                if entry is not None and entry.score is None:
                    still_open.setdefault(student, {})[name] = str(entry.verdict)
                elif each.waits:
                    still_open.setdefault(student, {})[name] = "waits for a person"
    if not shares:
        raise CourseError("No assignment has been graded yet. Run `autograder grade ASSIGNMENT` first.")
    names = {person.id: person.name for person in roster.people} if roster else {}
    rows = []
    for student in sorted(students | names.keys()):
        own = {name: of.get(student, 0.0) for name, of in shares.items()}
        percent, dropped = percent_of_term(own, course.weights, course.extra_credit, course.drop_lowest)
        rows.append(TermRow(student, names.get(student, ""), percent, own, dropped, still_open.get(student, {})))
    return rows


def percent_of_term(
    shares: dict[str, float], weights: dict[str, float], extra_credit: Iterable[str] = (), drop_lowest: int = 0
) -> tuple[float, list[str]]:
    """One student's percent of the term, and the assignments that were dropped for it.

    The mean of the shares that count, by their weights; an extra assignment adds to it what its weight is of all weights, and cannot
    lower it. Of shares that are equally low, the one with the greatest weight is dropped.

    Parameters
    ----------
    shares
        By assignment, 0 to 1.
    weights
        By assignment; 1 for one that is not there.
    extra_credit
        Assignments that only add.
    drop_lowest
        How many do not count. One is always left.

    Examples
    --------
    >>> percent_of_term({"a": 1.0, "b": 0.5, "c": 0.0}, {"b": 3}, drop_lowest=1)
    (62.5, ['c'])
    >>> percent_of_term({"a": 0.5, "b": 0.5, "c": 1.0}, {"c": 0.5}, extra_credit=["c"])
    (75.0, [])
    """

    def weight(name: str) -> float:
        return weights.get(name, 1)

    extra = [name for name in shares if name in set(extra_credit)]
    regular = sorted((name for name in shares if name not in extra), key=lambda name: (shares[name], -weight(name)))
    dropped = regular[: max(min(drop_lowest, len(regular) - 1), 0)]
    counted = regular[len(dropped) :]
    mean = _over(sum(weight(name) * shares[name] for name in counted), sum(map(weight, counted)))
    added = _over(sum(weight(name) * shares[name] for name in extra), sum(map(weight, regular)))
    return round(100 * (mean + added), 2), dropped


def write_term(course: Course, path: Path, form: str = "plain", roster: Path | None = None) -> list[TermRow]:
    """Write the term as CSV, and return its rows.

    Parameters
    ----------
    path
        The file, which is replaced if it exists.
    form
        ``plain`` has each assignment's percent as well; another of `autograder.platforms.FORMS` has a column ``term``, of 100 points.
    roster
        The list of students for a platform's form; if None, ``roster.csv`` in the course.

    Raises
    ------
    CourseError
        As in `term`, or if the form needs a list of students, or the file cannot be written.
    """
    rows = term(course)
    if form == "plain":
        table = _table(rows)
    else:
        grades = [GradeRow(row.student, TERM, row.percent, 100.0, 0.0, bool(row.open), "graded", "", "") for row in rows]
        table = as_table(grades, form, course, roster)
    write_table(table, path, form)
    return rows


def _table(rows: list[TermRow]) -> list[list[object]]:
    names = list(rows[0].shares) if rows else []
    lines: list[list[object]] = [["student", "name", TERM, *names, "dropped", "open"]]
    for row in rows:
        percents = [round(100 * row.shares[name], 2) for name in names]
        lines.append([row.student, row.name, row.percent, *percents, "; ".join(row.dropped), row.not_final])
    return lines


def _over(value: float, whole: float) -> float:
    return value / whole if whole else 0.0


def _require_known(course: Course) -> None:
    known = course.assignments()
    for option, names in (("weights", course.weights), ("extra_credit", course.extra_credit)):
        for name in names:
            if name not in known:
                raise CourseError(
                    f"{CONFIG}: c.Course.{option} names {name!r}, which has no source. There are {', '.join(known)}."
                )
    for name, weight in course.weights.items():
        if weight < 0:
            raise CourseError(f"{CONFIG}: c.Course.weights has {weight} for {name!r}. A weight is 0 (does not count) or more.")
