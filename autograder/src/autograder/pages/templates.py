"""Fill templates: every plain string is escaped, and numbers, times and counts are easy to read."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from autograder.pages.escaping import spelled_out


def points(value: float) -> str:
    """Points without trailing zeros.

    Examples
    --------
    >>> points(7.0), points(2 / 3)
    ('7', '0.67')
    """
    return f"{round(value, 2):.10g}"


def duration(seconds: float) -> str:
    """A readable duration.

    Examples
    --------
    >>> duration(3.21), duration(240), duration(7500), duration(3 * 86400)
    ('3.2 s', '4 min', '2 h 5 min', '3 days')
    """
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{round(hours / 24)} days"


def with_code(sentence: str) -> Markup:
    """A sentence of our own; text between backticks becomes code.

    Examples
    --------
    >>> str(with_code("Run `autograder grade` again."))
    'Run <code>autograder grade</code> again.'
    """
    parts = spelled_out(sentence).split("`")
    return Markup("").join(Markup("<code>{}</code>").format(part) if place % 2 else part for place, part in enumerate(parts))


def counted(count: int, one: str, many: str | None = None) -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("autograder"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: spelled_out(value) if type(value) is str else value,
    )
    environment.filters |= {"points": points, "duration": duration, "counted": counted, "with_code": with_code}
    return environment


def render(template: str, **values) -> str:
    """Fill one of our templates. Every plain string in it is escaped, with control characters spelled out."""
    return _environment().get_template(template).render(**values)
