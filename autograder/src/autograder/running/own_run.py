"""The instructor's own notebooks as jobs, run like a student's."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

import nbformat

from autograder.assignment import Assignment
from autograder.intake.submission import parse_notebook
from autograder.judging.judge import submission_key
from autograder.records.measured_limits import measuring_requirements
from autograder.requirements import KernelRequirements
from autograder.running.execution import Job, prepare

_TIMES = 3  # with other hidden cases each time
_KEY = b"rehearsal" * 4


def measuring_job(assignment: Assignment, jailed: bool) -> Job:
    """The instructor's own run, to measure what it needs."""
    return own_job(assignment, "instructor", measuring_requirements(assignment), jailed)


def reference_jobs(assignment: Assignment, requirements: KernelRequirements, secret: bytes, jailed: bool) -> Iterator[Job]:
    """The instructor's notebooks as several submissions, whose hidden cases are drawn as a student's are. No student has their names."""
    for number in range(_TIMES):
        key = submission_key(secret, assignment.name, f"reference {number}", assignment.digest)
        yield replace(own_job(assignment, "instructor", requirements, jailed, key), student=f"reference/{number}")


def own_job(
    assignment: Assignment,
    form: Literal["instructor", "release"],
    requirements: KernelRequirements,
    jailed: bool,
    key: bytes = _KEY,
) -> Job:
    """The notebooks in one form of :class:`autograder.assignment.Source`, as if a student had handed them in."""
    notebooks = {
        name: parse_notebook(nbformat.writes(getattr(source, form)).encode()) for name, source in assignment.sources.items()
    }
    return prepare(assignment, requirements, "rehearsal", notebooks, {}, key, jailed)
