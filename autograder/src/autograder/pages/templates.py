"""Fill templates: every plain string is escaped, and numbers, times and counts are easy to read."""

import base64
import hashlib
from functools import cache
from gettext import NullTranslations
from importlib import resources
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from autograder.pages.escaping import spelled_out
from autograder.pages.language import ENGLISH, Language
from autograder.pages.recorded import translated, with_code
from autograder.wording import counted


def points(value: float) -> str:
    """Points without trailing zeros.

    Examples
    --------
    >>> points(7.0), points(2 / 3)
    ('7', '0.67')
    """
    return f"{round(value, 2):.10g}"


def duration(seconds: float, words: NullTranslations = ENGLISH.words) -> str:
    """A readable duration, in the language of `words`.

    Examples
    --------
    >>> duration(3.21), duration(240), duration(7500), duration(3 * 86400)
    ('3.2 s', '4 min', '2 h 5 min', '3 days')
    """
    if seconds < 60:
        return words.gettext("%(number)s s") % {"number": f"{seconds:.1f}" if seconds < 10 else f"{seconds:.0f}"}
    minutes = round(seconds / 60)
    if minutes < 60:
        return words.gettext("%(number)s min") % {"number": minutes}
    hours, minutes = divmod(minutes, 60)
    if hours >= 48:
        return words.gettext("%(number)s days") % {"number": round(hours / 24)}
    if minutes:
        return words.gettext("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes}
    return words.gettext("%(number)s h") % {"number": hours}


class Script(NamedTuple):
    """A script of ours, and what the page's policy says so that it alone may run."""

    text: Markup
    policy: Markup


def script(name: str) -> Script:
    """One of the scripts beside the templates."""
    text = resources.files("autograder").joinpath("templates", name).read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Script(Markup(text), Markup(f"'sha256-{digest}'"))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("autograder"),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: spelled_out(value) if type(value) is str else value,
    )
    environment.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]  # by the extension
    environment.filters |= {"points": points, "duration": _duration, "counted": counted, "with_code": with_code}
    environment.filters["translated"] = _translated
    return environment


@pass_context
def _gettext(context: Context, sentence: str) -> str:
    return context["language"].words.gettext(sentence)


@pass_context
def _ngettext(context: Context, one: str, many: str, count: int) -> str:
    return context["language"].words.ngettext(one, many, count)


@pass_context
def _duration(context: Context, seconds: float) -> str:
    return duration(seconds, context["language"].words)


@pass_context
def _translated(context: Context, sentence: str) -> Markup:
    return translated(sentence, context["language"])


def render(template: str, language: Language = ENGLISH, **values) -> str:
    """Fill one of our templates. Every plain string in it is escaped, with control characters spelled out.

    What stands in a sentence that is translated is escaped only, so it must be ours.
    """
    return _environment().get_template(template).render(language=language, **values)
