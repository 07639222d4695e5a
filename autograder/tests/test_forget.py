"""What `autograder forget` removes of a student, and what it leaves."""

import json
import stat
from pathlib import Path

import pytest
from autograder.cli import app
from autograder.course import Course, CourseError
from autograder.forget import traces
from autograder.pages.feedback import write_feedback
from autograder.pages.report import write_report
from autograder.records.backup import Backup
from autograder.records.gradebook import open_gradebook
from autograder.records.journal import Journal
from rooms import Room
from typer.testing import CliRunner

LEFT_BEHIND = (
    "answers/ps1/{}.json.gz",
    "attempts/ps1/{}/0001-x/ps1.ipynb",
    "collected/ps1/20260101T000000.000000Z/before/{}/ps1.ipynb",
    "collected/ps1/20260101T000000.000000Z/places/{}",
    "collected/ps1/undone/20260101T000000.000000Z/back/submitted/{}/ps1.ipynb",
)


@pytest.fixture
def room(tmp_path) -> Room:
    """A course in which `ada`, and `attempts`, whose name is also that of a folder of records, left all that can be left."""
    room = Room.build(tmp_path)
    for student in ("ada", "ad", "attempts"):
        (tmp_path / "submitted" / student / "ps1").mkdir(parents=True)
        (tmp_path / "submitted" / student / "ps1" / "ps1.ipynb").write_text(student)
        room.graded(student)
        for place in LEFT_BEHIND:
            path = room.course.records / place.format(student)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"by {student}")
    receipts = room.course.records / "receipts.jsonl"
    receipts.write_text("".join(json.dumps({"student": each}) + "\n" for each in ("ada", "ad", "ada", "attempts")) + "cut off")
    receipts.chmod(0o600)
    backup = Backup.begin(room.course)
    for student in ("ada", "ad"):
        backup.keep(room.course, "ps1", student)
    write_feedback(room.course, "ps1", None)
    write_report(room.course, "ps1")
    return room


def files(room: Room) -> dict[Path, bytes]:
    found = (path for path in room.path.rglob("*") if path.is_file() and "gradebook.db" not in path.name)
    return {path.relative_to(room.path): path.read_bytes() for path in found}


@pytest.mark.parametrize("student", ["ada", "attempts"])
def test_all_of_one_student_goes_and_nothing_of_another(room, student):
    before = files(room)
    done = CliRunner().invoke(app, ["forget", student, "--yes", "--course", str(room.path)])
    assert done.exit_code == 0, done.output
    after = files(room)
    gone = before.keys() - after.keys()
    assert gone and all(student in path.parts or path.name == f"{student}.json.gz" for path in gone)
    theirs = {path for path in after if path.parts[-1].startswith(f"{student}.") or f"/{student}/" in f"/{path.parent}/"}
    assert {path for path in theirs if ".autograder" not in path.parts} == set()
    assert not [path for path, content in after.items() if content == f"by {student}".encode()]
    changed = {path for path in after if after[path] != before[path]}
    assert changed == {path for path in before if path.suffix == ".jsonl" and student.encode() in before[path]}
    assert sorted(Journal(room.course.journal).latest("ps1")) == sorted({"ada", "ad", "attempts"} - {student})
    receipts = room.course.records / "receipts.jsonl"
    assert receipts.read_text().endswith("cut off") and stat.S_IMODE(receipts.stat().st_mode) == 0o600
    assert f"nbgrader db student remove {student} --force" in done.output and "1 submission:" in done.output
    assert "report/ps1.html may still name them" in done.output.replace("\n", "")
    with open_gradebook(room.course) as gradebook:
        assert gradebook.find_submission("ps1", student).score == 25
    assert not traces(room.course, student).removable


def test_it_asks_first(room):
    before = files(room)
    done = CliRunner().invoke(app, ["forget", "ada", "--course", str(room.path)], input="n\n")
    assert done.exit_code == 1 and "cannot be brought back" in done.output
    assert files(room) == before


def test_someone_unknown_is_named(room):
    with pytest.raises(CourseError, match="nothing of a student 'a\\[d\\]a'"):
        traces(room.course, "a[d]a")


@pytest.mark.parametrize("name", ["", ".", "..", "ada/ps1", "/", "*", "ad?", " ada"])
def test_what_is_no_name_is_refused(tmp_path, name):
    (tmp_path / "submitted" / "ada" / "ps1").mkdir(parents=True)
    with pytest.raises(CourseError, match="is no student's name"):
        traces(Course.load(tmp_path), name)
