"""unroll.conventions: Keras's weights in PyTorch's equations, and in PyTorch itself where it is installed."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")
if keras.backend.backend() == "jax":
    pytest.skip("Keras runs no recurrent layer in float64 on JAX", allow_module_level=True)

from unroll.conventions import run_in_torch, torch_weights  # noqa: E402

pytestmark = pytest.mark.slow

# Keras on PyTorch computes a SimpleRNN in float32, also if it is told float64.
SINGLE = {keras.layers.SimpleRNN} if keras.backend.backend() == "torch" else set()
KINDS = [keras.layers.SimpleRNN, keras.layers.GRU, keras.layers.LSTM]


def draw(kind, *, n_x, n_a=4, seed=0, **options):
    """A layer with weights and biases large enough to open and close gates."""
    layer = kind(n_a, return_sequences=True, return_state=True, dtype="float64", **options)
    layer.build((None, None, n_x))
    rng = np.random.default_rng(seed)
    layer.set_weights([rng.normal(scale=0.8, size=weight.shape) for weight in layer.get_weights()])
    return layer


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def as_documented(kind, x, weights):
    """The equations in the documentation of torch.nn.RNN, GRU and LSTM, for x of shape (T, m, n_x)."""
    W_i, W_h, b_i, b_h = (weights[f"{name}_l0"] for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
    h = c = np.zeros((x.shape[1], W_h.shape[1]))
    states = []
    for x_t in x:
        from_x, from_h = x_t @ W_i.T + b_i, h @ W_h.T + b_h
        if kind is keras.layers.SimpleRNN:
            h = np.tanh(from_x + from_h)
        elif kind is keras.layers.GRU:
            (r_x, z_x, n_x), (r_h, z_h, n_h) = np.split(from_x, 3, axis=-1), np.split(from_h, 3, axis=-1)
            r, z = sigmoid(r_x + r_h), sigmoid(z_x + z_h)
            h = (1 - z) * np.tanh(n_x + r * n_h) + z * h
        else:
            i, f, g, o = np.split(from_x + from_h, 4, axis=-1)
            c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
            h = sigmoid(o) * np.tanh(c)
        states.append(h)
    return np.stack(states)


@pytest.mark.parametrize("kind", KINDS)
def test_the_weights_fit_the_equations_of_pytorchs_documentation(kind):
    x = np.random.default_rng(1).normal(size=(6, 3, 5))
    layer = draw(kind, n_x=5)
    theirs = keras.ops.convert_to_numpy(layer(x.swapaxes(0, 1))[0]).swapaxes(0, 1)
    np.testing.assert_allclose(
        as_documented(kind, x, torch_weights(layer)), theirs, rtol=0, atol=1e-6 if kind in SINGLE else 1e-12
    )


def test_names_and_shapes():
    weights = torch_weights(draw(keras.layers.LSTM, n_x=10, n_a=20), draw(keras.layers.LSTM, n_x=20, n_a=20))
    assert {name: weight.shape for name, weight in weights.items()} == {
        "weight_ih_l0": (80, 10), "weight_hh_l0": (80, 20), "bias_ih_l0": (80,), "bias_hh_l0": (80,),
        "weight_ih_l1": (80, 20), "weight_hh_l1": (80, 20), "bias_ih_l1": (80,), "bias_hh_l1": (80,),
    }  # fmt: skip
    assert sorted(torch_weights(draw(keras.layers.GRU, n_x=3, use_bias=False))) == ["weight_hh_l0", "weight_ih_l0"]


@pytest.mark.parametrize(
    ("kind", "options", "message"),
    [
        (keras.layers.GRU, {"reset_after": False}, "reset_after=False: PyTorch's GRU applies"),
        (keras.layers.LSTM, {"activation": "relu"}, "an activation other than tanh"),
        (keras.layers.GRU, {"recurrent_activation": "hard_sigmoid"}, "gates that are not sigmoid"),
    ],
)
def test_what_pytorch_does_not_have_is_an_error(kind, options, message):
    with pytest.raises(ValueError, match=message):
        torch_weights(draw(kind, n_x=3, **options))


def test_other_layers_are_refused():
    with pytest.raises(TypeError, match="Dense cannot be converted to PyTorch, only SimpleRNN"):
        torch_weights(keras.layers.Dense(3))


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_pytorch_gives_what_keras_gives(kind, bias):
    pytest.importorskip("torch")
    atol = 1e-6 if kind in SINGLE else 1e-12
    lower, upper = draw(kind, n_x=5, use_bias=bias), draw(kind, n_x=4, seed=1, use_bias=bias)
    x = np.random.default_rng(1).normal(size=(3, 6, 5))
    states, *last = zip(lower(x), upper(lower(x)[0]), strict=True)
    output, *theirs = run_in_torch(x.swapaxes(0, 1), lower, upper)
    np.testing.assert_allclose(output.swapaxes(0, 1), keras.ops.convert_to_numpy(states[1]), rtol=0, atol=atol)
    assert len(theirs) == len(last)
    for ours, h in zip(last, theirs, strict=True):
        np.testing.assert_allclose(h, [keras.ops.convert_to_numpy(state) for state in ours], rtol=0, atol=atol)


def test_the_slide_of_sequence_models_does_not_run_in_pytorch():
    torch = pytest.importorskip("torch")
    with pytest.raises(TypeError):
        torch.nn.LSTM(input_dim=10, hidden_dim=20, num_layers=2)
    with pytest.raises(TypeError):
        torch.randn(seq_len=5, batch_size=3, input_dim=10)
    assert not hasattr(torch.nn, "View")
    output, (h_n, c_n) = torch.nn.LSTM(input_size=10, hidden_size=20, num_layers=2)(torch.randn(5, 3, 10))
    assert (output.shape, h_n.shape, c_n.shape) == ((5, 3, 20), (2, 3, 20), (2, 3, 20))
