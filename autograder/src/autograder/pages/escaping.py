"""Escape and clean what a student wrote, so that the HTML runs nothing and loads nothing.

All student content passes through one of these functions; :mod:`autograder.pages.templates` escapes the rest.
"""

import base64
import html
import re
import secrets
from collections.abc import Iterable
from xml.etree.ElementTree import Element

import nh3
from latex2mathml.converter import convert_to_element
from markupsafe import Markup
from nbconvert.filters import strip_ansi
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

_LONG = 20_000  # characters of one text; a parser's time may grow faster than its length
_LONGEST = 100_000
_FORMULA = 2_000
_DRAWING = 5_000_000
_HTML = 1_000_000
_STEPS = 2_000_000  # of a parser: tags times the depth of tags in tags, on which its time depends
_WORDS = 5_000  # between two tags, or in one, where each may be an attribute that is compared with all others
_TAG = re.compile(r"<(/?)([A-Za-z][^\s/>]*)")
_ALIVE = re.compile(
    r"<((?:audio|canvas|embed|iframe|object|script|video)\b|img(?=\b[^>]{0,300}\bsrc\s{0,9}=\s{0,9}[\"']?https?:))",
    re.IGNORECASE,
)
_NOTE = 200
_DATA = re.compile(r"data:image/[a-z]+;base64,[A-Za-z0-9+/\s]*+")
# A parser never puts one of these directly or indirectly into another of its kind without a tag between them that is counted.
_FLAT = {
    *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"),
    *("dd", "dt", "li", "p", "tbody", "td", "tfoot", "th", "thead", "tr"),
}

