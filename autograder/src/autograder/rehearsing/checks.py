"""One check, rehearsed: right answers pass, wrong ones lose points, a hint is right, and no mutant of the reference survives."""

import math
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

import numpy as np
from unroll.checks import Answer, Question, mark
from unroll.checks.marking import is_right, named_mistakes
from unroll.checks.models import HandedOver

from autograder.check import Check, answer
from autograder.judging.judge import Judge
from autograder.rehearsing.blends import blends
from autograder.rehearsing.findings import Finding
from autograder.rehearsing.mutation import Mutant, mutants, spread

_DRAWS = 10  # of wrong answers, at most
_BLENDED_DRAWS = 3  # over which the blends are spread
_BLENDS = 300  # that are tried at most, evenly spread over all
_ANSWER_SECONDS = 5  # of CPU: a mutant that takes longer never ends
_CASES = 1000  # in which a mutant that is marked as equivalent is as right as the reference
_EXAMPLES = 5


@dataclass(frozen=True)
class Effort:
    """How much is tried.

    Parameters
    ----------
    draws
        In these right answers and mutants are tried, and misconceptions at least.
    seconds
        After so many no further draw is begun, of up to ten for misconceptions and of 1,000 cases for marked mutants.
    mutants
        Only so many are tried, spread over all of them; None tries all.
    """

    draws: int
    seconds: float = math.inf
    mutants: int | None = None


OF_MODELS = Effort(draws=2, seconds=20.0)  # which take long to build and to examine
_OF_OTHERS = Effort(draws=10)


def rehearse_check(judge: Judge, check: Check, of_models: Effort = OF_MODELS) -> Iterator[Finding]:
    """Try a check; yields findings as they come. Mutants that do not end are stopped by a signal, so this needs the main thread.

    Parameters
    ----------
    judge
        That has the check.
    check
        To be tried.
    of_models
        How much is tried where models are built.
    """
    label = f"check {check.name}"
    first = _draw(check, 0)
    effort = of_models if uses_models(check, first) else _OF_OTHERS
    draws = [first, *(_draw(check, number) for number in range(1, effort.draws))]
    for style, function in {"the reference": check.solution, **check.alternatives}.items():
        shares = [_report(check, questions, function).share for questions in draws]
        yield Finding(min(shares) == 1, f"{label}: {style} passes", "" if min(shares) == 1 else f"worth only {min(shares):.0%}")
    many = len(check.misconceptions) >= 2
    yield Finding(
        many, f"{label}: has misconceptions", f"{len(check.misconceptions)}" + ("" if many else ", at least 2 are needed")
    )
    yield from _rehearse_misconceptions(check, label, draws, effort.seconds)
    yield _rehearse_hints(check, label, draws[:_BLENDED_DRAWS])
    yield from _rehearse_mutants(judge, check, label, draws, effort)
    for what, guess in _ignorant(_draw(check, _DRAWS)):
        worth = max(_worth(check, questions, guess) for questions in draws)
        yield Finding(worth == 0, f"{label}: {what} earns nothing", "" if worth == 0 else f"worth {worth:.0%}")


def uses_models(check: Check, questions: list[Question]) -> bool:
    """Whether a check asks for models or hands some over."""
    return bool(check.facts) or any(isinstance(each, HandedOver) for question in questions for each in question.arguments)


def _draw(check: Check, number: int) -> list[Question]:
    return check.questions(np.random.default_rng([number, 7]))


def _report(check: Check, questions: list[Question], function: Callable):
    with np.errstate(all="ignore"):
        answers = [answer(function, question) for question in questions]
    return mark(check.name, questions, answers, check.compare)


def _rehearse_misconceptions(check: Check, label: str, draws: list[list[Question]], allowed: float) -> Iterator[Finding]:
    """In as many draws as the time allows, up to _DRAWS."""
    wrong: dict[str, str] = {}
    started, tried = time.monotonic(), 0
    for number in range(_DRAWS):
        questions = draws[number] if number < len(draws) else _draw(check, number)
        for position, sentence in enumerate(check.misconceptions):
            answers = [question.mistakes[position][1] for question in questions]
            named = named_mistakes(questions, answers, check.compare)
            if all(is_right(*pair, check.compare) for pair in zip(questions, answers, strict=True)):
                wrong.setdefault(sentence, f"it passes in draw {number + 1}: no case distinguishes it from the reference")
            elif not any(sentence in sentences for sentences in named.values()):
                instead = "; ".join(each for sentences in named.values() for each in sentences)
                wrong.setdefault(sentence, f"named instead in draw {number + 1}: {instead or 'nothing'}")
        tried = number + 1
        if tried >= len(draws) and time.monotonic() - started > allowed:
            break
    for sentence in check.misconceptions:
        what = f"{label}: caught and named in {tried} draws: {sentence}"
        yield Finding(sentence not in wrong, what, wrong.get(sentence, ""))


