"""Facts about an encoder and a decoder: what it writes, whether it looks ahead, which states pass between the two."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from unroll.checks import facts  # noqa: E402
from unroll.checks.functions import folded_in, turning_writer  # noqa: E402

layers = keras.layers
START, END, IDS = 1, 2, 7


def pair(hand=lambda h, c: [h, c], both_ways=False):
    x, y_in = keras.Input((None,), dtype="int32"), keras.Input((None,), dtype="int32")
    _, h, c = layers.LSTM(3, return_state=True)(layers.Embedding(IDS, 2, mask_zero=True)(x))
    decoder, states = layers.LSTM(3, return_sequences=True), hand(h, c)
    if both_ways:
        decoder, states = layers.Bidirectional(decoder), states * 2
    s = decoder(layers.Embedding(IDS, 2)(y_in), initial_state=states)
    return keras.Model([x, y_in], layers.TimeDistributed(layers.Dense(IDS))(s))


def found(model, *names, **more):
    rng = np.random.default_rng(0)
    read = np.hstack([np.full((4, 1), START), rng.integers(3, IDS, size=(4, 2))])
    return facts.find(model, names, {"ids": rng.integers(3, IDS, size=(4, 5)), "read": read} | more)


@pytest.mark.parametrize(
    ("hand", "said"),
    [
        (lambda h, c: [h, c], "h and c"),
        (lambda h, c: [c, h], "c and h, the wrong way round"),
        (lambda h, c: [h, h], "h in both places"),
        (lambda h, c: [h, keras.ops.zeros_like(c)], "h alone"),
        (lambda h, c: [h, c / 2], "others"),
    ],
)
def test_the_states_that_pass_are_named(hand, said):
    assert found(pair(hand), "decoder starts from") == (said,)


def test_the_other_facts_read_both_inputs():
    names = "output shape", "recurrent cells", "padding changes nothing", "sees earlier words", "looks ahead"
    assert found(pair(), *names) == ("(4, 3, 7)", "LSTM 3, LSTM 3", "yes", "yes", "no")
    assert found(pair(both_ways=True), "looks ahead", "decoder starts from") == (
        "yes",
        "not two embeddings, two LSTMs and a Dense",
    )


def copier():
    """Writes the first character of the question, then what it has read last; it ends with END where that was a 6."""
    x, y_in = keras.Input((None,), dtype="int32"), keras.Input((None,), dtype="int32")
    last = keras.ops.where(keras.ops.equal(y_in, 6), END, keras.ops.where(keras.ops.equal(y_in, START), x[:, :1], y_in))
    return keras.Model([x, y_in], keras.ops.one_hot(last, IDS))


def test_answers_are_written_from_what_was_written():
    ids = np.array([[6, 3], [6, 5], [4, 3], [6, 6]])
    read = np.full((4, 3), START)
    right = {"ids": ids, "read": read, "targets": np.array([[6, 2, 0], [6, 2, 0], [4, 4, 4], [6, 2, 0]])}
    for enough, said in ((0.9, "at least 90%"), (1.0, "at least 100%")):
        assert facts.find(copier(), ("exact answers",), right | {"enough": enough}) == (said,)
    one_wrong = right | {"targets": np.array([[6, 2, 0], [5, 2, 0], [4, 4, 4], [6, 2, 0]])}
    assert facts.find(copier(), ("exact answers",), one_wrong | {"enough": 0.9}) == ("75%",)
    none = right | {"targets": np.full((4, 3), 5), "enough": 0.9}
    assert facts.find(copier(), ("exact answers",), none) == ("hardly any",)


def test_a_row_of_scores_is_needed_for_each_sign():
    x, y_in = keras.Input((None,), dtype="int32"), keras.Input((None,), dtype="int32")
    one_row = keras.Model([x, y_in], layers.Dense(IDS)(layers.GRU(2)(layers.Embedding(IDS, 2)(y_in))))
    given = {"targets": np.full((4, 3), 5), "enough": 0.9}
    assert found(one_row, "exact answers", **given) == ("not a row of scores for each character",)


def test_the_stand_ins_carry_a_state():
    x = np.array([[3, 4], [4, 3]])
    state = folded_in(x)
    assert state.shape == (2, 3)
    assert not np.allclose(state[0], state[1])
    logits, after = turning_writer(state, np.array([START, START]))
    assert logits.shape == (2, 9)
    assert not np.allclose(logits, turning_writer(after, np.array([START, START]))[0])
