"""Test an assignment for its author before students see it."""

from collections.abc import Callable, Iterator

from autograder.assignment import Assignment, is_automatic
from autograder.course import Course
from autograder.records.journal import automatic_points
from autograder.records.measured_limits import about_to_measure, kernel_requirements, remember
from autograder.rehearsing.checks import rehearse_check
from autograder.rehearsing.findings import Finding
from autograder.release import leaks, used_checks, wrong_cells
from autograder.running.execution import run_here
from autograder.running.own_run import measuring_job, own_job
from autograder.transcript import Verdict

_ROOM = 3  # a limit should be at least this many times what the reference needs


def rehearse(
    course: Course, name: str, jailed: bool = True, tell: Callable[[str], None] = lambda sentence: None
) -> Iterator[Finding]:
    """Test an assignment as good, mistaken and idle students will, and yield findings as they come.

    This tests for leaks in the release, runs the instructor's own notebook twice and an untouched one in a jail, and tests
    every check (:func:`autograder.rehearsing.checks.rehearse_check`).

    Parameters
    ----------
    tell
        Called with a sentence before the instructor's own notebook is measured, which may take long.

    Raises
    ------
    CourseError
        If the assignment cannot be read at all.
    """
    assignment = Assignment(course, name)
    yield from rehearse_notebooks(assignment, jailed, tell)
    for check_name in used_checks(assignment):
        yield from rehearse_check(assignment.judge, assignment.judge.checks[check_name])


def rehearse_notebooks(
    assignment: Assignment, jailed: bool = True, tell: Callable[[str], None] = lambda sentence: None
) -> Iterator[Finding]:
    """All but the checks: what the release gives away, and what becomes of the instructor's notebook and of an untouched one."""
    found = leaks(assignment)
    yield Finding(not found, "nothing leaks into the release", "; ".join(found))
    wrong = wrong_cells(assignment)
    yield Finding(not wrong, "every cell can be graded as intended", "; ".join(wrong))
    unused = sorted(assignment.judge.checks.keys() - set(used_checks(assignment)))
    yield Finding(not unused, "every check is used in a cell", ", ".join(unused))
    yield from _rehearse_runs(assignment, jailed, tell)


def _rehearse_runs(assignment: Assignment, jailed: bool, tell: Callable[[str], None]) -> Iterator[Finding]:
    automatic = sum(_automatic(source.graded) for source in assignment.sources.values())
    if assignment.judge.requirements.limits is None:
        tell(about_to_measure(assignment))
        first = run_here(measuring_job(assignment, jailed))
        remember(assignment.course, assignment.name, assignment.digest, first)
        requirements = kernel_requirements(assignment)
    else:
        requirements = kernel_requirements(assignment)
        first = run_here(own_job(assignment, "instructor", requirements, jailed))
    earned = sum(automatic_points(first).values())
    in_order = first.verdict is Verdict.GRADED and earned == automatic
    why = "" if first.verdict is Verdict.GRADED else f", {first.verdict}: {first.reason}"
    detail = f"{earned:g} of {automatic:g} automatic points, {assignment.points - automatic:g} by hand{why}"
    yield Finding(in_order, "the instructor's own notebook gets all points", detail)
    again = run_here(own_job(assignment, "instructor", requirements, jailed))
    yield Finding(again.notebooks == first.notebooks, "graded again, it gives the same result", "")
    untouched = run_here(own_job(assignment, "release", requirements, jailed))
    nothing = sum(automatic_points(untouched).values())
    yield Finding(nothing == 0, "an untouched notebook gets none", f"{nothing:g} points")
    limits = requirements.limits
    quick = min(first, again, key=lambda run: run.seconds)  # the other may have waited for a busy machine
    roomy = quick.seconds * _ROOM <= limits.seconds
    yield Finding(roomy, "time", f"{quick.seconds:.1f} s, {quick.cpu:.1f} s of CPU; the limit is {limits.seconds:g} s")
    roomy = first.memory * _ROOM <= limits.memory
    yield Finding(roomy, "memory", f"{first.memory >> 20} MB; the limit is {limits.memory >> 20} MB")


def _automatic(notebook) -> float:
    return sum(float(cell.metadata.nbgrader.points) for cell in notebook.cells if is_automatic(cell))
