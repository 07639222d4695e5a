"""Which release of an assignment a notebook was made from: a number and a date, in its metadata."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

_KEY = "unroll"
_WRITTEN = re.compile(r"([1-9]\d{0,3}) of (\d{4}-\d\d-\d\d)", re.ASCII)


class Version(NamedTuple):
    """A release of an assignment.

    Parameters
    ----------
    number
        Counted from 1.
    date
        On which it was made, as in 2027-01-31.

    Examples
    --------
    >>> print(Version(2, "2027-01-31"))
    release 2 of 2027-01-31
    >>> version_in(Version(2, "2027-01-31").as_metadata()), version_in({"unroll": {"release": "<b>"}})
    (Version(number=2, date='2027-01-31'), None)
    """

    number: int
    date: str

    def __str__(self) -> str:
        return f"release {self.number} of {self.date}"

    def as_metadata(self) -> dict[str, Any]:
        """What a notebook's metadata holds of it."""
        return {_KEY: {"release": f"{self.number} of {self.date}"}}


def version_in(metadata: object) -> Version | None:
    """The release that a notebook's metadata names; None if it names none. Students can write there what they like."""
    said = metadata.get(_KEY) if isinstance(metadata, Mapping) else None
    said = said.get("release") if isinstance(said, Mapping) else None
    found = _WRITTEN.fullmatch(said) if isinstance(said, str) else None
    return Version(int(found[1]), found[2]) if found else None
