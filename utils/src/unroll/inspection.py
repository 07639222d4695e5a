"""What a Keras model consists of: shapes, parameters, how far its mask reaches, and what keeps layers off fused kernels."""

import keras
import numpy as np

_HEADS = ("layer", "output", "parameters", "mask", "fused on a GPU")


def show_layers(model: keras.Sequential) -> None:
    """Print the layers of a model, one per line.

    Parameters
    ----------
    model
        A built model: it has been called, or starts with ``keras.Input``.

    Raises
    ------
    TypeError
        If the model is not a `keras.Sequential`.
    ValueError
        If it is not built.

    Notes
    -----
    The column *mask* says what a layer does with the mask: ``begins``, ``goes on``, ``ends here`` (used, and not needed above),
    ``lost`` (the layer does not support masks, so the layers above it take padding for data), or nothing if there is no mask.

    Examples
    --------
    >>> layers = [keras.Input((None,)), keras.layers.Embedding(10, 4, mask_zero=True), keras.layers.GRU(3)]
    >>> show_layers(keras.Sequential(layers))
    layer       output            parameters   mask        fused on a GPU
    Embedding   (None, None, 4)   40           begins
    GRU         (None, 3)         81           ends here   yes
    """
    if not isinstance(model, keras.Sequential):
        raise TypeError(f"show_layers shows a keras.Sequential, not a {type(model).__name__}.")
    if not model.built:
        raise ValueError(f"{model.name} is not built yet: call it on a batch first, or start it with keras.Input.")
    rows, mask = [_HEADS], None
    for layer in model.layers:
        before, mask = mask, layer.compute_mask(layer.input, mask) if layer.supports_masking else None
        rows.append(
            (_name(layer), str(layer.output.shape), f"{layer.count_params():,}", _fate(layer, before, mask), _fused(layer))
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def not_fused_because(layer: keras.Layer, mask: np.ndarray | None = None) -> list[str]:
    """List what keeps a recurrent layer off cuDNN's fused kernels, which run all steps at once; nothing if a GPU can use them.

    The conditions are those of Keras on TensorFlow. On PyTorch any mask rules them out; on JAX, so does every GRU.

    Parameters
    ----------
    layer
        A recurrent layer, or a `keras.layers.Bidirectional` around one.
    mask
        The mask the layer will get, of shape (m, T). Unlike the other reasons, an unsuitable mask is an error on a GPU:
        Keras checks it too late to choose another kernel.

    Returns
    -------
    list of str
        One reason each; empty if there is none.

    Raises
    ------
    TypeError
        If it is not a recurrent layer.

    Examples
    --------
    >>> not_fused_because(keras.layers.GRU(3, reset_after=False))
    ['reset_after=False']
    """
    if isinstance(layer, keras.layers.Bidirectional):
        layer = layer.forward_layer
    if not isinstance(layer, keras.layers.RNN):
        raise TypeError(f"{type(layer).__name__} is not a recurrent layer.")
    if not isinstance(layer, keras.layers.GRU | keras.layers.LSTM):
        return [f"there is no fused {type(layer).__name__}"]
    reasons = {
        "activation is not tanh": layer.activation is not keras.activations.tanh,
        "recurrent_activation is not sigmoid": layer.recurrent_activation is not keras.activations.sigmoid,
        "recurrent_dropout is not 0": layer.recurrent_dropout != 0,
        "unroll=True": layer.unroll,
        "use_bias=False": not layer.use_bias,
        "reset_after=False": not getattr(layer, "reset_after", True),
        "use_cudnn=False": layer.use_cudnn is False,
    }
    if mask is not None:
        mask = np.asarray(mask, dtype=bool)
        reasons["a row is nothing but padding"] = not mask.any(axis=1).all()
        reasons["padding comes before a word"] = (mask[:, 1:] & ~mask[:, :-1]).any()
    return [reason for reason, holds in reasons.items() if holds]


def _name(layer) -> str:
    inner = f"({_name(layer.forward_layer)})" if isinstance(layer, keras.layers.Bidirectional) else ""
    return type(layer).__name__ + inner


def _fate(layer, before, after) -> str:
    if before is None:
        return "" if after is None else "begins"
    if after is not None:
        return "goes on"
    return "ends here" if layer.supports_masking else "lost"


def _fused(layer) -> str:
    if not isinstance(layer, keras.layers.RNN | keras.layers.Bidirectional):
        return ""
    return ", ".join(not_fused_because(layer)) or "yes"
