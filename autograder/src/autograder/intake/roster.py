"""The list of students, read from a course's own file or from what a learning platform exports."""

import codecs
import csv
import io
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from autograder.course import Course, CourseError
from autograder.names import wrong_with_name

# The columns of our own files, and of what platforms export. Canvas: lib/gradebook_exporter.rb in instructure/canvas-lms, which has
# LastName and FirstName in the place of Student if that is set. Moodle's grading worksheet: mod/assign/gradingtable.php. Blackboard's Grade
# Center: Username and Student ID, in UTF-16. Gradescope's roster: SID and Role. GitHub Classroom's: identifier and github_username.
_COLUMNS = {
    "id": ("id", "sis login id", "username", "id number", "sis user id", "student id", "sid", "email", "email address"),
    "name": ("name", "full name", "student"),
    "first": ("first_name", "first name", "firstname"),
    "last": ("last_name", "last name", "lastname", "surname"),
    "email": ("email", "email address"),
    "lms_id": ("lms_id", "lms_user_id", "identifier"),
    "github": ("github", "github_username"),
    "section": ("section", "sections", "groups"),
    "group": ("group", "group_name"),
    "extra_days": ("extra_days",),
    "role": ("role",),
}
_EXTENSION = "extension"
_NO_STUDENT = ("points possible", "student, test", "test student")  # rows of Canvas's gradebook
_IN_ENGLISH = "set your Moodle to English, and download it again."
_STAFF = ("instructor", "ta", "reader")  # Gradescope's roles beside Student
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


@dataclass(frozen=True)
class Person:
    """One student.

    Parameters
    ----------
    id
        The name of their folder in ``submitted``, and in the gradebook.
    name, email, lms_id, github, section, group
        As the roster has them; empty if it does not. The group is that in which they hand in together.
    extra_days
        Days that they may be late in each assignment.
    extensions
        Until when they may hand in, as the roster has it, by the assignment's name in lower case; under "" what holds for all.
    """

    id: str
    name: str = ""
    email: str = ""
    lms_id: str = ""
    github: str = ""
    section: str = ""
    extra_days: float = 0.0
    extensions: Mapping[str, str] = field(default_factory=dict, hash=False)
    group: str = ""

    @property
    def first_and_last(self) -> tuple[str, str]:
        """The name as two: at the comma, or else at the last space."""
        last, comma, first = self.name.partition(",")
        if not comma:
            first, _, last = self.name.rpartition(" ")
        return first.strip(), last.strip()

    @property
    def in_gradebook(self) -> dict[str, str]:
        """What nbgrader's gradebook has of a student, by its columns."""
        first, last = self.first_and_last
        return {"first_name": first, "last_name": last, "email": self.email, "lms_user_id": self.lms_id}

    def deadline(self, assignment: str, due: datetime | None) -> datetime | None:
        """Until when they may hand in: the due date and their extra days, or an extension if that is later; None if there is neither.

        Raises
        ------
        CourseError
            If an extension is no date.
        """
        dates = [] if due is None else [due + timedelta(days=self.extra_days)]
        dates += [_date(self.extensions[of], self.id) for of in ("", assignment.lower()) if of in self.extensions]
        return max(dates, default=None)


