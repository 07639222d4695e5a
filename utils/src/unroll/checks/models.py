"""Keras models as answers: what crosses, and how it is rebuilt from Keras's own layers and nothing else.

A model is handed over as its configuration and weights. The receiver rebuilds it from a list of known layers, so
that none of the sender's code runs; facts about the model are about the rebuilt one.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from unroll.checks.allowed import ALLOWED, INSTEAD, LOSSES, MODELS, OPTIMIZERS


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
    loss, optimizer
        The configurations of what it is compiled with, as JSON; None if there is none, a name in quotes if it is not one of
        Keras's.
    states
        Of its stateful layers, in the order of the layers. Two models that differ in them alone are equal.
    """

    config: str
    weights: tuple[np.ndarray, ...]
    loss: str | None = None
    optimizer: str | None = None
    states: tuple[np.ndarray, ...] = ()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, HandedOver):
            return False
        if (self.config, self.loss, self.optimizer) != (other.config, other.loss, other.optimizer):
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
    handed = HandedOver(
        config=json.dumps(keras.saving.serialize_keras_object(model)),
        weights=tuple(map(keras.ops.convert_to_numpy, model.get_weights())),
        loss=_described(_loss(model), LOSSES),
        optimizer=_described(getattr(model, "optimizer", None), OPTIMIZERS),
        states=tuple(keras.ops.convert_to_numpy(state) for state in _states(model)),
    )
    _check_known(json.loads(handed.config))
    return handed


def _loss(model: Any) -> Any:
    """The compiled loss: an object if it is one of Keras's, else what the student gave; None if there is none."""
    import keras

    loss = getattr(model, "loss", None)
    while isinstance(loss, (list, tuple, dict)) and len(loss) == 1:  # one for each output
        (loss,) = loss.values() if isinstance(loss, dict) else loss
    if isinstance(loss, str):
        loss = keras.losses.get(loss)
    name = "".join(part.capitalize() for part in getattr(loss, "__name__", "").split("_"))
    if name in LOSSES:  # a function, such as that of "sparse_categorical_crossentropy"
        loss = getattr(keras.losses, name)()
    return loss


def _described(thing: Any, known: set[str]) -> str | None:
    import keras

    if thing is None:
        return None
    own = type(thing).__name__ not in known or not type(thing).__module__.startswith("keras.")
    return json.dumps(getattr(thing, "__name__", type(thing).__name__) if own else keras.saving.serialize_keras_object(thing))


def _states(model: Any) -> list[Any]:
    """The variables in which stateful layers keep their states; a layer that has read nothing may have none yet."""
    import keras

    layers = [layer for layer in model.layers if isinstance(layer, keras.layers.RNN) and layer.stateful]
    return [state for layer in layers for state in keras.tree.flatten(layer.states) if state is not None]


def rebuild(handed: HandedOver) -> Any:
    """Rebuild a model.

    Returns
    -------
    keras.Model
        With the same weights and states; compiled if there is a loss. The sender's own loss is replaced by one that raises
        ModelError when it is called, the sender's own optimizer by one that does not move.

    Raises
    ------
    ModelError
        If it uses anything except Keras's own layers, or its weights do not fit.
    """
    import keras

    config, loss, optimizer = (text and _read(text) for text in (handed.config, handed.loss, handed.optimizer))
    if not isinstance(config, dict) or config.get("class_name") not in MODELS:
        raise ModelError("this is not a model")
    for each in (config, loss, optimizer):
        _check_known(each)
    try:
        model = keras.saving.deserialize_keras_object(config, safe_mode=True)
        model.set_weights(list(handed.weights))
        if handed.states:
            for state, value in zip(_states(model), handed.states, strict=True):
                state.assign(value)
        if loss is not None:
            model.compile(
                keras.saving.deserialize_keras_object(optimizer) if isinstance(optimizer, dict) else keras.optimizers.SGD(0.0),
                keras.saving.deserialize_keras_object(loss) if isinstance(loss, dict) else _unknown_loss(loss),
            )
    except Exception as error:  # Keras may raise anything for a configuration it did not write
        reason = str(error).strip().partition("\n")[0][:200]
        raise ModelError(f"the model cannot be rebuilt: {type(error).__name__}: {reason}") from error
    return model


def _unknown_loss(name: object) -> Callable[..., Any]:
    def loss(y: object, y_hat: object) -> Any:
        raise ModelError(
            f"the loss {name} cannot be handed over: a judged model may only have one of Keras's for classes; compile it with "
            "keras.losses.SparseCategoricalCrossentropy(), not with a function or class of your own"
        )

    return loss


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
            INSTEAD.get(str(name))
            or f"it contains a {name}; a judged model may only use Keras's own layers, such as Embedding, LSTM, Bidirectional "
            "and Dense, and the plain operations of keras.ops; put them together in a function, not in a class of your own"
        )
