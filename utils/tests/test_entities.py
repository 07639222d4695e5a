"""The sentences with names: tags fit the words, and the two halves share no name."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from unroll import data
from unroll.spans import spans_of, tags_of


def names_of(sentences, tags):
    return {
        (span.kind, word)
        for words, row in zip(sentences, tags, strict=True)
        for span in spans_of(row)
        for word in words[span.start : span.end]
    }


@given(seed=st.integers(0, 2**32), unseen=st.booleans())
def test_tags_are_legal_and_names_have_capitals(seed, unseen):
    sentences, tags = data.named_entities(np.random.default_rng(seed), 5, unseen)
    for words, row in zip(sentences, tags, strict=True):
        assert len(words) == len(row)
        assert tags_of(spans_of(row), len(row)) == row
        assert words[0][0].isupper() and words[-1] == "."
        assert all(words[place][0].isupper() for span in spans_of(row) for place in (span.start, span.end - 1))


def test_the_halves_share_no_person_and_no_place():
    seen, unseen = (names_of(*data.named_entities(np.random.default_rng(0), 5000, half)) for half in (False, True))
    assert {word for _, word in seen & unseen} == {"Bank", "Brothers", "Lake", "North", "Rovers", "University", "of"}
    assert len({word for _, word in unseen}) > 100


def test_some_words_are_names_of_several_kinds_and_some_first_words_are_none():
    sentences, tags = data.named_entities(np.random.default_rng(0), 5000)
    kinds: dict[str, set[str]] = {}
    for kind, word in names_of(sentences, tags):
        kinds.setdefault(word, set()).add(kind)
    assert sum(len(found) == 3 for found in kinds.values()) > 30, "a surname, a place, and a firm called after it"
    firsts = np.mean([row[0] != "O" for row in tags])
    assert 0.3 < firsts < 0.5
    assert 0.13 < np.mean([not spans_of(row) for row in tags]) < 0.17


@pytest.mark.parametrize("unseen", [False, True])
def test_only_the_words_after_tell_the_kind_of_some_names(unseen):
    """Among the sentences that begin with one name and tell after it, the three kinds are about equally frequent."""
    sentences, tags = data.named_entities(np.random.default_rng(1), 6000, unseen)
    told = [
        row[0]
        for words, row in zip(sentences, tags, strict=True)
        if row[0] != "O" and set(row[1:]) == {"O"} and "born" not in words
    ]
    shares = [told.count(f"B-{kind}") / len(told) for kind in ("PER", "LOC", "ORG")]
    assert len(told) > 1000 and min(shares) > 0.25
