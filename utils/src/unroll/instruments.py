"""The oscilloscope: states, gates and gradient norms inside Keras's SimpleRNN, GRU and LSTM, step by step.

Everything is in the decks' terms: a<t> is the state, c<t> the memory cell, and the gates are Γ_u, Γ_r, Γ_f, Γ_o, open at
1. Keras's GRU interpolates the other way round, so its gate z is 1 - Γ_u; its LSTM calls Γ_u the input gate.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import keras
import numpy as np
from keras import ops

from unroll import plots


@dataclass(frozen=True)
class Recording:
    """The values inside a layer at every step of a batch, in the order of the input.

    Parameters
    ----------
    states
        a<t>, of shape (m, T, n_a).
    gates
        Values from 0 to 1 by gate: ``Γ_u``, ``Γ_r`` (GRU) or ``Γ_u``, ``Γ_f``, ``Γ_o`` (LSTM), of shape (m, T, n_a).
        A SimpleRNN has none.
    candidates
        c̃<t>, of shape (m, T, n_a); None for a SimpleRNN.
    cells
        c<t>, of shape (m, T, n_a). For a GRU it is a<t>; None for a SimpleRNN.
    """

    states: np.ndarray
    gates: Mapping[str, np.ndarray] = field(default_factory=dict)
    candidates: np.ndarray | None = None
    cells: np.ndarray | None = None


class Directions(NamedTuple):
    """The two directions of a Bidirectional layer."""

    forward: object
    backward: object


def record(layer: keras.Layer, x: np.ndarray, mask: np.ndarray | None = None) -> Recording | Directions:
    """Compute in NumPy, from a layer's weights, what happens inside it.

    Parameters
    ----------
    layer
        A `keras.layers.SimpleRNN`, `GRU` or `LSTM`, or a `Bidirectional` around one. It starts from a<0> = 0, without
        dropout.
    x
        Its input, of shape (m, T, n_x).
    mask
        Of shape (m, T): False where a step is padding. There the state does not change.

    Returns
    -------
    Recording
        For a Bidirectional, two of them: ``forward, backward = record(layer, x)``.

    Raises
    ------
    TypeError
        If the layer is of another kind.

    Examples
    --------
    >>> recording = record(keras.layers.LSTM(4), np.ones((1, 6, 3)))
    >>> recording.states.shape, sorted(recording.gates)
    ((1, 6, 4), ['Γ_f', 'Γ_o', 'Γ_u'])
    """
    if isinstance(layer, keras.layers.Bidirectional):
        _build(layer, x)
        return Directions(record(layer.forward_layer, x, mask), record(layer.backward_layer, x, mask))
    step = _step_of(layer)
    _build(layer, x)
    weights = [ops.convert_to_numpy(weight) for weight in layer.cell.weights]
    x = np.asarray(x, dtype=weights[0].dtype)
    keep = np.ones(x.shape[:2], dtype=bool) if mask is None else np.asarray(mask, dtype=bool)
    a = c = np.zeros((len(x), layer.cell.units), dtype=x.dtype)
    seen = []
    for t in _times(layer, x.shape[1]):
        now = step(layer.cell, weights, x[:, t], a, c)
        a = np.where(keep[:, t, None], now["a"], a)
        c = np.where(keep[:, t, None], now.get("c", c), c)
        seen.append({**now, "a": a, "c": c})
    over_time = seen[:: -1 if layer.go_backwards else 1]
    arrays = {name: np.stack([now[name] for now in over_time], axis=1) for name in seen[0]}
    gated = not isinstance(layer, keras.layers.SimpleRNN)
    return Recording(
        states=arrays["a"],
        gates={name: values for name, values in arrays.items() if name.startswith("Γ")},
        candidates=arrays["c̃"] if gated else None,
        cells=arrays["c"] if gated else None,
    )


def gradient_norms(layer: keras.Layer, x: np.ndarray, of: str = "a", loss: Callable | None = None) -> np.ndarray | Directions:
    """Measure how strongly the loss at the last step depends on every step: the norm of its gradient.

    Parameters
    ----------
    layer
        As for `record`.
    x
        Its input, of shape (m, T, n_x), without padding.
    of
        What to differentiate with respect to: ``"a"`` for the states a<t>, ``"c"`` for the memory cells c<t> of an LSTM,
        ``"x"`` for the inputs x<t>. The gradient of c<t> follows all paths, including those through later gates.
    loss
        Computes the loss from a<T>, of shape (m, n_a), using `keras.ops` or Keras layers; one value per example is summed.
        The default is the sum of all units.

    Returns
    -------
    numpy.ndarray, shape (m, T)
        For t = 1 … T. For a Bidirectional, two of them, each with the loss at the last step of its own direction, which is
        t = 1 for the backward one.

    Raises
    ------
    TypeError
        If the layer is of another kind.
    ValueError
        If `of` is none of the three, or the layer has no separate c<t>.

    Examples
    --------
    >>> gradient_norms(keras.layers.SimpleRNN(4), np.ones((2, 6, 3))).shape
    (2, 6)
    """
    if isinstance(layer, keras.layers.Bidirectional):
        _build(layer, x)
        return Directions(*(gradient_norms(one, x, of, loss) for one in (layer.forward_layer, layer.backward_layer)))
    _step_of(layer)
    if of not in ("a", "c", "x"):
        raise ValueError(f"There is a gradient of 'a', 'c' or 'x', not of {of!r}.")
    if of == "c" and not isinstance(layer, keras.layers.LSTM):
        raise ValueError(f"{layer.name} has no memory cell separate from its state: take the gradient of 'a'.")
    _build(layer, x)
    x = np.asarray(x, dtype=layer.compute_dtype)
    m, T, n_x = x.shape
    held = 2 if isinstance(layer, keras.layers.LSTM) else 1

    def total(nudge):
        """The loss when each step's quantity is shifted by nudge[:, t]; its gradient at 0 is the one we want."""
        before = [ops.zeros((m, layer.cell.units), dtype=x.dtype) for _ in range(held)]
        for t in _times(layer, T):
            step_input = ops.convert_to_tensor(x[:, t])  # PyTorch cannot add an array to a tensor with a gradient
            if of == "x":
                step_input = step_input + nudge[:, t]
            _, after = layer.cell(step_input, before, training=False)
            if of == "a":
                after = [after[0] + nudge[:, t], *after[1:]]
            elif of == "c":
                c = after[1] + nudge[:, t]
                after = [_output_gate(layer.cell, step_input, before[0]) * layer.cell.activation(c), c]
            before = list(after)
        return ops.sum(before[0] if loss is None else loss(before[0]))

    width = n_x if of == "x" else layer.cell.units
    return np.linalg.norm(_gradient(total, np.zeros((m, T, width), dtype=x.dtype)), axis=-1)


