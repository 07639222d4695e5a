"""Export grades as a CSV file for a spreadsheet or a learning platform."""

import csv
import io
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry, Student, SubmittedAssignment

from autograder.course import Course, CourseError
from autograder.files import write_file
from autograder.names import without_invisible
from autograder.records.gradebook import open_gradebook
from autograder.records.journal import Entry, Journal
from autograder.records.late_penalty import after_penalty

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


@dataclass
class GradeRow:
    """One student and one assignment, in the order of the file's columns.

    Parameters
    ----------
    student, assignment
        Who, and for which assignment.
    score, max_score
        Points after the late penalty, and the maximum. No score if there is no grade.
    late_penalty
        Points deducted.
    needs_manual_grade
        True while an answer waits for a person, so the score is not final.
    verdict
        How the run ended; ``not handed in`` if there was none; empty if another tool graded it.
    trust
        ``judged``, ``watched`` or ``unjailed``, from the journal.
    timestamp
        When it was handed in (UTC), if a receipt says so.
    """

    student: str
    assignment: str
    score: float | None
    max_score: float | None
    late_penalty: float | None
    needs_manual_grade: bool | None
    verdict: str
    trust: str
    timestamp: str


def write_csv(course: Course, names: list[str], path: Path) -> Path:
    """Write a CSV file with one row for each student in the gradebook and each assignment.

    The file is UTF-8 with a byte order mark. Without the mark, Excel reads the file in the machine's legacy code page and
    garbles every non-ASCII name; Python (``utf-8-sig``), pandas and LibreOffice skip it. All text is quoted, so a
    spreadsheet that splits at semicolons does not split inside a name, and text that a spreadsheet would run as a
    formula starts with an apostrophe. Numbers are numbers.

    Parameters
    ----------
    course
        The course.
    names
        The assignments.
    path
        The file, which is replaced if it exists.

    Returns
    -------
    path
        As given.

    Raises
    ------
    CourseError
        If an assignment is unknown or has not been graded, or the file cannot be written.

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
    file = io.StringIO(newline="")
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow([column.name for column in fields(GradeRow)])
    writer.writerows([_cell(value) for value in astuple(row)] for row in rows)
    return write_file(path, file.getvalue(), encoding="utf-8-sig")


def _not_graded(name: str) -> CourseError:
    return CourseError(f"{name} has not been graded yet. Run `autograder grade {name}` first.")


def _rows(gradebook: Gradebook, name: str, students: list[str], entries: dict[str, Entry]) -> list[GradeRow]:
    try:
        assignment = gradebook.find_assignment(name)
    except MissingEntry:
        assignment = None
    S = SubmittedAssignment
    columns = (S.student_id, S.score, S.max_score, S.late_submission_penalty, S.needs_manual_grade, S.timestamp)
    submitted = gradebook.db.query(*columns).filter(S.assignment_id == assignment.id).all() if assignment else []
    if not submitted:
        raise _not_graded(name)
    most = float(assignment.max_score)
    rows = {student: GradeRow(student, name, None, most, None, None, "not handed in", "", "") for student in students}
    for student, score, _, penalty, waits, timestamp in submitted:
        entry = entries.get(student)
        when = timestamp.isoformat(sep=" ", timespec="seconds") if timestamp else ""
        row = GradeRow(student, name, None, most, None, bool(waits), "", "watched", when)
        if entry is not None:
            row.verdict, row.trust = str(entry.verdict), entry.trust
        if entry is None or entry.score is not None:
            row.late_penalty = round(penalty or 0.0, 2)
            row.score = round(after_penalty(score, penalty), 2)
        rows[student] = row
    return list(rows.values())


def _cell(value):
    """Neutralise text that a spreadsheet would treat as a formula; leave numbers, booleans and None alone."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return value
    # Spreadsheets ignore spaces and invisible characters, so we do too.
    seen = "".join(without_invisible(value).split())
    return f"'{value}" if value.startswith(_FORMULA) or seen.startswith(_FORMULA) else value
