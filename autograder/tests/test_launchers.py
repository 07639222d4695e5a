"""Which launcher builds the jails, and that both compute the same."""

import json
import os
import socket
import sys
import tempfile
from pathlib import Path
from unittest.mock import Mock

import pytest
from autograder.doctor import jail_diagnosis
from autograder.kernels import bubblewrap, linux, parent
from autograder.kernels.jail import Jail
from autograder.kernels.limits import Limits
from autograder.kernels.packages import shown
from autograder.kernels.parent import CannotJail, WarmParent, launcher, warm_parent
from autograder.transcript import Verdict

PACKAGES = ("numpy", "unroll-course")


@pytest.fixture
def nothing_found(monkeypatch):
    monkeypatch.setattr(parent, "_found", None)


def _refuse(monkeypatch, *names: str) -> None:
    """Make these launchers fail as they do where Linux forbids jails."""
    works = WarmParent.try_out

    def try_out(self):
        if self.launcher in names:
            raise CannotJail(f"The jail could not be built: {self.launcher} may not.")
        works(self)

    monkeypatch.setattr(WarmParent, "try_out", try_out)


def test_the_fork_server_is_taken_where_it_works(jail, nothing_found):
    assert warm_parent(PACKAGES).launcher == "forkserver"
    assert launcher() == ("forkserver", "")


def test_bubblewrap_is_taken_where_only_it_works(bubblewrap, nothing_found, monkeypatch):
    _refuse(monkeypatch, "forkserver")
    diagnosis = jail_diagnosis()
    assert launcher()[0] == "bubblewrap" and warm_parent(PACKAGES).launcher == "bubblewrap"
    assert diagnosis.state == "limited" and "bubblewrap" in diagnosis.detail and "forkserver may not" in diagnosis.detail


def test_where_none_works_both_reasons_are_given(nothing_found, monkeypatch):
    _refuse(monkeypatch, *parent.LAUNCHERS)
    with pytest.raises(CannotJail, match=r"forkserver may not\..*bubblewrap"):
        warm_parent(PACKAGES)
    assert launcher() == ("", "")


def test_bubblewrap_that_is_not_installed_is_named(nothing_found, monkeypatch):
    monkeypatch.setitem(parent.ENVIRONMENT, "PATH", "/usr/sbin:/sbin")
    with pytest.raises(CannotJail, match="bubblewrap is not installed"):
        WarmParent(PACKAGES, "bubblewrap")


def test_without_walls_no_jail_is_tried(nothing_found, monkeypatch):
    _refuse(monkeypatch, *parent.LAUNCHERS)
    assert warm_parent(PACKAGES, jailed=False).launcher == "forkserver"


def test_both_compute_the_same(jail, bubblewrap, launched_by, run_cells):
    code = """import random, sys, numpy as np
print(random.random(), np.random.rand(), list({"a", "b", "c", "dd"}), sys.path, sorted(vars(__builtins__)), threading_count)"""
    cells = [
        "import threading; threading_count = threading.active_count()",
        code,
        "import os; print(sorted(os.environ.items()))",
    ]
    with launched_by("forkserver"):
        first = run_cells(*cells, seed=7)
    assert run_cells(*cells, seed=7).printed == first.printed and first.errors == [""] * 3


CHANGES = """import os
for change in (lambda: os.chmod("/proc/self/exe", 0o700), lambda: os.utime("/proc/self/exe", (0, 0)),
               lambda: os.setxattr("/proc/self/exe", "user.note", b"x"), lambda: open("/proc/self/exe", "r+b")):
    try:
        print(change())
    except OSError as error:
        print("refused")"""


def test_the_interpreter_cannot_be_changed(each_jail, run_cells):
    """Not even its mode and times, through the link in /proc, if the grading user owns the file."""
    interpreter = os.path.realpath(sys.executable)
    before = os.stat(interpreter)
    assert run_cells(CHANGES).printed == ["refused\n" * 4]
    after = os.stat(interpreter)
    assert (before.st_mode, before.st_mtime_ns) == (after.st_mode, after.st_mtime_ns)


@pytest.mark.slow
def test_a_status_that_looks_like_a_signal(bubblewrap, run_cells):
    killed, ended = run_cells("import os; os._exit(137)"), run_cells("import os; os._exit(100)")
    assert killed.verdict is ended.verdict is Verdict.CRASHED
    assert "signal 9" in killed.transcript.reason and "exit status 100" in ended.transcript.reason
    assert killed.transcript.by_chance and not ended.transcript.by_chance