# Control, format (including everything that changes the writing direction), surrogate and separator characters, except line
# feed, tab, and the two joiners that Persian, Hindi and emoji need.
_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_TITLE_OR_LINK = re.compile("\x1b\\][^\x07\x1b]*(\x07|\x1b\\\\)?")  # terminal commands that nbconvert does not know
_IMAGE = re.compile(r"data:image/(png|jpeg|gif);base64,[A-Za-z0-9+/]+={0,2}")
_TAGS = {
    *("a", "b", "blockquote", "br", "caption", "code", "dd", "del", "details", "div", "dl", "dt", "em", "hr", "i", "img"),
    *(
        "bdi",
        "kbd",
        "li",
        "ol",
        "p",
        "pre",
        "s",
        "span",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
    ),
    *("thead", "tr", "u", "ul", "h1", "h2", "h3", "h4", "h5", "h6"),
}
_ATTRIBUTES = {
    "*": {"style"},
    "bdi": {"dir"},
    "a": {"href"},
    "img": {"src", "alt"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "ol": {"start"},
}
_STYLES = {"color", "font-style", "font-weight", "text-align", "white-space"}
_MATH_TAGS = {
    *("math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "msup", "msub", "msubsup", "mover", "munder", "munderover"),
    *("mfrac", "msqrt", "mroot", "mtable", "mtr", "mtd", "mstyle", "mpadded", "mphantom", "menclose", "mmultiscripts"),
}
_MATH_NAMES = (
    "display displaystyle scriptlevel mathvariant stretchy fence form largeop movablelimits accent accentunder lspace rspace "
    "width minsize maxsize linethickness notation mathcolor"
)
# Browsers with MathML Core leave column alignment to style sheets such as ours.
_MATH_ATTRIBUTES = {name: name for name in _MATH_NAMES.split()} | {"columnalign": "class"}
_MATH_VALUE = re.compile(r"[a-z][a-z-]{0,30}|#[0-9a-f]{3,6}|(\d{1,2}(\.\d{1,4})?|\.\d{1,4})(em|ex|px|pt)?", re.IGNORECASE)


def spelled_out(text: str) -> str:
    """Return `text` with control and direction characters spelled out.

    Examples
    --------
    >>> spelled_out("ps1\\u202egpj.ipynb")
    'ps1⟨U+202E⟩gpj.ipynb'
    """
    return _CONTROL.sub(lambda found: f"⟨{_name(found[0])}⟩", text)


def _name(character: str) -> str:
    return f"U+{ord(character):04X}"


def _marked(clean: str) -> Markup:
    """Like :func:`spelled_out`, for finished HTML whose attributes contain no such characters."""
    return Markup(_CONTROL.sub(lambda found: f'<span class="control">{_name(found[0])}</span>', clean))


def text(content: str) -> Markup:
    """Plain text such as a program's output: without terminal colours, and with overwritten lines in their last state."""
    content = strip_ansi(_TITLE_OR_LINK.sub("", content)).replace("\r\n", "\n")
    lines = [[part for part in line.split("\r") if part] or [""] for line in content.split("\n")]
    return _marked(html.escape(_cut("\n".join(parts[-1] for parts in lines), _LONG)))


def code(source: str) -> Markup:
    """Python source, highlighted unless it is very long."""
    source = _cut(source.replace("\r\n", "\n"), _LONGEST)
    if len(source) > _LONG:
        return _marked(html.escape(source))
    # nowrap produces only spans with a class
    return _marked(highlight(source, PythonLexer(stripnl=False), HtmlFormatter(nowrap=True)).rstrip("\n"))


def _cut(content: str, bound: int) -> str:
    if len(content) <= bound:
        return content
    return f"{content[:bound]}\n[{len(content) - bound} more characters are left out]"


def clean(dirty: str, classes: Iterable[str] = ()) -> Markup:
    """Clean HTML from a notebook, keeping text, tables, pictures and colours.

    Parameters
    ----------
    classes
        The classes that a ``span`` may have; other elements have none.
    """
    if is_heavy(dirty):
        return Markup('<p class="quiet">[HTML that is too long, or too deeply nested, to be shown]</p>')
    return _marked(
        nh3.clean(
            dirty,
            tags=_TAGS,
            clean_content_tags={"script", "style", "title", "textarea", "template", "noscript", "iframe", "object"},
            attributes=_ATTRIBUTES,
            attribute_filter=_attribute,
            url_schemes={"http", "https", "mailto", "data"},
            url_relative="deny",
            allowed_classes={"span": set(classes)},
            filter_style_properties=_STYLES,
            link_rel="noopener noreferrer nofollow",
        )
    )


def left_out(data: dict) -> str:
    """Name what a display has that no page shows, so that no one takes it for missing: sounds, films, figures that run a program.

    Examples
    --------
    >>> left_out({"text/html": "<audio src='x'></audio>"}), left_out({"application/pdf": "", "text/plain": "<Figure>"})
    ('audio', 'application/pdf')
    >>> left_out({"application/vnd.plotly.v1+json": {}, "image/png": "iVBORw=="})
    ''
    """
    if any(kind in data for kind in ("image/png", "image/jpeg", "image/gif", "image/svg+xml")):
        return ""  # which shows the same
    # A widget's text says its state.
    kinds = {kind for kind in data if not kind.startswith("text/") and "widget-view" not in kind}
    page = data.get("text/html")
    tags = {tag.lower() for tag in _ALIVE.findall(page)} if isinstance(page, str) and len(page) <= _HTML else set()
    return spelled_out(", ".join(sorted(kinds | tags)))[:_NOTE]


def is_heavy(dirty: str) -> bool:
    """Whether a parser could need much longer for this HTML than its length suggests, so that it is not even cleaned.

    Examples
    --------
    >>> is_heavy("<div>" * 40_000), is_heavy("<table>" + "<tr><td>7</td></tr>" * 5_000 + "</table>")
    (True, False)
    """
    if len(dirty) <= _LONG:
        return False
    if len(dirty) > _HTML or any(len(re.findall(r"[^\s/\"'=]+", part)) > _WORDS for part in _DATA.sub("", dirty).split("<")):
        return True
    foreign = re.search("<(svg|math)", dirty, re.IGNORECASE)
    flat = set[str]() if foreign else _FLAT  # in drawings and formulas these are tags like any other
    inside: list[str] = []
    count = deepest = 0
    for end, name in _TAG.findall(dirty):
        count += 1
        tag = name.lower()
        if end and inside and inside[-1] == tag:
            inside.pop()
        elif not end and tag not in flat:
            inside.append(tag)
            deepest = max(deepest, len(inside))
    return count * deepest > _STEPS


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "src":
        value = "".join(value.split())
        return value if _IMAGE.fullmatch(value) else None
    if name == "style" and re.search(r"[\\@]|url", value, re.IGNORECASE):
        return None
    if name == "href" and not value.lower().startswith(("http://", "https://", "mailto:")):
        return None
    if name in ("colspan", "rowspan", "start") and not re.fullmatch(r"[0-9]{1,3}", value):
        return None
    return spelled_out(value)


def picture(kind: str, data: str, alt: str) -> Markup:
    """A picture from a cell, or a sentence instead."""
    address = f"data:{kind};base64,{''.join(data.split())}"
    if not _IMAGE.fullmatch(address):
        return Markup('<p class="quiet">[a picture that cannot be shown]</p>')
    return Markup('<img src="{}" alt="{}">').format(address, spelled_out(alt))


def drawing(svg: str, alt: str) -> Markup:
    """A drawing in SVG, or a sentence instead. In <img> a browser runs no script in it and loads nothing for it."""
    if "<!ENTITY" in svg or len(svg) > _DRAWING:  # entities can grow without bound
        return Markup('<p class="quiet">[a drawing that cannot be shown]</p>')
    data = base64.b64encode(svg.encode(errors="replace")).decode()
    return Markup('<img src="data:image/svg+xml;base64,{}" alt="{}">').format(data, spelled_out(alt))


def markdown(source: str, attachments: dict | None = None) -> Markup:
    """Render Markdown with formulas and embedded pictures; other HTML in it is cleaned."""
    if len(source) > _LONG:
        return Markup("<pre>{}</pre>").format(text(source))
    renderer = _Renderer(attachments or {})
    try:
        dirty = MarkdownWithMath(renderer=renderer).render(source)
    except Exception:  # a third-party parser on a student's text
        return Markup("<pre>{}</pre>").format(text(source))
    if is_heavy(dirty):
        return Markup("<pre>{}</pre>").format(text(source))
    result = str(clean(dirty, renderer.finished))
    # A placeholder is an empty span whose class cannot be guessed. Cleaning escapes <, > and " in texts and values.
    for name, finished in renderer.finished.items():
        result = result.replace(f'<span class="{name}"></span>', finished)
    return Markup(result)


class _Renderer(IPythonRenderer):
    """Replace formulas and code by placeholders, to be put back after cleaning."""

    def __init__(self, attachments: dict) -> None:
        super().__init__(escape=False, allow_harmful_protocols=False, exclude_anchor_links=True, attachments=attachments)
        self.finished: dict[str, Markup] = {}
        self._secret = secrets.token_hex(12)

    def _aside(self, finished: Markup) -> str:
        name = f"m{self._secret}-{len(self.finished)}"
        self.finished[name] = finished
        return f'<span class="{name}"></span>'

    def block_code(self, source: str, info: str | None = None) -> str:
        python = (info or "").strip().lower() in ("python", "py", "python3", "ipython3")
        return self._aside(Markup('<pre class="code">{}</pre>').format(code(source) if python else text(source)))

    def block_math(self, body: str) -> str:
        return self._aside(formula(body, block=True))

    def inline_math(self, body: str) -> str:
        return self._aside(formula(body))

    def latex_environment(self, name: str, body: str) -> str:
        return self._aside(formula(rf"\begin{{{name}}}{body}\end{{{name}}}", block=True))

    def image(self, caption: str, url: str, title: str | None = None) -> str:
        alt = html.unescape(re.sub(r"<[^>]*>", "", caption))
        name = url.removeprefix("attachment:")
        if name != url:
            bundle = self.attachments.get(name)
            for kind in ("image/png", "image/jpeg", "image/gif"):
                if isinstance(bundle, dict) and isinstance(bundle.get(kind), str):
                    return self._aside(picture(kind, bundle[kind], alt))
        elif url.startswith("data:"):
            kind, _, data = url.removeprefix("data:").partition(";base64,")
            return self._aside(picture(kind, data, alt))
        return self._aside(Markup('<span class="quiet">[a picture from elsewhere: {}]</span>').format(spelled_out(alt or url)))


def formula(tex: str, *, block: bool = False) -> Markup:
    """A formula as MathML, or as TeX if it cannot be converted."""
    tex = tex.strip()
    try:
        if len(tex) > _FORMULA or _CONTROL.search(tex):
            raise ValueError("not a formula")
        # latex2mathml knows these environments by their older names.
        known = re.sub(r"\\(begin|end)\{(?:aligned|equation|gather|gathered)\*?\}", r"\\\1{align*}", tex)
        root = convert_to_element(known, display="block" if block else "inline")
        return Markup(_mathml(root))
    except Exception:  # a third-party parser on a student's text
        return Markup('<code class="tex">{}</code>').format(spelled_out(_cut(tex, _FORMULA)))


def _mathml(element: Element, script: bool = False) -> str:
    """Serialise a formula's tree; latex2mathml's own writer does not escape tags inside \\text.

    Operators in superscripts and subscripts have no space around them, as in TeX.
    """
    if element.tag not in _MATH_TAGS:
        raise ValueError(f"{element.tag} is not MathML that we show")
    content = html.unescape(element.text or "")
    if re.match(r"\\[A-Za-z]", content):
        raise ValueError(f"{content} is unknown")
    attributes = "".join(
        f' {_MATH_ATTRIBUTES[name]}="{html.escape(value)}"'
        for name, value in element.attrib.items()
        if name in _MATH_ATTRIBUTES and _MATH_VALUE.fullmatch(value)
    )
    if script and element.tag == "mo":
        attributes += ' lspace="0" rspace="0"'
    scripts = element.tag in ("msup", "msub", "msubsup")
    children = "".join(_mathml(child, script or (scripts and place > 0)) for place, child in enumerate(element))
    inside = html.escape(spelled_out(content)) + children
    return f"<{element.tag}{attributes}>{inside}</{element.tag}>"
