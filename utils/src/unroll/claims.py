"""What a lecture claims, said with the number that was just measured."""


def claim(what: str, value: float, low: float, high: float) -> None:
    """Print a measured number beside the range that the lecture's prose quotes.

    A tick stands before it if it lies in the range, ends included; the course's tests insist on that. A student who sees a
    cross is told what it may mean.

    Parameters
    ----------
    what
        What was measured, a few words.
    value
        The number.
    low, high
        The range.
    """
    holds = low <= value <= high
    print(f"{'✓' if holds else '✗'} {what}: {value:.3g} (the text says {low:g} to {high:g})")
    if not holds:
        print("  Another library version or other settings can move a number; by this much they should not.")
