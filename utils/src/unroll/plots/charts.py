"""Recurring charts: heat maps and gates over tokens, gradient norms, training curves."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from unroll.plots.colours import INK, PALETTE, letters_on
from unroll.plots.page import figure, style

_NARROW, _WIDE = 7, 10  # inches, with 2 for what is next to the map
_INCHES_PER_CHARACTER = 0.09
_INCHES_PER_UPRIGHT_TOKEN = 0.25
_MOST_TOKENS = 50  # with more, only every second or third is labelled
_INCHES_PER_ROW = 0.34
_NUMBERED_COLUMNS = 14
_ROUND = (1, 2, 5, 10)  # steps from tick to tick, times a power of ten


def heatmap(values: np.ndarray, *, columns: Sequence[str], rows: Sequence[str] | None = None, title: str, alt: str) -> None:
    """Draw numbers over tokens as colours.

    With values below 0 the colours diverge around 0; values from 0 to 1 use the whole scale from 0 to 1. A small map
    shows its numbers, and what would read 0.00 stays blank. A map of zeros and ones has no decimals and no colour bar.

    Parameters
    ----------
    values
        Of shape (rows, columns).
    columns
        The tokens.
    rows
        A name for each row; without names, rows are numbered as units.
    title, alt
        As for `figure`.

    Raises
    ------
    ValueError
        If there are not as many labels as rows or columns.

    Examples
    --------
    >>> heatmap(np.eye(2), columns=["the", "cat"], title="One-hot vectors", alt="Two rows with one 1 each.")
    Figure: One-hot vectors. Two rows with one 1 each.
    """
    values = np.atleast_2d(values)
    with style():
        _, axes = plt.subplots(figsize=(_width(columns), _height(len(values))), layout="constrained")
        image = _map(axes, values, columns, rows, _limits(values))
        if not _is_yes_or_no(values):
            axes.figure.colorbar(image, ax=axes, pad=0.02, aspect=15)
        figure(title, alt=alt)


def gates(values: Mapping[str, np.ndarray], tokens: Sequence[str], *, title: str, alt: str) -> None:
    """Draw gates over a sentence, 0 (closed) to 1 (open), one strip for each gate.

    Parameters
    ----------
    values
        Values by gate name, of shape (T,), or (T, n) for n units, which become the rows of its strip.
    tokens
        The T tokens.
    title, alt
        As for `figure`.

    Raises
    ------
    ValueError
        If there are no gates, or not as many values as tokens.
    """
    if not values:
        raise ValueError("There are no gates to draw.")
    strips = {name: np.asarray(gate).reshape(len(gate), -1).T for name, gate in values.items()}
    heights = [max(1, min(len(strip), 8)) for strip in strips.values()]
    with style():
        size = (_width(tokens), _height(sum(heights) + len(heights) - 1))
        drawn, stack = plt.subplots(len(strips), figsize=size, height_ratios=heights, squeeze=False, layout="constrained")
        for axes, (name, strip) in zip(stack[:, 0], strips.items(), strict=True):
            single = len(strip) == 1
            image = _map(axes, strip, tokens, [_math(name)] if single else None, (0, 1, "cividis"))
            if not single:
                axes.set_ylabel(f"unit of {_math(name)}")
            axes.tick_params(labelbottom=axes is stack[-1, 0])
        drawn.colorbar(image, ax=list(stack[:, 0]), pad=0.02, aspect=15, ticks=[0, 0.5, 1])
        figure(title, alt=alt)


def gradient_norms(norms: Mapping[str, np.ndarray], *, title: str, alt: str, y: str = "norm of the gradient") -> None:
    """Plot gradient norms on a log scale against the distance from the last step.

    Parameters
    ----------
    norms
        Norms for t = 1 … T by label, of shape (T,). Norms of 0 are left out, because a log scale cannot show them.
    title, alt
        As for `figure`.
    y
        What the norms are of.
    """
    with style():
        for label, values in norms.items():
            values = np.asarray(values, dtype=float)[::-1]
            plt.semilogy(np.arange(len(values)), np.where(values > 0, values, np.nan), label=label)
        plt.gca().xaxis.set_major_locator(MaxNLocator(integer=True, steps=_ROUND))
        figure(title, x="steps back from the last", y=y, alt=alt)


def training_curves(runs: Mapping[str, np.ndarray], *, title: str, alt: str, y: str = "loss") -> None:
    """Plot training curves: the median over seeds as a line, their range as a band.

    Parameters
    ----------
    runs
        Values by label, of shape (seeds, epochs), or (epochs,) for one seed.
    title, alt
        As for `figure`.
    y
        What the values are.
    """
    with style():
        for label, values in runs.items():
            values = np.atleast_2d(values)
            epochs = np.arange(1, values.shape[1] + 1)
            (line,) = plt.plot(epochs, np.median(values, axis=0), label=label, marker="o" if len(epochs) < 20 else None)
            plt.fill_between(epochs, values.min(axis=0), values.max(axis=0), color=line.get_color(), alpha=0.2, linewidth=0)
        plt.gca().xaxis.set_major_locator(MaxNLocator(integer=True, steps=_ROUND))
        figure(title, x="epoch", y=y, alt=alt)


def dots(scores: Mapping[float, Sequence[float]], *, axes: Axes | None = None) -> None:
    """Draw a dot for each run, side by side in the order of the runs, and a bar at their median. End with `figure`.

    Parameters
    ----------
    scores
        One number per run, by the place on the horizontal axis.
    axes
        Where to draw. None draws into the current axes.
    """
    axes = axes or plt.gca()
    places = sorted(scores)
    width = 0.35 * min(np.diff(places), default=1)
    for place in places:
        across = place + np.linspace(-width, width, len(scores[place]))
        axes.plot(across, scores[place], "o", color=PALETTE[0], alpha=0.7, markersize=5, markeredgewidth=0)
        axes.plot([across[0], across[-1]], [np.median(scores[place])] * 2, color=INK, linewidth=1.5, zorder=1)


def _map(axes: Axes, values: np.ndarray, columns, rows, limits):
    """Draw one heat map with its labels, and return the image for a colour bar."""
    if len(columns) != values.shape[1]:
        raise ValueError(f"There are {len(columns)} tokens for {values.shape[1]} columns.")
    if rows is not None and len(rows) != len(values):
        raise ValueError(f"There are {len(rows)} names for {len(values)} rows.")
    low, high, colours = limits
    image = axes.imshow(values, vmin=low, vmax=high, cmap=colours, aspect="auto", interpolation="nearest")
    axes.grid(False)
    every = -(-len(columns) // _MOST_TOKENS)
    axes.set_xticks(
        range(0, len(columns), every),
        columns[::every],
        rotation=90 if _upright(columns) and max(map(len, map(str, columns))) > 1 else 0,
    )
    if rows is not None:
        axes.set_yticks(range(len(rows)), rows)
    else:
        every = next(step for step in (1, 5, 20, 100, len(values)) if len(values) <= 8 * step)
        units = range(every, len(values) + 1, every)
        axes.set_yticks([unit - 1 for unit in units], [str(unit) for unit in units])
        axes.set_ylabel("unit")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    if len(columns) <= _NUMBERED_COLUMNS and (rows is not None or len(values) <= 8):
        _write_numbers(axes, image, values)
    return image


def _write_numbers(axes: Axes, image, values: np.ndarray) -> None:
    whole = np.array_equal(values, np.round(values))
    digits = 0 if whole or np.nanmax(np.abs(values)) >= 10 else 2
    for (row, column), value in np.ndenumerate(values):
        if round(value, digits) == 0:
            continue
        colour = letters_on(image.cmap(image.norm(value)))
        axes.text(column, row, f"{value:.{digits}f}", ha="center", va="center", fontsize=10, color=colour)


def _is_yes_or_no(values: np.ndarray) -> bool:
    return bool(np.isin(values, (0, 1)).all())


def _limits(values: np.ndarray) -> tuple[float, float, str]:
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    if low < 0:
        return -max(-low, high), max(-low, high), "PuOr"
    return 0, 1 if high <= 1 else high, "cividis"


def _level_width(tokens: Sequence[str]) -> float:
    return 2 + _INCHES_PER_CHARACTER * len(tokens) * (1 + max(map(len, map(str, tokens)), default=0))


def _upright(tokens: Sequence[str]) -> bool:
    """Whether the tokens are too long to fit next to each other."""
    return _level_width(tokens) > _WIDE


def _width(tokens: Sequence[str]) -> float:
    wanted = 2 + _INCHES_PER_UPRIGHT_TOKEN * len(tokens) if _upright(tokens) else _level_width(tokens)
    return min(max(wanted, _NARROW), 2 * _NARROW)


def _height(rows: int) -> float:
    return min(max(1 + _INCHES_PER_ROW * rows, 1.7), _NARROW)


def _math(name: str) -> str:
    """``Γ_u`` in Matplotlib's math syntax."""
    letter, _, index = name.partition("_")
    return f"${letter}_{{{index}}}$" if index else name
