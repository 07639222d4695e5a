"""Collect what students uploaded, from a folder or an archive into nbgrader's ``submitted``, with a receipt for each.

An upload is whatever one student sent: a notebook, a folder, or an archive. The time on its receipt is the time of the upload
itself, from the server or the file system; its contents, which the student wrote, do not count.
"""

import contextlib
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from autograder.course import Course, CourseError
from autograder.files import write_folder
from autograder.intake.archive import Bounds, Refused, Upload, is_archive, is_junk, read_archive, read_folder
from autograder.intake.matching import Match, Matcher, detect_form, login_in
from autograder.intake.regular_file import open_regular, read_within, time_of
from autograder.intake.roster import course_roster, read_roster
from autograder.intake.submission import STAMP_BYTES, parse_timestamp

RECEIPT = "receipts.jsonl"
_EVERYTHING = Bounds(count=200_000, size=4 << 30, ratio=1000)  # for the instructor's download; each upload has separate bounds
_FLAT = ("moodle", "canvas", "blackboard")  # put the files of one upload side by side
_COPY = re.compile(r" \(\d+\)$|-\d+$")  # what browsers and Canvas add to the name of a copy
_OURS = ("timestamp.txt", "submission_secret.txt", "feedback")


@dataclass(frozen=True)
class Receipt:
    """The record of one upload.

    Parameters
    ----------
    student, assignment
        Whose upload, and for which assignment.
    time
        When it was uploaded, ISO 8601, UTC.
    origin
        Its name in the collected folder or archive.
    digest
        SHA-256 of the paths and contents of its files.
    files
        SHA-256 of each file, by path.
    refused
        Why it was refused; empty if it was collected.
    why
        How the student was found.
    left_out
        Folders in it that tools made, such as ``venv``; they were not collected.
    """

    student: str
    assignment: str
    time: str
    origin: str
    digest: str
    files: dict[str, str]
    refused: str = ""
    why: str = ""
    left_out: list[str] = field(default_factory=list)


def collect(
    course: Course,
    assignment: str,
    source: Path,
    form: str | None = None,
    roster: Path | None = None,
    pattern: str | None = None,
    dry_run: bool = False,
) -> Iterator[Receipt]:
    """Collect the uploads in a folder or an archive, and yield a receipt for each, collected or refused.

    A student's later upload replaces an earlier one; an upload older than the collected one is refused. A refused upload changes
    nothing, and stays where it is.

    Parameters
    ----------
    source
        A folder or archive with one entry, a file or a folder, per student, or as a learning platform exports it.
    form
        How its entries are named, one of `autograder.intake.matching.FORMS`; None to tell by the names.
    roster
        The list of students (`autograder.intake.roster.read_roster`); if None, ``roster.csv`` in the course, if it is there.
    pattern
        A regular expression with a group ``student`` that matches the names of entries.
    dry_run
        True yields the receipts and writes nothing.

    Raises
    ------
    CourseError
        If the source or the roster cannot be read, there is nothing in the source, or its names need a roster.
    """
    course.require_assignment(assignment)
    wanted = [path.stem for path in sorted(course.folder("source", assignment).glob("*.ipynb"))]
    bounds = _bounds(course.folder("source", assignment))
    entries = _without_outer(_entries(source, bounds), wanted)
    if not entries:
        raise CourseError(f"{source} is empty: there is nothing to collect.")
    students = read_roster(roster) if roster else course_roster(course)
    if form is None:
        form = "folder" if pattern else detect_form(entry.name for entry in entries)
    matcher = Matcher(form, assignment, students, pattern, _logins(entries) if form == "blackboard" else None)
    keep = (lambda _, receipt: receipt) if dry_run else _keep
    attempts: dict[tuple[str, str], _Attempt] = {}
    for entry in entries:
        try:
            match = matcher.match(entry.name)
            attempt = attempts.setdefault((match.student, match.attempt if form in _FLAT else entry.name), _Attempt(match))
            attempt.add(entry, match.file)
        except Refused as reason:
            yield keep(course, _receipt("", assignment, entry.time, entry.name, refused=str(reason)))
    latest: dict[str, tuple[datetime, str, Upload, str]] = {}
    for (student, _), attempt in sorted(attempts.items(), key=lambda item: item[0]):
        try:
            upload = _placed(attempt.read(), wanted, bounds)
        except Refused as reason:
            yield keep(
                course, _receipt(student, assignment, attempt.time, attempt.origin, refused=str(reason), why=attempt.why)
            )
            continue
        one = (attempt.time, attempt.origin, upload, attempt.why)
        if student in latest:
            earlier, one = sorted([latest[student], one], key=lambda each: each[:2])
            refused = "there is a later upload by the same student"
            yield keep(course, _receipt(student, assignment, *earlier[:3], refused=refused, why=earlier[3]))
        latest[student] = one
    for student, one in sorted(latest.items()):
        yield keep(course, _take_in(course, student, assignment, *one, dry_run))


