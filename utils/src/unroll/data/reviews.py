"""Reviews of a meal in which the order of the words decides: negation and contrast."""

import numpy as np

from unroll.data.picking import pick

_PARTS = "food service dessert soup coffee bread ambience waiter menu wine music terrace".split()
_MASS = "taste service style care ambience flavour comfort charm".split()
_GOOD = "good excellent friendly fresh warm charming generous tasty lovely quick".split()
_BAD = "bad slow cold bland rude noisy stale greasy dreadful salty".split()
_VERY = ("", "", "very", "quite", "really", "so")
_AFTERTHOUGHT = ("", "", "", "on monday", "as always", "this time", "for lunch")

# PRAISE is a word of praise and BLAME its opposite where the review is positive; where it is negative they change places.
_PLAIN = ("the PART was VERY PRAISE", "the PART and the PART were PRAISE", "what a PRAISE PART", "PRAISE PART , PRAISE PART")
_NEGATED = (
    "the PART was not BLAME at all",
    "nothing about the PART was BLAME",
    "the PART was never BLAME",
    "far from BLAME , this PART",
    "the PART was PRAISE , not BLAME",
    "not BLAME but PRAISE was the PART",
    "completely lacking in BLAME MASS , BLAME MASS , and BLAME MASS",
    "the PART was lacking in BLAME MASS",
    "certainly no lack of PRAISE MASS , PRAISE MASS , and PRAISE MASS",
    "no lack of PRAISE MASS",
)
_CONTRASTED = (
    "the PART was BLAME , but the PART was PRAISE",
    "although the PART was BLAME , the PART was PRAISE",
    "the PART was VERY PRAISE although the PART was BLAME",
    "BLAME PART , but PRAISE PART",
    "despite the BLAME PART , a PRAISE PART",
)
KINDS = ("plain", "negation", "contrast")


def opinions(
    rng: np.random.Generator, count: int, kind: str | None = None, mislabelled: float = 0.0
) -> tuple[list[list[str]], np.ndarray, np.ndarray]:
    """Draw reviews such as "the soup was cold , but the waiter was friendly ." that are positive or negative.

    Half of the reviews of each kind are positive. In a ``plain`` one all words point one way. In ``negation`` a word is turned
    round by "not", "never", "nothing", "far from" or "lacking in". In ``contrast`` two clauses disagree, and the one after
    "but", or the one without "although" and "despite", decides; for each of these reviews the same words in another order
    make one of the other label.

    Parameters
    ----------
    rng
        A NumPy random generator.
    count
        How many reviews.
    kind
        One of the three. None draws each kind with the same chance.
    mislabelled
        The share of the reviews that get the wrong label.

    Returns
    -------
    reviews : list of list of str
        In lower case.
    positive : numpy.ndarray of int, shape (count,)
    kinds : numpy.ndarray of str, shape (count,)

    Raises
    ------
    ValueError
        If there is no such kind.

    Examples
    --------
    >>> reviews, positive, kinds = opinions(np.random.default_rng(3), count=1)
    >>> " ".join(reviews[0]), int(positive[0]), str(kinds[0])
    ('the dessert was lovely for lunch .', 1, 'plain')
    """
    if kind not in (None, *KINDS):
        raise ValueError(f"A review's kind is one of {', '.join(KINDS)}, not {kind!r}.")
    positive = rng.integers(2, size=count)
    kinds = rng.choice(KINDS, size=count) if kind is None else np.full(count, kind)
    reviews = [_review(rng, str(one), int(label)) for one, label in zip(kinds, positive, strict=True)]
    return reviews, np.where(rng.random(count) < mislabelled, 1 - positive, positive), kinds


def _review(rng: np.random.Generator, kind: str, label: int) -> list[str]:
    form = pick(rng, {"plain": _PLAIN, "negation": _NEGATED, "contrast": _CONTRASTED}[kind])
    praise, blame = (_GOOD, _BAD) if label else (_BAD, _GOOD)
    options = {"PART": _PARTS, "MASS": _MASS, "PRAISE": praise, "BLAME": blame, "VERY": _VERY}
    words = [pick(rng, options[slot]) if slot in options else slot for slot in form.split()]
    return [word for word in (*words, *pick(rng, _AFTERTHOUGHT).split(), ".") if word]
