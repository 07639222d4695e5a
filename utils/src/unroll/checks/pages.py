"""Show something to the student: rich in a notebook, as text anywhere else."""

import html


def show(text: str, page: str) -> None:
    """Display `page`, which is HTML, where there is a notebook, and print `text` where there is none."""
    try:
        from IPython import get_ipython
        from IPython.display import display
    except ImportError:
        print(text)
        return
    if get_ipython() is None:
        print(text)
        return
    display({"text/plain": text, "text/html": page}, raw=True)


def lines(text: str) -> str:
    """A page of lines."""
    return "".join(f"<div>{html.escape(line)}</div>" for line in text.splitlines())
