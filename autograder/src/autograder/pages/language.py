"""The language of feedback pages: catalogues in gettext's form (.po) with our own sentences, and with the course's."""

import gettext
import io
import re
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from babel import Locale
from babel.core import UnknownLocaleError
from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from autograder.course import CONFIG, Course, CourseError

_TELLING = 4  # letters
PLACE = re.compile(r"%\((\w+)\)s")


class Sentence(NamedTuple):
    """A sentence with places, to find it in a text where they are filled.

    Parameters
    ----------
    part
        Its longest part without a place, which every text that it fits has.
    pattern
        Matches it, with a group for each place.
    translation
        With the same places.
    telling
        False if so little stands around the places, such as "in", that it fits others' words too.
    """

    part: str
    pattern: re.Pattern[str]
    translation: str
    telling: bool


@dataclass(frozen=True, eq=False)
class Language:
    """A language to write a page in.

    Parameters
    ----------
    code
        As in HTML, such as ``fa``.
    direction
        ``ltr`` or ``rtl``.
    words
        The translations; a sentence without one stays English.
    sentences
        Those among them that have places, the course's own first, and those with more words before others.
    """

    code: str
    direction: str
    words: gettext.NullTranslations
    sentences: tuple[Sentence, ...] = ()


ENGLISH = Language("en", "ltr", gettext.NullTranslations())


def course_language(course: Course) -> Language:
    """The language that ``c.Course.language`` names, with what the course's own ``translations/LANGUAGE.po`` adds or replaces.

    Raises
    ------
    CourseError
        If there is no such language, no catalogue of it, or one that cannot be read.
    """
    code = course.language
    where = f"{CONFIG}: c.Course.language is {code!r}"
    try:
        locale = Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError, TypeError) as error:
        raise CourseError(f"{where}, which is no language. Write its code, such as 'en' or 'fa'.") from error
    own = Path(course.root, "translations", f"{code}.po")
    ours = Path(str(resources.files("autograder").joinpath("languages", f"{code}.po")))
    words, sentences = gettext.NullTranslations(), list[Sentence]()
    for path in (own, ours):
        if path.exists():
            catalogue, compiled = _read(path)
            words.add_fallback(compiled)
            sentences += _sentences(catalogue)
        elif path is ours and code != ENGLISH.code and not own.exists():
            raise CourseError(f"{where}, for which there is no catalogue. Put one at {own}, or remove the setting.")
    if not any(path.exists() for path in (own, ours)):
        return ENGLISH
    return Language(code, "rtl" if locale.character_order == "right-to-left" else "ltr", words, tuple(sentences))


def _sentences(catalogue: Catalog) -> list[Sentence]:
    """The most particular first, which is the one with most text around its places."""
    found = []
    for message in catalogue:
        sentence, translation = message.id, message.string
        if not isinstance(sentence, str) or not isinstance(translation, str) or not translation or message.fuzzy:
            continue
        parts = PLACE.split(sentence)  # text and names of places in turn
        text, names = "".join(parts[::2]), parts[1::2]
        if text and names and len(names) == len(set(names)) and set(PLACE.findall(translation)) <= set(names):
            pattern = "".join(f"(?P<{part}>.+?)" if turn % 2 else re.escape(part) for turn, part in enumerate(parts))
            telling = sum(map(str.isalpha, text)) >= _TELLING
            longest = max(parts[::2], key=len)
            found.append((len(text), Sentence(longest, re.compile(pattern, re.DOTALL), translation, telling)))
    return [sentence for _, sentence in sorted(found, key=lambda each: -each[0])]


def _read(path: Path) -> tuple[Catalog, gettext.GNUTranslations]:
    compiled = io.BytesIO()
    try:
        with open(path, "rb") as file:
            catalogue = read_po(file, abort_invalid=True)
        write_mo(compiled, catalogue)
        compiled.seek(0)
        return catalogue, gettext.GNUTranslations(compiled)
    except (OSError, ValueError, PoFileError) as error:
        raise CourseError(f"{path} cannot be read as a gettext catalogue: {error}") from error
