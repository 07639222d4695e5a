"""What travels in the two wheels."""

import contextlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def build(folder: str, into: Path) -> zipfile.ZipFile:
    code = f"import flit_core.buildapi as b; print(b.build_wheel({str(into)!r}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT / folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return zipfile.ZipFile(into / done.stdout.split()[-1])


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    into = tmp_path_factory.mktemp("wheels")
    with contextlib.ExitStack() as stack:
        yield {folder: stack.enter_context(build(folder, into)) for folder in ("utils", "autograder")}


def test_names_are_not_those_of_other_people(wheels):
    names = [os.path.basename(wheel.filename).split("-")[0] for wheel in wheels.values()]
    assert names == ["unroll_course", "unroll_autograder"]


def test_public_cases_travel_with_unroll(wheels):
    released = {f"unroll/public/{path.name}" for path in (ROOT / "assignments").glob("*/*.npz")}
    assert "unroll/public/01_rnn_step.npz" in released
    assert released <= set(wheels["utils"].namelist())


def test_no_judge_and_no_solution_travels(wheels):
    for wheel in wheels.values():
        for name in wheel.namelist():
            assert not name.startswith("judges") and "/judges/" not in name and not name.endswith(".ipynb"), name


def test_pages_templates_travel_with_the_autograder(wheels):
    assert any(name.startswith("autograder/templates/") for name in wheels["autograder"].namelist())


def test_wheel_of_unroll_checks_an_answer_alone(wheels, tmp_path):
    """Installed from its wheel, far from the repository, `check` finds its cases."""
    wheels["utils"].extractall(tmp_path / "site")
    code = "import unroll, sys; assert 'site' in unroll.__file__; unroll.check('softmax', lambda z: z)"
    environment = {"PYTHONPATH": str(tmp_path / "site"), "PATH": os.environ["PATH"]}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "cases fail" in done.stdout
