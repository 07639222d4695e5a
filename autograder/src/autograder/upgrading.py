"""Carry a course over that was made with an older version of the grader or of nbgrader."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from nbgrader.dbutil import write_alembic_ini
from unroll.checks import frozen

from autograder.course import Course, CourseError
from autograder.records.backup import copy_database
from autograder.records.gradebook import is_of_this_version, open_gradebook
from autograder.records.journal import Journal
from autograder.release import release


@dataclass(frozen=True)
class Upgrade:
    """What was carried over.

    Parameters
    ----------
    done
        A sentence for each thing that was changed.
    left
        A sentence for each that a person must look at.
    backup
        Where what was changed lies as it was; None if nothing was.
    """

    done: list[str]
    left: list[str]
    backup: Path | None


def upgrade(course: Course) -> Upgrade:
    """Bring gradebook and public cases to the form of this version; entries of older journals are read as they are.

    What changes is first copied into ``before-upgrade`` in the course's records. A gradebook is changed in one transaction, at the end.

    Raises
    ------
    CourseError
        If the gradebook is on a database server, or cannot be carried over; it is then as it was.
    """
    backup = course.records / "before-upgrade" / datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    done = [*_gradebook(course, backup)]
    left = []
    for name in course.assignments():
        if not _is_old(folder := course.folder("release", name), name):
            continue
        shutil.copytree(folder, backup / "release" / name)
        try:
            release(course, name)
            done.append(f"{name}: released again, because its public cases had the form of another version.")
        except CourseError as error:
            left.append(f"{name}: its public cases have the form of another version. {error}")
    unread = Journal(course.journal).unreadable()
    if unread:
        left.append(
            f"{unread} lines of {course.journal} are no entries of this version. Their submissions are graded again by `autograder grade`."
        )
    return Upgrade(done, left, backup if backup.exists() else None)


def _gradebook(course: Course, backup: Path) -> Iterator[str]:
    path = course.gradebook_file
    if path is None:
        raise CourseError(
            f"The gradebook {course.db_url} is no SQLite file. Back it up with its own tools, then run `nbgrader db upgrade`."
        )
    if not path.exists() or is_of_this_version(course.db_url):
        return
    backup.mkdir(parents=True)
    copy_database(path, backup / "gradebook.db")
    with tempfile.TemporaryDirectory(dir=backup) as folder:
        changed = Path(folder, "gradebook.db")
        copy_database(path, changed)
        write_alembic_ini(f"{folder}/alembic.ini", f"sqlite:///{changed}")
        command = [sys.executable, "-m", "alembic", "-c", f"{folder}/alembic.ini", "upgrade", "head"]
        ran = subprocess.run(command, capture_output=True, text=True)  # a process of its own, because it sets up logging
        if ran.returncode or not is_of_this_version(f"sqlite:///{changed}"):
            last = (ran.stderr.strip().splitlines() or ["nbgrader's own upgrade left it as it was"])[-1]
            raise CourseError(f"The gradebook {path} cannot be carried over: {last}. It is as it was; a copy is in {backup}.")
        copy_database(changed, path)
    with open_gradebook(course) as gradebook:
        count = len(gradebook.assignments)
    yield f"The gradebook has the tables of this nbgrader, with its {count} assignments."


def _is_old(folder: Path, name: str) -> bool:
    """Whether a release has public cases that this version cannot read."""
    try:
        if (folder / f"{name}.npz").exists():
            frozen.load(folder / f"{name}.npz")
    except ValueError:
        return True
    return False
