"""Which student an upload belongs to, by its name. What cannot be told is not guessed."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder.course import CourseError
from autograder.intake.archive import Refused, is_archive
from autograder.intake.beside import BLACKBOARD, GRADESCOPE, Submitters
from autograder.intake.roster import Person, Roster, same_name, squeezed
from autograder.intake.submission import parse_timestamp
from autograder.names import wrong_with_name

# How learning platforms name the files and folders of "download all submissions". What a student chose, the file's own name, comes
# last, and may look like anything: the first place where a pattern fits counts.
# Moodle: mod/assign/classes/downloader.php, before version 4.1 download_submissions in mod/assign/locallib.php. Of a group the number is
# the group's. The underscore at the end went in 4.1; no language translates "assignsubmission".
# Canvas: get_filename in lib/content_zipper.rb of instructure/canvas-lms, which keeps letters, digits and underscores of the sortable
# name. The first number is the student's, or that of one of a group, whose name then comes first; the second is the file's.
# nbgrader: nbgrader/exchange/default/submit.py.
_WORD = r"[^\s!-/:-@\[-^`{-~]*?"  # no ASCII punctuation but the underscore
_NAMES = {
    "moodle": re.compile(r"(?P<name>.+?)_(?P<key>\d+)_assignsubmission_(?:file|onlinetext)_?(?P<file>.*)"),
    "canvas": re.compile(
        rf"(?P<nameless>(?:LATE_)?anon_[0-9A-Za-z]{{5}})_(?:\d+_.+|(?:text|link)\.html)|{_WORD}_\d+_(?:\d+_.+|(?:text|link)\.html)"
    ),
    "blackboard": BLACKBOARD,
    "nbgrader": re.compile(r"(?P<key>[^+]+)\+(?P<assignment>[^+]+)\+(?P<attempt>[^+]+)(?:\+[^+]*)?(?P<file>)"),
}
_NUMBERS_OF_CANVAS = re.compile(r"(?=_(?P<key>\d+)_(?:\d+_(?P<file>.+)|(?:text|link)\.html$))")
FORMS = ("folder", *_NAMES, "github", "gradescope")
_FLAT = ("moodle", "canvas", "blackboard")  # put the files of one upload side by side
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
        The name that the file had before others were put in front; empty if it kept its name.
    attempt
        Parts with the same one were handed in together.
    time
        When it was handed in, if the platform says so; else the time of the file counts.
    """

    student: str
    why: str
    file: str = ""
    attempt: str = ""
    time: datetime | None = None


