"""Edit a notebook as text: ``python -m tools.notebook_text text|save|edit NOTEBOOK``, or ``make text``, ``notebook``, ``edit``.

``text`` writes ``lectures/05_gru.ipynb`` as Python cells to ``text/lectures/05_gru.py``, which git ignores; ``save`` writes that
back into the notebook, in normal form, and removes it; ``edit`` does both, with ``$EDITOR`` in between. For a new notebook,
write its text and save it.
"""

import argparse
import os
import shlex
import subprocess
import sys
from pathlib import Path

import jupytext
import nbformat
from autograder.notebook import as_text, unfolded
from jupytext.combine import combine_inputs_with_outputs

ROOT = Path(__file__).parent.parent
FORMAT = "py:percent"
MADE = "assignments"


class Refused(ValueError):
    """The command cannot be carried out; the message says why, and what to do."""


def text_path(notebook: Path, root: Path = ROOT) -> Path:
    """The path of a notebook's text.

    It is not next to the notebook, because everything in ``solutions/NAME/`` is released to students.
    """
    try:
        inside = notebook.resolve().relative_to(root.resolve())
    except ValueError:
        raise Refused(f"{notebook} is not in {root}.") from None
    if inside.suffix != ".ipynb":
        raise Refused(f"{notebook} is not a notebook: its name must end in .ipynb.")
    if inside.parts[0] == MADE:
        source = Path("solutions", *inside.parts[1:])
        raise Refused(f"{inside} is made by `autograder release {inside.stem}`. Edit {source}.")
    return root / "text" / inside.with_suffix(".py")


def as_cells(notebook: nbformat.NotebookNode) -> str:
    """A notebook as Python text, a ``# %%`` line above each cell.

    The notebook's own metadata, the same in all, and what folds a cell, which its ``# @title`` says, are left out.
    """
    cells = [{**cell, "metadata": unfolded(cell.metadata)} for cell in notebook.cells]
    metadata = {"jupytext": {"notebook_metadata_filter": "-all"}}
    notebook = nbformat.from_dict({**notebook, "cells": cells, "metadata": metadata})
    return jupytext.writes(notebook, fmt=FORMAT)


def from_cells(text: str, earlier: nbformat.NotebookNode | None = None) -> str:
    """The notebook for a text, in normal form; attachments, which the text cannot hold, come from the earlier notebook."""
    notebook = jupytext.reads(text, fmt=FORMAT)
    if earlier is not None:
        notebook = combine_inputs_with_outputs(notebook, earlier, fmt=FORMAT)
    return as_text(notebook)


def write_text(notebook: Path, root: Path = ROOT) -> Path:
    """Write the text of a notebook and return its path; refuse if an earlier text still exists."""
    text = text_path(notebook, root)
    if text.exists():
        raise Refused(
            f"{_short(text)} holds earlier edits. Write them back (`make notebook NOTEBOOK={notebook}`) or delete it."
        )
    if not notebook.exists():
        raise Refused(
            f"{notebook} is missing. For a new notebook, write {_short(text)} and run `make notebook NOTEBOOK={notebook}`."
        )
    text.parent.mkdir(parents=True, exist_ok=True)
    text.write_text(as_cells(nbformat.read(notebook, as_version=4)))
    return text


def save(notebook: Path, root: Path = ROOT) -> Path:
    """Write the text back into its notebook, in normal form, and remove the text."""
    text = text_path(notebook, root)
    if not text.exists():
        raise Refused(f"{_short(text)} is missing. Make it with `make text NOTEBOOK={notebook}`.")
    earlier = nbformat.read(notebook, as_version=4) if notebook.exists() else None
    notebook.parent.mkdir(parents=True, exist_ok=True)
    notebook.write_text(from_cells(text.read_text(), earlier))
    text.unlink()
    return notebook


def edit(notebook: Path, root: Path = ROOT) -> Path:
    """Open the text in ``$EDITOR``, then write it back; earlier edits that were not written back are kept."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not editor:
        raise Refused(f"EDITOR is not set. Set it, or use `make text NOTEBOOK={notebook}` and any editor.")
    text = text_path(notebook, root)
    if not text.exists():
        write_text(notebook, root)
    if subprocess.run([*shlex.split(editor), str(text)]).returncode:
        raise Refused(f"{editor} reported an error, so the notebook was left as it was. The text is in {_short(text)}.")
    return save(notebook, root)


def _short(path: Path) -> str:
    return os.path.relpath(path)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.notebook_text", description="Edit a notebook as text.")
    commands = {"text": write_text, "save": save, "edit": edit}
    parser.add_argument("command", choices=commands)
    parser.add_argument("notebook", type=Path, help="lectures/NN_name.ipynb or solutions/NN_name/NN_name.ipynb")
    arguments = parser.parse_args()
    try:
        print(_short(commands[arguments.command](arguments.notebook)))
    except Refused as refusal:
        sys.exit(str(refusal))


if __name__ == "__main__":
    main()
