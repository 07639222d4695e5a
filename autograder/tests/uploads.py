"""A course that is only collected for, and exports of it in the forms of the learning platforms."""

import io
import itertools
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from autograder.course import Course
from autograder.intake.attempts import Kept
from autograder.intake.roster import squeezed

FRIDAY = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
_NUMBERS = itertools.count()


def bare_course(path: Path, *notebooks: str) -> Course:
    """A course with an assignment ``ps1`` that has empty notebooks, without judges; made in a new folder below `path`."""
    root = path / f"course{next(_NUMBERS)}"
    (root / "source" / "ps1").mkdir(parents=True)
    for name in notebooks or ("ps1",):
        (root / "source" / "ps1" / f"{name}.ipynb").write_text("{}")
    return Course.load(root)


def zipped(files: Mapping[str, bytes], times: Mapping[str, datetime] | None = None) -> bytes:
    """An archive with these files; their times, FRIDAY by default, are local ones."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            time = (times or {}).get(name, FRIDAY).astimezone()
            archive.writestr(zipfile.ZipInfo(name, time.timetuple()[:6]), content)
    return stream.getvalue()


def put(path: Path, content: bytes | str) -> Path:
    """Write a file, and the folders around it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def work(student: str, attempt: int = 1) -> bytes:
    """A student's notebook: it says whose it is."""
    return f"{student} {attempt}".encode()


def kept(course: Course) -> dict[str, list[bytes]]:
    """The notebooks of all attempts that are kept, by student and number."""
    folder = course.records / "attempts" / "ps1"
    students = sorted(path.name for path in folder.iterdir()) if folder.exists() else []
    found = {}
    for student in students:
        theirs = Kept(course, "ps1", student)
        found[student] = [theirs.files(attempt)["ps1.ipynb"] for attempt in theirs.attempts]
    return {student: attempts for student, attempts in found.items() if attempts}


def submitted(course: Course, file: str = "ps1.ipynb") -> dict[str, bytes]:
    """What stands in the course, by student."""
    return {path.parts[-3]: path.read_bytes() for path in Path(course.root, "submitted").glob(f"*/ps1/{file}")}


@dataclass(frozen=True)
class Learner:
    """Someone in a class, as a platform knows them."""

    id: str
    name: str
    number: int
    attempts: int = 1

    @property
    def row(self) -> str:
        """Their row on the roster, below `HEADING`."""
        return f"{self.id},{self.name},{self.number}"


HEADING = "id,name,lms_id"


def export(form: str, learners: list[Learner]) -> tuple[dict[str, bytes], dict[str, datetime]]:
    """The files of an export with all attempts, where the platform exports all of them, and their times."""
    files: dict[str, bytes] = {}
    times: dict[str, datetime] = {}
    for learner, attempt in ((each, number) for each in learners for number in range(1, each.attempts + 1)):
        time = FRIDAY + timedelta(hours=attempt)
        name = _named(form, learner, attempt, time)
        files[name], times[name] = work(learner.id, attempt), time
        if form == "blackboard":
            said = f"Name: {learner.name} ({learner.id})\r\nAssignment: Problem Set 1\r\n"
            files[name.replace("_ps1.ipynb", ".txt")] = b"\xef\xbb\xbf" + said.encode()
    if form == "gradescope":
        files["submission_metadata.yml"] = "".join(map(_listed, learners)).encode()
    return files, times


def _named(form: str, learner: Learner, attempt: int, time: datetime) -> str:
    copy = f" ({attempt - 1})" if attempt > 1 else ""
    key, number = learner.id, learner.number
    return {
        "folder": f"{key}{copy}/ps1.ipynb",
        "moodle": f"{learner.name.replace(chr(39), '')}_{number}_assignsubmission_file_/ps1{copy}.ipynb",
        "canvas": f"{squeezed(''.join(reversed(learner.name.split())))}_LATE_{number}_{number + 500}_ps1-1.ipynb",
        "blackboard": f"gradebook_c_b_{key}_attempt_{time.astimezone():%Y-%m-%d-%H-%M-%S}_ps1.ipynb",
        "gradescope": f"submission_{number + 7000}/ps1.ipynb",
        "github": f"ps1-{key}/ps1.ipynb",
        "nbgrader": f"{key}+ps1+{time:%Y-%m-%d %H:%M:%S} UTC+{number}/ps1.ipynb",
    }[form]


def _listed(learner: Learner) -> str:
    who = f"  - :name: {learner.name}\n    :sid: '{learner.id}'\n    :email: {learner.id}@x.org\n"
    return f"submission_{learner.number + 7000}:\n  :submitters:\n{who}  :created_at: 2026-11-20 19:00:00.000000000 Z\n"


SEVERAL = ("folder", "blackboard", "nbgrader")  # whose exports have all attempts
