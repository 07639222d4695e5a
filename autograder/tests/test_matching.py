"""No upload is ever given to another student: each form of export reaches the right one, or is listed."""

import os
import zipfile
from pathlib import Path

import pytest
from autograder.course import CourseError
from autograder.intake.collect import collect
from autograder.intake.matching import FORMS
from autograder.intake.roster import Person, read_roster
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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
        ("canvas", "libo_103_7_"),
        ("blackboard", "gradebook_c_b_bo_attempt_2026-11-20-18-00-00_"),
    ],
)
def test_a_files_name_cannot_pass_it_off_as_anothers(small_course, tmp_path, form, start):
    forged = {
        "moodle": "Anna Schmidt_101_assignsubmission_file_ps1.ipynb",
        "canvas": "schmidtanna_101_8_ps1.ipynb",
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


@pytest.mark.parametrize("odd", ["aux.py", "plot 10:22.png", "Icon\r", "a\u200cb.txt", "../x.txt"])
def test_one_odd_file_name_costs_one_student(small_course, tmp_path, odd):
    files = {
        "ada/ps1.ipynb": handed_in("a"),
        f"eve/{odd}": b"x",
        "eve/ps1.ipynb": handed_in("e"),
        "bob/ps1.ipynb": handed_in("b"),
    }
    whose, refused = run(small_course, zipped(tmp_path / "x.zip", files))
    assert whose == {"ada": "a", "bob": "b"} and list(refused) == ["eve"]


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


_person = st.tuples(
    st.text("ab_-", min_size=1, max_size=4).filter(lambda text: text.strip("_-")),
    st.sampled_from(["Anna Schmidt", "Bo Li", "An Na", "Schmidt Anna"]),
)


def _named(form: str, key: str, name: str, number: int) -> str:
    short = "".join(reversed(name.lower().split()))
    return {
        "folder": f"{key}/ps1.ipynb",
        "moodle": f"{name}_{number}_assignsubmission_file_/ps1.ipynb",
        "canvas": f"{short}_{number}_{number + 500}_ps1.ipynb",
        "blackboard": f"gradebook_c_b_{key}_attempt_2026-11-20-18-00-00_ps1.ipynb",
        "nbgrader": f"{key}+ps1+2026-11-20 18/ps1.ipynb",
        "github": f"ps1-{key}/ps1.ipynb",
    }[form]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(st.lists(_person, min_size=1, max_size=6, unique_by=lambda person: person[0]), st.sampled_from(FORMS), st.integers(0, 5))
def test_every_upload_reaches_its_student_or_is_listed(make_small_course, tmp_path_factory, people, form, strangers):
    """Ids that end in one another, equal names, numbers that are ids: whatever the class, no work goes to another."""
    path = tmp_path_factory.mktemp("class")
    small_course = make_small_course(path / "course")
    on_list = people[strangers % len(people) :] or people
    rows = [f"{key},{name},{100 + people.index((key, name))}" for key, name in on_list]
    files = {_named(form, key, name, 100 + number): handed_in(key) for number, (key, name) in enumerate(people)}
    if form == "blackboard":
        files |= {
            name.replace("_ps1.ipynb", ".txt"): b"Name: X (%s)\n" % content.split(b'"')[7] for name, content in files.items()
        }
    options = {"form": form, "roster": roster(path / "r.csv", "\n".join(["id,name,lms_id", *rows]))}
    whose, refused = run(small_course, zipped(path / "x.zip", files), **options)
    assert all(student == key for student, key in whose.items())
    assert set(whose) == {key for key, _ in on_list}
    assert len(whose) + len({origin.partition("00-00")[0] for origin in refused}) == len(people)
