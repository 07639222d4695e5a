"""Keras models as answers: what crosses of a model, and how it is built anew, from Keras's own layers and nothing else.

A model is handed over as its configuration and its weights. Whoever receives it builds it again from a list of layers that
are known, so that nothing of the sender's runs; what is then said of the model is true of the one that was built.
"""

import json
import sys
from dataclasses import dataclass

import numpy as np

_LAYERS = {
    "Activation", "Add", "Average", "AveragePooling1D", "BatchNormalization", "Bidirectional", "Concatenate", "Conv1D", "Dense",
    "Dropout", "Embedding", "Flatten", "GRU", "GRUCell", "GlobalAveragePooling1D", "GlobalMaxPooling1D", "Identity",
    "InputLayer", "LSTM", "LSTMCell", "LayerNormalization", "Masking", "MaxPooling1D", "Maximum", "Multiply", "Permute", "RNN",
    "ReLU", "RepeatVector", "Reshape", "SimpleRNN", "SimpleRNNCell", "Softmax", "SpatialDropout1D", "StackedRNNCells",
    "Subtract", "TimeDistributed",
}  # fmt: skip
_MODELS = {"Functional", "Sequential"}
_INITIALIZERS = {
    "Constant", "GlorotNormal", "GlorotUniform", "HeNormal", "HeUniform", "Identity", "LecunNormal", "LecunUniform", "Ones",
    "Orthogonal", "RandomNormal", "RandomUniform", "TruncatedNormal", "VarianceScaling", "Zeros",
}  # fmt: skip
_OPERATIONS = {"Any", "GetItem", "LogicalOr", "NotEqual"}
_LOSSES = {"BinaryCrossentropy", "CategoricalCrossentropy", "MeanSquaredError", "SparseCategoricalCrossentropy"}
# By the module that a configuration names. The operations are what Keras notes down of a mask that passes between layers, and of
# a step that is taken out, such as ``states[:, -1]``.
_KNOWN = {
    "keras.layers": _LAYERS,
    "keras": {"DTypePolicy", *_MODELS},
    "keras.models": _MODELS,
    "keras.src.models.functional": _MODELS,
    "keras.src.models.sequential": _MODELS,
    "keras.initializers": _INITIALIZERS,
    "keras.regularizers": {"L1", "L2", "L1L2"},
    "keras.constraints": {"MaxNorm", "NonNeg", "UnitNorm", "MinMaxNorm"},
    "keras.losses": _LOSSES,
    "keras.src.ops.numpy": _OPERATIONS,
    "keras.ops": _OPERATIONS,
    None: {"__keras_tensor__", "__slice__"},
}


class ModelError(ValueError):
    """A model cannot be handed over or built anew; the message says why."""


@dataclass(frozen=True, eq=False)
class HandedOver:
    """What crosses of a model.

    Parameters
    ----------
    config
        Its architecture, as JSON.
    weights
        Its weights, in Keras's order.
    loss
        The configuration of the loss that it was compiled with, as JSON, or None.
    """

    config: str
    weights: tuple[np.ndarray, ...]
    loss: str | None = None

    def __eq__(self, other) -> bool:
        same = isinstance(other, HandedOver) and (self.config, self.loss) == (other.config, other.loss)
        return same and len(self.weights) == len(other.weights) and all(map(np.array_equal, self.weights, other.weights))

    __hash__ = None


def is_model(value) -> bool:
    """True for a Keras model; does not import Keras for it."""
    keras = sys.modules.get("keras")
    return keras is not None and isinstance(value, keras.Model)


def hand_over(model) -> HandedOver:
    """Write down a model.

    Raises
    ------
    ModelError
        If it is not built, or is of another kind than those that can be rebuilt.
    """
    import keras

    if type(model).__name__ not in _MODELS:
        raise ModelError(
            f"a model of the class {type(model).__name__} cannot be handed over; use keras.Sequential or "
            "keras.Model(inputs, outputs)"
        )
    if not model.built:
        raise ModelError("the model has no weights yet; begin it with keras.Input, so that it knows the shape of its inputs")
    loss = _loss(model)
    handed = HandedOver(
        config=json.dumps(keras.saving.serialize_keras_object(model)),
        weights=tuple(np.asarray(weight) for weight in model.get_weights()),
        loss=json.dumps(keras.saving.serialize_keras_object(loss)) if loss is not None else None,
    )
    _check_known(json.loads(handed.config))
    return handed


def _loss(model):
    """The loss that a model was compiled with, as an object of Keras; None if there is none, or one of somebody's own."""
    import keras

    loss = getattr(model, "loss", None)
    if isinstance(loss, str):
        loss = keras.losses.get(loss)
    name = "".join(part.capitalize() for part in getattr(loss, "__name__", "").split("_"))
    if name in _LOSSES:  # a function, such as that of "sparse_categorical_crossentropy"
        loss = getattr(keras.losses, name)()
    return loss if isinstance(loss, keras.Loss) else None


def rebuild(handed: HandedOver):
    """Build a model anew.

    Returns
    -------
    keras.Model
        With the weights that were handed over; compiled if a loss was, with no optimizer that matters.

    Raises
    ------
    ModelError
        If it names anything but Keras's own layers, or its weights do not fit.
    """
    import keras

    configs = [_read(text) for text in (handed.config, handed.loss) if text is not None]
    if not isinstance(configs[0], dict) or configs[0].get("class_name") not in _MODELS:
        raise ModelError("this is no model")
    for config in configs:
        _check_known(config)
    try:
        model, *loss = [keras.saving.deserialize_keras_object(config, safe_mode=True) for config in configs]
        model.set_weights(list(handed.weights))
    except Exception as error:  # whatever Keras makes of a configuration that it did not write
        reason = str(error).strip().partition("\n")[0][:200]
        raise ModelError(f"the model cannot be rebuilt: {type(error).__name__}: {reason}") from error
    if loss:
        model.compile(loss=loss[0])
    return model


def _read(text: str):
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ModelError("the configuration is not JSON") from error


def _check_known(config) -> None:
    """Raise ModelError where a configuration names what is not on the list, and drop how it, or a model in it, was compiled."""
    pending = [config]
    while pending:
        node = pending.pop()
        if isinstance(node, list):
            pending += node
        elif isinstance(node, dict):
            node.pop("compile_config", None)
            if "class_name" in node:
                _check_class(node)
            pending += node.values()


def _check_class(node: dict) -> None:
    module, name, registered = node.get("module"), node["class_name"], node.get("registered_name")
    strange = not all(isinstance(value, (str, type(None))) for value in (module, name, registered))
    if strange or name not in _KNOWN.get(module, ()) or registered not in (None, name):
        raise ModelError(
            f"it holds a {name}; a judged model is built of Keras's own layers, such as Embedding, LSTM, Bidirectional and Dense"
        )
