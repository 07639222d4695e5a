"""Facts about an encoder and a decoder in one model: what it writes, and what passes between the two.

Such a model reads ``ids``, the questions, and beside them ``read``, what its decoder is given to read, which begins with START.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations, product
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from unroll.checks.facts import Subject

_SAME = 1e-4
_HARDLY_ANY = 0.1
_PARTS = {"Embedding": 2, "LSTM": 2, "Dense": 1}


def exact_answers(subject: Subject) -> str:
    """The share of questions whose answers, ``targets``, the model writes character by character; anything from ``enough`` up is the same.

    The decoder reads what it has written itself, always the id with the highest score. Padding, the id 0, is not compared.
    """
    targets, written = np.asarray(subject.given["targets"]), np.asarray(subject.given["read"])[:, :1]
    for step in range(1, targets.shape[1] + 1):
        scores = subject.run(subject.ids, read=written)
        if scores.ndim != 3 or scores.shape[:2] != (len(targets), step):
            return "not a row of scores for each character"
        written = np.concatenate([written, scores[:, -1:].argmax(axis=-1)], axis=1)
    exact = float(((written[:, 1:] == targets) | (targets == 0)).all(axis=1).mean())
    enough = float(subject.given["enough"])
    if exact >= enough:
        return f"at least {enough:.0%}"
    return "hardly any" if exact < _HARDLY_ANY else f"{exact:.0%}"


def looks_ahead(subject: Subject) -> str:
    """Whether the scores of one character depend on what the decoder reads after it."""
    other = np.array(subject.given["read"])
    other[:, -1] = np.where(other[:, -1] == other.max(), other.max() - 1, other.max())
    same = np.abs(subject.run(subject.ids, read=other)[:, :-1] - subject.outputs[:, :-1]).max() <= _SAME
    return "no" if same else "yes"


def decoder_starts_from(subject: Subject) -> str:
    """Which states of the encoder, an LSTM, an LSTM as decoder starts from, found by computing the scores from the weights."""
    parts = _weights_by_kind(subject)
    if {kind: len(weights) for kind, weights in parts.items()} != _PARTS:
        return "not two embeddings, two LSTMs and a Dense"
    starts: dict[str, Callable[..., tuple[np.ndarray, np.ndarray]]] = {
        "h and c": lambda h, c: (h, c),
        "c and h, the wrong way round": lambda h, c: (c, h),
        "h in both places": lambda h, c: (h, h),
        "c in both places": lambda h, c: (c, c),
        "h alone": lambda h, c: (h, 0 * c),
        "c alone": lambda h, c: (0 * h, c),
    }
    (kernel, bias), ids, read = parts["Dense"][0], subject.ids, np.asarray(subject.given["read"])
    for tables, cells in product(permutations(parts["Embedding"]), permutations(parts["LSTM"])):
        if len(tables[0][0]) > ids.max() and len(tables[1][0]) > read.max():
            nothing = np.zeros((len(ids), len(cells[0][1])))
            passed = _read(tables[0][0][ids], cells[0], nothing, nothing)[1:]
            for name, start in starts.items():
                scores = _read(tables[1][0][read], cells[1], *start(*passed))[0] @ kernel + bias
                if scores.shape == subject.outputs.shape and np.abs(scores - subject.outputs).max() <= _SAME:
                    return name
    return "others"


def _weights_by_kind(subject: Subject) -> dict[str, list[Any]]:
    """Weights of the embeddings, the LSTMs and the dense layers of a model, in NumPy."""
    import keras

    found: dict[str, list[Any]] = {kind: [] for kind in _PARTS}
    for layer in subject.layers:
        inner = layer.layer if isinstance(layer, keras.layers.TimeDistributed) else layer
        kind = type(getattr(inner, "cell", inner)).__name__.removesuffix("Cell")
        if kind in found:
            found[kind].append([weight.astype("float64") for weight in inner.get_weights()])
    return found


def _read(x: np.ndarray, weights: list[np.ndarray], h: np.ndarray, c: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Every state h of an LSTM of Keras's, and its last h and c."""
    states = []
    for x_t in x.swapaxes(0, 1):
        i, f, candidate, o = np.split(x_t @ weights[0] + h @ weights[1] + weights[2], 4, axis=1)
        c = _sigmoid(f) * c + _sigmoid(i) * np.tanh(candidate)
        h = _sigmoid(o) * np.tanh(c)
        states.append(h)
    return np.stack(states, axis=1), h, c


def _sigmoid(z: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-z)))
