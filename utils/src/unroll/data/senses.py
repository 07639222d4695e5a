"""Sentences in which one word has two senses; the words before or after it tell which one is meant."""

from typing import NamedTuple

import numpy as np

from unroll.data.picking import pick


class _Word(NamedTuple):
    """What may surround an ambiguous word; in each pair, the first makes it a thing and the second a person or company."""

    before: tuple[tuple[str, ...], tuple[str, ...]]
    after: tuple[tuple[str, ...], tuple[str, ...]]


_WORDS = {
    "Teddy": _Word(
        before=(("cuddle my", "buy a"), ("talk to", "vote for")),
        after=(("bears are on sale", "bears sat in the shop window"), ("Roosevelt was a great President", "called late last night")),
    ),
    "Tesla": _Word(
        before=(("drive a", "rent a"), ("work for", "invest in")),
        after=(
            ("is a unit of magnetic field strength", "coils can be heard from far away"),
            ("is an electric automotive and sustainable energy company", "pays its workers well"),
        ),
    ),
    "Porsche": _Word(
        before=(("drive a", "rent a"), ("work for", "invest in")),
        after=(("keys were found in the snow", "seats are too narrow"), ("is a great company", "pays its workers well")),
    ),
    "cannon": _Word(
        before=(("fire a", "polish the"), ("work for", "write to")),
        after=(
            ("is a very effective weapon", "balls were found in the garden"),
            ("is a great company", "makes cameras and printers"),
        ),
    ),
}  # fmt: skip
_FRAMES = {
    "after": (("He said ,", "She wrote that", "They think", "I heard my sister say that", "On the radio they said that"), ("",)),
    "before": (
        ("I would really like to", "They want to", "My sister hopes to", "One day he will", "She wrote that she had to"),
        ("", "again", "some day", "before the summer is over", "as soon as possible"),
    ),
}  # fmt: skip
_SURNAMES = ("Roosevelt",)


def two_senses(
    rng: np.random.Generator, count: int, hint: str = "after"
) -> tuple[list[list[str]], list[list[int]], np.ndarray]:
    """Draw sentences such as "He said , Teddy Roosevelt was a great President !", in which "Teddy" could also be a bear.

    Each sentence has one of the words Teddy, Tesla, Porsche and cannon. Half the time it means a person or company, half the
    time a thing. Only the words on one side tell which; the other side is drawn independently.

    Parameters
    ----------
    rng
        A NumPy random generator.
    count
        Number of sentences.
    hint
        Where the telling words are: ``"after"`` or ``"before"`` the ambiguous word.

    Returns
    -------
    sentences : list of list of str
    tags : list of list of int
        1 for words that name a person or company, 0 for all others. As long as the sentences.
    places : numpy.ndarray of int, shape (count,)
        Index of the ambiguous word in its sentence.

    Raises
    ------
    ValueError
        If `hint` is neither of the two.

    Examples
    --------
    >>> sentences, tags, places = two_senses(np.random.default_rng(3), count=1)
    >>> " ".join(sentences[0])
    'She wrote that Teddy Roosevelt was a great President .'
    >>> tags[0], places
    ([0, 0, 0, 1, 1, 0, 0, 0, 0, 0], array([3]))
    """
    if hint not in _FRAMES:
        raise ValueError(f"The hint comes 'before' or 'after' the word, not {hint!r}.")
    starts, ends = _FRAMES[hint]
    sentences, tags, places = [], [], []
    for somebody in rng.integers(2, size=count):
        word = pick(rng, tuple(_WORDS))
        told = pick(rng, getattr(_WORDS[word], hint)[somebody])
        left, right = (told, "") if hint == "before" else ("", told)
        head = f"{pick(rng, starts)} {left}".split()
        sentence = [*head, word, *right.split(), *pick(rng, ends).split(), pick(rng, (".", "!"))]
        sentences.append(sentence)
        tags.append([int(token in _SURNAMES or (somebody and token == word)) for token in sentence])
        places.append(len(head))
    return sentences, tags, np.array(places)
