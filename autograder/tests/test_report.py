"""The instructor's report: what the class did not understand, what needs attention, and inert names."""

import pytest
from autograder.course import CourseError
from autograder.pages.report import write_report
from autograder.records.gradebook import open_gradebook
from autograder.transcript import Remark, Verdict
from inert import Tags, assert_inert
from rooms import HALF, HINT, RIGHT, WRONG, Room
from unroll.checks.marking import Raised, Report, Row

EVIL = "<img src=x onerror=alert(1)>"


@pytest.fixture
def room(tmp_path) -> Room:
    return Room.build(tmp_path)


def words(room: Room) -> str:
    return Tags(write_report(room.course, "ps1").read_text()).text


def test_findings_come_first_and_count_students(room):
    room.graded("ada")
    room.graded("bob", reports={"step-check": [WRONG], "late-check": [WRONG]})
    room.graded("cy", reports={"step-check": [HALF], "late-check": [RIGHT]})
    room.rejected("eve")
    text = words(room)
    assert "4 submissions, 3 graded, median 20 of 30 points" in text
    assert f"2 of 3 {HINT}" in text
    assert text.index(HINT) < text.index("Questions") < text.index("Scores") < text.index("All submissions")


def test_the_first_lines_say_who_needs_a_look_and_what_was_hardest(room):
    room.graded("ada")
    room.graded(
        "bob", reports={"step-check": [WRONG], "late-check": [HALF]}, verdict=Verdict.TIME, reason="a cell ran for 20 s"
    )
    room.rejected("eve")
    text = words(room)
    first = "Who needs you: 1 rejected, 1 time limit, 2 answers to grade by hand. See who, and what to do."
    assert text.index(first) < text.index("Hardest for this class: A step (50 %), A step (75 %).") < text.index("What was not")


def test_an_answer_that_was_not_written_is_no_wrong_answer(room):
    error = Raised("NotImplementedError")
    unwritten = Report("step", (Row("a batch", False, "raises NotImplementedError", error=error),), 0.0)
    wrong = Report("step", (Row("a batch", False, "raises", error=Raised("KeyError")),), 0.0)
    assert room.graded("ada", reports={"step-check": [unwritten], "late-check": [unwritten]}).unnamed == {}
    assert room.graded("bob", reports={"step-check": [wrong], "late-check": [RIGHT]}).unnamed == {"step": "raises KeyError"}


def test_questions_have_their_difficulty(room):
    room.graded("ada")
    room.graded("bob", reports={"step-check": [WRONG], "late-check": [HALF]})
    text = words(room)
    assert "step-check A step 50 % 1 1" in text
    assert "late-check A step 75 % 1 0" in text
    assert "words A step 2 answers for a person" in text


def test_a_question_of_several_checks_shows_each(tmp_path):
    room = Room.build(tmp_path)
    judge = room.path / "judges" / "ps1.py"
    judge.write_text(judge.read_text() + 'walk = Check("walk")\n')
    source = room.path / "source" / "ps1" / "ps1.ipynb"
    source.write_text(source.read_text().replace('check(\\"step\\", step)', 'check(\\"step\\", step); check(\\"walk\\", 1)', 1))
    room = Room(room.path, room.course, type(room.assignment)(room.course, "ps1"))
    walk = type(RIGHT)("walk", RIGHT.rows, 1.0)
    room.graded("ada", reports={"step-check": [WRONG, walk], "late-check": [RIGHT]})
    text = words(room)
    assert "step-check A step 50 % 0 0 step in step-check 0 % 0 1 walk in step-check 100 % 1 0" in text


def test_who_needs_a_look_has_a_reason_and_a_next_step(room):
    room.graded("ada", verdict=Verdict.TIME, reason="a cell ran for 20 s")
    room.graded("bob", verdict=Verdict.CRASHED, reason="its kernel died")
    room.rejected("eve", reason="line 3: Expecting value")
    room.graded("mia", reason="left out: venv")
    room.graded("zoe")
    for folder in ("new", "odd\u202ename"):
        (room.path / "submitted" / folder / "ps1").mkdir(parents=True)
    text = words(room)
    for part in (
        "eve rejected line 3: Expecting value Ask for the file again",
        "new not graded there is a submission but no grade on record Run autograder grade ps1",
        "odd⟨U+202E⟩name refused its name has invisible characters Rename",
        "ada time limit a cell ran for 20 s Look at the cell",
        "bob crashed its kernel died Open the notebook with care",
        "mia graded left out: venv Look whether that is all right; the score stands.",
        "words waits 4 answers for a person",
    ):
        assert part in text
    assert "zoe graded" not in text
    assert "1 time limit, 1 crashed, 1 rejected." in text
    assert "4 judged: every automatic point" in text


