"""Tunes in 6/8 from a small grammar: eight bars in G, of which the fifth and sixth repeat the first and second."""

import numpy as np

from unroll.data.picking import pick

_SCALE = "DEFGABcdefg"
_HALVES = ((1, 1, 1), (1, 1, 1), (1, 1, 1), (2, 1), (2, 1), (3,))  # half a bar, in eighths


def jigs(rng: np.random.Generator, count: int) -> list[str]:
    """Draw tunes such as ``GABd2B|…|A2FG3``, in ABC notation without fields: six eighths in each of eight bars.

    The melody wanders by at most two steps of the scale. Bar 4 stops on A or D, bar 8 on G, and bars 5 and 6 are 1 and 2 once more.

    Parameters
    ----------
    rng
        A NumPy random generator.
    count
        How many tunes.

    Returns
    -------
    list of str

    Examples
    --------
    >>> jigs(np.random.default_rng(0), 1)
    ['d2cAFD|FGBc2e|f2fg2f|d2cD3|d2cAFD|FGBc2e|f3ggg|egeG3']
    """
    return [_jig(rng) for _ in range(count)]


def _jig(rng: np.random.Generator) -> str:
    opening, place = _bars(rng, 2, _SCALE.index("G") + int(rng.integers(0, 5)))
    middle, place = _bars(rng, 1, place)
    half_close, _ = _bars(rng, 1, place, stop=pick(rng, "AD"))
    closing, place = _bars(rng, 1, place)
    close, _ = _bars(rng, 1, place, stop="G")
    return "|".join([*opening, *middle, *half_close, *opening, *closing, *close])


def _bars(rng: np.random.Generator, count: int, place: int, stop: str = "") -> tuple[list[str], int]:
    """So many bars from a place in the scale, and the place where they end; the last half may be one long note."""
    written = []
    for _ in range(count):
        bar = ""
        for half in range(2):
            if stop and half == 1:
                bar += f"{stop}3"
                break
            for length in pick(rng, _HALVES):
                place = int(np.clip(place + rng.integers(-2, 3), 0, len(_SCALE) - 1))
                bar += _SCALE[place] + (str(length) if length > 1 else "")
        written.append(bar)
    return written, place
