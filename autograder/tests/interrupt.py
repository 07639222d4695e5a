"""Run one step on copies of a course: killed before its first change to the disk, before its second, and so on.

usage: python interrupt.py STEP COURSE RUNS EXCHANGE

RUNS/1, RUNS/2, ... hold the copies: ``killed`` as the kill left it, ``again`` after the same step was then run to its end. In
the last one the step was not killed. EXCHANGE is ``no`` where the system is to be one that cannot exchange two paths.
"""

import itertools
import os
import shutil
import sys
import traceback
from pathlib import Path

from autograder.course import Course
from autograder.export import write_csv
from autograder.intake.collect import collect
from autograder.pages.feedback import write_feedback
from autograder.records.backup import undo
from autograder.release import release

from autograder import files


def undo_one(course: Course) -> None:
    """Undo the last of two runs; does nothing if a killed one came so far."""
    if len(list((course.records / "backups").glob("[!.]*"))) == 2:
        undo(course)


STEPS = {
    "collect": lambda course: list(collect(course, "ps1", Path(course.root, "uploads"))),
    "release": lambda course: release(course, "ps1"),
    "feedback": lambda course: write_feedback(course, "ps1"),
    "export": lambda course: write_csv(course, ["ps1"], course.work / "grades.csv"),
    "undo": undo_one,
}
_CHANGES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "exchange"}
_THROUGH, _FAILED, _KILLED = 0, 1, 9
_exchange = files._exchange


def run(step: str, path: Path, moment: int | None = None) -> int:
    """Run a step in a fork that ends at once where it would begin its change number `moment`."""
    seen = 0

    def count(event: str, arguments: tuple) -> None:
        nonlocal seen
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        seen += bool(writes or event in _CHANGES)
        if seen == moment:
            os._exit(_KILLED)

    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        course = Course.load(path)
        sys.addaudithook(count)
        STEPS[step](course)
    except BaseException:
        traceback.print_exc()
        os._exit(_FAILED)
    os._exit(_THROUGH)


def main(step: str, course: str, runs: str, exchange: str) -> None:
    if exchange == "no":
        files._exchange = lambda one, other: False
    else:
        files._exchange = lambda one, other: sys.audit("exchange") or _exchange(one, other)
    for moment in itertools.count(1):
        killed, again = Path(runs, str(moment), "killed"), Path(runs, str(moment), "again")
        shutil.copytree(course, killed)
        ended = run(step, killed, moment)
        if ended == _FAILED:
            sys.exit(f"{step} failed at moment {moment}")
        shutil.copytree(killed, again)
        if ended == _THROUGH:
            return
        if run(step, again) != _THROUGH:
            sys.exit(f"{step} failed when it was run again after moment {moment}")


if __name__ == "__main__":
    main(*sys.argv[1:])
