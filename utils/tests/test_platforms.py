"""`unroll` is written for Windows and macOS too: nothing in it needs what only Linux has. It is not tried there."""

import ast
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import unroll
from unroll import lab
from unroll.checks.trial import OutOfTime, within

HOME = Path(unroll.__file__).parent
SOURCES = sorted(HOME.rglob("*.py"))
# What Python has on Linux and not on Windows.
MODULES = {"fcntl", "grp", "posix", "pty", "pwd", "readline", "resource", "spwd", "syslog", "termios", "tty"}
PACKED = {"bz2", "tarfile", "wave"}  # modules whose open() gives bytes
FUNCTIONS = {
    "fork",
    "forkpty",
    "getuid",
    "geteuid",
    "getgid",
    "mkfifo",
    "pthread_kill",
    "setrlimit",
    "sigwait",
    "uname",
    "SIGKILL",
    "SIGALRM",
}


def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text("utf-8"))))


def _module(call: ast.Call) -> str:
    """``tarfile`` of ``tarfile.open()``."""
    return getattr(getattr(call.func, "value", None), "id", "")


def asked_for_first(path: Path) -> set[str]:
    """Names that a module looks for with hasattr before it uses them."""
    calls = [node for node in nodes(path) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "hasattr"]
    return {node.args[1].value for node in calls if isinstance(node.args[1], ast.Constant)}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(HOME)))
def test_nothing_is_used_that_only_linux_has(path):
    used = set()
    for node in nodes(path):
        if isinstance(node, ast.Import):
            used |= {alias.name for alias in node.names} & MODULES
        elif isinstance(node, ast.ImportFrom):
            used |= {node.module} & MODULES
        elif isinstance(node, ast.Attribute):
            used |= {node.attr} & FUNCTIONS
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            used |= {node.value} if node.value.startswith(("/proc", "/dev", "/tmp", "/etc")) else set()
    assert used <= asked_for_first(path)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(HOME)))
def test_text_files_are_utf8_everywhere(path):
    """Windows would read and write them in its own encoding."""
    for node in nodes(path):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        given = {keyword.arg for keyword in node.keywords}
        texts = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        if name == "read_text":
            assert node.args or "encoding" in given, f"line {node.lineno}"
        elif name == "write_text":
            assert len(node.args) > 1 or "encoding" in given, f"line {node.lineno}"
        elif name == "open" and _module(node) not in PACKED and not any("b" in mode for mode in texts):
            assert "encoding" in given, f"line {node.lineno}"


def test_a_loop_is_stopped_without_the_signals_of_linux(monkeypatch):
    monkeypatch.delattr(signal, "pthread_kill")
    with pytest.raises(OutOfTime), within(0.1):
        while True:
            pass


def test_lab_starts_without_users_and_terminals_of_linux(monkeypatch):
    for name in ("geteuid", "tcsetpgrp"):
        monkeypatch.delattr(os, name)
    assert "--allow-root" not in lab.command([])
    assert lab.run([sys.executable, "-c", "raise SystemExit(3)"], lab.environment()) == 3


HIDDEN = """
import os, signal, sys
sys.modules["resource"] = None
for name in ("fork", "forkpty", "getegid", "geteuid", "getgid", "mkfifo", "tcsetpgrp"):
    delattr(os, name)
for name in ("SIGALRM", "SIGKILL", "alarm", "pthread_kill", "setitimer", "sigwait"):
    delattr(signal, name)
"""
NOTEBOOK = """
import json
from pathlib import Path
from questions import QUESTIONS
from unroll.checks import Comparison, frozen
def cell(source, **nbgrader):
    settings = {"nbgrader": nbgrader} if nbgrader else {}
    return {"cell_type": "code", "id": source[:3], "metadata": settings, "source": source, "outputs": [], "execution_count": None}
def notebook(answer):
    cells = [cell("from unroll import check"), cell(answer, grade_id="double", solution=True),
             cell('check("double", double)', grade_id="double-check", grade=True, locked=True, points=5)]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
given_out, done = notebook("def double(x): pass"), notebook("def double(x):\\n    while x is None: pass\\n    return 2 * x + 1")
checks = frozen.FrozenChecks("r1", {"double": QUESTIONS}, {"double": Comparison()}, ("numpy", "unroll"), {"01_x": given_out})
frozen.save(Path("01_x.npz"), checks)
Path("01_x.ipynb").write_text(done, "utf-8")
"""
SHOWN = """
import os
assert not hasattr(os, "fork")
from unroll.checks.rehearsal import rehearse
from unroll.checks.saved_notebook import read
print(rehearse(read(Path("01_x.ipynb"))).shown()[0])
"""


def test_a_notebook_is_tried_as_it_will_be_graded_without_what_only_linux_has(tmp_path):
    """In processes from which that was taken away at their start."""
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden" / "sitecustomize.py").write_text(HIDDEN)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path / "hidden"), str(Path(__file__).parent)])}
    command = [sys.executable, "-c", NOTEBOOK + SHOWN]
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert "5 of 5  double\n" in run.stdout
