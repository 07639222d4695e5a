"""unroll.instruments and unroll.training, compared with Keras, and gradients with numerical differences."""

import itertools

import numpy as np
import pytest

keras = pytest.importorskip("keras")
if keras.backend.backend() == "jax":
    pytest.skip("Keras runs no recurrent layer in float64 on JAX", allow_module_level=True)

from unroll import instruments, plots, training  # noqa: E402
from unroll.instruments import gradient_norms, record  # noqa: E402

pytestmark = pytest.mark.slow

TOLERANCE = {"float32": 1e-5, "float64": 1e-12}
LAYERS = [
    (keras.layers.SimpleRNN, {}),
    (keras.layers.SimpleRNN, {"use_bias": False, "activation": "relu", "go_backwards": True}),
    (keras.layers.GRU, {}),
    (keras.layers.GRU, {"reset_after": False}),
    (keras.layers.GRU, {"use_bias": False, "go_backwards": True}),
    (keras.layers.GRU, {"use_bias": False, "reset_after": False}),
    (keras.layers.LSTM, {}),
    (keras.layers.LSTM, {"use_bias": False, "recurrent_activation": "hard_sigmoid", "go_backwards": True}),
]


def draw(layer, x):
    """Weights and biases large enough to open and close gates."""
    layer.build(x.shape)
    rng = np.random.default_rng(1)
    layer.set_weights([rng.normal(scale=0.8, size=weight.shape) for weight in layer.get_weights()])
    return layer


def data(m=3, T=7, n=4, dtype="float64"):
    return np.random.default_rng(0).normal(size=(m, T, n)).astype(dtype)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("kind", "options"), LAYERS)
def test_states_are_those_of_keras(kind, options, dtype):
    x = data(dtype=dtype)
    layer = draw(kind(5, return_sequences=True, dtype=dtype, **options), x)
    theirs = keras.ops.convert_to_numpy(layer(x))[:, :: -1 if options.get("go_backwards") else 1]
    ours = record(layer, x).states
    assert ours.dtype == theirs.dtype
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=TOLERANCE[dtype])


@pytest.mark.parametrize("kind", [keras.layers.SimpleRNN, keras.layers.GRU, keras.layers.LSTM])
@pytest.mark.parametrize("backwards", [False, True])
def test_padding_leaves_the_state_alone_as_in_keras(kind, backwards):
    x, mask = data(), np.arange(7) < np.array([[7], [4], [1]])
    layer = draw(kind(5, return_sequences=True, dtype="float64", go_backwards=backwards), x)
    theirs = keras.ops.convert_to_numpy(layer(x, mask=mask))[:, :: -1 if backwards else 1]
    np.testing.assert_allclose(record(layer, x, mask).states, theirs, rtol=0, atol=1e-12)


def test_gates_obey_the_equations_of_the_decks():
    x = data()
    gru = record(draw(keras.layers.GRU(5, dtype="float64"), x), x)
    before = np.concatenate([np.zeros((3, 1, 5)), gru.states[:, :-1]], axis=1)
    assert list(gru.gates) == ["Γ_u", "Γ_r"]
    np.testing.assert_allclose(gru.states, gru.gates["Γ_u"] * gru.candidates + (1 - gru.gates["Γ_u"]) * before)
    lstm = record(draw(keras.layers.LSTM(5, dtype="float64"), x), x)
    before = np.concatenate([np.zeros((3, 1, 5)), lstm.cells[:, :-1]], axis=1)
    assert list(lstm.gates) == ["Γ_u", "Γ_f", "Γ_o"]
    np.testing.assert_allclose(lstm.cells, lstm.gates["Γ_u"] * lstm.candidates + lstm.gates["Γ_f"] * before)
    np.testing.assert_allclose(lstm.states, lstm.gates["Γ_o"] * np.tanh(lstm.cells))


def test_gates_have_their_names():
    """A bias on one gate opens that gate and no other: the test that equal states cannot give."""
    x = 0 * data()
    for kind, names in ((keras.layers.LSTM, ["Γ_u", "Γ_f", None, "Γ_o"]), (keras.layers.GRU, ["Γ_u", "Γ_r", None])):
        layer = draw(kind(5, dtype="float64"), x)
        for place, name in enumerate(names):
            bias = np.zeros((len(names), 5))
            bias[place] = 9 if name != "Γ_u" or kind is keras.layers.LSTM else -9  # z is 1 - Γ_u
            kernel, recurrent, b = (0 * weight for weight in layer.get_weights())
            bias = bias.reshape(-1) if b.ndim == 1 else np.stack([bias.reshape(-1), b[1]])
            layer.set_weights([kernel, recurrent, bias])
            opened = {gate for gate, values in record(layer, x).gates.items() if values.min() > 0.99}
            assert opened == ({name} if name else set())


