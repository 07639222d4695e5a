"""An inmate never outlives its keeper, at whichever moment that is killed; and what one with a network can reach."""

import contextlib
import json
import os
import signal
import socket
from collections.abc import Iterator
from unittest.mock import Mock

import pytest
from autograder.kernels import forkserver, keeper, linux
from autograder.kernels.jail import Jail
from autograder.kernels.keeper import Watch
from autograder.kernels.kernel import JUDGE
from autograder.kernels.limits import Limits
from autograder.kernels.syscalls import build_filter

PR_SET_CHILD_SUBREAPER = 36
# Numbers that the descriptors of a kernel's listeners get in a jail.
_READY, _GO, _RUNS = 3, 4, 5


@pytest.fixture
def orphans_are_ours() -> Iterator[None]:
    linux.prctl(PR_SET_CHILD_SUBREAPER, 1)
    yield
    linux.prctl(PR_SET_CHILD_SUBREAPER, 0)


def _children() -> set[int]:
    with open(f"/proc/self/task/{os.getpid()}/children") as file:
        return set(map(int, file.read().split()))


@pytest.mark.usefixtures("jail", "orphans_are_ours")
@pytest.mark.parametrize(("jailed", "moment"), [(True, 1), (True, 2), (False, 1)])
def test_a_keeper_killed_before_linux_knows_leaves_no_inmate(monkeypatch, tmp_path, jailed, moment):
    """It is killed just before its inmate asks to die with it, the first or the second time."""
    ours, asked, prctl = os.getpid(), 0, linux.prctl
    (ready, tell_ready), (go, tell_go), (runs, tell_runs) = os.pipe(), os.pipe(), os.pipe()
    known, control = socket.socketpair()

    def late(option: int, *arguments: int) -> None:
        nonlocal asked
        is_inmate = os.getppid() != ours and option == linux.PR_SET_PDEATHSIG
        asked += is_inmate
        if is_inmate and asked == moment:
            os.write(_READY, b"r")
            os.read(_GO, 1)
        prctl(option, *arguments)

    def run() -> None:
        os.write(_RUNS, b"r")
        signal.pause()

    monkeypatch.setattr(linux, "prctl", late)
    before = _children()
    with open(os.devnull) as null, control, known:
        known.sendall(b"{}\n")
        descriptors = [control.fileno(), null.fileno(), tell_ready, go, tell_runs, null.fileno(), null.fileno()]
        forkserver.fork_inmate(Jail([], jailed=jailed), str(tmp_path), descriptors, 1, build_filter(), run)
        for descriptor in (tell_ready, go, tell_runs):
            os.close(descriptor)
        assert os.read(ready, 1) == b"r"
        (keeper,) = _children() - before
        os.kill(keeper, signal.SIGKILL)
        os.waitpid(keeper, 0)
        (inmate,) = _children() - before
        os.write(tell_go, b"g")
        ran = os.read(runs, 1)
        if ran:
            os.kill(inmate, signal.SIGKILL)
        os.waitpid(inmate, 0)
    for descriptor in (ready, tell_go, runs):
        os.close(descriptor)
    assert ran == b""


def test_mappings_are_counted_of_one_process_at_a_look(tmp_path):
    """To list those of many processes takes seconds, in which no one would look at the memory."""
    counts = {pid: 10 * pid for pid in range(1, 51)}
    for pid, count in counts.items():
        (tmp_path / str(pid)).mkdir()
        (tmp_path / str(pid) / "maps").write_text("a mapping\n" * count)
    processes = os.open(tmp_path, os.O_RDONLY)
    watch = Watch(1, 1, Limits(), Mock(), processes, 0)
    seen = [watch._of_mappings(list(counts), look) // keeper._MAPPING_BYTES for look in range(50)]
    os.close(processes)
    steps = [after - before for before, after in zip([0, *seen], seen, strict=False)]
    assert steps == list(counts.values())


@pytest.mark.usefixtures("jail", "orphans_are_ours")
def test_a_jail_with_a_network_reaches_no_file_and_no_local_socket(tmp_path):
    """The courier's, which an attacker in a cluster may take over."""
    root, secret = tmp_path / "root", tmp_path / "gradebook.db"
    root.mkdir()
    secret.write_text("grades")
    known, control = socket.socketpair()
    line, theirs = socket.socketpair()
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as local:
        local.bind("\0" + str(tmp_path))  # an abstract name: no file guards it
        local.listen()

        address, name = server.getsockname(), local.getsockname()
        attempts = {
            "server": lambda: socket.socket().connect(address),
            "local": lambda: socket.socket(socket.AF_UNIX).connect(name),
            "file": secret.read_text,
            "other processes": lambda: os.stat("/proc/2"),
        }

        def probe() -> None:
            found = {}
            for what, attempt in attempts.items():
                try:
                    attempt()
                    found[what] = "reached"
                except OSError as error:
                    found[what] = error.strerror
            os.write(JUDGE, json.dumps(found).encode())

        before, filters = _children(), build_filter(network=True)
        with open(os.devnull) as null, control, known, line, theirs:
            known.sendall(b"{}\n")
            descriptors = [control.fileno(), theirs.fileno(), *[null.fileno()] * 5]
            forkserver.fork_inmate(Jail([], network=True), str(root), descriptors, 1, filters, probe)
            theirs.close()
            found = json.loads(line.recv(1000))
        for child in _children() - before:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(child, 0)
    nothing = "No such file or directory"
    assert found == {"server": "reached", "local": "Operation not permitted", "file": nothing, "other processes": nothing}
