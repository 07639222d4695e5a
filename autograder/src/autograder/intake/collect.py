"""Collect what students uploaded, from a folder or an archive into nbgrader's ``submitted``, with a receipt for each.

An upload is whatever one student sent: a notebook, a folder, or an archive. The time on its receipt is the time of the upload
itself, from the server or the file system; its contents, which the student wrote, do not count.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from autograder.course import Course, CourseError
from autograder.files import write_folder
from autograder.intake.archive import Bounds, Refused, Upload, is_archive, read_archive, read_folder
from autograder.intake.matching import student_of, student_pattern
from autograder.intake.submission import parse_timestamp, read_within
from autograder.names import wrong_with_name

RECEIPT = "receipts.jsonl"
_EVERYTHING = Bounds(count=200_000, size=4 << 30, ratio=1000)  # for the instructor's download; each upload has separate bounds
_RECEIPT_BYTES = 1 << 16
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
    """

    student: str
    assignment: str
    time: str
    origin: str
    digest: str
    files: dict[str, str]
    refused: str = ""


def collect(course: Course, assignment: str, source: Path, pattern: str | None = None) -> Iterator[Receipt]:
    """Collect the uploads in a folder or an archive, and yield a receipt for each, collected or refused.

    A student's later upload replaces an earlier one; an upload older than the collected one is refused. A refused upload changes
    nothing.

    Parameters
    ----------
    source
        A folder or archive with one entry, a file or a folder, per student.
    pattern
        A regular expression with a group ``student`` that matches the names of entries; by default, the name up to the
        first underscore, or all of it.

    Raises
    ------
    CourseError
        If the source cannot be read, or the pattern is invalid.
    """
    course.require_assignment(assignment)
    wanted = [path.stem for path in sorted(course.folder("source", assignment).glob("*.ipynb"))]
    names = student_pattern(pattern)
    latest: dict[str, tuple[datetime, str, Upload]] = {}
    for origin, time, read in _entries(source):
        student = student_of(origin, names)
        wrong = wrong_with_name(student) if student else None
        try:
            if not student or wrong:
                raise Refused(wrong or "no student can be identified from its name")
            upload = _placed(read(), wanted)
        except Refused as reason:
            yield _keep(course, _receipt(student or "", assignment, time, origin, refused=str(reason)))
            continue
        entry = (time, origin, upload)
        if student in latest:
            earlier, entry = sorted([latest[student], entry], key=lambda each: each[0])
            yield _keep(course, _receipt(student, assignment, *earlier, refused="there is a later upload by the same student"))
        latest[student] = entry
    for student, entry in sorted(latest.items()):
        yield _keep(course, _take_in(course, student, assignment, *entry))


def receipts(course: Course) -> Iterator[Receipt]:
    """All receipts, in the order they were written."""
    path = course.records / RECEIPT
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            yield Receipt(**json.loads(line))


def _entries(source: Path):
    """Each upload's name, its time, and a function that reads it."""
    if source.is_dir():
        for path in sorted(source.iterdir()):
            status = path.lstat()
            yield path.name, datetime.fromtimestamp(status.st_mtime, UTC), lambda path=path: _read_path(path)
        return
    if not source.is_file():
        raise CourseError(f"There is no folder or archive {source}.")
    if not is_archive(source.name):
        raise CourseError(f"{source} is neither a folder nor an archive (.zip, .tar, .tar.gz, .7z).")
    try:
        everything = read_archive(source.read_bytes(), source.name, _EVERYTHING)
    except Refused as reason:
        raise CourseError(f"{source}: {reason}. Unpack it yourself and collect the folder.") from reason
    groups: dict[str, list[str]] = {}
    for name in everything.files:
        groups.setdefault(name.partition("/")[0], []).append(name)
    for origin, names in sorted(groups.items()):
        known = [everything.times[name] for name in names if name in everything.times]
        time = max(known, default=datetime.now(UTC))
        part = Upload({name: everything.files[name] for name in names}, {})
        yield origin, time, lambda origin=origin, part=part: _read_part(origin, part)


def _read_path(path: Path) -> Upload:
    if path.is_symlink():
        raise Refused("it is a link")
    if path.is_dir():
        return read_folder(path, Bounds())
    if not path.is_file():
        raise Refused("it is neither a file nor a folder")
    if path.stat().st_nlink > 1:
        raise Refused("it is a hard link to a file elsewhere")
    bound = Bounds().size
    content = read_within(path, bound)
    if content is None:
        raise Refused(f"it is larger than {bound >> 20} MB")
    return _opened(path.name, content)


def _read_part(origin: str, part: Upload) -> Upload:
    """Read an entry of the instructor's archive: a folder, or a file that may itself be an archive."""
    if set(part.files) == {origin}:
        return _opened(origin, part.files[origin])
    files = {name.partition("/")[2]: content for name, content in part.files.items()}
    bounds = Bounds()
    if len(files) > bounds.count or sum(map(len, files.values())) > bounds.size:
        raise Refused(f"it contains more than {bounds.count} files, or more than {bounds.size >> 20} MB")
    return Upload(files, {})


def _opened(name: str, content: bytes) -> Upload:
    return read_archive(content, name, Bounds()) if is_archive(name) else Upload({name: content}, {})


def _placed(upload: Upload, wanted: list[str]) -> Upload:
    """Put the files where the assignment has them: remove enclosing folders, and rename a single notebook."""
    files = dict(upload.files)
    if len(files) == 1 and is_archive(next(iter(files))):  # one archive in a student's folder
        ((name, content),) = files.items()
        files = dict(read_archive(content, name, Bounds()).files)
    while files and not any(name.endswith(".ipynb") for name in files if "/" not in name):
        tops = {name.partition("/")[0] for name in files}
        if len(tops) != 1 or any("/" not in name for name in files):
            break
        files = {name.partition("/")[2]: content for name, content in files.items()}
    notebooks = [name for name in files if name.endswith(".ipynb") and "/" not in name]
    if len(wanted) == 1 and len(notebooks) == 1:
        files[f"{wanted[0]}.ipynb"] = files.pop(notebooks[0])
    missing = [name for name in wanted if f"{name}.ipynb" not in files]
    if len(missing) == len(wanted):
        raise Refused(f"it contains no {' or '.join(f'{name}.ipynb' for name in wanted)}")
    return Upload({name: content for name, content in files.items() if name.partition("/")[0] not in _OURS}, {})


def _receipt(
    student: str, assignment: str, time: datetime, origin: str, upload: Upload | None = None, refused: str = ""
) -> Receipt:
    files = upload.files if upload else {}
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}
    digest = hashlib.sha256(json.dumps(hashes).encode()).hexdigest() if hashes else ""
    return Receipt(student, assignment, time.isoformat(), origin, digest, hashes, refused)


def _take_in(course: Course, student: str, assignment: str, time: datetime, origin: str, upload: Upload) -> Receipt:
    folder = course.folder("submitted", assignment, student)
    there = folder / "timestamp.txt"
    if there.is_file() and not there.is_symlink():
        standing = parse_timestamp(read_within(there, _RECEIPT_BYTES) or b"")
        if standing is not None and standing.replace(tzinfo=UTC) > time:
            return _receipt(student, assignment, time, origin, upload, refused="a later upload has already been collected")
    write_folder(folder, {**upload.files, "timestamp.txt": time.isoformat().encode()})
    return _receipt(student, assignment, time, origin, upload)


def _keep(course: Course, receipt: Receipt) -> Receipt:
    line = json.dumps(asdict(receipt)).encode() + b"\n"
    descriptor = os.open(course.records / RECEIPT, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "ab") as file:
        file.write(line)
    return receipt
