"""Long runs, `make soak`: lectures with real data, twice; all under other backends; rehearsals in full; experiments again."""

import os
import subprocess
import sys
from importlib.util import find_spec

import pytest
from autograder.course import Course
from autograder.rehearse import rehearse

from tests.executed import LECTURES, ROOT, execute, executed, failed_claims, outputs, printed
from tests.test_assignments import NAMES

pytestmark = pytest.mark.soak

SOURCES = sorted((ROOT / "solutions").glob("*/*.ipynb"))
MEASURED = sorted((ROOT / "utils" / "src" / "unroll" / "measured").glob("*.json"))

each_lecture = pytest.mark.parametrize("path", LECTURES, ids=lambda path: path.stem)


@each_lecture
def test_claims_hold_with_real_data(path):
    if "UNROLL_DATA_MIRROR" not in os.environ:
        pytest.skip("needs UNROLL_DATA_MIRROR, a folder with the data")
    assert failed_claims(executed(path, mirror=True)) == []


@each_lecture
def test_the_same_numbers_in_an_ordinary_kernel(path):
    """Where the kernel's random state is not set, and nothing was imported before."""
    assert printed(executed(path)) == printed(execute(path, {}))


@pytest.mark.parametrize("backend", ["jax", "torch"])
@each_lecture
def test_claims_hold_under_another_backend(path, backend):
    if find_spec(backend) is None:
        pytest.skip(f"needs {backend}: pip install {backend}")
    assert failed_claims(execute(path, {"KERAS_BACKEND": backend})) == []


@pytest.mark.parametrize("backend", ["jax", "torch"])
@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_right_answers_pass_at_the_desk_under_another_backend(path, backend):
    """No cell of an assignment's source fails, and the desk refuses no check."""
    if find_spec(backend) is None:
        pytest.skip(f"needs {backend}: pip install {backend}")
    shown = outputs(execute(path, {"KERAS_BACKEND": backend}))
    reports = [output.data["text/plain"] for output in shown if "text/html" in output.get("data", {})]
    assert reports and [report for report in reports if "✗" in report] == []


@pytest.mark.parametrize("name", NAMES)
def test_rehearsal_with_every_mutant(jail, name):
    """CI tries some of the mutants of a model; here all of them are tried, and every mark must be needed."""
    assert [finding for finding in rehearse(Course.load(ROOT), name) if not finding.ok] == []


@pytest.mark.parametrize("path", MEASURED, ids=lambda path: path.stem)
def test_experiment_repeats(path):
    """The documented command runs again, and what the lectures claim holds for what it has written this time.

    The numbers themselves depend on the machine: training at a high rate makes large differences of the last digits.
    """
    before = {file: file.read_bytes() for file in path.parent.iterdir() if file.suffix in (".json", ".npz")}
    users = [lecture for lecture in LECTURES if f'results(\\"{path.stem}\\")' in lecture.read_text()]
    assert users, "no lecture shows these results"
    path.unlink()  # else the command would find every run there and do nothing
    try:
        subprocess.run([sys.executable, "-m", f"experiments.{path.stem}"], cwd=ROOT, check=True)
        for lecture in users:
            assert failed_claims(execute(lecture, {})) == []
    finally:
        for file, content in before.items():
            file.write_bytes(content)
