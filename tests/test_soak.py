"""Long runs, `make soak`: lectures give the same numbers twice and under another backend; experiments repeat their results."""

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

pytestmark = pytest.mark.soak

ROOT = Path(__file__).parent.parent
LECTURES = sorted((ROOT / "lectures").glob("[0-9][0-9]_*.ipynb"))
MEASURED = sorted((ROOT / "utils" / "src" / "unroll" / "measured").glob("*.json"))


def run(path: Path, backend: str, tmp_path: Path) -> str:
    """What a lecture prints, in a fresh kernel of its own, however the kernel has cut it."""
    notebook = nbformat.read(path, as_version=4)
    environment = {**os.environ, "KERAS_BACKEND": backend, "OMP_NUM_THREADS": "1"}  # PyTorch's threads wait for each other
    environment.pop("UNROLL_DATA_MIRROR", None)
    NotebookClient(notebook, timeout=900, resources={"metadata": {"path": str(tmp_path)}}).execute(env=environment)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    said = [out for cell in code for out in cell.outputs if out.output_type == "stream" and out.name == "stdout"]
    return "".join(out.text for out in said)


@pytest.mark.parametrize("path", LECTURES, ids=lambda path: path.stem)
def test_the_same_numbers_twice(path, tmp_path):
    assert run(path, "tensorflow", tmp_path) == run(path, "tensorflow", tmp_path)


@pytest.mark.parametrize("backend", ["jax", "torch"])
@pytest.mark.parametrize("path", LECTURES, ids=lambda path: path.stem)
def test_claims_hold_under_another_backend(path, backend, tmp_path):
    if find_spec(backend) is None:
        pytest.skip(f"needs {backend}: pip install {backend}")
    assert re.findall(r"^✗ .*\(the text says.*$", run(path, backend, tmp_path), re.MULTILINE) == []


@pytest.mark.parametrize("path", MEASURED, ids=lambda path: path.stem)
def test_experiment_repeats(path, tmp_path):
    """The documented command runs again, and what the lectures claim holds for what it has written this time.

    The numbers themselves depend on the machine: training at a high rate makes large differences of the last digits.
    """
    before = {file: file.read_bytes() for file in path.parent.iterdir() if file.suffix in (".json", ".npz")}
    users = [lecture for lecture in LECTURES if f'results(\\"{path.stem}\\")' in lecture.read_text()]
    assert users, "no lecture shows these results"
    try:
        subprocess.run([sys.executable, "-m", f"experiments.{path.stem}"], cwd=ROOT, check=True)
        for lecture in users:
            assert re.findall(r"^✗ .*\(the text says.*$", run(lecture, "tensorflow", tmp_path), re.MULTILINE) == []
    finally:
        for file, content in before.items():
            file.write_bytes(content)
