"""Which student an upload belongs to, by its name. What cannot be told is not guessed."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from autograder.course import CourseError
from autograder.intake.archive import Refused, is_archive
from autograder.intake.roster import Roster
from autograder.names import wrong_with_name

# How learning platforms name the files and folders of "download all submissions". What a student chose, the file's own name, comes
# last, and may look like anything: the first place where a pattern fits counts.
_NAMES = {
    "moodle": re.compile(r"(?P<name>.+?)_(?P<key>\d+)_assignsubmission_(?:file|onlinetext)_?(?P<file>.*)"),
    "canvas": re.compile(r"(?P<name>[^_]*)(?:_LATE)?_(?P<key>\d+)_(?P<attempt>\d+)_(?P<file>.+)"),
    "blackboard": re.compile(r"(?P<key>.+?)_attempt_(?P<attempt>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|\.txt)"),
    "nbgrader": re.compile(r"(?P<key>[^+]+)\+(?P<assignment>[^+]+)\+(?P<attempt>[^+]+)(?:\+[^+]*)?(?P<file>)"),
}
FORMS = ("folder", *_NAMES, "github")
_SHOWN = 3


@dataclass(frozen=True)
class Match:
    """Whose an upload is.

    Parameters
    ----------
    student
        The student's id.
    why
        How we know, in words.
    file
        The name that the file had before the platform put others in front; empty if it kept its name.
    attempt
        Tells attempts apart that are exported together; empty if only the last one is.
    """

    student: str
    why: str
    file: str = ""
    attempt: str = ""


class Matcher:
    """Find the students of uploads that were exported in one form.

    Parameters
    ----------
    form
        One of FORMS.
    assignment
        Its name, with which GitHub's and nbgrader's folders begin.
    roster
        The course's students; None if there is no list.
    pattern
        A regular expression with a group ``student``, which replaces all other rules.
    logins
        For Blackboard, where a login follows an assignment's title and both may hold anything: the login that the text beside an
        upload gives, by what stands before ``_attempt_`` (:func:`login_in`).

    Raises
    ------
    CourseError
        If the pattern cannot be used, or the form needs a roster.
    """

    def __init__(
        self,
        form: str,
        assignment: str,
        roster: Roster | None = None,
        pattern: str | None = None,
        logins: dict[str, str] | None = None,
    ) -> None:
        self._form, self._assignment, self._roster = form, assignment, roster
        self._logins = logins or {}
        self._pattern = _compiled(pattern) if pattern is not None else None
        if pattern is None and roster is None and form in ("moodle", "canvas"):
            raise CourseError(
                f"These are names as {form.capitalize()} exports them, and only a list of students says whose they are: two students may "
                "have one name. Give --roster FILE: a CSV file with id and lms_id, or the platform's own export "
                "(Moodle: the grading worksheet; Canvas: the gradebook). Or --pattern, if part of each name is the student's id."
            )

    def match(self, origin: str) -> Match:
        """Find the student of an upload by its name.

        Raises
        ------
        Refused
            If it cannot be told.
        """
        found = self._match(origin)
        wrong = wrong_with_name(found.student) if found.student else "no student can be identified from its name"
        if wrong:
            raise Refused(wrong)
        return found

    def _match(self, origin: str) -> Match:
        if self._pattern is not None:
            by_pattern = self._pattern.fullmatch(without_endings(origin))
            if not by_pattern or not by_pattern["student"]:
                raise Refused("no student can be identified from its name: the pattern does not match")
            return Match(by_pattern["student"], "by --pattern")
        if self._form == "folder":
            return self._by_whole_name(without_endings(origin))
        if self._form == "github":
            return self._by_repository(origin)
        parts = _NAMES[self._form].fullmatch(origin)
        if parts is None:
            raise Refused(f"it is not named as {self._form} names what it exports")
        given = parts.groupdict()
        if self._form == "nbgrader":
            if given["assignment"] != self._assignment:
                raise Refused(f"it was handed in for {given['assignment']}")
            found = self._by_whole_name(given["key"])
        elif self._form == "blackboard":
            if given["key"] not in self._logins:
                raise Refused("there is no text file of Blackboard's beside it that says whose it is")
            found = self._by_whole_name(self._logins[given["key"]])
        else:
            found = self._by_number(given["key"], given["name"])
        # Canvas numbers each file; it exports only the last attempt.
        return Match(
            found.student, found.why, given["file"] or "", "" if self._form == "canvas" else given.get("attempt") or ""
        )

    def _by_whole_name(self, name: str) -> Match:
        if self._roster is None:
            return Match(name, "by its name")
        columns = ("id", "email", "github", "lms_id", "name")
        hits = {person.id: column for column in reversed(columns) for person in self._roster.having(column, name)}
        return self._only(list(hits), name, lambda student: f"{hits[student]} {name} in {self._roster_name()}")

    def _by_number(self, number: str, name: str) -> Match:
        assert self._roster is not None
        if self._roster.knows("lms_id"):
            people = self._roster.having("lms_id", number)
            # Moodle's numbers start again in each assignment: the list of another one would give the work to someone else.
            others = [p for p in people if self._form == "moodle" and p.name and p not in self._roster.having("name", name)]
            if others:
                raise Refused(
                    f"number {number} is {others[0].name} in {self._roster_name()}: is that the list of this assignment?"
                )
            return self._only(
                [person.id for person in people], f"number {number}", lambda _: f"number {number} in {self._roster_name()}"
            )
        if self._form == "canvas":
            raise Refused(f"{self._roster_name()} has no column lms_id; use Canvas's own gradebook export as the roster")
        people = self._roster.having("name", name)
        return self._only([person.id for person in people], name, lambda _: f"the only {name} in {self._roster_name()}")

    def _by_repository(self, name: str) -> Match:
        start = self._assignment.replace("_", "-").casefold() + "-"
        if not name.replace("_", "-").casefold().startswith(start):
            raise Refused(f"it does not begin with {start}; if your repositories do not, say --pattern 'NAME-(?P<student>.*)'")
        return self._by_whole_name(name[len(start) :])

    def _only(self, students: list[str], what: str, why: Callable[[str], str]) -> Match:
        if not students:
            raise Refused(f"{what} is not in {self._roster_name()}")
        if len(students) > 1:
            raise Refused(f"{what} could be {' or '.join(students)}")
        return Match(students[0], why(students[0]))

    def _roster_name(self) -> str:
        return self._roster.source if self._roster is not None else "the roster"


def detect_form(names: Iterable[str]) -> str:
    """Tell by the names of all uploads which platform exported them; ``folder`` if none did.

    Raises
    ------
    CourseError
        If some are as one exports them and others are not.
    """
    names = list(names)
    for form, pattern in _NAMES.items():
        fits = [name for name in names if pattern.fullmatch(name)]
        if fits and len(fits) == len(names):
            return form
        if fits:
            others = ", ".join([name for name in names if name not in fits][:_SHOWN])
            raise CourseError(
                f"{len(fits)} of {len(names)} names are as {form} exports them, others are not ({others}). Say --from {form}, and the "
                "others are refused; or --from folder, if each is named after its student."
            )
    return "folder"


def without_endings(name: str) -> str:
    """A name without the endings of notebooks and archives, and without what browsers add to copies."""
    while Path(name).suffix and (is_archive(name) or name.endswith((".ipynb", ".tar"))):
        name = str(Path(name).with_suffix(""))
    return re.sub(r" \(\d+\)$", "", name)


def login_in(name: str, text: str) -> tuple[str, str] | None:
    """Read the text file that Blackboard puts beside an upload: what stands before ``_attempt_`` in its name, and the login in it."""
    named = _NAMES["blackboard"].fullmatch(name)
    login = re.match(r"Name: .*\(([^()\r\n]+)\)[ \t]*\r?$", text.removeprefix("\ufeff"), re.MULTILINE)
    return (named["key"], login[1]) if named and named["file"] is None and login else None


def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        names = re.compile(pattern)
    except re.error as error:
        raise CourseError(f"--pattern {pattern!r} is no regular expression: {error}") from error
    if "student" not in names.groupindex:
        raise CourseError(f"--pattern {pattern!r} has no group (?P<student>...)")
    return names
