"""Limits that a judge leaves open: a multiple of what the instructor's own run needs.

The run is measured once for each state of the source, by `rehearse` or at the start of `grade`, and stored in the grader's
records. nbgrader_config.py overrides them: ``c.Execute.timeout`` is a cell's limit, as in nbgrader, and ``c.Course.limits = {"ps1":
{"seconds": 300}}`` comes before everything.
"""

import json
import math
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from autograder.assignment import Assignment
from autograder.course import Course, CourseError
from autograder.files import write_file
from autograder.kernels.limits import PATIENT, Limits
from autograder.requirements import KernelRequirements
from autograder.transcript import Transcript, Verdict

_TIMES = 5  # times the instructor's time
_MORE = 3  # times the instructor's memory and processes
_THROUGH = (Verdict.GRADED, Verdict.OUTPUT)
_MEASURED = ("seconds", "cpu", "memory", "processes")


def kernel_requirements(assignment: Assignment) -> KernelRequirements:
    """What the assignment's kernels need. Limits that its judge leaves open are derived from measurements so far."""
    needed = assignment.judge.requirements
    limits = limits_for(assignment.course, assignment.name, assignment.digest, needed.limits, needed.threads)
    return needed.within(limits)


def measuring_requirements(assignment: Assignment) -> KernelRequirements:
    """The same for the run that is measured: generous limits, or what the configuration says."""
    needed = assignment.judge.requirements
    generous = _with_nbgraders_timeout(assignment.course, PATIENT)
    return needed.within(limits_for(assignment.course, assignment.name, assignment.digest, generous, needed.threads))


def limits_for(course: Course, assignment: str, source: str, named: Limits | None, threads: int = 1) -> Limits:
    """Find the limits of an assignment.

    Parameters
    ----------
    source
        Current digest of the assignment.
    named
        The judge's limits.
    threads
        Cores that a submission keeps busy for its whole run, unless a limit says otherwise.

    Raises
    ------
    CourseError
        If the configuration names an unknown limit, or gives one that is not a positive number.
    """
    found = named or _with_nbgraders_timeout(course, _measured(_records(course).get(assignment, {}), source))
    wanted = course.limits.get(assignment, {})
    where, known = f"nbgrader_config.py: c.Course.limits[{assignment!r}]", [each.name for each in fields(Limits)]
    if not isinstance(wanted, dict):
        raise CourseError(f"{where} is {wanted!r}; it must be limits by name, as in {{'seconds': 300}}.")
    for name, value in wanted.items():
        if name not in known:
            raise CourseError(f"{where} has {name!r}; it can have {', '.join(known)}.")
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
            raise CourseError(f"{where}[{name!r}] is {value!r}, not a positive number.")
    found = replace(found, **{name: value if name.endswith("seconds") else int(value) for name, value in wanted.items()})
    if threads > 1 and found.cpu_seconds is None:
        found = replace(found, cpu_seconds=threads * found.seconds)
    return found


def _with_nbgraders_timeout(course: Course, limits: Limits) -> Limits:
    """A cell may take as long as ``c.Execute.timeout`` says, where nbgrader's configuration says so."""
    timeout = course.cell_timeout
    return limits if timeout is None else replace(limits, cell_seconds=timeout, seconds=max(limits.seconds, timeout))


def _measured(record: dict[str, Any], source: str) -> Limits:
    """A multiple of the measurement, and never less than the defaults, which apply without one."""
    least = Limits()
    if record.get("source") != source:
        return least
    seconds = _TIMES * record["seconds"]
    return replace(
        least,
        seconds=max(least.seconds, seconds),
        cell_seconds=max(least.cell_seconds, seconds),
        memory=max(least.memory, _MORE * record["memory"]),
        processes=max(least.processes, _MORE * record["processes"]),
        cpu_seconds=max(least.seconds, seconds, _TIMES * record["cpu"]),
    )


def about_to_measure(assignment: Assignment) -> str:
    """What to tell the user, who has to wait."""
    limits = measuring_requirements(assignment).limits
    return (
        f"{assignment.name}: its own notebook runs first, to measure what it needs: at most {limits.cell_seconds:g} s a cell, "
        f"{limits.seconds:g} s in all."
    )


def unmeasured(assignment: Assignment, transcript: Transcript) -> str | None:
    """What to tell the user about a run that did not get through, so that the default limits apply; None if it did."""
    if transcript.verdict in _THROUGH:
        return None
    return (
        f"{assignment.name}: its own notebook did not run to its end ({transcript.reason}), so the default limits apply. Mend that "
        "cell, or say in nbgrader_config.py how long it may take, as in c.Execute.timeout = 1200."
    )


def is_measured(course: Course, assignment: str, source: str) -> bool:
    """Whether the instructor's own run of exactly this source is recorded."""
    return _records(course).get(assignment, {}).get("source") == source


def remember(course: Course, assignment: str, source: str, transcript: Transcript) -> None:
    """Record what the instructor's own run needed. If it did not finish, the defaults apply."""
    if transcript.verdict is Verdict.FAULT:
        return  # measured next time
    through = transcript.verdict in _THROUGH
    taken = {name: getattr(transcript, name) if through else 0 for name in _MEASURED}
    write_file(_file(course), json.dumps(_records(course) | {assignment: {"source": source, **taken}}, indent=1))


def _file(course: Course) -> Path:
    return course.records / "measured.json"


def _records(course: Course) -> dict[str, dict[str, Any]]:
    """What was measured, by assignment, without what a hand or a disk has made of it."""
    try:
        found = json.loads(_file(course).read_text("utf-8"))
    except (FileNotFoundError, ValueError, RecursionError):
        return {}
    return {name: record for name, record in found.items() if _is_record(record)} if isinstance(found, dict) else {}


def _is_record(record: object) -> bool:
    return (
        isinstance(record, dict)
        and isinstance(record.get("source"), str)
        and all(isinstance(record.get(name), int | float) and 0 <= record[name] < math.inf for name in _MEASURED)
    )
