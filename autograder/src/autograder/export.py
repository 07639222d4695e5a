"""Export grades as a CSV file for a spreadsheet or a learning platform."""

from datetime import datetime
from pathlib import Path

from nbgrader.api import Gradebook, Student

from autograder.course import Course, CourseError
from autograder.platforms import GradeRow, as_table, write_table
from autograder.records.backup import state_before
from autograder.records.gradebook import open_gradebook, standings
from autograder.records.journal import Entry, Journal


def write_csv(
    course: Course, names: list[str], path: Path, form: str = "plain", roster: Path | None = None, since: datetime | None = None
) -> Path:
    """Write a CSV file with one row for each student in the gradebook and each assignment.

    Parameters
    ----------
    course
        The course.
    names
        The assignments.
    path
        The file, which is replaced if it exists.
    form
        Its columns, one of `autograder.platforms.FORMS`.
    roster
        The list of students, best as the platform exported it; if None, ``roster.csv`` in the course, if it is there.
    since
        Only students whose score, penalty or missing grades differ from what they were before the first run of ``grade`` that began
        at or after this time.

    Returns
    -------
    path
        As given.

    Raises
    ------
    CourseError
        If an assignment is unknown or has not been graded, the form needs a list of students, no run began since then, or the file
        cannot be written.

    Examples
    --------
    >>> write_csv(Course.load("."), ["01_rnn_step"], Path("grades.csv"))  # doctest: +SKIP
    PosixPath('grades.csv')
    """
    for name in names:
        course.require_assignment(name)
    journal = Journal(course.journal)
    rows: list[GradeRow] = []
    if course.gradebook_file is not None and not course.gradebook_file.exists():
        raise _not_graded(names[0])  # without making an empty gradebook
    with open_gradebook(course) as gradebook:
        students = [student for (student,) in gradebook.db.query(Student.id)]
        for name in names:
            rows += _rows(gradebook, name, students, journal.latest(name))
    rows.sort(key=lambda row: (row.student, names.index(row.assignment)))
    if since is not None:
        rows = _changed(course, names, rows, since)
    return write_table(as_table(rows, form, course, roster), path, form)


def _changed(course: Course, names: list[str], rows: list[GradeRow], since: datetime) -> list[GradeRow]:
    """The rows that differ from the gradebook as it was."""
    with state_before(course, since) as earlier, open_gradebook(earlier) as gradebook:
        known = {name: standings(gradebook, name) for name in names}

    def same(row: GradeRow) -> bool:
        before = known[row.assignment].get(row.student)
        if before is None:
            return row.score is None
        return (round(before.score, 2), before.waits) == (row.score or 0.0, row.needs_manual_grade)

    return [row for row in rows if not same(row)]


def _not_graded(name: str) -> CourseError:
    return CourseError(f"{name} has not been graded yet. Run `autograder grade {name}` first.")


def _rows(gradebook: Gradebook, name: str, students: list[str], entries: dict[str, Entry]) -> list[GradeRow]:
    submitted = standings(gradebook, name)
    if not submitted:
        raise _not_graded(name)
    most = float(gradebook.find_assignment(name).max_score)
    rows = {student: GradeRow(student, name, None, most, None, None, "not handed in", "", "") for student in students}
    for student, standing in submitted.items():
        entry = entries.get(student)
        when = standing.timestamp.isoformat(sep=" ", timespec="seconds") if standing.timestamp else ""
        row = GradeRow(student, name, None, most, None, standing.waits, "", "watched", when)
        if entry is not None:
            row.verdict, row.trust = str(entry.verdict), entry.trust
        if entry is None or entry.score is not None:
            row.late_penalty = round(standing.penalty, 2)
            row.score = round(standing.score, 2)
        rows[student] = row
    return list(rows.values())
