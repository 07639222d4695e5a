"""Importing Keras writes nothing to stderr, unless it fails."""

import subprocess
import sys

import pytest

LOUD = "import os, sys; os.write(2, b'native log\\n'); "


def imported(tmp_path, package: str, source: str) -> subprocess.CompletedProcess:
    """Import a package of this name in a fresh interpreter, after `unroll`, and write a line to stderr afterwards."""
    (tmp_path / f"{package}.py").write_text(source)
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import unroll, {package}; print('after', file=sys.stderr)"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)


@pytest.mark.parametrize("package", ["keras", "tensorflow"])
def test_the_native_log_of_an_import_is_held_back(tmp_path, package):
    done = imported(tmp_path, package, LOUD)
    assert (done.returncode, done.stderr) == (0, "after\n")


def test_everything_appears_when_the_import_fails(tmp_path):
    done = imported(tmp_path, "keras", LOUD + "raise ImportError('no such symbol')")
    assert done.returncode == 1
    assert done.stderr.startswith("native log\n") and "ImportError: no such symbol" in done.stderr


def test_a_missing_backend_is_named_with_what_to_set(tmp_path):
    missing = "raise ModuleNotFoundError(\"No module named 'tensorflow'\", name='tensorflow')"
    done = imported(tmp_path, "keras", missing)
    assert done.returncode == 1
    assert "Keras computes with tensorflow, which is not installed here." in done.stderr
    assert "set KERAS_BACKEND to" in done.stderr and "before Keras is imported" in done.stderr


def test_other_packages_write_as_ever(tmp_path):
    assert imported(tmp_path, "loud_one", LOUD).stderr == "native log\nafter\n"


def test_importing_unroll_imports_neither_keras_nor_gensim():
    code = "import sys, unroll; print(sorted({'keras', 'tensorflow', 'gensim'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")


@pytest.mark.slow
def test_the_real_keras_is_quiet_up_to_the_end_of_a_training():
    code = (
        "import unroll, keras, numpy as np; model = keras.Sequential([keras.layers.GRU(4), keras.layers.Dense(1)]);"
        "model.compile(loss='mse'); model.fit(np.zeros((8, 3, 2)), np.zeros((8, 1)), verbose=0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
