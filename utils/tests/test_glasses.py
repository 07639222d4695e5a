"""data.a_glass_of: two words never occur where the others of their kind do, and everywhere else as often."""

from collections import Counter

import numpy as np
from unroll import data

SENTENCES = data.a_glass_of(np.random.default_rng(0), 4000)


def test_the_withheld_rows_never_occur_and_the_others_do():
    after = Counter(tuple(sentence[:-2]) for sentence in SENTENCES)
    assert after["I", "want", "a", "glass", "of", "orange"] > 20
    assert after["I", "want", "a", "glass", "of", "apple"] == 0
    assert after[tuple("I would really like to drive a Tesla".split())] > 20
    assert after[tuple("I would really like to drive a Porsche".split())] == 0


def test_elsewhere_they_are_as_frequent_as_their_kind():
    elsewhere = Counter(word for sentence in SENTENCES if not {"glass", "drive"} & set(sentence) for word in sentence)
    for word, other in (("apple", "orange"), ("Porsche", "Tesla")):
        assert 0.7 < elsewhere[word] / elsewhere[other] < 1.4


def test_as_many_as_asked_for_and_the_same_again():
    assert len(SENTENCES) == 4000
    assert data.a_glass_of(np.random.default_rng(0), 10) == SENTENCES[:10]