class Roster:
    """The students of a course.

    Parameters
    ----------
    people
        In any order.
    source
        Where they were read, for messages.
    """

    def __init__(self, people: list[Person], source: str) -> None:
        self.people, self.source = people, source

    def having(self, column: str, value: str) -> list[Person]:
        """Those with this value in a column; case, accents' encoding and spaces do not matter, nor the order of a name's parts."""
        if not value.strip():
            return []
        if column == "name":
            return [person for person in self.people if same_name(person.name, value)]
        return [person for person in self.people if _plain(getattr(person, column)) == _plain(value)]

    def in_group(self, name: str) -> list[Person]:
        """Those who hand in together under this name, of which platforms keep letters and digits."""
        wanted = squeezed(name)
        return [person for person in self.people if wanted and squeezed(person.group) == wanted]

    def with_ids_of(self, course: "Roster | None") -> "Roster":
        """The same people under the ids that they have in the course, found by id or e-mail address; others keep theirs.

        Moodle's grading worksheet, for one, has numbers that hold for one assignment, and no ids but addresses.
        """
        return self if course is None else Roster([course._renamed(person) for person in self.people], self.source)

    def _renamed(self, person: Person) -> Person:
        found = {p.id for name in (person.id, person.email) for column in ("id", "email") for p in self.having(column, name)}
        return replace(person, id=found.pop()) if len(found) == 1 else person

    def absent(self, students: Iterable[str]) -> list[str]:
        """Ids of those on the roster who are not among these."""
        there = set(students)
        return [person.id for person in self.people if person.id not in there]

    def strangers(self, students: Iterable[str]) -> list[str]:
        """Those of these who are not on the roster."""
        known = {person.id for person in self.people}
        return [student for student in students if student not in known]

    def called(self, name: str) -> dict[str, str]:
        """In which column each student has a name, by their ids: as id, e-mail address, login, platform's number or name."""
        columns = ("id", "email", "github", "lms_id", "name")
        return {person.id: column for column in reversed(columns) for person in self.having(column, name)}

    def knows(self, column: str) -> bool:
        """Whether a column has any value."""
        return any(getattr(person, column) for person in self.people)

    def extensions(self, assignment: str, due: datetime | None) -> dict[str, timedelta]:
        """How long after the due date each student may hand in; empty if there is no due date, or no one has days or an extension."""
        if due is None or not (self.knows("extra_days") or self.knows("extensions")):
            return {}
        later = {person.id: person.deadline(assignment, due) or due for person in self.people}
        return {student: max(deadline - due, timedelta()) for student, deadline in later.items()}


def course_roster(course: Course) -> Roster | None:
    """The roster that lies in the course; None if there is none."""
    path = course.roster_file
    return read_roster(path) if path is not None else None


def read_roster(path: Path) -> Roster:
    """Read a CSV file with one row per student.

    Columns are found by their heading: ``id``, ``name``, ``email``, ``lms_id``, ``github``, ``section``, ``group`` and ``extra_days``, or
    those that nbgrader, Canvas, Moodle, Blackboard, Gradescope and GitHub Classroom write. Without an ``id``, the first of login, ID number
    and e-mail address that the file has is the id; under blind marking Moodle tells only numbers, and ``participant-77`` is the id. A
    column ``extension 01_rnn_step``, or ``extension`` for all assignments, says until when a student may hand in.

    Raises
    ------
    CourseError
        If it cannot be read, has no students, two students have the same id, or days are no number.
    """
    people = list(_people(read_rows(path), path))
    if not people:
        raise CourseError(
            f"The roster {path} has no students. It needs a heading with id (or e-mail address), and a row for each. If Moodle wrote it "
            f"in another language, {_IN_ENGLISH}"
        )
    numbered = [re.fullmatch(r"(\D+) \d+", person.id) for person in people]
    if len({each and each[1] for each in numbered}) == 1 and numbered[0]:
        raise CourseError(
            f"The roster {path} has ids such as {people[0].id!r}. If it is Moodle's grading worksheet in another language, {_IN_ENGLISH}"
        )
    seen: dict[str, Person] = {}
    for person in people:
        wrong = wrong_with_name(person.id)
        if wrong:
            raise CourseError(f"The roster {path} has the id {person.id!r}, which cannot be used: {wrong}.")
        if _plain(person.id) in seen:
            raise CourseError(f"The roster {path} has two students with the id {person.id}. Each must have their own.")
        seen[_plain(person.id)] = person
    return Roster(people, path.name)


