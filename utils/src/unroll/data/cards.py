"""What a data set is, where it comes from, and under what licence."""

import html
from dataclasses import dataclass
from urllib.parse import urlsplit

from unroll.data.registry import Dataset, find


def card(name: str) -> "Card":
    """The licence card of a data set, drawn as a table in a notebook and as text elsewhere.

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
    """
    return Card(find(name))


@dataclass(frozen=True, repr=False)
class Card:
    """See `card`."""

    dataset: Dataset

    def rows(self) -> list[tuple[str, str]]:
        """Label and text of each line."""
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
