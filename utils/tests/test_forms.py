"""What is read off a word's form."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from unroll.forms import capitals, ending, spell
from unroll.text import Vocabulary

WRITTEN = ("lower", "Capital", "CAPITALS", "miXed", "digits", "mark")


@given(st.text(min_size=1, max_size=8))
def test_every_word_is_written_in_one_of_six_ways(word):
    assert capitals(word) in WRITTEN


@pytest.mark.parametrize(
    ("word", "how"),
    [
        ("O'Brien", "miXed"),
        ("don't", "lower"),
        ("U2", "Capital"),
        ("IBM's", "miXed"),
        ("3rd", "lower"),
        ("...", "mark"),
        ("٣", "digits"),
        ("Élan", "Capital"),
    ],
)
def test_words_with_marks_and_digits(word, how):
    assert capitals(word) == how


def test_an_ending_is_lower_case():
    assert [ending(word) for word in ("ASHTON", "a", "")] == ["ton", "a", ""]


def test_the_last_letters_of_a_long_word_are_kept():
    spelled = spell([["abcdef", "a"], ["b"]], Vocabulary("abcdef"), longest=3)
    assert spelled.shape == (2, 2, 3)
    np.testing.assert_array_equal(spelled[0], [[6, 7, 8], [3, 0, 0]])
    np.testing.assert_array_equal(spelled[1], [[4, 0, 0], [0, 0, 0]])
