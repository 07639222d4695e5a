"""A notebook alone on Colab, in an environment that has what Colab has, and not yet `unroll`. All but one are for `make soak`."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tests.executed import LECTURES, ROOT, failed_claims, printed
from tests.test_distributions import build
from tools.address import install_line

pytestmark = pytest.mark.slow

ADDRESS = install_line().partition(" @ ")[2]
COLAB = ["tensorflow", "keras", "numpy", "matplotlib", "ipykernel", "nbclient"]  # the last two run the notebook here
ON_COLAB = "import sys, types\nsys.modules['google.colab'] = types.ModuleType('google.colab')"
ABOUT = "import unroll\nprint('unroll', unroll.__file__)"


def clean() -> dict[str, str]:
    """The environment without what would let the project's own `unroll` or data in."""
    ours = ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "UNROLL_DATA_MIRROR", "UNROLL_DATA")
    return {name: value for name, value in os.environ.items() if name not in ours}


def in_soak(value: str):
    return pytest.param(value, marks=pytest.mark.soak)


@pytest.fixture(scope="module", params=["3.11", in_soak("3.12"), in_soak("3.13")])
def colab(request, tmp_path_factory) -> Path:
    """A new environment's folder of programs."""
    python = shutil.which(f"python{request.param}")
    if python is None or subprocess.run([python, "-c", ""], capture_output=True).returncode:
        pytest.skip(f"needs python{request.param}")
    uv, home = Path(sys.executable).with_name("uv"), tmp_path_factory.mktemp("colab")
    subprocess.run([uv, "venv", "--quiet", "--seed", "--python", python, home], check=True)
    install = [uv, "pip", "install", "--quiet", "--constraints", ROOT / "requirements" / "cpu.lock"]
    subprocess.run([*install, *COLAB], env={**clean(), "VIRTUAL_ENV": str(home)}, check=True)
    return home / "bin"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    with build("utils", tmp_path_factory.mktemp("wheel")) as archive:
        return Path(archive.filename)


@pytest.mark.soak
@pytest.mark.parametrize("path", LECTURES, ids=lambda path: path.stem)
def test_a_lecture_installs_unroll_and_runs(path, colab, wheel, tmp_path):
    ran = run_alone(path, colab, wheel, tmp_path)
    assert f"unroll {colab.parent}" in printed(ran)
    assert failed_claims(ran) == []
    assert re.findall(r"^✓.*\(the text says", printed(ran), re.MULTILINE)


@pytest.mark.parametrize("name", ["01_rnn_step", in_soak("04_keras_rnns")])
def test_an_assignment_alone_runs_from_its_first_cell_to_its_last_check(name, colab, wheel, tmp_path):
    source = ROOT / "solutions" / name / f"{name}.ipynb"
    ran = run_alone(source, colab, wheel, tmp_path)
    checks = [cell for cell in ran.cells if cell.cell_type == "code" and cell.source.startswith("check(")]
    shown = [output.data["text/plain"] for cell in checks for output in cell.outputs]
    assert checks and len(shown) == len(checks) and all(text.endswith(("cases pass.", "case passes.")) for text in shown)


def run_alone(path: Path, colab: Path, wheel: Path, folder: Path) -> nbformat.NotebookNode:
    """Run a notebook on "Colab" with nothing beside it; its first cell installs `unroll` from the wheel."""
    notebook = nbformat.read(path, as_version=4)
    install = next(cell for cell in notebook.cells if cell.cell_type == "code")
    assert ADDRESS in install.source
    install.source = install.source.replace(ADDRESS, wheel.as_uri())
    notebook.cells.insert(0, nbformat.v4.new_code_cell(ON_COLAB))
    notebook.cells.append(nbformat.v4.new_code_cell(ABOUT))
    nbformat.write(notebook, folder / "lecture.ipynb")

    subprocess.run([colab / "python", "-m", "pip", "uninstall", "--quiet", "--yes", "unroll-course"], check=True)
    command = [colab / "jupyter", "execute", "--timeout=900", "--output=done.ipynb", "lecture.ipynb"]
    done = subprocess.run(command, cwd=folder, env=clean(), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr

    return nbformat.read(folder / "done.ipynb", as_version=4)
