"""The IPython kernel that an inmate becomes."""

import logging
import os
import random
import sys
from typing import Any

import zmq
from ipykernel import iostream
from ipykernel.heartbeat import Heartbeat
from ipykernel.kernelapp import IPKernelApp
from IPython.utils.text import SList
from traitlets.config import Config

# Every descriptor of an inmate, by number. 0, 1 and 2 are /dev/null.
LISTENERS = {"shell": 3, "iopub": 4, "stdin": 5, "control": 6, "hb": 7}
JUDGE = 8
CONFIG = Config(
    {
        "HistoryManager": {"enabled": False},
        # A tip is drawn from `random` each time a client asks who is there, and a client that waits on a busy machine asks again.
        "InteractiveShell": {"colors": "NoColor", "enable_tip": False},
        "IPythonKernel": {"_execute_sleep": 0},  # otherwise it sleeps after every cell
    }
)


def _bind(zmq_socket: zmq.Socket[bytes], channel: str) -> None:
    """Let ZeroMQ listen on a socket that was bound outside the jail; the name does not matter."""
    zmq_socket.setsockopt(zmq.USE_FD, LISTENERS[channel])
    zmq_socket.bind(f"ipc:///{channel}")


class Stream(iostream.OutStream):
    """A stream that flushes only when there is something to flush.

    ipykernel flushes both streams twice per cell and waits for another thread each time, half the time of a small cell.
    """

    _written = False

    def write(self, string: str) -> int:
        count = super().write(string)
        self._written = True
        return count or 0

    def flush(self) -> None:
        if self._written:
            self._written = False
            super().flush()  # type: ignore[no-untyped-call]  # ipykernel has no types


class _InheritedHeartbeat(Heartbeat):
    def _bind_socket(self) -> None:
        _bind(self.socket, "hb")


class InheritedKernelApp(IPKernelApp):
    """An IPKernelApp whose five sockets already exist, so that no file of the host is shared with the jail."""

    def _bind_socket(self, s: zmq.Socket[bytes], port: int) -> int:
        _bind(s, {number: name for name, number in LISTENERS.items()}[port])
        return port

    def init_heartbeat(self) -> None:
        self.heartbeat = _InheritedHeartbeat(zmq.Context(), (self.transport, self.ip, self.hb_port))
        self.heartbeat.start()

    def parse_command_line(self, argv: object = None) -> None:
        """There is no command line, and building its parser takes a tenth of the start time."""

    def init_connection_file(self) -> None:
        """The connection is inherited; there is no file to read."""

    def write_connection_file(self, **_: object) -> None:
        """Nothing inside needs one."""

    def init_crash_handler(self) -> None:
        """The keeper reports crashes."""


def _seed(seed: int) -> None:
    random.seed(seed)
    try:
        import numpy
    except ImportError:
        return
    numpy.random.seed(seed % 2**32)  # noqa: NPY002, students use it


# Magics that start a program by themselves; others, such as %pip and %ls, do it through the shell's `system`.
_PROGRAMS = (
    "bash",
    "sh",
    "script",
    "perl",
    "ruby",
    "pypy",
    "python",
    "python2",
    "python3",
    "conda",
    "mamba",
    "micromamba",
    "uv",
)


def _without_programs(shell: Any, packages: list[str]) -> None:
    """Let a line for the shell fail as a command that is not found does: with a message, and the cell goes on.

    A jail has no shell and no programs. IPython would raise an error instead, and what follows in the cell would never run.
    """
    names = ", ".join(packages)
    there_is = "" if packages == ["*"] else f" Your notebook can import {names or 'what comes with Python'}."

    def refuse(command: str, *_: object) -> None:
        shell.user_ns["_exit_code"] = 127  # as a shell says that there is no such command
        message = (
            f"No program can be started and nothing can be installed where this is graded; this line did nothing: {command}"
        )
        print(f"{message}\n{there_is.strip()}".rstrip(), file=sys.stderr)

    def refuse_and_give(command: str, split: bool = True, *_: object, **__: object) -> Any:
        refuse(command)
        return SList() if split else ""

    def refuse_magic(name: str) -> Any:
        return lambda line="", cell=None: refuse(f"{'%' if cell is None else '%%'}{name} {line}".strip())

    shell.system, shell.getoutput = refuse, refuse_and_give
    for name in _PROGRAMS:
        shell.register_magic_function(refuse_magic(name), "line_cell", name)


def run_kernel(key: str, seed: int, packages: list[str]) -> None:
    """Run one kernel until it is told to stop.

    Parameters
    ----------
    key
        Signs the Jupyter messages, in hexadecimal.
    seed
        Seeds `random` and NumPy's global generator. A fork inherits its parent's state, and unseeded student code
        should still give the same numbers every time the same submission is graded.
    packages
        What the assignment names, for a message.
    """
    os.makedirs(os.environ["IPYTHONDIR"], exist_ok=True)
    # Add the notebook's folder, as in any IPython kernel; it is missing here because our parent was started with -P.
    names = [os.path.basename(folder) for folder in sys.path]
    sys.path.insert(names.index("site-packages") if "site-packages" in names else 0, "")
    vars(iostream)["OutStream"] = Stream  # the application looks it up by this name
    ports = {f"{name}_port": number for name, number in LISTENERS.items()}
    app = InheritedKernelApp.instance(config=CONFIG, transport="ipc", ip="inherited", log_level=50, **ports)
    app.session.key = bytes.fromhex(key)
    app.initialize()
    app.log.setLevel(logging.CRITICAL)  # otherwise it makes records of all debugging, for a handler that leaves them out
    _seed(seed)  # last, because what is set up above may draw from `random` itself
    shell: Any = app.shell
    _without_programs(shell, packages)
    shell.ask_exit = lambda: None  # exit() ends a kernel 0.1 s later, after an unpredictable number of cells
    app.start()
