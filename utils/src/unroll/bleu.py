"""Scores of translations: BLEU over words and chrF over characters, as sacrebleu computes them.

Sentences are lists of tokens, split by the caller. Scores run from 0 to 100, as they are published.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import chain
from math import exp, log
from typing import NamedTuple

Sentence = Sequence[str]


class Bleu(NamedTuple):
    """BLEU of a corpus, and the counts that it follows from."""

    score: float
    matched: tuple[int, ...]
    total: tuple[int, ...]
    brevity_penalty: float
    length: int
    reference_length: int


def ngrams(tokens: Sentence, n: int) -> Counter[tuple[str, ...]]:
    """Count the runs of n neighbouring tokens.

    Parameters
    ----------
    tokens
        A list of words. A string is a list of characters.
    n
        Length of a run.

    Returns
    -------
    Counter
        From a tuple of n tokens to how often it occurs; empty if there are fewer than n tokens.

    Examples
    --------
    >>> ngrams("the cat the cat".split(), 2)
    Counter({('the', 'cat'): 2, ('cat', 'the'): 1})
    """
    return Counter(zip(*(tokens[start:] for start in range(n)), strict=False))


def clipped_counts(candidate: Sentence, references: Sequence[Sentence], n: int) -> tuple[int, int]:
    """Count a candidate's n-grams, and those of them that its references account for (Papineni et al., 2002, section 2.1).

    An n-gram counts as matched at most as often as it occurs in the one reference that has it most often.

    Parameters
    ----------
    candidate
        The sentence to judge.
    references
        One or more right translations.
    n
        1 for words, 2 for pairs of words, and so on.

    Returns
    -------
    matched, total : int
        The modified precision is ``matched / total``.

    Examples
    --------
    >>> references = ["the cat is on the mat".split(), "there is a cat on the mat".split()]
    >>> clipped_counts(["the"] * 7, references, 1)
    (2, 7)
    """
    most: Counter[tuple[str, ...]] = Counter()
    for reference in references:
        most |= ngrams(reference, n)
    return (ngrams(candidate, n) & most).total(), max(len(candidate) - n + 1, 0)


def closest_length(length: int, reference_lengths: Sequence[int]) -> int:
    """Choose the reference length that is closest to a candidate's; of two that are equally close, the shorter one.

    Parameters
    ----------
    length
        Tokens of the candidate.
    reference_lengths
        Tokens of each reference.

    Returns
    -------
    int

    Examples
    --------
    >>> closest_length(6, [9, 7, 5])
    5
    """
    return min(reference_lengths, key=lambda reference: (abs(reference - length), reference))


def brevity_penalty(length: int, reference_length: int) -> float:
    """Compute the factor for a candidate that is too short: ``exp(1 - r / c)``, and 1 where c is at least r.

    Papineni et al. (2002), section 2.2.2.

    Parameters
    ----------
    length, reference_length
        c and r: the tokens of all candidates, and those of the closest reference of each.

    Returns
    -------
    float
        From 0 to 1; it is 0 for an empty candidate.

    Examples
    --------
    >>> round(brevity_penalty(9, 12), 3), brevity_penalty(12, 9)
    (0.717, 1.0)
    """
    if length >= reference_length:
        return 1.0
    return exp(1 - reference_length / length) if length else 0.0


def corpus_bleu(
    candidates: Sequence[Sentence], references: Sequence[Sequence[Sentence]], *, order: int = 4, smooth: bool = False
) -> Bleu:
    """Compute the BLEU score of a corpus: the brevity penalty times the geometric mean of the modified precisions.

    Counts and lengths are added up over all sentences before anything is divided. Papineni et al., *BLEU: a method for
    automatic evaluation of machine translation* (2002). The score is that of sacrebleu 2.6 without tokenisation, with
    ``smooth_method="exp"`` if `smooth` is true and ``smooth_method="none"`` if it is not.

    Parameters
    ----------
    candidates
        m sentences to judge.
    references
        For each of them one or more right translations. Their numbers may differ.
    order
        Length of the longest n-grams.
    smooth
        Put 1/2, 1/4, 1/8, … of a match where an order has none, in turn (method 3 of Chen and Cherry, 2014). It does not help a
        corpus without any match, or without any n-gram of one of the orders: its score is 0 in any case.

    Returns
    -------
    Bleu
        The score, and for n = 1 … order the matched n-grams and all n-grams; the penalty, and the lengths c and r it follows from.

    Raises
    ------
    ValueError
        If there are not as many lists of references as candidates, or one of them is empty.

    Examples
    --------
    >>> found = corpus_bleu(["the cat is on a mat".split()], [["the cat is on the mat".split()]])
    >>> found.matched, found.total, round(found.score, 1)
    ((5, 3, 2, 1), (6, 5, 4, 3), 53.7)
    """
    _check(candidates, references)
    length = sum(map(len, candidates))
    reference_length = sum(
        closest_length(len(candidate), [len(reference) for reference in known])
        for candidate, known in zip(candidates, references, strict=True)
    )
    penalty = brevity_penalty(length, reference_length)
    matched, total = [0] * order, [0] * order
    for candidate, known in zip(candidates, references, strict=True):
        for n in range(order):
            found, there = clipped_counts(candidate, known, n + 1)
            matched[n] += found
            total[n] += there
    score = 100 * penalty * _geometric_mean(matched, total, smooth)
    return Bleu(score, tuple(matched), tuple(total), penalty, length, reference_length)


def corpus_chrf(
    candidates: Sequence[Sentence], references: Sequence[Sequence[Sentence]], *, order: int = 6, beta: float = 2
) -> float:
    """Compute the chrF score of a corpus: an F-score over n-grams of characters, from 1 to `order`, without spaces.

    Precision and recall are averaged over the orders, and recall weighs beta times as much. Of several references a
    sentence is compared with the one that it is closest to. Popović, *chrF: character n-gram F-score for automatic MT
    evaluation* (2015). The score is that of sacrebleu 2.6, which calls this chrF2.

    Parameters
    ----------
    candidates, references
        As for `corpus_bleu`.
    order
        Length of the longest n-grams.
    beta
        Weight of recall against precision.

    Returns
    -------
    float
        From 0 to 100.

    Raises
    ------
    ValueError
        As for `corpus_bleu`.

    Examples
    --------
    >>> round(corpus_chrf(["the cats sat".split()], [["the cat sits".split()]]), 1)
    61.1
    """
    _check(candidates, references)
    sums = [[0, 0, 0] for _ in range(order)]
    for candidate, known in zip(candidates, references, strict=True):
        counts = max(
            (_character_counts(candidate, reference, order) for reference in known), key=lambda one: _f_score(one, beta)
        )
        sums = [[before + here for before, here in zip(*pair, strict=True)] for pair in zip(sums, counts, strict=True)]
    return 100 * _f_score(sums, beta)


def _check(candidates, references) -> None:
    if len(candidates) != len(references):
        raise ValueError(f"There are {len(candidates)} candidates and references for {len(references)}.")
    for number, known in enumerate(references):
        if not known:
            raise ValueError(f"Sentence {number} has no reference.")


def _geometric_mean(matched: Sequence[int], total: Sequence[int], smooth: bool) -> float:
    if not any(matched) or not all(total):
        return 0.0
    precisions, part = [], 1.0
    for found, there in zip(matched, total, strict=True):
        if not found:
            part /= 2
        precisions.append((found or smooth * part) / there)
    return exp(sum(map(log, precisions)) / len(precisions)) if all(precisions) else 0.0


def _character_counts(candidate: Sentence, reference: Sentence, order: int) -> list[list[int]]:
    """For each order the n-grams of the candidate, those of the reference, and those that both have."""
    counts = []
    for n in range(1, order + 1):
        ours, theirs = (ngrams("".join(chain.from_iterable(words)), n) for words in (candidate, reference))
        judged = ours.total() if theirs else 0  # a reference shorter than n has no say, as in sacrebleu
        counts.append([judged, theirs.total(), (ours & theirs).total()])
    return counts


def _f_score(counts: Sequence[Sequence[int]], beta: float) -> float:
    """Over the orders that both sides have n-grams of."""
    usable = [(both / ours, both / theirs) for ours, theirs, both in counts if ours and theirs]
    if not any(precision for precision, _ in usable):
        return 0.0
    precision, recall = (sum(column) / len(usable) for column in zip(*usable, strict=True))
    return (1 + beta**2) * precision * recall / (beta**2 * precision + recall)
