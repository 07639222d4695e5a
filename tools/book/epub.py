"""What an EPUB asks for beyond web pages: mathematics as MathML, and pages that are valid XHTML. An extension of Sphinx."""

import re
import zipfile
from html import escape
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

_VOID = {"br", "col", "hr", "img", "input", "source", "wbr"}


def setup(app: Sphinx) -> None:
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    app.connect("builder-inited", _keep_signatures_on_a_line)
    app.connect("doctree-resolved", _make_output_well_formed)
    app.connect("html-page-context", _make_page_valid)
    app.connect("build-finished", _declare)


def _keep_signatures_on_a_line(app: Sphinx) -> None:
    """What Sphinx makes of several lines is no valid list."""
    if app.builder.name == "epub":
        app.config.python_maximum_signature_line_length = None


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


def _make_page_valid(app: Sphinx, page: str, template: str, context: dict[str, Any], document: object) -> None:
    if app.builder.name == "epub":
        if "body" in context:
            context["body"] = valid(context["body"])
        context["css_files"] = [file for file in context["css_files"] if "mystnb" not in file.filename]  # the EPUB lacks it


def valid(body: str) -> str:
    """A page as XHTML allows it: what MyST-NB says of a fold once, not shut and open; lists that Napoleon puts into paragraphs."""
    fold = r'<summary[^>]*>\s*<p class="collapsed[^>]*>(.*?)</p>\s*<p class="expanded.*?</p>\s*</summary>'
    body = re.sub(fold, r"<summary>\1</summary>", body, flags=re.DOTALL)
    return re.sub(r'<p>(<ul class="simple">(?:(?!<ul).)*?</ul>)\s*</p>', r"\1", body, flags=re.DOTALL)


def _declare(app: Sphinx, error: Exception | None) -> None:
    if app.builder.name == "epub" and error is None:
        declare_mathematics(Path(app.outdir) / f"{app.config.epub_basename}.epub")


def declare_mathematics(epub: Path) -> None:
    """Say in an EPUB's list of files which of them hold MathML, as readers expect, and list each once in the order of reading."""
    written = epub.with_suffix(".new")
    with zipfile.ZipFile(epub) as old, zipfile.ZipFile(written, "w") as new:
        for file in old.infolist():  # `mimetype` first, and not compressed
            content = old.read(file)
            if file.filename == "content.opf":
                content = _declared(content.decode(), old).encode()
            new.writestr(file, content)
    written.replace(epub)


def _declared(listing: str, epub: zipfile.ZipFile) -> str:
    def with_property(item: re.Match[str]) -> str:
        return item[0].replace(" />", ' properties="mathml" />') if b"<math" in epub.read(item[1]) else item[0]

    listing = re.sub(r'<item [^>]*href="([^"]+\.xhtml)"[^>]* />', with_property, listing)
    seen: set[str] = set()
    return re.sub(r"\s*<itemref [^>]*>", lambda item: "" if item[0] in seen or seen.add(item[0]) else item[0], listing)


def well_formed(html: str) -> str:
    """HTML as XML, for readers of books: without sounds and links to where a notebook runs, of slides the picture that is seen first,
    and formulas of captions as MathML. What only opens or closes something else, such as a folded answer, stays as it is.
    """
    if re.fullmatch(r'<a href="lite/[^>]*>|</a>', html):
        return ""
    tags = re.findall(r"<(/?)([a-zA-Z]+)", html)
    if sum(-1 if closes else tag.lower() not in _VOID for closes, tag in tags):
        return html
    soup = BeautifulSoup(html, "html.parser")
    for unfit in soup.select("[data-frame][hidden], audio, input, script, .ways, .downloads"):
        unfit.decompose()
    for formula in soup.select("span.math"):
        latex = formula.get_text().removeprefix(r"\(").removesuffix(r"\)")
        formula.replace_with(BeautifulSoup(mathml(latex), "html.parser"))
    return soup.decode()
