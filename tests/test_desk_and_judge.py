"""The student's desk and the judge agree on every answer: right in another style, mistaken, or a mutant of the reference.

The desk reads frozen cases. The judge draws its own, and everything crosses the wire both ways, as while grading.
"""

from collections.abc import Callable

import numpy as np
import pytest
from autograder.assignment import Assignment
from autograder.course import Course
from autograder.judging.judge import Judge
from autograder.rehearsing.mutation import mutants
from unroll.checks import Comparison, Question, ask, examine, frozen
from unroll.checks.marking import is_right

from tests.handed_in import answer
from tests.test_assignments import CHECKS, ROOT

MODELS = {"char_model", "two_table_tagger", "name_tagger", "skip_gram_model", "themed_vectors"}
NUMPY = [(name, check) for name, check in CHECKS if name[:2] in ("01", "02", "03", "05", "06", "08") and check not in MODELS]
ENOUGH = 60  # mutants for each check, spread over all of them


def passes_at_the_desk(function: Callable, questions: list[Question], comparison: Comparison) -> bool:
    answers = (examine(ask(function, question.arguments, question.calls), question) for question in questions)
    return all(is_right(question, answer, comparison) for question, answer in zip(questions, answers, strict=True))


def passes_the_judge(function: Callable, questions: list[Question], comparison: Comparison) -> bool:
    return all(is_right(question, answer(function, question), comparison) for question in questions)


def answers(judge: Judge, check: str) -> dict[str, Callable]:
    """Functions that somebody might hand in."""
    known = judge.checks[check]
    every = list(mutants(judge, known))
    some = {mutant.change: mutant.function for mutant in every[:: max(1, len(every) // ENOUGH)]}
    return {"the reference": known.solution} | known.alternatives | known.misconceptions | some


@pytest.mark.slow
@pytest.mark.parametrize(("name", "check"), NUMPY)
def test_they_agree(name, check):
    course = Course.load(ROOT)
    judge = Assignment(course, name).judge
    cases = frozen.load(course.folder("release", name) / f"{name}.npz")
    public, comparison = cases.questions[check], cases.comparisons[check]
    hidden = judge.hidden_questions(check, b"one submission")
    with np.errstate(all="ignore"):
        verdicts = {
            what: (
                passes_at_the_desk(function, public, comparison),
                passes_the_judge(function, hidden, judge.checks[check].compare),
            )
            for what, function in answers(judge, check).items()
        }
    assert [what for what, (desk, judged) in verdicts.items() if desk != judged] == []
    assert verdicts["the reference"] == (True, True)
    assert sum(desk for desk, _ in verdicts.values()) < len(verdicts) / 2
