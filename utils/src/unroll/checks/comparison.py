"""Compare an answer with the expected value, and say where they first differ."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from unroll.checks.sentences import about, joined, said

_CHARACTERS = 120  # shown of a wrong text
_LISTED = 5  # right values, each with its shape
_CHANCE = 5.5  # standard errors between two samples; by chance they differ by more once in 26 million values


@dataclass(frozen=True)
class Outcome:
    """What a comparison found.

    Parameters
    ----------
    same
        True if the answer is right.
    detail
        One line for a person.
    parts
        The single values, if several were returned.
    in_form_only
        True if the numbers are right, but their shape is not.
    numbers_differ
        True if the form is right, but the numbers are not.
    """

    same: bool
    detail: str
    parts: tuple["Part", ...] = ()
    in_form_only: bool = False
    numbers_differ: bool = False


@dataclass(frozen=True)
class Part:
    """One of several returned values next to the expected one, where the two differ most.

    Parameters
    ----------
    name
        The value's name.
    same
        True if it is right.
    yours, expected, largest
        The two numbers and the largest difference, as text; empty if they cannot be compared.
    """

    name: str
    same: bool
    yours: str = ""
    expected: str = ""
    largest: str = ""


@dataclass(frozen=True)
class Comparison:
    """Numbers that must agree within ``atol + rtol * |expected|``.

    Parameters
    ----------
    rtol, atol
        Tolerances in float64. If the answer or an input is float32, they are at least 1e-4 and 1e-5, which that type can
        reach.
    returns
        Names of the returned values, if a check expects several. A case may expect fewer: the first of them.
    new
        True if what is returned must not be the caller's own arrays, or views of them.
    draws
        True if an answer is an array of random draws, such as ids. No two right answers are alike then; what must agree,
        within chance, is how often each value occurs.

    Examples
    --------
    >>> Comparison().compare(np.array([1.0, 2.0]), [1.0, 2.5]).detail
    'differs first at [1]: yours 2.5, expected 2; largest difference 0.5'
    """

    rtol: float = 1e-6
    atol: float = 1e-9
    returns: tuple[str, ...] = ()
    draws: bool = False
    new: bool = False

    def compare(self, expected: object, answer: object, single: bool = False) -> Outcome:
        """Compare one answer with the expected value. Never raises, and changes neither.

        Parameters
        ----------
        single
            True if the inputs are float32.
        """
        if expected is None:  # only a misconception expects None
            return Outcome(answer is None, "returns None")
        if isinstance(expected, (tuple, list)):
            return self._compare_several(expected, answer, single)
        return self._compare_numbers(expected, answer, single)

    def same(self, expected: object, answer: object, single: bool = False) -> bool:
        """Whether :meth:`compare` says so; without the sentences, and no further than the first difference."""
        if not isinstance(expected, (tuple, list)):
            return self.compare(expected, answer, single).same
        answer = _one_by_one(answer, len(expected))
        if not isinstance(answer, (tuple, list)) or len(answer) != len(expected):
            return False
        return all(self._compare_numbers(e, a, single).same for e, a in zip(expected, answer, strict=True))

    def _compare_several(self, expected: Sequence[object], answer: object, single: bool) -> Outcome:
        names = self.returns[: len(expected)]
        if len(names) < len(expected):  # a misconception may return more values
            names = tuple(f"value {i + 1}" for i in range(len(expected)))
        answer = _one_by_one(answer, len(expected))
        if not isinstance(answer, (tuple, list)) or len(answer) != len(expected):
            given = said("%(count)s values", count=len(answer)) if isinstance(answer, (tuple, list)) else _kind(answer)
            wanted = {"count": len(expected), "names": ", ".join(names)}
            return Outcome(False, said("returns %(given)s, expected %(count)s values: %(names)s", given=given, **wanted))
        outcomes = [_named(n, self._compare_numbers(e, a, single)) for e, a, n in zip(expected, answer, names, strict=True)]
        parts = tuple(_part(n, o.same, e, a) for n, o, e, a in zip(names, outcomes, expected, answer, strict=True))
        wrong = [outcome for outcome in outcomes if not outcome.same]
        if wrong:
            detail = wrong[0].detail
        elif any(isinstance(each, str) for each in expected):
            detail = said("as expected: %(names)s", names=", ".join(names))
        elif len(outcomes) > _LISTED:
            detail = said("all %(count)s values as expected", count=len(outcomes))
        else:
            detail = joined(outcome.detail for outcome in outcomes)
        return Outcome(
            not wrong,
            detail,
            parts,
            bool(wrong) and all(outcome.in_form_only for outcome in wrong),
            any(outcome.numbers_differ for outcome in wrong),
        )

    def _compare_numbers(self, expected: object, answer: object, single: bool) -> Outcome:
        if isinstance(expected, str):
            same = isinstance(answer, str) and answer == expected
            return Outcome(same, expected if same else _beside(_text(answer), expected), numbers_differ=not same)
        wanted = np.asarray(expected)
        if answer is None:
            return Outcome(False, said("returns None; is a return missing?"))
        if _holds_text(answer):  # NumPy would make an array of strings, each as long as the longest one
            return Outcome(False, said("returns %(kind)s with text in it, expected numbers", kind=_kind(answer)))
        try:
            given = np.asarray(answer)
        except ValueError:
            return Outcome(False, said("returns %(kind)s whose rows differ in length", kind=_kind(answer)))
        if given.dtype.kind not in "biuf" or given.dtype == np.float16:
            found = {"kind": _kind(answer), "dtype": given.dtype}
            return Outcome(False, said("returns %(kind)s of dtype %(dtype)s, expected numbers", **found))
        if given.shape != wanted.shape:
            return self._compare_in_shape(wanted, given, single)
        if wanted.dtype.kind == "b" and given.dtype.kind != "b":
            return Outcome(False, said("dtype %(dtype)s, expected bool", dtype=given.dtype))
        if self.draws:
            return _compare_draws(wanted, given)
        return self._compare_arrays(wanted, given, single)

    def _compare_in_shape(self, wanted: np.ndarray, given: np.ndarray, single: bool) -> Outcome:
        """The shapes differ: are the numbers right except for axes of length 1, or axes in reverse order?"""
        shapes = said("shape %(given)s, expected %(wanted)s", given=given.shape, wanted=wanted.shape)
        right = said("the right numbers: %(shapes)s", shapes=shapes)
        turned_right = said("the right numbers, transposed: %(shapes)s", shapes=shapes)
        if given.size and not self.draws:
            for turned, how in ((given, right), (given.T, turned_right)):
                fits = turned.squeeze().shape == wanted.squeeze().shape
                if fits and self._compare_arrays(wanted, turned.reshape(wanted.shape), single).same:
                    return Outcome(False, how, in_form_only=True)
        return Outcome(False, shapes)

    def _compare_arrays(self, wanted: np.ndarray, given: np.ndarray, single: bool) -> Outcome:
        single = single or given.dtype == np.float32
        rtol, atol = (max(self.rtol, 1e-4), max(self.atol, 1e-5)) if single else (self.rtol, self.atol)
        wanted, given = wanted.astype(np.float64), given.astype(np.float64)
        with np.errstate(invalid="ignore"):
            difference = np.abs(given - wanted)
            near = np.isfinite(wanted) & (difference <= atol + rtol * np.abs(wanted))  # everything is within rtol of infinity
            agree = near | (given == wanted) | (np.isnan(given) & np.isnan(wanted))
        finite = difference[np.isfinite(difference)]
        largest = f"{finite.max():.2g}" if finite.size else "0"
        apart = said("largest difference %(largest)s", largest=largest)
        if agree.all():
            shaped = said("shape %(shape)s, largest difference %(largest)s", shape=wanted.shape, largest=largest)
            return Outcome(True, shaped if wanted.ndim else apart)
        first = tuple(int(i) for i in np.argwhere(~agree)[0])
        numbers = _beside(_number(given[first]), _number(wanted[first]))
        if first:
            numbers = said("differs first at %(place)s: %(numbers)s", place=list(first), numbers=numbers)
        several = first and np.isfinite(given).all()
        return Outcome(False, joined([numbers, apart]) if several else numbers, numbers_differ=True)


def _named(name: str, outcome: Outcome) -> Outcome:
    return replace(outcome, detail=about(name, outcome.detail))


def _beside(yours: str, expected: str) -> str:
    return said("yours %(yours)s, expected %(expected)s", yours=yours, expected=expected)


def _one_by_one(answer: object, count: int) -> object:
    """Several values in one array, along its first axis, as a list; anything else unchanged."""
    return list(answer) if isinstance(answer, np.ndarray) and answer.shape[:1] == (count,) else answer


def _compare_draws(wanted: np.ndarray, given: np.ndarray) -> Outcome:
    """Compare two samples of the same size: does each value occur equally often, within chance?"""
    both = np.concatenate([wanted.ravel(), given.ravel()]).astype(np.float64)
    values, which = np.unique(both, return_inverse=True)
    often, came = (np.bincount(half, minlength=values.size) for half in np.split(which, [wanted.size]))
    beyond = np.flatnonzero((came - often) ** 2 > _CHANCE**2 * (came + often))
    if not beyond.size:
        return Outcome(True, said("%(count)s draws, each value as often as expected", count=f"{given.size:,}"))
    worst = beyond[np.argmax(abs(came - often)[beyond])]
    detail = said(
        "%(value)s comes %(times)s times in %(count)s draws, expected about %(often)s",
        value=_number(values[worst]),
        times=f"{came[worst]:,}",
        count=f"{given.size:,}",
        often=f"{often[worst]:,}",
    )
    return Outcome(False, detail, numbers_differ=True)


def _part(name: str, same: bool, expected: object, answer: object) -> Part:
    if isinstance(expected, str):
        return Part(name, same, _text(answer), expected)
    try:
        wanted, given = np.asarray(expected, dtype=np.float64), np.asarray(answer, dtype=np.float64)
    except (TypeError, ValueError):
        return Part(name, same)
    if wanted.shape != given.shape or not wanted.size:
        return Part(name, same)
    with np.errstate(invalid="ignore"):
        difference = np.nan_to_num(np.abs(given - wanted), nan=np.inf)
    place = np.unravel_index(np.argmax(difference), difference.shape)
    return Part(name, same, _number(given[place]), _number(wanted[place]), f"{difference[place]:.2g}")


def _holds_text(value: object) -> bool:
    if isinstance(value, (list, tuple)):
        return any(_holds_text(each) for each in value)
    return isinstance(value, (str, bytes))


def _text(value: object) -> str:
    return " ".join(value[:_CHARACTERS].split()) if isinstance(value, str) else _kind(value)


def _number(value: float) -> str:
    return f"{value:.4g}"


def _kind(value: object) -> str:
    name = type(value).__name__
    known = {"NoneType": "None", "ndarray": said("an array"), "int": said("an int")}
    return known.get(name) or said("a %(type)s", type=name)
