"""Every assignment of the course: released in step with its source, and proved by its rehearsal."""

import re
from pathlib import Path

import nbformat
import pytest
from autograder.assignment import Assignment
from autograder.course import Course
from autograder.kernels.parent import close_parents
from autograder.pages import escaping
from autograder.publish import texts_searched
from autograder.rehearse import rehearse_notebooks
from autograder.rehearsing.checks import Effort, rehearse_check
from autograder.rehearsing.findings import Finding
from autograder.release import passages_in, stale

ROOT = Path(__file__).parent.parent
NAMES = Course.load(ROOT).assignments()
# Read as text, because a judge of models takes seconds to load.
CHECKS = [
    (name, check)
    for name in NAMES
    for check in re.findall(r'(?:Check|new_check)\("(\w+)"', (ROOT / "judges" / f"{name}.py").read_text())
]
# Where Keras is used, a release and the marks of answers take seconds.
WITH_KERAS = {name for name in NAMES if '"keras"' in (ROOT / "judges" / f"{name}.py").read_text()}
RELEASED = [pytest.param(name, marks=[pytest.mark.slow] if name in WITH_KERAS else []) for name in NAMES]
OF_MODELS = Effort(draws=1, seconds=2.0, mutants=4)  # a part of what `autograder rehearse` and `make soak` try


@pytest.fixture(scope="module")
def course() -> Course:
    return Course.load(ROOT)


def test_there_are_assignments():
    assert "01_rnn_step" in NAMES


def test_check_names_are_unique(course):
    """`check(name, …)` at the desk finds a check by its name alone."""
    names = [check for name in NAMES for check in Assignment(course, name).judge.checks]
    assert len(names) == len(set(names))
    assert sorted(names) == sorted(check for _, check in CHECKS)


@pytest.mark.parametrize("name", RELEASED)
def test_release_is_in_step_with_its_source(course, name):
    assert stale(course, name) == [], f"run: autograder release {name}"


@pytest.fixture(scope="module")
def taught(course) -> dict[str, str]:
    return texts_searched(course)


@pytest.mark.parametrize("name", RELEASED)
def test_no_lecture_and_no_module_holds_a_passage_of_a_solution(course, taught, name):
    assert passages_in(Assignment(course, name), taught) == []


@pytest.mark.parametrize("name", NAMES)
def test_hundred_points_in_one_notebook(course, name):
    assignment = Assignment(course, name)
    assert list(assignment.sources) == [name]
    assert assignment.points == 100


def _failed(findings: list[Finding]) -> list[str]:
    return [f"{finding.what}: {finding.detail}" for finding in findings if not finding.ok]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_rehearsal_of_the_notebooks(jail, name, course):
    findings = list(rehearse_notebooks(Assignment(course, name)))
    close_parents()
    assert _failed(findings) == []
    assert len(findings) == 8


@pytest.mark.slow
@pytest.mark.parametrize(("name", "check"), CHECKS)
def test_rehearsal_of_the_checks(name, check, course):
    judge = Assignment(course, name).judge
    findings = list(rehearse_check(judge, judge.checks[check], OF_MODELS))
    assert _failed(findings) == []
    assert len(findings) > 10


@pytest.mark.parametrize("name", NAMES)
def test_formulas_are_shown_without_a_network(name):
    """JupyterLab brings what it takes; on feedback pages every formula is MathML, so it must be one that can be converted."""
    notebook = nbformat.read(ROOT / "solutions" / name / f"{name}.ipynb", as_version=4)
    pages = [str(escaping.markdown(cell.source)) for cell in notebook.cells if cell.cell_type == "markdown"]
    assert any("<math" in page for page in pages)
    assert [page for page in pages if 'class="tex"' in page or "$" in re.sub("<code.*?</code>", "", page)] == []


@pytest.mark.parametrize("name", NAMES)
def test_three_other_styles_pass_each_check(course, name):
    for check in Assignment(course, name).judge.checks.values():
        assert len(check.alternatives) >= 3, check.name
