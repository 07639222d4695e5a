"""Grades in the forms that learning platforms take, with the platforms' own ids."""

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path

from autograder.course import ROSTER, Course, CourseError
from autograder.files import write_file
from autograder.intake.roster import Person, Roster, course_roster, read_roster, read_rows
from autograder.names import without_invisible
from autograder.wording import named

# What Canvas tells students by, in the order that lib/gradebook_importer.rb in instructure/canvas-lms requires.
_CANVAS = (
    "Student",
    "LastName",
    "FirstName",
    "ID",
    "SIS User ID",
    "SIS Login ID",
    "Integration ID",
    "Root Account",
    "Section",
)
_OF_OUR_LIST = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_IDS = ("ID", "SIS User ID", "SIS Login ID", "Identifier", "Username", "ID number", "Email address")


@dataclass
class GradeRow:
    """One student and one assignment, in the order of the plain file's columns.

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


Table = list[list[object]]


def as_table(rows: list[GradeRow], form: str, course: Course, roster: Path | None) -> Table:
    """The rows in one of `FORMS`, with its heading.

    Parameters
    ----------
    course
        Its ``roster.csv`` says who is who if another list has other ids.
    roster
        The list of students, best the file that the platform itself exported: its ids and columns are kept. If None, the course's
        own, if it is there.

    Raises
    ------
    CourseError
        If the form needs a list of students, or a student is not on it.
    """
    own = course_roster(course)
    if roster is None:
        roster = course.roster_file
    elif form in _OF_PLATFORMS:
        listed = read_roster(roster)
        theirs = {ours.id: person.id for ours, person in zip(listed.with_ids_of(own).people, listed.people, strict=True)}
        rows = [replace(row, student=theirs.get(row.student, row.student)) for row in rows]
    return list(FORMS[form](rows, roster))


def write_table(table: Table, path: Path, form: str = "plain") -> Path:
    """Write a table in one of `FORMS` as CSV; the file is replaced if it exists.

    It is UTF-8 with a byte order mark. Without the mark, Excel reads the file in the machine's legacy code page and garbles every
    non-ASCII name; Python (``utf-8-sig``), pandas and LibreOffice skip it. Canvas does not: in Ruby's CSV, a mark before a quoted heading
    is illegal quoting, and the import fails. All text is quoted, so a spreadsheet that splits at
    semicolons does not split inside a name, and text that a spreadsheet would run as a formula starts with an apostrophe. Numbers
    are numbers.

    Raises
    ------
    CourseError
        If it cannot be written.
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerows([_cell(value) for value in row] for row in table)
    return write_file(path, file.getvalue(), encoding="utf-8" if form == "canvas" else "utf-8-sig")


def _cell(value: object) -> object:
    """Neutralise text that a spreadsheet would treat as a formula; leave numbers, booleans and None alone."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return value
    # Spreadsheets ignore spaces and invisible characters, so we do too.
    seen = "".join(without_invisible(value).split())
    if seen == "-":  # Moodle's sign for nothing
        return value
    return f"'{value}" if value.startswith(_FORMULA) or seen.startswith(_FORMULA) else value


def _plain(rows: list[GradeRow], roster: Path | None) -> Iterator[list[object]]:
    yield [column.name for column in fields(GradeRow)]
    yield from (list(astuple(row)) for row in rows)


def _nbgrader(rows: list[GradeRow], roster: Path | None) -> Iterator[list[object]]:
    """The columns of ``nbgrader export``."""
    people = {person.id: person for person in read_roster(roster).people} if roster else {}
    who = ("student_id", "last_name", "first_name", "email")
    yield ["assignment", "duedate", "timestamp", *who, "raw_score", "late_submission_penalty", "score", "max_score"]
    for row in rows:
        person = people.get(row.student, Person(row.student))
        first, last = person.first_and_last
        raw = None if row.score is None else row.score + (row.late_penalty or 0.0)
        known = (row.student, last, first, person.email)
        yield [row.assignment, None, row.timestamp, *known, raw, row.late_penalty, row.score, row.max_score]


def _canvas(rows: list[GradeRow], roster: Path | None) -> Iterator[list[object]]:
    """Canvas's gradebook: its first columns as it exported them, and a column for each assignment."""
    file, people = _file(roster, "canvas"), _people(roster, rows, "canvas")
    columns = [name for name in _CANVAS if name in file.headings] if "ID" in file.headings else list(_OF_OUR_LIST)
    names = _assignments(rows)
    most = {row.assignment: row.max_score for row in rows}
    yield [*columns, *(file.column_of(name) for name in names)]
    yield ["    Points Possible", *[None] * (len(columns) - 1), *(most[name] for name in names)]
    for person, scores in _by_person(rows, people):
        own = {"Student": person.name, "ID": person.lms_id, "SIS Login ID": person.id}
        theirs = file.row_of(person)
        # An empty cell would delete what stands in Canvas, such as EX for excused.
        points = [theirs.get(file.column_of(name)) if scores.get(name) is None else scores[name] for name in names]
        yield [*(theirs.get(name, own.get(name)) for name in columns), *points]


