"""The language of feedback pages: catalogues in gettext's form (.po) with our own sentences, and with the course's."""

import gettext
import io
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from babel import Locale
from babel.core import UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from autograder.course import CONFIG, Course, CourseError


class Language(NamedTuple):
    """A language to write a page in.

    Parameters
    ----------
    code
        As in HTML, such as ``fa``.
    direction
        ``ltr`` or ``rtl``.
    words
        The translations; a sentence without one stays English.
    """

    code: str
    direction: str
    words: gettext.NullTranslations


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
    words = gettext.NullTranslations()
    for path in (own, ours):
        if path.exists():
            words.add_fallback(_read(path))
        elif path is ours and code != ENGLISH.code and not own.exists():
            raise CourseError(f"{where}, for which there is no catalogue. Put one at {own}, or remove the setting.")
    return Language(code, "rtl" if locale.character_order == "right-to-left" else "ltr", words)


def _read(path: Path) -> gettext.GNUTranslations:
    compiled = io.BytesIO()
    try:
        with open(path, "rb") as file:
            write_mo(compiled, read_po(file, abort_invalid=True))
        compiled.seek(0)
        return gettext.GNUTranslations(compiled)
    except (OSError, ValueError, PoFileError) as error:
        raise CourseError(f"{path} cannot be read as a gettext catalogue: {error}") from error
