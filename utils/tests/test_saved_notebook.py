"""Where the student's own notebook is found: in JupyterLab, VS Code and Colab, and by its name."""

import json
import sys
import types

import pytest
from unroll.checks import finding, rehearsal
from unroll.checks.saved_notebook import NoNotebook, SavedNotebook, read, run_but_not_saved, saved_notebook

EMPTY = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with three notebooks, one of them an assignment of the installed package."""
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "01_x.npz").write_bytes(b"")
    (tmp_path / "work").mkdir()
    for name in ("01_x", "notes", "other"):
        (tmp_path / "work" / f"{name}.ipynb").write_text(json.dumps(EMPTY), "utf-8")
    monkeypatch.setattr(finding.resources, "files", lambda name: tmp_path)
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: None))
    return tmp_path / "work"


def test_what_the_editor_says_comes_first(folder, monkeypatch):
    monkeypatch.setenv("JPY_SESSION_NAME", str(folder / "notes.ipynb"))
    assert saved_notebook().path == folder / "notes.ipynb"
    shell = types.SimpleNamespace(user_ns={"__vsc_ipynb_file__": str(folder / "other.ipynb")})
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: shell))
    assert saved_notebook().path == folder / "other.ipynb"


def test_the_assignment_in_the_folder_is_next(folder, monkeypatch):
    monkeypatch.setenv("JPY_SESSION_NAME", str(folder / "renamed.ipynb"))  # since its kernel was started
    assert saved_notebook().name == "01_x"
    (folder / "01_x.ipynb").unlink()
    with pytest.raises(NoNotebook, match=r"python -m unroll\.doctor NOTEBOOK\.ipynb --all"):
        saved_notebook()  # of two others none is guessed
    (folder / "notes.ipynb").unlink()
    assert saved_notebook().name == "other"


def test_colab_gives_it_out_or_says_how_to_download_it(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "google.colab", types.ModuleType("google.colab"))
    content = EMPTY | {"metadata": {"colab": {"name": "01_x.ipynb"}}}
    replies = types.SimpleNamespace(blocking_request=lambda name, timeout_sec: {"ipynb": content})
    monkeypatch.setitem(sys.modules, "google.colab._message", replies)
    assert (saved_notebook().name, saved_notebook().path) == ("01_x", None)
    replies.blocking_request = lambda name, timeout_sec: None
    with pytest.raises(NoNotebook, match="Download it"):
        saved_notebook()


def test_lines_end_as_on_windows_or_not(folder):
    cell = {"cell_type": "code", "metadata": {}, "source": ["a = 1\r\n", "b = 2"]}
    (folder / "notes.ipynb").write_bytes(
        json.dumps(EMPTY | {"cells": [cell]}, indent=1).replace("\n", "\r\n").encode("utf-8-sig")
    )
    assert read(folder / "notes.ipynb").cells[0]["source"] == "a = 1\nb = 2"


def test_in_the_browser_no_process_can_be_started(monkeypatch):
    monkeypatch.setattr(rehearsal.sys, "platform", "emscripten")
    assert rehearsal.rehearse().shown()[0].startswith("No process can be started here, in the browser.")


def test_what_ran_in_another_version_than_the_saved_one_is_named(monkeypatch):
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: shell))
    sources = ["%time 1\ndef one():\n    return 1\n", "def two():\n    return 2", "def not_run():\n    return 3", "not Python)"]
    cells = [{"cell_type": "code", "source": source, "metadata": {}} for source in sources]
    notebook = SavedNotebook("01_x", {"cells": cells})
    for source in sources[:2]:
        shell.run_cell(source, store_history=False, silent=True)
    assert run_but_not_saved(notebook) == []
    shell.run_cell("def two():\n    return 22", store_history=False, silent=True)
    assert run_but_not_saved(notebook) == ["two"]
