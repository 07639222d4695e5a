"""What a data set is, where it comes from, and under which licence."""

import html
from dataclasses import dataclass
from urllib.parse import urlsplit

from unroll.data.datasets import Dataset, find


def card(name: str) -> "Card":
    """Describe a data set: its contents, licence, size and source. Notebooks show it as a table, consoles as text.

    Parameters
    ----------
    name
        As for `unroll.data.load`.

    Returns
    -------
    Card

    Raises
    ------
    DataError
        If the name is unknown.

    Examples
    --------
    >>> card("shakespeare")
    shakespeare
      what     Tiny Shakespeare: 40,000 lines from the plays, 1.1 million characters.
      licence  The text is in the public domain
      size     1.1 MB
      source   https://github.com/karpathy/char-rnn
    """
    return Card(find(name))


@dataclass(frozen=True, repr=False)
class Card:
    """See `card`."""

    dataset: Dataset

    def rows(self) -> list[tuple[str, str]]:
        """The label and text of each line."""
        files = self.dataset.files
        size = f"{sum(file.size for file in files) / 1e6:.1f} MB"
        return [
            ("what", self.dataset.what),
            ("licence", self.dataset.licence),
            ("size", f"{size} in {len(files)} files" if len(files) > 1 else size),
            ("source", self.dataset.page),
        ]

    def __repr__(self) -> str:
        lines = [f"{label:8} {text}" for label, text in self.rows()]
        return "\n".join([self.dataset.name, *(f"  {line}" for line in lines)])

    def _repr_html_(self) -> str:
        rows = "".join(
            f'<tr style="background:none"><th style="text-align:left;vertical-align:top" scope="row">{label}</th>'
            f'<td style="text-align:left">{_linked(text)}</td></tr>'
            for label, text in self.rows()
        )
        return f"<div><strong>{html.escape(self.dataset.name)}</strong><table>{rows}</table></div>"


def _linked(text: str) -> str:
    escaped = html.escape(text)
    return f'<a href="{escaped}">{escaped}</a>' if urlsplit(text).scheme == "https" else escaped
