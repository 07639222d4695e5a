"""Limits that are not configured are derived from the instructor's own run."""

import json

import nbformat
import pytest
from autograder.assignment import Assignment
from autograder.course import Course, CourseError
from autograder.grading import grade
from autograder.kernels.limits import Limits
from autograder.records.gradebook import open_gradebook
from autograder.records.measured_limits import (
    about_to_measure,
    is_measured,
    kernel_requirements,
    limits_for,
    measuring_requirements,
    remember,
)
from autograder.rehearse import rehearse
from autograder.running import workers
from autograder.transcript import Transcript, Verdict

OPEN = "\nrequirements = Requirements()\n"
MB = 1 << 20


def measured(course: Course) -> dict:
    return json.loads((course.records / "measured.json").read_text())


def ran(verdict: Verdict = Verdict.GRADED, **taken) -> Transcript:
    return Transcript("rehearsal", "ps1", verdict, **taken)


def test_limits_are_a_multiple_of_what_was_measured_and_never_less_than_the_defaults(small_course):
    course = small_course.course
    assert limits_for(course, "ps1", "now", None) == Limits()
    remember(course, "ps1", "now", ran(seconds=2.0, cpu=3.0, memory=50 * MB, processes=5))
    assert limits_for(course, "ps1", "now", None) == Limits(cpu_seconds=120)
    remember(course, "ps2", "now", ran(seconds=100.0, cpu=300.0, memory=2000 * MB, processes=50))
    large = Limits(seconds=500, cell_seconds=500, memory=6000 * MB, processes=150, cpu_seconds=1500)
    assert limits_for(course, "ps2", "now", None) == large
    assert limits_for(course, "ps2", "after a change", None) == Limits()
    assert limits_for(course, "ps2", "now", Limits(seconds=7)) == Limits(seconds=7)
    assert limits_for(course, "ps1", "now", Limits(seconds=7), threads=4) == Limits(seconds=7, cpu_seconds=28)
    assert is_measured(course, "ps1", "now") and not is_measured(course, "ps1", "after a change")


@pytest.mark.parametrize("verdict", [Verdict.TIME, Verdict.CRASHED, Verdict.FAULT])
def test_a_run_that_does_not_come_through_is_no_measure(small_course, verdict):
    remember(small_course.course, "ps1", "now", ran(verdict, seconds=3600.0, memory=9000 * MB))
    assert limits_for(small_course.course, "ps1", "now", None) in (Limits(), Limits(cpu_seconds=120))
    assert is_measured(small_course.course, "ps1", "now") == (verdict is not Verdict.FAULT)


def configured(small_course, limits: dict) -> Course:
    (small_course.path / "nbgrader_config.py").write_text(f"c = get_config()\nc.Course.limits = {limits!r}\n")
    return Course.load(small_course.path)


@pytest.mark.parametrize("named", [None, Limits(cell_seconds=7)])
def test_the_configuration_has_the_last_word(small_course, named):
    course = configured(small_course, {"ps1": {"seconds": 300, "memory": 5e8}})
    assert limits_for(course, "ps1", "now", named) == Limits(300.0, (named or Limits()).cell_seconds, 500_000_000)
    assert limits_for(course, "ps2", "now", named) == (named or Limits())


@pytest.mark.parametrize("wrong", [{"second": 3}, {"seconds": "3"}, {"seconds": 0}, {"memory": True}, 300, {"output": -1}])
def test_a_limit_that_cannot_be_is_named(small_course, wrong):
    with pytest.raises(CourseError, match=f"limits.*{next(iter(wrong)) if isinstance(wrong, dict) else wrong}"):
        limits_for(configured(small_course, {"ps1": wrong}), "ps1", "now", None)


@pytest.mark.parametrize(
    ("configuration", "cell", "whole"),
    [
        ("", 600, 1200),
        ("c.Execute.timeout = 1500", 1500, 1500),
        ("c.Course.limits = {'ps1': {'cell_seconds': 5, 'seconds': 9}}", 5, 9),
    ],
)
def test_the_configuration_says_how_long_is_measured(make_small_course, tmp_path, configuration, cell, whole):
    make_small_course(tmp_path, OPEN)
    (tmp_path / "nbgrader_config.py").write_text(f"c = get_config()\n{configuration}\n")
    assignment = Assignment(Course.load(tmp_path), "ps1")
    assert f"at most {cell} s a cell, {whole} s in all" in about_to_measure(assignment)
    limits = measuring_requirements(assignment).limits
    assert (limits.cell_seconds, limits.seconds) == (cell, whole)


