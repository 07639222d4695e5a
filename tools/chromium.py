"""The system's Chromium, which reads and prints the book."""

import shutil


def chromium() -> str | None:
    """Its program; None where it is not installed."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
