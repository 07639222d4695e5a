"""Batches and learning rates that several experiments share."""

from collections.abc import Sequence

import keras
import numpy as np


def by_length(rows: Sequence, size: int, rng: np.random.Generator | None = None) -> list[np.ndarray]:
    """Batches of places of rows with similar lengths; with `rng`, in random order."""
    lengths = np.array([len(row) for row in rows])
    order = np.lexsort((np.arange(len(lengths)) if rng is None else rng.random(len(lengths)), lengths))
    batches = np.split(order, range(size, len(order), size))
    return batches if rng is None else [batches[place] for place in rng.permutation(len(batches))]


def climbing_cosine(rate: float, steps: int) -> keras.optimizers.schedules.LearningRateSchedule:
    """Up to `rate` in the first twentieth of the steps, and down to 0 along a cosine."""
    climb = steps // 20
    return keras.optimizers.schedules.CosineDecay(0.0, steps - climb, warmup_target=rate, warmup_steps=climb)