def receipts(course: Course) -> Iterator[Receipt]:
    """All receipts, in the order they were written."""
    path = course.records / RECEIPT
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            yield Receipt(**json.loads(line))


@dataclass(frozen=True)
class _Entry:
    """One file or folder among the uploads; `read` gives its contents, a single file under the name that is passed."""

    name: str
    time: datetime
    read: Callable[[str], Upload]
    inside: Callable[[], list["_Entry"]] = list  # the entries of a folder


class _Attempt:
    """What a student handed in at one time: an entry, or several files that a platform exported side by side."""

    def __init__(self, match: Match) -> None:
        self.why = match.why
        self._parts: list[tuple[_Entry, str]] = []

    def add(self, entry: _Entry, file: str) -> None:
        self._parts.append((entry, file or entry.name))

    @property
    def time(self) -> datetime:
        return max(entry.time for entry, _ in self._parts)

    @property
    def origin(self) -> str:
        return ", ".join(entry.name for entry, _ in self._parts)

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


def _logins(entries: list[_Entry]) -> dict[str, str]:
    found = []
    for entry in entries:
        if entry.name.endswith(".txt"):
            with contextlib.suppress(Refused):
                found += [login_in(entry.name, content.decode(errors="replace")) for content in entry.read("").files.values()]
    return dict(each for each in found if each is not None)


def _without_outer(entries: list[_Entry], wanted: list[str]) -> list[_Entry]:
    """Open one folder around all uploads: a single entry with several entries inside that are no notebooks of the assignment's."""
    if len(entries) == 1:
        inside = entries[0].inside()
        if len(inside) > 1 and not any(entry.name.removesuffix(".ipynb") in wanted for entry in inside):
            return inside
    return entries


def _bounds(source: Path) -> Bounds:
    """What a student may hand in: as much as of an assignment without files, and what went out with this one."""
    sizes = [path.lstat().st_size for path in source.rglob("*") if path.is_file() and path.suffix != ".ipynb"]
    return Bounds(count=Bounds.count + len(sizes), size=Bounds.size + sum(sizes))


def _entries(source: Path, bounds: Bounds) -> list[_Entry]:
    """All uploads in a folder or an archive, each within the bounds."""
    if source.is_dir():
        return _in_folder(source.resolve(), bounds)
    if not source.is_file():
        raise CourseError(f"There is no folder or archive {source}.")
    if not is_archive(source.name):
        raise CourseError(f"{source} is neither a folder nor an archive (.zip, .tar, .tar.gz, .7z).")
    try:
        everything = read_archive(source.read_bytes(), source.name, _EVERYTHING, whole_class=True)
    except Refused as reason:
        raise CourseError(f"{source}: {reason}. Unpack it yourself and collect the folder.") from reason
    return _in_archive(everything, bounds)


def _in_folder(folder: Path, bounds: Bounds) -> list[_Entry]:
    if folder.is_symlink() or not folder.is_dir():
        return []
    return [
        _Entry(
            path.name,
            time_of(path.lstat().st_mtime) or datetime.now(UTC),
            partial(_read_path, bounds, path),
            partial(_in_folder, path, bounds),
        )
        for path in sorted(folder.iterdir())
        if not is_junk(path.name)
    ]


