"""Facts about models that translate: from the source and the words so far to scores of the next word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from unroll.bleu import corpus_bleu

if TYPE_CHECKING:
    from unroll.checks.facts import Subject

_EXTRA = 2  # words that a translation may be longer than the longest reference
_MOST = 0.5
_HARDLY_ANY = 0.1


def greedy_translations(subject: Subject) -> str:
    """The BLEU of what the model writes for ``ids``, the likeliest word each time, and the share of it that is right.

    The model reads ``ids``, (m, T_x), and the words so far, (m, t), which begin with the id ``eos``; it gives scores of the
    next word at each of these places, (m, t, words). ``references`` has all right translations of each sentence, (m, R, T_y),
    without ``eos``. In all of them 0 is padding. A BLEU from ``enough`` up and a share from ``right`` up are all the same.
    """
    references, eos = np.asarray(subject.given["references"]), int(subject.given["eos"])
    enough, right = float(subject.given["enough"]), float(subject.given["right"])
    written = _greedy(subject, eos, references.shape[2] + _EXTRA)
    if written is None:
        return "not a row of scores for each word that is read"
    candidates = [row[: row.index(eos)] if eos in row else row for row in written.tolist()]
    known = [[[i for i in one if i] for one in several] for several in references.tolist()]
    found = corpus_bleu(candidates, known).score
    if len({tuple(words) for words in candidates}) == 1:
        said = "the same for every source"
    elif found < enough:
        said = "without an end" if (written == eos).any(axis=1).mean() < _MOST else f"BLEU of {found:.0f}"
    else:
        share = float(np.mean([words in several for words, several in zip(candidates, known, strict=True)]))
        said = f"BLEU of at least {enough:g}, {_right(share, right)}"
    return f"{len(candidates)} translations: {said}"


def _right(share: float, enough: float) -> str:
    if share >= enough:
        return f"at least {enough:.0%} right"
    return f"but {'hardly any' if share < _HARDLY_ANY else f'only {share:.0%}'} right"


def _greedy(subject: Subject, eos: int, longest: int) -> np.ndarray | None:
    """The likeliest next word each time, (m, at most `longest`), or None if the outputs have another shape."""
    import keras

    x, reads = subject.ids.astype("int32"), np.full((len(subject.ids), 1), eos, "int32")
    if len(subject.model.inputs) != 2:
        return None
    while reads.shape[1] <= longest and not (reads[:, 1:] == eos).any(axis=1).all():
        scores = keras.ops.convert_to_numpy(subject.model([x, reads], training=False))
        if scores.ndim != 3 or scores.shape[:2] != reads.shape:
            return None
        reads = np.column_stack([reads, scores[:, -1].argmax(axis=1).astype("int32")])
    return reads[:, 1:]
