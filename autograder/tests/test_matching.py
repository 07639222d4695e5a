"""No upload is ever given to another student: each form of export reaches the right one, or is listed."""

import os
import zipfile
from pathlib import Path

import pytest
from autograder.course import CourseError
from autograder.intake.collect import collect
from autograder.intake.roster import Person, course_roster, read_roster
from autograder.records.backup import trial
from uploads import bare_course, put, submitted
from uploads import zipped as zipped_at

NOTEBOOK = b'{"cells": [], "metadata": {"whose": "%s"}, "nbformat": 4, "nbformat_minor": 5}'


def handed_in(student: str) -> bytes:
    return NOTEBOOK % student.encode()


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def roster(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def run(small_course, source: Path, **options) -> tuple[dict[str, str], dict[str, str]]:
    """Whose each student's collected notebook is, and why each other upload was refused."""
    receipts = list(collect(small_course.course, "ps1", source, **options))
    submitted = Path(small_course.course.root, small_course.course.submitted_directory)
    whose = {
        path.parent.parent.name: path.read_text().partition('"whose": "')[2].partition('"')[0]
        for path in submitted.glob("*/ps1/ps1.ipynb")
    }
    return whose, {receipt.origin: receipt.refused for receipt in receipts if receipt.refused}


MOODLE = "Identifier,Full name,Email address,Status,Grade\nParticipant 101,Anna Schmidt,anna@x.org,Submitted,\nParticipant 102,Anna Schmidt,schmidt2@x.org,Submitted,\n"
CANVAS = 'Student,ID,SIS User ID,SIS Login ID,Section,ps1\n    Points Possible,,,,,90\n"Schmidt, Anna",101,s1,anna,A,\n"Schmidt, Anna",102,s2,schmidt2,A,\n"Student, Test",9,,,A,\n'
OURS = "id,name,email,lms_id,github\nanna,Anna Schmidt,anna@x.org,101,anna-s\nschmidt2,Anna Schmidt,two@x.org,102,annas2\nan_na,An Na,an@x.org,103,an-na\n"


def test_two_students_of_one_name_are_two_students(small_course, tmp_path):
    """Moodle's export; its numbers tell them apart, in folders and flat, with the list as Moodle writes it or as ours."""
    names = {"anna": "Anna Schmidt_101_assignsubmission_file_", "schmidt2": "Anna Schmidt_102_assignsubmission_file_"}
    files = {f"{names['anna']}/ps1.ipynb": handed_in("first"), f"{names['schmidt2']}ps1.ipynb": handed_in("second")}
    source = zipped(tmp_path / "moodle.zip", files)
    whose, refused = run(small_course, source, roster=roster(tmp_path / "a.csv", MOODLE))
    assert (whose, refused) == ({"anna@x.org": "first", "schmidt2@x.org": "second"}, {})
    whose, refused = run(small_course, source, roster=roster(tmp_path / "b.csv", OURS))
    assert (whose["anna"], whose["schmidt2"], refused) == ("first", "second", {})


def test_a_platforms_export_without_a_list_is_refused(small_course, tmp_path):
    source = zipped(tmp_path / "moodle.zip", {"Anna Schmidt_101_assignsubmission_file_/ps1.ipynb": handed_in("a")})
    with pytest.raises(CourseError, match="--roster"):
        run(small_course, source)
    assert run(small_course, source, pattern=r".*_(?P<student>\d+)_assign.*")[0] == {"101": "a"}


def test_numbers_of_another_assignments_list_are_noticed(small_course, tmp_path):
    """Moodle counts its participants again in each assignment."""
    source = zipped(tmp_path / "moodle.zip", {"Bo Li_101_assignsubmission_file_/ps1.ipynb": handed_in("bo")})
    whose, refused = run(small_course, source, roster=roster(tmp_path / "a.csv", MOODLE))
    assert whose == {} and "is that the list of this assignment" in next(iter(refused.values()))


def test_canvas_with_late_copies_and_its_own_gradebook(small_course, tmp_path):
    files = {
        "schmidtanna_101_text.html": b"<p>see the file</p>",
        "schmidtanna_LATE_101_5001_ps1-1.ipynb": handed_in("first"),
        "schmidtanna_102_5002_ps1.ipynb": handed_in("second"),
        "schmidtanna_102_5003_notes.txt": b"mine",
        "li_777_5004_ps1.ipynb": handed_in("guest"),
    }
    whose, refused = run(small_course, zipped(tmp_path / "c.zip", files), roster=roster(tmp_path / "c.csv", CANVAS))
    assert whose == {"anna": "first", "schmidt2": "second"}
    assert refused == {"li_777_5004_ps1.ipynb": "number 777 is not in c.csv"}
    assert (small_course.course.folder("submitted", "ps1", "schmidt2") / "notes.txt").read_bytes() == b"mine"


def test_blackboards_attempts_and_names_with_underscores(small_course, tmp_path):
    start = "gradebook_CS1_Problem20Set201_"
    files = {
        f"{start}anna_attempt_2026-11-20-18-00-00_ps1.ipynb": handed_in("old"),
        f"{start}anna_attempt_2026-11-20-18-00-00.txt": b"Name: Anna Schmidt (anna)\nAssignment: Problem Set 1\n",
        f"{start}anna_attempt_2026-11-21-18-00-00_ps1.ipynb": handed_in("new"),
        f"{start}an_na_attempt_2026-11-20-18-00-00_ps1.ipynb": handed_in("an na"),
        f"{start}an_na_attempt_2026-11-20-18-00-00.txt": b"\xef\xbb\xbfName: An (the second) Na (an_na)\r\n",
        f"{start}x_anna_attempt_2026-11-20-18-00-00_ps1.ipynb": handed_in("who?"),
    }
    folder = tmp_path / "uploads"
    folder.mkdir()
    for age, (name, content) in enumerate(files.items()):
        (folder / name).write_bytes(content)
        os.utime(folder / name, (10**9 + age, 10**9 + age))
    whose, refused = run(small_course, folder, roster=roster(tmp_path / "r.csv", OURS))
    assert whose == {"anna": "new", "an_na": "an na"}
    later, unsaid = refused.values() if len(refused) == 2 else ("", "")
    assert {
        "there is a later upload by the same student",
        "there is no text file of Blackboard's beside it that says whose it is",
    } == {
        later,
        unsaid,
    }


@pytest.mark.parametrize(
    ("form", "start"),
    [
        ("moodle", "Bo Li_103_assignsubmission_file_"),
        ("blackboard", "gradebook_c_b_bo_attempt_2026-11-20-18-00-00_"),
    ],
)
def test_a_files_name_cannot_pass_it_off_as_anothers(small_course, tmp_path, form, start):
    forged = {
        "moodle": "Anna Schmidt_101_assignsubmission_file_ps1.ipynb",
        "blackboard": "gradebook_c_b_anna_attempt_2026-11-20-18-00-00_ps1.ipynb",
    }[form]
    files = {start + forged: handed_in("bo")}
    if form == "blackboard":
        said = "gradebook_c_b_anna_attempt_2026-11-20-18-00-00.txt"
        files |= {start + said: b"Name: Anna Schmidt (anna)\n", start[:-1] + ".txt": b"Name: Bo Li (bo)\n"}
    people = roster(tmp_path / "r.csv", OURS.replace("an_na,An Na,an@x.org", "bo,Bo Li,bo@x.org"))
    assert run(small_course, zipped(tmp_path / "x.zip", files), form=form, roster=people) == ({"bo": "bo"}, {})


def test_an_underscore_in_a_folders_name_is_part_of_it(small_course, tmp_path):
    files = {"anna_schmidt/ps1.ipynb": handed_in("a"), "anna_weber/ps1.ipynb": handed_in("b"), "anna/ps1.ipynb": handed_in("c")}
    assert run(small_course, zipped(tmp_path / "x.zip", files)) == ({"anna_schmidt": "a", "anna_weber": "b", "anna": "c"}, {})


def test_who_is_not_on_the_list_is_listed_and_left(small_course, tmp_path):
    files = {"anna/ps1.ipynb": handed_in("a"), "stranger/ps1.ipynb": handed_in("s"), "Anna Schmidt.ipynb": handed_in("?")}
    whose, refused = run(small_course, zipped(tmp_path / "x.zip", files), roster=roster(tmp_path / "r.csv", OURS))
    assert whose == {"anna": "a"}
    assert refused["stranger"] == "stranger is not in r.csv"
    assert refused["Anna Schmidt.ipynb"] == "Anna Schmidt could be anna or schmidt2"


def test_github_logins_with_hyphens(small_course, tmp_path):
    files = {"ps1-anna-s/ps1.ipynb": handed_in("a"), "ps1-annas2/ps1.ipynb": handed_in("b"), "ps1-s/ps1.ipynb": handed_in("?")}
    source = zipped(tmp_path / "x.zip", files)
    whose, refused = run(small_course, source, form="github", roster=roster(tmp_path / "r.csv", OURS))
    assert whose == {"anna": "a", "schmidt2": "b"} and list(refused) == ["ps1-s"]


def test_names_of_mixed_forms_are_not_guessed(small_course, tmp_path):
    source = zipped(tmp_path / "x.zip", {"a_1_2_ps1.ipynb": handed_in("a"), "bob/ps1.ipynb": handed_in("b")})
    with pytest.raises(CourseError, match="1 of 2 names are as canvas exports them"):
        run(small_course, source)


def test_one_folder_around_all_is_opened_and_an_empty_one_is_an_error(small_course, tmp_path):
    files = {"ps1 submissions/ada/ps1.ipynb": handed_in("a"), "ps1 submissions/bob/ps1.ipynb": handed_in("b")}
    assert run(small_course, zipped(tmp_path / "x.zip", files)) == ({"ada": "a", "bob": "b"}, {})
    (tmp_path / "none").mkdir()
    (tmp_path / "none" / ".DS_Store").write_bytes(b"x")
    with pytest.raises(CourseError, match="is empty"):
        run(small_course, tmp_path / "none")


@pytest.mark.parametrize("odd", ["../x.txt", "a\u200b.ipynb", "a\n/b.ipynb"])
@pytest.mark.parametrize("around", ["", "submissions/"])
def test_one_odd_file_name_costs_one_student(small_course, tmp_path, odd, around):
    files = {
        f"{around}ada/ps1.ipynb": handed_in("a"),
        f"{around}eve/{odd}": b"x",
        f"{around}eve/ps1.ipynb": handed_in("e"),
        f"{around}bob/ps1.ipynb": handed_in("b"),
    }
    whose, refused = run(small_course, zipped(tmp_path / "x.zip", files))
    assert whose == {"ada": "a", "bob": "b"} and list(refused) == ["eve"]


@pytest.mark.parametrize(
    ("odd", "left_out"),
    [
        ("Icon\r", []),
        ("a\u200b.txt", ["a\ufffd.txt"]),
        ("a\tb/c.txt", ["a\ufffdb/c.txt"]),
        ("\u202egnp.py", ["\ufffdgnp.py"]),
    ],
)
def test_an_odd_name_beside_the_notebook_costs_that_file_alone(small_course, tmp_path, odd, left_out):
    source = zipped(tmp_path / "x.zip", {f"eve/{odd}": b"x", "eve/ps1.ipynb": handed_in("e"), "bob/ps1.ipynb": handed_in("b")})
    receipts = {receipt.student: receipt for receipt in collect(small_course.course, "ps1", source)}
    assert not receipts["eve"].refused and receipts["eve"].left_out == left_out
    assert sorted(path.name for path in small_course.course.folder("submitted", "ps1", "eve").iterdir()) == [
        "ps1.ipynb",
        "timestamp.txt",
    ]


@pytest.mark.parametrize("name", ["نیم\u200cفاصله.csv", "family \U0001f468\u200d\U0001f467.png"])
def test_names_of_files_in_any_language_are_taken_in(small_course, tmp_path, name):
    source = zipped(tmp_path / "x.zip", {f"eve/{name}": b"x", "eve/ps1.ipynb": handed_in("e")})
    (receipt,) = collect(small_course.course, "ps1", source)
    assert (small_course.course.folder("submitted", "ps1", "eve") / name).read_bytes() == b"x" and receipt.left_out == []


def test_a_zip_with_the_separators_of_windows_is_read(small_course, tmp_path):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("class\\eve\\", "class\\eve\\ps1.ipynb", "class\\eve\\data\\x.csv", "class\\bob\\ps1.ipynb"):
            entry = zipfile.ZipInfo(name)
            entry.create_system = 0
            archive.writestr(entry, b"" if name.endswith("\\") else handed_in(name[6:9]))
    whose, refused = run(small_course, path)
    assert set(whose) == {"eve", "bob"} and not refused
    assert (small_course.course.folder("submitted", "ps1", "eve") / "data" / "x.csv").exists()


def test_a_dry_run_says_why_and_writes_nothing(small_course, tmp_path):
    source = zipped(tmp_path / "x.zip", {"anna@x.org/ps1.ipynb": handed_in("a")})
    before = sorted(tmp_path.rglob("*"))
    (receipt,) = collect(small_course.course, "ps1", source, roster=roster(tmp_path / "r.csv", OURS), dry_run=True)
    assert (receipt.student, receipt.why) == ("anna", "email anna@x.org in r.csv")
    assert [
        path for path in sorted(tmp_path.rglob("*")) if path not in before and path.name not in ("r.csv", ".autograder")
    ] == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no students"),
        ("id\nada\nAda\n", "two students"),
        ("id\n../x\n", "cannot be used"),
        ("id\na*\n", "cannot be used"),
        ("id,extra_days\nada,two\n", "extra_days 'two' for ada"),
        ("id,extra_days\nada,-1\n", "extra_days '-1' for ada"),
    ],
)
def test_a_list_that_cannot_be_used_is_named(tmp_path, text, words):
    with pytest.raises(CourseError, match=words):
        read_roster(roster(tmp_path / "r.csv", text))


