"""Is an answer the expected one? If not, the sentence that says where it first is not."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Outcome:
    """What a comparison found.

    Parameters
    ----------
    same
        True if the answer is right.
    detail
        One line for a person.
    """

    same: bool
    detail: str


@dataclass(frozen=True)
class Comparison:
    """Numbers that must agree within ``atol + rtol * |expected|``.

    Parameters
    ----------
    rtol, atol
        Tolerances in float64. Where the answer or an input is float32 it is held to what that type can give: at most 1e-4
        and 1e-5.
    returns
        Names of the returned values where a check expects several.
    """

    rtol: float = 1e-6
    atol: float = 1e-9
    returns: tuple[str, ...] = ()

    def compare(self, expected, answer, single: bool = False) -> Outcome:
        """Compare one answer with the expected value; neither raises nor changes anything.

        Parameters
        ----------
        single
            True if the inputs are float32.
        """
        if expected is None:  # only a misconception expects nothing
            return Outcome(answer is None, "returns None")
        if isinstance(expected, (tuple, list)):
            return self._compare_several(expected, answer, single)
        return self._compare_numbers(expected, answer, "", single)

    def _compare_several(self, expected, answer, single: bool) -> Outcome:
        fits = len(self.returns) == len(expected)  # a misconception may return another number of values
        names = self.returns if fits else tuple(f"value {i + 1}" for i in range(len(expected)))
        if not isinstance(answer, (tuple, list)) or len(answer) != len(expected):
            given = f"{len(answer)} values" if isinstance(answer, (tuple, list)) else _kind(answer)
            return Outcome(False, f"returns {given}, expected {len(expected)} values: {', '.join(names)}")
        outcomes = [self._compare_numbers(e, a, f"{n}: ", single) for e, a, n in zip(expected, answer, names, strict=True)]
        wrong = [outcome for outcome in outcomes if not outcome.same]
        return wrong[0] if wrong else Outcome(True, "; ".join(outcome.detail for outcome in outcomes))

    def _compare_numbers(self, expected, answer, name: str, single: bool) -> Outcome:
        wanted = np.asarray(expected)
        if answer is None:
            return Outcome(False, f"{name}returns None; is a return missing?")
        if _holds_text(answer):  # NumPy would make an array of strings, each as long as the longest
            return Outcome(False, f"{name}returns {_kind(answer)} with text in it, expected numbers")
        try:
            given = np.asarray(answer)
        except ValueError:
            return Outcome(False, f"{name}returns {_kind(answer)} whose rows differ in length")
        if given.dtype.kind not in "biuf" or given.dtype == np.float16:
            return Outcome(False, f"{name}returns {_kind(answer)} of dtype {given.dtype}, expected numbers")
        if given.shape != wanted.shape:
            return Outcome(False, f"{name}shape {given.shape}, expected {wanted.shape}")
        if wanted.dtype.kind == "b" and given.dtype.kind != "b":
            return Outcome(False, f"{name}dtype {given.dtype}, expected bool")
        return self._compare_arrays(wanted, given, name, single)

    def _compare_arrays(self, wanted: np.ndarray, given: np.ndarray, name: str, single: bool) -> Outcome:
        single = single or given.dtype == np.float32
        rtol, atol = (max(self.rtol, 1e-4), max(self.atol, 1e-5)) if single else (self.rtol, self.atol)
        wanted, given = wanted.astype(np.float64), given.astype(np.float64)
        with np.errstate(invalid="ignore"):
            difference = np.abs(given - wanted)
            near = np.isfinite(wanted) & (difference <= atol + rtol * np.abs(wanted))  # all is within rtol of infinity
            agree = near | (given == wanted) | (np.isnan(given) & np.isnan(wanted))
        finite = difference[np.isfinite(difference)]
        largest = f"{finite.max():.2g}" if finite.size else "0"
        if agree.all():
            shape = f"shape {wanted.shape}, " if wanted.ndim else ""
            return Outcome(True, f"{name}{shape}largest difference {largest}")
        first = tuple(int(i) for i in np.argwhere(~agree)[0])
        place = f"differs first at {list(first)}: " if first else ""
        numbers = f"yours {_number(given[first])}, expected {_number(wanted[first])}"
        rest = f"; largest difference {largest}" if first and np.isfinite(given).all() else ""
        return Outcome(False, f"{name}{place}{numbers}{rest}")


def _holds_text(value) -> bool:
    if isinstance(value, (list, tuple)):
        return any(_holds_text(each) for each in value)
    return isinstance(value, (str, bytes))


def _number(value: float) -> str:
    return f"{value:.4g}"


def _kind(value) -> str:
    name = type(value).__name__
    return {"NoneType": "None", "ndarray": "an array", "int": "an int"}.get(name, f"a {name}")
