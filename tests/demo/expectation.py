"""The expected score of each student in the demo class, computed from their mistake and the weights of the cases.

This does not use the grader's own marking: a case passes if the mistaken function, run here, gives the reference's numbers
and does not change its inputs.
"""

import copy
import inspect

import numpy as np
from autograder.check import Case, Check

from tests.demo.mistakes import mistaken
from tests.demo.students import Student


def expected_score(student: Student, checks: dict[str, Check], points: dict[str, float]) -> float:
    """Points for the automatic cells; the cell in words earns nothing until a person has read it."""
    total = 0.0
    for name, most in points.items():
        if name in student.lost:
            continue
        share = _share(checks[name], mistaken(name, student.mistakes[name])) if name in student.mistakes else 1.0
        total += round(most * share, 2)
    return total


def _share(check: Check, text: str) -> float:
    namespace: dict = {"np": np}
    exec(text, namespace)
    cases = list(check.draw_cases(np.random.default_rng(2026)))
    passed = [case for case in cases if _passes(case, check.solution, namespace[check.name])]
    if any(case.basic and case not in passed for case in cases):
        passed = [case for case in passed if case.basic]
    return sum(case.weight for case in passed) / sum(case.weight for case in cases)


def _passes(case: Case, reference, function) -> bool:
    order = inspect.signature(reference).parameters
    inputs = [case.inputs[name] for name in order]
    right = reference(*copy.deepcopy(inputs))
    given = [value.copy(order="K") if isinstance(value, np.ndarray) else value for value in inputs]
    with np.errstate(all="ignore"):
        try:
            for _ in range(case.calls):
                answer = function(*given)
        except Exception:
            return False
    untouched = all(np.array_equal(before, after) for before, after in zip(inputs, given, strict=True))
    return untouched and _same(right, answer)


def _same(right, answer) -> bool:
    if isinstance(right, tuple):
        return len(right) == len(answer) and all(map(_same, right, answer))
    return np.shape(right) == np.shape(answer) and np.allclose(answer, right, rtol=1e-4, atol=1e-5)