class Matcher:
    """Find the students of uploads that were exported in one form.

    Parameters
    ----------
    form
        One of FORMS.
    assignment
        Its name, with which GitHub's and nbgrader's folders begin.
    notebooks
        The names of its notebooks, without the ending.
    roster
        The course's students; None if there is no list.
    pattern
        A regular expression with a group ``student``, which replaces all other rules.
    logins
        For Blackboard, where a login follows an assignment's title and both may hold anything: the login that the text beside an
        upload gives, by what stands before ``_attempt_`` (:func:`autograder.intake.beside.logins`).
    submitters
        For Gradescope, whose folders have only numbers: :func:`autograder.intake.beside.submitters`.

    Raises
    ------
    CourseError
        If the pattern cannot be used, or the form needs a roster.
    """

    def __init__(
        self,
        form: str,
        assignment: str,
        notebooks: list[str],
        roster: Roster | None = None,
        pattern: str | None = None,
        logins: Mapping[str, str] | None = None,
        submitters: Mapping[str, Submitters] | None = None,
    ) -> None:
        self._form, self._assignment, self._notebooks, self._roster = form, assignment, notebooks, roster
        self._logins, self._submitters = logins or {}, submitters or {}
        self._pattern = _compiled(pattern) if pattern is not None else None
        if pattern is None and roster is None and form in ("moodle", "canvas"):
            raise CourseError(
                f"These are names as {form.capitalize()} exports them, and only a list of students says whose they are: two students may "
                "have one name. Give --roster FILE: a CSV file with id and lms_id, or the platform's own export "
                "(Moodle: the grading worksheet; Canvas: the gradebook). Or --pattern, if part of each name is the student's id."
            )

    def match(self, origin: str) -> list[Match]:
        """Find the student of an upload by its name; several if a group handed it in.

        Raises
        ------
        Refused
            If it cannot be told.
        """
        found = self._match(origin)
        for each in found:
            wrong = wrong_with_name(each.student) if each.student else "no student can be identified from its name"
            if wrong:
                raise Refused(wrong)
        return found

    def _match(self, origin: str) -> list[Match]:
        if self._pattern is not None:
            by_pattern = self._pattern.fullmatch(without_endings(origin))
            if not by_pattern or not by_pattern["student"]:
                raise Refused("no student can be identified from its name: the pattern does not match")
            return [Match(by_pattern["student"], "by --pattern", attempt="" if self._form in _FLAT else origin)]
        if self._form == "folder":
            return [self._by_own_name(origin)]
        if self._form == "github":
            return self._by_repository(origin)
        if self._form == "gradescope":
            return self._by_list(origin)
        if self._form == "canvas":
            return self._by_canvas(origin)
        return self._by_platform(origin)

    def _by_own_name(self, origin: str) -> Match:
        """By the whole name, or, of a notebook, by what stands before the assignment's own name for it: ``ada_part1.ipynb``."""
        whole = without_endings(origin)
        ending = re.search(rf"[ _-]({'|'.join(map(re.escape, self._notebooks))})$", whole)
        start = whole[: ending.start()] if ending and origin.endswith(".ipynb") else ""
        if not ending or not start:
            owners = {} if self._roster is None or self._known_by(whole) else self._known_by(Path(whole).stem)
            if owners:  # of ada.pdf
                raise Refused(
                    f"{whole} is not in {self._roster_name()}, but {' or '.join(owners)} is; only a notebook, an archive or a folder counts"
                )
            return self._by_whole_name(whole, attempt=origin)
        several = len(self._notebooks) > 1
        place: dict[str, Any] = {"file": f"{ending[1]}.ipynb", "attempt": "" if several else origin}
        if self._roster is None:  # one notebook of several can only be placed by its name, so it is no part of the id
            return Match(start, "by its name", **place) if several else self._by_whole_name(whole, attempt=origin)
        people = self._known_by(whole) | self._known_by(start)
        return self._only(sorted(people), whole, lambda student: self._known_as(people[student]), **place)

    def _by_whole_name(self, name: str, **place: Any) -> Match:
        if self._roster is None and name in self._notebooks:
            raise Refused("its name is that of the notebook, and says nothing of a student")
        if self._roster is None:
            return Match(name, "by its name", **place)
        people = self._known_by(name)
        return self._only(list(people), name, lambda student: self._known_as(people[student]), **place)

    def _known_by(self, name: str) -> dict[str, str]:
        """Students whom the roster has by a name, and as what."""
        assert self._roster is not None
        return {student: f"{column} {name}" for student, column in self._roster.called(name).items()}

    def _known_as(self, what: str) -> str:
        return f"{what} in {self._roster_name()}"

    def _by_platform(self, origin: str) -> list[Match]:
        given = self._parts(origin)
        file, attempt = given["file"] or "", given.get("attempt") or ""
        if self._form == "nbgrader":
            if given["assignment"] != self._assignment:
                raise Refused(f"it was handed in for {given['assignment']}")
            return [self._by_whole_name(given["key"], attempt=origin, time=_utc(attempt))]
        if self._form == "blackboard":
            if given["key"] not in self._logins:
                raise Refused("there is no text file of Blackboard's beside it that says whose it is")
            return [self._by_whole_name(self._logins[given["key"]], file=file, attempt=attempt, time=_local(attempt))]
        return self._by_moodle(given["key"], given["name"], file)

    def _parts(self, origin: str) -> dict[str, Any]:
        parts = _NAMES[self._form].fullmatch(origin)
        if parts is None:
            raise Refused(f"it is not named as {self._form} names what it exports")
        return parts.groupdict()

    def _by_moodle(self, number: str, name: str, file: str) -> list[Match]:
        assert self._roster is not None
        if not self._roster.knows("lms_id"):
            known = f"the only {name} in {self._roster_name()}"
            return [self._only([person.id for person in self._roster.having("name", name)], name, lambda _: known, file=file)]
        people, members = self._roster.having("lms_id", number), self._members(name, file=file)
        # Moodle's numbers start again in each assignment, and those of groups are others: by the wrong ones someone else gets the work.
        others = [person for person in people if not (_is_moodles(name, person) if person.name else not members)]
        if others:
            raise Refused(
                f"number {number} is {others[0].name or others[0].id} in {self._roster_name()}: is that the list of this assignment?"
            )
        return members if members and not people else [self._by_number(number, people, file)]

    def _by_canvas(self, origin: str) -> list[Match]:
        """By the number. A student's own name and that of a file may look as if they held others' numbers, too."""
        assert self._roster is not None
        nameless = self._parts(origin)["nameless"]
        if not self._roster.knows("lms_id"):
            raise Refused(f"{self._roster_name()} has no column lms_id; use Canvas's own gradebook export as the roster")
        places = [place for place in _NUMBERS_OF_CANVAS.finditer(origin) if re.fullmatch(_WORD, origin[: place.start()])]
        known = [place for place in places if self._roster.having("lms_id", place["key"])]
        if len({place["key"] for place in known}) > 1:
            raise Refused(f"number {' or '.join(place['key'] for place in known)} could be the student's")
        for place in (known or places)[:1]:
            start, late, _ = origin[: place.start()].partition("_LATE")
            people, file = self._roster.having("lms_id", place["key"]), place["file"] or ""
            if any(squeezed(person.group) == squeezed(start) for person in people):
                return self._members(start, file=file)
            if not nameless or any(_is_canvass(start, person) for person in people):
                return [self._by_number(place["key"], people, file, bool(late))]
        raise Refused(
            "Canvas left the name out, because the assignment is anonymous: end that or post its grades, and download again"
        )

    def _by_number(self, number: str, people: list[Person], file: str, late: bool = False) -> Match:
        known = f"number {number} in {self._roster_name()}{', late' if late else ''}"
        return self._only([person.id for person in people], f"number {number}", lambda _: known, file=file)

    def _members(self, name: str, **place: Any) -> list[Match]:
        """Each member of a group that handed in under its name."""
        assert self._roster is not None
        why = f"in the group {name} in {self._roster_name()}"
        return [Match(person.id, why, **place) for person in self._roster.in_group(name)]

    def _by_repository(self, name: str) -> list[Match]:
        start = _start_of_repositories(self._assignment)
        if not _slug(name).startswith(start):
            raise Refused(f"it does not begin with {start}; if your repositories do not, say --pattern 'NAME-(?P<student>.*)'")
        owner = without_endings(name[len(start) :])
        if self._roster is not None and not self._known_by(owner) and (members := self._members(owner, attempt=name)):
            return members
        return [self._by_whole_name(owner, attempt=name)]

    def _by_list(self, origin: str) -> list[Match]:
        submission = self._submitters.get(origin)
        if submission is None or not submission.people:
            raise Refused(f"{GRADESCOPE} does not say whose it is")
        return [self._by_submitter(person, origin, submission.time) for person in submission.people]

    def _by_submitter(self, person: Mapping[str, str], origin: str, time: datetime | None) -> Match:
        names = [name for name in (person["sid"].strip(), person["email"].strip()) if name]
        if not names:
            raise Refused(f"{GRADESCOPE} has no SID and no email for {person['name']}")
        if self._roster is None:
            return Match(names[0], f"by {GRADESCOPE}", attempt=origin, time=time)
        columns = ("id", "email", "lms_id")
        people = {p.id for name in names for column in columns for p in self._roster.having(column, name)}
        what = " ".join(filter(None, (person["name"], *names)))
        return self._only(sorted(people), what, lambda _: self._known_as(what), attempt=origin, time=time)

    def _only(self, students: list[str], what: str, why: Callable[[str], str], **place: Any) -> Match:
        if not students:
            raise Refused(f"{what} is not in {self._roster_name()}")
        if len(students) > 1:
            raise Refused(f"{what} could be {' or '.join(students)}")
        return Match(students[0], why(students[0]), **place)

    def _roster_name(self) -> str:
        return self._roster.source if self._roster is not None else "the roster"


