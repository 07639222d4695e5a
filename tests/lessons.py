"""The lectures as a reader meets them, without running anything: cells, calls in them, and ids of alternative texts."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode

ROOT = Path(__file__).parent.parent
LECTURES = sorted((ROOT / "lectures").glob("[0-9][0-9]_*.ipynb"))
IDS = [path.stem for path in LECTURES]


def read(path: Path) -> list[NotebookNode]:
    """The cells of a lecture."""
    return nbformat.read(path, as_version=4).cells


def tree(cell: NotebookNode) -> ast.Module:
    """The syntax of a code cell; a line for IPython (``%pip …``) does nothing."""
    return ast.parse(re.sub(r"^(\s*)[%!].*$", r"\1pass", cell.source, flags=re.MULTILINE))


def calls(cell: NotebookNode, name: str) -> Iterator[ast.Call]:
    """The calls of a function in a code cell, by its last name, in the order of the text."""
    found = [node for node in ast.walk(tree(cell)) if isinstance(node, ast.Call) and called(node) == name]
    yield from sorted(found, key=lambda node: (node.lineno, node.col_offset))


def called(call: ast.Call) -> str:
    """The last name of what is called: ``figure`` for ``plots.figure``."""
    return ast.unparse(call.func).rpartition(".")[2]


def strings(node: ast.AST) -> Iterator[str]:
    """The texts that are written out below a node, in f-strings the parts between the braces."""
    yield from (part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str))
