"""The one style, and how a figure reaches the page: as a picture with a caption and alternative text, then closed."""

import base64
import html
import io

import matplotlib
import matplotlib.pyplot as plt
from cycler import cycler

from unroll.plots.alternatives import alternative
from unroll.plots.colours import INK, PALETTE

_DPI = 144
_CSS_PIXELS = 96 / _DPI  # of a page, for one of the picture

_STYLE = {
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
    """The style for one block: ``with style(): plt.plot(…)``.

    Returns
    -------
    context manager
    """
    return matplotlib.rc_context(_STYLE)


def use_style() -> None:
    """Take the style for all figures from here on. Importing this module does not."""
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
        What a reader who cannot see the picture has to know: what is drawn, and what it shows. In the lectures, its id in
        ``unroll/alternatives``, such as ``"05.timeline"``.

    Raises
    ------
    ValueError
        If the title or the alternative text is empty, or nothing has been drawn.
    LookupError
        If it is an id that has no text.

    Examples
    --------
    >>> plt.semilogy(norms)                                                          # doctest: +SKIP
    >>> figure("Gradient norm by distance", x="steps back", y="norm",
    ...        alt="A straight line on a log scale, which falls by six decades.")    # doctest: +SKIP
    """
    if not title.strip() or not alt.strip():
        raise ValueError("A figure has a title and alternative text.")
    if not plt.get_fignums() or not any(axes.has_data() for axes in plt.gcf().axes):
        raise ValueError(f"There is nothing drawn that could be shown as {title!r}.")
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
    _show(stream.getvalue(), title, alt)


def _show(png: bytes, title: str, alt: str) -> None:
    text = f"Figure: {title}. {alt}"
    try:
        from IPython import get_ipython
        from IPython.display import display
    except ImportError:
        print(text)
        return
    if get_ipython() is None:
        print(text)
        return
    # Pages show the HTML: no other output carries alternative text through nbconvert's default template. The plain
    # picture is for what shows no HTML (PDF, notebooks that are not trusted); every viewer shows one of the two.
    encoded = base64.b64encode(png).decode()
    display(
        {"text/html": _page(png, encoded, title, alt), "image/png": encoded, "text/plain": text},
        metadata={"image/png": {"alt": alt}},
        raw=True,
    )


def _page(png: bytes, encoded: str, title: str, alt: str) -> str:
    width = round(int.from_bytes(png[16:20], "big") * _CSS_PIXELS)  # the first field of a PNG's header
    return (
        '<figure style="margin:0.5em 0">'
        f'<img src="data:image/png;base64,{encoded}" alt="{html.escape(alt)}" width="{width}" '
        'style="max-width:100%;height:auto;background:white;border-radius:4px">'
        f"<figcaption>{html.escape(title)}</figcaption></figure>"
    )
