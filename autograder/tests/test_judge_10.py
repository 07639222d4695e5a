"""The judge of assignment 10: BLEU is sacrebleu's, and a beam that is wide enough is an exhaustive search."""

import logging
import random
from functools import partial
from itertools import product, zip_longest
from pathlib import Path

import numpy as np
import pytest
import sacrebleu
from autograder.judging.judge import load_judge
from hypothesis import example, given, settings
from hypothesis import strategies as st
from unroll.checks.functions import wandering_words

pytestmark = pytest.mark.slow
SENTENCES = st.lists(st.integers(1, 4), max_size=8)
CORPORA = st.lists(st.tuples(SENTENCES, st.lists(SENTENCES, min_size=1, max_size=3)), min_size=1, max_size=4)
logging.getLogger("sacrebleu").setLevel(logging.ERROR)  # it warns of texts that look tokenised, which these are


@pytest.fixture(scope="module")
def checks():
    return load_judge(Path(__file__).parents[2] / "judges" / "10_translation_bleu.py").checks


@pytest.fixture(scope="module")
def bleu(checks):
    """The four references, put together as the notebook does."""
    parts = [checks[name].solution for name in ("clipped_counts", "precisions", "brevity_penalty")]
    return lambda corpus, N, smooth: checks["corpus_bleu"].solution(*zip(*corpus, strict=True), N, smooth, *parts)


def by_sacrebleu(corpus, N, smooth):
    def text(ids):
        return " ".join(map(str, ids))

    metric = sacrebleu.BLEU(tokenize="none", smooth_method="exp" if smooth else "none", max_ngram_order=N)
    streams = zip_longest(*(map(text, known) for _, known in corpus))
    return metric.corpus_score([text(candidate) for candidate, _ in corpus], list(streams)).score


def drawn(seed):
    """A corpus whose candidates repeat their references in part, quicker than hypothesis draws one."""
    rng = random.Random(seed)
    corpus = []
    for _ in range(rng.randint(1, 5)):
        known = [rng.choices(range(1, 6), k=rng.randrange(11)) for _ in range(rng.randint(1, 4))]
        corpus.append((known[0][rng.randrange(4) :] + rng.choices(range(1, 6), k=rng.randrange(4)), known))
    return corpus


def test_bleu_is_that_of_sacrebleu_on_two_thousand_corpora(bleu):
    scores = []
    for seed in range(2000):
        corpus, N, smooth = drawn(seed), 1 + seed % 5, seed % 2 == 0
        scores.append(bleu(corpus, N, smooth))
        assert scores[-1] == pytest.approx(by_sacrebleu(corpus, N, smooth), rel=1e-9, abs=1e-9), corpus
    assert sum(0 < score < 100 for score in scores) > 1000


@settings(max_examples=100, deadline=None)
@given(corpus=CORPORA, N=st.integers(1, 5), smooth=st.booleans())
@example(corpus=[([], [[1]])], N=4, smooth=True)
@example(corpus=[([], [[]])], N=1, smooth=False)
@example(corpus=[([1], [[1]])], N=4, smooth=True)
@example(corpus=[([1, 2, 3], [[1, 2], [1, 2, 3, 4]])], N=2, smooth=False)
def test_bleu_is_that_of_sacrebleu_at_the_edges(bleu, corpus, N, smooth):
    assert bleu(corpus, N, smooth) == pytest.approx(by_sacrebleu(corpus, N, smooth), rel=1e-9, abs=1e-9)


def all_texts(V, T, eos):
    """Every text of at most T words, which ends with its first eos or with its last word."""
    for ids in product(range(V), repeat=T):
        if eos not in ids[:-1]:
            yield ids
    for length in range(1, T):
        yield from ((*ids, eos) for ids in product([i for i in range(V) if i != eos], repeat=length - 1))


def exhaustive(state, eos, T, alpha):
    scores = {}
    for ids in all_texts(len(state), T, eos):
        s, word, log_P = state, eos, 0.0
        for i in ids:
            log_p, s = wandering_words(s, word)
            log_P, word = log_P + log_p[i], i
        scores[ids] = log_P / len(ids) ** alpha
    return max(scores.items(), key=lambda one: one[1])


def test_a_wide_beam_finds_the_best_of_all(checks):
    beam_search, rng = partial(checks["beam_search"].solution, wandering_words), np.random.default_rng(0)
    missed = 0
    for _ in range(40):
        state, eos, alpha = 2 * rng.normal(size=3), int(rng.integers(3)), rng.uniform(0, 1.5)
        best, score = exhaustive(state, eos, 4, alpha)
        ids, found = beam_search(state, eos, 4, 3**4, alpha)
        assert (ids[: len(best)].tolist(), found) == (list(best), pytest.approx(score))
        missed += beam_search(state, eos, 4, 1, alpha)[1] < score - 1e-9
    assert 0 < missed < 40
