"""Strands of DNA letters with a region between two signals: it is one only if both are there, in this order."""

import numpy as np

LETTERS, FIRST, LAST = "ACGT", "CCCC", "AACT"
_KINDS = ("region", "region", "region", "no end", "no start", "end before start")
_SHORTEST_INSIDE = 4


def strands(rng: np.random.Generator, count: int, T: int = 50) -> tuple[list[str], np.ndarray]:
    """Draw strands of letters, and which letters belong to a region.

    A region begins with CCCC and ends with AACT, both included. Each signal occurs at most once. Half of the strands have a region; in
    the others one of the signals is missing, or the end comes before the start, and no letter belongs to anything.

    Parameters
    ----------
    rng
        A NumPy random generator.
    count
        How many strands.
    T
        Letters of each, at least 12.

    Returns
    -------
    strands : list of str
    labels : numpy.ndarray of int, shape (count, T)
        1 inside a region, 0 elsewhere.

    Raises
    ------
    ValueError
        If the strands are too short.

    Examples
    --------
    >>> drawn, labels = strands(np.random.default_rng(1), 1, T=24)
    >>> drawn[0], "".join(map(str, labels[0]))
    ('GTCGCCCCGCACGAACTTTCAGGT', '000011111111111110000000')
    """
    signals = len(FIRST) + len(LAST)
    if signals + _SHORTEST_INSIDE > T:
        raise ValueError(f"Two signals and what is between them need {signals + _SHORTEST_INSIDE} letters, not {T}.")
    drawn = [_strand(rng, _KINDS[int(rng.integers(len(_KINDS)))], T) for _ in range(count)]
    labels = np.zeros((count, T), dtype="int64")
    for row, strand in zip(labels, drawn, strict=True):
        first, last = strand.find(FIRST), strand.find(LAST)
        if 0 <= first < last:
            row[first : last + len(LAST)] = 1
    return drawn, labels


def _strand(rng: np.random.Generator, kind: str, T: int) -> str:
    size = len(FIRST)
    while True:
        strand = list(rng.choice(list(LETTERS), size=T))
        one, other = sorted(rng.choice(T - 2 * size - _SHORTEST_INSIDE + 1, size=2))
        other += size + _SHORTEST_INSIDE
        first, last = (one, other) if kind != "end before start" else (other, one)
        if kind != "no start":
            strand[first : first + size] = FIRST
        if kind != "no end":
            strand[last : last + size] = LAST
        joined = "".join(strand)
        if _places(joined, FIRST) == (kind != "no start") and _places(joined, LAST) == (kind != "no end"):
            return joined


def _places(strand: str, signal: str) -> int:
    """How often a signal occurs, overlaps included."""
    return sum(strand.startswith(signal, place) for place in range(len(strand)))
