"""What a Keras model is made of: shapes, parameters, how far its mask gets, and what keeps a layer off the fused kernels."""

import keras
import numpy as np

_HEADS = ("layer", "output", "parameters", "mask", "fused on a GPU")


def show_layers(model: keras.Sequential) -> None:
    """Print the layers of a model, one a line.

    Parameters
    ----------
    model
        Layers one after another, built: it has been called, or begins with ``keras.Input``.

    Raises
    ------
    TypeError
        If the model is no `keras.Sequential`.
    ValueError
        If it is not built.

    Notes
    -----
    Under *mask* stands what a layer does with it: ``begins``, ``goes on``, ``ends here`` (used, and none is needed above),
    ``lost`` (the layer does not know masks, and those above it take padding for data), or nothing where there is none.
    """
    if not isinstance(model, keras.Sequential):
        raise TypeError(f"show_layers shows a keras.Sequential, not a {type(model).__name__}.")
    if not model.built:
        raise ValueError(f"{model.name} is not built yet: call it on a batch first, or begin it with keras.Input.")
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
    """What keeps a recurrent layer off cuDNN's fused kernels, which run all steps at once; nothing if it may use them on a GPU.

    The conditions are those of Keras on TensorFlow. On PyTorch any mask keeps a layer off them, and on JAX also every GRU.

    Parameters
    ----------
    layer
        A recurrent layer, or a `keras.layers.Bidirectional` around one.
    mask
        Of shape (m, T), as the layer will get it. Unlike the other reasons, a mask that does not fit is an error on a GPU:
        Keras looks at it only when it is too late to take another way.

    Returns
    -------
    list of str

    Raises
    ------
    TypeError
        If it is not a recurrent layer.
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
        reasons["a row is padding from end to end"] = not mask.any(axis=1).all()
        reasons["padding stands before a word"] = (mask[:, 1:] & ~mask[:, :-1]).any()
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
