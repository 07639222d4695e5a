"""A lecture is executed once, and again when it or what it rests on has changed."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from tests import executed as module
from tests.executed import copy_of, executed, printed


@pytest.fixture
def runs(tmp_path, monkeypatch) -> list[str]:
    """Notebooks that were executed; executing prints the first cell's source."""
    names = []

    def run(path):
        names.append(path.name)
        notebook = nbformat.read(path, as_version=4)
        notebook.cells[0].outputs = [new_output("stream", name="stdout", text=notebook.cells[0].source)]
        return notebook

    monkeypatch.setattr(module, "COPIES", tmp_path / "copies")
    monkeypatch.setattr(module, "_execute_jailed", run)
    monkeypatch.setattr(module, "execute_with_mirror", run)
    return names


@pytest.fixture
def path(tmp_path):
    nbformat.write(new_notebook(cells=[new_code_cell("one")]), tmp_path / "00_short.ipynb")
    return tmp_path / "00_short.ipynb"


def test_once(runs, path):
    assert printed(executed(path)) == printed(executed(path)) == "one"
    assert runs == ["00_short.ipynb"]
    assert printed(nbformat.read(copy_of(path), as_version=4)) == "one"


def test_again_when_the_lecture_has_changed(runs, path):
    executed(path)
    nbformat.write(new_notebook(cells=[new_code_cell("two")]), path)
    assert printed(executed(path)) == "two"
    assert len(runs) == 2


def test_again_when_a_source_has_changed(runs, path, monkeypatch):
    executed(path)
    monkeypatch.setattr(module, "_sources_digest", lambda: "another")
    executed(path)
    assert len(runs) == 2


def test_real_data_have_a_copy_of_their_own(runs, path):
    executed(path)
    executed(path, mirror=True)
    assert len(runs) == 2
    assert copy_of(path) != copy_of(path, mirror=True)
