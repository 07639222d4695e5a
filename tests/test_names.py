"""Any cell of a lecture can be run again: a name that a cell reads is not bound once more further down."""

import dis
from collections import defaultdict
from collections.abc import Iterator
from types import CodeType

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from tests.lessons import read, tree, unfinished


def rebound(cells: list[NotebookNode]) -> list[str]:
    """The names that mean something else when a cell above is run again, a line for each."""
    bound, reads = defaultdict(list), defaultdict(list)
    for number, cell in enumerate(cells):
        if cell.cell_type == "code":
            stored, loaded = _names(compile(tree(cell), "cell", "exec"))
            for name in stored:
                bound[name].append(number)
            for name in loaded:
                reads[name].append(number)
    found = []
    for name, binders in bound.items():
        readers = [reader for reader in reads[name] if reader < binders[-1]]
        if len(binders) > 1 and readers:
            found.append(f"{name}: bound in cells {binders}, read in cells {readers} before the last of them")
    return found


def _names(code: CodeType) -> tuple[set[str], set[str]]:
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


@pytest.mark.parametrize("path", unfinished("names"))
def test_a_name_means_one_thing(path):
    assert rebound(read(path)) == []


@pytest.mark.parametrize(
    ("cells", "names"),
    [
        (["W = zeros(3)", "print(W)", "W = 0.5"], ["W"]),
        (["W = zeros(3)", "def step(x):\n    return W @ x", "for W in (1, 2):\n    print(W)"], ["W"]),
        (["x = 1", "y = [x for _ in range(3)]", "x = x + 1"], ["x"]),
        (["W = 1\nprint(W)", "W = 2\nprint(W)"], []),
        (["x = 1", "y = [x for x in range(3)]", "def f(x):\n    return x"], []),
        (["def step(x):\n    return W @ x", "W = 1", "print(step(W))"], []),
    ],
)
def test_a_planted_name_is_found(cells, names):
    assert [line.partition(":")[0] for line in rebound([new_code_cell(source) for source in cells])] == names
