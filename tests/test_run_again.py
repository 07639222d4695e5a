"""A reader who goes back and runs a cell again gets what the text says, as tests/test_names.py has it without running anything."""

import re

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell, new_notebook

from tests.executed import LECTURES, executed, executed_backwards, failed_claims, printed

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("jail")]
# The three that take the least time and reuse their names the most.
SHORT = [path for path in LECTURES if path.stem in ("02_rnn_step", "03_bptt", "05_gru")]


def claims(notebook) -> set[str]:
    return set(re.findall(r"^[✓▤✗] (.+?): \S+ \(the text says", printed(notebook), re.MULTILINE))


@pytest.mark.parametrize("path", SHORT, ids=lambda path: path.stem)
def test_every_cell_of_a_lecture_can_be_run_again(path):
    again = executed_backwards(path)
    assert failed_claims(again) == []
    assert claims(again) == claims(executed(path))


def test_a_planted_name_that_changes_its_meaning_is_found(tmp_path):
    path = tmp_path / "planted.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell(source) for source in ("W = 2", "print(W + 1)", "W = 'two'")]), path)
    with pytest.raises(CellExecutionError, match=r"print\(W \+ 1\)"):
        executed_backwards(path)