def _in_archive(everything: Upload, bounds: Bounds) -> list[_Entry]:
    groups: dict[str, dict[str, bytes]] = {}
    for name, content in everything.files.items():
        groups.setdefault(name.partition("/")[0], {})[name] = content
    for origin in everything.refused:
        groups.setdefault(origin, {})
    entries = []
    for origin, files in sorted(groups.items()):
        known = [everything.times[name] for name in files if name in everything.times]
        refused = everything.refused.get(origin, "")
        left_out = frozenset(name for name in everything.left_out if name.partition("/")[0] == origin)
        part = Upload(files, {name: everything.times[name] for name in files if name in everything.times}, left_out=left_out)
        time = max(known, default=datetime.now(UTC))
        entries.append(
            _Entry(
                origin,
                time,
                partial(_refuse, refused) if refused else partial(_read_part, bounds, origin, part),
                partial(_in_archive, Upload({}, {}) if origin in files else _below(part), bounds),
            )
        )
    return entries


def _refuse(reason: str, file: str) -> Upload:
    raise Refused(reason)


def _below(part: Upload) -> Upload:
    """The contents of a folder, by their paths in it."""

    def below(name: str) -> str:
        return name.partition("/")[2]

    files = {below(name): content for name, content in part.files.items()}
    times = {below(name): time for name, time in part.times.items()}
    return Upload(files, times, left_out=frozenset(map(below, part.left_out)))


def _read_path(bounds: Bounds, path: Path, file: str) -> Upload:
    if path.is_symlink():
        raise Refused("it is a link")
    if path.is_dir():
        return read_folder(path, bounds)
    if not path.is_file():
        raise Refused("it is neither a file nor a folder")
    bound = bounds.size
    try:
        with open_regular(path) as opened:
            if os.fstat(opened.fileno()).st_nlink > 1:
                raise Refused("it is a hard link to a file elsewhere")
            content = opened.read(bound + 1)
    except OSError as error:
        raise Refused(f"it cannot be read: {error.strerror}") from error
    if len(content) > bound:
        raise Refused(f"it is larger than {bound >> 20} MB")
    return _opened(bounds, file, content)


def _read_part(bounds: Bounds, origin: str, part: Upload, file: str) -> Upload:
    """Read an entry of the instructor's archive: a folder, or a file that may itself be an archive."""
    if set(part.files) == {origin}:
        return _opened(bounds, file, part.files[origin])
    below = _below(part)
    files = below.files
    if len(files) > bounds.count or sum(map(len, files.values())) > bounds.size:
        raise Refused(f"it contains more than {bounds.count} files, or more than {bounds.size >> 20} MB")
    return Upload(files, {}, left_out=below.left_out)


def _opened(bounds: Bounds, name: str, content: bytes) -> Upload:
    return read_archive(content, name, bounds) if is_archive(name) else Upload({name: content}, {})


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
        raise Refused(f"it contains no {' or '.join(f'{name}.ipynb' for name in wanted)}")
    kept = {name: content for name, content in files.items() if name.partition("/")[0] not in _OURS}
    return Upload(kept, {}, left_out=left_out)


def _receipt(
    student: str, assignment: str, time: datetime, origin: str, upload: Upload | None = None, refused: str = "", why: str = ""
) -> Receipt:
    files = upload.files if upload else {}
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}
    digest = hashlib.sha256(json.dumps(hashes).encode()).hexdigest() if hashes else ""
    left_out = sorted(upload.left_out) if upload else []
    return Receipt(student, assignment, time.isoformat(), origin, digest, hashes, refused, why, left_out)


def _take_in(
    course: Course, student: str, assignment: str, time: datetime, origin: str, upload: Upload, why: str, dry_run: bool
) -> Receipt:
    folder = course.folder("submitted", assignment, student)
    there = folder / "timestamp.txt"
    if there.is_file() and not there.is_symlink():
        standing = parse_timestamp(read_within(there, STAMP_BYTES) or b"")
        if standing is not None and standing.replace(tzinfo=UTC) > time:
            refused = "a later upload has already been collected"
            return _receipt(student, assignment, time, origin, upload, refused=refused, why=why)
    if not dry_run:
        write_folder(folder, {**upload.files, "timestamp.txt": time.isoformat().encode()})
    return _receipt(student, assignment, time, origin, upload, why=why)


def _keep(course: Course, receipt: Receipt) -> Receipt:
    line = json.dumps(asdict(receipt)).encode() + b"\n"
    descriptor = os.open(course.records / RECEIPT, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "ab") as file:
        file.write(line)
    return receipt