ADA = {"id": "ada", "name": "Ada Lovelace", "email": "a@x.org"}


@pytest.mark.parametrize(
    ("text", "ada"),
    [
        (
            "id,name,email,lms_id,github,section,extra_days\nada,Ada Lovelace,a@x.org,7,ada-l,B,1.5\n",
            ADA | {"lms_id": "7", "github": "ada-l", "section": "B", "extra_days": 1.5},
        ),
        ("id,first_name,last_name,email,lms_user_id\nada,Ada,Lovelace,a@x.org,7\n", ADA | {"lms_id": "7"}),  # nbgrader
        (
            'Student,ID,SIS User ID,SIS Login ID,Section,ps1\n    Points Possible,,,,,9\n"Lovelace, Ada",7,s1,ada,B,\n',  # Canvas
            {"id": "ada", "name": "Lovelace, Ada", "lms_id": "7", "section": "B"},
        ),
        (
            "First name;Last name;Email address;Groups\nAda;Lovelace;a@x.org;B\n",
            ADA | {"id": "a@x.org", "section": "B"},
        ),  # Moodle
        ("Name,SID,Email,Role\nAda Lovelace,ada,a@x.org,Student\n", ADA),  # Gradescope
    ],
)
def test_our_own_list_and_those_of_the_platforms_are_read_as_they_are(tmp_path, text, ada):
    (person,) = read_roster(roster(tmp_path / "r.csv", text)).people
    assert person == Person(**ada)


