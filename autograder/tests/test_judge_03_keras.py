"""The reference of assignment 03, compared with Keras's layers in float64, and its gradient with numerical differences."""

from pathlib import Path

import numpy as np
import pytest
from autograder.judging.judge import load_judge

CHECKS = load_judge(Path(__file__).parents[2] / "judges/03_gates.py").checks
DRAWS = range(3)
GRU = CHECKS["gru_from_keras"].compare.returns
LSTM = CHECKS["lstm_from_keras"].compare.returns


def right(name):
    return CHECKS[name].solution


def drawn(rng, names, state, n_x, n):
    """Weights in the order of `names`: W_g<state> (n, n), W_gx (n, n_x), b_g (n,)."""
    shapes = [(n,) if name[0] == "b" else (n, n if name[-1] == state else n_x) for name in names]
    return tuple(rng.normal(size=shape) for shape in shapes)


def layer_of(kind, n_x, n, **options):
    keras = pytest.importorskip("keras")
    layer = getattr(keras.layers, kind)(n, return_sequences=True, return_state=True, dtype="float64", **options)
    layer.build((None, None, n_x))
    return layer


@pytest.fixture(params=DRAWS)
def rng(request):
    return np.random.default_rng(request.param)


@pytest.fixture
def sentences(rng):
    """x of shape (4, 6, 3) and a mask with padding at the end and in between; the first step is real."""
    mask = np.array([[1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 0, 0], [1, 0, 0, 1, 1, 0], [1, 0, 0, 0, 0, 0]], bool)
    return rng.normal(size=(4, 6, 3)), mask


@pytest.mark.slow
def test_gru_step_is_keras_gru_after_conversion(rng, sentences):
    x, mask = sentences
    p, c0 = drawn(rng, GRU, "c", 3, 5), rng.normal(size=(4, 5))
    layer = layer_of("GRU", 3, 5, reset_after=False)
    layer.set_weights(right("gru_to_keras")(p))
    states, last = (np.asarray(each) for each in layer(x, initial_state=c0, mask=mask))
    c = c0
    for t in range(x.shape[1]):
        c = np.where(mask[:, t, None], right("gru_step")(x[:, t], c, p), c)
        np.testing.assert_allclose(c, states[:, t], rtol=0, atol=1e-6)
    np.testing.assert_allclose(c, last, rtol=0, atol=1e-6)


@pytest.mark.slow
def test_simplified_gru_is_keras_gru_with_its_reset_gate_open(rng, sentences):
    x, _ = sentences
    p, c = drawn(rng, GRU, "c", 3, 5), np.zeros((4, 5))
    simplified, (W_rc, W_rx, _) = p[:6], p[6:]
    layer = layer_of("GRU", 3, 5, reset_after=False)
    layer.set_weights(right("gru_to_keras")((*simplified, 0 * W_rc, 0 * W_rx, np.full(5, 50.0))))
    states = np.asarray(layer(x)[0])
    for t in range(x.shape[1]):
        c = right("gru_step_simplified")(x[:, t], c, simplified)
        np.testing.assert_allclose(c, states[:, t], rtol=0, atol=1e-6)


@pytest.mark.slow
def test_lstm_forward_is_keras_lstm_after_conversion(rng, sentences):
    x, mask = sentences
    p, (a0, c0) = drawn(rng, LSTM, "a", 3, 5), rng.normal(size=(2, 4, 5))
    layer = layer_of("LSTM", 3, 5)
    layer.set_weights(right("lstm_to_keras")(p))
    theirs, last_a, last_c = (np.asarray(each) for each in layer(x, initial_state=[a0, c0], mask=mask))
    states, cells = right("lstm_forward")(x, a0, c0, mask, p, right("lstm_step"))
    np.testing.assert_allclose(states, theirs, rtol=0, atol=1e-6)
    np.testing.assert_allclose(states[:, -1], last_a, rtol=0, atol=1e-6)
    np.testing.assert_allclose(cells[:, -1], last_c, rtol=0, atol=1e-6)
    a, c = right("lstm_step")(x[:, 0], a0, c0, p)
    np.testing.assert_allclose(a, theirs[:, 0], rtol=0, atol=1e-6)
    np.testing.assert_allclose(c, cells[:, 0], rtol=0, atol=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "options"), [("GRU", {"reset_after": False}), ("LSTM", {})])
def test_a_new_keras_layer_is_ours_and_comes_back(rng, sentences, kind, options):
    x, mask = sentences
    layer = layer_of(kind, 3, 5, **options)
    arrays = [rng.normal(size=array.shape) for array in layer.get_weights()]
    layer.set_weights(arrays)
    p = right(f"{kind.lower()}_from_keras")(*layer.get_weights())
    for ours, theirs in zip(right(f"{kind.lower()}_to_keras")(p), arrays, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    states = np.asarray(layer(x, mask=mask)[0])
    nothing = np.zeros((4, 5))
    if kind == "LSTM":
        ours, _ = right("lstm_forward")(x, nothing, nothing, mask, p, right("lstm_step"))
        np.testing.assert_allclose(ours, states, rtol=0, atol=1e-6)
    else:
        np.testing.assert_allclose(right("gru_step")(x[:, 0], nothing, p), states[:, 0], rtol=0, atol=1e-6)


@pytest.mark.slow
def test_keras_default_gru_is_another_cell(rng, sentences):
    """reset_after=True and a Γ_u that is not negated give other networks: the notebook's hints rest on that."""
    x, _ = sentences
    p = drawn(rng, GRU, "c", 3, 5)
    kernel, recurrent_kernel, bias = right("gru_to_keras")(p)
    ours = right("gru_step")(x[:, 1], right("gru_step")(x[:, 0], np.zeros((4, 5)), p), p)
    default = layer_of("GRU", 3, 5)
    default.set_weights([kernel, recurrent_kernel, np.stack([bias, 0 * bias])])
    states = np.asarray(default(x)[0])
    assert np.abs(states[:, 1] - ours).max() > 1e-3
    np.testing.assert_allclose(reset_after(x[:, 1], states[:, 0], p)[0], states[:, 1], rtol=0, atol=1e-6)


def reset_after(x, c, p):
    """A step of the GRU whose state gradient the assignment asks for: the state, the candidate and both gates."""
    W_cc, W_cx, b_c, W_uc, W_ux, b_u, W_rc, W_rx, b_r = p
    u, r = (1 / (1 + np.exp(-(c @ W_c.T + x @ W_x.T + b))) for W_c, W_x, b in ((W_uc, W_ux, b_u), (W_rc, W_rx, b_r)))
    c_tilde = np.tanh(r * (c @ W_cc.T) + x @ W_cx.T + b_c)
    return u * c_tilde + (1 - u) * c, c_tilde, u, r


def test_state_gradient_is_the_numerical_one(rng):
    p = drawn(rng, GRU, "c", 3, 5)
    dc_next, c = rng.normal(size=(2, 4, 5))
    x, epsilon = rng.normal(size=(4, 3)), 1e-6
    numerical = np.zeros_like(c)
    for place in np.ndindex(c.shape):
        move = np.zeros_like(c)
        move[place] = epsilon
        above, below = reset_after(x, c + move, p)[0], reset_after(x, c - move, p)[0]
        numerical[place] = np.sum(dc_next * (above - below)) / (2 * epsilon)
    exact = right("gru_state_gradient")(dc_next, c, *reset_after(x, c, p)[1:], *p[::3])
    np.testing.assert_allclose(exact, numerical, rtol=0, atol=1e-7)
