"""What a lecture claims, said with the number that was just measured."""


def claim(what: str, value: float, low: float, high: float) -> bool:
    """Print a measured number beside the range that the lecture's prose quotes.

    Parameters
    ----------
    what
        What was measured, a few words.
    value
        The number.
    low, high
        The range, ends included.

    Returns
    -------
    bool
        True if the number lies in it. The course's tests insist on that; a student sees a cross and what it may mean.
    """
    holds = low <= value <= high
    print(f"{'✓' if holds else '✗'} {what}: {value:.3g} (the text says {low:g} to {high:g})")
    if not holds:
        print("  Another library version or other settings can move a number; by this much they should not.")
    return holds
