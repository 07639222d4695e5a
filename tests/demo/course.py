"""The demo's course on disk, and the comparison of the results with the expected ones."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from autograder.assignment import Assignment
from autograder.course import Course
from autograder.records.gradebook import open_gradebook
from autograder.records.journal import Entry, Journal
from nbgrader import utils

from tests.demo.expectation import expected_score
from tests.demo.mistakes import MISTAKES
from tests.demo.students import Student, students

ASSIGNMENT = "01_rnn_step"
ROOT = Path(__file__).parent.parent.parent
DUE, IN_TIME, LATE = "2026-01-10 12:00:00", "2026-01-09 12:00:00 UTC", "2026-01-11 12:00:00 UTC"

CONFIG = f"""\
import os

c = get_config()
root = os.path.dirname(os.path.abspath(__file__))
c.CourseDirectory.root = root
c.CourseDirectory.course_id = "demo"
c.CourseDirectory.source_directory = {str(ROOT / "solutions")!r}
c.CourseDirectory.release_directory = "assignments"
c.Course.judges_directory = {str(ROOT / "judges")!r}
c.LateSubmissionPlugin.penalty_method = "zero"
"""


@dataclass
class Outcome:
    """The result of one student; `wrong` says where it is not as expected."""

    student: str
    score: float | None
    penalty: float
    hints: dict[str, list[str]]
    wrong: list[str] = field(default_factory=list)


@dataclass
class Demo:
    """A demo course: its folder, its class, and, after the comparison, its outcomes."""

    course: Path
    students: list[Student]
    outcomes: list[Outcome] = field(default_factory=list)


def build_course(folder: Path, autograder: Callable[..., None]) -> Demo:
    """Create the course, release the assignment with the `autograder` command, and let the class hand in."""
    if folder.exists() and not (folder / "nbgrader_config.py").exists() and any(folder.iterdir()):
        raise SystemExit(f"{folder} is no demo course; move it away, the demo would overwrite it.")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "nbgrader_config.py").write_text(CONFIG)
    autograder("release", ASSIGNMENT)
    course = Course.load(folder)
    with open_gradebook(course) as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate=DUE)
    released = nbformat.read(course.folder("release", ASSIGNMENT) / f"{ASSIGNMENT}.ipynb", as_version=4)
    demo = Demo(folder, students())
    for student in demo.students:
        place = course.folder("submitted", ASSIGNMENT, student.name)
        place.mkdir(parents=True)
        (place / f"{ASSIGNMENT}.ipynb").write_text(student.hand_in(released))
        (place / "timestamp.txt").write_text(LATE if student.late else IN_TIME)
    return demo


def compare(demo: Demo) -> None:
    """Fill in the outcomes, each with what is wrong."""
    course = Course.load(demo.course)
    assignment = Assignment(course, ASSIGNMENT)
    sentences = {name: list(check.misconceptions) for name, check in assignment.judge.checks.items()}
    cells = [cell for source in assignment.sources.values() for cell in source.graded.cells]
    judged = {grade_id: names[0] for source in assignment.sources.values() for grade_id, names in source.checks.items()}
    points = {
        judged[cell.metadata.nbgrader.grade_id]: float(cell.metadata.nbgrader.points)
        for cell in cells
        if utils.is_grade(cell) and cell.metadata.nbgrader.grade_id in judged
    }
    entries = Journal(course.journal).latest(ASSIGNMENT)
    with open_gradebook(course) as gradebook:
        for student in demo.students:
            submission = gradebook.find_submission(ASSIGNMENT, student.name)
            penalty = sum(notebook.late_submission_penalty or 0 for notebook in submission.notebooks)
            entry = entries[student.name]
            outcome = Outcome(student.name, entry.score, penalty, entry.hints)
            expected = expected_score(student, assignment.judge.checks, points)
            outcome.wrong = _differences(student, entry, submission.score, penalty, expected, sentences)
            demo.outcomes.append(outcome)
    _every_misconception_was_made(sentences)


def _differences(
    student: Student, entry: Entry, score: float, penalty: float, expected: float, sentences: dict[str, list[str]]
) -> list[str]:
    wrong = []
    if str(entry.verdict) != student.verdict:
        wrong.append(f"verdict {entry.verdict} ({entry.reason}), expected {student.verdict}")
    if student.verdict == "rejected":
        return wrong + (["has a score"] if entry.score is not None else [])
    if abs(score - expected) > 1e-9:
        wrong.append(f"score {score:g}, expected {expected:g}")
    if penalty != (expected if student.late else 0):
        wrong.append(f"late penalty {penalty:g}")
    for check, mistake in student.mistakes.items():
        sentence = _sentence(mistake, sentences[check])
        if entry.hints.get(check, [])[:1] != [sentence]:
            wrong.append(f"{check}: hinted {entry.hints.get(check)}, expected {sentence!r}")
    return wrong


def _sentence(mistake: str, sentences: list[str]) -> str:
    found = [sentence for sentence in sentences if mistake in sentence]
    assert len(found) == 1, f"{mistake!r} stands in {len(found)} misconceptions: {found}"
    return found[0]


def _every_misconception_was_made(sentences: dict[str, list[str]]) -> None:
    for check, known in sentences.items():
        made = {_sentence(mistake, known) for mistake in MISTAKES[check]}
        missing = set(known) - made
        assert not missing, f"{check}: no student of the demo makes the mistake {missing}"
