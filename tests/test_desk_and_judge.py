"""The student's desk and the judge agree on every answer: right in another style, mistaken, or a mutant of the reference.

The desk reads frozen cases. The judge draws its own, and everything crosses the wire both ways, as while grading.
"""

import sys
from collections.abc import Callable

import numpy as np
import pytest
from autograder.assignment import Assignment
from autograder.course import Course
from autograder.judging.judge import Judge
from autograder.rehearsing.checks import uses_models
from autograder.rehearsing.mutation import mutants, spread
from unroll.checks import Comparison, Question, ask, examine, frozen
from unroll.checks.marking import is_right

from tests.handed_in import answer
from tests.test_assignments import CHECKS, ROOT

ENOUGH = 100  # mutants of a check
ENOUGH_MODELS, ENOUGH_WRONG_MODELS = 2, 4  # mutants and misconceptions of one that uses models, which take a second or two each


def passes_at_the_desk(function: Callable, questions: list[Question], comparison: Comparison) -> bool:
    answers = (examine(ask(function, question.arguments, question.calls), question) for question in questions)
    return all(is_right(question, answer, comparison) for question, answer in zip(questions, answers, strict=True))


def passes_the_judge(function: Callable, questions: list[Question], comparison: Comparison) -> bool:
    return all(is_right(question, answer(function, question), comparison) for question in questions)


def answers(judge: Judge, check: str, most: int, wrong: int) -> dict[str, Callable]:
    """Functions that a student might hand in, so many mutants and misconceptions among them."""
    known = judge.checks[check]
    some = {mutant.change: mutant.function for mutant in spread(list(mutants(judge, known)), most)}
    mistaken = dict(spread(list(known.misconceptions.items()), wrong))
    return {"the reference": known.solution} | known.alternatives | mistaken | some


@pytest.mark.slow
@pytest.mark.parametrize(("name", "check"), CHECKS)
def test_they_agree(name, check):
    agree(name, check)


@pytest.mark.soak
@pytest.mark.parametrize(("name", "check"), CHECKS)
def test_they_agree_on_every_mutant(name, check):
    agree(name, check, everything=True)


def agree(name: str, check: str, everything: bool = False) -> None:
    course = Course.load(ROOT)
    judge = Assignment(course, name).judge
    cases = frozen.load(course.folder("release", name) / f"{name}.npz")
    public, comparison = cases.questions[check], cases.comparisons[check]
    hidden = judge.hidden_questions(check, b"one submission")
    most, wrong = ENOUGH, sys.maxsize
    if uses_models(judge.checks[check], hidden):
        most, wrong = ENOUGH_MODELS, ENOUGH_WRONG_MODELS
    if everything:
        most, wrong = sys.maxsize, sys.maxsize
    with np.errstate(all="ignore"):
        verdicts = {
            what: (
                passes_at_the_desk(function, public, comparison),
                passes_the_judge(function, hidden, judge.checks[check].compare),
            )
            for what, function in answers(judge, check, most, wrong).items()
        }
    assert [what for what, (desk, judged) in verdicts.items() if desk != judged] == []
    assert verdicts["the reference"] == (True, True)
    mistaken = judge.checks[check].misconceptions.keys() & verdicts
    assert mistaken and [sentence for sentence in mistaken if verdicts[sentence] != (False, False)] == []
