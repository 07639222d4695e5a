"""Two gradings of two courses in one process do not see each other, and leave the process as it was."""

import asyncio
import logging
import os
import tempfile
import threading
import warnings

import dask
import nbformat
import pytest
from autograder.grading import grade
from autograder.kernels import parent
from autograder.kernels.parent import close_parents, parents_held, warm_parent
from autograder.records.journal import Journal
from autograder.running.execution import execute
from autograder.transcript import Verdict

WRONG = "def scale(x):\n    return 2 * x"


def process_state() -> tuple:
    """What belongs to the whole process, and a grading could change."""
    levels = {name: logging.getLogger(name).level for name in ("distributed", "alembic", "tornado.application")}
    settings = dask.config.get("distributed.worker.profile.enabled", None)
    return dict(os.environ), tempfile.tempdir, os.getcwd(), list(warnings.filters), levels, settings


@pytest.fixture
def courses(make_small_course, tmp_path):
    """Two courses with a secret each; the second has more, and half of it is wrong."""
    made = []
    for name, size in (("short", 1), ("long", 6)):
        small = make_small_course(tmp_path / name)
        for number in range(size):
            folder = small.course.folder("submitted", "ps1", f"{name}{number}")
            folder.mkdir(parents=True)
            work = {"scale": WRONG} if number % 2 else {}
            nbformat.write(small.notebook(**work), folder / "ps1.ipynb")
        made.append(small)
    return made


def scores(small) -> dict[str, float]:
    return {student: entry.score for student, entry in Journal(small.course.journal).latest("ps1").items()}


@pytest.mark.slow
@pytest.mark.usefixtures("jail")
def test_in_two_threads(courses):
    close_parents()
    before, failed = process_state(), []

    def run(small) -> None:
        try:
            grade(small.course, "ps1", jobs=1)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(small,)) for small in courses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert failed == []
    assert scores(courses[0]) == {"short0": 15}
    assert scores(courses[1]) == {f"long{number}": 10 if number % 2 else 15 for number in range(6)}
    assert process_state() == before
    assert not parent._parents  # the last one has stopped them


@pytest.mark.slow
@pytest.mark.usefixtures("jail")
def test_in_one_event_loop(courses, shares):
    jobs = [small.job(small.notebook(**work)) for small, work in zip(courses, ({}, {"scale": WRONG}), strict=True)]
    before = process_state()

    async def both():
        return await asyncio.gather(*map(execute, jobs))

    one, other = asyncio.run(both())
    assert one.verdict is other.verdict is Verdict.GRADED, (one.reason, other.reason)
    assert shares(one) == {"step-check": 1, "scale-check": 1} and shares(other) == {"step-check": 1, "scale-check": 0}
    assert process_state() == before


@pytest.mark.usefixtures("jail")
def test_parents_stay_until_the_last_holder_leaves():
    with parents_held():
        with parents_held():
            held = warm_parent(("numpy", "unroll-course"))
        assert held.alive
    assert not held.alive and not parent._parents
