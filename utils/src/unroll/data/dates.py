"""Dates as people write them, and in the one form of ISO 8601."""

from datetime import date, timedelta

import numpy as np

from unroll.data.picking import pick

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_FORMS = ("{month} {day}, {year}", "{day} {month} {year}", "{short} {day}, {year}", "the {day}{th} of {month} {year}")
_FIRST, _COUNT = date(1900, 1, 1), 73_049  # to the end of 2099


def dates(rng: np.random.Generator, count: int) -> list[tuple[str, str]]:
    """Draw days from 1900 to 2099 such as "March 3, 1994", with their ISO form, "1994-03-03".

    There are four forms, each with the day of the week in front in a third of the cases. No day occurs twice.

    Parameters
    ----------
    rng
        A NumPy random generator.
    count
        How many; there are 73,049 days.

    Returns
    -------
    list of (str, str)
        The day as written, and its ISO form.

    Raises
    ------
    ValueError
        If there are not so many days.

    Examples
    --------
    >>> dates(np.random.default_rng(0), 2)
    [('Friday, 14 February 2070', '2070-02-14'), ('May 24, 2027', '2027-05-24')]
    """
    if count > _COUNT:
        raise ValueError(f"There are {_COUNT:,} days from 1900 to 2099, not {count:,}.")
    days = [_FIRST + timedelta(int(number)) for number in rng.choice(_COUNT, size=count, replace=False)]
    return [(_written(rng, day), day.isoformat()) for day in days]


def _written(rng: np.random.Generator, day: date) -> str:
    month = _MONTHS[day.month - 1]
    text = pick(rng, _FORMS).format(month=month, short=month[:3], day=day.day, th=_ending(day.day), year=day.year)
    return f"{_DAYS[day.weekday()]}, {text}" if rng.random() < 1 / 3 else text


def _ending(number: int) -> str:
    """``st`` for 1, ``nd`` for 2 and so on."""
    return "th" if number in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
