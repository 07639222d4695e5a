"""Facts about models that read words: the vectors they were given, the names they find, how they pool what they read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from unroll.spans import score_spans

if TYPE_CHECKING:
    from unroll.checks.facts import Subject

_SAME = 1e-5
_HARDLY_ANY = 0.1


def word_vectors(subject: Subject) -> str:
    """Whether an Embedding holds ``vectors``, and whether training would change it."""
    import keras

    wanted = np.asarray(subject.given["vectors"])
    for layer in subject.layers:
        if isinstance(layer, keras.layers.Embedding):
            table = keras.ops.convert_to_numpy(layer.get_weights()[0])
            if table.shape == wanted.shape and np.abs(table - wanted).max() <= _SAME:
                return f"as given, {'trained' if layer.trainable_weights else 'frozen'}"
    return "others than those given"


def names_found(subject: Subject) -> str:
    """The F1 of the names in ``ids``, by the highest score for each word; anything from ``enough`` up is the same.

    ``tags`` are ids: 0 is O, 2k + 1 begins a name of kind k, 2k + 2 continues it, and -1 is padding.
    """
    tags = np.asarray(subject.given["tags"])
    if subject.outputs.ndim != 3 or subject.outputs.shape[:2] != tags.shape:
        return "not a row of scores for each word"
    best = subject.outputs.argmax(axis=-1)
    true, predicted = ([_written(row[real]) for row, real in zip(each, tags >= 0, strict=True)] for each in (tags, best))
    f1, enough = score_spans(true, predicted).f1, float(subject.given["enough"])
    if f1 >= enough:
        return f"F1 of at least {enough:.0%}"
    return "hardly any" if f1 < _HARDLY_ANY else f"F1 of {f1:.0%}"


def words_pooled(subject: Subject) -> str:
    """How one output is made of what the model reads at each of two words, found where no layer carries a state.

    A mean stays the same when both words come twice, and changes when one of them does.
    """
    first, last = subject.ids[:, :1], subject.ids[:, -1:]

    def read(*words: np.ndarray) -> np.ndarray:
        return subject.without_states(np.concatenate(words, axis=1))

    once, more, twice = read(first, last), read(first, last, last), read(first, first, last, last)
    if once.shape != more.shape:
        return "not at all"
    if np.abs(once - twice).max() > _SAME:
        return "as something that grows with their number, such as a sum"
    return "as their mean" if np.abs(once - more).max() > _SAME else "by one or a few of them, such as the last or the largest"


def _written(tags: np.ndarray) -> list[str]:
    return ["O" if tag == 0 else f"{'BI'[(tag + 1) % 2]}-{(tag - 1) // 2}" for tag in tags.tolist()]