METADATA = """---
submission_1:
  :submitters:
  - :name: Anna Schmidt
    :sid: anna
    :email: anna@x.org
  - :name: Anna Schmidt
    :sid: '102'
    :email: two@x.org
  :created_at: 2026-11-20 17:00:00.861687000 Z
  :score: 2.0
submission_2:
  :submitters:
  - :name: Bo Li
    :sid:
    :email: bo@x.org
"""


def test_gradescope_says_whose_its_numbers_are_and_when_a_group_handed_in(tmp_path):
    course = bare_course(tmp_path)
    files = {
        "assignment_9_export/submission_metadata.yml": METADATA.encode(),
        "assignment_9_export/submission_1/ps1.ipynb": b"both",
        "assignment_9_export/submission_2/ps1.ipynb": b"bo",
        "assignment_9_export/submission_3/ps1.ipynb": b"who?",
    }
    source, people = put(tmp_path / "x.zip", zipped_at(files)), put(tmp_path / "r.csv", OURS)
    found = list(collect(course, "ps1", source, roster=people))
    assert submitted(course) == {"anna": b"both", "schmidt2": b"both"}
    assert {receipt.time for receipt in found if receipt.student} == {"2026-11-20T17:00:00.861687+00:00"}
    assert {receipt.origin: receipt.refused for receipt in found if receipt.refused} == {
        "submission_2": "Bo Li bo@x.org is not in r.csv",
        "submission_3": "submission_metadata.yml does not say whose it is",
    }
    alone = bare_course(tmp_path)
    list(collect(alone, "ps1", source))
    assert submitted(alone) == {"anna": b"both", "102": b"both", "bo@x.org": b"bo"}


