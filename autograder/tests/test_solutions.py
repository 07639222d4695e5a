"""Solutions are given out when no one can hand in any more, with what the class got wrong."""

from datetime import UTC, datetime, timedelta

import nbformat
import pytest
from autograder.assignment import Assignment
from autograder.course import Course, CourseError
from autograder.publish import publish
from autograder.records.gradebook import open_gradebook
from autograder.records.journal import Entry, Journal
from autograder.release import release
from autograder.solutions import last_date, release_solution
from autograder.transcript import Verdict
from courses import graded_cell
from nbformat.v4 import new_markdown_cell

BIAS = "The bias b_a is never added."
PAST, SOON = (f"{datetime.now(UTC) + timedelta(days=days):%Y-%m-%d %H:%M}+00:00" for days in (-2, 2))


@pytest.fixture
def course(small_course) -> Course:
    release(small_course.course, "ps1")
    return small_course.course


def set_due(course: Course, date: str) -> None:
    with open_gradebook(course) as gradebook:
        gradebook.update_or_create_assignment("ps1", duedate=date)


def write_roster(course: Course, text: str) -> None:
    with open(f"{course.root}/roster.csv", "w") as file:
        file.write(text)


def test_without_a_due_date_it_is_refused(course):
    with pytest.raises(CourseError, match="has no due date"):
        release_solution(course, "ps1")
    assert release_solution(course, "ps1", now=True)


def test_before_the_due_date_it_is_refused(course):
    set_due(course, SOON)
    with pytest.raises(CourseError, match="the due date is"):
        release_solution(course, "ps1")


@pytest.mark.parametrize("heading", ["extension", "Extension PS1"])
def test_before_the_last_extension_it_is_refused(course, heading):
    set_due(course, PAST)
    write_roster(course, f"id,{heading}\nada,\ngrace,{SOON}\nalan,{PAST}\n")
    with pytest.raises(CourseError, match="the extension of grace is"):
        release_solution(course, "ps1")
    write_roster(course, f"id,{heading},extension ps2\nada,,{SOON}\ngrace,{PAST},\n")
    assert release_solution(course, "ps1")


def test_a_day_lasts_until_its_end(course):
    write_roster(course, "id,extension\nada,2027-01-31\n")
    date, _ = last_date(course, "ps1")
    assert f"{date.astimezone():%Y-%m-%d %H:%M}" == "2027-01-31 23:59"


def test_an_extension_that_is_no_date_is_named(course):
    write_roster(course, "id,extension\nada,next week\n")
    with pytest.raises(CourseError, match="'next week' for ada"):
        release_solution(course, "ps1")


def test_the_worked_solution_has_answers_and_the_mistakes_of_the_class(course, edited):
    def add_secrets(notebook):
        step = next(cell for cell in notebook.cells if cell.source.startswith('check("rnn_step"'))
        step.source += "\n### BEGIN HIDDEN TESTS\nassert hidden_from_all\n### END HIDDEN TESTS"
        notebook.cells[-1].source += "\n### BEGIN SOLUTION\nIt is so.\n### END SOLUTION"
        scheme = new_markdown_cell("Draw it.\n### BEGIN MARK SCHEME\nTwo marks.\n### END MARK SCHEME")
        notebook.cells.append(graded_cell(scheme, "drawing", task=True, locked=True, points=2))

    edited(add_secrets)
    journal = Journal(course.journal)
    for student, hints, score in (("ada", [BIAS], 5.0), ("grace", [], 15.0), ("alan", [BIAS], None)):
        journal.write(Entry(student, "ps1", "", "", Verdict.GRADED, score=score, hints={"rnn_step": hints} if hints else {}))
    (path,) = release_solution(course, "ps1", now=True)
    notebook = nbformat.read(path, as_version=4)
    text = "\n".join(cell.source for cell in notebook.cells)
    assert "    return np.tanh(x)" in text and "It is so." in text
    assert not [word for word in ("BEGIN", "END", "hidden_from_all", "Two marks") if word in text]
    assert not any("nbgrader" in cell.metadata for cell in notebook.cells)
    check = next(number for number, cell in enumerate(notebook.cells) if cell.source.startswith('check("rnn_step"'))
    assert notebook.cells[check + 1].source.endswith(f"- 1 of 2: {BIAS}")
    assert len(notebook.cells) == len(Assignment(course, "ps1").sources["ps1"].instructor.cells) + 1


def test_a_released_solution_is_published(course, edited, tmp_path_factory):
    def answer(notebook):
        cell = next(cell for cell in notebook.cells if cell.source.startswith("def scale"))
        cell.source = "def scale(x):\n    ### BEGIN SOLUTION\n    first = x + x\n    second = first + x\n    return second\n    ### END SOLUTION"

    edited(answer)
    release(course, "ps1")
    release_solution(course, "ps1", now=True)
    assert "worked/ps1/ps1.ipynb" in publish(course, tmp_path_factory.mktemp("students")).written
