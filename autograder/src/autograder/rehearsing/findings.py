"""What a rehearsal finds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that was tried.

    Parameters
    ----------
    ok
        True if it came out as it must.
    what
        What was tried.
    detail
        What came of it.
    """

    ok: bool
    what: str
    detail: str
