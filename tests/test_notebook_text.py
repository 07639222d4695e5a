"""A notebook becomes text and the same notebook again, with one command each way."""

import sys
from pathlib import Path

import nbformat
import pytest

from tools.notebook_text import Refused, as_cells, edit, from_cells, save, write_text

ROOT = Path(__file__).parent.parent
EDITED = sorted([*ROOT.glob("lectures/*.ipynb"), *ROOT.glob("solutions/*/*.ipynb")])
GATES = "solutions/03_gates/03_gates.ipynb"


@pytest.fixture
def notebook(tmp_path) -> Path:
    """A source notebook in a tree of its own."""
    path = tmp_path / GATES
    path.parent.mkdir(parents=True)
    path.write_bytes((ROOT / GATES).read_bytes())
    return path


@pytest.mark.parametrize("path", EDITED, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_change_in_gives_the_same_bytes_out(path):
    notebook = nbformat.read(path, as_version=4)
    text = as_cells(notebook)
    assert text.startswith("# %%"), "no header above the first cell"
    assert from_cells(text).encode() == path.read_bytes(), "also without the earlier notebook"
    assert from_cells(text, notebook).encode() == path.read_bytes()


def test_an_edit_arrives_and_nothing_else_changes(notebook, tmp_path):
    text = write_text(notebook, tmp_path)
    assert text == tmp_path / "text" / GATES.replace(".ipynb", ".py"), "beside the notebook, it would be released to students"
    before = nbformat.read(notebook, as_version=4)
    lines = text.read_text()
    assert lines.count("### BEGIN SOLUTION") > 1
    text.write_text(lines.replace("### BEGIN SOLUTION", "### BEGIN SOLUTION\n    # Mind the signs.", 1) + "\n# %%\n2 + 3\n")
    save(notebook, tmp_path)

    after = nbformat.read(notebook, as_version=4)
    assert not text.exists()
    assert [cell.metadata for cell in after.cells[:-1]] == [cell.metadata for cell in before.cells]
    changed = [new.source for old, new in zip(before.cells, after.cells[:-1], strict=True) if old.source != new.source]
    assert len(changed) == 1 and "# Mind the signs." in changed[0]
    assert after.cells[-1].source == "2 + 3"


def test_a_title_folds_a_cell_and_stands_alone_in_the_text():
    plain = "# %%\nplt.plot(norms)\n"
    titled = plain.replace("plt", "# @title Draw the norms\nplt")
    (cell,) = nbformat.reads(from_cells(titled), as_version=4).cells
    assert cell.metadata == {"cellView": "form", "jupyter": {"source_hidden": True}, "tags": ["hide-input"]}
    assert as_cells(nbformat.from_dict({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})) == titled
    unfolded = from_cells(plain, nbformat.reads(from_cells(titled), as_version=4))
    assert nbformat.reads(unfolded, as_version=4).cells[0].metadata == {}


def test_what_a_cell_loses_in_the_text_it_loses_and_its_attachments_it_keeps(notebook, tmp_path):
    content = nbformat.read(notebook, as_version=4)
    content.cells[0].attachments = {"gate.png": {"image/png": "aGVsbG8="}}
    content.cells[1].metadata.tags = ["keep"]
    nbformat.write(content, notebook)
    text = write_text(notebook, tmp_path)
    assert text.read_text().count(' tags=["keep"]') == 1
    text.write_text(text.read_text().replace(' tags=["keep"]', ""))
    save(notebook, tmp_path)

    content = nbformat.read(notebook, as_version=4)
    assert content.cells[0].attachments == {"gate.png": {"image/png": "aGVsbG8="}}
    assert "tags" not in content.cells[1].metadata


def test_edits_that_were_not_written_back_are_kept(notebook, tmp_path, monkeypatch):
    text = write_text(notebook, tmp_path)
    text.write_text(text.read_text() + "\n# %%\n2 + 3\n")
    with pytest.raises(Refused, match="make notebook NOTEBOOK="):
        write_text(notebook, tmp_path)

    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", "false")
    before = notebook.read_bytes()
    with pytest.raises(Refused, match="left as it was"):
        edit(notebook, tmp_path)
    assert notebook.read_bytes() == before

    writer = tmp_path / "editor.py"
    writer.write_text("import pathlib, sys\npath = pathlib.Path(sys.argv[1])\npath.write_text(path.read_text() + '3 + 4\\n')\n")
    monkeypatch.setenv("EDITOR", f"{sys.executable} {writer}")
    edit(notebook, tmp_path)
    assert nbformat.read(notebook, as_version=4).cells[-1].source == "2 + 3\n3 + 4"
    assert not text.exists()


def test_a_new_notebook_begins_as_text(tmp_path):
    notebook, text = tmp_path / "lectures" / "99_new.ipynb", tmp_path / "text" / "lectures" / "99_new.py"
    with pytest.raises(Refused, match="99_new.ipynb is missing. For a new notebook, write .*99_new.py"):
        write_text(notebook, tmp_path)
    text.parent.mkdir(parents=True)
    text.write_text("# %% [markdown]\n# # 99 · New\n\n# %%\n1 + 1\n")
    save(notebook, tmp_path)
    assert [cell.source for cell in nbformat.read(notebook, as_version=4).cells] == ["# 99 · New", "1 + 1"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("assignments/03_gates/03_gates.ipynb", "Edit solutions/03_gates/03_gates.ipynb"),
        ("../elsewhere.ipynb", "is not in"),
        ("judges/03_gates.py", "must end in .ipynb"),
    ],
)
def test_what_is_not_edited_here_is_refused(name, reason, tmp_path):
    with pytest.raises(Refused, match=reason):
        write_text(tmp_path / name, tmp_path)
    with pytest.raises(Refused, match="make text NOTEBOOK="):
        save(tmp_path / "lectures" / "05_gru.ipynb", tmp_path)
