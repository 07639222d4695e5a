"""The style of all figures, and `figure`, which shows a picture with a caption and alternative text, and closes it."""

import base64
import html
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib
import matplotlib.pyplot as plt
from cycler import cycler

from unroll.plots.alternatives import alternative
from unroll.plots.colours import INK, PALETTE
from unroll.showing import show

_DPI = 144
_CSS_PIXELS = 96 / _DPI  # per pixel of the picture

_STYLE: dict[Any, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": INK,
    "axes.facecolor": "white",
    "axes.grid": True,
    "axes.labelcolor": INK,
    "axes.labelsize": 12,
    "axes.prop_cycle": cycler(color=PALETTE),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 12,
    "figure.dpi": 96,
    "figure.facecolor": "white",
    "figure.figsize": (7, 3.6),
    "font.size": 11,
    "grid.color": "#DDDDDD",
    "image.cmap": "cividis",
    "legend.fontsize": 11,
    "legend.framealpha": 0.9,
    "lines.linewidth": 2,
    "text.color": INK,
    "xtick.color": INK,
    "xtick.labelsize": 11,
    "ytick.color": INK,
    "ytick.labelsize": 11,
}


def style():
    """Apply the style to one block: ``with style(): plt.plot(…)``.

    Returns
    -------
    context manager
    """
    return matplotlib.rc_context(_STYLE)


def use_style() -> None:
    """Apply the style to all figures from now on. Importing this module does not."""
    matplotlib.rcParams.update(_STYLE)


def figure(title: str, *, x: str | None = None, y: str | None = None, alt: str) -> None:
    """End the current figure: label it, show it with its caption and alternative text, and close it.

    Parameters
    ----------
    title
        The caption, below the picture.
    x, y
        What the axes show, with units. None leaves the labels of the current axes alone.
    alt
        What a reader who cannot see the picture needs to know: what is drawn, and what it shows. In the lectures, its id in
        ``unroll/alternatives``, such as ``"05.timeline"``.

    Raises
    ------
    ValueError
        If the title or the alternative text is empty, or nothing has been drawn.
    LookupError
        If `alt` is an id without a text.

    Examples
    --------
    >>> lines = plt.semilogy([0.8**step for step in range(60)])
    >>> figure("Gradient norm by distance", x="steps back", y="norm", alt="A straight line that falls by six decades.")
    Figure: Gradient norm by distance. A straight line that falls by six decades.
    """
    if not title.strip() or not alt.strip():
        raise ValueError("A figure needs a title and alternative text.")
    if not plt.get_fignums() or not any(axes.has_data() for axes in plt.gcf().axes):
        raise ValueError(f"Nothing has been drawn that could be shown as {title!r}.")
    alt, drawn = alternative(alt), plt.gcf()
    with style():
        if x is not None:
            plt.xlabel(x)
        if y is not None:
            plt.ylabel(y)
        for axes in drawn.axes:
            if axes.get_legend_handles_labels()[1] and axes.get_legend() is None:
                axes.legend()
        stream = io.BytesIO()
        drawn.savefig(stream, format="png", dpi=_DPI, bbox_inches="tight", pad_inches=0.1, facecolor="white")
    plt.close(drawn)
    if _frames:
        _frames[-1].append((stream.getvalue(), title, alt))
    else:
        _show(stream.getvalue(), title, alt)


_frames: list[list[tuple[bytes, str, str]]] = []  # of the slides that are being drawn


@contextmanager
def slides(title: str) -> Iterator[None]:
    """Show the figures that are drawn in this block as one, with a slider to step through them.

    It works in a page without a kernel too. Where scripts do not run, the last figure is what is seen.

    Parameters
    ----------
    title
        The caption of the whole. Each figure's own title is shown below it while that figure is seen.

    Raises
    ------
    ValueError
        If the title is empty, or nothing was drawn.

    Examples
    --------
    >>> with slides("The gates, word by word"):                                      # doctest: +SKIP
    ...     for word, values in steps:
    ...         lstm_cell(title=word, values=values)
    """
    if not title.strip():
        raise ValueError("Slides have a title.")
    _frames.append([])
    try:
        yield
        pictures = _frames[-1]
    finally:
        _frames.pop()
    if not pictures:
        raise ValueError(f"Nothing has been drawn that could be shown as {title!r}.")
    png, _, alt = pictures[-1]
    text = "\n".join(f"Figure: {title}. {name}. {words}" for _, name, words in pictures)
    _display(_slides_page(pictures, title), base64.b64encode(png).decode(), text, alt)


def _show(png: bytes, title: str, alt: str) -> None:
    _display(_page(png, title, alt), base64.b64encode(png).decode(), f"Figure: {title}. {alt}", alt)


def _display(page: str, encoded: str, text: str, alt: str) -> None:
    # Pages show the HTML, the only output that keeps its alternative text in nbconvert's default template. The plain
    # picture is for viewers without HTML (PDF, untrusted notebooks); every viewer shows one of the two.
    show(text, page, {"image/png": encoded}, {"image/png": {"alt": alt}})


# Readable on white and on black, whatever the page's own colour is.
_CAPTION = '<figcaption style="font-size:0.92em;font-style:italic;margin-top:0.3em">{}</figcaption>'
_FIGURE = '<figure style="margin:0.5em 0">{}</figure>'
_SHOW_FRAME = "this.closest('figure').querySelectorAll('[data-frame]').forEach((e, i) => { e.hidden = i != this.value })"


def _page(png: bytes, title: str, alt: str) -> str:
    return _FIGURE.format(_image(png, alt) + _CAPTION.format(html.escape(title)))


def _slides_page(pictures: list[tuple[bytes, str, str]], title: str) -> str:
    last = len(pictures) - 1
    frames = "".join(
        f"<div data-frame{'' if number == last else ' hidden'}>{_image(png, alt)}<div>{html.escape(name)}</div></div>"
        for number, (png, name, alt) in enumerate(pictures)
    )
    slider = (
        f'<input type="range" min="0" max="{last}" value="{last}" oninput="{_SHOW_FRAME}" '
        f'aria-label="{html.escape(title)}" style="width:min(100%,28em)">'
    )
    return _FIGURE.format(frames + slider + _CAPTION.format(html.escape(title)))


def _image(png: bytes, alt: str) -> str:
    width = round(int.from_bytes(png[16:20], "big") * _CSS_PIXELS)  # the first field of a PNG's header
    return (
        f'<img src="data:image/png;base64,{base64.b64encode(png).decode()}" alt="{html.escape(alt)}" width="{width}" '
        'style="max-width:100%;height:auto;background:white;border-radius:4px">'
    )
