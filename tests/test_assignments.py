"""Every assignment of the course: released in step with its source, and proved by its rehearsal."""

from pathlib import Path

import pytest
from autograder.assignment import Assignment
from autograder.course import Course
from autograder.kernels.parent import close_parents
from autograder.rehearse import rehearse
from autograder.release import stale

ROOT = Path(__file__).parent.parent
NAMES = Course.load(ROOT).assignments()


@pytest.fixture(scope="module")
def course() -> Course:
    return Course.load(ROOT)


def test_there_are_assignments():
    assert "01_rnn_step" in NAMES


def test_check_names_are_unique(course):
    """`check(name, …)` at the desk finds a check by its name alone."""
    names = [check for name in NAMES for check in Assignment(course, name).judge.checks]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", NAMES)
def test_release_is_in_step_with_its_source(course, name):
    assert stale(course, name) == [], f"run: autograder release {name}"


@pytest.mark.parametrize("name", NAMES)
def test_hundred_points_in_one_notebook(course, name):
    assignment = Assignment(course, name)
    assert list(assignment.sources) == [name]
    assert assignment.points == 100


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_rehearsal(jail, name, course):
    findings = list(rehearse(course, name))
    close_parents()
    assert [f"{finding.what}: {finding.detail}" for finding in findings if not finding.ok] == []
    assert len(findings) > 20


@pytest.mark.parametrize("name", NAMES)
def test_three_other_styles_pass_each_check(course, name):
    for check in Assignment(course, name).judge.checks.values():
        assert len(check.alternatives) >= 3, check.name
