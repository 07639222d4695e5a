"""Escaping and cleaning: what a student wrote becomes HTML that runs nothing and loads nothing.

Everything of a student's passes one of these functions; :mod:`autograder.pages.templates` escapes the rest.
"""

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

_LONG = 20_000  # characters of one text; parsers may take time that grows faster than this
_LONGEST = 100_000
_FORMULA = 2_000

# Control, format (all that changes the direction of writing), surrogate and separator characters. Left out: line feed, tab,
# and the two joiners that Persian, Hindi and emoji need.
_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_TITLE_OR_LINK = re.compile("\x1b\\][^\x07\x1b]*(\x07|\x1b\\\\)?")  # terminal commands that nbconvert does not know
_IMAGE = re.compile(r"data:image/(png|jpeg|gif);base64,[A-Za-z0-9+/]+={0,2}")
_TAGS = {
    *("a", "b", "blockquote", "br", "caption", "code", "dd", "del", "details", "div", "dl", "dt", "em", "hr", "i", "img"),
    *("kbd", "li", "ol", "p", "pre", "s", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th"),
    *("thead", "tr", "u", "ul", "h1", "h2", "h3", "h4", "h5", "h6"),
}
_ATTRIBUTES = {
    "*": {"style"},
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
# Browsers that know MathML Core alone leave the alignment of columns to style sheets, ours among them.
_MATH_ATTRIBUTES = {name: name for name in _MATH_NAMES.split()} | {"columnalign": "class"}
_MATH_VALUE = re.compile(r"[a-z][a-z-]{0,30}|#[0-9a-f]{3,6}|(\d{1,2}(\.\d{1,4})?|\.\d{1,4})(em|ex|px|pt)?", re.IGNORECASE)


def visible(text: str) -> str:
    """`text` with control and direction characters written out, as ⟨U+202E⟩, instead of obeyed."""
    return _CONTROL.sub(lambda found: f"⟨{_name(found[0])}⟩", text)


def _name(character: str) -> str:
    return f"U+{ord(character):04X}"


def _marked(clean: str) -> Markup:
    """As :func:`visible`, for finished HTML whose attributes hold no such characters."""
    return Markup(_CONTROL.sub(lambda found: f'<span class="control">{_name(found[0])}</span>', clean))


def text(content: str) -> Markup:
    """Plain text, such as a program prints: without terminal colours, lines that were overwritten as they were last seen."""
    content = strip_ansi(_TITLE_OR_LINK.sub("", content)).replace("\r\n", "\n")
    lines = [[part for part in line.split("\r") if part] or [""] for line in content.split("\n")]
    return _marked(html.escape(_cut("\n".join(parts[-1] for parts in lines), _LONG)))


def code(source: str) -> Markup:
    """Python source, highlighted if it is of a usual length."""
    source = _cut(source.replace("\r\n", "\n"), _LONGEST)
    if len(source) > _LONG:
        return _marked(html.escape(source))
    # nowrap gives spans that carry a class, and nothing else
    return _marked(highlight(source, PythonLexer(stripnl=False), HtmlFormatter(nowrap=True)).rstrip("\n"))


def _cut(content: str, bound: int) -> str:
    if len(content) <= bound:
        return content
    return f"{content[:bound]}\n[{len(content) - bound} more characters are left out]"


def clean(dirty: str, classes: Iterable[str] = ()) -> Markup:
    """HTML from a notebook, as far as it is text, tables, pictures and colours.

    Parameters
    ----------
    classes
        What a ``span`` may have as its class; nothing else has one.
    """
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
    return visible(value)


def picture(kind: str, data: str, alt: str) -> Markup:
    """A picture of a cell's, or a sentence in its place."""
    address = f"data:{kind};base64,{''.join(data.split())}"
    if not _IMAGE.fullmatch(address):
        return Markup('<p class="quiet">[a picture that cannot be shown]</p>')
    return Markup('<img src="{}" alt="{}">').format(address, visible(alt))


def markdown(source: str, attachments: dict | None = None) -> Markup:
    """Markdown with formulas and pictures that it brings along; anything else of HTML that is in it is cleaned."""
    if len(source) > _LONG:
        return Markup("<pre>{}</pre>").format(text(source))
    renderer = _Renderer(attachments or {})
    try:
        dirty = MarkdownWithMath(renderer=renderer).render(source)
    except Exception:  # a parser that others wrote, on a text that a student wrote
        return Markup("<pre>{}</pre>").format(text(source))
    result = str(clean(dirty, renderer.finished))
    # A mark is an empty span whose class nobody can guess. Cleaning writes <, > and " in texts and values otherwise.
    for name, finished in renderer.finished.items():
        result = result.replace(f'<span class="{name}"></span>', finished)
    return Markup(result)


class _Renderer(IPythonRenderer):
    """Sets formulas and code aside as marks, to be put back after cleaning."""

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
        return self._aside(Markup('<span class="quiet">[a picture from elsewhere: {}]</span>').format(visible(alt or url)))


def formula(tex: str, *, block: bool = False) -> Markup:
    """A formula as MathML, or its TeX where that is beyond us."""
    tex = tex.strip()
    try:
        if len(tex) > _FORMULA or _CONTROL.search(tex):
            raise ValueError("not a formula")
        # latex2mathml knows these environments by their older names.
        known = re.sub(r"\\(begin|end)\{(?:aligned|equation|gather|gathered)\*?\}", r"\\\1{align*}", tex)
        root = convert_to_element(known, display="block" if block else "inline")
        return Markup(_mathml(root))
    except Exception:  # a parser that others wrote, on a text that a student wrote
        return Markup('<code class="tex">{}</code>').format(visible(_cut(tex, _FORMULA)))


def _mathml(element: Element, script: bool = False) -> str:
    """Write a formula's tree ourselves: latex2mathml's own writer lets tags inside \\text through as tags.

    Signs in a superscript or subscript stand close, as in TeX.
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
    inside = html.escape(visible(content)) + children
    return f"<{element.tag}{attributes}>{inside}</{element.tag}>"