def _moodle(rows: list[GradeRow], roster: Path | None) -> Iterator[list[object]]:
    """Moodle's grading worksheet with its grades filled in, if that is the list of students; else columns for its gradebook's import."""
    file, people, names = _file(roster, "moodle"), _people(roster, rows, "moodle"), _assignments(rows)
    if {"Identifier", "Grade"} <= set(file.headings):
        if len(names) > 1:
            raise CourseError(f"{roster} is the grading worksheet of one assignment; export one at a time.")
        most = file.most()
        if over := sorted(row.student for row in rows if row.score is not None and most is not None and row.score > most):
            raise CourseError(
                f"{named(over)}: more points than the {most:g} that are the maximum in {roster}. Moodle skips such grades without a word: "
                "raise the maximum in the assignment's settings there, and download the worksheet again."
            )
        yield [*file.headings]
        for person, scores in _by_person(rows, people):
            filled = file.row_of(person) | ({"Grade": scores[names[0]]} if scores.get(names[0]) is not None else {})
            yield [filled.get(heading) for heading in file.headings]
        return
    yield ["Username", "Email address", *names]
    for person, scores in _by_person(rows, people):
        yield [person.id, person.email, *(scores.get(name) for name in names)]


def _gradescope(rows: list[GradeRow], roster: Path | None) -> Iterator[list[object]]:
    """The columns of Gradescope's own export of grades."""
    people, names = _people(roster, rows, "gradescope"), _assignments(rows)
    most = {row.assignment: row.max_score for row in rows}
    yield ["First Name", "Last Name", "SID", "Email", *(each for name in names for each in (name, f"{name} - Max Points"))]
    for person, scores in _by_person(rows, people):
        first, last = person.first_and_last
        points = [each for name in names for each in (scores.get(name), most[name])]
        yield [first, last, person.id, person.email, *points]


FORMS: dict[str, Callable[[list[GradeRow], Path | None], Iterator[list[object]]]] = {
    "plain": _plain,
    "nbgrader": _nbgrader,
    "canvas": _canvas,
    "moodle": _moodle,
    "gradescope": _gradescope,
}
_OF_PLATFORMS = ("canvas", "moodle", "gradescope")


@dataclass
class _File:
    """The platform's own file, from which ids and columns are taken."""

    headings: list[str]
    rows: list[dict[str, str]]

    def row_of(self, person: Person) -> dict[str, str]:
        """The row that has this person's platform id, or else their own."""
        for key in filter(None, (person.lms_id, person.id)):
            for row in self.rows:
                if {key, f"Participant {key}"} & {row.get(name) for name in _IDS}:
                    return row
        return {}

    def most(self) -> float | None:
        """The largest grade that Moodle takes, if its worksheet says so (mod/assign/feedback/offline/locallib.php)."""
        heading = next((heading for heading in self.headings if heading.lower() == "maximum grade"), None)
        try:
            return float(self.rows[0].get(heading, "").replace(",", ".")) if heading and self.rows else None
        except ValueError:  # a scale
            return None

    def column_of(self, assignment: str) -> str:
        """The heading that the platform has for an assignment, as in "ps1 (4711)"; its name if there is none."""
        return next((heading for heading in self.headings if heading.startswith(f"{assignment} (")), assignment)


def _file(roster: Path | None, form: str) -> _File:
    rows = read_rows(_require(roster, form))
    headings = [heading.strip() for heading in rows[0]] if rows else []
    return _File(headings, [dict(zip(headings, row, strict=False)) for row in rows[1:]])


def _require(roster: Path | None, form: str) -> Path:
    if roster is None:
        raise CourseError(
            f"--for {form} needs the platform's ids: export the list of students there, and name the file with --roster FILE, or put "
            f"it into the course as {ROSTER}."
        )
    return roster


def _people(path: Path | None, rows: Iterable[GradeRow], form: str) -> Roster:
    roster = read_roster(_require(path, form))
    unknown = sorted({row.student for row in rows if row.score is not None} - {person.id for person in roster.people})
    if unknown:
        raise CourseError(
            f"{named(unknown)}: graded, but not in {roster.source}, so {form} could not tell "
            "whose grades these are. Add them there, or rename their folders in the submitted folder."
        )
    return roster


def _by_person(rows: Iterable[GradeRow], roster: Roster) -> Iterator[tuple[Person, dict[str, float | None]]]:
    scores: dict[str, dict[str, float | None]] = defaultdict(dict)
    for row in rows:
        scores[row.student][row.assignment] = row.score
    yield from ((person, scores[person.id]) for person in roster.people if person.id in scores)


def _assignments(rows: Iterable[GradeRow]) -> list[str]:
    return list(dict.fromkeys(row.assignment for row in rows))
