"""Sentences about pears and pairs, which sound alike; the rest of the sentence tells which is meant."""

import numpy as np

from unroll.data.picking import pick

_FRUIT = ("pear", "apple", "plum", "peach", "fig", "lemon")
_CLOTHES = ("pair", "coat", "hat", "scarf", "belt", "shirt")
_VERBS = (("ate", "peeled", "picked"), ("wore", "mended", "knitted"))
_DISHES = ("salad", "tart", "jam")
_SORTS = ("of wool", "of silk", "of leather")
_PEOPLE = ("she", "he", "nobody", "everybody")
_ADJECTIVES = ("old", "small", "green", "soft", "heavy", "lovely")
_PLACES = ("", "on the table", "in the window", "by the door")
_LEFT_OUT = (["apple", "and", "pear"], ["coat", "and", "pair"])


def pears_and_pairs(rng: np.random.Generator, count: int) -> list[list[str]]:
    """Draw sentences such as "the fig and pear tart by the door ." and "she mended the old , green pair .".

    Half are about fruit and half about clothes, and "pear" is as frequent as "pair". Of the words before it, only those
    more than two places back tell which it is. The phrases "apple and pear" and "coat and pair" never occur.

    Parameters
    ----------
    rng
        A NumPy random generator.
    count
        Number of sentences.

    Returns
    -------
    list of list of str
        In lower case, each with a full stop.

    Examples
    --------
    >>> [" ".join(sentence) for sentence in pears_and_pairs(np.random.default_rng(2), count=2)]
    ['he knitted the small hat .', 'she picked the heavy , lovely pear .']
    """
    drawn: list[list[str]] = []
    while len(drawn) < count:
        words = _draw(rng).split()
        if words[1:4] not in _LEFT_OUT:
            drawn.append([*words, "."])
    return drawn


def _draw(rng):
    clothes = rng.integers(2)
    nouns = _CLOTHES if clothes else _FRUIT
    if rng.integers(2):
        first, second = rng.choice(nouns, size=2, replace=False)
        return f"the {first} and {second} {pick(rng, _SORTS if clothes else _DISHES)} {pick(rng, _PLACES)}"
    adjectives = " , ".join(rng.choice(_ADJECTIVES, size=rng.integers(1, 4), replace=False))
    return f"{pick(rng, _PEOPLE)} {pick(rng, _VERBS[clothes])} the {adjectives} {pick(rng, nouns)}"
