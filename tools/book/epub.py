"""What an EPUB asks for beyond web pages: mathematics as MathML, and output that is well-formed XML. An extension of Sphinx."""

import re
from html import escape

from bs4 import BeautifulSoup
from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

_VOID = {"br", "col", "hr", "img", "input", "wbr"}


def setup(app: Sphinx) -> None:
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    app.connect("doctree-resolved", _make_output_well_formed)


def mathml(latex: str, display: str = "inline") -> str:
    """A formula as MathML. The converter leaves the signs of a text, such as that in <EOS>, as they are."""
    return convert(re.sub(r"\\text\{[^{}]*\}", lambda text: escape(text[0], quote=False), latex), display=display)


def _inline(writer: HTML5Translator, node: nodes.math) -> None:
    writer.body.append(mathml(node.astext()))
    raise nodes.SkipNode


def _block(writer: HTML5Translator, node: nodes.math_block) -> None:
    writer.body.append(f'<div class="math">{mathml(node.astext(), "block")}</div>')
    raise nodes.SkipNode


def _make_output_well_formed(app: Sphinx, doctree: nodes.document, page: str) -> None:
    if app.builder.name == "epub":
        for node in list(doctree.findall(nodes.raw)):
            if node["format"] == "html":
                node[:] = [nodes.Text(well_formed(node.astext()))]


def well_formed(html: str) -> str:
    """HTML as XML, for readers of books: without links to where a lecture runs, of slides the picture that is seen first, and
    formulas of captions as MathML. What only opens or closes something, such as a folded answer, stays as it is.
    """
    tags = re.findall(r"<(/?)([a-zA-Z]+)", html)
    if sum(-1 if closes else tag.lower() not in _VOID for closes, tag in tags):
        return html
    soup = BeautifulSoup(html, "html.parser")
    for unfit in soup.select("[data-frame][hidden], input, script, .ways, .downloads"):
        unfit.decompose()
    for formula in soup.select("span.math"):
        latex = formula.get_text().removeprefix(r"\(").removesuffix(r"\)")
        formula.replace_with(BeautifulSoup(mathml(latex), "html.parser"))
    return soup.decode()
