"""Sentences about fruit, drinks and vehicles in which two words never occur where others of their kind do."""

import numpy as np

from unroll.data.picking import pick

_KINDS = {
    "FRUIT": ("orange", "apple", "pear", "plum", "cherry", "lemon"),
    "DRINK": ("water", "milk", "tea", "lemonade", "wine", "beer"),
    "CAR": ("Tesla", "Porsche", "Volvo", "Fiat", "Skoda", "Toyota"),
    "LORRY": ("bus", "lorry", "tractor", "tram", "ambulance", "van"),
}
_FRAMES = (
    "I want a glass of FRUIT juice .",
    "she peeled a ripe FRUIT .",
    "the FRUIT fell from the tree .",
    "I want a glass of DRINK , please .",
    "she poured the DRINK into a cup .",
    "the DRINK is still cold .",
    "I would really like to drive a CAR car .",
    "he sold his CAR to a friend .",
    "the CAR won the race .",
    "I would really like to drive a LORRY once .",
    "they painted the LORRY green .",
    "the LORRY is late again .",
)
_WITHHELD = (("glass", "apple"), ("drive", "Porsche"))


def a_glass_of(rng: np.random.Generator, count: int) -> list[list[str]]:
    """Draw sentences such as "I want a glass of orange juice ." and "I would really like to drive a Tesla car ."

    "apple" never follows "a glass of", and "Porsche" never follows "drive a"; in all other sentences they occur as often as
    the other fruit and the other cars.

    Parameters
    ----------
    rng
        A NumPy random generator.
    count
        Number of sentences.

    Returns
    -------
    list of list of str

    Examples
    --------
    >>> " ".join(a_glass_of(np.random.default_rng(3), 1)[0])
    'I would really like to drive a bus once .'
    """
    sentences: list[list[str]] = []
    while len(sentences) < count:
        words = [pick(rng, _KINDS[word]) if word in _KINDS else word for word in pick(rng, _FRAMES).split()]
        if not any(place in words and word in words for place, word in _WITHHELD):
            sentences.append(words)
    return sentences
