"""Where mathematics may break on a narrow page: equations between their parts, short formulas nowhere. An extension of Sphinx."""

import re

from docutils import nodes
from sphinx.application import Sphinx

_GAP = re.compile(r"(\\q?quad)(?![a-zA-Z])")
_SHORT = 24  # signs, fewer than fit on a line of a telephone
_PAIRS = ((r"(?<!\\)\{", r"(?<!\\)\}"), (r"\\begin\b", r"\\end\b"), (r"\\left\b", r"\\right\b"))


def setup(app: Sphinx) -> None:
    app.connect("doctree-read", _mark)


def in_parts(latex: str) -> str:
    r"""An equation with braces around what ``\quad`` and ``\qquad`` keep apart, where MathJax then prefers to break it.

    One with such a gap inside a part, or with lines of its own, stays as it is.
    """
    pieces = _GAP.split(latex)
    whole = all(len(re.findall(opens, piece)) == len(re.findall(closes, piece)) for piece in pieces for opens, closes in _PAIRS)
    lines = any(r"\\" in piece and r"\begin" not in piece for piece in pieces)
    if len(pieces) == 1 or lines or not whole:
        return latex
    return " ".join(piece if number % 2 else f"{{{piece.strip()}}}" for number, piece in enumerate(pieces))


def signs(latex: str) -> int:
    """How many signs a formula has when it is set, roughly."""
    return len(re.sub(r"[{}^_\s]", "", re.sub(r"\\(?:[a-zA-Z]+|.)", "x", latex)))


def _mark(app: Sphinx, doctree: nodes.document) -> None:
    if app.builder.name == "html":
        for equation in doctree.findall(nodes.math_block):
            equation[:] = [nodes.Text(in_parts(equation.astext()))]
        for formula in doctree.findall(nodes.math):
            if signs(formula.astext()) <= _SHORT:
                formula["classes"].append("short")