def test_a_source_that_never_ends_is_told_with_its_cell(make_small_course, tmp_path, monkeypatch):
    """The user is told what is waited for, and afterwards which cell did not end; the class is graded."""
    small = make_small_course(tmp_path, OPEN)
    small.hand_in("ada")

    def run_job(job, gpu) -> Transcript:
        if job.student == "ada":
            return Transcript("ada", "ps1", Verdict.GRADED, notebooks=job.notebooks)
        return ran(Verdict.TIME, reason="code cell 3 ran for 600 s and was stopped; the others were run")

    monkeypatch.setattr(workers, "run_job", run_job)
    told: list[str] = []
    assert grade(small.course, "ps1", jobs=1, tell=told.append).entries["ada"].verdict is Verdict.GRADED
    before, after, _ = told  # and that it lost points beside the class
    assert before.startswith("ps1: its own notebook runs first") and "600 s a cell" in before
    assert "(code cell 3 ran for 600 s and was stopped; the others were run), so the default limits apply" in after
    assert kernel_requirements(small.assignment).limits == Limits(cpu_seconds=120)
    grade(small.course, "ps1", jobs=1, tell=told.append)
    assert len(told) == 3


@pytest.mark.parametrize(
    "content",
    ["[1]", "7", '{"ps1": 7}', '{"ps1": [1]}', '{"ps1": {"source": "now"}}', "[" * 100_000, "\x00",
     '{"ps1": {"source": "now", "seconds": "9", "cpu": [], "memory": null, "processes": 1}}',
     '{"ps1": {"source": "now", "seconds": 1e999, "cpu": 1, "memory": 1, "processes": 1}}'],
)  # fmt: skip
def test_a_damaged_record_is_measured_again(small_course, content):
    course = small_course.course
    (course.records / "measured.json").write_text(content)
    assert limits_for(course, "ps1", "now", None) == Limits() and not is_measured(course, "ps1", "now")
    remember(course, "ps1", "now", ran(seconds=2.0, cpu=3.0, memory=50 * MB, processes=5))
    assert is_measured(course, "ps1", "now")


THREADS = """import threading
stop = threading.Event()
for _ in range(100):
    threading.Thread(target=stop.wait).start()
stop.wait(0.5)
stop.set()"""  # long enough to be seen: it is looked at every 50 ms


@pytest.fixture
def hungry(jail, make_small_course, tmp_path):
    """A course whose work takes more threads than the defaults allow, and one submission."""
    small = make_small_course(tmp_path, OPEN)
    path = small.path / "source" / "ps1" / "ps1.ipynb"
    source = nbformat.read(path, as_version=4)
    source.cells[0].source += "\n" + THREADS
    nbformat.write(source, path)
    small.hand_in("ada", source)
    return small.course


@pytest.mark.slow
def test_the_first_run_measures_and_later_ones_do_not(hungry):
    done = grade(hungry, "ps1", jobs=1)
    assert done.entries["ada"].verdict is Verdict.GRADED and set(done.entries) == {"ada"}
    first = measured(hungry)
    assert first["ps1"]["source"] == Assignment(hungry, "ps1").digest and first["ps1"]["seconds"] > 0
    assert 100 < first["ps1"]["processes"] < 150
    assert kernel_requirements(Assignment(hungry, "ps1")).limits.processes > 300
    with open_gradebook(hungry) as gradebook:
        assert [student.id for student in gradebook.students] == ["ada"]
    grade(hungry, "ps1", jobs=1)
    assert measured(hungry) == first


@pytest.mark.slow
def test_a_rehearsal_measures(hungry):
    assert [finding for finding in rehearse(hungry, "ps1") if finding.what in ("time", "memory") and not finding.ok] == []
    assert 100 < measured(hungry)["ps1"]["processes"] < 150