def read_rows(path: Path) -> list[list[str]]:
    """The rows of a CSV file that are not empty: UTF-8, or UTF-16 with its mark; separated by commas, semicolons or tabs.

    Raises
    ------
    CourseError
        If it cannot be read.
    """
    try:
        content = path.read_bytes()
        encoding = next((name for mark, name in _MARKS.items() if content.startswith(mark)), "utf-8")
        text = content.decode(encoding)
    except OSError as error:
        raise CourseError(f"The roster {path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise CourseError(f"The roster {path} is not UTF-8 text; save it as “CSV UTF-8”.") from error
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    try:
        return [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if any(map(str.strip, row))]
    except csv.Error as error:
        raise CourseError(f"The roster {path} is no CSV file: {error}.") from error


def _people(rows: list[list[str]], path: Path) -> Iterator[Person]:
    headings = [_plain(cell) for cell in rows[0]] if rows else []
    is_canvas = {"student", "id"} <= set(headings) or {"lastname", "firstname", "id"} <= set(headings)
    places = {column: [headings.index(each) for each in names if each in headings] for column, names in _COLUMNS.items()}
    if is_canvas:  # whose "ID" is the platform's, not the course's
        own = headings.index("id")
        places["lms_id"] = [own]
        places["id"] = [place for place in places["id"] if place != own] + [own]
    elif {"identifier", "github_username"} <= set(headings):  # GitHub Classroom's identifier is the course's
        places["id"], places["lms_id"] = places["lms_id"], []
    later = {
        heading.removeprefix(_EXTENSION).strip(): place
        for place, heading in enumerate(headings)
        if heading.partition(" ")[0] == _EXTENSION
    }
    for row in rows[1:]:
        found = {column: _first(row, columns) for column, columns in places.items()}
        name = found["name"] or f"{found['first']} {found['last']}".strip()
        number = re.fullmatch(r"Participant (\d+)", found["lms_id"])
        student = found["id"] or (f"participant-{number[1]}" if number else "")
        if not student or name.strip().lower() in _NO_STUDENT or _plain(found["role"]) in _STAFF:
            continue
        extensions = {name: _first(row, [place]) for name, place in later.items() if _first(row, [place])}
        yield Person(
            student,
            name,
            found["email"],
            number[1] if number else found["lms_id"],
            found["github"],
            found["section"],
            _days(found["extra_days"], student, path),
            extensions,
            found["group"],
        )


def _days(text: str, student: str, path: Path) -> float:
    try:
        days = float(text or 0)
    except ValueError:
        days = math.nan
    if not 0 <= days < math.inf:
        raise CourseError(
            f"The roster {path} has extra_days {text!r} for {student}. Write a number of days, such as 2, or nothing."
        )
    return days


def _date(text: str, student: str) -> datetime:
    """Of an extension; a day without a time lasts until its end, and a time without a zone is this machine's."""
    try:
        date = datetime.fromisoformat(text)
    except ValueError:
        raise CourseError(
            f"The roster has the extension {text!r} for {student}, which is no date. Write it as 2027-01-31 or 2027-01-31 18:00."
        ) from None
    if len(text) <= len("2027-01-31"):
        date = datetime.combine(date, time.max)
    return date.astimezone(UTC)


def _first(row: list[str], places: list[int]) -> str:
    return next((row[place].strip() for place in places if place < len(row) and row[place].strip()), "")


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def squeezed(text: str) -> str:
    """Only its letters and digits, in lower case.

    Examples
    --------
    >>> squeezed("O'Brien, Bo"), squeezed("Group 1") == squeezed("group_1")
    ('obrienbo', True)
    """
    return "".join(filter(str.isalnum, _plain(text)))


def same_name(one: str, other: str) -> bool:
    """Whether two names have the same parts, apart from the characters that Moodle leaves out of names of files.

    Examples
    --------
    >>> same_name("Anna Schmidt", "Schmidt, Anna"), same_name("O'Brien, Bo", "Bo OBrien"), same_name("Bo Li", "Bo")
    (True, True, False)
    """
    return _parts(one) == _parts(other)


def _parts(name: str) -> list[str]:
    return sorted(re.sub(r"""[&<>"`'’|:\\/]""", "", _plain(name)).replace(",", " ").replace("_", " ").split())
