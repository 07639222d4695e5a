"""Facts about models that make vectors of words, or compare them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from unroll.checks.facts import Subject

_SAME = 1e-4
_GUESS = 0.1


def scores_are(subject: Subject) -> str:
    """What the outputs are: products, or cosines, of a vector of the first word in a row of ``ids`` and one of each word after it."""
    tables = [_array(weight) for weight in subject.model.trainable_weights if len(weight.shape) == 2]
    orders = {"": subject.ids, ", the last word with those before": np.roll(subject.ids, 1, axis=1)}
    kinds: dict[str, Callable[[np.ndarray], np.ndarray]] = {"products": np.asarray, "cosines": _unit}
    for (what, change), (order, ids), one, other in product(kinds.items(), orders.items(), tables, tables):
        if one.shape == other.shape and len(one) > ids.max():
            scores = np.einsum("mn,mkn->mk", change(one)[ids[:, 0]], change(other)[ids[:, 1:]])
            if _agree(subject.outputs, scores):
                return f"{what} of vectors from {'one table' if one is other else 'two tables'}{order}"
    return "other numbers"


def loss_of_yes_or_no(subject: Subject) -> str:
    """Whether the compiled loss, for ``ids`` and ``labels``, is the binary cross-entropy of logits."""
    import keras

    if getattr(subject.model, "loss", None) is None:
        return "not compiled with a loss of Keras"
    outputs = subject.outputs.astype("float32")
    if outputs.shape != subject.labels.shape:
        return "one for outputs of another shape"
    labels = subject.labels.astype("float32")
    measured = np.mean(_array(subject.model.loss(labels, outputs)))
    for logits, said in ((True, "binary cross-entropy of logits"), (False, "binary cross-entropy of probabilities")):
        if _agree(measured, np.mean(_array(keras.losses.binary_crossentropy(labels, outputs, from_logits=logits)))):
            return said
    return "another"


def nearer_to_its_like(subject: Subject) -> str:
    """How often the first word in a row of ``ids`` has a higher cosine with the word like it than with the other one.

    A row has three words. The second is like the first where the label is 1, the third where it is 0. Anything from ``enough`` up is
    the same, and a share near one half is called a guess.
    """
    vectors = subject.outputs
    if vectors.ndim != 3 or vectors.shape[:2] != subject.ids.shape or not np.isfinite(vectors).all():
        return "not one vector of numbers for each word"
    unit = _unit(vectors)
    nearer = np.einsum("mn,mn->m", unit[:, 0], unit[:, 1]) > np.einsum("mn,mn->m", unit[:, 0], unit[:, 2])
    right, enough = float(np.mean(nearer == (subject.labels == 1))), subject.given["enough"]
    if right >= enough:
        return f"at least {enough:.0%}"
    return "no better than a guess" if abs(right - 0.5) < _GUESS else f"{right:.0%}"


def _array(tensor: object) -> np.ndarray:
    import keras

    array: np.ndarray = keras.ops.convert_to_numpy(tensor)
    return array


def _unit(vectors: np.ndarray) -> np.ndarray:
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    unit: np.ndarray = vectors / np.where(length > 0, length, 1)
    return unit


def _agree(one: np.ndarray, other: np.ndarray) -> bool:
    return np.shape(one) == np.shape(other) and bool(np.all(np.abs(one - other) <= _SAME * (1 + np.abs(other))))
