"""Keras's recurrent layers in PyTorch's conventions: different shapes, order of gates and number of biases.

Only `run_in_torch` needs PyTorch; the course does not install it.
"""

import keras
import numpy as np
from keras import ops

# The blocks of Keras's matrices, in the order in which PyTorch has them. Keras: i f c o, and z r h; PyTorch: i f g o, and r z n.
_ORDER = {keras.layers.SimpleRNN: (0,), keras.layers.GRU: (1, 0, 2), keras.layers.LSTM: (0, 1, 2, 3)}
_MODULES = {keras.layers.SimpleRNN: "RNN", keras.layers.GRU: "GRU", keras.layers.LSTM: "LSTM"}


def torch_weights(*layers: keras.Layer) -> dict[str, np.ndarray]:
    """Convert the weights of Keras layers to PyTorch's names, shapes and order.

    Parameters
    ----------
    *layers
        Built `keras.layers.SimpleRNN`, `GRU` or `LSTM` layers; several of one kind and size are a stack, lowest first.

    Returns
    -------
    dict of str to numpy.ndarray
        For layer k, ``weight_ih_lk`` of shape (gates · n_a, n_x), ``weight_hh_lk`` of shape (gates · n_a, n_a) and, with biases,
        ``bias_ih_lk`` and ``bias_hh_lk``, which PyTorch adds. Where Keras has one bias, the second is 0.

    Raises
    ------
    TypeError
        If a layer is of another kind.
    ValueError
        If PyTorch has no such layer: activations other than tanh and sigmoid, or a GRU with ``reset_after=False``.

    Examples
    --------
    >>> layer = keras.layers.GRU(4)
    >>> layer.build((None, None, 3))
    >>> {name: weight.shape for name, weight in torch_weights(layer).items()}
    {'weight_ih_l0': (12, 3), 'weight_hh_l0': (12, 4), 'bias_ih_l0': (12,), 'bias_hh_l0': (12,)}
    """
    found = {}
    for number, layer in enumerate(layers):
        order = _ORDER[_kind(layer)]
        kernel, recurrent_kernel, *bias = (ops.convert_to_numpy(weight) for weight in layer.cell.weights)
        found[f"weight_ih_l{number}"] = _blocks(kernel, order).T
        found[f"weight_hh_l{number}"] = _blocks(recurrent_kernel, order).T
        if bias:
            both = bias[0] if bias[0].ndim == 2 else np.stack([bias[0], np.zeros_like(bias[0])])
            found[f"bias_ih_l{number}"], found[f"bias_hh_l{number}"] = _blocks(both, order)
    return found


def run_in_torch(x: np.ndarray, *layers: keras.Layer) -> tuple[np.ndarray, ...]:
    """Run a batch through PyTorch's layer of the same kind, with Keras's weights.

    Parameters
    ----------
    x
        The batch, of shape (T, m, n_x): steps first, PyTorch's default without ``batch_first=True``.
    *layers
        As for `torch_weights`.

    Returns
    -------
    output : numpy.ndarray, shape (T, m, n_a)
        The states of the top layer at all steps.
    h_n : numpy.ndarray, shape (layers, m, n_a)
        The last state of each layer.
    c_n : numpy.ndarray, shape (layers, m, n_a)
        The last cell of each layer; only for an LSTM.

    Raises
    ------
    ImportError
        If PyTorch is not installed.
    """
    import torch

    weights = {name: torch.from_numpy(weight.copy()) for name, weight in torch_weights(*layers).items()}
    n_a, n_x = layers[0].cell.units, weights["weight_ih_l0"].shape[1]
    kind = getattr(torch.nn, _MODULES[_kind(layers[0])])
    module = kind(input_size=n_x, hidden_size=n_a, num_layers=len(layers), bias="bias_ih_l0" in weights)
    module.to(weights["weight_ih_l0"].dtype).load_state_dict(weights)
    with torch.no_grad():
        output, last = module(torch.from_numpy(np.asarray(x, dtype=layers[0].compute_dtype)))
    return tuple(tensor.numpy() for tensor in (output, *(last if isinstance(last, tuple) else (last,))))


def _kind(layer):
    for kind in _ORDER:
        if isinstance(layer, kind):
            if layer.activation is not keras.activations.tanh:
                raise ValueError(f"{layer.name} has an activation other than tanh, which cannot be converted to PyTorch.")
            if kind is not keras.layers.SimpleRNN and layer.recurrent_activation is not keras.activations.sigmoid:
                raise ValueError(f"{layer.name} has gates that are not sigmoid; PyTorch supports only sigmoid.")
            if kind is keras.layers.GRU and not layer.reset_after:
                raise ValueError(
                    f"{layer.name} has reset_after=False: PyTorch's GRU applies its reset gate after the matrix product."
                )
            return kind
    raise TypeError(f"{type(layer).__name__} cannot be converted to PyTorch, only SimpleRNN, GRU and LSTM can.")


def _blocks(weights: np.ndarray, order: tuple[int, ...]) -> np.ndarray:
    """Split the last axis into its gates, and reorder them."""
    gates = np.split(weights, len(order), axis=-1)
    return np.concatenate([gates[place] for place in order], axis=-1)
