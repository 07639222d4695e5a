"""Where a long equation may break: between its parts rather than in them. An extension of Sphinx."""

import re

from docutils import nodes
from sphinx.application import Sphinx

_GAP = re.compile(r"(\\q?quad)(?![a-zA-Z])")
_PAIRS = ((r"(?<!\\)\{", r"(?<!\\)\}"), (r"\\begin\b", r"\\end\b"), (r"\\left\b", r"\\right\b"))


def setup(app: Sphinx) -> None:
    app.connect("doctree-read", _mark_parts)


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


def _mark_parts(app: Sphinx, doctree: nodes.document) -> None:
    if app.builder.name == "html":
        for equation in doctree.findall(nodes.math_block):
            equation[:] = [nodes.Text(in_parts(equation.astext()))]
