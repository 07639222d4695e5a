"""unroll.language: a model asked step by step says what it says of the whole sequence, and surprise is minus its log P."""

import os
from importlib import resources

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from unroll import data  # noqa: E402
from unroll.language import character_model, next_logits, shakespeare, surprise  # noqa: E402

TOKENS = 7
IDS = np.random.default_rng(0).integers(TOKENS, size=(3, 11))
trained = pytest.mark.skipif(
    not (resources.files("unroll") / "measured" / "shakespeare.npz").is_file(), reason="python -m experiments.char_lm writes it"
)
LAYERS = {
    "SimpleRNN": lambda: [keras.layers.SimpleRNN(6, return_sequences=True)],
    "GRU": lambda: [keras.layers.GRU(6, return_sequences=True)],
    "LSTM": lambda: [keras.layers.LSTM(6, return_sequences=True)],
    "LSTM on a GRU": lambda: [keras.layers.GRU(5, return_sequences=True), keras.layers.LSTM(6, return_sequences=True)],
}


@pytest.fixture(autouse=True)
def seed():
    keras.utils.set_random_seed(0)


def model_of(layers):
    parts = [keras.layers.Embedding(TOKENS, 4, embeddings_initializer="normal"), keras.layers.Dropout(0.5), *layers]
    return keras.Sequential([keras.Input((None,), dtype="int32"), *parts, keras.layers.Dense(TOKENS)])


class Table:
    """A model whose logits depend on the present token alone."""

    def __init__(self, logits):
        self.logits = np.asarray(logits, dtype="float32")

    def predict(self, ids, batch_size, verbose):
        return self.logits[ids]


def test_surprise_by_hand():
    """Odds of 1 : 3 after token 0 and of 4 : 1 after token 1."""
    table = Table(np.log([[1, 3], [4, 1]]))
    np.testing.assert_allclose(surprise(table, np.array([0, 1, 1, 0])), -np.log([3 / 4, 1 / 5, 4 / 5]), rtol=1e-6)


def test_surprise_does_not_overflow_and_keeps_the_shape():
    found = surprise(Table([[1000.0, 0.0], [-1000.0, 0.0]]), np.array([[0, 0, 1], [1, 1, 0]]))
    np.testing.assert_allclose(found, [[0, 1000], [0, 1000]])
    assert surprise(Table(np.zeros((2, 2))), np.array([0, 1])).shape == (1,)


def test_surprise_of_a_model_is_its_cross_entropy():
    model = model_of(LAYERS["GRU"]())
    model.compile(loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    loss = model.evaluate(IDS[:, :-1], IDS[:, 1:], verbose=0)
    assert surprise(model, IDS).mean() == pytest.approx(loss, rel=1e-5)
    np.testing.assert_allclose(surprise(model, IDS[1]), surprise(model, IDS)[1], atol=1e-5)


@pytest.mark.parametrize("name", LAYERS)
def test_step_by_step_is_the_whole_sequence(name):
    model = model_of(LAYERS[name]())
    whole = model.predict(IDS, verbose=0)
    for text, expected in zip(IDS, whole, strict=True):
        step = next_logits(model)
        np.testing.assert_allclose([step(number) for number in text], expected, atol=1e-5)


def test_two_readers_of_one_model_do_not_share_a_state():
    model = model_of(LAYERS["LSTM"]())
    one, other = next_logits(model), next_logits(model)
    first = one(3)
    one(4)
    np.testing.assert_array_equal(other(3), first)


def test_a_character_model_has_the_sizes_asked_for():
    model = character_model(TOKENS, embedding=4, units=6, dropout=0.5)
    assert model.predict(IDS, verbose=0).shape == (3, 11, TOKENS)
    assert [tuple(weight.shape) for weight in model.weights] == [(7, 4), (4, 18), (6, 18), (2, 18), (6, 7), (7,)]
    once, again = (keras.ops.convert_to_numpy(model(IDS, training=True)) for _ in range(2))
    assert abs(once - again).max() > 1e-3, "dropout is at work in training"


def test_a_model_of_streams_goes_on_where_it_stopped():
    streaming = character_model(TOKENS, embedding=4, units=6, streams=3)
    whole = character_model(TOKENS, embedding=4, units=6)
    whole.set_weights(streaming.get_weights())
    halves = [streaming.predict(half, batch_size=3, verbose=0) for half in (IDS[:, :6], IDS[:, 6:])]
    np.testing.assert_allclose(np.concatenate(halves, axis=1), whole.predict(IDS, verbose=0), atol=1e-5)


@trained
def test_the_model_of_shakespeare_knows_english():
    model, vocabulary = shakespeare()
    english = "To be, or not to be: that is the question.\n"
    backwards = english[::-1]
    nats = [surprise(model, vocabulary.encode(text)).mean() for text in (english, backwards)]
    assert nats[0] < 2 < 3 < nats[1]
    assert next_logits(model)(5).shape == (len(vocabulary),)


@trained
@pytest.mark.slow
@pytest.mark.skipif("UNROLL_DATA_MIRROR" not in os.environ, reason="reads the real text")
def test_the_model_of_shakespeare_is_as_good_as_its_log_says():
    from unroll.results import results

    text = data.load("shakespeare")
    model, vocabulary = shakespeare()
    held_out = vocabulary.encode(text[int(0.9 * len(text)) :])
    side_by_side = held_out[: len(held_out) // 64 * 64].reshape(64, -1)
    expected = results("char_lm")["shakespeare"]["held_out"][-1]
    assert surprise(model, side_by_side).mean() == pytest.approx(expected, abs=0.005)
