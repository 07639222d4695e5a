"""Ask one question, mark the answers, and say what went wrong.

The same code runs at the student's desk, all of it, and in grading, where :func:`ask` runs in the kernel and
:func:`mark` in the judge.
"""

import copy
import linecache
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from unroll.checks import facts, hints
from unroll.checks.comparison import Comparison, Part
from unroll.checks.models import HandedOver, hand_over, is_model, rebuild
from unroll.checks.sentences import said

_ERROR_CHARACTERS = 300
_NAME_CHARACTERS = 100  # of the class of an error


@dataclass(frozen=True)
class Raised:
    """An exception that a student's code raised.

    Parameters
    ----------
    type
        Name of its class.
    message
        The first line of its message.
    line
        Where in the student's cell it was raised, as ``"line 3: return x[0]"``; empty if unknown.
    """

    type: str
    message: str = ""
    line: str = ""

    def __str__(self) -> str:
        said = f"{self.type}: {self.message}" if self.message else self.type
        return f"{said} ({self.line})" if self.line else said


@dataclass(frozen=True)
class Answer:
    """The result of calling a student's function.

    Parameters
    ----------
    value
        The returned value.
    error
        The exception raised, or None.
    touched
        Positions of the arguments that it changed in place.
    shared
        Positions of the arguments whose memory the returned value shares.
    """

    value: object = None
    error: Raised | None = None
    touched: tuple[int, ...] = ()
    shared: tuple[int, ...] = ()


@dataclass(frozen=True)
class Question:
    """One case of a check, ready to be asked.

    Parameters
    ----------
    label
        A few words about the case.
    arguments, names
        The arguments in order, and the names that the reference gives them.
    expected
        The right answer.
    mistakes
        The sentence of each misconception, and its answer to this question.
    basic
        True for a case that must be right before the others count.
    weight
        Its share of the check's points, relative to the other cases.
    calls
        How often the function is called with the same objects; the last result counts.
    facts, given
        For a model: what is asked about it (:mod:`unroll.checks.facts`), and the inputs for that.
    """

    label: str
    arguments: tuple[Any, ...]
    names: tuple[str, ...]
    expected: object
    mistakes: Sequence[tuple[str, Answer]] = ()
    basic: bool = False
    weight: float = 1.0
    calls: int = 1
    facts: tuple[str, ...] = ()
    given: Mapping[str, object] = field(default_factory=dict)

    @property
    def single(self) -> bool:
        """True if an input is float32, which limits how exact an answer can be."""
        return any(isinstance(argument, np.ndarray) and argument.dtype == np.float32 for argument in self.arguments)


@dataclass(frozen=True)
class Row:
    """The verdict on one case.

    Parameters
    ----------
    label, passed, detail
        The case, whether it is right, and a line about it.
    hint
        The misconception's sentence, if one fits.
    parts
        For a wrong case with several returned values, each of them.
    about
        What the case asks for: "numbers" or a "model".
    error
        The exception the answer raised, or None.
    touches_inputs
        True if the result is right, but an input was changed in place, or returned where something new was asked for.
    reason
        What is wrong, in the same words in every case where it is the same; empty if that is not known.
    """

    label: str
    passed: bool
    detail: str
    hint: str | None = None
    parts: tuple[Part, ...] = ()
    about: str = "numbers"
    error: Raised | None = None
    touches_inputs: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Report:
    """The verdict on one check.

    Parameters
    ----------
    name
        Of the check.
    rows
        One for each case, in order.
    share
        Of the points that the answers are worth, 0 to 1.
    notes
        Additional sentences.
    advice
        What is wrong with the thing itself, its parameters for example; empty if nothing is, and at the grader's.
    printed, warned
        What it printed, and the warnings that it raised (:class:`unroll.checks.trial.Trial`); empty at the grader's.
    """

    name: str
    rows: tuple[Row, ...]
    share: float
    notes: tuple[str, ...] = field(default=())
    advice: str = ""
    printed: str = ""
    warned: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        return bool(self.rows) and all(row.passed for row in self.rows)

    @property
    def unwritten(self) -> bool:
        """True if the function is still as it was given out: ``raise NotImplementedError()``, without a message, in every case."""
        return bool(self.rows) and all(
            row.error is not None and row.error.type == "NotImplementedError" and not row.error.message for row in self.rows
        )

    @property
    def hints(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row.hint for row in self.rows if row.hint))


