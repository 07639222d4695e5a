"""Test an assignment for its author before students see it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from unroll.checks import Answer, Question, mark

from autograder.assignment import Assignment, is_automatic
from autograder.check import Check, answer
from autograder.course import Course
from autograder.records.journal import automatic_points
from autograder.records.measured_limits import kernel_requirements, remember
from autograder.release import leaks, wrong_cells
from autograder.running.execution import run_here
from autograder.running.own_run import measuring_job, own_job
from autograder.transcript import Verdict

_DRAWS = 5
_MODEL_DRAWS = 2  # facts about a model depend on few numbers, and each draw costs a model
_ROOM = 3  # a limit should be at least this many times what the reference needs


@dataclass(frozen=True)
class Finding:
    """The result of one test.

    Parameters
    ----------
    ok
        True if it passed.
    what
        What was tested.
    detail
        The result.
    """

    ok: bool
    what: str
    detail: str


def rehearse(course: Course, name: str, jailed: bool = True) -> Iterator[Finding]:
    """Test an assignment as good, mistaken and idle students will, and yield findings as they come.

    This tests for leaks in the release; for every check, it tests the reference, the alternatives, the misconceptions and
    ignorant answers, on several draws; it runs the instructor's own notebook twice, and an untouched one, in a jail.

    Raises
    ------
    CourseError
        If the assignment cannot be read at all.
    """
    assignment = Assignment(course, name)
    found = leaks(assignment)
    yield Finding(not found, "nothing leaks into the release", "; ".join(found))
    wrong = wrong_cells(assignment)
    yield Finding(not wrong, "every cell can be graded as intended", "; ".join(wrong))
    used = {n for source in assignment.sources.values() for names in source.checks.values() for n in names}
    unused = sorted(assignment.judge.checks.keys() - used)
    yield Finding(not unused, "every check is used in a cell", ", ".join(unused))
    for check_name in sorted(used):
        yield from _rehearse_check(assignment.judge.checks[check_name])
    yield from _rehearse_runs(assignment, jailed)


def _rehearse_check(check: Check) -> Iterator[Finding]:
    count = _MODEL_DRAWS if check.facts else _DRAWS
    draws = [check.questions(np.random.default_rng([number, 7])) for number in range(count)]
    other = check.questions(np.random.default_rng([_DRAWS, 7]))
    label = f"check {check.name}"
    for style, function in {"the reference": check.solution, **check.alternatives}.items():
        shares = [_share(check, questions, function) for questions in draws]
        yield Finding(min(shares) == 1, f"{label}: {style} passes", "" if min(shares) == 1 else f"worth only {min(shares):.0%}")
    many = len(check.misconceptions) >= 2
    yield Finding(
        many, f"{label}: has misconceptions", f"{len(check.misconceptions)}" + ("" if many else ", at least 2 are needed")
    )
    for sentence, function in check.misconceptions.items():
        yield _rehearse_misconception(check, draws, sentence, function)
    for what, guess in _ignorant(other):
        worth = max(_worth(check, questions, guess) for questions in draws)
        yield Finding(worth == 0, f"{label}: {what} earns nothing", "" if worth == 0 else f"worth {worth:.0%}")


def _rehearse_misconception(check: Check, draws: list[list[Question]], sentence: str, function) -> Finding:
    what = f"check {check.name}: caught and named: {sentence}"
    for questions in draws:
        report = _report(check, questions, function)
        if report.share == 1:
            return Finding(False, what, "it passes; no case distinguishes it from the reference")
        if sentence not in report.hints:
            return Finding(False, what, f"named instead: {'; '.join(report.hints) or 'nothing'}")
    return Finding(True, what, "")


def _report(check: Check, questions: list[Question], function):
    with np.errstate(all="ignore"):
        answers = [answer(function, question) for question in questions]
    return mark(check.name, questions, answers, check.compare)


def _share(check: Check, questions: list[Question], function) -> float:
    return _report(check, questions, function).share


def _worth(check: Check, questions: list[Question], guess) -> float:
    answers = [Answer(guess(number, question)) for number, question in enumerate(questions)]
    return mark(check.name, questions, answers, check.compare).share


def _ignorant(other: list[Question]):
    """Answers without any understanding: constants, echoes, noise, and another student's numbers."""
    noise = np.random.default_rng(0)
    yield "None", lambda number, question: None
    yield "zeros", lambda number, question: _map(np.zeros_like, question.expected)
    yield "ones", lambda number, question: _map(np.ones_like, question.expected)
    yield "noise", lambda number, question: _map(lambda value: noise.normal(size=np.shape(value)), question.expected)
    yield "the answer to the nearest public case", lambda number, question: other[number].expected
    for position in range(max(len(question.arguments) for question in other)):
        yield f"input {position + 1} itself", lambda number, question, at=position: question.arguments[at]


def _map(function, value):
    if isinstance(value, (tuple, list)):
        return tuple(_map(function, each) for each in value)
    if isinstance(value, str):
        return ""
    return function(np.asarray(value, dtype=float))


def _rehearse_runs(assignment: Assignment, jailed: bool) -> Iterator[Finding]:
    automatic = sum(_automatic(source.graded) for source in assignment.sources.values())
    if assignment.judge.requirements.limits is None:
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
    roomy = first.seconds * _ROOM <= limits.seconds
    yield Finding(roomy, "time", f"{first.seconds:.1f} s, {first.cpu:.1f} s of CPU; the limit is {limits.seconds:g} s")
    roomy = first.memory * _ROOM <= limits.memory
    yield Finding(roomy, "memory", f"{first.memory >> 20} MB; the limit is {limits.memory >> 20} MB")


def _automatic(notebook) -> float:
    return sum(float(cell.metadata.nbgrader.points) for cell in notebook.cells if is_automatic(cell))
