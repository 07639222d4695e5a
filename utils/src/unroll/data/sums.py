"""Sums as text: "535+61" and its answer, "596"."""

import numpy as np


def sums(rng: np.random.Generator, count: int, digits: int = 3) -> list[tuple[str, str]]:
    """Draw additions such as "535+61", with their answers.

    A number of two digits is drawn twice as often as one of a single digit, one of three digits three times as often, and
    so on. No question occurs twice, nor with its two numbers in the other order: "61+535" would be a free answer to "535+61".

    Parameters
    ----------
    rng
        A NumPy random generator.
    count
        How many.
    digits
        The most digits that a number has.

    Returns
    -------
    list of (str, str)
        Question and answer.

    Raises
    ------
    ValueError
        If there are not twice as many different questions as that.

    Examples
    --------
    >>> sums(np.random.default_rng(0), 3)
    [('553+64', '617'), ('669+589', '1258'), ('9+7', '16')]
    """
    numbers = 10**digits
    different = numbers * (numbers + 1) // 2
    if 2 * count > different:
        raise ValueError(f"There are {different:,} different sums of up to {digits} digits, too few to draw {count:,} of them.")
    drawn: dict[tuple[int, int], tuple[str, str]] = {}
    lengths = np.arange(1, digits + 1)
    while len(drawn) < count:
        length = rng.choice(lengths, size=(count, 2), p=lengths / lengths.sum())
        lowest = np.where(length == 1, 0, 10 ** (length - 1))
        for a, b in rng.integers(lowest, 10**length).tolist():
            drawn.setdefault((min(a, b), max(a, b)), (f"{a}+{b}", str(a + b)))
    questions = list(drawn.values())[:count]
    return [questions[place] for place in rng.permutation(count)]  # short sums run out, so the first draws have more of them
