"""unroll.text: what goes in comes out again, in the shapes that the lectures use."""

import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from unroll import text
from unroll.text import EOS, PAD, UNK, Vocabulary, batches, pad, sentences, tokenise, windows

tokens = st.lists(st.sampled_from(["the", "cat", "cats", "was", "were", ",", UNK, "é"]), max_size=30)
ids = st.lists(st.integers(0, 50), max_size=12)


def test_the_examples_hold():
    assert doctest.testmod(text).failed == 0


@given(tokens)
def test_decoding_undoes_encoding(words):
    vocabulary = Vocabulary.build(words)
    assert vocabulary.decode(vocabulary.encode(words)) == words
    assert vocabulary.tokens[:3] == (PAD, UNK, EOS)


@given(st.text(max_size=40))
def test_a_string_is_a_corpus_of_characters(string):
    vocabulary = Vocabulary.build(string)
    assert "".join(vocabulary.decode(vocabulary.encode(string))) == string


@given(tokens, st.integers(0, 12))
def test_a_larger_vocabulary_covers_no_less(words, size):
    small, large = Vocabulary.build(words, max_size=size), Vocabulary.build(words, max_size=size + 1)
    assert len(small) <= max(size, 3)
    assert large.tokens[: len(small)] == small.tokens
    if words:
        assert small.coverage(words) <= large.coverage(words) <= Vocabulary.build(words).coverage(words) == 1


def test_frequent_tokens_come_first_and_ties_go_by_the_alphabet():
    words = "b a c c b a d".split()
    assert Vocabulary.build(words).tokens[3:] == ("a", "b", "c", "d")
    assert Vocabulary.build([*words, "d", "d"]).tokens[3:] == ("d", "a", "b", "c")
    assert Vocabulary.build(words, min_count=2).tokens[3:] == ("a", "b", "c")
    assert Vocabulary.build(words, max_size=5).tokens[3:] == ("a", "b")


def test_unknown_tokens_and_ids():
    vocabulary = Vocabulary.build(["cat"])
    assert vocabulary.encode(["cat", "mau", PAD, EOS]).tolist() == [3, 1, 0, 2]
    assert vocabulary.encode([]).shape == (0,) and vocabulary.encode([]).dtype == int
    assert vocabulary.coverage(["cat", "mau"]) == 0.5
    assert "cat" in vocabulary and "mau" not in vocabulary
    for stranger in (4, -1):
        with pytest.raises(IndexError, match=f"{stranger} is not an id of this vocabulary of 4 tokens"):
            vocabulary.decode([stranger])
    with pytest.raises(ValueError, match="'cat' is in the vocabulary twice"):
        Vocabulary(["cat", "cat"])
    with pytest.raises(ValueError, match="no tokens to measure coverage on"):
        vocabulary.coverage([])


def test_tokens_are_words_and_marks():
    assert tokenise("“Teddy bears’ picnic”, it's 10:30!") == [
        "“",
        "Teddy",
        "bears",
        "’",
        "picnic",
        "”",
        ",",
        "it's",
        "10",
        ":",
        "30",
        "!",
    ]
    assert tokenise(" \n") == []


@given(st.text(alphabet="ab .?!\n", max_size=60))
def test_sentences_are_the_tokens_cut_at_their_ends(string):
    found = sentences(string)
    assert [token for sentence in found for token in sentence] == tokenise(string)
    assert all(sentence and not {".", "?", "!"} & set(sentence[:-1]) for sentence in found)


def test_an_empty_line_ends_a_sentence_and_a_line_does_not():
    assert sentences("To be,\nor not\n \nAnon") == [["To", "be", ",", "or", "not"], ["Anon"]]
    assert sentences(" \n\n") == []


@given(st.lists(ids, min_size=1, max_size=8))
def test_padding_loses_nothing_and_adds_only_zeros(batch):
    padded, mask = pad(batch)
    assert padded.shape == mask.shape == (len(batch), max(map(len, batch)))
    assert padded.dtype == int and mask.dtype == bool
    assert [row[keep].tolist() for row, keep in zip(padded, mask, strict=True)] == batch
    assert not padded[~mask].any()
    assert (np.diff(mask.astype(int), axis=1) <= 0).all(), "padding is on the right"


def test_nothing_cannot_be_padded():
    with pytest.raises(ValueError, match="no sequences"):
        pad([])


@given(st.integers(0, 40), st.integers(1, 12), st.booleans())
def test_batches_hold_every_example_once_and_rows_stay_together(m, size, shuffled):
    x = np.arange(3 * m).reshape(m, 3)
    parts = list(batches(x, x[:, 0], size=size, rng=np.random.default_rng(0) if shuffled else None))
    assert [len(part) for part, _ in parts] == [size] * (m // size) + [m % size] * (m % size > 0)
    for part, first in parts:
        assert (part[:, 0] == first).all()
    seen = [row for part, _ in parts for row in part.tolist()]
    assert sorted(seen) == x.tolist()
    assert shuffled or seen == x.tolist()


def test_batches_refuse_what_does_not_fit_at_once():
    with pytest.raises(ValueError, match=r"same number of examples, not \[2, 3\]"):
        batches(np.zeros(3), np.zeros(2), size=1)
    with pytest.raises(ValueError, match="at least one example, not 0"):
        batches(np.zeros(3), size=0)


@given(st.lists(st.integers(0, 50), min_size=2, max_size=60), st.data())
def test_targets_are_the_inputs_moved_by_one(sequence, data):
    T = data.draw(st.integers(1, len(sequence) - 1))
    inputs, targets = windows(sequence, T)
    assert inputs.shape == targets.shape == ((len(sequence) - 1) // T, T)
    assert inputs.ravel().tolist() == sequence[: inputs.size]
    assert targets.ravel().tolist() == sequence[1 : 1 + inputs.size]


def test_windows_that_do_not_fit():
    with pytest.raises(ValueError, match="need 5 ids; there are 4"):
        windows([1, 2, 3, 4], 4)
    with pytest.raises(ValueError, match="at least one step"):
        windows([1, 2], 0)
