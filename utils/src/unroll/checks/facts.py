"""What can be said of a model: facts that do not depend on the weights that chance gave it.

A case names the facts that it asks for, and gives what they are found with: ``ids``, a batch of inputs without padding, and
whatever else a fact says.
"""

from collections.abc import Callable
from functools import cached_property

import numpy as np

_SAME = 1e-5
_LOSS = 1e-3
_MORE_PADDING = 3


def find(model, names: tuple[str, ...], given: dict) -> tuple:
    """The named facts of a Keras model, in order.

    Parameters
    ----------
    model
        A `keras.Model`.
    names
        Of FACTS.
    given
        What they are found with, by name.
    """
    subject = Subject(model, given)
    return tuple(FACTS[name](subject) for name in names)


class Subject:
    """A model, what facts about it are found with, and its outputs, which several facts need.

    Parameters
    ----------
    model
        A `keras.Model`.
    given
        By name.
    """

    def __init__(self, model, given: dict) -> None:
        self.model, self.given = model, given
        self.ids = np.asarray(given["ids"])

    def run(self, ids: np.ndarray) -> np.ndarray:
        """The model's outputs."""
        return np.asarray(self.model(ids, training=False)).astype("float64")

    @cached_property
    def outputs(self) -> np.ndarray:
        """Of the given ids."""
        return self.run(self.ids)

    @property
    def labels(self) -> np.ndarray:
        return np.asarray(self.given["labels"])

    @property
    def one_output_a_step(self) -> bool:
        return self.outputs.ndim == 3 and self.outputs.shape[1] == self.ids.shape[1]

    def with_another_word(self, position: int) -> np.ndarray:
        """The outputs when the word at a position is another."""
        other = self.ids.copy()
        other[:, position] = np.where(other[:, position] == 1, 2, 1)
        return self.run(other)


def _yes(value) -> str:
    return "yes" if value else "no"


def _differs(one: np.ndarray, other: np.ndarray) -> bool:
    return one.shape != other.shape or bool(np.any(np.abs(one - other) > _SAME))


def output_shape(subject: Subject) -> str:
    """Of the outputs for ``ids``."""
    return str(subject.outputs.shape)


def parameters(subject: Subject) -> int:
    """How many numbers the model learns."""
    return sum(int(np.prod(weight.shape)) for weight in subject.model.trainable_weights)


def recurrent_layers(subject: Subject) -> str:
    """Kind, units and directions of every recurrent layer whose weights matter to the outputs, from the input on."""
    descriptions = [(_description(layer), layer) for layer in subject.model.layers]
    return ", ".join(text for text, layer in descriptions if text and _matters(subject, layer)) or "none"


def _description(layer) -> str | None:
    import keras

    if isinstance(layer, keras.layers.Bidirectional):
        merge = {"concat": "side by side", "sum": "summed", "ave": "averaged", "mul": "multiplied"}.get(
            layer.merge_mode, "apart"
        )
        inside = _description(layer.forward_layer)
        return inside and f"{inside} both ways, {merge}"
    if isinstance(layer, (keras.layers.SimpleRNN, keras.layers.GRU, keras.layers.LSTM)):
        return f"{type(layer).__name__} {layer.units}"
    if isinstance(layer, keras.layers.RNN):
        cells = getattr(layer.cell, "cells", [layer.cell])
        return ", ".join(f"{type(cell).__name__.removesuffix('Cell')} {cell.units}" for cell in cells)
    return None


def _matters(subject: Subject, layer) -> bool:
    """Whether other weights in this layer would change the outputs."""
    kept = layer.get_weights()
    rng = np.random.default_rng(0)
    layer.set_weights([rng.normal(size=weight.shape).astype(weight.dtype) for weight in kept])
    changed = _differs(subject.run(subject.ids), subject.outputs)
    layer.set_weights(kept)
    return changed


def padding_changes_nothing(subject: Subject) -> str:
    """Whether the outputs for ``ids`` stay what they are when more steps of the id 0 follow."""
    longer = subject.run(np.pad(subject.ids, ((0, 0), (0, _MORE_PADDING))))
    if subject.one_output_a_step:
        longer = longer[:, : subject.ids.shape[1]]
    return _yes(not _differs(subject.outputs, longer))


def sees_later_words(subject: Subject) -> str:
    """Whether the output at the first step depends on the last word of ``ids``."""
    other = subject.with_another_word(-1)
    return _yes(subject.one_output_a_step and _differs(subject.outputs[:, 0], other[:, 0]))


def sees_earlier_words(subject: Subject) -> str:
    """Whether the last output depends on the first word of ``ids``."""
    last = (slice(None), -1) if subject.one_output_a_step else slice(None)
    return _yes(_differs(subject.outputs[last], subject.with_another_word(0)[last]))


def outputs_are(subject: Subject) -> str:
    """What the outputs for ``ids`` can be: probabilities of the classes, numbers from 0 to 1, or any numbers."""
    outputs = subject.outputs
    within = outputs.min() >= 0 and outputs.max() <= 1
    if within and outputs.shape[-1] > 1 and np.abs(outputs.sum(axis=-1) - 1).max() < _SAME:
        return "probabilities that add up to 1"
    return "numbers from 0 to 1" if within else "any numbers"


def loss_is_cross_entropy(subject: Subject) -> str:
    """Whether the loss that the model was compiled with, for ``ids`` and ``labels``, is the cross-entropy of its outputs.

    Outputs that add up to 1 are taken for probabilities and others for logits.
    """
    outputs, labels = subject.outputs, subject.labels
    if getattr(subject.model, "loss", None) is None:
        return "not compiled"
    p = outputs
    if outputs_are(subject) != "probabilities that add up to 1":
        p = np.exp(outputs - outputs.max(axis=-1, keepdims=True))
        p /= p.sum(axis=-1, keepdims=True)
    right = -np.log(np.take_along_axis(p, labels[..., None], axis=-1)).mean()
    measured = float(np.mean(subject.model.loss(labels, outputs.astype("float32"))))
    return _yes(abs(measured - right) < _LOSS * right)


def same_answer_twice(subject: Subject) -> str:
    """Whether the same ``ids`` give the same outputs again: no state is carried from one batch into the next."""
    return _yes(not _differs(subject.outputs, subject.run(subject.ids)))


def accuracy(subject: Subject) -> float:
    """Share of ``ids`` whose label, 0 or 1, the model says with one number from 0 to 1; what is beyond ``enough`` is cut off."""
    says = subject.outputs.reshape(len(subject.ids), -1)
    if says.shape[1] != 1:
        return 0.0
    right = np.mean((says[:, 0] > 0.5) == (subject.labels == 1))
    return float(min(right, subject.given["enough"]))


FACTS: dict[str, Callable] = {
    function.__name__.replace("_", " "): function
    for function in (
        output_shape, parameters, recurrent_layers, padding_changes_nothing, sees_later_words, sees_earlier_words, outputs_are,
        loss_is_cross_entropy, same_answer_twice, accuracy,
    )
}  # fmt: skip
