"""Sums as text: "535+61" and its answer, "596"; and of several digits, "7-9+1" and "-1"."""

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


def chains(rng: np.random.Generator, count: int, terms: int = 4) -> list[tuple[str, str]]:
    """Draw digits with plus and minus between them, such as "7-9+1", with their sums.

    A sum of three digits is drawn half as often again as one of two, one of four twice as often, and so on. No question occurs twice.

    Parameters
    ----------
    rng
        A NumPy random generator.
    count
        How many.
    terms
        The most digits in a sum, at least two.

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
    >>> chains(np.random.default_rng(0), 3)
    [('0-0+1-8', '-7'), ('6+9+5', '20'), ('9+7', '16')]
    """
    numbers = np.arange(2, terms + 1)
    different = sum(10**n * 2 ** (n - 1) for n in numbers.tolist())
    if 2 * count > different:
        raise ValueError(f"There are {different:,} different sums of up to {terms} digits, too few to draw {count:,} of them.")
    drawn: dict[str, str] = {}
    while len(drawn) < count:
        lengths = rng.choice(numbers, size=count, p=numbers / numbers.sum()).tolist()
        digits, minus = rng.integers(10, size=(count, terms)), rng.integers(2, size=(count, terms))
        totals = (digits * np.where(minus & (np.arange(terms) > 0), -1, 1)).cumsum(axis=1)
        for length, row, marks, sums in zip(lengths, digits.tolist(), minus.tolist(), totals.tolist(), strict=True):
            rest = zip(marks[1:length], row[1:length], strict=True)
            drawn.setdefault(str(row[0]) + "".join(f"{'+-'[mark]}{digit}" for mark, digit in rest), str(sums[length - 1]))
    questions = list(drawn.items())[:count]
    return [questions[place] for place in rng.permutation(count)]  # short sums run out, so the first draws have more of them
