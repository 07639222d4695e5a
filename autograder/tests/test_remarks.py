"""What explains few points is said of the right submissions, and of no others."""

import copy
from datetime import datetime
from pathlib import Path

import nbformat
import pytest
from autograder.assignment import Assignment
from autograder.grading import grade
from autograder.intake.rebuild import rebuild
from autograder.intake.remarks import remarks_on
from autograder.intake.submission import Submission, parse_notebook
from autograder.transcript import Remark
from nbformat.v4 import new_code_cell, new_output

from autograder import console

PANDAS = new_output("error", ename="ModuleNotFoundError", evalue="No module named 'pandas'", traceback=[])
NOTHING = [new_output("error", ename="CheckFailed", evalue="0 of 10 points", traceback=["0 of 10 points"])]


def remarks(assignment: Assignment, notebook, outputs=None) -> dict[Remark, str]:
    """Those on a submitted notebook, whose cells had these outputs, by grade id or first line."""
    submitted = parse_notebook(nbformat.writes(notebook).encode())
    executed = rebuild(assignment.sources["ps1"].graded, submitted).notebook
    for cell in executed.cells:
        if cell.cell_type == "code":
            name = cell.metadata.get("nbgrader", {}).get("grade_id", cell.source.partition("\n")[0])
            cell.outputs = copy.deepcopy((outputs or {}).get(name, []))
    submission = Submission(
        "ada", "ps1", Path(), datetime(2026, 1, 2), {"ps1": submitted}, {}, {}, remarks={Remark.LEFT_OUT: "left out: venv"}
    )
    found = remarks_on(assignment, submission, {"ps1": executed})
    assert found.pop(Remark.LEFT_OUT) == "left out: venv"
    return found


def of_another_assignment(small_course) -> nbformat.NotebookNode:
    """A notebook like this assignment's, with other names, whose source is in the course, too."""
    other = small_course.path / "source" / "ps2" / "ps2.ipynb"
    other.parent.mkdir()
    text = (small_course.path / "source" / "ps1" / "ps1.ipynb").read_text()
    for grade_id in ("step", "step-check", "scale", "scale-check"):
        text = text.replace(f'"grade_id": "{grade_id}"', f'"grade_id": "other-{grade_id}"')
    other.write_text(text)
    return nbformat.read(other, as_version=4)


def test_honest_work_has_no_remark(small_course):
    assert remarks(small_course.assignment, small_course.notebook()) == {}
    assert remarks(small_course.assignment, small_course.notebook(scale=""), {"step-check": NOTHING}) == {}


def test_an_untouched_notebook_is_named(small_course):
    release = nbformat.reads(nbformat.writes(small_course.assignment.sources["ps1"].release), as_version=4)
    assert remarks(small_course.assignment, release) == {Remark.UNTOUCHED: "no answer was written into the cells for answers"}
    release.cells.insert(2, new_code_cell("def rnn_step(): pass"))
    said = remarks(small_course.assignment, release)[Remark.UNTOUCHED]
    assert said.endswith("; 1 added cell was run but not graded")


def test_the_notebook_of_another_assignment_is_named(small_course):
    found = remarks(small_course.assignment, of_another_assignment(small_course))
    assert found == {Remark.OTHER_ASSIGNMENT: "this looks like the notebook of ps2, not of ps1"}
    assert remarks(small_course.assignment, small_course.notebook()) == {}


def test_nothing_more_is_said_of_cells_of_another_assignment(small_course, without_kernels):
    """Some are like this one's, so they would be recognised, and others lost."""
    place = small_course.hand_in("ada", of_another_assignment(small_course))
    assert (place / "ps1.ipynb").exists()
    remarks = grade(small_course.course, "ps1", jobs=1).entries["ada"].remarks
    assert remarks == {Remark.OTHER_ASSIGNMENT: "this looks like the notebook of ps2, not of ps1"}


@pytest.mark.parametrize("lost", [True, False])
def test_a_missing_package_is_named_if_it_cost_points(small_course, lost):
    notebook = small_course.notebook(step="import pandas as pd\ndef rnn_step(): pass")
    found = remarks(small_course.assignment, notebook, {"step": [PANDAS], "step-check": NOTHING if lost else []})
    said = "the cell that begins with `import pandas as pd` stopped with ModuleNotFoundError: No module named 'pandas'"
    assert found == ({Remark.MISSING: said} if lost else {})


def test_what_runs_after_a_hidden_test_says_nothing(edited, small_course):
    def hide(source):
        source.cells[2].source += "\n### BEGIN HIDDEN TESTS\nassert 6 * 7 == 42\n### END HIDDEN TESTS"

    assignment = edited(hide)
    notebook = small_course.notebook(scale="import pandas")
    assert remarks(assignment, notebook, {"scale": [PANDAS], "scale-check": NOTHING}) == {}


def test_the_console_says_what_lateness_cost():
    from autograder.records.journal import Entry
    from autograder.transcript import Verdict

    entry = Entry(
        "ada",
        "ps1",
        "",
        "",
        Verdict.GRADED,
        score=0.0,
        late=2 * 86400,
        penalty=90.0,
        remarks={Remark.LEFT_OUT: "left out: venv"},
    )
    assert console._note(entry) == "left out: venv; 2 days late, which costs 90; 90 without the penalty"
