"""Compare what a lecture claims with a number: one that it just measured, or one from a stored result."""

from unroll.results import results


def claim(what: str, value: float, low: float, high: float, stored: str | None = None) -> None:
    """Print a number next to the range that the lecture's text quotes.

    A tick marks a measured number in the range, including its ends; the course's tests require it. ``▤`` marks one that a
    stored result holds, with the command that wrote it. A cross comes with a line on what it may mean.

    Parameters
    ----------
    what
        What was measured, in a few words that no other claim of the lecture has.
    value
        The number.
    low, high
        The range.
    stored
        The result that holds the number, as `unroll.results.results` calls it. None if the lecture measured it.

    Raises
    ------
    LookupError
        If there is no such result.

    Examples
    --------
    >>> claim("share of words with an id", 0.9431, low=0.93, high=0.96)
    ✓ share of words with an id: 0.943 (the text says 0.93 to 0.96)
    >>> claim("accuracy, lowest of 12", 0.9931, low=0.98, high=1, stored="agreement")
    ▤ accuracy, lowest of 12: 0.993 (the text says 0.98 to 1; stored by python -m experiments.agreement)
    """
    holds = low <= value <= high
    mark = "✗" if not holds else "▤" if stored else "✓"
    source = f"; stored by {results(stored)['command']}" if stored else ""
    print(f"{mark} {what}: {value:.3g} (the text says {low:g} to {high:g}{source})")
    if not holds and stored:
        print("  The stored result has changed since the text was written.")
    elif not holds:
        print("  Library versions and settings can change a number, but not by this much.")
