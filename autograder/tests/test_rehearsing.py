"""Rehearsing one check: mutants that survive, marks, mistakes that pass by luck, and hints that are wrong."""

from pathlib import Path

import numpy as np
import pytest
from autograder.judging.judge import Judge, read_judge
from autograder.rehearsing import checks
from autograder.rehearsing.blends import blends
from autograder.rehearsing.checks import Effort, rehearse_check
from autograder.rehearsing.mutation import mutants, spread

HEAD = """
import numpy as np
from autograder.check import Case, Check

scale = Check("scale")
scale.misconception("The 3 is left out.")(lambda x: np.maximum(x, 0))
scale.misconception("It is squared.")(lambda x: 9 * np.maximum(x, 0))
"""
REFERENCE = """
def floor(x):
    return np.maximum(x, 0)


@scale.reference
def _(x):
    return 3 * floor(x)
"""
CASES = """
@scale.cases
def _(rng):
    yield Case("above 0", x=rng.uniform(1, 2, size=(3, 4)), basic=True)
"""
BELOW = CASES + '    yield Case("below 0", x=rng.uniform(-2, -1, size=(3, 4)))\n'


def judge_of(*parts: str) -> Judge:
    return read_judge("".join(parts), Path("scale.py"))


def failed(judge: Judge) -> dict[str, str]:
    findings = rehearse_check(judge, judge.checks["scale"])
    return {finding.what.removeprefix("check scale: "): finding.detail for finding in findings if not finding.ok}


def test_a_mutant_that_keeps_full_points_is_listed_until_a_case_kills_it():
    assert failed(judge_of(HEAD, REFERENCE, CASES)).keys() == {
        "no mutant of the reference keeps full points",
        "mutant [reference: floor(x) → x]",
        "mutant [floor: np.maximum(x, 0) → x]",
        "mutant [floor: 0 → 1]",
        "mutant [floor: 0 → -1]",
        "mutant [floor: np.maximum(x, 0) → np.maximum(0, x)]",
    }
    assert failed(judge_of(HEAD, REFERENCE, BELOW)).keys() == {
        "no mutant of the reference keeps full points",
        "mutant [floor: np.maximum(x, 0) → np.maximum(0, x)]",
    }


def test_an_equivalent_mutant_is_marked():
    mark = '\nscale.equivalent("floor: np.maximum(x, 0) → np.maximum(0, x)", reason="The order does not matter.")\n'
    assert failed(judge_of(HEAD, REFERENCE, BELOW, mark)) == {}
    whole = '\nscale.equivalent("floor", reason="Not so: only one change in it is equivalent.")\n'
    assert failed(judge_of(HEAD, REFERENCE, BELOW, whole)) == {}  # all the others are killed
    idle = mark + '\nscale.equivalent("floor: 0 → 2", reason="There is no such mutant.")\n'
    assert failed(judge_of(HEAD, REFERENCE, BELOW, idle)) == {
        "every mark is needed": "no mutant survives that is marked as floor: 0 → 2"
    }


def test_a_mark_must_be_true():
    """A mutant that is right in all but one of some hundred cases."""
    rare = (
        CASES
        + '    yield Case("below 0", x=rng.uniform(-1, 0, size=2) if rng.uniform() < 0.02 else np.ones(2) + rng.uniform())\n'
    )
    mark = '\nscale.equivalent("floor", "reference: floor(x) → x", reason="It never is below 0.")\n'
    wrong = failed(judge_of(HEAD, REFERENCE, rare, mark))
    assert any("is not, in the case 'below 0'" in detail for detail in wrong.values())


def test_a_mistake_that_passes_in_one_of_ten_draws_is_found():
    lucky = HEAD + 'scale.misconception("Below -1 it is not cut off.")(lambda x: 3 * np.where(x < -1, x, np.maximum(x, 0)))\n'
    cases = CASES + '    yield Case("below 0", x=rng.uniform(-1.5, -0.5, size=2))\n'
    detail = failed(judge_of(lucky, REFERENCE, cases))["caught and named in 10 draws: Below -1 it is not cut off."]
    assert "no case distinguishes it from the reference" in detail


@pytest.mark.slow
def test_mutants_that_never_end_are_stopped(monkeypatch):
    monkeypatch.setattr(checks, "_ANSWER_SECONDS", 0.1)
    loop = """
@scale.reference
def _(x):
    total, n = 0 * x, 0
    while n < 3:
        total, n = total + x, n + 1
    return np.maximum(total, 0)
"""
    survivors = {what for what in failed(judge_of(HEAD, loop, BELOW)) if what.startswith("mutant")}
    assert not any("n + 1" in what for what in survivors)


