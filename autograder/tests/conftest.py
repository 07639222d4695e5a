"""Students, courses and jails for the grader's tests."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import nbformat
import nbgrader.api
import pytest
from autograder.assignment import Assignment
from autograder.kernels import parent
from autograder.kernels.limits import Limits
from autograder.kernels.parent import LAUNCHERS, close_parents
from autograder.notebook import pack, unpack
from autograder.requirements import KernelRequirements
from autograder.running.execution import Job, run_job
from autograder.transcript import Transcript, Verdict
from courses import SmallCourse, make_small_course, shares
from nbformat.v4 import new_code_cell, new_notebook

from autograder import grading

PACKAGES = ("numpy", "unroll-course")


@pytest.fixture
def small_course(tmp_path) -> SmallCourse:
    return make_small_course(tmp_path)


class NoWorkers:
    """In the place of workers: no cell is executed, and all others do their work."""

    slots = 1

    def run(self, jobs: Iterator[Job], alone: bool = False) -> Iterator[tuple[Job, Transcript]]:
        for job in jobs:
            yield job, Transcript(job.student, job.assignment, Verdict.GRADED, notebooks=dict(job.notebooks))


@pytest.fixture
def without_kernels(monkeypatch):
    monkeypatch.setattr(grading, "local_workers", lambda *_: contextlib.nullcontext(NoWorkers()))


@pytest.fixture(scope="session", name="make_small_course")
def _make_small_course():
    return make_small_course


@pytest.fixture(name="shares")
def _shares():
    return shares


@dataclass(frozen=True)
class Run:
    """The result of running some cells: the transcript, and what each cell printed, what it raised, and its number."""

    transcript: Transcript
    printed: list[str]
    errors: list[str]
    numbers: list[int | None]

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
    return Run(transcript, printed, errors, [cell.execution_count for cell in executed])


@pytest.fixture(scope="session")
def run_cells():
    """Run cells like a student's notebook; see :func:`run_student`."""
    return run_student


@contextlib.contextmanager
def launched_by(name: str) -> Iterator[None]:
    """Use one launcher for the jails, whatever else works here; skip if it is bubblewrap and is not installed."""
    if name == "bubblewrap" and not shutil.which("bwrap"):
        pytest.skip("bubblewrap is not installed; on Debian `apt install bubblewrap`")
    found, parent._found = parent._found, (name, "a test has chosen it")
    try:
        yield
    finally:
        parent._found = found


@pytest.fixture(scope="session")
def jail():
    """Skip if no jail can be built, and say what is missing; in CI that is a failure."""
    _need_a_jail()


@pytest.fixture(scope="module", params=[LAUNCHERS[0], *(pytest.param(name, marks=pytest.mark.slow) for name in LAUNCHERS[1:])])
def each_jail(request) -> Iterator[str]:
    """As `jail`, with one launcher after the other, the first alone in `make check`; gives its name."""
    with launched_by(request.param):
        _need_a_jail()
        yield request.param


@pytest.fixture
def bubblewrap() -> Iterator[None]:
    """Like `jail`, with the second launcher, for one test: `each_jail` may have chosen the first for the module."""
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


@pytest.fixture(scope="session", autouse=True)
def _one_version_of_the_gradebook():
    """nbgrader starts a program for every new gradebook, to ask which version it is of; once is enough."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nbgrader.api, "get_alembic_version", cache(nbgrader.api.get_alembic_version))
        yield


@pytest.fixture
def edited(small_course):
    """Change the source notebook with a function, and read the assignment."""
    path = small_course.path / "source" / "ps1" / "ps1.ipynb"

    def edit(change) -> Assignment:
        notebook = nbformat.read(path, as_version=4)
        change(notebook)
        nbformat.write(notebook, path)
        return Assignment(small_course.course, "ps1")

    return edit
