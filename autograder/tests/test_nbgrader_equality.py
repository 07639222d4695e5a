"""An ordinary nbgrader course gets the same gradebook from us as from nbgrader itself."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import nbgrader as library
import pytest
from autograder.course import Course
from autograder.grading import grade
from autograder.kernels.parent import close_parents
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook

pytestmark = pytest.mark.slow

CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "ordinary"
c.LateSubmissionPlugin.penalty_method = "zero"
c.IgnorePattern.enabled = True
c.IgnorePattern.pattern = ".*harmless.*"
"""


def nbgrader_cell(cell, grade_id, *, grade=False, solution=False, task=False, points=None):
    cell.metadata["nbgrader"] = {
        "schema_version": 3,
        "grade_id": grade_id,
        "grade": grade,
        "solution": solution,
        "locked": not solution,
        "task": task,
    }
    if points is not None:
        cell.metadata["nbgrader"]["points"] = points
    return cell


def source() -> nbformat.NotebookNode:
    return new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        cells=[
            new_markdown_cell("# An ordinary assignment"),
            new_code_cell("import math"),
            nbgrader_cell(
                new_code_cell("def square(x):\n    ### BEGIN SOLUTION\n    return x * x\n    ### END SOLUTION"),
                "square",
                solution=True,
            ),
            nbgrader_cell(
                new_code_cell("assert square(2) == 4\n### BEGIN HIDDEN TESTS\nassert square(-3) == 9\n### END HIDDEN TESTS"),
                "square-test",
                grade=True,
                points=3,
            ),
            nbgrader_cell(
                new_code_cell("sum(square(n) == n**2 for n in range(4)) / 2"), "square-partial", grade=True, points=2
            ),
            nbgrader_cell(
                new_markdown_cell("### BEGIN SOLUTION\nBecause.\n### END SOLUTION"), "why", grade=True, solution=True, points=4
            ),
            nbgrader_cell(
                new_code_cell("### BEGIN SOLUTION\nprint(math.pi)\n### END SOLUTION"),
                "draw",
                grade=True,
                solution=True,
                points=1,
            ),
            nbgrader_cell(new_markdown_cell("Describe something."), "task", task=True, points=2),
            nbgrader_cell(
                new_code_cell("### AUTOTEST square(3); [square(1)]\n### HASHED AUTOTEST square(7)"),
                "square-auto",
                grade=True,
                points=2,
            ),
        ],
    )


def answer(released, code, why=None, more=()):
    """A student's notebook: the release with `code` in the first solution cell."""
    notebook = nbformat.from_dict(released)
    by_id = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell for cell in notebook.cells}
    if code is not None:
        by_id["square"].source = code
    if why is not None:
        by_id["why"].source = why
    for place, text in more:
        notebook.cells.insert(place, new_code_cell(text))
    return notebook


RIGHT = "def square(x):\n    return x * x"
STUDENTS = {
    "right": dict(code=RIGHT, why="Because it is."),
    "wrong": dict(code="def square(x):\n    return x + x"),
    "visible_only": dict(code="def square(x):\n    return abs(x) * x"),
    "untouched": dict(code=None),
    "syntax": dict(code="def square(x)\n    return"),
    "noisy": dict(code="import sys\ndef square(x):\n    print('noise', file=sys.stderr)\n    return x * x"),
    "harmless_noise": dict(code="import sys\ndef square(x):\n    print('harmless', file=sys.stderr)\n    return x * x"),
    "raises": dict(code="def square(x):\n    raise ValueError(x)"),
    "extra_cells": dict(code="def square(x):\n    return power(x, 2)", more=[(2, "def power(x, n):\n    return x ** n")]),
    "long_output": dict(code="def square(x):\n    print('line\\n' * 3000)\n    return x * x"),
    "late": dict(code=RIGHT),
    "hides_tracebacks": dict(code="get_ipython().showtraceback = lambda *a, **k: None\ndef square(x):\n    return 0"),
}


