"""The lectures as a reader meets them, without running anything: cells, calls in them, and ids of alternative texts."""

import ast
import dis
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import CodeType

import nbformat
import pytest
from nbformat import NotebookNode

ROOT = Path(__file__).parent.parent
LECTURES = sorted((ROOT / "lectures").glob("[0-9][0-9]_*.ipynb"))
IDS = [path.stem for path in LECTURES]


def read(path: Path) -> list[NotebookNode]:
    """The cells of a lecture."""
    return nbformat.read(path, as_version=4).cells


@cache
def prose(path: Path) -> str:
    """The text of a notebook's Markdown cells."""
    return "\n".join(cell.source for cell in read(path) if cell.cell_type == "markdown")


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


def claims_by_source(cells: list[NotebookNode]) -> Iterator[tuple[ast.Call, set[str]]]:
    """Every claim with the stored results that its value was read from, followed through the assignments above it.

    A claim that compares one with a number measured in the lecture counts as measured: its set is empty.
    """
    origin: dict[str, set[str]] = {}

    def names(node: ast.AST) -> set[str]:
        return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}

    def sources(node: ast.AST) -> set[str]:
        loads = [part for part in ast.walk(node) if isinstance(part, ast.Call) and called(part) == "results"]
        return set().union(*(origin.get(name, set()) for name in names(node)), *(set(strings(load.args[0])) for load in loads))

    def bind(target: ast.AST, value: ast.AST) -> None:
        found = sources(value)
        origin.update({part.id: found for part in ast.walk(target) if isinstance(part, ast.Name)})

    def follow(statements: list[ast.stmt]) -> Iterator[tuple[ast.Call, set[str]]]:
        for statement in statements:
            if isinstance(statement, ast.Assign):
                for target in statement.targets:
                    bind(target, statement.value)
            elif isinstance(statement, ast.For):
                bind(statement.target, statement.iter)
            elif (
                isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call) and called(statement.value) == "claim"
            ):
                value = statement.value.args[1]
                measured_here = any(not origin[name] for name in names(value) if name in origin)
                yield statement.value, set() if measured_here else sources(value)
            if isinstance(statement, ast.For | ast.If | ast.With):
                yield from follow([*statement.body, *getattr(statement, "orelse", [])])

    for cell in cells:
        if cell.cell_type == "code":
            yield from follow(tree(cell).body)


def assigned(cells: list[NotebookNode]) -> set[str]:
    """The names that code cells bind outside functions and classes."""
    return {name for cell in cells if cell.cell_type == "code" for name in bound(tree(cell))}


def bound(node: ast.AST) -> Iterator[str]:
    """The names that a module binds, comprehensions and the insides of functions and classes left out."""
    for part in ast.iter_child_nodes(node):
        if isinstance(part, ast.FunctionDef | ast.ClassDef):
            yield part.name
        elif isinstance(part, ast.Import | ast.ImportFrom):
            yield from ((alias.asname or alias.name).partition(".")[0] for alias in part.names)
        elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            yield part.id
        elif not isinstance(part, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp | ast.Lambda):
            yield from bound(part)


def bound_and_read(code: CodeType) -> tuple[set[str], set[str]]:
    """What a cell binds, and what it reads from the cells above; a function reads when it is called, after the whole cell."""
    stored, loaded = set(), set()
    for step in dis.get_instructions(code):
        if step.opname in ("STORE_NAME", "STORE_GLOBAL"):
            stored.add(step.argval)
        elif step.opname == "LOAD_NAME" and step.argval not in stored:
            loaded.add(step.argval)
    return stored, loaded | (set(_read_inside(code)) - stored)


def _read_inside(code: CodeType) -> Iterator[str]:
    for inner in (constant for constant in code.co_consts if isinstance(constant, CodeType)):
        yield from (step.argval for step in dis.get_instructions(inner) if step.opname in ("LOAD_GLOBAL", "LOAD_NAME"))
        yield from _read_inside(inner)


def unfinished(test: str) -> list:
    """The lectures as parameters; one whose file in ``tests/unfinished`` names the test is expected to fail it, and must."""
    marks = {path: [pytest.mark.xfail(strict=True)] if test in _todo(path) else [] for path in LECTURES}
    return [pytest.param(path, id=path.stem, marks=marks[path]) for path in LECTURES]


def _todo(path: Path) -> list[str]:
    file = ROOT / "tests" / "unfinished" / path.stem
    return file.read_text().split() if file.exists() else []