def _rehearse_hints(check: Check, label: str, draws: list[list[Question]]) -> Finding:
    """A hint names what was done, or something that gives the same numbers; or there is none."""
    said: Counter[str] = Counter()
    wrong = []
    ways = [list(blends(questions, check.compare.draws)) for questions in draws]
    common = min(map(len, ways))  # where answers are lists, as of spans, one draw may have more values than another
    step = math.ceil(common / _BLENDS)
    for number in range(0, common, step):
        draw = number // step % len(draws)
        blend, questions = ways[draw][number], draws[draw]
        answers = blend.mix()
        named = named_mistakes(questions, answers, check.compare)
        for sentences in named.values():
            if not set(blend.mistakes) & set(sentences) and not _holds(check, questions, answers, sentences[0]):
                wrong.append(f"[{blend.what}] gets [{' Or: '.join(sentences)}]")
        said["named" if named else "without a hint"] += 1
    counts = ", ".join(f"{number} {what}" for what, number in sorted(said.items()))
    detail = f"{counts}, {len(wrong)} wrong" + "".join(f"; {each}" for each in wrong[:_EXAMPLES])
    return Finding(not wrong, f"{label}: no blend of mistakes gets a wrong hint", detail)


def _holds(check: Check, questions: list[Question], answers: list[Answer], sentence: str) -> bool:
    """Whether the answers have all that a misconception gets wrong, in the same numbers, in every case."""
    position = list(check.misconceptions).index(sentence)
    for question, given in zip(questions, answers, strict=True):
        mistake = question.mistakes[position][1]
        if mistake.error or given.error or mistake.touched != given.touched:
            return False
        for wanted, wrong, value in zip(
            *(_values(each) for each in (question.expected, mistake.value, given.value)), strict=False
        ):
            if not check.compare.same(wanted, wrong, question.single) and not check.compare.same(wrong, value, question.single):
                return False
    return True


def _values(value: object) -> tuple | list:
    return value if isinstance(value, (tuple, list)) else (value,)


def _rehearse_mutants(judge: Judge, check: Check, label: str, draws: list[list[Question]], effort: Effort) -> Iterator[Finding]:
    """The table of mutants: killed in every draw, not used by this check, marked as equivalent, or surviving."""
    table: Counter[str] = Counter()
    marked: list[Mutant] = []
    survivors: dict[str, str] = {}
    every = list(mutants(judge, check))
    tried = every if effort.mutants is None else spread(every, effort.mutants)
    for mutant in tried:
        alive = [number for number, questions in enumerate(draws, start=1) if _passes(check, questions, mutant.function)]
        if not alive:
            table["killed"] += 1
        elif any(_passes(check, draws[0], function) for function in mutant.unusable()):
            table["where nothing is used"] += 1
        elif _mark_of(check, mutant):
            marked.append(mutant)
        else:
            survivors[mutant.change] = f"keeps full points in {len(alive)} of {len(draws)} draws"
    table |= {"marked": len(marked), "surviving": len(survivors), "not tried": len(every) - len(tried)}
    counts = ", ".join(f"{number} {what}" for what, number in table.items())
    yield Finding(not survivors, f"{label}: no mutant of the reference keeps full points", counts)
    for change, detail in survivors.items():
        yield Finding(
            False, f"{label}: mutant [{change}]", f"{detail}; add a case, or mark it with {check.name}.equivalent(...)"
        )
    idle = check.equivalents.keys() - {_mark_of(check, mutant) for mutant in marked}
    if idle and tried == every:
        yield Finding(
            False, f"{label}: every mark is needed", f"no mutant survives that is marked as {'; '.join(sorted(idle))}"
        )
    yield from _rehearse_marks(check, label, marked, effort.seconds)


def _mark_of(check: Check, mutant: Mutant) -> str | None:
    """The mark that covers a mutant: its own, or that of the function in which it is."""
    return next((mark for mark in (mutant.change, mutant.change.partition(": ")[0]) if mark in check.equivalents), None)


def _rehearse_marks(check: Check, label: str, marked: list[Mutant], allowed: float) -> Iterator[Finding]:
    """What is marked as equivalent is as right as the reference, edges included."""
    if not marked:
        return
    differs: dict[str, str] = {}
    started, cases = time.monotonic(), 0
    for number in count(_DRAWS + 1):
        questions = _draw(check, number)
        for mutant in marked:
            for question in questions:
                if mutant.change not in differs and not is_right(question, _answer(mutant.function, question), check.compare):
                    differs[mutant.change] = f"[{mutant.change}] is not, in the case {question.label!r}"
        cases += len(questions)
        if cases >= _CASES or time.monotonic() - started > allowed:
            break
    what = f"{label}: what is marked as equivalent equals the reference in {cases} cases"
    yield Finding(not differs, what, "; ".join(differs.values()))


def _passes(check: Check, questions: list[Question], function: Callable) -> bool:
    return all(is_right(question, _answer(function, question), check.compare) for question in questions)


def _answer(function: Callable, question: Question) -> Answer:
    with np.errstate(all="ignore"), _stopped_after(_ANSWER_SECONDS):
        return answer(function, question)


class _Endless(Exception):
    pass


@contextmanager
def _stopped_after(seconds: float) -> Iterator[None]:
    """What takes more CPU than that raises an error, which is an answer like any other."""

    def stop(*_):
        raise _Endless

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _worth(check: Check, questions: list[Question], guess) -> float:
    answers = [Answer(guess(number, question)) for number, question in enumerate(questions)]
    return mark(check.name, questions, answers, check.compare).share


def _ignorant(other: list[Question]):
    """Answers that need no understanding: constants, echoes, noise, and another student's numbers."""
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