def detect_form(names: Iterable[str], assignment: str, roster: Roster | None = None) -> str:
    """Tell by the names of all uploads which platform exported them; ``folder`` if none did.

    Raises
    ------
    CourseError
        If some are as one exports them and others are not.
    """
    names = list(names)
    if GRADESCOPE in names:
        return "gradescope"
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
    start = _start_of_repositories(assignment)
    are_repositories = all(_slug(name).startswith(start) and name[len(start) - 1] == "-" for name in names)
    is_id = roster is not None and any(roster.having("id", without_endings(name)) for name in names)
    return "github" if are_repositories and not is_id else "folder"


def moodles_number(origin: str) -> str:
    """The number in the name of an upload, if it is named as Moodle names them; else an empty text."""
    found = _NAMES["moodle"].match(origin)
    return found["key"] if found else ""


def without_endings(name: str) -> str:
    """A name without the endings of notebooks and archives, and without what browsers add to copies."""
    while Path(name).suffix and (is_archive(name) or name.endswith((".ipynb", ".tar"))):
        name = str(Path(name).with_suffix(""))
    return re.sub(r" \(\d+\)$", "", name)


def _is_canvass(start: str, person: Person) -> bool:
    """Whether Canvas may call a person so: it puts the last name first, and takes out all but letters, digits and underscores."""
    words = person.name.split()
    return squeezed(start) in {squeezed("".join(words[first:] + words[:first])) for first in range(len(words))}


def _is_moodles(name: str, person: Person) -> bool:
    """Whether Moodle may call a person so: it takes out some characters, and puts the name of a group in front."""
    tails = [name, *(name[place.end() :] for place in re.finditer("-", name))]
    return any(same_name(tail, person.name) for tail in tails)


def _start_of_repositories(assignment: str) -> str:
    return _slug(assignment) + "-"


def _slug(name: str) -> str:
    return name.replace("_", "-").casefold()


def _utc(text: str) -> datetime | None:
    time = parse_timestamp(text.encode())
    return time and time.replace(tzinfo=UTC)


def _local(text: str) -> datetime | None:
    """The time in a name of Blackboard's, which has no time zone; taken for this machine's."""
    try:
        return datetime.strptime(text, "%Y-%m-%d-%H-%M-%S").astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        names = re.compile(pattern)
    except re.error as error:
        raise CourseError(f"--pattern {pattern!r} is no regular expression: {error}") from error
    if "student" not in names.groupindex:
        raise CourseError(f"--pattern {pattern!r} has no group (?P<student>...)")
    return names
