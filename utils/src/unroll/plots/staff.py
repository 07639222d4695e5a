"""Draw notes on a staff."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import Ellipse

from unroll.plots.colours import INK
from unroll.plots.page import figure, style
from unroll.tunes import Note

_BARS_PER_LINE = 4
_LINES = (2, 4, 6, 8, 10)  # in steps above middle C: E G B d f
_LETTERS = "CDEFGAB"


def staff(bars: Sequence[Sequence[Note]], *, title: str) -> None:
    """Draw a tune on five lines, as in print but without clef and key; the unit of its lengths is an eighth.

    Parameters
    ----------
    bars
        The notes of each bar.
    title
        As for `figure`; the alternative text is written from the notes.

    Raises
    ------
    ValueError
        If there is no note.
    """
    if not any(note.step is not None for bar in bars for note in bar):
        raise ValueError("There is no note to draw.")
    lines = [bars[at : at + _BARS_PER_LINE] for at in range(0, len(bars), _BARS_PER_LINE)]
    with style():
        _, panels = plt.subplots(len(lines), figsize=(9, 1.5 * len(lines)), squeeze=False, layout="constrained")
        for panel, line in zip(panels[:, 0], lines, strict=True):
            _line(panel, line)
        spoken = " | ".join(" ".join(map(_spoken, bar)) for bar in bars)
        figure(title, alt=f"A staff with {len(bars)} bars. Letters, with lengths in eighths: {spoken}.")


def _line(panel: Axes, bars: Sequence[Sequence[Note]]) -> None:
    at = 1.0
    ends = []
    for bar in bars:
        for note in bar:
            _draw(panel, note, at)
            at += 1 + 0.6 * float(note.length)
        ends.append(at)
        at += 1
    panel.hlines(_LINES, 0, ends[-1], color=INK, linewidth=0.7, zorder=0)
    panel.vlines(ends, _LINES[0], _LINES[-1], color=INK, linewidth=1)
    panel.set(xlim=(-0.2, max(ends[-1] + 0.2, 36)), ylim=(-4, 17))
    panel.axis("off")


def _draw(panel: Axes, note: Note, at: float) -> None:
    if note.step is None:
        panel.hlines(6, at - 0.3, at + 0.3, color=INK, linewidth=5)
        return
    long, dotted = note.length >= 4, note.length in (3, 6)
    panel.add_patch(
        Ellipse((at, note.step), 0.85, 1.7, facecolor="white" if long else INK, edgecolor=INK, linewidth=1.2, zorder=2)
    )
    up = note.step < 6
    stem, end = at + (0.4 if up else -0.4), note.step + (7 if up else -7)
    panel.vlines(stem, note.step, end, color=INK, linewidth=1, zorder=1)
    if note.length < 2:
        panel.plot([stem, stem + 0.6], [end, end - (2.5 if up else -2.5)], color=INK, linewidth=1.5)
    if dotted:
        panel.plot(at + 0.8, note.step + 0.5, ".", color=INK, markersize=3)
    for ledger in [*range(0, note.step - 1, -2), *range(12, note.step + 1, 2)]:
        panel.hlines(ledger, at - 0.8, at + 0.8, color=INK, linewidth=0.7)


def _spoken(note: Note) -> str:
    if note.step is None:
        return f"rest {note.length}"
    octave, place = divmod(note.step, 7)
    letter = _LETTERS[place] if octave < 1 else _LETTERS[place].lower()
    return letter + ("," * -octave if octave < 0 else "'" * (octave - 1)) + (str(note.length) if note.length != 1 else "")
