"""The second launcher, for hosts where our own processes may not build a jail but bubblewrap may: an interpreter inside bwrap.

Started like the fork server, with ``python -m autograder.kernels.bubblewrap SOCKET PACKAGE...``. Nothing is warm: each kernel
imports its packages itself, before its limits are set and any student code runs.
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tarfile
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

from . import linux
from .forkserver import CONTROL, KERNEL, arrange, host_id, serve
from .jail import DEVICE_LINKS, DEVICES, ETC, HOME, INMATE_ID, Jail, bounds, contents, mount_plan, system_links
from .keeper import Watch, first_line, report, usage
from .kernel import JUDGE, LISTENERS
from .syscalls import build_filter

_PROGRAM = Path(__file__).with_name("inside.py")
_KERNEL_PROGRAM = Path(__file__).with_name("kernel.py")
_START_SECONDS = 60
_NAMESPACES = ("user", "ipc", "pid", "net", "uts", "cgroup")


class _Bwrap:
    """The command line of one bwrap, and the descriptors it reads."""

    def __init__(self, program: str, jail: Jail) -> None:
        self._jail = jail
        self.command = [program, *(f"--unshare-{name}" for name in _NAMESPACES)]
        self.descriptors: list[int] = []
        self._add("--uid", INMATE_ID, "--gid", INMATE_ID, "--hostname", "jail", "--cap-drop", "ALL")
        self._add("--die-with-parent", "--new-session", "--as-pid-1")
        self.places = self._private_folders()  # first: an interpreter may lie below /tmp or /home
        plan = mount_plan((*jail.binds, interpreter()), tuple(jail.covered))
        for place, is_empty in plan:
            if is_empty:
                self._add("--tmpfs", place)
            else:
                self._add("--ro-bind", place, place)
        for place in [place for place, is_empty in plan if is_empty]:
            self._add("--remount-ro", place)
        for link, target in system_links().items():
            if link not in jail.binds:
                self._add("--symlink", target, link)
        for file, text in ETC.items():
            self._add("--perms", "0444", "--file", self._holding(text.encode()), file)
        for device in (*DEVICES, *jail.devices):
            self._add("--dev-bind", device, device)
        for link, target in DEVICE_LINKS.items():
            self._add("--symlink", target, link)
        self._add("--proc", "/proc", "--remount-ro", "/proc", "--remount-ro", "/", "--chdir", HOME)

    def _add(self, *arguments: object) -> None:
        self.command += map(str, arguments)

    def _holding(self, content: bytes) -> int:
        descriptor = _memory_file(content)
        self.descriptors.append(descriptor)
        return descriptor

    def _private_folders(self) -> list[str]:
        """Home, /tmp and /dev/shm in one tmpfs at /home, so that they share one bound; the latter two are links into it.

        If a bind or the interpreter lies below /tmp, /tmp must be a folder: it becomes a second tmpfs, and each gets half.
        """
        split = any(bind.startswith("/tmp/") for bind in (*self._jail.binds, interpreter()))
        places = ["/home", "/tmp"] if split else ["/home"]
        for place in places:
            handed_in = contents(self._jail.work)[1] if place == "/home" else 0
            self._add("--size", self._jail.limits.disk // len(places) + handed_in, "--tmpfs", place)
        for folder in (HOME, "/home/shm", *([] if split else ["/home/tmp"])):
            self._add("--perms", "0700", "--dir", folder)
        self._add("--symlink", "/home/shm", "/dev/shm")
        if not split:
            self._add("--symlink", "/home/tmp", "/tmp")
        return places

    def start(self, user: int | None, filters: bytes, line: socket.socket, said: int) -> tuple[subprocess.Popen[bytes], int]:
        """Start bwrap with the interpreter inside. Return the process, and a pipe that will name the inmate."""
        info, their_info = os.pipe()
        self._add("--info-fd", their_info, "--seccomp", self._holding(filters))
        self._add("--", interpreter(), "-s", "-P", "-", line.fileno())
        program = _memory_file(_PROGRAM.read_bytes())
        inherited = (*LISTENERS.values(), JUDGE, line.fileno(), their_info, *self.descriptors)
        process = subprocess.Popen(
            self.command, stdin=program, stdout=subprocess.DEVNULL, stderr=said, cwd="/", pass_fds=inherited,
            env={**os.environ, "HOME": "/"},  # ignore the student's settings while packages are imported
            user=user, group=user, extra_groups=None if user is None else [],
        )  # fmt: skip
        for descriptor in (program, their_info, *self.descriptors):
            os.close(descriptor)
        return process, info


def interpreter() -> str:
    """The executable outside of any virtual environment."""
    executable: str = sys._base_executable  # type: ignore[attr-defined]  # it has no documented name
    return os.path.realpath(executable)


def _memory_file(content: bytes) -> int:
    descriptor = os.memfd_create("autograder")
    os.write(descriptor, content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


class Keepers:
    """The keepers of a parent. What else becomes its child is of a bwrap that was killed while it began, and would wait for ever."""

    def __init__(self) -> None:
        self._known: set[int] = set()
        linux.prctl(linux.PR_SET_CHILD_SUBREAPER, 1)

    def add(self, keeper: int) -> None:
        self._known.add(keeper)

    def end_others(self) -> None:
        """End every child that is no keeper."""
        now = linux.children()
        self._known &= now
        for orphan in now - self._known:
            os.kill(orphan, signal.SIGKILL)

    def end_all(self) -> None:
        """End the keepers, and whatever they leave to us."""
        with contextlib.suppress(ChildProcessError):
            while True:
                for child in linux.children():
                    os.kill(child, signal.SIGKILL)
                os.wait()


def launch(
    jail: Jail,
    root: str,
    descriptors: list[int],
    count: int,
    program: str,
    modules: list[str],
    filters: bytes,
    keepers: Keepers,
) -> None:
    """Fork a keeper, which starts the kernel; `root` is not used."""
    keeper = os.fork()
    if keeper:
        keepers.add(keeper)
    else:
        arrange(descriptors)
        user = host_id(count) if os.geteuid() == 0 else None
        _keep(jail, socket.socket(fileno=CONTROL), program, modules, filters, user)


def _keep(jail: Jail, control: socket.socket, program: str, modules: list[str], filters: bytes, user: int | None) -> None:
    """Run bwrap, and report on `control` until it ends, like :func:`autograder.kernels.keeper.keep`. Never returns."""
    status = {"event": "failed", "why": ""}
    try:
        # When the parent dies, so do its jails. One that died before this leaves us to `control`, which ends with the grader.
        linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
        known = first_line(control)
        with tempfile.TemporaryFile() as said:
            try:
                status = _run(jail, control, known, program, modules, filters, user, said.fileno())
            except OSError as error:
                said.seek(0)
                lines = said.read().decode(errors="replace").strip().splitlines()
                raise OSError(lines[-1] if lines else str(error)) from error
    except BaseException as error:
        status = {"event": "failed", "why": f"{type(error).__name__}: {error}"}
    finally:
        report(control, status)
        os._exit(0)  # takes bwrap with it, and bwrap the inmate


def _run(
    jail: Jail,
    control: socket.socket,
    known: dict[str, Any],
    program: str,
    modules: list[str],
    filters: bytes,
    user: int | None,
    said: int,
) -> dict[str, Any]:
    bwrap = _Bwrap(program, jail)
    if user is not None:
        _open_the_way([*jail.binds, interpreter()])
    line, theirs = socket.socketpair()
    process, info = bwrap.start(user, filters, theirs, said)
    theirs.close()
    for descriptor in (*LISTENERS.values(), JUDGE):
        os.close(descriptor)
    with open(info) as file:
        text = file.read()
    if not text:
        raise OSError("bwrap did not start")
    inmate = json.loads(text)["child-pid"]
    line.settimeout(_START_SECONDS)
    _send(line, jail, known, modules)
    _answer(line, "ready")
    # Perhaps before the inmate asked Linux to die with it; now that it has, a bwrap that lives is enough.
    if process.poll() is not None:
        raise OSError("bwrap was killed")
    processes = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY)
    before = usage(processes, inmate)
    places = tuple(os.open(f"/proc/{inmate}/root{place}", os.O_PATH | os.O_DIRECTORY) for place in bwrap.places)
    started = time.monotonic()
    line.sendall(json.dumps(bounds(jail.limits, inmate, before.spent)).encode() + b"\n")
    _answer(line, "started")
    line.close()
    report(control, {"event": "started"})
    return Watch(process.pid, inmate, jail.limits, control, processes, before.memory, before.spent, places).until_the_end(
        started
    )


def _answer(line: socket.socket, expected: str) -> None:
    answer = first_line(line)
    if answer["event"] != expected:
        raise RuntimeError(answer["why"])


def _open_the_way(sources: list[str]) -> None:
    """Make files in closed folders, such as root's home, reachable for the jail's user.

    Root does this in a mount namespace of this keeper, where such a folder contains only what the jail shows.
    """
    linux.unshare(linux.CLONE_NEWNS)
    linux.mount("none", "/", None, linux.MS_REC | linux.MS_PRIVATE)
    held: dict[str, int] = {}
    closed = set()
    for source in sorted(sources):
        descriptor = os.open(source, os.O_PATH)
        ways = [str(folder) for folder in reversed(Path(source).parents) if not folder.stat().st_mode & stat.S_IXOTH]
        if ways:
            held[source] = descriptor
            closed.add(ways[0])
        else:
            os.close(descriptor)
    for folder in closed:
        linux.mount("tmpfs", folder, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, "mode=755,size=4m")
    for source, descriptor in held.items():
        if not os.path.exists(source):  # a bind above shows it already
            if stat.S_ISDIR(os.fstat(descriptor).st_mode):
                os.makedirs(source)
            else:
                os.makedirs(os.path.dirname(source), exist_ok=True)
                Path(source).touch()
            linux.mount(f"/proc/self/fd/{descriptor}", source, None, linux.MS_BIND | linux.MS_REC)
        os.close(descriptor)


def _send(line: socket.socket, jail: Jail, known: dict[str, Any], modules: list[str]) -> None:
    """Send the program inside what it needs, including the files of the submission."""
    names = ("path", "prefix", "exec_prefix", "executable")
    message = {
        **known,
        "sys": {name: getattr(sys, name) for name in names},
        "modules": [*KERNEL, *modules],
        "kernel": _KERNEL_PROGRAM.read_text(),
        "environment": jail.environment,
        "home": HOME,
    }
    with line.makefile("wb") as stream:
        stream.write(json.dumps(message).encode() + b"\n")
        with tarfile.open(fileobj=stream, mode="w|") as archive:
            for path in sorted(Path(jail.work).iterdir()) if jail.work else ():
                archive.add(path, path.name)


def main() -> None:
    requests = socket.socket(fileno=int(sys.argv[1]))
    program = shutil.which("bwrap")
    if program is None:
        sys.exit("bubblewrap is not installed")
    with tempfile.TemporaryFile() as file:
        build_filter().export_bpf(file)
        file.seek(0)
        filters = file.read()
    keepers = Keepers()
    serve(
        requests, partial(launch, program=program, modules=sys.argv[2:], filters=filters, keepers=keepers), keepers.end_others
    )
    keepers.end_all()


if __name__ == "__main__":
    main()
