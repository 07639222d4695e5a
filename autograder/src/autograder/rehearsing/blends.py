"""Wrong answers made of others: mistakes in pairs, and a mistake in one place of an answer that is right elsewhere.

They are what many students hand in, and none of them is a misconception of its own. They are mixed from answers that are
known already, so no function is called.
"""

import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations

import numpy as np
from unroll.checks import Answer, Question

_Mix = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Blend:
    """Answers to all questions of a check, and what is wrong in them.

    Parameters
    ----------
    what
        How they were made.
    mistakes
        The misconceptions that they were made of: a hint may name these.
    mix
        Gives the answers, one for each question.
    """

    what: str
    mistakes: tuple[str, ...]
    mix: Callable[[], list[Answer]]


def blends(questions: Sequence[Question], draws: bool = False) -> Iterator[Blend]:
    """Every misconception blended with the right answers, and every pair of misconceptions with each other.

    Parameters
    ----------
    questions
        Of one check.
    draws
        True where answers are samples, of which one part is like any other: then they are mixed case by case alone.
    """
    right = [Answer(question.expected) for question in questions]
    made = {
        questions[0].mistakes[i][0]: [question.mistakes[i][1] for question in questions]
        for i in range(len(questions[0].mistakes))
    }
    for sentence, wrong in made.items():
        for how, mix in _mixtures(questions)[: 2 if draws else None]:
            yield Blend(f"{how} right, the others: {sentence}", (sentence,), partial(_all, mix, right, wrong))
    for (one, first), (other, second) in combinations(made.items(), 2):
        for how, mix in _mixtures(questions)[: 2 if draws else None]:
            yield Blend(f"{how}: {one} The others: {other}", (one, other), partial(_all, mix, first, second))
        if not draws:
            both = [partial(_both, answer) for answer in right]
            yield Blend(f"both at once: {one} {other}", (one, other), partial(_all, both, first, second))
    yield from _in_place(questions, made)


def _all(mixes: Sequence[Callable[[Answer, Answer], Answer]], ours: list[Answer], theirs: list[Answer]) -> list[Answer]:
    return [mix(one, other) for mix, one, other in zip(mixes, ours, theirs, strict=True)]


def _mixtures(questions: Sequence[Question]) -> list[tuple[str, list[Callable[[Answer, Answer], Answer]]]]:
    """Every way to take some of the answers, or parts of each, from one side and the rest from the other; whole cases first."""
    sides = operator.itemgetter(0), operator.itemgetter(1)

    def taken(*turns: bool) -> list[Callable[[Answer, Answer], Answer]]:
        return [lambda *pair, side=sides[turn]: side(pair) for turn in turns]

    values = max((len(q.expected) for q in questions if isinstance(q.expected, (tuple, list))), default=0)
    mixtures: list[tuple[str, list[Callable[[Answer, Answer], Answer]]]] = [
        ("every other case", taken(*(number % 2 == 1 for number in range(len(questions))))),
        ("cases without padding", taken(*map(_has_padding, questions))),
        ("all rows but the first", [partial(_mixed, _first_row)] * len(questions)),
        ("every other row", [partial(_mixed, _rows_in_turn)] * len(questions)),
        ("all steps but the last", [partial(_mixed, _last_step)] * len(questions)),
        ("real steps", [partial(_mixed, _where_padded(question)) for question in questions]),
    ]
    for number in range(values):
        mixtures.append((f"all values but value {number + 1}", [partial(_with_value, number)] * len(questions)))
    return mixtures


def _mixed(mix: _Mix, ours: Answer, theirs: Answer) -> Answer:
    """Array by array; where the two do not fit together it is theirs."""
    if ours.error or theirs.error:
        return theirs
    touched = tuple(sorted({*ours.touched, *theirs.touched}))
    if not isinstance(ours.value, (tuple, list)):
        return Answer(_mixed_arrays(mix, ours.value, theirs.value), touched=touched)
    if not isinstance(theirs.value, (tuple, list)) or len(ours.value) != len(theirs.value):
        return theirs
    return Answer([_mixed_arrays(mix, *pair) for pair in zip(ours.value, theirs.value, strict=True)], touched=touched)


def _mixed_arrays(mix: _Mix, ours: object, theirs: object) -> object:
    one, other = np.asarray(ours), np.asarray(theirs)
    if one.shape != other.shape or one.dtype.kind not in "biuf" or other.dtype.kind not in "biuf":
        return theirs
    return mix(one, other)


def _first_row(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    return np.concatenate([theirs[:1], ours[1:]]) if ours.ndim else theirs


def _rows_in_turn(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    if not ours.ndim:
        return theirs
    turns = np.arange(len(ours)).reshape(-1, *[1] * (ours.ndim - 1)) % 2 == 0
    return np.where(turns, ours, theirs)


def _last_step(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    return np.concatenate([ours[:, :-1], theirs[:, -1:]], axis=1) if ours.ndim > 1 else theirs


def _where_padded(question: Question) -> _Mix:
    mask = _mask(question)

    def mix(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
        if mask is None or ours.shape[: mask.ndim] != mask.shape:
            return theirs
        return np.where(mask.reshape(*mask.shape, *[1] * (ours.ndim - mask.ndim)), ours, theirs)

    return mix


def _mask(question: Question) -> np.ndarray | None:
    masks = [each for each in question.arguments if isinstance(each, np.ndarray) and each.dtype == bool]
    return masks[0] if masks else None


def _has_padding(question: Question) -> bool:
    mask = _mask(question)
    return mask is not None and not mask.all()


def _with_value(number: int, ours: Answer, theirs: Answer) -> Answer:
    """One of several returned values is theirs."""
    one, other = _several(ours), _several(theirs)
    if len(one) != len(other) or number >= len(one):
        return theirs
    return Answer([*one[:number], other[number], *one[number + 1 :]], touched=tuple(sorted({*ours.touched, *theirs.touched})))


def _several(answer: Answer) -> list[object]:
    """The values, where an answer has several."""
    return list(answer.value) if isinstance(answer.value, (tuple, list)) else []


def _both(right: Answer, one: Answer, other: Answer) -> Answer:
    """What is off in either is off here: the differences from the right answer are added up."""
    if one.error:
        return one

    def added(value: object, first: object, second: object) -> object:
        arrays = [np.asarray(each) for each in (value, first, second)]
        if len({array.shape for array in arrays}) > 1 or any(array.dtype.kind not in "iuf" for array in arrays):
            return first
        return arrays[1] + arrays[2] - arrays[0]

    value: object = one.value
    if not _several(right):
        value = added(right.value, one.value, other.value)
    elif len(_several(right)) == len(_several(one)) == len(_several(other)):
        value = list(map(added, _several(right), _several(one), _several(other)))
    return Answer(value, touched=tuple(sorted({*one.touched, *other.touched})))


def _in_place(questions: Sequence[Question], made: dict[str, list[Answer]]) -> Iterator[Blend]:
    """Right answers that change an input on the way."""
    for position in range(max(len(question.arguments) for question in questions)):
        answers = [
            Answer(q.expected, touched=(position,) if isinstance(q.arguments[position], np.ndarray) else ()) for q in questions
        ]
        alike = tuple(sentence for sentence, wrong in made.items() if any(each.touched == (position,) for each in wrong))
        yield Blend(f"right, but {questions[0].names[position]} is changed in place", alike, partial(list, answers))
