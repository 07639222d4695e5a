"""Any cell of a lecture can be run again: a name that a cell reads is not bound once more further down."""

from collections import defaultdict

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from tests.lessons import bound_and_read, read, tree, unfinished


def rebound(cells: list[NotebookNode]) -> list[str]:
    """The names that mean something else when a cell above is run again, a line for each."""
    bound, reads = defaultdict(list), defaultdict(list)
    for number, cell in enumerate(cells):
        if cell.cell_type == "code":
            stored, loaded = bound_and_read(compile(tree(cell), "cell", "exec"))
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
