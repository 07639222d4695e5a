"""Draw recurrent networks unrolled over time: the five types, several layers, both directions, an encoder and its decoder."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path

from unroll.plots.colours import INK, LETTERS
from unroll.plots.page import figure, style
from unroll.text import EOS

_, _VERMILION, _GREEN = LETTERS
_CELL, _DECODER, _WORD = "#CFE4F2", "#FBE3CF", "#F2F2F2"
_WIDE = 1.9  # from one step to the next
_LEVELS = {"x": 0.0, "a": 1.3, "y": 2.6, "loss": 3.7}

# kind: which of T steps have an input, and which an output. A step with an output but no input reads the output before it.
_KINDS = {
    "one-to-one": (lambda t, T: True, lambda t, T: True),
    "one-to-many": (lambda t, T: t == 1, lambda t, T: True),
    "many-to-one": (lambda t, T: True, lambda t, T: t == T),
    "many-to-many": (lambda t, T: True, lambda t, T: True),
    "encoder-decoder": (lambda t, T: t <= _half(T), lambda t, T: t > _half(T)),
}


def unrolled_graph(steps: int, *, kind: str = "many-to-many", backward: bool = False, title: str) -> None:
    """Draw a recurrent network unrolled over time, with an alternative text that describes it.

    Parameters
    ----------
    steps
        Number of steps. For ``encoder-decoder`` the first half, rounded up, reads and the rest writes; ``one-to-one`` has one.
    kind
        ``one-to-one``, ``one-to-many``, ``many-to-one``, ``many-to-many`` or ``encoder-decoder`` (many to many, with
        separate T_x and T_y).
    backward
        Also draw the loss of every output and the gradients back through time.
    title
        As for `figure`.

    Raises
    ------
    ValueError
        If the kind is unknown or cannot have this many steps.

    Examples
    --------
    >>> unrolled_graph(3, kind="many-to-one", title="Sentiment")
    Figure: Sentiment. Diagram of a many-to-one network unrolled over 3 steps: 3 inputs below, 3 cells in a row, 1 output above.
    """
    if kind not in _KINDS:
        raise ValueError(f"There is no kind {kind!r} of network; there are {', '.join(_KINDS)}.")
    fewest = 1 if kind.startswith("one-to-one") else 2
    if steps < fewest or (kind == "one-to-one" and steps > 1):
        raise ValueError(
            f"A network of the kind {kind} has {'one step' if fewest == 1 else 'at least two steps'}, not {steps}."
        )
    reads, writes = _KINDS[kind]
    times = range(1, steps + 1)
    inputs = [t for t in times if reads(t, steps)]
    outputs = [t for t in times if writes(t, steps)]
    alone = kind == "one-to-one"
    top = _LEVELS["loss" if backward else "y"] + 0.45
    left, right = (_WIDE - 0.8 if alone else -0.35), _WIDE * steps + 0.6
    with style():
        _, axes = plt.subplots(figsize=(0.8 * (right - left), 0.8 * (top + 0.45)))
        axes.set(xlim=(left, right), ylim=(-0.45, top), aspect="equal")
        axes.axis("off")
        if not alone:
            axes.text(0, _LEVELS["a"], _power("a", 0), ha="center", va="center", fontsize=13)
        for t in times:
            _box(axes, t, "a", _power("a", t), _DECODER if kind == "encoder-decoder" and t not in inputs else _CELL)
            if not alone:
                _arrow(axes, (t - 1, "a"), (t, "a"))
        for number, t in enumerate(inputs, 1):
            _box(axes, t, "x", _power("x", number), _WORD)
            _arrow(axes, (t, "x"), (t, "a"))
        for number, t in enumerate(outputs, 1):
            _box(axes, t, "y", _power(r"\hat{y}", number), _WORD)
            _arrow(axes, (t, "a"), (t, "y"))
            if t not in inputs and t - 1 in outputs:
                _feed_back(axes, t, number - 1)
            if backward:
                _box(axes, t, "loss", _power(r"\mathcal{L}", number), "white")
                _arrow(axes, (t, "y"), (t, "loss"))
                _arrow(axes, (t, "loss"), (t, "y"), back=True)
                _arrow(axes, (t, "y"), (t, "a"), back=True)
        if backward:
            _pass_back(axes, steps, outputs, alone)
        if kind != "encoder-decoder":  # its two halves have weights of their own
            _name_weights(axes, times, inputs, outputs, alone)
        figure(title, alt=_describe(kind, steps, len(inputs), len(outputs), backward))


def layered_graph(steps: int, *, layers: int = 1, bidirectional: bool = False, title: str) -> None:
    """Draw stacked layers of recurrent cells unrolled over time, with an alternative text that describes them.

    Parameters
    ----------
    steps
        Number of steps, at least two.
    layers
        Number of layers, at least one.
    bidirectional
        Each layer reads in both directions, and what is above it gets both states.
    title
        As for `figure`.

    Raises
    ------
    ValueError
        If there are fewer steps or layers.
    """
    if steps < 2 or layers < 1:
        raise ValueError(f"A layered network has at least two steps and one layer, not {steps} and {layers}.")
    wide, high = (3.1, 2.6) if bidirectional else (2.3, 1.35)
    top = high * layers + (1.0 if bidirectional else 1.3)
    left, right = 0.5 * wide - 0.5, wide * (steps + 0.5) + 0.5
    with style():
        _, axes = plt.subplots(figsize=(0.72 * (right - left), 0.72 * (top + 0.9)))
        axes.set(xlim=(left, right), ylim=(-0.45, top + 0.45), aspect="equal")
        axes.axis("off")
        for t in range(1, steps + 1):
            _cell(axes, wide * t, 0, _power("x", t), _WORD)
            below = 0.34
            for layer in range(1, layers + 1):
                name = "" if layers == 1 else f"[{layer}]"
                draw = _two_ways if bidirectional else _one_way
                below = draw(axes, wide * t, below, high * (layer - 1) + 1.3, rf"\langle {t} \rangle", name, wide, t < steps)
            _cell(axes, wide * t, top, _power(r"\hat{y}", t), _WORD)
            draw_arrow(axes, [(wide * t, below), (wide * t, top - 0.34)], INK)
        figure(title, alt=_describe_layers(steps, layers, bidirectional))


def encoder_decoder(source: Sequence[str], target: Sequence[str], *, title: str) -> None:
    """Draw an encoder that reads one sequence and a decoder that is taught another one, with an alternative text.

    Each token of the target stands above the step that has to predict it, and again below the step after it, as its input.

    Parameters
    ----------
    source
        What the encoder reads.
    target
        What the decoder has to write, without ``<EOS>``: the decoder begins with one, and has to end with one.
    title
        As for `figure`.

    Raises
    ------
    ValueError
        If the source is empty.

    Examples
    --------
    >>> encoder_decoder("2+2", "4", title="A sum")  # doctest: +NORMALIZE_WHITESPACE
    Figure: A sum. Diagram of an encoder that reads 2 + 2, token by token, and passes its last state to a decoder. The decoder reads
    <EOS> 4 and has to predict 4 <EOS>: at each step its input is the target of the step before.
    """
    if not source:
        raise ValueError("An encoder needs at least one token to read.")
    wanted, fed = [*target, EOS], [EOS, *target]
    wide, width, first = 1.3, 0.8, len(source) + 0.4  # a gap between the two
    right = wide * (first + len(target)) + 0.8
    with style():
        _, axes = plt.subplots(figsize=(0.68 * (right + 0.8), 0.68 * 4.1))
        axes.set(xlim=(-0.8, right), ylim=(-1, 3.1), aspect="equal")
        axes.axis("off")
        for place, token in enumerate(source):
            _reader(axes, wide * place, "$a$", token, _CELL, width)
            after = wide * (place + 1 if place + 1 < len(source) else first)
            draw_arrow(axes, [(wide * place + width / 2 + 0.06, 1.3), (after - width / 2 - 0.04, 1.3)], INK)
        for name, x in (("encoder", wide * (len(source) - 1) / 2), ("decoder", wide * (first + len(target) / 2))):
            axes.text(x, -0.75, name, ha="center", va="center", fontsize=12)
        for place, (before, token) in enumerate(zip(fed, wanted, strict=True)):
            x = wide * (first + place)
            _reader(axes, x, "$s$", before, _DECODER, width)
            _cell(axes, x, 2.6, token, "white", width)
            draw_arrow(axes, [(x, 1.64), (x, 2.26)], INK)
            if place < len(target):
                draw_arrow(axes, [(x + width / 2 + 0.06, 1.3), (x + wide - width / 2 - 0.04, 1.3)], INK)
                corners = [
                    (x + width / 2 + 0.04, 2.6),
                    (x + wide / 2, 2.6),
                    (x + wide / 2, 0),
                    (x + wide - width / 2 - 0.04, 0),
                ]
                draw_arrow(axes, corners, _GREEN)
        figure(
            title,
            alt=f"Diagram of an encoder that reads {' '.join(source)}, token by token, and passes its last state to a decoder. The "
            f"decoder reads {' '.join(fed)} and has to predict {' '.join(wanted)}: at each step its input is the target of the step "
            "before.",
        )


def _reader(axes: Axes, x: float, state: str, token: str, colour: str, width: float) -> None:
    """Draw a state and the token that is read below it."""
    _cell(axes, x, 1.3, state, colour, width)
    _cell(axes, x, 0, token, _WORD, width)
    draw_arrow(axes, [(x, 0.34), (x, 0.96)], INK)


def _one_way(axes: Axes, x: float, below: float, y: float, t: str, layer: str, wide: float, goes_on: bool) -> float:
    """Draw a cell of one layer, its input from below and the arrow to the next step; return where its output starts."""
    _cell(axes, x, y, f"$a^{{{layer}{t}}}$", _CELL, width=1.1)
    draw_arrow(axes, [(x, below), (x, y - 0.34)], INK)
    if goes_on:
        draw_arrow(axes, [(x + 0.61, y), (x + wide - 0.61, y)], INK)
        axes.text(x + wide / 2, y + 0.08, f"$W_a^{{{layer}}}$", ha="center", va="bottom", fontsize=11)
    return y + 0.34


def _two_ways(axes: Axes, x: float, below: float, y: float, t: str, layer: str, wide: float, goes_on: bool) -> float:
    """The same for a cell that reads forward and, above and to the right, one that reads backward."""
    ahead, back, up, joint = x - 0.62, x + 0.62, y + 0.85, y + 1.6
    _cell(axes, ahead, y, rf"$\vec{{a}}{{}}^{{{layer}{t}}}$", _CELL, width=1.1)
    _cell(axes, back, up, rf"$\overleftarrow{{a}}{{}}^{{{layer}{t}}}$", _DECODER, width=1.1)
    for end in ((ahead + 0.2, y - 0.34), (back, up - 0.34)):
        draw_arrow(axes, [(x, below), end], INK)
    for start in ((ahead, y + 0.34), (back - 0.2, up + 0.34)):
        axes.plot(*zip(start, (x, joint), strict=True), color=INK, linewidth=1.6)
    axes.plot(x, joint, "o", color=INK, markersize=6)
    if goes_on:
        draw_arrow(axes, [(ahead + 0.61, y), (ahead + wide - 0.61, y)], INK)
        draw_arrow(axes, [(back + wide - 0.61, up), (back + 0.61, up)], INK)
    return joint


def _describe_layers(steps: int, layers: int, bidirectional: bool) -> str:
    kind = "bidirectional" if bidirectional else "recurrent"
    words = (
        f"Diagram of {_count(layers, f'{kind} layer')} unrolled over {_count(steps, 'step')}, inputs below and outputs above."
    )
    if bidirectional:
        words += " In each layer one row of cells passes its state to the right and one to the left; both go up together."
    elif layers > 1:
        words += " Each cell gets the state to its left in its layer and the state below it; one matrix serves a whole layer."
    return words


def _half(T: int) -> int:
    return (T + 1) // 2


def _power(letter: str, t: int) -> str:
    return rf"${letter}^{{\langle {t} \rangle}}$"


def _box(axes: Axes, t: int, level: str, text: str, colour: str) -> None:
    _cell(axes, _WIDE * t, _LEVELS[level], text, colour)


def _cell(axes: Axes, x: float, y: float, text: str, colour: str, width: float = 0.72) -> None:
    corner = (x - width / 2, y - 0.28)
    axes.add_patch(FancyBboxPatch(corner, width, 0.56, boxstyle="round,pad=0.04", facecolor=colour, edgecolor=INK))
    axes.text(x, y, text, ha="center", va="center", fontsize=9 if text == EOS else 13)


def _arrow(axes: Axes, start: tuple[int, str], end: tuple[int, str], *, back: bool = False) -> None:
    """Draw an arrow between the edges of two boxes; gradients run next to it, dashed and in vermilion."""
    (t0, level0), (t1, level1) = start, end
    x0, y0, x1, y1 = _WIDE * t0, _LEVELS[level0], _WIDE * t1, _LEVELS[level1]
    aside = 0.18 if back else 0
    if level0 == level1:
        sign = 1 if x1 > x0 else -1
        x0, x1, y0, y1 = x0 + 0.42 * sign, x1 - 0.42 * sign, y0 - aside, y1 - aside
    else:
        sign = 1 if y1 > y0 else -1
        x0, x1, y0, y1 = x0 + aside, x1 + aside, y0 + 0.34 * sign, y1 - 0.34 * sign
    draw_arrow(axes, [(x0, y0), (x1, y1)], _VERMILION if back else INK, "--" if back else "-")


def _feed_back(axes: Axes, t: int, number: int) -> None:
    """Feed the output of the step before, the `number`-th output, into step `t`."""
    x0, x1 = _WIDE * (t - 1) + 0.42, _WIDE * t
    turn, low = x0 + 0.2, _LEVELS["a"] - 0.8
    corners = [(x0, _LEVELS["y"]), (turn, _LEVELS["y"]), (turn, low), (x1, low), (x1, _LEVELS["a"] - 0.34)]
    draw_arrow(axes, corners, _GREEN)
    label = "reads " + _power(r"\hat{y}", number)
    axes.text(x1, low - 0.08, label, ha="right", va="top", fontsize=10, color=_GREEN)


def _pass_back(axes: Axes, steps: int, outputs: list[int], alone: bool) -> None:
    """Draw the gradient from each state to the one before it, down to a<0>, and what multiplies it on the way.

    δ<t> is the gradient of the loss with respect to the sum inside the tanh of step t.
    """
    for t in outputs:
        x, y = _WIDE * t + 0.26, (_LEVELS["a"] + _LEVELS["y"]) / 2
        axes.text(x, y, r"$\hat{y} - y$", ha="left", va="center", fontsize=10, color=_VERMILION)
    for t in range(1, steps + 1) if not alone else ():
        _arrow(axes, (t, "a"), (t - 1, "a"), back=True)
        label = rf"$W_{{aa}}^{{\top}} \delta^{{\langle {t} \rangle}}$"
        axes.text(_WIDE * (t - 0.5), _LEVELS["a"] - 0.26, label, ha="center", va="top", fontsize=10, color=_VERMILION)


def draw_arrow(axes: Axes, places: Sequence[tuple[float, float]], colour: str, line: str = "-") -> None:
    """Draw an arrow along `places`, with its head at the last one."""
    patch = FancyArrowPatch(path=Path(places), arrowstyle="-|>", mutation_scale=13, linewidth=1.6, color=colour, linestyle=line)
    patch.set_fill(True)
    axes.add_patch(patch)


def _name_weights(axes: Axes, times, inputs: list[int], outputs: list[int], alone: bool) -> None:
    """Label the three matrices, which are the same at every step."""
    for t in times if not alone else ():
        axes.text(_WIDE * (t - 0.5) + 0.05, _LEVELS["a"] + 0.1, "$W_{aa}$", ha="center", va="bottom", fontsize=11)
    for t in inputs:
        axes.text(_WIDE * t - 0.1, _LEVELS["a"] / 2, "$W_{ax}$", ha="right", va="center", fontsize=11)
    for t in outputs:
        axes.text(_WIDE * t - 0.1, (_LEVELS["a"] + _LEVELS["y"]) / 2, "$W_{ya}$", ha="right", va="center", fontsize=11)


def _describe(kind: str, steps: int, inputs: int, outputs: int, backward: bool) -> str:
    article = "an" if kind == "encoder-decoder" else "a"  # "one" starts with a w sound
    words = f"Diagram of {article} {kind} network unrolled over {_count(steps, 'step')}: {_count(inputs, 'input')} below, "
    words += f"{_count(steps, 'cell')} in a row, {_count(outputs, 'output')} above."
    if kind in ("one-to-many", "encoder-decoder") and outputs > 1:
        words += " Each output is also the next input."
    if backward:
        words += " Each output has a loss; dashed arrows carry the gradient, ŷ − y at each output"
        words += "." if kind == "one-to-one" else " and W_aa transposed times δ between cells, back to a<0>."
    return words


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + "s" * (number != 1)
