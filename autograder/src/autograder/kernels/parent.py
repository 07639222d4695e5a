"""The grader's handle on a warm parent, and the parents that are running."""

import atexit
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
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}
_START_SECONDS = 120
_PREFIX = "autograder-"


class CannotJail(RuntimeError):
    """This machine, or this moment, allows no jail; the message says why."""


class WarmParent:
    """A fork server in a process of its own.

    Attributes
    ----------
    runtime
        A folder for sockets, mount points and work, which goes when the parent is closed.

    Parameters
    ----------
    packages
        Distributions that its kernels can import; their modules are imported before the first fork.

    Raises
    ------
    CannotJail
        If it does not come up.
    """

    def __init__(self, packages: tuple[str, ...]) -> None:
        self.binds, self.covered = visible(packages)
        self._lock = threading.Lock()
        _sweep()
        self.runtime = tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-")
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._said = tempfile.TemporaryFile()  # noqa: SIM115, and no pipe, which would be full one day
        modules = [_module(name) for name in packages if name not in EVERYTHING]
        command = [sys.executable, "-s", "-P", "-m", "autograder.kernels.forkserver", str(theirs.fileno()), *modules]
        self._process = subprocess.Popen(
            command,
            env=_ENVIRONMENT,
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


_parents: dict[tuple[str, ...], WarmParent] = {}
_parents_lock = threading.Lock()


def warm_parent(packages: tuple[str, ...]) -> WarmParent:
    """The running parent for these packages; started at the first call, and again if it has died."""
    with _parents_lock:
        parent = _parents.get(packages)
        if parent is None or not parent.alive:
            if parent is not None:
                parent.close()
            parent = _parents[packages] = WarmParent(packages)
        return parent


@atexit.register
def close_parents() -> None:
    """Stop all parents, and with them all kernels."""
    with _parents_lock:
        while _parents:
            _parents.popitem()[1].close()
