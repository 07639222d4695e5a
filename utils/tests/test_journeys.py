"""data.journeys: French sentences with all their English translations."""

from itertools import pairwise

import numpy as np
import pytest
from unroll import data

DRAWN = data.journeys(np.random.default_rng(0), 2000)
FEMININE = {"maison", "ville", "tour", "rue"}
MASCULINE = {"jardin", "pont", "musée", "lac"}


def test_sentences_are_distinct_and_the_same_again_and_never_janes():
    assert len({one.french for one in DRAWN}) == 2000
    assert data.journeys(np.random.default_rng(0), 2000) == DRAWN
    jane = data.jane()
    assert " ".join(jane.french) == "Jane visite l' Afrique en septembre ."
    assert jane.translations[tuple("Jane is visiting Africa in September .".split())] == pytest.approx(0.32 * 0.22)
    everywhere = {frozenset(one.french) - {","} for one in data.journeys(np.random.default_rng(1), 40_000)}
    assert frozenset(jane.french) not in everywhere


def test_each_has_thirty_translations_whose_probabilities_add_up():
    for one in DRAWN:
        assert len(one.translations) == 30
        assert sum(one.translations.values()) == pytest.approx(1)


def test_the_likeliest_translation_leaves_out_when_and_the_likeliest_word_after_is_is_going():
    translations = data.jane().translations
    assert max(translations, key=translations.get) == ("Jane", "is", "visiting", "Africa", ".")
    after = {
        word: sum(p for words, p in translations.items() if words[:3] == ("Jane", "is", word)) for word in ("going", "visiting")
    }
    assert after["going"] > after["visiting"]


def test_french_agrees_in_gender_and_number():
    for one in DRAWN:
        words = set(one.french)
        if words & FEMININE:
            assert not words & {"un", "vert", "blanc", "grand", "petit"}
        if words & MASCULINE:
            assert not words & {"une", "verte", "blanche", "grande"}
        many = bool(words & {"mes", "nos", "les"})
        assert any(word.endswith("ent") for word in words) == many


def test_english_agrees_in_number_and_has_an_before_a_vowel():
    for one in DRAWN:
        many = bool(set(one.french) & {"mes", "nos", "les"})
        for english in one.translations:
            assert not {"is" if many else "are"} & set(english)
            assert all((first == "an") == (second[0] in "aeiou") for first, second in pairwise(english) if first in ("a", "an"))