def test_a_simple_rnn_has_states_only():
    recording = record(keras.layers.SimpleRNN(5), data(dtype="float32"))
    assert (dict(recording.gates), recording.candidates, recording.cells) == ({}, None, None)


def test_both_directions_are_those_of_keras():
    x = data()
    layer = keras.layers.Bidirectional(keras.layers.LSTM(5, return_sequences=True, dtype="float64"), dtype="float64")
    forward, backward = record(draw(layer, x), x)
    theirs = keras.ops.convert_to_numpy(layer(x))
    np.testing.assert_allclose(np.concatenate([forward.states, backward.states], axis=-1), theirs, rtol=0, atol=1e-12)
    towards_end, towards_start = gradient_norms(layer, x)
    np.testing.assert_allclose(towards_end[:, -1], np.sqrt(5))
    np.testing.assert_allclose(towards_start[:, 0], np.sqrt(5))


def test_other_layers_are_refused():
    for use in (record, gradient_norms):
        with pytest.raises(TypeError, match="Dense is not supported, only SimpleRNN"):
            use(keras.layers.Dense(3), data())
    with pytest.raises(ValueError, match="no memory cell separate from its state"):
        gradient_norms(keras.layers.GRU(3), data(), of="c")
    with pytest.raises(ValueError, match="'a', 'c' or 'x', not of 'h'"):
        gradient_norms(keras.layers.GRU(3), data(), of="h")


def numerical_norms(layer, x, weights, epsilon=1e-6):
    """|dL/dx<t>| by central differences through the whole layer."""
    gradient = np.zeros_like(x)
    for place in itertools.product(*map(range, x.shape)):
        nudge = np.zeros_like(x)
        nudge[place] = epsilon
        up, down = (keras.ops.convert_to_numpy(layer(moved)) for moved in (x + nudge, x - nudge))
        gradient[place] = ((up - down) @ weights)[place[0]] / (2 * epsilon)
    return np.linalg.norm(gradient, axis=-1)


@pytest.mark.parametrize("backwards", [False, True])
def test_gradients_of_inputs_are_those_of_differences(backwards):
    x, weights = data(m=2, T=4, n=2), np.array([1.0, -2.0, 0.5])
    for kind in (keras.layers.GRU, keras.layers.LSTM):
        layer = draw(kind(3, dtype="float64", go_backwards=backwards), x)
        ours = gradient_norms(layer, x, of="x", loss=lambda a: keras.ops.matmul(a, weights))
        np.testing.assert_allclose(ours, numerical_norms(layer, x, weights), rtol=1e-6)


def test_gradients_of_states_are_the_product_of_jacobians():
    x = data()
    layer = draw(keras.layers.SimpleRNN(5, dtype="float64"), x)
    W_aa, states = layer.get_weights()[1], record(layer, x).states
    gradient = 2 * states[:, -1]
    expected = [gradient]
    for t in range(5, -1, -1):
        gradient = (gradient * (1 - states[:, t + 1] ** 2)) @ W_aa.T
        expected.insert(0, gradient)
    ours = gradient_norms(layer, x, loss=lambda a: keras.ops.square(a))
    np.testing.assert_allclose(ours, np.linalg.norm(np.stack(expected, axis=1), axis=-1), rtol=1e-10)


def test_a_forget_gate_held_open_carries_the_gradient_of_c():
    """Gates held by their biases alone: the gradient of c<t> falls by Γ_f a step, and by nothing else."""
    x = data(m=2, T=6)
    layer = draw(keras.layers.LSTM(3, dtype="float64"), x)
    kernel, recurrent, bias = layer.get_weights()
    bias[3:6] = 1.5
    layer.set_weights([0 * kernel, 0 * recurrent, bias])
    norms, recording = gradient_norms(layer, x, of="c"), record(layer, x)
    np.testing.assert_allclose(norms[:, :-1] / norms[:, 1:], 1 / (1 + np.exp(-1.5)), rtol=1e-10)
    last = recording.gates["Γ_o"][:, -1] * (1 - np.tanh(recording.cells[:, -1]) ** 2)
    np.testing.assert_allclose(norms[:, -1], np.linalg.norm(last, axis=-1), rtol=1e-10)


