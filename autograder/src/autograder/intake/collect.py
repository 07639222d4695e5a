"""Collect what students uploaded, from a folder or an archive into nbgrader's ``submitted``, with a receipt for each.

An upload is whatever one student sent: a notebook, a folder, or an archive. The time on its receipt is the time of the upload
itself, from the platform, the server or the file system; its contents, which the student wrote, do not count.
"""

import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from autograder.assignment import released_version
from autograder.course import Course, CourseError
from autograder.files import replacing, write_folder
from autograder.intake.archive import Bounds, Refused, Upload, is_archive, read_archive, read_folder
from autograder.intake.attempts import STAMP, Attempt, Kept, Run, latest
from autograder.intake.beside import GRADESCOPE, logins, submitters
from autograder.intake.matching import Match, Matcher, detect_form, without_endings
from autograder.intake.receipts import Receipt, digest_of, hashes_of, write_receipt
from autograder.intake.roster import Roster, course_roster, read_roster
from autograder.intake.submission import version_said
from autograder.intake.uploads import ITSELF, Entry, entries_in
from autograder.wording import counted, named

# What browsers and Canvas add to the name of a copy; from the eighth copy on, Canvas adds chance (make_unique_filename in its attachment.rb).
_COPY = re.compile(r" \(\d+\)$|-\d+$|-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
_NAME_BYTES = 200  # of what is put aside; file systems allow 255
_OURS = (STAMP, "submission_secret.txt", "feedback")
_IN_WORDS = {
    "folder": "entries that are named after their students",
    "github": "repositories of GitHub Classroom",
    "nbgrader": "folders of nbgrader's exchange",
}


def collect(
    course: Course,
    assignment: str,
    source: Path,
    form: str | None = None,
    roster: Path | None = None,
    pattern: str | None = None,
    dry_run: bool = False,
    tell: Callable[[str], None] = lambda sentence: None,
) -> Iterator[Receipt]:
    """Collect the uploads in a folder or an archive, and yield a receipt for each.

    All attempts of a student are kept (:mod:`autograder.intake.attempts`), and the latest in time becomes the submission, unless
    an instructor chose another one (:func:`choose`) and no new one has arrived. What is refused, such as an upload that could be
    two people's, changes nothing; it stays where it is, and a copy is put aside (:func:`aside`).

    Parameters
    ----------
    source
        A folder or archive with one entry, a file or a folder, per student, or as a learning platform exports it.
    form
        How its entries are named, one of `autograder.intake.matching.FORMS`; None to tell by the names.
    roster
        The list of students (`autograder.intake.roster.read_roster`); if None, ``roster.csv`` in the course, if it is there. If both
        are there, those who have one e-mail address in both have the course's id.
    pattern
        A regular expression with a group ``student`` that matches the names of entries.
    dry_run
        True yields the receipts and writes nothing.
    tell
        Called with a sentence about what was found in the source.

    Raises
    ------
    CourseError
        If the source or the roster cannot be read, there is nothing in the source, or its names need a roster.
    """
    course.require_assignment(assignment)
    wanted = [path.stem for path in sorted(course.folder("source", assignment).glob("*.ipynb"))]
    bounds = _bounds(course.folder("source", assignment))
    standing = course_roster(course)
    students = read_roster(roster).with_ids_of(standing) if roster else standing
    entries = _without_outer(entries_in(source, bounds), wanted, assignment, students, tell)
    if not entries:
        raise CourseError(f"{source} is empty: there is nothing to collect.")
    if form is None:
        form = "folder" if pattern else detect_form([entry.name for entry in entries], assignment, students)
        tell(f"Taken for {_IN_WORDS.get(form, f'an export of {form.capitalize()}')}; --from names another form.")
    matcher, entries = _matcher(form, assignment, wanted, students, pattern, entries)
    run = _Collecting(course, assignment, source, None if dry_run else Run(course, assignment))
    parts: dict[tuple[str, str], _Parts] = {}
    for entry in entries:
        try:
            for match in matcher.match(entry.name):
                parts.setdefault((match.student, match.attempt), _Parts(match)).add(entry, match)
        except Refused as reason:
            yield run.refuse([entry], Receipt("", assignment, entry.time.isoformat(), entry.name, refused=str(reason)))
    uploads: dict[str, list[_Handed]] = defaultdict(list)
    now, older = released_version(course, assignment), set[str]()
    for (student, _), part in sorted(parts.items(), key=lambda item: item[0]):
        receipt = Receipt(student, assignment, part.time.isoformat(), part.origin, why=part.why)
        try:
            upload = _placed(part.read(), wanted, bounds)
        except Refused as reason:
            yield run.refuse(part.entries, replace(receipt, refused=str(reason)))
            continue
        hashes = hashes_of(upload.files)
        version = next(filter(None, (version_said(upload.files.get(f"{name}.ipynb", b"")) for name in wanted)), None)
        if version and now and version.number < now.number:
            older.add(student)
        said = str(version) if version else ""
        receipt = replace(receipt, digest=digest_of(hashes), files=hashes, left_out=sorted(upload.left_out), release=said)
        uploads[student].append(_Handed(receipt, upload.files))
    for student, handed in sorted(uploads.items()):
        yield from run.take(student, handed)
    if students is not None and (absent := students.absent([*course.students(assignment)[0], *uploads])):
        tell(
            f"{len(absent)} of {counted(len(students.people), 'student')} in {students.source} handed nothing in: {named(absent, 10)}."
        )
    if older:
        tell(f"{counted(len(older), 'student')} worked on an older release than {now}: {named(sorted(older))}.")


def choose(course: Course, assignment: str, student: str, number: int | None) -> Attempt:
    """Let one of a student's attempts be the submission, until a new one arrives.

    Parameters
    ----------
    number
        Its number; None for the latest.

    Raises
    ------
    CourseError
        If there is no such attempt.
    """
    course.require_assignment(assignment)
    kept = Kept(course, assignment, student)
    attempt = latest(kept.attempts) if number is None else kept.find(number)
    if attempt is None:
        raise CourseError(f"Nothing of {student} was collected for {assignment}.")
    run = Run(course, assignment)
    run.choose(student, None if number is None else attempt)
    run.put(student, attempt, kept.files(attempt))
    return attempt


def aside(course: Course, assignment: str) -> Path:
    """Where copies of refused uploads of an assignment are put. It can be collected like any other folder, once names are mended."""
    return course.work / "not_collected" / assignment


@dataclass(frozen=True)
class _Handed:
    """One upload of a student, with a receipt that does not say yet what became of it."""

    receipt: Receipt
    files: dict[str, bytes]


class _Parts:
    """What a student handed in at one time: an entry, or several files that a platform exported side by side."""

    def __init__(self, match: Match) -> None:
        self.why = match.why
        self._said = match.time
        self._parts: list[tuple[Entry, str]] = []

    def add(self, entry: Entry, match: Match) -> None:
        self._parts.append((entry, match.file))

    @property
    def entries(self) -> list[Entry]:
        return [entry for entry, _ in self._parts]

    @property
    def time(self) -> datetime:
        return self._said or max(entry.time for entry in self.entries)

    @property
    def origin(self) -> str:
        return ", ".join(entry.name for entry in self.entries)

    def read(self) -> Upload:
        files: dict[str, bytes] = {}
        left_out = frozenset[str]()
        for entry, file in self._parts:
            part = entry.read(file)
            left_out |= part.left_out
            for name, content in part.files.items():
                if files.setdefault(name, content) != content:
                    raise Refused(f"two of its files are both named {name}")
        return Upload(files, {}, left_out=left_out)


class _Collecting:
    """One run: what becomes of each student's uploads.

    Parameters
    ----------
    changes
        Makes the changes and notes them down; None for a dry run.
    """

    def __init__(self, course: Course, assignment: str, source: Path, changes: Run | None) -> None:
        self._course, self._assignment, self._source, self._changes = course, assignment, source, changes

    def refuse(self, entries: list[Entry], receipt: Receipt) -> Receipt:
        """Put what was refused aside."""
        folder = aside(self._course, self._assignment)
        if self._changes is not None and self._source.resolve() != folder:
            for entry in entries:
                _put_aside(entry, folder)
        return self._receipt(receipt)

    def take(self, student: str, handed: list[_Handed]) -> Iterator[Receipt]:
        """Keep a student's uploads as attempts, and let the one that counts be the submission."""
        kept = Kept(self._course, self._assignment, student)
        attempts, chosen = list(kept.attempts), kept.chosen
        ordered = sorted(handed, key=lambda each: (each.receipt.uploaded, each.receipt.origin))
        new, of = _new_among(ordered, attempts)
        for attempt, each in new:
            attempts.append(attempt)
            chosen = None
            if self._changes is not None:
                self._changes.keep(student, attempt, each.files)
        counting = chosen or latest(attempts)
        assert counting is not None  # what was handed in is among them
        standing = kept.standing()
        stands = [attempt for attempt in attempts if attempt.time == standing]
        overtaken = standing is not None and standing > counting.time and not stands
        if self._changes is not None and stands == [counting]:  # also with changes that an instructor made to it
            self._changes.finish(student)
        elif self._changes is not None and not overtaken:
            files = next((each.files for each, attempt in zip(ordered, of, strict=True) if attempt == counting), None)
            self._changes.put(student, counting, files or kept.files(counting))
        seen: set[Attempt] = set()
        for each, attempt in zip(ordered, of, strict=True):
            if attempt in seen:
                refused = "it is the same as another upload of this student"
            elif attempt != counting and chosen is not None:
                refused = f"attempt {counting.number} counts, because it was chosen"
            elif attempt != counting:
                refused = "there is a later upload by the same student"
            else:
                refused = "a later upload has already been collected" if overtaken else ""
            seen.add(attempt)
            yield self._receipt(replace(each.receipt, refused=refused, attempt=attempt.number))

    def _receipt(self, receipt: Receipt) -> Receipt:
        if self._changes is not None:
            write_receipt(self._course, receipt)
        return receipt


def _new_among(handed: list[_Handed], attempts: list[Attempt]) -> tuple[list[tuple[Attempt, _Handed]], list[Attempt]]:
    """Which uploads are new attempts, and for each upload which attempt it is.

    The same files are the same attempt if they are the latest ones, whatever time they have now: an export that was downloaded
    again has new times. They are a new attempt if a student went back to what another attempt had replaced.
    """
    known, new, of = list(attempts), list[tuple[Attempt, _Handed]](), list[Attempt]()
    digests, last = {each.receipt.digest for each in handed}, latest(known)
    is_old = last is not None and last.digest in digests and digests <= {attempt.digest for attempt in known}
    for each in handed:
        same = [attempt for attempt in known if attempt.digest == each.receipt.digest]
        exact = [attempt for attempt in same if attempt.time == each.receipt.uploaded]
        if exact or (same and (is_old or same[-1] == latest(known))):
            of.append((exact or same)[-1])
            continue
        number = known[-1].number + 1 if known else 1
        attempt = Attempt(number, each.receipt.uploaded, each.receipt.digest)
        known.append(attempt)
        new.append((attempt, each))
        of.append(attempt)
    return new, of


def _put_aside(entry: Entry, folder: Path) -> None:
    """Copy a refused upload, unless it is there already or cannot be read."""
    try:
        upload = entry.contents()
    except Refused:
        return
    if len(os.fsencode(entry.name)) > _NAME_BYTES:
        return
    is_file = ITSELF in upload.files
    stem, suffix = (Path(entry.name).stem, Path(entry.name).suffix) if is_file else (entry.name, "")
    number, place = 1, folder / entry.name
    while os.path.lexists(place):
        if _is_same(place, upload):
            return
        number += 1
        place = folder / f"{stem} ({number}){suffix}"
    if is_file:
        with replacing(place) as fresh:
            fresh.write_bytes(upload.files[ITSELF])
    else:
        write_folder(place, upload.files)


def _is_same(place: Path, upload: Upload) -> bool:
    if ITSELF in upload.files:
        return place.is_file() and place.read_bytes() == upload.files[ITSELF]
    bounds = Bounds(count=20 * len(upload.files) + 20, size=sum(map(len, upload.files.values())))  # folders count, too
    try:
        return place.is_dir() and read_folder(place, bounds).files == upload.files
    except Refused:
        return False


def _matcher(
    form: str, assignment: str, wanted: list[str], roster: Roster | None, pattern: str | None, entries: list[Entry]
) -> tuple[Matcher, list[Entry]]:
    """What finds the students, and the entries that are uploads."""
    make = partial(Matcher, form, assignment, wanted, roster, pattern)
    if form == "blackboard":
        return make(logins=logins(entries)), entries
    if form != "gradescope":
        return make(), entries
    listed = [entry for entry in entries if entry.name == GRADESCOPE]
    if not listed:
        raise CourseError(
            f"There is no {GRADESCOPE} beside the submissions, which says whose each is. Export from Gradescope again."
        )
    return make(submitters=submitters(listed[0])), [entry for entry in entries if entry.name != GRADESCOPE]


def _without_outer(
    entries: list[Entry], wanted: list[str], assignment: str, roster: Roster | None, tell: Callable[[str], None]
) -> list[Entry]:
    """Open one folder around all uploads, where it cannot be a student's own."""
    if len(entries) != 1:
        return entries
    (outer,) = entries
    try:
        inside = outer.inside()
    except PermissionError:  # said when the entry is read
        return entries
    if inside and _is_around(outer.name, inside, wanted, assignment, roster):
        tell(f"All uploads are in the folder {outer.name!a}.")
        return inside
    return entries


def _is_around(outer: str, inside: list[Entry], wanted: list[str], assignment: str, roster: Roster | None) -> bool:
    names = [entry.name for entry in inside]
    if any(name.removesuffix(".ipynb") in wanted for name in names) or (roster is not None and roster.called(outer)):
        return False  # it is what one student handed in
    try:
        if detect_form(names, assignment, roster) != "folder":
            return True
    except CourseError:
        return True  # some are as a platform exports them; that others are not will be said
    if roster is not None and any(roster.called(without_endings(name)) for name in names):
        return True
    uploads = sum(map(_is_upload, inside))  # beside them, someone may have handed in a PDF
    return outer == assignment or (uploads > 1 and 2 * uploads > len(inside))


def _is_upload(entry: Entry) -> bool:
    return any(each.name.endswith(".ipynb") or is_archive(each.name) for each in entry.inside() or [entry])


def _bounds(source: Path) -> Bounds:
    """What a student may hand in: as much as of an assignment without files, and what went out with this one."""
    sizes = [path.lstat().st_size for path in source.rglob("*") if path.is_file() and path.suffix != ".ipynb"]
    return Bounds(count=Bounds.count + len(sizes), size=Bounds.size + sum(sizes))


def _placed(upload: Upload, wanted: list[str], bounds: Bounds) -> Upload:
    """Put the files where the assignment has them: remove enclosing folders, and rename a single notebook."""
    files, left_out = dict(upload.files), upload.left_out
    if len(files) == 1 and is_archive(next(iter(files))):  # one archive in a student's folder
        ((name, content),) = files.items()
        inner = read_archive(content, name, bounds)
        files, left_out = dict(inner.files), left_out | inner.left_out
    while files and not any(name.endswith(".ipynb") for name in files if "/" not in name):
        tops = {name.partition("/")[0] for name in files}
        if len(tops) != 1 or any("/" not in name for name in files):
            break
        files = {name.partition("/")[2]: content for name, content in files.items()}
    notebooks = [name for name in files if name.endswith(".ipynb") and "/" not in name]
    for stem in wanted:
        copies = [name for name in notebooks if _COPY.sub("", name.removesuffix(".ipynb")) == stem]
        if f"{stem}.ipynb" not in files and len(copies) == 1:
            files[f"{stem}.ipynb"] = files.pop(copies[0])
            notebooks.remove(copies[0])
    if len(wanted) == 1 and len(notebooks) == 1 and f"{wanted[0]}.ipynb" not in files:
        files[f"{wanted[0]}.ipynb"] = files.pop(notebooks[0])
    missing = [name for name in wanted if f"{name}.ipynb" not in files]
    if len(missing) == len(wanted):
        instead = f", but {named(sorted(files), 3)}" if files else ""
        raise Refused(f"it contains no {' or '.join(f'{name}.ipynb' for name in wanted)}{instead}")
    kept = {name: content for name, content in files.items() if name.partition("/")[0] not in _OURS}
    return Upload(kept, {}, left_out=left_out)
