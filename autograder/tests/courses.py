"""A small course, students who hand in, and what comes of it."""

from dataclasses import dataclass
from pathlib import Path

import nbformat
from autograder.assignment import Assignment
from autograder.course import Course
from autograder.intake.submission import parse_notebook
from autograder.judging.judge import submission_key
from autograder.records.measured_limits import kernel_requirements
from autograder.running.execution import Job, prepare, run_job
from autograder.transcript import Transcript
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

JUDGE = """
import numpy as np
from autograder.check import Case, Check, Requirements, close
from autograder.kernels.limits import Limits

requirements = Requirements(limits=Limits())  # said, so that nothing has to be measured first
rnn_step = Check("rnn_step")


@rnn_step.reference
def _(x, a, W_ax, W_aa, b_a):
    return np.tanh(x @ W_ax.T + a @ W_aa.T + b_a)


def draw(rng, m, n, units, bias=1):
    return dict(x=rng.normal(size=(m, n)), a=rng.normal(size=(m, units)), W_ax=rng.normal(size=(units, n)),
                W_aa=rng.normal(size=(units, units)), b_a=bias * rng.normal(size=units))


@rnn_step.cases
def _(rng):
    yield Case("no bias", **draw(rng, m=4, n=3, units=5, bias=0))
    yield Case("a batch", **draw(rng, m=4, n=3, units=5), basic=True)
    yield Case("a batch of one", **draw(rng, m=1, n=3, units=5))


@rnn_step.misconception("The bias b_a is never added.")
def _(x, a, W_ax, W_aa, b_a):
    return np.tanh(x @ W_ax.T + a @ W_aa.T)


scale = Check("scale")


@scale.reference
def _(x):
    return 3 * x


@scale.cases
def _(rng):
    yield Case("five numbers", x=rng.normal(size=5), basic=True)
"""

STEP = "def rnn_step(x, a, W_ax, W_aa, b_a):\n    return np.tanh(x @ W_ax.T + a @ W_aa.T + b_a)"
SCALE = "def scale(x):\n    return 3 * x"


def graded_cell(cell, grade_id: str, **flags):
    """Give a cell nbgrader's metadata."""
    plain = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3, "grade_id": grade_id}
    cell.metadata["nbgrader"] = plain | flags
    return cell


def _source() -> nbformat.NotebookNode:
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    stub = "def {}:\n    ### BEGIN SOLUTION\n    {}\n    ### END SOLUTION"
    cells = [
        new_code_cell("import numpy as np\nfrom unroll import check"),
        graded_cell(new_code_cell(stub.format("rnn_step(x, a, W_ax, W_aa, b_a)", "return np.tanh(x)")), "step", solution=True),
        graded_cell(new_code_cell('check("rnn_step", rnn_step)'), "step-check", grade=True, locked=True, points=10),
        graded_cell(new_code_cell(stub.format("scale(x)", "return 3 * x")), "scale", solution=True),
        graded_cell(new_code_cell('check("scale", scale)'), "scale-check", grade=True, locked=True, points=5),
        graded_cell(new_markdown_cell("Say why."), "words", grade=True, solution=True, points=5),
    ]
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


@dataclass(frozen=True)
class SmallCourse:
    """A course of one judged assignment: ``step-check`` is worth 10 points, ``scale-check`` 5."""

    path: Path
    course: Course
    assignment: Assignment

    def notebook(self, step: str = STEP, scale: str = SCALE, **extras: str) -> nbformat.NotebookNode:
        """The release with a student's work; `extras` are cells of their own by what they stand before, or ``end``."""
        release = nbformat.reads(nbformat.writes(self.assignment.sources["ps1"].release), as_version=4)
        cells = []
        for cell in release.cells:
            grade_id = cell.metadata.get("nbgrader", {}).get("grade_id", "start").replace("-", "_")
            if grade_id in extras:
                cells.append(new_code_cell(extras.pop(grade_id)))
            if grade_id in ("step", "scale"):
                cell.source = {"step": step, "scale": scale}[grade_id]
            cells.append(cell)
        if "end" in extras:
            cells.append(new_code_cell(extras.pop("end")))
        assert not extras, "no such place"
        release.cells = cells
        return release

    def hand_in(self, student: str, notebook: nbformat.NotebookNode | None = None) -> Path:
        """Put a notebook, by default all right, where a student hands it in; gives the folder."""
        folder = self.course.folder("submitted", "ps1", student)
        folder.mkdir(parents=True, exist_ok=True)
        nbformat.write(self.notebook() if notebook is None else notebook, folder / "ps1.ipynb")
        return folder

    def job(self, notebook: nbformat.NotebookNode, student: str = "ada", files: dict[str, bytes] | None = None) -> Job:
        """Rebuild one submission."""
        key = submission_key(bytes(32), "ps1", student, "digest")
        submitted = parse_notebook(nbformat.writes(notebook).encode())
        return prepare(self.assignment, kernel_requirements(self.assignment), student, {"ps1": submitted}, files or {}, key)

    def run(self, notebook: nbformat.NotebookNode, student: str = "ada", files: dict[str, bytes] | None = None) -> Transcript:
        """Rebuild and execute one submission."""
        return run_job(self.job(notebook, student, files))


def make_small_course(path: Path, requirements: str = "", tests: dict[str, str] | None = None) -> SmallCourse:
    """Build one in a folder; `requirements` end its judge, `tests` stand in the place of the checks, by grade id."""
    (path / "judges").mkdir(parents=True)
    (path / "judges" / "ps1.py").write_text(JUDGE + requirements)
    (path / "source" / "ps1").mkdir(parents=True)
    source = _source()
    for cell in source.cells:
        cell.source = (tests or {}).get(cell.metadata.get("nbgrader", {}).get("grade_id"), cell.source)
    nbformat.write(source, path / "source" / "ps1" / "ps1.ipynb")
    course = Course.load(path)
    return SmallCourse(path, course, Assignment(course, "ps1"))


def shares(transcript: Transcript) -> dict[str, float]:
    """What the judge gave, by grade id, 0 to 1."""
    reports = transcript.reports.get("ps1", {})
    return {grade_id: sum(r.share for r in judged) / len(judged) for grade_id, judged in reports.items()}