def nbgrader(course: Path, *arguments: str) -> None:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    command = [sys.executable, "-m", "nbgrader", *arguments]
    done = subprocess.run(command, cwd=course, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def rows(course: Path) -> list[tuple]:
    """Everything the gradebook has on submissions."""
    found = []
    with Gradebook(f"sqlite:///{course}/gradebook.db", "ordinary") as gradebook:
        for submission in gradebook.assignment_submissions("ps1"):
            found.append(("submission", submission.student_id, submission.timestamp, submission.score, submission.max_score))
            for notebook in submission.notebooks:
                found.append(
                    ("notebook", submission.student_id, notebook.name, notebook.score, notebook.late_submission_penalty)
                )
                for g in notebook.grades:
                    found.append(
                        (
                            "grade",
                            submission.student_id,
                            g.name,
                            g.auto_score,
                            g.manual_score,
                            g.needs_manual_grade,
                            g.max_score,
                        )
                    )
                for c in notebook.comments:
                    found.append(("comment", submission.student_id, c.name, c.auto_comment, c.manual_comment))
    return sorted(found, key=repr)


def cells(course: Path) -> list[tuple]:
    """What the gradebook has on the cells of the assignment: the next autograding by nbgrader puts them into submissions."""
    with Gradebook(f"sqlite:///{course}/gradebook.db", "ordinary") as gradebook:
        (notebook,) = gradebook.find_assignment("ps1").notebooks
        found = [(cell.name, cell.cell_type, cell.source, cell.checksum, cell.locked) for cell in notebook.source_cells]
        return found + [(cell.name, cell.max_score) for cell in (*notebook.grade_cells, *notebook.task_cells)]


@pytest.fixture(scope="module")
def twins(jail, tmp_path_factory) -> tuple[Path, Path]:
    """The same course twice: graded by nbgrader, and by us."""
    tmp_path = tmp_path_factory.mktemp("twins")
    first = tmp_path / "by_nbgrader"
    (first / "source/ps1").mkdir(parents=True)
    (first / "nbgrader_config.py").write_text(CONFIG)
    shutil.copy(Path(library.__file__).parent / "docs/source/user_guide/autotests.yml", first)
    nbformat.write(source(), first / "source/ps1/p1.ipynb")
    nbgrader(first, "generate_assignment", "ps1")
    with Gradebook(f"sqlite:///{first}/gradebook.db", "ordinary") as gradebook:
        gradebook.update_or_create_assignment("ps1", duedate="2026-01-10 12:00:00")
    released = nbformat.read(first / "release/ps1/p1.ipynb", as_version=4)
    for student, work in STUDENTS.items():
        folder = first / "submitted" / student / "ps1"
        folder.mkdir(parents=True)
        nbformat.write(answer(nbformat.reads(nbformat.writes(released), as_version=4), **work), folder / "p1.ipynb")
        day = 11 if student == "late" else 9
        (folder / "timestamp.txt").write_text(f"2026-01-{day:02d} 12:00:00 UTC")
    second = tmp_path / "by_us"
    shutil.copytree(first, second)
    nbgrader(first, "autograde", "ps1")
    grading = grade(Course.load(second), "ps1")
    close_parents()
    assert not grading.ungraded
    return first, second


def test_same_rows_as_nbgrader(twins):
    theirs, ours = twins
    assert rows(ours) == rows(theirs)
    # The comparison means something: students differ, one is late, and one cell waits for a person.
    scores = {row[1]: row[3] for row in rows(ours) if row[0] == "submission"}
    assert len(set(scores.values())) >= 4
    assert any(row[0] == "notebook" and row[1] == "late" and row[4] for row in rows(ours))
    assert any(row[0] == "grade" and row[5] for row in rows(ours))


def test_same_cells_as_nbgrader(twins):
    theirs, ours = twins
    assert sorted(cells(ours), key=repr) == sorted(cells(theirs), key=repr)
    (made,) = [cell for cell in cells(ours) if cell[0] == "square-auto" and len(cell) == 5]
    assert 'assert str(square(3)) == """9"""' in made[2] and "AUTOTEST" not in made[2]


def test_scores_survive_nbgraders_own_reading(twins):
    """Running nbgrader's SaveAutoGrades over our records changes nothing."""
    from nbgrader.preprocessors import SaveAutoGrades

    _, ours = twins
    before = rows(ours)
    for student in STUDENTS:
        notebook = nbformat.read(ours / "autograded" / student / "ps1" / "p1.ipynb", as_version=4)
        where = {"assignment": "ps1", "notebook": "p1", "student": student, "db_url": f"sqlite:///{ours}/gradebook.db"}
        SaveAutoGrades().preprocess(notebook, {"nbgrader": where})
    assert rows(ours) == before