def test_a_few_mutants_are_spread_over_all():
    judge = judge_of(HEAD, REFERENCE, BELOW)
    every = list(mutants(judge, judge.checks["scale"]))
    few = spread(every, 3)
    assert [every.index(mutant) for mutant in few] == [0, len(every) // 3, 2 * len(every) // 3]
    assert spread(every, 1000) == every and spread([], 3) == []


def test_where_few_mutants_of_models_are_tried_the_table_says_so(monkeypatch):
    monkeypatch.setattr(checks, "HandedOver", np.ndarray)  # as if each array were a model
    idle = '\nscale.equivalent("floor: 0 → 2", reason="It may be needed by a mutant that is not tried.")\n'
    judge = judge_of(HEAD, REFERENCE, BELOW, idle)
    untried = len(list(mutants(judge, judge.checks["scale"]))) - 3
    findings = {finding.what: finding for finding in rehearse_check(judge, judge.checks["scale"], Effort(draws=2, mutants=3))}
    table = findings["check scale: no mutant of the reference keeps full points"]
    assert table.detail.endswith(f", {untried} not tried")
    assert "check scale: every mark is needed" not in findings


def test_what_the_reference_does_not_use_has_no_mutants_to_kill():
    both = REFERENCE.replace("return 3 * floor(x)", "unused = 5 * x - 1\n    return 3 * floor(x)")
    judge = judge_of(HEAD, both, BELOW)
    changes = [mutant.change for mutant in mutants(judge, judge.checks["scale"])]
    assert "reference: 5 * x - 1 → 5 * x" in changes
    assert not any("5" in what for what in failed(judge))


def test_switches_are_left_alone_but_their_defaults_are_not():
    switched = """
def times(x, *, factor, floor=0):
    return factor * np.maximum(x, floor)


@scale.reference
def tripled(x, *, by=3, instead=(), before=lambda x: None, **more):
    before(x)
    return times(*instead, x, factor=by or 3, **more)
"""
    judge = judge_of(HEAD, switched, BELOW)
    changes = {mutant.change for mutant in mutants(judge, judge.checks["scale"])}
    assert {"tripled: 3 → 4", "times: 0 → 1", "tripled: times(*instead, x, factor=by or 3, **more) → x"} <= changes
    assert not any(change.endswith(("→ pass", "x, **more)", "by or 3)", "→ by")) for change in changes)
    assert not any(what.startswith("mutant [tripled") for what in failed(judge))


def test_blends_are_wrong_and_know_of_what_they_are_made():
    check = judge_of(HEAD, REFERENCE, BELOW).checks["scale"]
    questions = check.questions(np.random.default_rng(0))
    made = {blend.what: blend for blend in blends(questions)}
    first_row = made["all rows but the first right, the others: The 3 is left out."]
    value, right, wrong = first_row.mix()[0].value, questions[0].expected, questions[0].mistakes[0][1].value
    assert np.array_equal(value[1:], right[1:]) and np.array_equal(value[0], wrong[0])
    assert first_row.mistakes == ("The 3 is left out.",)
    pair = made["every other row: The 3 is left out. The others: It is squared."]
    assert np.array_equal(pair.mix()[0].value[::2], wrong[::2])
    assert [answer.touched for answer in made["right, but x is changed in place"].mix()] == [(0,), (0,)]


def test_a_wrong_hint_is_found(monkeypatch):
    judge = judge_of(HEAD, REFERENCE, BELOW)
    what = "no blend of mistakes gets a wrong hint"
    assert what not in failed(judge)
    monkeypatch.setattr(checks, "named_mistakes", lambda *_: {0: ("It is squared.",)})
    assert "gets [It is squared.]" in failed(judge)[what]


@pytest.mark.parametrize("spoil", ["row 0 for every row", "last step for every step", "float16"])
def test_the_answer_to_one_row_is_a_mutant(spoil):
    judge = judge_of(HEAD, REFERENCE, CASES)
    mutant = next(mutant for mutant in mutants(judge, judge.checks["scale"]) if spoil in mutant.change)
    x = np.random.default_rng(0).uniform(1, 2, size=(3, 4))
    assert mutant.function(x).shape == x.shape and not np.allclose(mutant.function(x), 3 * x, rtol=1e-6)
