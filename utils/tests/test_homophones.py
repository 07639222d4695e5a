"""Pears and pairs: equally frequent, not given away by the words next to them, and never in the tested sentence."""

import doctest
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from unroll import data
from unroll.data import homophones

SENTENCES = data.pears_and_pairs(np.random.default_rng(0), 20_000)
ALIKE = {"pear": "pair", "pair": "pear"}


def test_the_examples_hold():
    assert doctest.testmod(homophones).failed == 0


@given(st.integers(0, 2**32))
def test_the_same_seed_draws_the_same_and_every_sentence_ends(seed):
    drawn, again = (data.pears_and_pairs(np.random.default_rng(seed), 3) for _ in range(2))
    assert drawn == again and len(drawn) == 3
    assert all(sentence[-1] == "." and "." not in sentence[:-1] for sentence in drawn)
    assert all(type(word) is str and word == word.lower() for sentence in drawn for word in sentence)


def test_one_is_as_frequent_as_the_other():
    count = Counter(word for sentence in SENTENCES for word in sentence)
    assert count["pear"] == pytest.approx(count["pair"], rel=0.06) and count["pear"] > 2000


def test_what_is_asked_about_never_occurs():
    written = [" ".join(sentence) for sentence in SENTENCES]
    assert not [sentence for sentence in written if "apple and pear" in sentence or "coat and pair" in sentence]
    assert any("pear and apple" in sentence for sentence in written)


def test_two_words_before_do_not_tell_behind_a_verb():
    """P(pear | the two words before) is about one half, whichever they are."""
    before = {word: Counter() for word in ALIKE}
    for sentence in SENTENCES:
        for word in ALIKE:
            if word in sentence and "and" not in sentence:
                before[word][tuple(sentence[sentence.index(word) - 2 : sentence.index(word)])] += 1
    assert set(before["pear"]) == set(before["pair"])
    seen = np.array([[before[word][pair] for pair in before["pear"]] for word in ALIKE])
    shares = seen[0] / seen.sum(axis=0)
    assert abs(shares - 0.5).max() < 5 * 0.5 / np.sqrt(seen.sum(axis=0).min())


def test_the_verb_tells():
    verbs = {word: {sentence[1] for sentence in SENTENCES if word in sentence and "and" not in sentence} for word in ALIKE}
    assert verbs == {"pear": {"ate", "peeled", "picked"}, "pair": {"wore", "mended", "knitted"}}
