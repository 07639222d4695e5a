"""The lectures that the book offers in the browser run to their end without Keras, as they do there, and leave little out."""

import os
import subprocess
import sys

import nbformat
import pytest

from tools.address import ROOT
from tools.lite.notebooks import LECTURES

pytestmark = pytest.mark.slow

_RUN = """
import sys
import nbformat
from IPython.core.interactiveshell import InteractiveShell
from unroll.browser import WithoutKeras

sys.modules["keras"] = sys.modules["pydoc_data"] = None
shell = InteractiveShell.instance()
shell.history_manager.enabled = False
shell.ast_transformers.append(WithoutKeras())
for cell in nbformat.read(sys.argv[1], as_version=4).cells:
    if cell.cell_type == "code" and "google.colab" not in cell.source and not shell.run_cell(cell.source).success:
        sys.exit(cell.source)
"""


@pytest.mark.parametrize(
    ("name", "most_left_out"),
    [
        pytest.param("00_sequences", 0.8, marks=pytest.mark.soak),
        pytest.param("01_words", 0.4, marks=pytest.mark.soak),
        ("02_rnn_step", 0.1),
        pytest.param("03_bptt", 0.2, marks=pytest.mark.soak),
    ],
)
def test_a_lecture_runs_to_its_end(tmp_path, name, most_left_out):
    notebook = ROOT / "lectures" / f"{name}.ipynb"
    environment = {**os.environ, "MPLBACKEND": "agg", "IPYTHONDIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", _RUN, notebook], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    cells = sum(cell.cell_type == "code" for cell in nbformat.read(notebook, as_version=4).cells)
    assert 0 < done.stdout.count("Left out here: this cell needs") <= most_left_out * cells


def test_every_lecture_of_the_browser_is_run():
    assert {"00_sequences", "01_words", "02_rnn_step", "03_bptt"} == set(LECTURES)
