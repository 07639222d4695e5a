"""The sentences with two senses: only one side tells."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from unroll import data

AMBIGUOUS = {"Teddy", "Tesla", "Porsche", "cannon"}


@given(seed=st.integers(0, 2**32), hint=st.sampled_from(["before", "after"]))
def test_a_sentence_has_one_ambiguous_word_and_as_many_tags_as_words(seed, hint):
    sentences, tags, places = data.two_senses(np.random.default_rng(seed), 3, hint)
    for words, tagged, place in zip(sentences, tags, places, strict=True):
        assert [number for number, word in enumerate(words) if word in AMBIGUOUS] == [place]
        assert len(tagged) == len(words) and "" not in words
        names = [word for word, tag in zip(words, tagged, strict=True) if tag]
        assert names in ([], [words[place]], ["Teddy", "Roosevelt"])


@pytest.mark.parametrize("hint", ["before", "after"])
def test_only_the_side_of_the_hint_tells(hint):
    """Nothing on the other side tells which sense it is, including the word itself and the distance to the end."""
    sentences, tags, places = data.two_senses(np.random.default_rng(0), 8000, hint)
    labels = np.array([tagged[place] for tagged, place in zip(tags, places, strict=True)])
    told = {"before": lambda words, place: words[:place], "after": lambda words, place: words[place + 1 :]}
    silent = told["after" if hint == "before" else "before"]
    by_rest = {}
    for words, place, label in zip(sentences, places, labels, strict=True):
        by_rest.setdefault((words[place], *silent(words, place)), []).append(label)
    assert len(by_rest) > 15
    for rest, group in by_rest.items():
        assert abs(np.mean(group) - 0.5) < 5 * 0.5 / np.sqrt(len(group)), rest
    by_hint = {}
    for words, place, label in zip(sentences, places, labels, strict=True):
        by_hint.setdefault((words[place], *told[hint](words, place)), set()).add(label)
    assert all(len(group) == 1 for group in by_hint.values()), "the hint decides"


def test_the_sentences_of_the_decks_are_among_them():
    sentences, tags, _ = data.two_senses(np.random.default_rng(0), 4000)
    drawn = {" ".join(words): tagged for words, tagged in zip(sentences, tags, strict=True)}
    assert drawn["He said , Teddy bears are on sale !"] == [0] * 9
    assert drawn["He said , Teddy Roosevelt was a great President !"] == [0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
    assert sum(drawn["He said , Tesla is a unit of magnetic field strength ."]) == 0
    assert sum(drawn["He said , Tesla is an electric automotive and sustainable energy company ."]) == 1
    assert any(sentence.endswith("that cannon is a very effective weapon .") for sentence in drawn)


def test_a_hint_that_stands_elsewhere_is_an_error():
    with pytest.raises(ValueError, match="'before' or 'after' the word, not 'above'"):
        data.two_senses(np.random.default_rng(0), 1, "above")
