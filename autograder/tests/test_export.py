"""The CSV export: right numbers, and no cell that a spreadsheet runs."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest
from autograder.commands import returning
from autograder.course import CourseError
from autograder.export import write_csv
from autograder.records.backup import Backup
from autograder.records.gradebook import open_gradebook
from rooms import HALF, RIGHT, Room


@pytest.fixture
def room(tmp_path) -> Room:
    return Room.build(tmp_path)


def table(path: Path) -> list[list[str]]:
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


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


CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,ps1 (4711),Current Score
    Points Possible,,,,,30,
"Lovelace, Ada",501,s-1,ada,"Class A",,12
"=Bob",502,s-2,bob,"Class B",,
"Student, Test",503,,test,"Class A",,
"""
WORKSHEET = """\
Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,Last modified (grade)
Participant 77,Ada Lovelace,ada@x.org,Submitted for grading,,30.00,Yes,-
Participant 78,Bob Who,bob@x.org,No submission,,30.00,Yes,-
"""


def test_canvas_gets_its_own_ids_and_the_name_of_its_column(room):
    room.graded("ada")
    room.rejected("bob")
    roster = room.path / "canvas.csv"
    roster.write_text(CANVAS)
    path = write_csv(room.course, ["ps1"], room.path / "out.csv", "canvas", roster)
    assert table(path) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "ps1 (4711)"],
        ["    Points Possible", "", "", "", "", "30.0"],
        ["Lovelace, Ada", "501", "s-1", "ada", "Class A", "25.0"],
        ["'=Bob", "502", "s-2", "bob", "Class B", ""],
    ]


def test_moodles_worksheet_comes_back_with_its_grades(room):
    room.graded("ada@x.org")
    roster = room.path / "roster.csv"
    roster.write_text(WORKSHEET)
    found = table(write_csv(room.course, ["ps1"], room.path / "out.csv", "moodle"))
    assert found[0] == WORKSHEET.splitlines()[0].split(",")
    assert found[1] == ["Participant 77", "Ada Lovelace", "ada@x.org", "Submitted for grading", "25.0", "30.00", "Yes", "-"]
    assert len(found) == 2, "a student without a row in the gradebook stays as they are"


def test_a_worksheet_with_addresses_gets_the_grades_of_the_courses_ids(room):
    room.graded("ada")
    (room.path / "roster.csv").write_text("id,email\nada,ada@x.org\nbob,bob@x.org\n")
    worksheet = room.path / "worksheet.csv"
    worksheet.write_text(WORKSHEET)
    found = table(write_csv(room.course, ["ps1"], room.path / "out.csv", "moodle", worksheet))
    assert [row[:2] + row[4:5] for row in found[1:]] == [["Participant 77", "Ada Lovelace", "25.0"]]


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("moodle", [["Username", "Email address", "ps1"], ["ada", "ada@x.org", "25.0"]]),
        (
            "gradescope",
            [
                ["First Name", "Last Name", "SID", "Email", "ps1", "ps1 - Max Points"],
                ["Ada", "King", "ada", "ada@x.org", "25.0", "30.0"],
            ],
        ),
        (
            "canvas",
            [
                ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "ps1"],
                ["    Points Possible", "", "", "", "", "30.0"],
                ["Ada King", "7", "", "ada", "", "25.0"],
            ],
        ),
    ],
)
def test_a_roster_of_our_own_is_enough(room, form, expected):
    room.graded("ada")
    (room.path / "roster.csv").write_text("id,name,email,lms_id\nada,Ada King,ada@x.org,7\n")
    assert table(write_csv(room.course, ["ps1"], room.path / "out.csv", form)) == expected


def test_nbgraders_columns_have_the_points_before_the_penalty(room):
    room.graded("ada")
    with open_gradebook(room.course) as gradebook:
        gradebook.find_submission("ps1", "ada").notebooks[0].late_submission_penalty = 2.5
        gradebook.db.commit()
    (found,) = rows_of_nbgrader(write_csv(room.course, ["ps1"], room.path / "out.csv", "nbgrader"))
    assert (found["student_id"], found["raw_score"], found["late_submission_penalty"], found["score"]) == (
        "ada",
        "25.0",
        "2.5",
        "22.5",
    )


def rows_of_nbgrader(path: Path) -> list[dict]:
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_no_grade_goes_to_a_platform_without_an_owner(room):
    room.graded("ada")
    with pytest.raises(CourseError, match="--for canvas needs the platform's ids"):
        write_csv(room.course, ["ps1"], room.path / "out.csv", "canvas")
    (room.path / "roster.csv").write_text("id\nbob\n")
    with pytest.raises(CourseError, match=r"ada: graded, but not in roster\.csv"):
        write_csv(room.course, ["ps1"], room.path / "out.csv", "gradescope")


def test_only_what_changed_since_a_run(room):
    room.graded("ada")
    room.graded("bob")
    start = datetime.now(UTC)
    with pytest.raises(CourseError, match="No run of `grade` began since"):
        write_csv(room.course, ["ps1"], room.path / "out.csv", since=start)
    Backup.begin(room.course)
    room.graded("bob", reports={"step-check": [HALF], "late-check": [RIGHT]})
    room.graded("new")
    assert sorted(rows(write_csv(room.course, ["ps1"], room.path / "out.csv", since=start))) == ["bob", "new"]


def test_each_platforms_table_has_a_file_of_its_own(room, capsys):
    room.graded("ada")
    (room.path / "roster.csv").write_text("id,name,email,lms_id\nada,Ada King,ada@x.org,7\n")
    for form in ("plain", "canvas"):
        returning.export(["ps1"], form=form, course=room.path)
    assert [Path(line).name for line in capsys.readouterr().out.split()] == ["grades.csv", "grades_canvas.csv"]
