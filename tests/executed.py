"""The lectures, executed: each once, for the tests, the results and the web book.

``python -m tests.executed [--mirror] [NAME ...]`` executes those that have changed and says where the copies lie.
"""

import argparse
import fcntl
import hashlib
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import nbformat
from autograder.kernels.parent import CannotJail, thread_settings
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from tests import variants

ROOT = Path(__file__).parent.parent
LECTURES = sorted((ROOT / "lectures").glob("[0-9][0-9]_*.ipynb"))
COPIES = ROOT / ".executed"
# What a lecture's outputs depend on, besides the lecture itself.
_SOURCES = ("utils/src", "autograder/src/autograder/kernels", "requirements/cpu.lock", "tests/variants/__init__.py")
_CELL_SECONDS = 900
_NO_NETWORK = "http://127.0.0.1:9"  # a port that refuses


def copy_of(path: Path, mirror: bool = False) -> Path:
    """Where a lecture's executed copy lies."""
    return COPIES / ("mirror" if mirror else "offline") / path.name


def executed(path: Path, mirror: bool = False) -> NotebookNode:
    """A lecture with its outputs: the copy if it is current, otherwise executed now and kept.

    Parameters
    ----------
    path
        One of LECTURES.
    mirror
        False: without network and data, in a warm jailed kernel. True: with the data in ``UNROLL_DATA_MIRROR``, in an
        ordinary kernel without network.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        If a cell fails; nothing is kept.
    autograder.kernels.parent.CannotJail
        If no jail can be built here.
    """
    copy = copy_of(path, mirror)
    copy.parent.mkdir(parents=True, exist_ok=True)
    key = _digest(path)
    with _alone(copy):
        if copy.exists():
            notebook = nbformat.read(copy, as_version=4)
            if notebook.metadata.get("unroll", {}).get("digest") == key:
                return notebook
        notebook = execute_with_mirror(path) if mirror else _execute_jailed(path)
        notebook.metadata.setdefault("unroll", {})["digest"] = key
        fresh = copy.with_suffix(".new")
        nbformat.write(notebook, fresh)
        fresh.replace(copy)
        return notebook


def execute(path: Path, environment: dict[str, str]) -> NotebookNode:
    """Execute a notebook in an ordinary kernel without network, in an empty folder; nothing is kept."""
    notebook = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory(prefix="lecture") as folder:
        closed = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), _NO_NETWORK)
        plain = {name: value for name, value in os.environ.items() if name != "UNROLL_DATA_MIRROR"}
        settings = plain | closed | thread_settings(1) | {"UNROLL_DATA": str(Path(folder) / "data")} | environment
        client = NotebookClient(notebook, timeout=_CELL_SECONDS, resources={"metadata": {"path": folder}})
        return client.execute(env=settings)


def execute_with_mirror(path: Path) -> NotebookNode:
    """Execute a notebook with the data in ``UNROLL_DATA_MIRROR``; nothing is kept."""
    return execute(path, {"UNROLL_DATA_MIRROR": os.environ["UNROLL_DATA_MIRROR"]})


def _execute_jailed(path: Path) -> NotebookNode:
    """Through the kernelspec that comes with the grader: its packages are imported once for all lectures.

    The numbers of the claims' wrong variants, which are computed at the end, go into the metadata.
    """
    notebook = nbformat.read(path, as_version=4)
    if variants.file_of(path.stem).exists():
        notebook.cells.append(new_code_cell(variants.cell_for(path.stem)))
    notebook = _in_jail(notebook)
    if variants.file_of(path.stem).exists():
        last = nbformat.from_dict({**notebook, "cells": [notebook.cells.pop()]})
        notebook.metadata["unroll"] = {"variants": variants.rows(printed(last))}
    return notebook


def executed_backwards(path: Path) -> NotebookNode:
    """A notebook's code cells as they come out when, after all of it, each is run again from the last to the first; nothing is kept."""
    notebook = nbformat.read(path, as_version=4)
    again = [new_code_cell(cell.source) for cell in reversed(notebook.cells) if cell.cell_type == "code"]
    notebook.cells += again
    notebook = _in_jail(notebook)
    notebook.cells = notebook.cells[-len(again) :]
    return notebook


def _in_jail(notebook: NotebookNode) -> NotebookNode:
    return NotebookClient(notebook, kernel_name="unroll", timeout=_CELL_SECONDS).execute()


def outputs(notebook: NotebookNode) -> list[NotebookNode]:
    """What its code cells put out, in order."""
    return [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]


def printed(notebook: NotebookNode) -> str:
    """What it printed, however the kernel has cut it."""
    return "".join(out.text for out in outputs(notebook) if out.output_type == "stream" and out.name == "stdout")


def failed_claims(notebook: NotebookNode) -> list[str]:
    """The lines that say that a measured value is not what the text says."""
    return re.findall(r"^✗ .*\(the text says.*$", printed(notebook), re.MULTILINE)


def variants_not_told_apart(notebook: NotebookNode) -> list[str]:
    """The wrong variants whose number lies in the range of their claim, or that do not run."""
    claims = re.findall(r"^[✓▤✗] (.+?): \S+ \(the text says (\S+) to ([^\s;)]+)", printed(notebook), re.MULTILINE)
    ranges = {what: (float(low), float(high)) for what, low, high in claims}
    wrong = []
    for row in notebook.metadata["unroll"].get("variants", []):
        if row["claim"] not in ranges:
            wrong.append(f"no claim is called {row['claim']!r}")
        elif "error" in row:
            wrong.append(f"{row['claim']}: the variant {row['wrong']!r} does not run: {row['error']}")
        elif ranges[row["claim"]][0] <= row["value"] <= ranges[row["claim"]][1]:
            wrong.append(f"{row['claim']}: the variant {row['wrong']!r} gives {row['value']:.3g}, which the claim lets pass")
    return wrong


def _digest(path: Path) -> str:
    file = variants.file_of(path.stem)
    wrong = file.read_bytes() if file.exists() else b""
    return hashlib.sha256(path.read_bytes() + wrong + _sources_digest().encode()).hexdigest()


@cache
def _sources_digest() -> str:
    digest = hashlib.sha256(sys.version.encode())
    for source in _SOURCES:
        files = [ROOT / source] if (ROOT / source).is_file() else sorted((ROOT / source).rglob("*"))
        for file in files:
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(f"{file.relative_to(ROOT)} ".encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


@contextmanager
def _alone(copy: Path) -> Iterator[None]:
    """One process at a time executes a lecture; the others wait for its copy."""
    with copy.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.executed", description="Execute the lectures that have changed.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="such as 05_gru; all lectures if none is given")
    parser.add_argument("--mirror", action="store_true", help="with the data in UNROLL_DATA_MIRROR")
    given = parser.parse_args()
    known = {path.stem: path for path in LECTURES}
    unknown = [name for name in given.names if name not in known]
    if unknown:
        parser.error(f"there is no lecture {unknown[0]}; there are {', '.join(known)}")
    if given.mirror and "UNROLL_DATA_MIRROR" not in os.environ:
        parser.error("set UNROLL_DATA_MIRROR to the folder that holds the data")
    failed = 0
    for name in given.names or known:
        try:
            notebook = executed(known[name], given.mirror)
        except (CellExecutionError, CannotJail) as error:
            print(f"✗ {name}: {error}", file=sys.stderr)
            failed += 1
            continue
        wrong = [*failed_claims(notebook), *variants_not_told_apart(notebook)]
        print(copy_of(known[name], given.mirror).relative_to(ROOT), *wrong, sep="\n  ")
        failed += bool(wrong)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
