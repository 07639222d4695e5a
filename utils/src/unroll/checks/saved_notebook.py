"""The student's own notebook, as it is saved: where its file is, what is in it, and which release it began as."""

import ast
import contextlib
import importlib
import json
import linecache
import os
import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unroll.checks import finding, frozen
from unroll.checks.rebuilding import Cell, grade_id_of

_COLAB_SECONDS = 30


class NoNotebook(Exception):
    """The notebook cannot be found or read; the message says what to do."""


@dataclass(frozen=True)
class SavedNotebook:
    """A notebook as a student has it.

    Parameters
    ----------
    name
        Of its file, without ``.ipynb``.
    content
        Its JSON.
    path
        Its file; None on Colab, which has it in the browser alone.
    """

    name: str
    content: dict[str, Any]
    path: Path | None = None

    @property
    def cells(self) -> list[Cell]:
        """Its cells, reduced to what :func:`unroll.checks.rebuilding.rebuilt` reads."""
        return [_plain(cell) for cell in self.content["cells"]]


@dataclass(frozen=True)
class Release:
    """The release that a notebook began as.

    Parameters
    ----------
    name
        Of the notebook.
    content
        Its JSON.
    public
        The file of its public cases.
    cases
        What is in that.
    """

    name: str
    content: dict[str, Any]
    public: Path
    cases: frozen.FrozenChecks


def saved_notebook() -> SavedNotebook:
    """The notebook that this runs in.

    Raises
    ------
    NoNotebook
        If its file cannot be found or read.
    """
    if "google.colab" in sys.modules:
        return _on_colab()
    for path in _places():
        if path.is_file():
            return read(path)
    raise NoNotebook(
        "The file of this notebook is not found. In a terminal, in its folder, this does the same: "
        "python -m unroll.doctor NOTEBOOK.ipynb --all"
    )


def _places() -> Iterator[Path]:
    """Where the notebook's file may be, the surest first."""
    for named in (_of_the_session("__vsc_ipynb_file__"), os.environ.get("JPY_SESSION_NAME")):
        if named and named.endswith(".ipynb"):
            yield Path(named)
    here = sorted(Path.cwd().glob("*.ipynb"))
    known = {Path(name).stem for name in [*finding.packaged_files(), *(path.name for path in Path.cwd().glob("*.npz"))]}
    fitting = [path for path in here if path.stem in known]
    yield from fitting if len(fitting) == 1 else here if len(here) == 1 else []


def _of_the_session(name: str) -> str | None:
    """A variable that an editor puts among the notebook's own."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    found = shell.user_ns.get(name) if shell else None
    return found if isinstance(found, str) else None


def run_but_not_saved(notebook: SavedNotebook) -> list[str]:
    """The functions that ran last in another version than the saved one, by name: as a rule the student forgot to save."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is None:
        return []
    code = [cell["source"] for cell in notebook.cells if cell["cell_type"] == "code"]
    saved = {shell.transform_cell(source).strip() for source in code}
    found = []
    for source in sorted(saved):
        with contextlib.suppress(SyntaxError):
            for name in (node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)):
                here = shell.user_ns.get(name)
                if isinstance(here, types.FunctionType) and here.__module__ == "__main__":
                    ran = "".join(linecache.getlines(here.__code__.co_filename)).strip()
                    found += [name] if ran and ran not in saved else []
    return found


def _on_colab() -> SavedNotebook:
    try:
        reply = importlib.import_module("google.colab._message").blocking_request("get_ipynb", timeout_sec=_COLAB_SECONDS)
        content = reply["ipynb"]
    except Exception as error:  # it is Colab's own, and says of nothing how it fails
        raise NoNotebook(
            "Colab does not give this notebook out. Download it (File, Download, Download .ipynb), and on a computer with "
            "unroll run: python -m unroll.doctor NOTEBOOK.ipynb --all"
        ) from error
    name = str(content.get("metadata", {}).get("colab", {}).get("name", "notebook"))
    return SavedNotebook(name.removesuffix(".ipynb"), _checked(content, name))


def read(path: Path) -> SavedNotebook:
    """Read a notebook's file.

    Raises
    ------
    NoNotebook
        If it is none.
    """
    try:
        content = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (OSError, ValueError) as error:
        raise NoNotebook(f"{path.name} cannot be read as a notebook ({error}). Open it in JupyterLab and save it.") from error
    return SavedNotebook(path.stem, _checked(content, path.name), path)


def _checked(content: Any, name: str) -> dict[str, Any]:
    if not isinstance(content, dict) or not isinstance(content.get("nbformat"), int):
        raise NoNotebook(f"{name} is not a notebook.")
    if content["nbformat"] != 4 or not isinstance(content.get("cells"), list):
        raise NoNotebook(
            f"{name} is in version {content['nbformat']} of the format. Open it in JupyterLab and save it; that makes it version 4."
        )
    if not all(isinstance(cell, dict) and "cell_type" in cell and "source" in cell for cell in content["cells"]):
        raise NoNotebook(f"{name} is damaged: a cell has no type or no source. Open it in JupyterLab and save it.")
    return content


def joined(source: str | list[str]) -> str:
    """The text of a cell, which files may have in lines."""
    return source if isinstance(source, str) else "".join(source)


def _plain(cell: Cell) -> Cell:
    source = joined(cell["source"]).replace("\r\n", "\n")
    plain = {"cell_type": cell["cell_type"], "source": source, "metadata": {}, "id": cell.get("id", "")}
    grade_id = grade_id_of({"metadata": cell.get("metadata") or {}})
    if grade_id:
        plain["metadata"] = {"grade_id": grade_id}
    if "attachments" in cell:
        plain["attachments"] = cell["attachments"]
    return plain


def release_of(notebook: SavedNotebook) -> Release:
    """Find the release that a notebook began as: by its name, else by the cells they share.

    Raises
    ------
    NoNotebook
        If there is none.
    """
    folder = notebook.path.parent if notebook.path else Path.cwd()
    files = {path.name: path for path in [*finding.packaged_files().values(), *sorted(folder.glob("*.npz"))]}
    for path in sorted(files.values(), key=lambda path: path.stem != notebook.name):
        try:
            cases = finding.loaded(path)
        except ValueError:  # someone's own data
            continue
        for name, text in cases.notebooks.items():
            content = json.loads(text)
            for cell in content["cells"]:
                cell["source"] = joined(cell["source"])
            if name == notebook.name or _shares(notebook.cells, content["cells"]):
                return Release(name, content, path, cases)
    raise NoNotebook(
        f"{notebook.name}.ipynb is no assignment of this course, or of another release than the installed unroll. "
        "Get the assignment again, and its .npz file with it."
    )


def _shares(cells: list[Cell], released: list[Cell]) -> bool:
    """Whether most of the release's locked cells are among these."""
    locked = [cell["source"].strip() for cell in released if cell["metadata"].get("nbgrader", {}).get("locked")]
    there = {cell["source"].strip() for cell in cells}
    return bool(locked) and 2 * sum(source in there for source in locked) > len(locked)
