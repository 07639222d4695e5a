"""The warm parent: imports its packages once, then forks a jailed kernel for each request.

Started with ``python -m autograder.kernels.forkserver SOCKET PACKAGE...`` and an environment that contains only settings.
It never sees course data, seeds or submissions, because its children can read its memory.
"""

import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from functools import partial

from IPython.core.interactiveshell import InteractiveShell
from pyseccomp import SyscallFilter

from . import linux
from .jail import INMATE_ID, Jail, mount_plan
from .keeper import keep
from .kernel import CONFIG, JUDGE, LISTENERS, Compiler, Shell, run_kernel
from .limits import Limits
from .syscalls import build_filter

_HOST_BASE_ID = 0x70000000  # when root grades, each jail gets its own host user, from here up
_MESSAGE_BYTES = 1 << 17


def serve(
    requests: socket.socket, launch: Callable[[Jail, str, list[int], int], None], tidy: Callable[[], None] = lambda: None
) -> None:
    """Launch a kernel for each request, until the other end is closed.

    A request is one packet: JSON with the jail and the folder to mount it on, and seven descriptors: the keeper's control,
    the judge's channel and the five listening sockets. Secrets of this kernel come through the control.

    Parameters
    ----------
    launch
        Called with the jail, its folder, the descriptors and a number unique to the request; it must not block.
    tidy
        Called at least once a second.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the grader, which then stops us
    requests.send(b"ready")
    count = 0
    while True:
        select.select([requests], [], [], 1.0)
        _reap()
        tidy()
        try:
            message, descriptors, _, _ = socket.recv_fds(requests, _MESSAGE_BYTES, 2 + len(LISTENERS), socket.MSG_DONTWAIT)
        except BlockingIOError:
            continue
        if not message:
            return
        count += 1
        request = json.loads(message)
        jail = Jail(**{**request["jail"], "limits": Limits(**request["jail"]["limits"])})
        launch(jail, request["root"], descriptors, count)
        for descriptor in descriptors:
            os.close(descriptor)


def _reap() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def fork_inmate(
    jail: Jail, root: str, descriptors: list[int], count: int, filters: SyscallFilter, run: Callable[..., None]
) -> None:
    """Fork a keeper, which forks the inmate that does what `run` says; it becomes a kernel if that is :func:`run_kernel`."""
    to_us, from_us = os.pipe(), os.pipe()
    mount_plan(tuple(jail.binds), tuple(jail.covered))  # here, so that it is kept
    child = os.fork()
    if child == 0:
        arrange([*descriptors, from_us[0], to_us[1]])
        keep(jail, root, socket.socket(fileno=CONTROL), _MAP_PIPES, filters, run)
    os.close(to_us[1])
    os.close(from_us[0])
    if os.read(to_us[0], 1) == b"?":
        if jail.jailed:
            _map_users(child, count)
        os.write(from_us[1], b"!")
    os.close(to_us[0])
    os.close(from_us[1])


CONTROL = JUDGE + 1
_MAP_PIPES = (JUDGE + 2, JUDGE + 3)


def arrange(descriptors: list[int]) -> None:
    """Move control, judge, listeners and the map pipes, if any, to their fixed numbers; close every other descriptor.

    0, 1 and 2 become /dev/null, because a jail must not write to what our own parent reads.
    """
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    wanted = (CONTROL, JUDGE, *LISTENERS.values(), *_MAP_PIPES)
    high = 128  # above all descriptors being moved
    for offset, source in enumerate(descriptors):
        os.dup2(source, high + offset)
    os.closerange(3, high)
    for offset, number in enumerate(wanted[: len(descriptors)]):
        os.dup2(high + offset, number)
    os.closerange(high, 1024)


def _map_users(child: int, count: int) -> None:
    """Map the inmate to an unprivileged user: ourselves or, when we are root, a separate one.

    Root is mapped too in that case, because only root can reach an interpreter in its home; the inmate drops it
    before running anything.
    """
    root = os.geteuid() == 0
    for name, own in (("uid_map", os.geteuid()), ("gid_map", os.getegid())):
        if root:
            text = f"0 0 1\n{INMATE_ID} {host_id(count)} 1\n"
        else:
            if name == "gid_map":
                _write(f"/proc/{child}/setgroups", "deny")
            text = f"{INMATE_ID} {own} 1\n"
        _write(f"/proc/{child}/{name}", text)


def host_id(count: int) -> int:
    """The host user of an inmate when root grades."""
    return _HOST_BASE_ID + count % 0x0FFFFFFF


def _write(path: str, text: str) -> None:
    with open(path, "w") as file:
        file.write(text)


# What every kernel imports at its start and in its first cells.
KERNEL = (
    "IPython",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.utils.wildcard",
    "IPython.extensions.storemagic",
    "ipykernel.debugger",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "tornado.platform.asyncio",
)


def warm_up(packages: list[str]) -> None:
    """Import what every kernel of this parent needs, without running any of it."""
    for name in (*KERNEL, *packages):
        importlib.import_module(name)
    if "numpy" in sys.modules:
        importlib.import_module("numpy.random")  # NumPy imports it lazily
    _run_some_cells()


# Names, numbers and strings; something printed, a result, an error.
_CELLS = ("def f(x: int) -> str:\n    return f'{x}'", "print(f(1))", "[1.5, f(2)]", "assert False")


def _run_some_cells() -> None:
    """Run cells in a shell that is thrown away, because the first ones are slow: IPython imports modules, compiles expressions, and
    looks up the file of every loaded module for a traceback, which takes 0.2 s with Keras."""
    ours = sys.modules["__main__"]
    with tempfile.TemporaryDirectory() as folder:
        shell = InteractiveShell(config=CONFIG, ipython_dir=folder)
        for cell in _CELLS:
            shell.run_cell(cell)
        Shell.instance(config=CONFIG, ipython_dir=folder, compiler_class=Compiler)  # half of a kernel's start
    sys.modules["__main__"] = ours
    for name in [name for name in vars(sys) if name.startswith("last_")]:
        delattr(sys, name)  # or a student's %tb and %debug would show our error


def run_read_only() -> None:
    """Restart from a read-only mount of our interpreter.

    Every fork can reach it as /proc/self/exe, wherever its root is, and the file's owner could change its mode and times.
    Root does not need this, because its jails have separate users.
    """
    if os.geteuid() == 0 or os.statvfs("/proc/self/exe").f_flag & os.ST_RDONLY:
        return
    user, group = os.geteuid(), os.getegid()
    try:
        linux.unshare(linux.CLONE_NEWUSER | linux.CLONE_NEWNS)
    except OSError:
        return  # then there are no jails either, and --no-jail still works
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{user} {user} 1\n")
    _write("/proc/self/gid_map", f"{group} {group} 1\n")
    interpreter = os.path.realpath("/proc/self/exe")
    linux.mount(interpreter, interpreter, None, linux.MS_BIND)
    linux.set_mount_flags(interpreter, linux.MS_RDONLY, recursive=False)
    os.execv(sys.executable, sys.orig_argv)


def main() -> None:
    run_read_only()
    requests = socket.socket(fileno=int(sys.argv[1]))
    warm_up(sys.argv[2:])
    filters = build_filter()
    gc.collect()
    gc.freeze()
    serve(requests, partial(fork_inmate, filters=filters, run=run_kernel))


if __name__ == "__main__":
    main()