@pytest.mark.parametrize("text", ["a: b", "- 1", "a: [", "submission_1:\n  :submitters: 3", "!ruby/object:X {}"])
def test_a_damaged_list_of_gradescopes_is_named(tmp_path, text):
    files = {"submission_metadata.yml": text.encode(), "submission_1/ps1.ipynb": b""}
    with pytest.raises(CourseError, match="submission_metadata.yml cannot be read"):
        list(collect(bare_course(tmp_path), "ps1", put(tmp_path / "x.zip", zipped_at(files))))


def test_moodle_leaves_characters_out_of_names_and_puts_groups_in_front(tmp_path):
    course = bare_course(tmp_path)
    people = put(tmp_path / "r.csv", "id,name,lms_id\nbo,Bo O'Brien,101\nal,Anna-Lena Weiß,102\n")
    files = {
        "Bo OBrien_101_assignsubmission_file_/ps1.ipynb": b"bo",
        "Group 1-Anna-Lena Weiß_102_assignsubmission_file_/ps1.ipynb": b"al",
        "Group 1-Anna-Lena Weiß_102_assignsubmission_onlinetext_/onlinetext.html": b"<p>",
    }
    list(collect(course, "ps1", put(tmp_path / "x.zip", zipped_at(files)), roster=people))
    assert submitted(course) == {"bo": b"bo", "al": b"al"}
    assert submitted(course, "onlinetext.html") == {"al": b"<p>"}


