"""What the verdict on a submission follows from."""

from dataclasses import replace

import pytest
from autograder.notebook import unpack
from autograder.running import execution
from courses import graded_cell
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from unroll.checks import Raised, Report
from unroll.checks.marking import Row


@pytest.mark.parametrize(
    ("error", "out_of_memory"),
    [
        (Raised("MemoryError"), True),
        (Raised("_ArrayMemoryError", "Unable to allocate 8.00 TiB"), True),
        (Raised("ValueError", "this is no MemoryError"), False),
    ],
)
def test_a_memory_verdict_follows_from_the_type_of_an_error(error, out_of_memory):
    output = new_output("error", ename=error.type, evalue=error.message, traceback=[])
    cell = new_notebook(cells=[new_code_cell("", outputs=[output])])
    report = Report("c", (Row("a", False, f"raises {error}", error=error),), 0.0)
    assert execution._ran_out_of_memory(cell, {}) is out_of_memory
    assert execution._ran_out_of_memory(new_notebook(), {"check": [report]}) is out_of_memory


@pytest.mark.parametrize(
    ("theirs", "kept"),
    [
        *[
            (name, False)
            for name in ("helper.py", "helper/__init__.py", "helper.cpython-311-x86_64-linux-gnu.so", "helper.abi3.so")
        ],
        *[(name, False) for name in ("helper.pyc", "helper.pyd", "tools/fit.so", "tools", "data/x.csv/y")],
        *[(name, False) for name in ("tools.py", "tools.abi3.so", "tools/__init__.py", "tools/__init__.pyc")],
        *[(name, False) for name in (".ipython/profile_default/startup/0.py", ".keras/keras.json", ".env", "matplotlibrc")],
        *[
            (name, False)
            for name in ("fast.py", "fast.pyc", "fast/__init__.py", "old.py", "old.abi3.so", "pack.py", "pack/__init__.py")
        ],
        *[(name, False) for name in ("conftest.py", "setup.cfg", "pyproject.toml", "pytest.ini", "tox.ini")],
        *[(name, True) for name in ("data.py", "data/__init__.py", "data/.hidden", "__init__.py", "mine/matplotlibrc")],
        *[(name, True) for name in ("helper.txt", "helper_2.so", "fit.so", "tools/other.py", "data/y.csv")],
    ],
)
def test_nothing_of_a_students_comes_before_a_file_of_ours(theirs, kept):
    # tools and pack are packages without __init__.py.
    names = ("helper.py", "tools/fit.py", "data/x.csv", "fast.cpython-311-x86_64-linux-gnu.so", "old.pyc", "pack/core.so")
    ours = dict.fromkeys(names, b"ours")
    assert execution.beside({theirs: b"theirs"}, ours) == ours | ({theirs: b"theirs"} if kept else {})


def test_a_notebook_lies_beside_itself_without_what_is_hidden(edited, small_course):
    def hide(notebook):
        notebook.cells[2].source += "\n### BEGIN HIDDEN TESTS\nassert rnn_step\n### END HIDDEN TESTS"
        task = new_markdown_cell("Draw.\n### BEGIN MARK SCHEME\nOne point.\n### END MARK SCHEME")
        notebook.cells.append(graded_cell(task, "task", task=True, locked=True, points=1))

    assignment = edited(hide)
    work = replace(small_course, assignment=assignment)
    notebook = work.notebook(step="def rnn_step(*_):\n    return 17")
    job = work.job(notebook)
    beside, graded = unpack(job.files["ps1.ipynb"].decode()), unpack(job.notebooks["ps1"])
    shown = assignment.sources["ps1"].release
    assert [beside.cells[place].source for place in (2, 6)] == [shown.cells[place].source for place in (2, 6)]
    assert beside.cells[1].source == graded.cells[1].source == "def rnn_step(*_):\n    return 17"
    assert "HIDDEN TESTS" in graded.cells[2].source and "One point" in graded.cells[6].source