def test_what_explains_few_points_is_named_with_a_next_step(room):
    (room.path / "roster.csv").write_text("id,name\nada,Ada\nbob,Bob\neve,Eve\nquiet,Q\n")
    missing = "the cell that begins with `import pandas` stopped with ModuleNotFoundError: No module named 'pandas'"
    room.graded("ada", remarks={Remark.MISSING: missing})
    room.graded("bob", verdict=Verdict.TIME, reason="a cell ran for 20 s", remarks={Remark.OTHER_LANGUAGE: "it is in R"})
    room.graded("eve")
    room.graded("stranger")
    with open_gradebook(room.course) as gradebook:
        gradebook.find_submission("ps1", "eve").notebooks[0].late_submission_penalty = 25
        gradebook.db.commit()
    text = words(room)
    for part in (
        "ada Ada missing package or file the cell that begins with import pandas stopped with ModuleNotFoundError: No module named 'pandas' "
        "If the package or file is needed",
        "bob Bob time limit a cell ran for 20 s Look at the cell",
        "bob Bob another language it is in R Ask for a notebook with a Python kernel.",
        "eve Eve late 0: 0.0 s late, which costs 25; would be 25 If an extension was agreed",
        "stranger not on the roster roster.csv has no such id Rename its folder",
        "quiet Q not handed in Ask them",
    ):
        assert part in text


def test_without_a_roster_the_gradebook_says_who_has_not_handed_in(room):
    room.graded("ada")
    with open_gradebook(room.course) as gradebook:
        gradebook.add_student("quiet")
    text = words(room)
    assert "quiet not handed in" in text and "roster" not in text


def test_many_of_one_kind_share_a_row(room):
    room.graded("ada")
    (room.path / "roster.csv").write_text("id\nada\n" + "".join(f"s{number}\n" for number in range(300)))
    page = write_report(room.course, "ps1").read_text()
    assert "300 students not handed in who s0 s1" in Tags(page).text
    assert "Who needs you: 300 not handed in, 1 answer to grade by hand." in Tags(page).text
    assert page.count("not handed in") == 2
    assert_inert(page, report=True)


def test_scores_that_people_gave_count(room):
    room.graded("ada")
    with open_gradebook(room.course) as gradebook:
        grade = gradebook.find_grade("words", "ps1", "ps1", "ada")
        grade.manual_score, grade.needs_manual_grade = 5, False
        gradebook.db.commit()
    text = words(room)
    assert "median 30 of 30 points" in text and "waits" not in text.split("How far")[0]


def test_names_and_reasons_are_inert(room):
    room.graded(EVIL, verdict=Verdict.CRASHED, reason="</td><script>alert(1)</script>\u202e")
    room.rejected('" onmouseover="alert(1)', reason=EVIL)
    (room.path / "feedback" / EVIL / "ps1").mkdir(parents=True)
    (room.path / "feedback" / EVIL / "ps1" / "ps1.html").write_text("")
    page = write_report(room.course, "ps1").read_text()
    assert_inert(page, report=True)
    assert EVIL in Tags(page).text


def test_names_come_from_the_gradebook_and_the_roster(room):
    room.graded("ada", reports={"step-check": [WRONG], "late-check": [RIGHT]})
    room.graded("bob", verdict=Verdict.TIME, reason="a cell ran for 20 s")
    (room.path / "roster.csv").write_text("id,name,section\nada,Ada King,Tuesday\nquiet,Quiet <b>One</b>,\n")
    with open_gradebook(room.course) as gradebook:
        gradebook.update_or_create_student("bob", first_name="Bob", last_name="Stone")
    page = write_report(room.course, "ps1").read_text()
    text = Tags(page).text
    assert f"{HINT} step who, and an example ada Ada King" in text
    assert "bob Bob Stone time limit" in text and "quiet Quiet <b>One</b> not handed in" in text
    assert "ada Ada King Tuesday 15 + ? graded" in text and "bob Bob Stone 25 + ? time limit" in text
    assert_inert(page, report=True)


def test_grades_that_depend_on_chance_are_named(room):
    room.graded("ada")
    assert "No submission has been graded twice with nothing changed." in words(room)
    room.graded("ada")
    assert "1 submission was graded more than once with nothing changed: the same points each time." in words(room)
    room.graded("bob")
    room.graded("bob", reports={"step-check": [HALF], "late-check": [RIGHT]})
    assert "1 grade by chance: graded again with nothing changed, bob got 25, then 20 automatic points." in words(room)


def test_the_chart_says_its_numbers(room):
    room.graded("ada")
    path = write_report(room.course, "ps1")
    assert path == room.course.work / "report" / "ps1.html"
    label = next(attributes["aria-label"] for tag, attributes in Tags(path.read_text()).tags if tag == "svg")
    assert "1 from 80 to 90 %" in label


def test_a_class_without_a_single_grade_has_a_report(room):
    room.rejected("eve")
    assert "1 submission, 0 graded" in words(room)


def test_before_grading_it_says_so(room):
    with pytest.raises(CourseError, match="has not been graded yet"):
        write_report(room.course, "ps1")
