"""Compare what a lecture claims with the number it just measured."""


def claim(what: str, value: float, low: float, high: float) -> None:
    """Print a measured number next to the range that the lecture's text quotes.

    A tick marks a number in the range, including its ends; the course's tests require it. A cross comes with a line on what
    it may mean.

    Parameters
    ----------
    what
        What was measured, a few words.
    value
        The number.
    low, high
        The range.

    Examples
    --------
    >>> claim("share of words with an id", 0.9431, low=0.93, high=0.96)
    ✓ share of words with an id: 0.943 (the text says 0.93 to 0.96)
    """
    holds = low <= value <= high
    print(f"{'✓' if holds else '✗'} {what}: {value:.3g} (the text says {low:g} to {high:g})")
    if not holds:
        print("  Library versions and settings can change a number, but not by this much.")
