"""Keras models as answers: what crosses, and how it is rebuilt from Keras's own layers and nothing else.

A model is handed over as its configuration and weights. The receiver rebuilds it from a list of known layers, so
that none of the sender's code runs; facts about the model are about the rebuilt one.
"""

import json
import sys
from dataclasses import dataclass
from typing import Any

import numpy as np

from unroll.checks.allowed import ALLOWED, LOSSES, MODELS


class ModelError(ValueError):
    """A model cannot be handed over or rebuilt; the message says why."""


@dataclass(frozen=True, eq=False)
class HandedOver:
    """What crosses when a model is handed over.

    Parameters
    ----------
    config
        Its architecture, as JSON.
    weights
        Its weights, in Keras's order.
    loss
        The configuration of its compiled loss, as JSON, or None.
    """

    config: str
    weights: tuple[np.ndarray, ...]
    loss: str | None = None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, HandedOver) or (self.config, self.loss) != (other.config, other.loss):
            return False
        return len(self.weights) == len(other.weights) and all(map(np.array_equal, self.weights, other.weights))


def is_model(value: object) -> bool:
    """True for a Keras model, without importing Keras."""
    keras = sys.modules.get("keras")
    return keras is not None and isinstance(value, keras.Model)


def hand_over(model: Any) -> HandedOver:
    """Serialise a model.

    Raises
    ------
    ModelError
        If it is not built, or is of a kind that cannot be rebuilt.
    """
    import keras

    if type(model).__name__ not in MODELS:
        raise ModelError(
            f"a model of the class {type(model).__name__} cannot be handed over; use keras.Sequential or "
            "keras.Model(inputs, outputs)"
        )
    if not model.built:
        raise ModelError("the model has no weights yet; start it with keras.Input, so that it knows the shape of its inputs")
    loss = _loss(model)
    handed = HandedOver(
        config=json.dumps(keras.saving.serialize_keras_object(model)),
        weights=tuple(np.asarray(weight) for weight in model.get_weights()),
        loss=json.dumps(keras.saving.serialize_keras_object(loss)) if loss is not None else None,
    )
    _check_known(json.loads(handed.config))
    return handed


def _loss(model: Any) -> Any:
    """The compiled loss as a Keras object; None if there is none, or a custom one."""
    import keras

    loss = getattr(model, "loss", None)
    if isinstance(loss, str):
        loss = keras.losses.get(loss)
    name = "".join(part.capitalize() for part in getattr(loss, "__name__", "").split("_"))
    if name in LOSSES:  # a function, such as that of "sparse_categorical_crossentropy"
        loss = getattr(keras.losses, name)()
    return loss if isinstance(loss, keras.Loss) else None


def rebuild(handed: HandedOver) -> Any:
    """Rebuild a model.

    Returns
    -------
    keras.Model
        With the same weights; compiled if there is a loss, with an arbitrary optimizer.

    Raises
    ------
    ModelError
        If it uses anything except Keras's own layers, or its weights do not fit.
    """
    import keras

    configs = [_read(text) for text in (handed.config, handed.loss) if text is not None]
    if not isinstance(configs[0], dict) or configs[0].get("class_name") not in MODELS:
        raise ModelError("this is not a model")
    for config in configs:
        _check_known(config)
    try:
        model, *loss = [keras.saving.deserialize_keras_object(config, safe_mode=True) for config in configs]
        model.set_weights(list(handed.weights))
    except Exception as error:  # Keras may raise anything for a configuration it did not write
        reason = str(error).strip().partition("\n")[0][:200]
        raise ModelError(f"the model cannot be rebuilt: {type(error).__name__}: {reason}") from error
    if loss:
        model.compile(loss=loss[0])
    return model


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ModelError("the configuration is not JSON") from error


def _check_known(config: object) -> None:
    """Raise ModelError if a configuration names anything not on the list; drop how it, or a model inside, was compiled."""
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


def _check_class(node: dict[str, Any]) -> None:
    module, name, registered = node.get("module"), node["class_name"], node.get("registered_name")
    strange = not all(isinstance(value, (str, type(None))) for value in (module, name, registered))
    if strange or name not in ALLOWED.get(module, ()) or registered not in (None, name):
        raise ModelError(
            f"it contains a {name}; a judged model may only use Keras's own layers, such as Embedding, LSTM, Bidirectional and Dense"
        )