def test_moodles_worksheet_gives_the_numbers_and_the_courses_list_the_ids(tmp_path):
    course = bare_course(tmp_path)
    put(Path(course.root) / "roster.csv", "id,name,email,lms_id\nanna,Anna Schmidt,anna@x.org,7\n")
    files = {f"Anna Schmidt_{number}_assignsubmission_file_/ps1.ipynb": work for number, work in ((101, b"1"), (102, b"2"))}
    list(collect(course, "ps1", put(tmp_path / "x.zip", zipped_at(files)), roster=put(tmp_path / "w.csv", MOODLE)))
    assert submitted(course) == {"anna": b"1", "schmidt2@x.org": b"2"}


def test_the_courses_list_lies_beside_its_configuration_or_in_its_work_folder(tmp_path):
    course = bare_course(tmp_path)
    course.work_directory = "course"
    assert course_roster(course) is None
    first = put(course.work / "roster.csv", "id\nada\n")
    assert [person.id for person in course_roster(course).people] == ["ada"]
    with trial(course) as copied:
        assert [person.id for person in course_roster(copied).people] == ["ada"]
    second = put(Path(course.root) / "roster.csv", "id\nbob\n")
    with pytest.raises(CourseError, match="two rosters") as error:
        course_roster(course)
    assert str(first) in str(error.value) and str(second) in str(error.value)


def test_times_in_names_count_more_than_those_of_files(tmp_path):
    """An export that is unpacked by hand has the time of the unpacking."""
    course = bare_course(tmp_path)
    put(tmp_path / "in" / "ada+ps1+2026-11-20 17:00:00.250000 UTC+x7" / "ps1.ipynb", b"ada")
    (receipt,) = collect(course, "ps1", tmp_path / "in")
    assert receipt.time == "2026-11-20T17:00:00.250000+00:00"


def test_notebooks_of_one_assignment_that_lie_side_by_side_are_joined(tmp_path):
    course = bare_course(tmp_path, "part1", "part2")
    files = {f"{who}{gap}part{n}.ipynb": f"{who}{n}".encode() for who, gap in (("an_na", "_"), ("bo", " - ")) for n in (1, 2)}
    files = {name.replace(" - ", "-"): content for name, content in files.items()} | {"an_na.ipynb": b"?"}
    found = list(collect(course, "ps1", put(tmp_path / "x.zip", zipped_at(files))))
    assert submitted(course, "part1.ipynb") == {"an_na": b"an_na1", "bo": b"bo1"}
    assert submitted(course, "part2.ipynb") == {"an_na": b"an_na2", "bo": b"bo2"}
    assert [receipt.origin for receipt in found if receipt.refused] == ["an_na.ipynb"]


