"""The grader's handle on a warm parent, and the parents that are running."""

import asyncio
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
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from .jail import Jail
from .kernel import LISTENERS
from .packages import EVERYTHING, modules, shown

# The complete environment of a parent. It contains only settings, because its children can read it in /proc.
ENVIRONMENT = {
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",  # to find libseccomp, before the first fork
    "LANG": "C.UTF-8",
    "PYTHONHASHSEED": "0",  # sets iterate in the same order every time a submission is graded
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}
# What sets the number of threads: the first three at import, TensorFlow's at its first operation.
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")
_START_SECONDS = 120
_TRIAL_SECONDS = 60
# Our modules that launch kernels, the better one first.
LAUNCHERS = ("forkserver", "bubblewrap")
_PREFIX = "autograder-"


class CannotJail(RuntimeError):
    """A jail cannot be built here, or not now; the message says why."""


def thread_settings(threads: int) -> dict[str, str]:
    """Environment variables that make NumPy, TensorFlow and others compute with this many threads.

    joblib, and scikit-learn with it, computes in this process whatever `n_jobs` is: its workers would be started from the
    interpreter's file, which a jail does not show.
    """
    return dict.fromkeys(_THREADS, str(threads)) | {"JOBLIB_MULTIPROCESSING": "0"}


class WarmParent:
    """A separate process that launches kernels: the fork server or, where that cannot build a jail, bubblewrap.

    Attributes
    ----------
    runtime
        A folder for sockets, mount points and work, removed when the parent is closed.

    Parameters
    ----------
    packages
        Distributions that its kernels can import; the fork server imports their modules before the first fork.
    launcher
        One of LAUNCHERS.
    threads
        Number of threads its kernels compute with.

    Raises
    ------
    CannotJail
        If it does not start.
    """

    def __init__(self, packages: tuple[str, ...], launcher: str = LAUNCHERS[0], threads: int = 1) -> None:
        self.launcher = launcher
        self.binds, self.covered = shown(packages)
        self._lock = threading.Lock()
        self.runtime = runtime_folder()
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._said = tempfile.TemporaryFile()  # noqa: SIM115, and not a pipe, which could fill up
        warmed = [module for name in packages if name not in EVERYTHING for module in modules(name)]
        command = [sys.executable, "-s", "-P", "-m", f"autograder.kernels.{launcher}", str(theirs.fileno()), *warmed]
        self._process = subprocess.Popen(
            command,
            env=ENVIRONMENT | thread_settings(threads),
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
            raise CannotJail(f"The warm parent did not start: {said[-1] if said else 'it gave no reason'}")

    def launch(self, jail: Jail, root: str, descriptors: list[int]) -> None:
        """Request one kernel. Reports about it arrive on the first descriptor, the control socket.

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
            raise CannotJail(f"The warm parent has died ({error}).") from error

    def try_out(self) -> None:
        """Build a jail, and remove it before anything runs in it.

        Raises
        ------
        CannotJail
            If that fails.
        """
        with contextlib.ExitStack() as stack:
            root = stack.enter_context(tempfile.TemporaryDirectory(dir=self.runtime, ignore_cleanup_errors=True))
            control, their_control = map(stack.enter_context, socket.socketpair())
            theirs = [their_control, *(stack.enter_context(socket.socket(socket.AF_UNIX)) for _ in range(1 + len(LISTENERS)))]
            control.settimeout(_TRIAL_SECONDS)
            control.sendall(b'{"key": "", "seed": 0, "packages": []}\n')
            self.launch(Jail(self.binds, self.covered), root, [each.fileno() for each in theirs])
            their_control.close()
            try:
                first = json.loads(control.makefile().readline() or "{}")
            except OSError as error:
                first = {"why": str(error)}
        if first.get("event") != "started":
            raise CannotJail(f"The jail could not be built: {first.get('why') or 'its keeper died'}.")

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def close(self) -> None:
        """Stop the parent and every kernel it has forked."""
        self._process.kill()
        self._process.wait()
        self._socket.close()
        self._said.close()
        shutil.rmtree(self.runtime, ignore_errors=True)


def runtime_folder() -> str:
    """A new folder that a later grader removes if this one is killed."""
    _sweep()
    return tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-")


def _sweep() -> None:
    """Remove what killed graders have left behind."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        process = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if process.isdigit() and not Path("/proc", process).exists() and folder.lstat().st_uid == os.geteuid():
            shutil.rmtree(folder, ignore_errors=True)


_parents: dict[tuple[tuple[str, ...], str, int], WarmParent] = {}
_parents_lock = threading.Lock()
_holders = 0
_found: tuple[str, str] | None = None  # the launcher that works here, and why those before it do not


def warm_parent(packages: tuple[str, ...], jailed: bool = True, threads: int = 1) -> WarmParent:
    """Return the running parent for these packages and threads, starting it if there is none or it has died.

    Each process tries once which launcher works.

    Parameters
    ----------
    jailed
        False if no jail is needed; then the fork server always works.

    Raises
    ------
    CannotJail
        If no launcher can build a jail.
    """
    with _parents_lock:
        if not jailed:
            return _running(packages, LAUNCHERS[0], threads)
        if _found is not None:
            return _running(packages, _found[0], threads)
        return _first_that_works(packages, threads)


async def ready_parent(packages: tuple[str, ...], jailed: bool = True, threads: int = 1) -> WarmParent:
    """As :func:`warm_parent`, in an event loop: where a parent has to be started first, a thread waits for it."""
    parent = _parents.get((packages, launcher()[0] if jailed else LAUNCHERS[0], threads))
    if parent is not None and parent.alive:
        return parent
    return await asyncio.to_thread(warm_parent, packages, jailed, threads)


def launcher() -> tuple[str, str]:
    """The launcher that works in this process, and why the one before it does not; empty if it was the first."""
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
    raise CannotJail(f"{refusals[0]} Bubblewrap cannot build one either: {refusals[1]}")


def _running(packages: tuple[str, ...], name: str, threads: int) -> WarmParent:
    parent = _parents.get((packages, name, threads))
    if parent is None or not parent.alive:
        if parent is not None:
            parent.close()
        parent = _parents[packages, name, threads] = WarmParent(packages, name, threads)
    return parent


@contextlib.contextmanager
def parents_held() -> Iterator[None]:
    """Hold the warm parents of this process: they are stopped, and with them all kernels, when the last holder leaves.

    Gradings that run side by side share parents, which know nothing of any course, and none stops those of another.
    """
    global _holders
    with _parents_lock:
        _holders += 1
    try:
        yield
    finally:
        with _parents_lock:
            _holders -= 1
            last = not _holders
        if last:
            close_parents()


@atexit.register
def close_parents() -> None:
    """Stop all parents, and with them all kernels."""
    with _parents_lock:
        while _parents:
            _parents.popitem()[1].close()
