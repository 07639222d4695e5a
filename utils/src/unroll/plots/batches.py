"""Draw a padded batch of sentences: its words, its padding, and the mask that tells them apart."""

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap

from unroll.plots.page import figure, style

_INCHES_PER_CHARACTER = 0.1
_INCHES_PER_ROW = 0.36
_GROUND = ListedColormap(["#EFEFEF", "#CFE4F2"])


def batch(rows: Sequence[Sequence[str]], mask: np.ndarray, *, title: str, alt: str) -> None:
    """Draw the tokens of a padded batch as a table, on blue where the mask is True and on grey where it is False.

    Parameters
    ----------
    rows
        m sentences of T tokens, padding included.
    mask
        Of shape (m, T): True where a step is read.
    title, alt
        As for `figure`.

    Raises
    ------
    ValueError
        If the mask does not have the shape of the batch.
    """
    mask = np.asarray(mask, dtype=bool)
    if mask.shape != (len(rows), len(rows[0])) or {len(row) for row in rows} != {len(rows[0])}:
        raise ValueError(f"The sentences have {[len(row) for row in rows]} tokens, the mask has the shape {mask.shape}.")
    widths = np.array([2 + max(map(len, column)) for column in zip(*rows, strict=True)])
    edges = np.concatenate([[0], np.cumsum(widths)])
    with style():
        size = (_INCHES_PER_CHARACTER * edges[-1], 0.5 + _INCHES_PER_ROW * len(rows))
        _, axes = plt.subplots(figsize=size, layout="constrained")
        axes.pcolormesh(edges, np.arange(len(rows) + 1), mask, cmap=_GROUND, vmin=0, vmax=1, edgecolor="white", linewidth=2)
        middles = (edges[:-1] + edges[1:]) / 2
        for (row, column), real in np.ndenumerate(mask):
            colour = "black" if real else "#5A5A5A"
            font: dict[str, Any] = {"family": "monospace", "size": 10, "color": colour}
            axes.text(middles[column], row + 0.5, rows[row][column], ha="center", va="center", parse_math=False, **font)
        axes.set_xticks(middles, [str(step) for step in range(1, len(middles) + 1)])
        axes.set_yticks(np.arange(len(rows)) + 0.5, [str(row) for row in range(1, len(rows) + 1)])
        axes.set_xlabel("step")
        axes.invert_yaxis()
        axes.grid(False)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        figure(title, alt=alt)
