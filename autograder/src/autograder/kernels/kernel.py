"""The IPython kernel that an inmate becomes."""

import inspect
import logging
import multiprocessing
import os
import random
import sys
import threading
import warnings
import zlib
from multiprocessing import context, resource_tracker
from pathlib import Path
from types import FunctionType, SimpleNamespace
from typing import Any, cast

import zmq
from ipykernel import iostream, ipkernel
from ipykernel.compiler import XCachingCompiler, get_tmp_directory
from ipykernel.heartbeat import Heartbeat
from ipykernel.kernelapp import IPKernelApp
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.utils.text import SList
from traitlets.config import Config

# Every descriptor of an inmate, by number. 0, 1 and 2 are /dev/null.
LISTENERS = {"shell": 3, "iopub": 4, "stdin": 5, "control": 6, "hb": 7}
JUDGE = 8
_FRAME_WORDS = 1 << 16
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


class Compiler(XCachingCompiler):
    """Names the files that cells are said to come from."""

    def get_code_name(self, raw_code: str, code: str, number: int) -> str:
        """As ipykernel's, whose hash is computed in Python, letter by letter."""
        return f"{get_tmp_directory()}/{zlib.crc32(raw_code.encode(errors='replace'))}.py"

    def cache(self, transformed_code: str, number: int = 0, raw_code: str | None = None) -> str:
        """Also tell `inspect` what the file is: it would ask every module of the kernel, for each line of a traceback."""
        name = super().cache(transformed_code, number, raw_code)
        inspect.modulesbyfile[name] = "__main__"
        return name


class Shell(ZMQInteractiveShell):
    """A shell that does nothing twice. A warm parent may make it, before a kernel takes it over."""

    _transformed: tuple[int, str, str] | None = None

    def transform_cell(self, raw_cell: str) -> str:
        """Transform a cell into Python, once: ipykernel asks, and then IPython."""
        if self._transformed is None or self._transformed[:2] != (self.execution_count, raw_cell):
            transformed = super().transform_cell(raw_cell)  # type: ignore[no-untyped-call]  # IPython has few types
            self._transformed = self.execution_count, raw_cell, transformed
        return self._transformed[2]

    def _format_exception_for_storage(self, *_: Any, **__: Any) -> dict[str, Any]:
        """No second traceback of each error, for a history that is not kept."""
        return {}


class _NoThread:
    """In the place of the thread through which ipykernel passes each message for the shell, for subshells that no notebook uses."""

    parent_thread = threading.main_thread()

    def __bool__(self) -> bool:
        return False


class Kernel(ipkernel.IPythonKernel):
    """A kernel with our shell, which may be older than the kernel, and without subshells."""

    shell_class = Shell
    compiler_class = Compiler
    _supports_kernel_subshells = False

    def __init__(self, **settings: Any) -> None:
        # It would ask every module for its file, for a debugger that we do not attach; each is a page to copy after a fork.
        vars(ipkernel)["sys"] = SimpleNamespace(modules={})
        try:
            super().__init__(**settings)  # type: ignore[no-untyped-call]  # ipykernel has no types
        finally:
            vars(ipkernel)["sys"] = sys
        shell: Any = self.shell
        shell.parent = shell.kernel = self
        shell.ipython_dir, shell.profile_dir = os.environ["IPYTHONDIR"], self.profile_dir
        shell.starting_dir = os.getcwd()
        shell.history_manager.dir_hist[:] = [Path.cwd()]
        shell.init_environment()
        shell.init_sys_modules()  # in a parent, `__main__` is the parent


class _InheritedHeartbeat(Heartbeat):
    def _bind_socket(self) -> None:
        _bind(self.socket, "hb")


