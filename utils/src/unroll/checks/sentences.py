"""Sentences with places to fill, so that a page in another language can find them again in what was recorded in English."""

from collections.abc import Iterable


def said(sentence: str, **values: object) -> str:
    """A sentence with its places filled. Translators' tools collect the sentences from the calls of this function.

    Examples
    --------
    >>> said("shape %(given)s, expected %(wanted)s", given=(2,), wanted=(3,))
    'shape (2,), expected (3,)'
    """
    return sentence % values


def joined(sentences: Iterable[str]) -> str:
    """Several sentences as one; none is empty.

    Examples
    --------
    >>> joined(["dx: shape (2,)", "dy: shape (3,)"]), joined([])
    ('dx: shape (2,); dy: shape (3,)', '')
    """
    first, *others = [*sentences] or [""]
    return said("%(one)s; %(other)s", one=first, other="; ".join(others)) if others else first


def about(name: str, what: str) -> str:
    """What is said of something, after its name.

    Examples
    --------
    >>> about("dx", "returns None")
    'dx: returns None'
    """
    return said("%(name)s: %(what)s", name=name, what=what)