def show_states(recording: Recording, tokens: Sequence[str], *, title: str, alt: str, example: int = 0) -> None:
    """Draw the states of one example over its tokens.

    Parameters
    ----------
    recording
        From `record`.
    tokens
        The T tokens.
    title, alt
        As for `unroll.plots.figure`.
    example
        Index in the batch.
    """
    plots.heatmap(recording.states[example].T, columns=tokens, title=title, alt=alt)


def show_gates(recording: Recording, tokens: Sequence[str], *, title: str, alt: str, example: int = 0) -> None:
    """Draw the gates of one example over its tokens, with all units of each gate.

    Parameters
    ----------
    recording
        From `record`, for a layer with gates.
    tokens
        The T tokens.
    title, alt
        As for `unroll.plots.figure`.
    example
        Index in the batch.
    """
    plots.gates({name: gate[example] for name, gate in recording.gates.items()}, tokens, title=title, alt=alt)


def _simple_rnn_step(cell, weights, x, a, c):
    W_x, W_a, *b = weights
    return {"a": _call(cell.activation, x @ W_x + a @ W_a + sum(b))}


def _gru_step(cell, weights, x, a, c):
    W_x, W_a, *b = weights
    b_x, b_a = (b[0] if cell.reset_after else (b[0], 0)) if b else (0, 0)
    from_x = np.split(x @ W_x + b_x, 3, axis=-1)
    W_z, W_r, W_c = np.split(W_a, 3, axis=-1)
    from_a = np.split(a @ W_a + b_a, 3, axis=-1) if cell.reset_after else [a @ W_z, a @ W_r]
    z = _call(cell.recurrent_activation, from_x[0] + from_a[0])
    r = _call(cell.recurrent_activation, from_x[1] + from_a[1])
    candidate = _call(cell.activation, from_x[2] + (r * from_a[2] if cell.reset_after else (r * a) @ W_c))
    a = z * a + (1 - z) * candidate
    return {"a": a, "c": a, "c̃": candidate, "Γ_u": 1 - z, "Γ_r": r}


