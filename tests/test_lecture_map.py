"""lectures/README.md: every link leads to a heading that is there, and every lecture is listed."""

import re
from pathlib import Path

import nbformat
import pytest

LECTURES = Path(__file__).parent.parent / "lectures"
TEXT = (LECTURES / "README.md").read_text()
# An anchor may hold `$a^{<0>}$`, but no closing bracket.
LINKS = re.findall(r"\]\(([^()#\s]+\.ipynb)(?:#([^()]*?))?\)", TEXT)


def anchors(path: Path) -> set[str]:
    """As Jupyter makes them: a heading's text with hyphens for spaces."""
    cells = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown"]
    headings = [line.lstrip("#").strip() for cell in cells for line in cell.splitlines() if re.match(r"#+ ", line)]
    return {heading.replace(" ", "-") for heading in headings}


@pytest.mark.parametrize(("name", "anchor"), LINKS, ids=lambda value: value or "top")
def test_link_leads_somewhere(name, anchor):
    assert (LECTURES / name).exists()
    if anchor:
        assert anchor in anchors(LECTURES / name)


def test_every_lecture_is_listed():
    assert {path.name for path in LECTURES.glob("*.ipynb")} == {name for name, anchor in LINKS if not anchor}


def test_every_row_of_the_map_has_a_link():
    rows = [line for line in TEXT.split("## Where each topic")[1].splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 20
    assert all(".ipynb#" in row for row in rows if not row.startswith("|---"))
