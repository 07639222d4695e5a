"""nbgrader's own formgrader opens what we have graded."""

import json

import pytest
from autograder.course import Course
from autograder.records.gradebook import open_gradebook

from tests.formgrader import fetched, formgrader


@pytest.fixture(scope="module")
def address(demo, tmp_path_factory):
    with formgrader(demo.course, tmp_path_factory.mktemp("home")) as address:
        yield f"{address}/formgrader"


@pytest.mark.slow
def test_formgrader_lists_and_shows_our_grades(demo, address):
    submissions = json.loads(fetched(f"{address}/api/submissions/01_rnn_step"))
    shown = {submission["student"]: submission for submission in submissions}
    graded = [outcome for outcome in demo.outcomes if outcome.score is not None]
    assert graded
    for outcome in graded:
        assert shown[outcome.student]["autograded"]
        assert shown[outcome.student]["score"] == pytest.approx(outcome.score + outcome.penalty)
    with open_gradebook(Course.load(demo.course)) as gradebook:
        submission = gradebook.find_submission("01_rnn_step", "no_bias")
        page = fetched(f"{address}/submissions/{submission.notebooks[0].id}/")
    assert "the bias b_a is never added" in page
