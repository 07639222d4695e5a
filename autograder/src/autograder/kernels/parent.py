"""The grader's handle on a warm parent, and the parents that are running."""

import atexit
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from dataclasses import asdict
from pathlib import Path

from .jail import Jail
from .kernel import LISTENERS
from .packages import EVERYTHING, visible

# The whole environment of a parent: settings only, since its children can read it in /proc.
_ENVIRONMENT = {
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",  # to find libseccomp, before the first fork
    "LANG": "C.UTF-8",
    "PYTHONHASHSEED": "0",  # sets and dicts iterate alike whenever a submission is graded again
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}
# Who decides how many threads to compute with: the first three when they are imported, TensorFlow at its first operation.
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")
_START_SECONDS = 120
_TRIAL_SECONDS = 60
# Modules of ours that launch kernels, the better one first.
LAUNCHERS = ("forkserver", "bubblewrap")
_PREFIX = "autograder-"


class CannotJail(RuntimeError):
    """This machine, or this moment, allows no jail; the message says why."""


def thread_settings(threads: int) -> dict[str, str]:
    """Environment in which NumPy, TensorFlow and others compute with so many threads."""
    return dict.fromkeys(_THREADS, str(threads))


class WarmParent:
    """A launcher of kernels in a process of its own: the fork server, or where that can build no jail, bubblewrap's.

    Attributes
    ----------
    runtime
        A folder for sockets, mount points and work, which goes when the parent is closed.

    Parameters
    ----------
    packages
        Distributions that its kernels can import; the fork server imports their modules before the first fork.
    launcher
        One of LAUNCHERS.
    threads
        With how many threads its kernels compute.

    Raises
    ------
    CannotJail
        If it does not come up.
    """

    def __init__(self, packages: tuple[str, ...], launcher: str = LAUNCHERS[0], threads: int = 1) -> None:
        self.launcher = launcher
        self.binds, self.covered = visible(packages)
        self._lock = threading.Lock()
        _sweep()
        self.runtime = tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-")
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._said = tempfile.TemporaryFile()  # noqa: SIM115, and no pipe, which would be full one day
        modules = [_module(name) for name in packages if name not in EVERYTHING]
        command = [sys.executable, "-s", "-P", "-m", f"autograder.kernels.{launcher}", str(theirs.fileno()), *modules]
        self._process = subprocess.Popen(
            command,
            env=_ENVIRONMENT | thread_settings(threads),
            cwd="/",
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._said,
            start_new_session=True,
        )
        theirs.close()
        self._socket.settimeout(_START_SECONDS)
        try:
            ready = self._socket.recv(16)
        except OSError:
            ready = b""
        if ready != b"ready":
            self._process.kill()
            self._process.wait()
            self._said.seek(0)
            said = self._said.read().decode(errors="replace").strip().splitlines()
            self.close()
            raise CannotJail(f"The warm parent did not start: {said[-1] if said else 'it said nothing'}")

    def launch(self, jail: Jail, root: str, descriptors: list[int]) -> None:
        """Ask for one kernel. What becomes of it is told on the first descriptor, the control socket.

        Parameters
        ----------
        root
            An empty folder to mount the jail on.
        descriptors
            Control, judge's channel and the listening sockets in the order of LISTENERS.
        """
        assert len(descriptors) == 2 + len(LISTENERS)
        request = {"jail": asdict(jail), "root": root}
        try:
            with self._lock:
                socket.send_fds(self._socket, [json.dumps(request).encode()], descriptors)
        except OSError as error:
            raise CannotJail(f"The warm parent is gone ({error}).") from error

    def try_out(self) -> None:
        """Build a jail, and take it down before anything runs in it.

        Raises
        ------
        CannotJail
            If that does not succeed.
        """
        with contextlib.ExitStack() as stack:
            root = stack.enter_context(tempfile.TemporaryDirectory(dir=self.runtime, ignore_cleanup_errors=True))
            control, their_control = map(stack.enter_context, socket.socketpair())
            theirs = [their_control, *(stack.enter_context(socket.socket(socket.AF_UNIX)) for _ in range(1 + len(LISTENERS)))]
            self.launch(Jail(self.binds, self.covered), root, [each.fileno() for each in theirs])
            their_control.close()
            control.settimeout(_TRIAL_SECONDS)
            try:
                control.sendall(b'{"key": "", "seed": 0}\n')
                first = json.loads(control.makefile().readline() or "{}")
            except OSError as error:
                first = {"why": str(error)}
        if first.get("event") != "started":
            raise CannotJail(f"The jail could not be built: {first.get('why') or 'its keeper died'}.")

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def close(self) -> None:
        """Stop the parent, and with it every kernel that it has forked."""
        self._process.kill()
        self._process.wait()
        self._socket.close()
        self._said.close()
        shutil.rmtree(self.runtime, ignore_errors=True)


def _sweep() -> None:
    """Remove what graders that were killed have left behind."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        process = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if process.isdigit() and not Path("/proc", process).exists() and folder.lstat().st_uid == os.geteuid():
            shutil.rmtree(folder, ignore_errors=True)


def _module(distribution: str) -> str:
    """The import name of the distributions that assignments name."""
    return {"unroll-course": "unroll"}.get(distribution, distribution.replace("-", "_"))


_parents: dict[tuple[tuple[str, ...], str, int], WarmParent] = {}
_parents_lock = threading.Lock()
_found: tuple[str, str] | None = None  # the launcher that works here, and why none before it does


def warm_parent(packages: tuple[str, ...], walls: bool = True, threads: int = 1) -> WarmParent:
    """The running parent for these packages and threads; started at the first call, and again if it has died.

    Which launcher it is, is found out once in each process, by trying.

    Parameters
    ----------
    walls
        False if no jail has to be built, which the fork server always can.

    Raises
    ------
    CannotJail
        If no launcher can build a jail.
    """
    with _parents_lock:
        if not walls:
            return _running(packages, LAUNCHERS[0], threads)
        if _found is not None:
            return _running(packages, _found[0], threads)
        return _first_that_works(packages, threads)


def launcher() -> tuple[str, str]:
    """The name of the launcher that this process has found to work, and what stood against one before it; "" where nothing did."""
    return _found or ("", "")


def _first_that_works(packages: tuple[str, ...], threads: int) -> WarmParent:
    global _found
    refusals: list[str] = []
    for name in LAUNCHERS:
        try:
            parent = _running(packages, name, threads)
            try:
                parent.try_out()
            except CannotJail:
                _parents.pop((packages, name, threads)).close()
                raise
        except CannotJail as error:
            refusals.append(str(error))
        else:
            _found = name, " ".join(refusals)
            return parent
    raise CannotJail(f"{refusals[0]} Nor by bubblewrap: {refusals[1]}")


def _running(packages: tuple[str, ...], name: str, threads: int) -> WarmParent:
    parent = _parents.get((packages, name, threads))
    if parent is None or not parent.alive:
        if parent is not None:
            parent.close()
        parent = _parents[packages, name, threads] = WarmParent(packages, name, threads)
    return parent


@atexit.register
def close_parents() -> None:
    """Stop all parents, and with them all kernels."""
    with _parents_lock:
        while _parents:
            _parents.popitem()[1].close()
