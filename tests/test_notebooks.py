"""Every notebook of the course is stored in the one normal form."""

import re
from pathlib import Path

import nbformat
import pytest
from autograder.notebook import as_text

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
    lines = [line for cell in nbformat.read(path, as_version=4).cells for line in cell.source.splitlines()]
    installs = [line for line in lines if re.search(r"\bpip3?\b.* install\b", line)]
    assert len(installs) == 1, "a notebook installs unroll, once"
    assert installs[0].endswith('install -q "unroll-course @ git+https://github.com/unroll-course/unroll#subdirectory=utils"')
