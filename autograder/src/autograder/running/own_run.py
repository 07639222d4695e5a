"""The instructor's own notebooks as jobs, run like a student's."""

from typing import Literal

import nbformat

from autograder.assignment import Assignment
from autograder.intake.submission import parse_notebook
from autograder.records.measured_limits import measuring_requirements
from autograder.requirements import KernelRequirements
from autograder.running.execution import Job, prepare


def measuring_job(assignment: Assignment, jailed: bool) -> Job:
    """The instructor's own run, to measure what it needs."""
    return own_job(assignment, "instructor", measuring_requirements(assignment), jailed)


def own_job(
    assignment: Assignment, form: Literal["instructor", "release"], requirements: KernelRequirements, jailed: bool
) -> Job:
    """The notebooks in one form of :class:`autograder.assignment.Source`, as if a student had handed them in."""
    notebooks = {
        name: parse_notebook(nbformat.writes(getattr(source, form)).encode()) for name, source in assignment.sources.items()
    }
    return prepare(assignment, requirements, "rehearsal", notebooks, {}, b"rehearsal" * 4, jailed)
