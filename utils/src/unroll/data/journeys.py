"""French sentences with every English translation that a translator could write, and how often one does."""

from itertools import product
from typing import NamedTuple

import numpy as np

from unroll.data.picking import pick

# fmt: off
_WHO = (  # French, English, more than one
    ("Jane", "Jane", False), ("Paul", "Paul", False), ("ma sœur", "my sister", False), ("mon frère", "my brother", False),
    ("le vieux professeur", "the old teacher", False), ("la petite fille", "the little girl", False),
    ("mes amis", "my friends", True), ("nos voisins", "our neighbours", True), ("les enfants", "the children", True),
)
_DOES = (  # French with one subject and with more, English
    ("visite", "visitent", "visit", "visiting"), ("dessine", "dessinent", "draw", "drawing"),
    ("admire", "admirent", "admire", "admiring"), ("décrit", "décrivent", "describe", "describing"),
    ("peint", "peignent", "paint", "painting"), ("cherche", "cherchent", "look for", "looking for"),
    ("photographie", "photographient", "photograph", "photographing"),
)
_PLACES = (("l' Afrique", "Africa"), ("le Portugal", "Portugal"), ("l' Italie", "Italy"), ("la Suisse", "Switzerland"))
_THINGS = (  # French, English, feminine
    ("maison", "house", True), ("ville", "town", True), ("tour", "tower", True), ("rue", "street", True),
    ("jardin", "garden", False), ("pont", "bridge", False), ("musée", "museum", False), ("lac", "lake", False),
)
_QUALITIES = (  # masculine, feminine, English, before the noun
    ("vieux", "vieille", "old", True), ("petit", "petite", "small", True), ("grand", "grande", "large", True),
    ("rouge", "rouge", "red", False), ("vert", "verte", "green", False), ("blanc", "blanche", "white", False),
    ("célèbre", "célèbre", "famous", False), ("tranquille", "tranquille", "quiet", False),
)
_WHEN = (
    ("en septembre", "September"), ("en janvier", "January"), ("en mai", "May"), ("en juillet", "July"),
    ("en été", "summer"), ("en hiver", "winter"), ("au printemps", "spring"), ("en automne", "autumn"),
)
_TENSES = (
    ("BE DOING", 0.32), ("BE going to DO", 0.18), ("BE going to be DOING", 0.15), ("BE going off to DO", 0.13), ("will DO", 0.22),
)
_ORDERS = (
    ("WHO DO_IT WHAT .", 0.28), ("in WHEN , WHO DO_IT WHAT .", 0.06), ("WHO DO_IT WHAT in WHEN .", 0.22),
    ("WHO DO_IT WHAT this WHEN .", 0.16), ("WHO DO_IT WHAT during WHEN .", 0.14), ("WHO DO_IT WHAT come WHEN .", 0.14),
)
# fmt: on
_JANE = (_WHO[0], _DOES[0], _PLACES[0], _WHEN[0])


class Journey(NamedTuple):
    """A French sentence, and the probability of each of its English translations."""

    french: tuple[str, ...]
    translations: dict[tuple[str, ...], float]


def journeys(rng: np.random.Generator, count: int) -> list[Journey]:
    """Draw distinct French sentences such as "mes amis dessinent une maison rouge en hiver ." with all their translations.

    A translator chooses one of five tenses and one of six orders, each with a fixed probability, whatever the other
    choice and the sentence. One order leaves out when it happens.

    Parameters
    ----------
    rng
        A NumPy random generator.
    count
        Number of sentences; the grammar has about 149,000.

    Returns
    -------
    list of Journey
        Each with 30 translations, whose probabilities add up to 1. Jane's journey to Africa is not among them.

    Examples
    --------
    >>> one = journeys(np.random.default_rng(2), 2)[1]
    >>> " ".join(one.french), len(one.translations)
    ('mes amis photographient une grande maison en janvier .', 30)
    """
    found: dict[tuple[str, ...], Journey] = {}
    while len(found) < count:
        parts = (pick(rng, _WHO), pick(rng, _DOES), _object(rng), pick(rng, _WHEN))
        one = _journey(*parts, first=rng.random() < 0.3)
        if parts != _JANE:
            found.setdefault(one.french, one)
    return list(found.values())


def jane() -> Journey:
    """Give the sentence "Jane visite l' Afrique en septembre ." with its translations, as `journeys` gives others.

    Returns
    -------
    Journey

    Examples
    --------
    >>> likeliest = max(jane().translations.items(), key=lambda one: one[1])
    >>> " ".join(likeliest[0]), round(likeliest[1], 3)
    ('Jane is visiting Africa .', 0.09)
    """
    return _journey(*_JANE, first=False)


def _object(rng: np.random.Generator) -> tuple[str, str]:
    """A country, or a thing with or without a quality."""
    if rng.random() < 0.2:
        return pick(rng, _PLACES)
    noun, thing, feminine = pick(rng, _THINGS)
    definite, with_quality = rng.random(2) < (0.5, 0.7)
    article = ("la" if feminine else "le") if definite else ("une" if feminine else "un")
    if not with_quality:
        return f"{article} {noun}", f"{'the' if definite else 'a'} {thing}"
    quality = pick(rng, _QUALITIES)
    adjective = quality[1] if feminine else quality[0]
    english = f"{'the' if definite else 'an' if quality[2] == 'old' else 'a'} {quality[2]} {thing}"
    return f"{article} {adjective} {noun}" if quality[3] else f"{article} {noun} {adjective}", english


def _journey(who, does, what: tuple[str, str], when: tuple[str, str], *, first: bool) -> Journey:
    clause = f"{who[0]} {does[1] if who[2] else does[0]} {what[0]}"
    french = f"{when[0]} , {clause} ." if first else f"{clause} {when[0]} ."
    translations = {}
    for (tense, share), (order, part) in product(_TENSES, _ORDERS):
        words = {
            "WHO": who[1],
            "BE": "are" if who[2] else "is",
            "DO": does[2],
            "DOING": does[3],
            "WHAT": what[1],
            "WHEN": when[1],
        }
        english = [words.get(word, word) for word in order.replace("DO_IT", tense).split()]
        translations[tuple(" ".join(english).split())] = share * part
    return Journey(tuple(french.split()), translations)
