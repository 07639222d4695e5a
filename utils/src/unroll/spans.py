"""Names in a tagged sentence: spans and their tags in BIO, and precision, recall and F1 over spans."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Span(NamedTuple):
    """A name: its kind, and where it starts and ends in the sentence, as in ``words[start:end]``."""

    kind: str
    start: int
    end: int


class Scores(NamedTuple):
    """How many names there are, were predicted, and were predicted right; and what follows from the three."""

    true: int
    predicted: int
    right: int

    @property
    def precision(self) -> float:
        """The share of the predicted names that are right; 0 if none was predicted."""
        return self.right / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """The share of the names that were found; 0 if there are none."""
        return self.right / self.true if self.true else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; 0 if both are."""
        return 2 * self.right / (self.true + self.predicted) if self.true + self.predicted else 0.0


def spans_of(tags: Iterable[str]) -> list[Span]:
    """Read the names from a sentence's tags.

    A name begins at ``B-`` and goes on over the ``I-`` of its kind that follow. An ``I-`` with no such name before it is
    illegal in BIO; it begins a name as well, as in seqeval and in the script of CoNLL-2000.

    Parameters
    ----------
    tags
        ``O``, or ``B-`` or ``I-`` and a kind, such as ``B-PER``.

    Returns
    -------
    list of Span
        In the order of the sentence.

    Raises
    ------
    ValueError
        If a tag is none of these.

    Examples
    --------
    >>> spans_of(["O", "B-PER", "I-PER", "O", "I-LOC"])
    [Span(kind='PER', start=1, end=3), Span(kind='LOC', start=4, end=5)]
    """
    found: list[Span] = []
    for place, tag in enumerate(tags):
        mark, _, kind = tag.partition("-")
        if tag != "O" and (mark not in ("B", "I") or not kind):
            raise ValueError(f"{tag!r} is no tag in BIO. Known are O, and B- or I- with a kind of name, such as B-PER.")
        if mark == "I" and found and found[-1].kind == kind and found[-1].end == place:
            found[-1] = found[-1]._replace(end=place + 1)
        elif mark != "O":
            found.append(Span(kind, place, place + 1))
    return found


def tags_of(spans: Iterable[Span | tuple[str, int, int]], length: int) -> list[str]:
    """Write names as tags in BIO.

    Parameters
    ----------
    spans
        Each a kind, a start and an end.
    length
        Words in the sentence.

    Returns
    -------
    list of str
        One tag for each word.

    Raises
    ------
    ValueError
        If a span is empty, leaves the sentence, or overlaps another one.

    Examples
    --------
    >>> tags_of([("PER", 1, 3)], length=4)
    ['O', 'B-PER', 'I-PER', 'O']
    """
    tags = ["O"] * length
    for kind, start, end in spans:
        if not 0 <= start < end <= length:
            raise ValueError(f"{kind} from {start} to {end} is no span of a sentence of {length} words.")
        if tags[start:end] != ["O"] * (end - start):
            raise ValueError(f"{kind} from {start} to {end} overlaps another name.")
        tags[start:end] = [f"B-{kind}", *[f"I-{kind}"] * (end - start - 1)]
    return tags


def score_spans(true: Sequence[Iterable[str]], predicted: Sequence[Iterable[str]], kind: str | None = None) -> Scores:
    """Count the names that were found, over all sentences: a name is right if its kind, start and end all are.

    Parameters
    ----------
    true, predicted
        Tags in BIO, a list for each sentence.
    kind
        Count names of this kind alone. None counts all, which is the micro average.

    Returns
    -------
    Scores
        With ``precision``, ``recall`` and ``f1``.

    Raises
    ------
    ValueError
        If there are not as many predicted sentences as true ones.

    Examples
    --------
    >>> scores = score_spans([["B-PER", "I-PER", "O", "B-LOC"]], [["B-PER", "O", "O", "B-LOC"]])
    >>> scores, scores.f1
    (Scores(true=2, predicted=2, right=1), 0.5)
    """
    if len(true) != len(predicted):
        raise ValueError(f"There are {len(true)} sentences with tags and {len(predicted)} with predicted ones.")
    counts = [0, 0, 0]
    for one, other in zip(true, predicted, strict=True):
        there, named = ({span for span in spans_of(tags) if kind in (None, span.kind)} for tags in (one, other))
        for place, names in enumerate((there, named, there & named)):
            counts[place] += len(names)
    return Scores(*counts)
