"""Words around numbers and names, in one form for the console, messages and pages."""

from collections.abc import Sequence


def counted(count: int, one: str, many: str | None = None) -> str:
    """A number and what it counts.

    Examples
    --------
    >>> counted(1, "page"), counted(2, "page"), counted(0, "entry", "entries")
    ('1 page', '2 pages', '0 entries')
    """
    return f"{count} {one if count == 1 else many or one + 's'}"


def named(names: Sequence[str], most: int = 5) -> str:
    """Names in a row, only so many of them.

    Examples
    --------
    >>> named(["ada", "bo"]), named(["ada", "bo", "eve"], most=1)
    ('ada, bo', 'ada and 2 more')
    """
    from unroll.checks.sentences import said  # loads NumPy, which `autograder --help` need not

    shown = ", ".join(names[:most])
    return said("%(names)s and %(count)s more", names=shown, count=len(names) - most) if len(names) > most else shown
