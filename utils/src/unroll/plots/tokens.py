"""Draw a text with a value for every token: characters or words on a coloured background."""

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize

from unroll.plots.colours import letters_on
from unroll.plots.page import figure, style

_COLUMNS = 68  # characters per line
_INCHES_PER_COLUMN = 0.105
_INCHES_PER_LINE = 0.3
_SHOWN = str.maketrans({" ": "␣", "\n": "⏎", "\t": "⇥"})


def tokens_by_value(tokens: Sequence[str], values: np.ndarray, *, title: str, alt: str, unit: str = "nats") -> None:
    """Draw a text on a coloured background, darker where a token's value is larger.

    With values below 0 the colours diverge around 0. A token with the value NaN has a white background, such as the first
    token of a text, which has nothing before it to predict it from. Spaces are shown as ␣ and line ends as ⏎; a line of the
    picture ends there, or where it is full.

    Parameters
    ----------
    tokens
        T characters or words.
    values
        One value per token, of shape (T,), such as from `unroll.language.surprise`.
    title, alt
        As for `figure`.
    unit
        Unit of the values, for the colour bar.

    Raises
    ------
    ValueError
        If there are no tokens, or not as many values as tokens.
    """
    values = np.asarray(values, dtype=float)
    if len(tokens) == 0:
        raise ValueError("There are no tokens to draw.")
    if values.shape != (len(tokens),):
        raise ValueError(f"There are {len(tokens)} tokens for values of shape {values.shape}.")
    shown = [token.translate(_SHOWN) for token in tokens]
    gap = 1 if max(map(len, tokens)) > 1 else 0  # words are separated, characters are not
    widths = np.array([len(token) + gap for token in shown])
    lines, lefts = _places(tokens, widths)
    colours = ScalarMappable(*_scale(values))
    with style():
        size = (1 + _INCHES_PER_COLUMN * max(lefts + widths), 1 + _INCHES_PER_LINE * (lines[-1] + 1))
        drawn, axes = plt.subplots(figsize=size, layout="constrained")
        ground = colours.to_rgba(np.ma.masked_invalid(values))
        ground[np.isnan(values)] = 1
        axes.barh(lines, widths - 0.25 * gap, left=lefts, height=0.86, align="center", color=ground)
        for token, line, middle, colour in zip(shown, lines, lefts + (widths - 0.25 * gap) / 2, ground, strict=True):
            font: dict[str, Any] = {"family": "monospace", "size": 11, "color": letters_on(tuple(colour))}
            axes.text(middle, line, token, ha="center", va="center", parse_math=False, **font)
        axes.set(xlim=(0, max(lefts + widths)), ylim=(lines[-1] + 0.6, -0.6))
        axes.axis("off")
        drawn.colorbar(colours, ax=axes, location="bottom", shrink=0.5, aspect=30, pad=0.02, label=unit)
        figure(title, alt=alt)


def _places(tokens: Sequence[str], widths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The line of each token, and the column where it starts."""
    lines, lefts, line, column = [], [], 0, 0
    for token, width in zip(tokens, widths, strict=True):
        if column and column + width > _COLUMNS:
            line, column = line + 1, 0
        lines.append(line)
        lefts.append(column)
        line, column = (line + 1, 0) if token.endswith("\n") else (line, column + width)
    return np.array(lines), np.array(lefts)


def _scale(values: np.ndarray) -> tuple[Normalize, str]:
    low, high = np.nanmin(values), np.nanmax(values)
    if low < 0:
        return Normalize(-max(-low, high), max(-low, high)), "PuOr"
    return Normalize(0, high), "Blues"
