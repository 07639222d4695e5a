"""unroll.bleu: BLEU and chrF beside sacrebleu's, and by hand where the papers have an example."""

import logging
import random
from fractions import Fraction
from itertools import zip_longest
from math import exp

import pytest
import sacrebleu
from hypothesis import example, given, settings
from hypothesis import strategies as st
from unroll.bleu import brevity_penalty, clipped_counts, closest_length, corpus_bleu, corpus_chrf, ngrams

MAT = ["the cat is on the mat".split(), "there is a cat on the mat".split()]
WORDS = st.lists(st.sampled_from(["a", "b", "c", "the", "cats"]), max_size=9)
CORPORA = st.lists(st.tuples(WORDS, st.lists(WORDS, min_size=1, max_size=3)), min_size=1, max_size=4)
logging.getLogger("sacrebleu").setLevel(logging.ERROR)  # it warns of texts that look tokenised, which these are


def draw(seed: int) -> list[tuple[list[str], list[list[str]]]]:
    """A corpus as `CORPORA` draws them, quicker. Candidates repeat references in part, so that long n-grams match."""
    rng = random.Random(seed)

    def sentence(near=()):
        return [*near[rng.randrange(4) :], *rng.choices(["a", "b", "c", "the", "cats"], k=rng.randrange(10))]

    corpus = []
    for _ in range(rng.randint(1, 5)):
        references = [sentence() for _ in range(rng.randint(1, 4))]
        corpus.append((sentence(near=references[0]) if rng.random() < 0.8 else [], references))
    return corpus


def by_sacrebleu(metric, corpus):
    streams = zip_longest(*([" ".join(words) for words in references] for _, references in corpus))
    return metric.corpus_score([" ".join(candidate) for candidate, _ in corpus], list(streams))


def compare_bleu(corpus, smooth, order):
    metric = sacrebleu.BLEU(tokenize="none", smooth_method="exp" if smooth else "none", max_ngram_order=order)
    theirs = by_sacrebleu(metric, corpus)
    ours = corpus_bleu(*zip(*corpus, strict=True), order=order, smooth=smooth)
    assert ours.score == pytest.approx(theirs.score, rel=1e-9, abs=1e-9)
    assert (list(ours.matched), list(ours.total)) == (theirs.counts, theirs.totals)
    assert ours[3:] == pytest.approx((theirs.bp, theirs.sys_len, theirs.ref_len), rel=1e-12)
    return ours.score


def compare_chrf(corpus, order, beta):
    theirs = by_sacrebleu(sacrebleu.CHRF(char_order=order, beta=beta), corpus).score
    assert corpus_chrf(*zip(*corpus, strict=True), order=order, beta=beta) == pytest.approx(theirs, rel=1e-9, abs=1e-9)


def test_bleu_is_that_of_sacrebleu_on_two_thousand_corpora():
    scores = [compare_bleu(draw(seed), smooth=seed % 2 == 0, order=1 + seed % 5) for seed in range(2000)]
    assert sum(0 < score < 100 for score in scores) > 1000


def test_chrf_is_that_of_sacrebleu_on_five_hundred_corpora():
    for seed in range(500):
        compare_chrf(draw(seed), order=1 + seed % 6, beta=1 + seed % 3)


@settings(max_examples=60, deadline=None)
@given(CORPORA, st.booleans(), st.integers(1, 5))
@example([([], [["a"]])], True, 4)
@example([(["a"], [["a"]])], True, 4)
@example([(["a", "b", "c", "the"], [["c", "a"], ["b", "a", "cats"]])], True, 4)
@example([(["a", "b", "c"], [["a", "b"], ["a", "b", "c", "cats"]])], False, 2)
@example([(["a"], [[]])], True, 1)
def test_bleu_is_that_of_sacrebleu_at_the_edges(corpus, smooth, order):
    compare_bleu(corpus, smooth, order)
    compare_chrf(corpus, order, beta=2)


@pytest.mark.parametrize(
    ("candidate", "n", "precision"),
    [
        ("the the the the the the the", 1, Fraction(2, 7)),
        ("the cat the cat on the mat", 1, Fraction(5, 7)),
        ("the cat the cat on the mat", 2, Fraction(4, 6)),
    ],
)
def test_the_examples_of_the_deck(candidate, n, precision):
    assert Fraction(*clipped_counts(candidate.split(), MAT, n)) == precision


def test_a_reference_counts_with_its_most_occurrences_and_not_with_the_sum():
    assert clipped_counts(["the"] * 7, [["the", "the"], ["the", "cat"]], 1) == (2, 7)


def test_lengths_are_added_up_before_the_penalty_and_the_closest_counts():
    found = corpus_bleu([["a"] * 3, ["a"] * 6], [[["a"] * 2, ["a"] * 4], [["a"] * 9, ["a"] * 12]], order=1)
    assert (found.length, found.reference_length) == (9, 2 + 9)
    assert found.brevity_penalty == pytest.approx(exp(1 - 11 / 9))
    assert closest_length(5, [7, 3, 9]) == 3


def test_what_is_too_short_or_empty():
    assert ngrams(["a", "b"], 3) == {}
    assert (brevity_penalty(0, 5), brevity_penalty(0, 0), brevity_penalty(5, 5)) == (0, 1, 1)
    assert corpus_bleu([[]], [MAT]).score == 0
    assert corpus_chrf([[]], [MAT]) == 0


def test_a_corpus_that_does_not_fit_is_an_error():
    with pytest.raises(ValueError, match="2 candidates and references for 1"):
        corpus_bleu([["a"], ["b"]], [[["a"]]])
    with pytest.raises(ValueError, match="Sentence 1 has no reference"):
        corpus_chrf([["a"], ["b"]], [[["a"]], []])