def _lstm_step(cell, weights, x, a, c):
    W_x, W_a, *b = weights
    i, f, g, o = np.split(x @ W_x + a @ W_a + sum(b), 4, axis=-1)
    i, f, o = (_call(cell.recurrent_activation, gate) for gate in (i, f, o))
    candidate = _call(cell.activation, g)
    c = f * c + i * candidate
    return {"a": o * _call(cell.activation, c), "c": c, "c̃": candidate, "Γ_u": i, "Γ_f": f, "Γ_o": o}


def _output_gate(cell, x, a):
    """Γ_o in the backend's own terms, for gradients through it. An LSTM's gates are ordered i, f, c, o."""
    last = slice(3 * cell.units, None)
    bias = cell.bias[last] if cell.use_bias else 0
    return cell.recurrent_activation(ops.matmul(x, cell.kernel[:, last]) + ops.matmul(a, cell.recurrent_kernel[:, last]) + bias)


_STEPS = {keras.layers.SimpleRNN: _simple_rnn_step, keras.layers.GRU: _gru_step, keras.layers.LSTM: _lstm_step}


def _step_of(layer):
    for kind, step in _STEPS.items():
        if isinstance(layer, kind):
            return step
    raise TypeError(f"{type(layer).__name__} is not supported, only SimpleRNN, GRU, LSTM and Bidirectional.")


def _build(layer, x) -> None:
    if not layer.built:
        layer.build(np.shape(x))


def _times(layer, T: int) -> range:
    return range(T - 1, -1, -1) if layer.go_backwards else range(T)


def _call(activation, values: np.ndarray) -> np.ndarray:
    """Apply the layer's activation to NumPy arrays; Keras runs those other than tanh and sigmoid."""
    if activation is keras.activations.tanh:
        return np.tanh(values)
    if activation is keras.activations.sigmoid:
        return (1 + np.tanh(values / 2)) / 2  # the same as 1 / (1 + exp(-values)), without overflow
    return ops.convert_to_numpy(activation(ops.convert_to_tensor(values)))


def _gradient(function: Callable, at: np.ndarray) -> np.ndarray:
    """The gradient of a scalar function, by the backend in use."""
    return _GRADIENTS[keras.backend.backend()](function, at)


def _tensorflow_gradient(function, at):
    import tensorflow as tf

    at = tf.convert_to_tensor(at)
    with tf.GradientTape() as tape:
        tape.watch(at)
        value = function(at)
    return tape.gradient(value, at).numpy()


def _jax_gradient(function, at):
    import jax

    return np.asarray(jax.grad(function)(jax.numpy.asarray(at)))


def _torch_gradient(function, at):
    import torch

    at = ops.convert_to_tensor(at).detach().requires_grad_()
    (gradient,) = torch.autograd.grad(function(at), at)
    return ops.convert_to_numpy(gradient)


_GRADIENTS = {"tensorflow": _tensorflow_gradient, "jax": _jax_gradient, "torch": _torch_gradient}
