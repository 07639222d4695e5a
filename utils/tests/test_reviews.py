"""The reviews: labels are balanced in each kind, and in a contrast the order alone decides."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from unroll import data
from unroll.data.reviews import KINDS


@given(seed=st.integers(0, 2**32), kind=st.sampled_from([None, *KINDS]))
def test_reviews_have_words_labels_and_kinds(seed, kind):
    reviews, positive, kinds = data.opinions(np.random.default_rng(seed), 5, kind)
    assert len(reviews) == len(positive) == len(kinds) == 5
    assert all(review[-1] == "." and "" not in review and " ".join(review).islower() for review in reviews)
    assert set(positive) <= {0, 1} and set(kinds) <= ({kind} if kind else set(KINDS))


@pytest.mark.parametrize("kind", KINDS)
def test_half_of_each_kind_is_positive(kind):
    assert abs(data.opinions(np.random.default_rng(0), 4000, kind)[1].mean() - 0.5) < 0.04


def test_a_review_has_one_label():
    reviews, positive, _ = data.opinions(np.random.default_rng(0), 20_000)
    labels: dict[tuple[str, ...], set[int]] = {}
    for review, label in zip(reviews, positive, strict=True):
        labels.setdefault(tuple(review), set()).add(int(label))
    assert all(len(found) == 1 for found in labels.values())


@pytest.mark.parametrize("word", ["not", "never", "nothing", "lacking", "lack", "but", "although", "despite"])
def test_a_word_that_turns_others_is_in_as_many_good_reviews_as_bad_ones(word):
    reviews, positive, _ = data.opinions(np.random.default_rng(0), 20_000)
    assert abs(positive[[word in review for review in reviews]].mean() - 0.5) < 0.06


def test_a_contrast_has_its_opposite_with_the_same_words():
    reviews, positive, _ = data.opinions(np.random.default_rng(0), 20_000, "contrast")
    labels: dict[tuple[str, ...], set[int]] = {}
    for review, label in zip(reviews, positive, strict=True):
        labels.setdefault(tuple(sorted(review)), set()).add(int(label))
    assert sum(len(found) == 2 for found in labels.values()) > 300


def test_the_share_of_wrong_labels_is_what_was_asked_for():
    (reviews, right, _), (same, noisy, _) = (
        data.opinions(np.random.default_rng(0), 5000, mislabelled=share) for share in (0.0, 0.15)
    )
    assert reviews == same
    assert abs(np.mean(right != noisy) - 0.15) < 0.02


def test_a_kind_that_does_not_exist_is_an_error():
    with pytest.raises(ValueError, match="plain, negation, contrast, not 'irony'"):
        data.opinions(np.random.default_rng(0), 1, "irony")