def test_what_bwrap_says_is_told(bubblewrap, monkeypatch):
    """For example a setuid bwrap, which does not allow a bounded tmpfs."""
    with tempfile.TemporaryDirectory() as folder:
        refusing = Path(folder, "bwrap")
        refusing.write_text("#!/bin/sh\necho 'bwrap: --size is not permitted in setuid mode' >&2\nexit 1\n")
        refusing.chmod(0o755)
        os.chmod(folder, 0o755)  # for the user that root makes of itself
        monkeypatch.setitem(parent.ENVIRONMENT, "PATH", f"{folder}:{parent.ENVIRONMENT['PATH']}")
        refused = WarmParent((), "bubblewrap")
        try:
            with pytest.raises(CannotJail, match="could not be built: .*--size is not permitted in setuid mode"):
                refused.try_out()
        finally:
            refused.close()


def test_limits_that_cannot_be_set_are_our_fault(each_jail, run_cells):
    """For example if the grader itself may not use that much."""
    run = run_cells("print(1)", limits=Limits(memory=1 << 64))
    assert run.verdict is Verdict.FAULT and "could not be built" in run.transcript.reason


@pytest.mark.usefixtures("each_jail")
def test_a_file_named_as_a_package_does_not_stop_the_kernel(run_cells):
    """With all packages of an ordinary course, of which a kernel imports some while it starts."""
    files = {f"{name}.py": b"raise SystemExit" for name in ("numpy", "zmq", "traitlets", "comm", "debugpy", "mine")}
    run = run_cells("import numpy; print(numpy.ones(1))", "import mine", "print('on')", packages=("*",), files=files)
    assert run.verdict is Verdict.GRADED, run.transcript.reason
    assert (run.printed[0], run.errors[1][:10], run.printed[2]) == ("[1.]\n", "SystemExit", "on\n")


DIES_EARLY = """#!{}
import json, os, sys
info = int(sys.argv[sys.argv.index("--info-fd") + 1])
program = sys.argv[sys.argv.index("--") + 1:]
inmate = os.fork()
if inmate == 0:
    os.execv(program[0], program)
os.write(info, json.dumps({{"child-pid": inmate}}).encode())
"""


@pytest.mark.slow
def test_an_inmate_whose_bwrap_is_killed_at_once_does_not_begin():
    """Linux would not let it die with anything: it must not have asked before its bwrap was gone."""
    control, theirs = socket.socketpair()
    with control, theirs, open(os.devnull) as null, tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        program = Path(folder, "bwrap")
        program.write_text(DIES_EARLY.format(bubblewrap.interpreter()))
        program.chmod(0o755)
        control.sendall(b'{"key": "", "seed": 0, "packages": []}\n')
        descriptors = [theirs.fileno(), *[null.fileno()] * 6]
        bubblewrap.launch(Jail(*shown(())), folder, descriptors, 1, str(program), [], b"", Mock())
        theirs.close()
        first = json.loads(control.makefile().readline())
        os.wait()
    assert first == {"event": "failed", "why": "OSError: bwrap was killed"}


WAITS = """#!/bin/sh
sleep 1000 &
kill -9 $$
"""


def _left_by_a_killed_bwrap(ending: str, folder: str, program: Path) -> str:
    """What the keeper says once a parent has ended what was left to it; in a process that has no other children."""
    control, theirs = socket.socketpair()
    control.sendall(b'{"key": "", "seed": 0, "packages": []}\n')
    keepers = bubblewrap.Keepers()
    with open(os.devnull) as null:
        descriptors = [theirs.fileno(), *[null.fileno()] * 6]
        bubblewrap.launch(Jail(*shown(())), folder, descriptors, 1, str(program), [], b"", keepers)
    while len(linux.children()) < 2:
        pass
    getattr(keepers, ending)()
    theirs.close()
    said = control.makefile().readline()
    while linux.children():
        os.wait()
    return said


@pytest.mark.slow
@pytest.mark.parametrize(("ending", "expected"), [("end_others", "OSError: bwrap did not start"), ("end_all", "")])
def test_what_a_killed_bwrap_leaves_is_ended_by_the_parent(ending, expected):
    """It is killed before its child knows with whom to die; the keeper waits for what that child holds open."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        program, said = Path(folder, "bwrap"), Path(folder, "said")
        program.write_text(WAITS)
        program.chmod(0o755)
        parent = os.fork()
        if parent == 0:
            said.write_text(_left_by_a_killed_bwrap(ending, folder, program))
            os._exit(0)
        os.waitpid(parent, 0)
        assert (json.loads(said.read_text() or "{}")).get("why", "") == expected
