"""Manage one jail from outside: build it, start the inmate, watch its resources, report how it ended."""

import contextlib
import itertools
import json
import os
import select
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from . import linux
from .jail import Jail, build_root, lock_in, set_limits
from .limits import Limits

if TYPE_CHECKING:  # not needed to run, and not there on every machine
    from pyseccomp import SyscallFilter

_WATCH_SECONDS = 0.05
_LIST_EVERY = 20  # so many looks until a process's mappings are counted again, which takes a millisecond with TensorFlow
_MAPPING_BYTES = 210  # measured: what Linux keeps for one mapping of a process, of which there may be 65,530
_OWN_SOCKETS = 16  # of a kernel that does nothing, and a few more


def keep(
    jail: Jail, root: str, control: socket.socket, mapped: tuple[int, int], filters: "SyscallFilter", run: Callable[..., None]
) -> None:
    """Build the jail, run the inmate in it, and report on `control` until it ends. Never returns.

    Parameters
    ----------
    root
        An empty folder of the host to mount the jail's root on.
    control
        The only connection to the grader. It receives one JSON line with the arguments of `run`, then commands (one byte:
        ``i`` interrupts, anything else or the end of the stream kills). It sends one JSON line when the kernel is about to
        start and one when it has ended.
    mapped
        A pipe to the parent and one back: one byte out asks it to write our user map, one byte back confirms it.
    filters
        The system call filter that the inmate loads.
    run
        What the inmate runs once it is locked in; called with the fields of that first line.
    """
    status = {"event": "failed", "why": ""}
    try:
        if jail.jailed:
            linux.unshare(jail.namespaces)
        linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)  # when the parent dies, so do its jails
        os.write(mapped[1], b"?")
        if os.read(mapped[0], 1) != b"!":  # also if the parent died before Linux knew what we want then
            raise OSError("the user map could not be written")
        for pipe in mapped:
            os.close(pipe)  # the parent continues
        if jail.jailed:
            build_root(jail, root)
        processes = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY)  # the host's: our own root changes under us
        known = first_line(control)
        started = time.monotonic()
        held, holding = os.pipe()
        inmate = os.fork()
        if inmate == 0:
            os.close(holding)  # only the keeper holds it
            os.close(processes)
            _become_inmate(jail, root, control, filters, held, lambda: run(**known))
        os.close(held)
        shared = usage(processes, inmate).memory
        own_network = jail.jailed and not jail.network
        watch = Watch(inmate, inmate, jail.limits, control, processes, shared, count_sockets=own_network)
        status = watch.until_the_end(started)
    except BaseException as error:
        status = {"event": "failed", "why": f"{type(error).__name__}: {error}"}
    finally:
        report(control, status)
        os._exit(0)


def first_line(control: socket.socket) -> dict[str, Any]:
    line = b""
    while not line.endswith(b"\n"):
        part = control.recv(1)
        if not part:
            raise OSError("the grader has closed the connection")
        line += part
    fields: dict[str, Any] = json.loads(line)
    return fields


def _become_inmate(
    jail: Jail, root: str, control: socket.socket, filters: "SyscallFilter", held: int, run: Callable[[], None]
) -> None:
    try:
        if jail.jailed:
            lock_in(jail, root, filters, held)
        else:
            linux.die_with_parent(held)
            os.chdir(jail.work or "/")
            set_limits(jail.limits)
        os.close(held)
        os.environ.clear()
        os.environ.update(jail.environment)
        report(control, {"event": "started"})
        control.close()
        run()
    except SystemExit:
        pass
    except BaseException as error:
        if control.fileno() >= 0:
            why = f"{type(error).__name__}: {error}"
            report(control, {"event": "failed", "why": why, "where": traceback.format_exc(limit=-3)})
    finally:
        os._exit(0 if sys.exc_info()[0] in (None, SystemExit) else 1)


def report(control: socket.socket, status: dict[str, Any]) -> None:
    with contextlib.suppress(OSError):  # the grader is gone, and we end too
        control.sendall(json.dumps(status).encode() + b"\n")


