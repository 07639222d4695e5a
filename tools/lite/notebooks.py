"""Which notebooks run in the browser, and where."""

from urllib.parse import quote

LECTURES = ("00_sequences", "01_words", "02_rnn_step", "03_bptt")
ASSIGNMENTS = ("01_rnn_step", "02_bptt", "03_gates")
NOTEBOOKS = (
    *(f"lectures/{name}.ipynb" for name in LECTURES),
    *(f"assignments/{name}/{name}.ipynb" for name in ASSIGNMENTS),
)


def address(notebook: str) -> str:
    """Where one of them opens, from the front page of the book."""
    return f"lite/notebooks/index.html?path={quote(notebook)}"
