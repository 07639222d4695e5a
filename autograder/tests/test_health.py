"""The grader's own health: the instructor's notebook is graded beside the class, and the report names what lost points."""

from dataclasses import replace

import pytest
from autograder.grading import grade
from autograder.pages.report import write_report
from autograder.records.health import Health, health_of, read_health, write_health
from autograder.running.own_run import reference_jobs
from autograder.transcript import Transcript, Verdict, environment_digest
from courses import make_small_course
from inert import Tags, assert_inert
from rooms import HALF, RIGHT, Room

BY_CHANCE = "1 of 3 times, so the check depends on chance"


def text_of(room: Room) -> str:
    page = write_report(room.course, "ps1").read_text()
    assert_inert(page, report=True)
    return Tags(page).text


def with_health(room: Room, *failed: dict[str, str]) -> str:
    write_health(room.course, "ps1", Health(room.assignment.digest, environment_digest(), len(failed), list(failed)))
    return text_of(room)


def test_a_report_says_how_the_instructors_own_notebook_did(tmp_path):
    room = Room.build(tmp_path)
    room.graded()
    assert "own notebook has not been graded beside the class since" in text_of(room)
    text = with_health(room, {}, {}, {})
    assert "graded 3 times beside the class, each time with other hidden cases: all automatic points every time." in text
    text = with_health(room, {"check step, case <b>": "off"}, {}, {})
    assert f"check step, case <b>: {BY_CHANCE}. off" in text
    assert text.index("does not get all points") < text.index("What was not understood")
    assert "every time, so the source or the check is wrong. off" in with_health(
        room, {"cell open": "off"}, {"cell open": "on"}
    )


def test_a_changed_source_was_not_tried(tmp_path):
    room = Room.build(tmp_path)
    room.graded()
    write_health(room.course, "ps1", Health("another", environment_digest(), 3, [{}, {}, {}]))
    assert "has not been graded beside the class since" in text_of(room)
    room.course.records.joinpath("health.json").write_text('{"ps1": {"source": 7}}')
    assert read_health(room.course, "ps1", room.assignment.digest) is None


def test_a_report_counts_second_runs_and_kernels_that_died(tmp_path):
    room = Room.build(tmp_path)
    room.graded("ada", runs=2)
    room.graded("bob", verdict=Verdict.CRASHED, reason="its kernel died (signal 11)")
    text = text_of(room)
    assert "1 submission was run a second time, alone" in text and "1 kernel died under the student's code" in text


def test_what_lost_points_is_named_by_check_and_case(tmp_path):
    judged = {"ps1": {"step-check": [RIGHT]}}
    good = Transcript("rehearsal", "ps1", Verdict.GRADED, reports=judged)
    bad = replace(good, reports={"ps1": {"step-check": [HALF]}})
    slow = replace(good, verdict=Verdict.TIME, reason="a cell ran for 20 s")
    found = health_of("s", [good, bad, slow])
    assert found.failed == [
        {},
        {"check step, case an <b>edge</b>": "off"},
        {"the whole run": "time limit: a cell ran for 20 s"},
    ]
    assert health_of("s", [good, replace(good, verdict=Verdict.FAULT)]) is None, "the machine's fault shows nothing"


@pytest.mark.slow
def test_the_instructors_notebook_is_graded_beside_a_whole_class(tmp_path, jail):
    small = make_small_course(tmp_path)  # whose own solution of the first exercise is wrong
    small.hand_in("ada")
    told = []
    grade(small.course, "ps1", ["ada"], jobs=1, tell=told.append)
    digest = small.assignment.digest
    assert read_health(small.course, "ps1", digest) is None and not told, "a single student costs one run"
    assert grade(small.course, "ps1", jobs=1, tell=told.append).unchanged == ["ada"]
    flaws = read_health(small.course, "ps1", digest).flaws
    assert ("check rnn_step, case a batch", 3) in [(what, count) for what, count, _ in flaws]
    assert not any("scale" in what for what, _, _ in flaws)
    assert len(told) == 1 and "ps1: its own notebook lost points, beside the class: check rnn_step" in told[0]
    grade(small.course, "ps1", jobs=1, tell=told.append, force=True)
    assert len(told) == 1, "once for each state of the source"


def test_each_of_the_instructors_runs_has_other_hidden_cases(small_course):
    requirements = small_course.job(small_course.notebook()).requirements
    jobs = [*reference_jobs(small_course.assignment, requirements, bytes(32), True)]
    assert len({job.key for job in jobs}) == 3
    assert len({job.student for job in jobs}) == 3, "a cluster's answers are told apart by it"
