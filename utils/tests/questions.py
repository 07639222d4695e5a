"""Questions whose answers are known, and whether two values are the same to the byte."""

import numpy as np
from unroll.checks import Answer, Comparison, Question, Raised, Report, ask, mark


def same(one, other) -> bool:
    if isinstance(one, np.ndarray):
        return (
            isinstance(other, np.ndarray)
            and one.dtype.newbyteorder("<") == other.dtype.newbyteorder("<")
            and one.shape == other.shape
            and one.astype(one.dtype.newbyteorder("<")).tobytes() == other.astype(other.dtype.newbyteorder("<")).tobytes()
        )
    if isinstance(one, (list, tuple)):
        return type(one) is type(other) and len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return isinstance(other, dict) and one.keys() == other.keys() and all(same(one[k], other[k]) for k in one)
    return type(one) is type(other) and one == other


def question(label: str, x, *, basic: bool = False, weight: float = 1.0, calls: int = 1) -> Question:
    """What is wanted is 2x + 1."""
    x = np.asarray(x, float)
    wrong = (("The 1 is left out.", 2 * x), ("It is squared.", x**2 + 1))
    mistakes = tuple((sentence, Answer(value)) for sentence, value in wrong)
    return Question(
        label,
        (x,),
        ("x",),
        2 * x + 1,
        (*mistakes, ("It raises.", Answer(error=Raised("ValueError", "no")))),
        basic,
        weight,
        calls,
    )


QUESTIONS = [
    question("zero", [0.0], weight=1),
    question("plain", [1.0, 2.0, 3.0], basic=True, weight=2),
    question("edge", [5.0]),
]


def marked(function, questions=QUESTIONS) -> Report:
    return mark("double", questions, [ask(function, q.arguments, q.calls) for q in questions], Comparison())
