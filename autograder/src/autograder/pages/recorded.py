"""Sentences that were recorded in English, in the language of a page.

Verdicts, remarks and the judge's reports are text from the moment a submission is graded. Their sentences were made by
:func:`unroll.checks.sentences.said`, so the catalogue has each with its places still open, and the one that fits is looked for. What
fills a place is looked up in the same way. What is found nowhere (names, numbers, code, Python's messages) stays as it is, in its own
direction.
"""

import re
import unicodedata
from functools import lru_cache
from html.parser import HTMLParser

from markupsafe import Markup, escape

from autograder.pages import escaping
from autograder.pages.language import ENGLISH, PLACE, Language, Sentence

_LONG = 1_000  # characters of a text that is looked up
_DEEP = 8  # sentences in sentences
# Filled with words of an author or a student, which a sentence of ours may fit by chance.
_THEIRS = {"name", "names", "label", "labels", "file", "line", "path", "text", "yours", "expected"}

_LEFT = re.compile(r"<bdi[^>]*>(.*?)</bdi>", re.DOTALL)


def with_code(sentence: str) -> Markup:
    """A sentence of our own; text between backticks becomes code.

    Examples
    --------
    >>> str(with_code("Run `autograder grade` again."))
    'Run <code>autograder grade</code> again.'
    """
    parts = escaping.spelled_out(sentence).split("`")
    return Markup("").join(Markup("<code>{}</code>").format(part) if place % 2 else part for place, part in enumerate(parts))


def translated(sentence: str, language: Language) -> Markup:
    """A recorded sentence in the language of a page; text between backticks becomes code."""
    return _translated(escaping.spelled_out(sentence), language) or _foreign(sentence, language)


def translated_html(dirty: str, language: Language) -> Markup:
    """A recorded report, cleaned, with its sentences in the language of a page."""
    if language is ENGLISH or escaping.is_heavy(dirty):
        return escaping.clean(dirty)
    writer = _Writer(language)
    writer.feed(dirty)
    writer.close()
    return escaping.clean("".join(writer.written))


class _Writer(HTMLParser):
    """Write the same HTML again, with other texts; it is cleaned after that."""

    def __init__(self, language: Language) -> None:
        super().__init__()
        self._language = language
        self._theirs = False
        self.written: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._theirs = tag == "bdi"
        if not self._theirs:
            self.written.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        self._theirs = False
        if tag != "bdi":
            self.written.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        text = data.strip()
        if text:
            before, after = data[: data.index(text)], data[data.index(text) + len(text) :]
            found = (_exact if self._theirs else _translated)(text, self._language)
            data = before + (found or _apart(escape(text))) + after  # control characters are marked when it is cleaned
        self.written.append(data)


@lru_cache(maxsize=10_000)
def _translated(text: str, language: Language, depth: int = _DEEP) -> Markup | None:
    """None if nothing in it can be translated. Of several sentences that fit, the one that leaves least as it was."""
    exact = _exact(text, language)
    if exact is not None or depth == 0 or len(text) > _LONG:
        return exact
    found = (_fitted(sentence, text, language, depth) for sentence in language.sentences if sentence.part in text)
    return min((each for each in found if each is not None), key=_left, default=None)


def _fitted(sentence: Sentence, text: str, language: Language, depth: int) -> Markup | None:
    fits = sentence.pattern.fullmatch(text)
    if fits is None:
        return None
    values = {
        place: _exact(value, language) if place in _THEIRS else _translated(value, language, depth - 1)
        for place, value in fits.groupdict().items()
    }
    if not sentence.telling and any(value is None for place, value in values.items() if place not in _THEIRS):
        return None
    return _filled(sentence.translation, fits.groupdict(), values, language)


def _left(translation: Markup) -> int:
    """How many characters stayed as they were."""
    return sum(map(len, _LEFT.findall(translation)))


def _exact(text: str, language: Language) -> Markup | None:
    """A whole sentence of the catalogue, such as a misconception's, which may have lost its capital and its full stop."""
    capital = text[:1].upper() + text[1:]
    for known in dict.fromkeys((text, capital, f"{text}.", f"{capital}.")) if text else ():
        found = language.words.gettext(known)
        if found != known:
            return with_code(found.removesuffix(".") if len(known) > len(text) else found)
    return None


def _filled(translation: str, places: dict[str, str], values: dict[str, Markup | None], language: Language) -> Markup:
    """A translation with its places filled; inside backticks they are code."""
    written = Markup("")
    for number, part in enumerate(translation.split("`")):
        pieces = PLACE.split(part)  # text and names of places in turn
        if number % 2:
            code = "".join(places[piece] if turn % 2 else piece for turn, piece in enumerate(pieces))
            written += Markup("<code>{}</code>").format(code)
            continue
        for turn, piece in enumerate(pieces):
            written += (values[piece] or _foreign(places[piece], language)) if turn % 2 else escape(piece)
    return written


def _foreign(text: str, language: Language) -> Markup:
    """A text as it was recorded, often English or code, which the direction of the page must not turn round."""
    return with_code(text) if language is ENGLISH else _apart(with_code(text))


def _apart(text: Markup) -> Markup:
    """A text in its own direction; where there are no letters, such as in -0.5, a browser would take the page's."""
    turned = any(unicodedata.bidirectional(character) in ("R", "AL") for character in text)
    return Markup("<bdi>{}</bdi>" if turned else '<bdi dir="ltr">{}</bdi>').format(text)
