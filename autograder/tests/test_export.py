"""The CSV export: right numbers, and no cell that a spreadsheet runs."""

import csv
from pathlib import Path

import pytest
from autograder.course import CourseError
from autograder.export import write_csv
from autograder.records.gradebook import open_gradebook
from rooms import HALF, RIGHT, Room


@pytest.fixture
def room(tmp_path) -> Room:
    return Room.build(tmp_path)


def rows(path: Path) -> dict[str, dict]:
    with open(path, encoding="utf-8-sig", newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def test_one_row_for_each_student_and_assignment(room):
    room.graded("ada", reports={"step-check": [HALF], "late-check": [RIGHT]})
    room.graded("Zoë")
    room.rejected("eve")
    with open_gradebook(room.course) as gradebook:
        gradebook.add_student("quiet")
        gradebook.find_submission("ps1", "ada").notebooks[0].late_submission_penalty = 2.5
        gradebook.db.commit()
    path = write_csv(room.course, ["ps1"], room.path / "out" / "grades.csv")
    found = rows(path)
    assert sorted(found) == ["Zoë", "ada", "eve", "quiet"]
    assert found["ada"] == {
        "student": "ada",
        "assignment": "ps1",
        "score": "17.5",
        "max_score": "30.0",
        "late_penalty": "2.5",
        "needs_manual_grade": "True",
        "verdict": "graded",
        "trust": "judged",
        "timestamp": "2026-01-02 00:00:00",
    }
    assert (found["eve"]["score"], found["eve"]["verdict"]) == ("", "rejected")
    assert (found["quiet"]["score"], found["quiet"]["verdict"]) == ("", "not handed in")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert not list(path.parent.glob(".*"))


@pytest.mark.parametrize("name", ["=1+1", "+1", "-2+3", "@SUM(A1)", "=cmd|' /C calc'!A0", "\uff1d1+1", "\u3000=1+1"])
def test_formulas_in_names_are_neutralised(room, name):
    room.graded(name)
    path = write_csv(room.course, ["ps1"], room.path / "grades.csv")
    assert list(rows(path)) == [f"'{name}"]


def test_a_name_cannot_leave_its_cell(room):
    name = 'a";=1+1;"b'
    room.graded(name)
    path = write_csv(room.course, ["ps1"], room.path / "grades.csv")
    assert name in rows(path)
    with open(path, encoding="utf-8-sig", newline="") as file:  # as where lists are separated by semicolons
        assert not any(cell.startswith("=") for row in csv.reader(file, delimiter=";") for cell in row)


def test_numbers_stay_numbers(room):
    room.graded("ada")
    line = write_csv(room.course, ["ps1"], room.path / "grades.csv").read_text("utf-8-sig").splitlines()[1]
    assert line.startswith('"ada","ps1",25.0,30.0,0.0,True,"graded"')


def test_what_cannot_be_done_is_said(room):
    with pytest.raises(CourseError, match="has not been graded yet"):
        write_csv(room.course, ["ps1"], room.path / "grades.csv")
    with pytest.raises(CourseError, match="no assignment 'ps9'"):
        write_csv(room.course, ["ps9"], room.path / "grades.csv")
    room.graded("ada")
    (room.path / "a file").write_text("")
    with pytest.raises(CourseError, match="cannot be written"):
        write_csv(room.course, ["ps1"], room.path / "a file" / "grades.csv")
