"""Texts in README.md that a command writes."""

from pathlib import Path

README = Path(__file__).parents[1] / "README.md"


def write_in_readme(mark: str, text: str) -> None:
    """Write a text between the markers of this name."""
    begin, end = f"<!-- {mark} -->", f"<!-- /{mark} -->"
    before, _, rest = README.read_text().partition(begin)
    README.write_text(f"{before}{begin}\n{text}\n{end}{rest.partition(end)[2]}")
