"""Students, courses and jails for the grader's tests."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from autograder.assignment import Assignment
from autograder.course import Course
from autograder.intake.submission import parse_notebook
from autograder.judging.judge import submission_key
from autograder.kernels import parent
from autograder.kernels.limits import Limits
from autograder.kernels.parent import LAUNCHERS, close_parents
from autograder.notebook import pack, unpack
from autograder.records.measured_limits import kernel_requirements
from autograder.requirements import KernelRequirements
from autograder.running.execution import Job, prepare, run_job
from autograder.transcript import Transcript, Verdict
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

PACKAGES = ("numpy", "unroll-course")

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

    def run(self, notebook: nbformat.NotebookNode, student: str = "ada", files: dict[str, bytes] | None = None) -> Transcript:
        """Rebuild and execute one submission."""
        key = submission_key(bytes(32), "ps1", student, "digest")
        submitted = parse_notebook(nbformat.writes(notebook).encode())
        return run_job(
            prepare(self.assignment, kernel_requirements(self.assignment), student, {"ps1": submitted}, files or {}, key)
        )


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


@pytest.fixture
def small_course(tmp_path) -> SmallCourse:
    return make_small_course(tmp_path)


@pytest.fixture(scope="session", name="make_small_course")
def _make_small_course():
    return make_small_course


def shares(transcript: Transcript) -> dict[str, float]:
    """What the judge gave, by grade id, 0 to 1."""
    reports = transcript.reports.get("ps1", {})
    return {grade_id: sum(r.share for r in judged) / len(judged) for grade_id, judged in reports.items()}


@pytest.fixture(name="shares")
def _shares():
    return shares


@dataclass(frozen=True)
class Run:
    """What came of running some cells: the transcript, and what each cell printed and raised."""

    transcript: Transcript
    printed: list[str]
    errors: list[str]

    @property
    def verdict(self) -> Verdict:
        return self.transcript.verdict


def run_student(
    *cells: str, limits: Limits | None = None, jailed: bool = True, packages=PACKAGES, files=None, seed=0, threads=1
) -> Run:
    """Run cells as a student's notebook."""
    notebook = new_notebook(cells=[new_code_cell(cell) for cell in cells])
    job = Job(
        student="ada",
        assignment="any",
        notebooks={"n": pack(notebook)},
        checks={},
        files=files or {},
        judge=None,
        requirements=KernelRequirements(packages, limits or Limits(seconds=40, cell_seconds=20), threads),
        key=seed.to_bytes(32, "little"),
        jailed=jailed,
    )
    transcript = run_job(job)
    executed = unpack(transcript.notebooks["n"]).cells if transcript.notebooks else []
    printed = ["".join(o.get("text", "") for o in cell.outputs if o.output_type == "stream") for cell in executed]
    errors = [" ".join(f"{o.ename}: {o.evalue}" for o in cell.outputs if o.output_type == "error") for cell in executed]
    return Run(transcript, printed, errors)


@pytest.fixture(scope="session")
def run_cells():
    """Run cells as a student's notebook would be run; see :func:`run_student`."""
    return run_student


@contextlib.contextmanager
def launched_by(name: str) -> Iterator[None]:
    """Let a launcher build the jails, whatever else works here; skips where bubblewrap is to, and is not there."""
    if name == "bubblewrap" and not shutil.which("bwrap"):
        pytest.skip("bubblewrap is not installed; on Debian `apt install bubblewrap`")
    found, parent._found = parent._found, (name, "a test has chosen it")
    try:
        yield
    finally:
        parent._found = found


@pytest.fixture(scope="session")
def jail():
    """Skips where no jail can be built, with what is missing; in CI that is a failure."""
    _need_a_jail()


@pytest.fixture(scope="module", params=LAUNCHERS)
def each_jail(request) -> Iterator[str]:
    """As `jail`, with one launcher after the other; gives its name."""
    with launched_by(request.param):
        _need_a_jail()
        yield request.param


@pytest.fixture(scope="module")
def bubblewrap() -> Iterator[None]:
    """As `jail`, with the second launcher."""
    with launched_by("bubblewrap"):
        _need_a_jail()
        yield


@pytest.fixture(scope="session", name="launched_by")
def _launched_by():
    return launched_by


def _need_a_jail() -> None:
    run = run_student("print(6 * 7)")
    if run.printed == ["42\n"]:
        return
    from autograder.doctor import jail_diagnosis

    why = f"No jail can be built here: {run.transcript.reason or run.errors} {jail_diagnosis().detail}"
    if "CI" in os.environ:
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture(scope="session", autouse=True)
def _no_parent_stays():
    yield
    close_parents()