def ask(thing: Any, arguments: tuple[object, ...], calls: int = 1) -> Answer:
    """Call `thing` with copies of the arguments, and return the result.

    Parameters
    ----------
    thing
        The student's function. Whatever it raises becomes part of the answer, KeyboardInterrupt apart.
        Without arguments, it may be a model instead.
    arguments
        Passed by position; models that were handed over are rebuilt.
    calls
        Number of calls with the same objects. The second call exposes a function that changes its inputs.
    """
    given = tuple(_copy(argument) for argument in arguments)
    value = thing
    try:
        for _ in range(0 if is_model(thing) and not arguments else calls):
            value = thing(*given)
        if is_model(value):
            value = hand_over(value)
    except (Exception, SystemExit) as error:
        return Answer(error=_describe(error))
    touched = tuple(i for i, (a, b) in enumerate(zip(arguments, given, strict=True)) if not _identical(a, b))
    owners = {id(array if array.base is None else array.base) for array in _arrays(value)}
    shared = tuple(i for i, argument in enumerate(given) if not owners.isdisjoint(map(id, _arrays(argument))))
    return Answer(value=value, touched=touched, shared=shared)


def examine(answer: Answer, question: Question) -> Answer:
    """If a question asks for a model, replace the model by the facts about it.

    The model is rebuilt here, so this must run where it is trusted (the student's own desk) or locked in.
    """
    if not question.facts or answer.error is not None:
        return answer
    if not isinstance(answer.value, HandedOver):
        return Answer(error=no_model(answer.value))
    try:
        found = facts.find(rebuild(answer.value), question.facts, question.given)
    except Exception as error:
        return Answer(error=_describe(error))
    return Answer(value=found, touched=answer.touched, shared=answer.shared)


def no_model(value: object) -> Raised:
    """The error of an answer that should be a Keras model and is not."""
    return Raised("TypeError", said("a Keras model is asked for, not a %(kind)s", kind=type(value).__name__))


def _copy(argument: object) -> Any:
    if isinstance(argument, HandedOver):
        return rebuild(argument)
    return argument.copy(order="K") if isinstance(argument, np.ndarray) else copy.deepcopy(argument)


def _arrays(value: object) -> list[np.ndarray]:
    """The arrays that a value is or holds."""
    if isinstance(value, np.ndarray):
        return [value]
    found = []
    if isinstance(value, (list, tuple)):
        for each in value:
            if isinstance(each, np.ndarray):
                found.append(each)
            elif isinstance(each, (list, tuple)):
                found += _arrays(each)
    return found


def _identical(before: object, after: object) -> bool:
    if isinstance(before, HandedOver):
        return before == hand_over(after)
    if isinstance(before, np.ndarray) and isinstance(after, np.ndarray):
        return before.shape == after.shape and before.dtype == after.dtype and np.array_equal(before, after, equal_nan=True)
    if type(before) is not type(after):
        return False
    if isinstance(before, dict) and isinstance(after, dict):
        return list(before) == list(after) and all(_identical(before[key], after[key]) for key in before)
    if isinstance(before, (list, tuple)) and isinstance(after, (list, tuple)):
        return len(before) == len(after) and all(map(_identical, before, after))
    return before == after


def _describe(error: Exception | SystemExit) -> Raised:
    """The error, with the line of the student's that raised it."""
    message = str(error).strip().splitlines()
    place, trace = "", error.__traceback__
    while trace is not None:
        place = place_in_cell(trace.tb_frame.f_code.co_filename, trace.tb_lineno) or place
        trace = trace.tb_next
    said = message[0] if message else ""
    return Raised(type(error).__name__[:_NAME_CHARACTERS], said[:_ERROR_CHARACTERS], place[:_ERROR_CHARACTERS])


def place_in_cell(filename: str, line: int) -> str:
    """A line of a notebook's cell as ``"line 3: return x[0]"``; empty for a line of anything else."""
    if not ("ipykernel" in filename or "ipython-input" in filename or filename.startswith("<")):
        return ""
    source = linecache.getline(filename, line).strip()
    return f"line {line}: {source}" if source else f"line {line}"


def is_right(question: Question, answer: Answer, comparison: Comparison) -> bool:
    """Whether an answer passes; unlike :func:`mark` it does not say why not."""
    if answer.error or answer.touched or (comparison.new and answer.shared):
        return False
    return comparison.same(question.expected, answer.value, question.single)


