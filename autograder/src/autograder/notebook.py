"""Notebook files in their one normal form: without outputs, with stable cell ids, the same bytes for the same content.

Between our own processes they travel packed.

A code cell that begins with ``# @title What it draws`` is plumbing: the normal form folds it in Jupyter, on Colab and in the book.

``python -m autograder.notebook FILE...`` brings files into it.
"""

import json
import sys
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from unroll.checks.rebuilding import cell_ids
from unroll.checks.rebuilding import grade_id_of as grade_id_of  # modules of the grader take it from here
from unroll.checks.version import version_in

FOLDED = {"cellView": "form", "jupyter": {"source_hidden": True}}  # Colab's way, and JupyterLab's
HIDDEN = "hide-input"  # the book's tag
_KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}


def normalise(notebook: NotebookNode) -> NotebookNode:
    """Return a copy without outputs, counts and editor state; cells are named by grade id or number. The version of a release stays."""
    cells = []
    for cell, identity in zip(notebook.cells, cell_ids(notebook.cells), strict=True):
        kept = {name: cell.metadata[name] for name in ("nbgrader", "deletable", "editable", "tags") if name in cell.metadata}
        plain = {"cell_type": cell.cell_type, "id": identity, "metadata": unfolded(kept), "source": cell.source.strip("\n")}
        if cell.cell_type == "code":
            plain |= {"execution_count": None, "outputs": []}
            if plain["source"].startswith("# @title "):
                plain["metadata"] |= {**FOLDED, "tags": [*plain["metadata"].get("tags", []), HIDDEN]}
        if cell.get("attachments"):
            plain["attachments"] = cell.attachments
        cells.append(plain)
    version = version_in(notebook.metadata)
    metadata = {"kernelspec": _KERNELSPEC, "language_info": {"name": "python"}} | (version.as_metadata() if version else {})
    return nbformat.from_dict({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def unfolded(metadata: dict) -> dict:
    """A cell's metadata without what folds it."""
    kept = {name: value for name, value in metadata.items() if name not in (*FOLDED, "tags")}
    tags = [tag for tag in metadata.get("tags", []) if tag != HIDDEN]
    return {**kept, "tags": tags} if tags else kept


def as_text(notebook: NotebookNode) -> str:
    """The normal form as text."""
    return nbformat.writes(normalise(notebook)) + "\n"


def pack(notebook: NotebookNode) -> str:
    """Write one of our own notebooks as compact JSON; nbformat's writer validates and indents, which takes ten times as long."""
    # A lone surrogate, which a kernel can send, cannot be written to a file.
    return json.dumps(notebook, ensure_ascii=False).encode(errors="replace").decode()


def unpack(text: str) -> NotebookNode:
    """Read a packed notebook."""
    return nbformat.from_dict(json.loads(text))


def main() -> None:
    for name in sys.argv[1:]:
        path = Path(name)
        path.write_text(as_text(nbformat.read(path, as_version=4)))


if __name__ == "__main__":
    main()
