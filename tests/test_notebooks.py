"""Every notebook of the course is stored in the one normal form."""

import re
from pathlib import Path

import nbformat
import pytest
from autograder.notebook import as_text

from tools.address import install_line

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted(path for folder in ("lectures", "solutions", "assignments") for path in (ROOT / folder).rglob("*.ipynb"))


def test_there_are_notebooks():
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: str(path.relative_to(ROOT)))
def test_normal_form(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert path.read_text() == as_text(notebook), f"run: python -m autograder.notebook {path.relative_to(ROOT)}"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: str(path.relative_to(ROOT)))
def test_installs_from_the_repository_only(path):
    """PyPI's packages of our names are other people's."""
    text = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)
    address = install_line()
    assert re.findall(r"unroll-course @ [^\"']+", text) == [address], "a notebook installs unroll, once"
    installs = re.findall(r"^.*\bpip3?\b.* install\b.*$", text, re.MULTILINE)
    assert installs and all("{package}" in line or address in line for line in installs)
