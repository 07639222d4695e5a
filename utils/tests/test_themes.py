"""The themed language: two words of a group hardly ever meet, and what one meets the other meets too."""

import doctest

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from unroll import data
from unroll.data import themes

TEXT, WORDS, GROUP = data.themed_text(np.random.default_rng(0), 20_000)


def meetings() -> np.ndarray:
    """How often two ids stand in one sentence."""
    present = np.zeros((len(TEXT), len(WORDS)))
    np.put_along_axis(present, TEXT, 1, axis=1)
    return present.T @ present


def test_the_examples_hold():
    assert doctest.testmod(themes).failed == 0


@given(st.integers(0, 2**32))
def test_the_same_seed_draws_the_same(seed):
    (text, words, group), (again, *_) = (data.themed_text(np.random.default_rng(seed), 3) for _ in range(2))
    assert np.array_equal(text, again) and text.shape == (3, 9)
    assert len(words) == len(group) == len(set(words)) and text.min() > 0 and text.max() < len(words)
    assert words[0] == "" and group[0] == -1 and [*np.bincount(group[group >= 0])] == [6] * 16


def test_seeds_give_words_other_ids():
    assert data.themed_text(np.random.default_rng(1), 1)[1] != data.themed_text(np.random.default_rng(2), 1)[1]


def test_every_word_occurs():
    assert (np.bincount(TEXT.ravel(), minlength=len(WORDS))[1:] > 50).all()


def test_a_group_keeps_the_same_company_and_not_its_own():
    together = meetings() * (1 - np.eye(len(WORDS)))
    members = np.equal.outer(np.arange(16), GROUP).astype(float)
    of_group = members @ together @ members.T
    within, partners = np.diag(of_group) / 2, of_group[np.arange(16), (np.arange(16) + 8) % 16]
    assert (within < 0.03 * partners).all()
    for i in range(16):
        others = np.delete(of_group[i], [i, (i + 8) % 16])
        assert others.max() < 0.06 * partners[i]


def test_a_deed_stands_at_most_four_words_behind_its_thing():
    thing = np.isin(GROUP[TEXT], range(8)).argmax(axis=1)
    partner = GROUP[TEXT[np.arange(len(TEXT)), thing]] + 8
    gaps = (GROUP[TEXT] == partner[:, None]).argmax(axis=1) - thing
    assert gaps.min() == 1 and gaps.max() == 4