class InheritedKernelApp(IPKernelApp):
    """An IPKernelApp whose five sockets already exist, so that no file of the host is shared with the jail."""

    kernel_class = Kernel

    def load_config_file(self, *_: object, **__: object) -> None:
        """There is none that counts: everything is set here."""

    def _bind_socket(self, s: zmq.Socket[bytes], port: int) -> int:
        _bind(s, {number: name for name, number in LISTENERS.items()}[port])
        return port

    def init_control(self, context: zmq.Context[zmq.Socket[bytes]]) -> None:
        super().init_control(context)  # type: ignore[no-untyped-call]  # ipykernel has no types
        self.shell_channel_thread = _NoThread()

    def init_heartbeat(self) -> None:
        self.heartbeat = _InheritedHeartbeat(zmq.Context(), (self.transport, self.ip, self.hb_port))
        self.heartbeat.start()

    def parse_command_line(self, argv: object = None) -> None:
        """There is no command line, and building its parser takes a tenth of the start time."""

    def init_connection_file(self) -> None:
        """The connection is inherited; there is no file to read."""

    def init_path(self) -> None:
        """Leave out the notebook's folder until the kernel has all that it needs: a file there may have any name."""

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


def _fork_alone() -> None:
    """Let multiprocessing fork where it would start an interpreter; there is none in a jail, and it would wait for ever.

    Its tracker of shared memory would be started, too. What joblib says of its own way to do without is no fault of a student's, and
    a warning costs a test its points.
    """
    methods: dict[str, Any] = vars(context)["_concrete_contexts"]
    methods |= dict.fromkeys(("spawn", "forkserver"), methods["fork"])
    multiprocessing.set_start_method("fork", force=True)
    vars(resource_tracker).update(dict.fromkeys(("register", "unregister", "ensure_running"), lambda *_: None))
    warnings.filterwarnings("ignore", "joblib backend '.*' is not available on your system", UserWarning)


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
        # As a shell's own message goes to its output: what a test writes to stderr costs its points.
        print(f"{message}\n{there_is.strip()}".rstrip())

    def refuse_and_give(command: str, split: bool = True, *_: object, **__: object) -> Any:
        refuse(command)
        return SList() if split else ""

    def refuse_magic(name: str) -> Any:
        return lambda line="", cell=None: refuse(f"{'%' if cell is None else '%%'}{name} {line}".strip())

    shell.system, shell.getoutput = refuse, refuse_and_give
    for name in _PROGRAMS:
        shell.register_magic_function(refuse_magic(name), "line_cell", name)


def _with_room(function: FunctionType) -> FunctionType:
    """The same function, in a frame of half a megabyte.

    Python keeps frames in pieces of 16 kB, and asks Linux for one whenever a call does not fit into the last: a loop that calls a function
    there asks thousands of times, as TensorFlow does when it builds a graph. A large frame makes a large piece, of which only
    what is used costs memory.
    """
    return FunctionType(function.__code__.replace(co_stacksize=_FRAME_WORDS), function.__globals__)


def _start(app: InheritedKernelApp) -> None:
    app.start()


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
    vars(iostream)["OutStream"] = Stream  # the application looks it up by this name
    ports = {f"{name}_port": number for name, number in LISTENERS.items()}
    app = InheritedKernelApp.instance(config=CONFIG, transport="ipc", ip="inherited", log_level=50, **ports)
    app.session.key = bytes.fromhex(key)
    app.initialize()
    app.log.setLevel(logging.CRITICAL)  # otherwise it makes records of all debugging, for a handler that leaves them out
    _seed(seed)  # last, because what is set up above may draw from `random` itself
    shell: Any = app.shell
    _without_programs(shell, packages)
    _fork_alone()
    # The notebook's folder, as in any IPython kernel; it is missing here because our parent was started with -P.
    names = [os.path.basename(folder) for folder in sys.path]
    sys.path.insert(names.index("site-packages") if "site-packages" in names else 0, "")
    shell.ask_exit = lambda: None  # exit() ends a kernel 0.1 s later, after an unpredictable number of cells
    _with_room(cast(FunctionType, _start))(app)
