"""The cells from the inside: what flows where in one step of an RNN, a GRU and an LSTM, in the letters of the equations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import matplotlib.pyplot as plt
from matplotlib.patches import Circle, FancyBboxPatch, Rectangle

from unroll.plots.colours import GATE_COLOURS, INK
from unroll.plots.diagrams import draw_arrow
from unroll.plots.page import figure, style

_WORD, _BODY = "#F2F2F2", "#FAFAFA"
_RADIUS, _HALF = 0.24, 0.31  # of a circle, and half the height of a box
Point = tuple[float, float]
_SPOKEN = {"u": "update gate", "r": "reset gate", "f": "forget gate", "o": "output gate", "c": "candidate"}


def rnn_cell(*, title: str) -> None:
    """Draw one step of an RNN: a<t> = tanh(W_aa a<t-1> + W_ax x<t> + b_a), and its prediction.

    Parameters
    ----------
    title
        As for `figure`; the alternative text comes with the drawing.
    """
    with _Canvas((-0.1, 8.4), (-0.6, 4.9)) as cell:
        cell.body((1.15, 0.75), (7.0, 3.2))
        cell.value((0.4, 2.0), _at("a", "t-1"))
        cell.word((3.4, -0.15))
        cell.box((2.1, 2.0), "$W_{aa}$")
        cell.box((3.4, 1.2), "$W_{ax}$")
        cell.operation((3.4, 2.0), "+")
        cell.value((3.4, 2.85), "$b_a$")
        cell.box((4.6, 2.0), r"$\tanh$", GATE_COLOURS["c"])
        cell.box((5.9, 3.75), r"$g_2(W_{ya}\, a^{\langle t \rangle} + b_y)$", width=2.3)
        cell.value((5.9, 4.7), _at(r"\hat{y}", "t"))
        cell.value((8.0, 2.0), _at("a", "t"))
        cell.wire((0.95, 2.0), (1.7, 2.0))
        cell.wire((2.5, 2.0), (3.14, 2.0))
        cell.wire((3.4, 0.17), (3.4, 0.87))
        cell.wire((3.4, 1.53), (3.4, 1.74))
        cell.wire((3.4, 2.65), (3.4, 2.26))
        cell.wire((3.66, 2.0), (4.2, 2.0))
        cell.wire((5.0, 2.0), (7.6, 2.0))
        cell.dot((5.9, 2.0))
        cell.wire((5.9, 2.0), (5.9, 3.42))
        cell.wire((5.9, 4.08), (5.9, 4.45))
        figure(
            title,
            alt="Diagram of one RNN step. The old state times W_aa and the input times W_ax are added with the bias b_a and go "
            "through tanh. The result leaves to the right as the new state, and upwards through W_ya and g_2 as the prediction.",
        )


def gru_cell(*, values: Mapping[str, float | str] | None = None, title: str) -> None:
    """Draw one step of a GRU: c<t> = Γ_u ∗ c̃<t> + (1 − Γ_u) ∗ c<t-1>, with Γ_r inside the candidate.

    Parameters
    ----------
    values
        Numbers to write into the gates and the candidate at one step, by their letters, ``r``, ``u`` and ``c``, and the word as ``x``.
    title
        As for `figure`; the alternative text comes with the drawing.
    """
    with _Canvas((0, 10.0), (-0.6, 4.6), dict(values or {})) as cell:
        cell.body((1.0, 0.65), (8.85, 4.35))
        cell.value((0.4, 3.8), _at("c", "t-1"))
        cell.word((2.2, -0.15))
        cell.value((9.5, 3.8), _at("c", "t"))
        cell.box((3.1, 2.0), r"$\Gamma_r$", GATE_COLOURS["r"], letter="r")
        cell.box((5.0, 2.0), r"$\Gamma_u$", GATE_COLOURS["u"], letter="u")
        cell.box((7.3, 2.0), r"$\tilde{c}^{\langle t \rangle}$", GATE_COLOURS["c"], letter="c")
        keep, reset, write, total = (5.0, 3.8), (3.1, 2.9), (7.3, 2.9), (7.3, 3.8)
        cell.operation(keep, "×")
        cell.operation(reset, "×")
        cell.operation(write, "×")
        cell.operation(total, "+")
        cell.wire((0.95, 3.8), (4.76, 3.8))
        cell.wire((5.24, 3.8), (7.06, 3.8))
        cell.wire((7.54, 3.8), (9.1, 3.8))
        # the old memory goes down to the gates, the input comes up to them
        cell.dot((1.6, 3.8))
        cell.wire((1.6, 3.8), (1.6, 1.15), (3.0, 1.15), (3.0, 1.67))
        cell.wire((1.6, 1.15), (4.9, 1.15), (4.9, 1.67))
        cell.dot((3.0, 1.15))
        cell.wire((2.2, 0.15), (2.2, 0.92), (3.2, 0.92), (3.2, 1.67))
        cell.wire((2.2, 0.92), (5.1, 0.92), (5.1, 1.67))
        cell.wire((2.2, 0.92), (7.4, 0.92), (7.4, 1.67))
        cell.dot((3.2, 0.92))
        cell.dot((5.1, 0.92))
        # the reset gate: what of the old memory the candidate sees
        cell.wire((3.1, 2.33), (3.1, 2.64))
        cell.dot((2.3, 3.8))
        cell.wire((2.3, 3.8), (2.3, 2.9), (2.84, 2.9))
        cell.wire((3.34, 2.9), (4.05, 2.9), (4.05, 1.38), (7.15, 1.38), (7.15, 1.67))
        # the update gate: how much of the candidate is written, and how much stays
        cell.wire((5.0, 2.33), (5.0, 3.54), label=r"$1 - \Gamma_u$", label_at=(5.08, 3.2))
        cell.dot((5.0, 2.65))
        cell.wire((5.0, 2.65), (6.3, 2.65), (6.3, 2.9), (7.04, 2.9))
        cell.wire((7.3, 2.33), (7.3, 2.64))
        cell.wire((7.3, 3.16), (7.3, 3.54))
        figure(
            title,
            alt="Diagram of one GRU step. The memory runs along the top: it is multiplied by one minus the update gate, then the "
            "candidate times the update gate is added. Both gates read the old memory and the input; the candidate reads the "
            "input and the old memory times the reset gate." + cell.describe_values(),
        )


def lstm_cell(*, values: Mapping[str, float | str] | None = None, title: str) -> None:
    """Draw one step of an LSTM: c<t> = Γ_u ∗ c̃<t> + Γ_f ∗ c<t-1>, a<t> = Γ_o ∗ tanh(c<t>).

    Parameters
    ----------
    values
        Numbers to write into the gates and the candidate at one step, by their letters, ``f``, ``u``, ``o``, ``c``, and the word as ``x``.
    title
        As for `figure`; the alternative text comes with the drawing.
    """
    with _Canvas((0, 10.0), (-0.6, 4.6), dict(values or {})) as cell:
        cell.body((1.0, 0.65), (8.85, 4.35))
        cell.value((0.4, 3.8), _at("c", "t-1"))
        cell.value((0.4, 1.0), _at("a", "t-1"))
        cell.word((1.6, -0.15))
        cell.value((9.5, 3.8), _at("c", "t"))
        cell.value((9.5, 1.0), _at("a", "t"))
        forget, write, total, show = (2.3, 3.8), (4.4, 2.9), (4.4, 3.8), (7.9, 2.0)
        for place, name, letter in (
            ((2.3, 2.0), r"$\Gamma_f$", "f"),
            ((3.6, 2.0), r"$\Gamma_u$", "u"),
            ((5.2, 2.0), r"$\tilde{c}^{\langle t \rangle}$", "c"),
            ((6.7, 2.0), r"$\Gamma_o$", "o"),
        ):
            cell.box(place, name, GATE_COLOURS[letter], letter=letter)
            cell.wire((place[0], 1.0), (place[0], 1.67))
        cell.wire((0.95, 1.0), (6.7, 1.0), arrow=False)
        for x in (2.3, 3.6, 5.2):
            cell.dot((x, 1.0))
        cell.wire((1.6, 0.15), (1.6, 1.0), arrow=False)
        cell.dot((1.6, 1.0))
        for place, sign in ((forget, "×"), (write, "×"), (total, "+"), (show, "×")):
            cell.operation(place, sign)
        cell.wire((0.95, 3.8), (2.06, 3.8))
        cell.wire((2.54, 3.8), (4.16, 3.8))
        cell.wire((4.64, 3.8), (9.1, 3.8))
        cell.wire((2.3, 2.33), (2.3, 3.54))
        cell.wire((3.6, 2.33), (3.6, 2.9), (4.14, 2.9))
        cell.wire((5.2, 2.33), (5.2, 2.9), (4.66, 2.9))
        cell.wire((4.4, 3.16), (4.4, 3.54))
        cell.dot((7.9, 3.8))
        cell.box((7.9, 2.9), r"$\tanh$", _WORD)
        cell.wire((7.9, 3.8), (7.9, 3.23))
        cell.wire((7.9, 2.57), (7.9, 2.26))
        cell.wire((7.14, 2.0), (7.64, 2.0))
        cell.wire((7.9, 1.74), (7.9, 1.0), (9.1, 1.0))
        figure(
            title,
            alt="Diagram of one LSTM step. The memory c runs along the top: it is multiplied by the forget gate, then the "
            "candidate times the update gate is added. The three gates and the candidate read the old state a and the input. "
            "The new state is tanh of the memory times the output gate." + cell.describe_values(),
        )


def side_by_side(heights: int, widths: Sequence[int], names: Sequence[str], *, title: str) -> None:
    """Draw matrices side by side, as one, to scale.

    Parameters
    ----------
    heights
        Number of rows, the same for all.
    widths, names
        Number of columns of each matrix, and its name.
    title
        As for `figure`; the alternative text follows from the numbers.

    Raises
    ------
    ValueError
        If there are not as many names as widths.
    """
    if len(widths) != len(names):
        raise ValueError(f"{len(names)} names for {len(widths)} matrices.")
    whole = sum(widths)
    inches = 9.0
    with style():
        _, axes = plt.subplots(figsize=(inches, max(1.6, inches * heights / whole + 1.0)))
        axes.set(xlim=(-0.01 * whole, 1.01 * whole), aspect="equal")
        axes.axis("off")
        left = 0
        for number, (width, name) in enumerate(zip(widths, names, strict=True)):
            colour = (GATE_COLOURS["u"], GATE_COLOURS["o"], GATE_COLOURS["f"])[number % 3]
            axes.add_patch(Rectangle((left, 0), width, heights, facecolor=colour, edgecolor=INK, linewidth=0.8))
            axes.annotate(
                f"${name}$\n{heights} × {width:,}",
                (left + width / 2, 0),
                xytext=(0, -8),
                textcoords="offset points",
                ha="center" if width > 0.2 * whole else "left",
                va="top",
            )
            left += width
        axes.update_datalim([(0, -0.06 * whole), (whole, heights)])
        axes.set_ylim(-0.09 * whole, heights * 1.1)
        parts = ", ".join(f"{name} with {width:,} columns" for name, width in zip(names, widths, strict=True))
        figure(title, alt=f"Matrices of {heights} rows side by side, drawn to scale: {parts}.")


def _at(letter: str, time: str) -> str:
    return rf"${letter}^{{\langle {time} \rangle}}$"


@dataclass
class _Canvas:
    """Axes without frame, in which the parts of a cell are placed."""

    across: Point
    up: Point
    values: Mapping[str, float | str] = field(default_factory=dict)

    def __enter__(self) -> "_Canvas":
        self._style = style()
        self._style.__enter__()
        width, height = self.across[1] - self.across[0], self.up[1] - self.up[0]
        _, self.axes = plt.subplots(figsize=(0.82 * width, 0.82 * height))
        self.axes.set(xlim=self.across, ylim=self.up, aspect="equal")
        self.axes.axis("off")
        return self

    def __exit__(self, *problem) -> None:
        self._style.__exit__(*problem)

    def body(self, low: Point, high: Point) -> None:
        """The border of the cell: what crosses it comes from another step or goes to one."""
        self.axes.add_patch(
            FancyBboxPatch(
                low, high[0] - low[0], high[1] - low[1], boxstyle="round,pad=0.05,rounding_size=0.2",
                facecolor=_BODY, edgecolor="#888888", linewidth=1.2, zorder=0,
            )
        )  # fmt: skip

    def box(self, place: Point, text: str, colour: str = _WORD, width: float = 0.76, letter: str = "") -> None:
        """A box with its name and, if there is one for its letter, its value."""
        corner = (place[0] - width / 2, place[1] - _HALF + 0.03)
        self.axes.add_patch(
            FancyBboxPatch(
                corner, width, 2 * _HALF - 0.06, boxstyle="round,pad=0.03", facecolor=colour, edgecolor=INK, zorder=3
            )
        )
        value = self.values.get(letter)
        raised = 0.0 if value is None else 0.1
        self.axes.text(place[0], place[1] + raised, text, ha="center", va="center", fontsize=13 - 20 * raised, zorder=4)
        if value is not None:
            self.axes.text(place[0], place[1] - 0.16, f"{value:.2f}", ha="center", va="center", fontsize=9.5, zorder=4)

    def word(self, place: Point) -> None:
        """The input of this step."""
        word = str(self.values.get("x", ""))
        self.box(place, word or _at("x", "t"), width=max(0.76, 0.17 * len(word)))

    def operation(self, place: Point, sign: str) -> None:
        self.axes.add_patch(Circle(place, _RADIUS, facecolor="white", edgecolor=INK, linewidth=1.4, zorder=3))
        self.axes.text(place[0], place[1] - 0.015, sign, ha="center", va="center", fontsize=15, zorder=4)

    def value(self, place: Point, text: str) -> None:
        self.axes.text(*place, text, ha="center", va="center", fontsize=14, zorder=4)

    def describe_values(self) -> str:
        """A sentence with the values, for the alternative text."""
        if not self.values:
            return ""
        numbers = ", ".join(f"{_SPOKEN[letter]} {value:.2f}" for letter, value in self.values.items() if letter != "x")
        return f" At {self.values['x']!r}: {numbers}." if "x" in self.values else f" Here: {numbers}."

    def dot(self, place: Point) -> None:
        """A wire branches here."""
        self.axes.plot(*place, "o", color=INK, markersize=4.5, zorder=2)

    def wire(self, *places: Point, arrow: bool = True, label: str = "", label_at: Point | None = None) -> None:
        if arrow:
            draw_arrow(self.axes, places, INK)
        else:
            self.axes.plot(*zip(*places, strict=True), color=INK, linewidth=1.6, zorder=1)
        if label:
            self.axes.text(*(label_at or places[0]), label, ha="left", va="center", fontsize=11)
