"""data.strands: labels follow the two signals; data.clips: pairs of activities differ in order alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from unroll import data
from unroll.data.clips import ACTIVITIES


@given(seed=st.integers(0, 2**32), T=st.integers(12, 90))
def test_letters_from_one_signal_to_the_other_are_the_region(seed, T):
    drawn, labels = data.strands(np.random.default_rng(seed), 4, T)
    for strand, row in zip(drawn, labels, strict=True):
        assert len(strand) == T and set(strand) <= set("ACGT")
        start, end = strand.find("CCCC"), strand.find("AACT") + 4
        inside = "".join(letter for letter, label in zip(strand, row, strict=True) if label)
        assert inside == (strand[start:end] if 0 <= start < end - 4 else "")


def test_all_kinds_of_strands_occur_and_signals_only_once():
    drawn, labels = data.strands(np.random.default_rng(0), 1200)
    both, start_alone, end_alone = (
        np.mean([("CCCC" in strand) == first and ("AACT" in strand) == last for strand in drawn])
        for first, last in ((True, True), (True, False), (False, True))
    )
    assert (both, start_alone, end_alone) == pytest.approx((4 / 6, 1 / 6, 1 / 6), abs=0.05)
    assert labels.any(axis=1).mean() == pytest.approx(0.5, abs=0.05)
    assert max(max(strand.count("CCCC"), strand.count("AACT")) for strand in drawn) == 1
    assert not any("CCCCC" in strand for strand in drawn)


def test_a_strand_too_short_for_its_signals_is_an_error():
    with pytest.raises(ValueError, match="need 12 letters, not 11"):
        data.strands(np.random.default_rng(0), 1, T=11)


def test_an_activity_played_backward_is_its_partner():
    films, activity = data.clips(np.random.default_rng(0), 3000)
    figure = (films > 0.7).astype(float)
    middle = (figure * np.arange(24)).sum(axis=(2, 3)) / figure.sum(axis=(2, 3))
    drift = {
        name: (middle[activity == number, -1] - middle[activity == number, 0]).mean() for number, name in enumerate(ACTIVITIES)
    }
    assert drift["running"] > 2 and drift["running backward"] < -2
    assert all(abs(drift[name]) < 1 for name in ("sitting down", "getting up", "jumping", "stretching"))
    height = films[:, :, 6].sum(axis=2)  # the row of the head of one who stands
    first, last = height[:, 0], height[:, -1]
    sits, rises = activity == ACTIVITIES.index("sitting down"), activity == ACTIVITIES.index("getting up")
    assert first[sits].mean() > last[sits].mean() + 1 and last[rises].mean() > first[rises].mean() + 1


def test_the_frames_of_partners_are_alike_without_their_order():
    films, activity = data.clips(np.random.default_rng(1), 6000)
    for one, other in (("running", "running backward"), ("sitting down", "getting up")):
        mean_one, mean_other = (films[activity == ACTIVITIES.index(name)].mean(axis=(0, 1)) for name in (one, other))
        assert abs(mean_one - mean_other).max() < 0.08


def test_the_same_films_again():
    films, activity = data.clips(np.random.default_rng(2), 10)
    again, same = data.clips(np.random.default_rng(2), 10)
    assert films.shape == (10, 8, 12, 24) and films.dtype == np.float32
    np.testing.assert_array_equal(films, again)
    np.testing.assert_array_equal(activity, same)
