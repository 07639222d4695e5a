"""Long runs, `make soak`: a clone of the students' repository installs itself, and an evening's work in it never meets a pull."""

import subprocess
from pathlib import Path

import nbformat
import pytest
from autograder.course import Course
from autograder.publish import publish

from tests.executed import outputs
from tests.test_colab import clean

pytestmark = pytest.mark.soak

ROOT = Path(__file__).parent.parent
AS_SOMEONE = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org"]
COPY = Path("work", "01_rnn_step", "01_rnn_step.ipynb")


def run(*words: str | Path, folder: Path) -> str:
    done = subprocess.run(words, cwd=folder, env=clean(), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def commit(repository: Path) -> None:
    run("git", "add", "--all", folder=repository)
    run(*AS_SOMEONE, "commit", "--quiet", "--message", "Publish", folder=repository)


@pytest.fixture(scope="module")
def repository(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("published") / "students"
    publish(Course.load(ROOT), folder)
    run("git", "init", "--quiet", folder=folder)
    commit(folder)
    return folder


@pytest.fixture(scope="module")
def clone(repository) -> Path:
    run("git", "clone", "--quiet", repository, "clone", folder=repository.parent)
    folder = repository.parent / "clone"
    assert f"Your copy: {COPY}" in run("make", "start", "01", folder=folder)
    return folder


def test_nothing_of_the_grader_is_there(clone):
    names = run("git", "ls-files", folder=clone).splitlines()
    assert {name.partition("/")[0] for name in names} >= {
        "START.md",
        "README.md",
        "Makefile",
        "lectures",
        "assignments",
        "utils",
    }
    assert not [name for name in names if name.startswith(("solutions", "judges", "exercises", "autograder", "tests"))]
    missing = "import importlib.util as u; print([n for n in ('nbgrader', 'autograder', 'jupytext') if u.find_spec(n)])"
    assert run(".venv/bin/python", "-c", missing, folder=clone) == "[]\n"


def test_an_assignment_is_solved(clone):
    """With the instructor's answers in the student's copy."""
    solved = nbformat.read(ROOT / "solutions" / COPY.parent.name / COPY.name, as_version=4)
    answers = {cell.metadata.nbgrader.grade_id: cell.source for cell in solved.cells if "nbgrader" in cell.metadata}
    copy = nbformat.read(clone / COPY, as_version=4)
    for cell in copy.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = answers[cell.metadata.nbgrader.grade_id]
    nbformat.write(copy, clone / COPY)
    run(".venv/bin/jupyter", "execute", "--inplace", COPY, folder=clone)
    shown = "".join(
        output.data["text/plain"] for output in outputs(nbformat.read(clone / COPY, as_version=4)) if "data" in output
    )
    assert "✓" in shown and "✗" not in shown


def test_a_pull_never_meets_a_student_s_work(clone, repository):
    run(".venv/bin/python", "-m", "unroll.start", folder=clone)
    lecture = clone / "work" / "lectures" / "02_rnn_step.ipynb"
    lecture.write_text("a student's notes")
    assert run("git", "status", "--porcelain", folder=clone) == ""
    page = repository / "lectures" / "02_rnn_step.ipynb"
    page.write_text(page.read_text() + "\n")
    commit(repository)
    run("git", "pull", "--quiet", "--ff-only", folder=clone)
    kept = run(".venv/bin/python", "-m", "unroll.start", folder=clone)
    assert kept.startswith("work/lectures/02_rnn_step.ipynb has your changes")
    assert lecture.read_text() == "a student's notes"
