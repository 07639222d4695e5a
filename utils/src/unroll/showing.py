"""Show something to the student: rich in a notebook, as text anywhere else."""

import html
from typing import Any


def show(text: str, page: str, others: dict[str, str] | None = None, metadata: dict[str, Any] | None = None) -> None:
    """Display `page`, which is HTML, where there is a notebook, and print `text` where there is none.

    Parameters
    ----------
    others
        The same for viewers that show no HTML, by MIME type; text has its place.
    metadata
        By MIME type.
    """
    try:
        from IPython import get_ipython
        from IPython.display import display
    except ImportError:
        print(text)
        return
    if get_ipython() is None:
        print(text)
        return
    display({"text/html": page, **(others or {}), "text/plain": text}, metadata=metadata, raw=True)


def lines(text: str) -> str:
    """A page of lines."""
    return "".join(f"<div>{html.escape(line)}</div>" for line in text.splitlines())