def test_a_notebooks_own_name_is_no_part_of_the_id_if_the_list_says_so(tmp_path):
    course = bare_course(tmp_path)
    people = put(tmp_path / "r.csv", "id\nada\nbo\nbo_ps1\n")
    source = put(tmp_path / "x.zip", zipped_at({"ada_ps1.ipynb": b"ada", "bo_ps1.ipynb": b"?", "bo.ipynb": b"bo"}))
    found = list(collect(course, "ps1", source, roster=people))
    assert submitted(course) == {"ada": b"ada", "bo": b"bo"}
    assert [receipt.refused for receipt in found if receipt.refused] == ["bo_ps1 could be bo or bo_ps1"]


def test_repositories_are_recognised_and_ids_with_underscores_are_not_cut(tmp_path):
    told, first, second = [], bare_course(tmp_path), bare_course(tmp_path)
    source = put(tmp_path / "x.zip", zipped_at({"ps1-ada/ps1.ipynb": b"ada", "ps1-bo-li/ps1.ipynb": b"bo"}))
    list(collect(first, "ps1", source, tell=told.append))
    assert submitted(first) == {"ada": b"ada", "bo-li": b"bo"} and "GitHub Classroom" in told[0]
    source = put(tmp_path / "y.zip", zipped_at({"ps1_ada/ps1.ipynb": b"ada", "ps1_bo/ps1.ipynb": b"bo"}))
    list(collect(second, "ps1", source, tell=told.append))
    assert submitted(second) == {"ps1_ada": b"ada", "ps1_bo": b"bo"} and "named after their students" in told[1]


@pytest.mark.parametrize(
    ("files", "people", "students"),
    [
        ({"ada/mine.ipynb": b"1", "ada/data.csv": b"2"}, None, {"ada"}),  # one student's folder
        ({"ada/mine.ipynb": b"1", "ada/old.zip": b"2"}, "id\nada\n", {"ada"}),  # the list has no mine and no old
        ({"all/ada/ps1.ipynb": b"1"}, "id\nada\n", {"ada"}),
        ({"ps1/ada/ps1.ipynb": b"1"}, None, {"ada"}),
        ({"ada/ps1/ps1.ipynb": b"1"}, None, {"ada"}),
        ({"all/ada.ipynb": b"1", "all/bo/ps1.ipynb": b"2", "all/eve.pdf": b"3"}, None, {"ada", "bo"}),
        ({"ada/bo_1_2_ps1.ipynb": b"1"}, "id\nada\n", {"ada"}),  # downloaded from Canvas
        ({"all/Ada_1_assignsubmission_file_/ps1.ipynb": b"1"}, "id,name,lms_id\nada,Ada,1\n", {"ada"}),
    ],
)
def test_a_folder_around_all_is_not_taken_for_a_student_nor_a_student_for_one(tmp_path, files, people, students):
    course = bare_course(tmp_path)
    roster = put(tmp_path / "r.csv", people) if people else None
    list(collect(course, "ps1", put(tmp_path / "x.zip", zipped_at(files)), roster=roster))
    assert set(submitted(course)) == students


def test_a_notebook_under_its_own_name_is_no_students(tmp_path):
    """As it comes out of mails: three people's work, which would be three attempts of a student called ps1."""
    course = bare_course(tmp_path)
    files = {"ps1.ipynb": b"1", "ps1 (1).ipynb": b"2", "ps1 (2).ipynb": b"3"}
    found = list(collect(course, "ps1", put(tmp_path / "x.zip", zipped_at(files))))
    assert {receipt.refused for receipt in found} == {"its name is that of the notebook, and says nothing of a student"}
    assert submitted(course) == {}


def test_a_login_that_leads_elsewhere_is_refused(tmp_path):
    course = bare_course(tmp_path)
    start = "gradebook_c_b_x_attempt_2026-11-20-18-00-00"
    files = {f"{start}_ps1.ipynb": b"x", f"{start}.txt": b"Name: X (a/../../../x)\n"}
    found = list(collect(course, "ps1", put(tmp_path / "x.zip", zipped_at(files))))
    assert {receipt.refused for receipt in found} == {"its name has a slash"}