def mark(name: str, questions: list[Question], answers: list[Answer], comparison: Comparison) -> Report:
    """Judge the answers to all questions of one check.

    Parameters
    ----------
    answers
        One per question; if there are fewer, the rest were never answered.
    """
    verdicts = _verdicts(questions, answers, comparison)
    found = _explanations(verdicts, questions, answers, comparison)
    named = {each.questions[0]: hints.either(each.sentences) for each in found}
    shared = {number: hints.either(each.sentences) for each in reversed(found) for number in each.questions}
    rows = []
    for number, (question, verdict) in enumerate(zip(questions, verdicts, strict=True)):
        rows.append(
            Row(
                question.label,
                verdict.passed,
                verdict.detail,
                named.get(number),
                verdict.parts,
                about="model" if question.facts else "numbers",
                error=verdict.error,
                touches_inputs=verdict.touches_inputs,
                reason=shared.get(number, verdict.reason),
            )
        )
    return Report(name, tuple(rows), _share(questions, rows))


def named_mistakes(questions: list[Question], answers: list[Answer], comparison: Comparison) -> dict[int, tuple[str, ...]]:
    """The misconceptions that :func:`mark` names, by the number of the question (:func:`unroll.checks.hints.explanations`)."""
    found = _explanations(_verdicts(questions, answers, comparison), questions, answers, comparison)
    return {each.questions[0]: each.sentences for each in found}


def _verdicts(questions: list[Question], answers: list[Answer], comparison: Comparison) -> list["_Verdict"]:
    verdicts = [_judge(question, answer, comparison) for question, answer in zip(questions, answers, strict=False)]
    return verdicts + [_Verdict(False, said("no answer"), reason="no answer")] * (len(questions) - len(verdicts))


def _explanations(
    verdicts: list["_Verdict"], questions: list[Question], answers: list[Answer], comparison: Comparison
) -> list[hints.Explanation]:
    passed, in_form_only = [each.passed for each in verdicts], [each.in_form_only for each in verdicts]
    return hints.explanations(questions, answers, passed, in_form_only, comparison)


@dataclass(frozen=True)
class _Verdict:
    passed: bool
    detail: str
    parts: tuple[Part, ...] = ()
    in_form_only: bool = False
    error: Raised | None = None
    touches_inputs: bool = False
    reason: str = ""


def _judge(question: Question, answer: Answer, comparison: Comparison) -> _Verdict:
    if answer.error is not None:
        raises = said("raises %(error)s", error=answer.error)
        return _Verdict(False, raises, error=answer.error, reason=f"{answer.error.type} {answer.error.line or raises}")
    outcome = comparison.compare(question.expected, answer.value, question.single)
    if outcome.same and answer.touched:
        names = _names(question, answer.touched)
        detail = said("right, but it changes %(names)s in place; work on a copy", names=names)
        return _Verdict(False, detail, in_form_only=True, touches_inputs=True, reason=detail)
    if outcome.same and comparison.new and answer.shared:
        names = _names(question, answer.shared)
        detail = said("right, but not new: it returns memory of %(names)s itself; return copies", names=names)
        return _Verdict(False, detail, in_form_only=True, touches_inputs=True, reason=detail)
    if outcome.same:
        return _Verdict(True, outcome.detail)
    detail = outcome.detail
    if question.calls > 1:
        detail = said("called %(count)s times with the same arrays: %(detail)s", count=question.calls, detail=detail)
    reason = "" if outcome.numbers_differ else outcome.detail  # two differences in numbers may have two reasons
    return _Verdict(False, detail, outcome.parts, outcome.in_form_only, reason=reason)


def _names(question: Question, positions: tuple[int, ...]) -> str:
    return ", ".join(question.names[i] for i in positions if 0 <= i < len(question.names))


def _share(questions: list[Question], rows: list[Row]) -> float:
    """Weighted share of the passed cases; non-basic cases count only if all basic ones pass."""
    sure = all(row.passed for question, row in zip(questions, rows, strict=True) if question.basic)
    total = sum(question.weight for question in questions)
    won = sum(q.weight for q, row in zip(questions, rows, strict=True) if row.passed and (sure or q.basic))
    return won / total if total else 0.0