@dataclass(frozen=True)
class Watch:
    """Wait for the end of an inmate, and end it at a limit or on command.

    Parameters
    ----------
    child
        Our child that ends with the inmate: the inmate itself, or the process that started it.
    inmate
        The first process of the jail.
    limits
        Its resource limits.
    control
        The socket to the grader.
    processes
        The host's /proc.
    shared
        Bytes it had at the start, which do not count.
    spent
        Seconds of CPU time it had used at the start.
    files
        Descriptors of folders whose files are counted, if nothing else bounds their number.
    count_sockets
        Whether all sockets of its network namespace are the jail's.
    """

    child: int
    inmate: int
    limits: Limits
    control: socket.socket
    processes: int
    shared: int
    spent: float = 0.0
    files: tuple[int, ...] = ()
    count_sockets: bool = True
    _mappings: dict[int, int] = field(default_factory=dict, init=False)  # how many each process had when last looked at

    def until_the_end(self, started: float) -> dict[str, Any]:
        """Watch a run that began at `started`, and return its report."""
        handle = os.pidfd_open(self.inmate)
        poll = select.poll()
        poll.register(handle, select.POLLIN)
        poll.register(self.control, select.POLLIN)
        reason, peak, most = None, 0, 0
        for look in itertools.count():
            ready = {fd for fd, _ in poll.poll(_WATCH_SECONDS * 1000)}
            if handle in ready:
                break
            if self.control.fileno() in ready:
                command = self.control.recv(1)
                if command == b"i":
                    _signal(handle, signal.SIGINT)
                else:
                    reason = reason or ("stopped" if command else "abandoned")
            found = usage(self.processes, self.inmate)
            memory = found.memory + self._of_mappings(found.pids, look) + self._of_sockets()
            peak, most = max(peak, memory - self.shared), max(most, found.tasks)
            reason = reason or self._reached(memory, found.spent) or ("time limit" if self._is_late(started) else None)
            if reason:
                _signal(handle, signal.SIGKILL)
                poll.unregister(self.control)
                poll.poll()
                break
        code, cpu = self._wait()
        if reason is None and code == -signal.SIGKILL and cpu >= self.limits.cpu:
            reason = "CPU limit"
        return {
            "event": "ended",
            "code": code,
            "reason": reason,
            "seconds": time.monotonic() - started,
            "cpu": cpu,
            "memory": peak,
            "processes": most,
        }

    def _is_late(self, started: float) -> bool:
        return time.monotonic() - started > self.limits.seconds

    def _reached(self, memory: int, spent: float) -> str | None:
        if memory - self.shared > self.limits.memory:
            return "memory limit"
        if spent - self.spent > self.limits.cpu:
            return "CPU limit"
        held = [os.fstatvfs(folder) for folder in self.files]
        if sum(place.f_files - place.f_ffree for place in held) > self.limits.files:
            return "limit on the number of files"
        return None

    def _of_mappings(self, pids: list[int], look: int) -> int:
        """What Linux keeps to know of the mappings. One process is looked at at a time: the limit must not wait for all of them."""
        every = max(1, _LIST_EVERY // max(1, len(pids)))
        if pids and look % every == 0:
            pid = pids[look // every % len(pids)]
            with contextlib.suppress(OSError):
                self._mappings[pid] = _read(f"{pid}/maps", self.processes).count(b"\n")
        return _MAPPING_BYTES * sum(self._mappings.get(pid, 0) for pid in pids)

    def _of_sockets(self) -> int:
        """The most that its sockets can hold. How much they do hold no one tells: what waits may be of a sender that is closed."""
        if not self.count_sockets:
            return 0
        try:
            used = int(_read(f"{self.inmate}/net/sockstat", self.processes).split()[2])
            return max(0, used - _OWN_SOCKETS) * socket_bytes()
        except (OSError, ValueError, IndexError):
            return 0  # it has ended, or Linux does not tell; `doctor` says so

    def _wait(self) -> tuple[int, float]:
        """Reap our child: return its exit code, negative for a signal, and its seconds of CPU time."""
        _, status, used = os.wait4(self.child, 0)
        code = os.waitstatus_to_exitcode(status)
        if self.child != self.inmate and code > 128:  # as shells and bubblewrap report a signal
            code = 128 - code
        return code, used.ru_utime + used.ru_stime - self.spent


@cache
def socket_bytes() -> int:
    """The most that waits of what one Unix socket has sent: it may send while its buffer is not full, a message of this size once more."""
    one, other = socket.socketpair()
    with one, other:
        return 2 * one.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)


def _signal(handle: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):  # it has ended in the meantime
        signal.pidfd_send_signal(handle, number)


class Usage(NamedTuple):
    """What an inmate and its descendants use: bytes of memory, processes and threads, CPU seconds; and who they are."""

    memory: int
    tasks: int
    spent: float
    pids: list[int]


def usage(processes: int, inmate: int) -> Usage:
    """Look at an inmate and its descendants.

    Memory is what is anonymous or shared, in RAM or swapped out, and the tables that map it: a page table takes 4 KiB for each
    2 MiB that is touched once, also where only the page of zeros is mapped.
    """
    memory, count, ticks, pids, pending = 0, 0, 0, [], [inmate]
    while pending:
        pid = pending.pop()
        try:
            for line in _read(f"{pid}/status", processes).splitlines():
                if line.startswith((b"RssAnon:", b"RssShmem:", b"VmSwap:", b"VmPTE:", b"HugetlbPages:")):
                    memory += int(line.split()[1]) << 10
            fields = _read(f"{pid}/stat", processes).rpartition(b")")[2].split()
            ticks += sum(map(int, fields[11:15]))  # its own, and those of its ended children
            tasks = os.open(f"{pid}/task", os.O_RDONLY, dir_fd=processes)
            try:
                threads = os.listdir(tasks)
                count += len(threads)
                for thread in threads:
                    pending += map(int, _read(f"{thread}/children", tasks).split())
            finally:
                os.close(tasks)
            pids.append(pid)
        except (OSError, ValueError):
            pass  # it has ended in the meantime
    return Usage(memory, count, ticks / os.sysconf("SC_CLK_TCK"), pids)


def _read(name: str, folder: int) -> bytes:
    """The content of a file. Faster than `open`, which matters twenty times a second."""
    file = os.open(name, os.O_RDONLY, dir_fd=folder)
    try:
        parts = []
        while part := os.read(file, 1 << 16):
            parts.append(part)
        return b"".join(parts)
    finally:
        os.close(file)
