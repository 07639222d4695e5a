"""Write the repository that students clone: lectures, released assignments and what they need, but no solutions and no grader."""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat

from autograder.assignment import Assignment
from autograder.course import CONFIG, Course, CourseError, files_below
from autograder.files import replacing
from autograder.notebook import as_text
from autograder.release import leaks, older_than_source, passages_in

MANIFEST = ".published.json"


@dataclass(frozen=True)
class Published:
    """What became of the files of a students' repository, by their path in it.

    Parameters
    ----------
    written
        New, or changed since the last time.
    removed
        Written once, and published no longer.
    kept
        Published no longer either, but changed in the repository since.
    unchanged
        How many are as they were.
    """

    written: list[str]
    removed: list[str]
    kept: list[str]
    unchanged: int


def publish(course: Course, folder: Path) -> Published:
    """Write or update the students' repository in a folder.

    A file is written only if its content changes, so that a commit holds what is new and forks can pull it. What else is in the
    folder stays. A manifest in it says which files are ours, and as what they were written.

    Parameters
    ----------
    course
        The course. ``c.Course.published`` and ``c.Course.student_directory`` say what goes with the released assignments.
    folder
        The repository's folder; it is made if need be.

    Raises
    ------
    CourseError
        If anything would leak, a release is older than its source, or the folder holds other files in the place of ours. Then
        nothing is written.
    """
    folder, root = folder.resolve(), Path(course.root).resolve()
    if root.is_relative_to(folder):
        raise CourseError(f"{folder} holds the course itself. Name another folder, for the students' repository.")
    files = dict(_files(course))
    _refuse_leaks(course, files)
    earlier = _read_manifest(folder)
    on_disk = {path: _digest_of(folder / path) for path in {*files, *earlier}}
    fresh = {path: _digest(content) for path, content in files.items()}
    foreign = [path for path in files if on_disk[path] not in (None, fresh[path], earlier.get(path))]
    if foreign:
        raise CourseError(
            f"Nothing is published, because these files in {folder} are not as `publish` left them:\n"
            + "\n".join(f"  {path}" for path in sorted(foreign))
            + "\nBring what is worth keeping into the course, remove them there, and publish again."
        )
    written = sorted(path for path in files if on_disk[path] != fresh[path])
    gone = sorted(path for path in earlier if path not in files and on_disk[path] is not None)
    removed = [path for path in gone if on_disk[path] == earlier[path]]
    for path in written:
        with replacing(folder / path) as new:
            new.write_bytes(files[path])
    for path in removed:
        _remove(folder, path)
    if fresh != earlier:
        with replacing(folder / MANIFEST) as new:
            new.write_text(json.dumps(fresh, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return Published(written, removed, [path for path in gone if path not in removed], len(files) - len(written))


def _not_for_students(course: Course) -> list[Path]:
    """What the course keeps to itself."""
    folders = (course.source_directory, course.judges_directory, course.submitted_directory, course.autograded_directory)
    names = [*folders, course.feedback_directory, os.path.join(course.work_directory, ".autograder")]
    book = course.gradebook_file
    return [Path(course.root, name).resolve() for name in names] + ([book.resolve()] if book else [])


def _files(course: Course) -> Iterator[tuple[str, bytes]]:
    """Everything that is published, by its path in the students' repository; notebooks are without outputs."""
    root = Path(course.root).resolve()
    release = course.folder("release", ".").resolve()
    released = [name for name in course.assignments() if (release / name).is_dir()]
    if not released:
        raise CourseError(f"No assignment is released in {release}. Run `autograder release ASSIGNMENT` first.")
    names = [*course.published, *(str((release / assignment).relative_to(root)) for assignment in released)]
    if (root / course.worked_directory).is_dir():
        names.append(course.worked_directory)
    for name in names:
        for path in _walk(course, root / name):
            yield path.relative_to(root).as_posix(), _content(path)
    if course.student_directory:
        top = root / course.student_directory
        for path in _walk(course, top):
            yield path.relative_to(top).as_posix(), _content(path)


def _walk(course: Course, start: Path) -> list[Path]:
    if not start.exists():
        raise CourseError(f"{CONFIG} publishes {start}, which does not exist.")
    found = [start] if start.is_file() else files_below(start, course.ignore)
    secret = _not_for_students(course)
    for path in found:
        if any(path.resolve().is_relative_to(folder) for folder in secret):
            raise CourseError(f"{CONFIG} publishes {path}, which students must not see. Name what is published in more detail.")
    return [path for path in found if not path.is_symlink()]


def _content(path: Path) -> bytes:
    if path.suffix != ".ipynb":
        return path.read_bytes()
    try:
        return as_text(nbformat.read(path, as_version=4)).encode()
    except (ValueError, nbformat.ValidationError) as error:
        raise CourseError(f"{path} cannot be read as a notebook: {error}") from error


def texts_searched(course: Course, files: Mapping[str, bytes] | None = None) -> dict[str, str]:
    """The texts that `publish` searches for passages of solutions: all but the released assignments, which `release` searches."""
    released = f"{course.folder('release', '.').resolve().relative_to(Path(course.root).resolve()).as_posix()}/"
    return {
        path: _text(path, content)
        for path, content in (dict(_files(course)) if files is None else files).items()
        if not path.startswith(released)
    }


def _refuse_leaks(course: Course, files: Mapping[str, bytes]) -> None:
    texts, found = texts_searched(course, files), []
    for name in course.assignments():
        assignment = Assignment(course, name)
        if course.folder("release", name).is_dir():
            if old := older_than_source(assignment):
                found.append(f"the release of {name} is older than its source ({old[0]}); run `autograder release {name}`")
            found += leaks(assignment)
        worked = f"{course.worked_directory}/{name}/"
        found += passages_in(assignment, {path: text for path, text in texts.items() if not path.startswith(worked)})
    if found:
        raise CourseError("Nothing is published:\n" + "\n".join(f"  {what}" for what in found))


def _text(path: str, content: bytes) -> str:
    if path.endswith(".ipynb"):
        return "\n".join(cell.source for cell in nbformat.reads(content.decode(), as_version=4).cells)
    return content.decode(errors="replace")


def _read_manifest(folder: Path) -> dict[str, str]:
    path = folder / MANIFEST
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError) as error:
        raise CourseError(f"{path} is damaged: {error}. Bring it back with git, then publish again.") from error


def _digest_of(path: Path) -> str | None:
    """Of a file; None if nothing is there, and no digest of anything if it is no file."""
    if not os.path.lexists(path):
        return None
    return _digest(path.read_bytes()) if path.is_file() and not path.is_symlink() else ""


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _remove(folder: Path, path: str) -> None:
    """Remove a file of ours, and the folders that it leaves empty."""
    (folder / path).unlink()
    for parent in (folder / path).parents:
        if parent == folder or any(parent.iterdir()):
            break
        parent.rmdir()