def test_gradients_of_c_and_a_are_those_of_differences():
    """Along all paths: the rest of the sequence, run in NumPy from a moved c<t> or a<t>."""
    x, weights, epsilon = data(m=1, T=5), np.array([1.0, -2.0, 0.5]), 1e-6
    layer = draw(keras.layers.LSTM(3, dtype="float64"), x)
    arrays, recording = layer.get_weights(), record(layer, x)

    def end(t, a, c):
        for later in range(t + 1, 5):
            step = instruments._lstm_step(layer.cell, arrays, x[:, later], a, c)
            a, c = step["a"], step["c"]
        return (a @ weights)[0]

    expected = {"a": [], "c": []}
    for t in range(5):
        a, c, gate = recording.states[:, t], recording.cells[:, t], recording.gates["Γ_o"][:, t]
        nudges = epsilon * np.eye(3)
        expected["a"].append([(end(t, a + n, c) - end(t, a - n, c)) / (2 * epsilon) for n in nudges])
        expected["c"].append(
            [(end(t, gate * np.tanh(c + n), c + n) - end(t, gate * np.tanh(c - n), c - n)) / (2 * epsilon) for n in nudges]
        )
    for of, gradients in expected.items():
        ours = gradient_norms(layer, x, of=of, loss=lambda a: keras.ops.matmul(a, weights))
        np.testing.assert_allclose(ours[0], np.linalg.norm(gradients, axis=-1), rtol=1e-6)


def test_instruments_draw(monkeypatch):
    shown = []
    monkeypatch.setattr(plots.page, "_show", lambda png, title, alt: shown.append((title, alt)))
    tokens = "the cat , which ate , was".split()
    recording = record(keras.layers.GRU(5), data(dtype="float32"))
    instruments.show_states(recording, tokens, title="States", alt="five rows", example=1)
    instruments.show_gates(recording, tokens, title="Gates", alt="two strips")
    assert shown == [("States", "five rows"), ("Gates", "two strips")]


def epochs_of(source, count=2):
    """The first column of what `fit` would see, epoch by epoch, and the sizes of the batches."""
    seen = []
    for _ in range(count):
        parts = [source[i] for i in range(len(source))] if isinstance(source, keras.utils.PyDataset) else list(source)
        assert all((np.asarray(x)[:, 0] == np.asarray(y)).all() for x, y in parts), "rows came apart"
        seen.append(([int(value) for _, y in parts for value in y], [len(y) for _, y in parts]))
        if isinstance(source, keras.utils.PyDataset):
            source.on_epoch_end()
    return seen


@pytest.mark.parametrize("build", [training._tensorflow_dataset, training._Batches])
def test_batches_are_whole_reshuffled_and_repeat_after_the_same_seed(build):
    if build is training._tensorflow_dataset and keras.backend.backend() != "tensorflow":
        pytest.skip("a matter of TensorFlow")
    x = np.stack([np.arange(50.0), np.zeros(50)], axis=1)
    runs = []
    for _ in range(2):
        keras.utils.set_random_seed(3)
        runs.append(epochs_of(build((x, x[:, 0]), 50, 16, True)))
    assert runs[0] == runs[1]
    (first, sizes), (second, _) = runs[0]
    assert sizes == [16, 16, 16, 2]
    assert sorted(first) == sorted(second) == list(range(50)) and first != second
    assert epochs_of(build((x, x[:, 0]), 50, 16, False), 1)[0][0] == list(range(50))


@pytest.mark.filterwarnings("error:.*shuffle")
def test_a_model_trains_and_autotuning_is_off():
    x = {"left": np.ones((20, 2), "float32"), "right": np.ones((20, 2), "float32")}
    left, right = (keras.Input((2,), name=name) for name in x)
    model = keras.Model({"left": left, "right": right}, keras.layers.Dense(1)(keras.layers.Add()([left, right])))
    model.compile("sgd", "mse")
    batches = training.dataset(x, np.ones((20, 1), "float32"), batch_size=8)
    history = model.fit(batches, validation_data=batches, epochs=3, verbose=0).history
    assert history["val_loss"][-1] < history["val_loss"][0]
    if keras.backend.backend() == "tensorflow":
        assert batches.options().autotune.enabled is False
    with pytest.raises(ValueError, match=r"same number of examples, not \[19, 20\]"):
        training.dataset(x, np.ones((19, 1)), batch_size=8)


@pytest.mark.parametrize("kind", [keras.layers.SimpleRNN, keras.layers.GRU, keras.layers.LSTM])
def test_a_recurrent_layer_stays_in_the_widest_float(kind):
    dtype = training.widest_float()
    states = kind(3, return_sequences=True, dtype=dtype)(data())
    assert keras.backend.standardize_dtype(states.dtype) == dtype
