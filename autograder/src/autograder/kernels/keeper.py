"""One jail's life, seen from outside: build it, start the inmate, watch what it uses, report how it ended."""

import contextlib
import json
import os
import select
import signal
import socket
import sys
import time
import traceback

from . import linux
from .jail import NAMESPACES, Jail, build_root, lock_in, set_limits

_WATCH_SECONDS = 0.05


def keep(jail: Jail, root: str, control: socket.socket, mapped: tuple[int, int], filters, run) -> None:
    """Build the jail, run the inmate in it, and report on `control` until it has ended. Never returns.

    Parameters
    ----------
    root
        An empty folder of the host to mount the jail's root on.
    control
        The only way to the grader. In comes one JSON line with what `run` takes, then commands (a byte: ``i`` interrupts,
        anything else or the end kills); out goes one JSON line when the kernel is about to start and one when it has ended.
    mapped
        A pipe to the parent: one byte out asks it to write our user map, one byte back says that it has.
    filters
        The system call filter that the inmate loads.
    run
        What the inmate does once it is locked in; called with the fields of that first line.
    """
    status = {"event": "failed", "why": ""}
    try:
        if jail.walls:
            linux.unshare(NAMESPACES)
            os.write(mapped[1], b"?")
            if os.read(mapped[0], 1) != b"!":
                raise OSError("the user map could not be written")
        for pipe in mapped:
            os.close(pipe)  # the parent goes on
        if jail.walls:
            build_root(jail, root)
        linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)  # when the parent goes, its jails go
        processes = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY)  # the host's: our own root changes under us
        known = _first_line(control)
        started = time.monotonic()
        inmate = os.fork()
        if inmate == 0:
            os.close(processes)
            _become_inmate(jail, root, control, filters, lambda: run(**known))
        status = _watch(inmate, jail, control, processes, started)
    except BaseException as error:
        status = {"event": "failed", "why": f"{type(error).__name__}: {error}"}
    finally:
        _report(control, status)
        os._exit(0)


def _first_line(control: socket.socket) -> dict:
    line = b""
    while not line.endswith(b"\n"):
        part = control.recv(1)
        if not part:
            raise OSError("the grader has gone")
        line += part
    return json.loads(line)


def _become_inmate(jail: Jail, root: str, control: socket.socket, filters, run) -> None:
    try:
        if jail.walls:
            lock_in(jail, root, filters)
        else:
            linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
            os.chdir(jail.work)
            set_limits(jail.limits)
        os.environ.clear()
        os.environ.update(jail.environment)
        _report(control, {"event": "started"})
        control.close()
        run()
    except SystemExit:
        pass
    except BaseException as error:
        if control.fileno() >= 0:
            why = f"{type(error).__name__}: {error}"
            _report(control, {"event": "failed", "why": why, "where": traceback.format_exc(limit=-3)})
    finally:
        os._exit(0 if sys.exc_info()[0] in (None, SystemExit) else 1)


def _report(control: socket.socket, status: dict) -> None:
    with contextlib.suppress(OSError):  # the grader is gone; so are we
        control.sendall(json.dumps(status).encode() + b"\n")


def _watch(inmate: int, jail: Jail, control: socket.socket, processes: int, started: float) -> dict:
    """Wait for the end of the inmate, and bring it about at a limit or on command."""
    handle = os.pidfd_open(inmate)
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    poll.register(control, select.POLLIN)
    reason, peak, most = None, 0, 0
    shared, _, _ = _usage(processes, inmate)
    while True:
        ready = {fd for fd, _ in poll.poll(_WATCH_SECONDS * 1000)}
        if handle in ready:
            break
        if control.fileno() in ready:
            command = control.recv(1)
            if command == b"i":
                os.kill(inmate, signal.SIGINT)
            else:
                reason = reason or ("stopped" if command else "abandoned")
        memory, tasks, spent = _usage(processes, inmate)
        peak, most = max(peak, memory - shared), max(most, tasks)
        if memory - shared > jail.limits.memory:
            reason = reason or "memory limit"
        if spent > jail.limits.cpu:
            reason = reason or "CPU limit"
        if time.monotonic() - started > jail.limits.seconds:
            reason = reason or "time limit"
        if reason:
            os.kill(inmate, signal.SIGKILL)
            poll.unregister(control)
            poll.poll()
            break
    _, wait_status, usage = os.wait4(inmate, 0)
    code = os.waitstatus_to_exitcode(wait_status)
    cpu = usage.ru_utime + usage.ru_stime
    if reason is None and code == -signal.SIGKILL and cpu >= jail.limits.cpu:
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


def _usage(processes: int, inmate: int) -> tuple[int, int, float]:
    """Of the inmate and all below it: bytes of anonymous and shared memory, processes and threads, seconds of CPU."""
    memory, count, ticks, pending = 0, 0, 0, [inmate]
    while pending:
        pid = pending.pop()
        try:
            with open(os.open(f"{pid}/status", os.O_RDONLY, dir_fd=processes)) as file:
                for line in file:
                    if line.startswith(("RssAnon:", "RssShmem:")):
                        memory += int(line.split()[1]) << 10
            with open(os.open(f"{pid}/stat", os.O_RDONLY, dir_fd=processes)) as file:
                fields = file.read().rpartition(")")[2].split()
                ticks += sum(map(int, fields[11:15]))  # its own, and those of its children that have ended
            tasks = os.open(f"{pid}/task", os.O_RDONLY, dir_fd=processes)
            try:
                threads = os.listdir(tasks)
                count += len(threads)
                for thread in threads:
                    with open(os.open(f"{thread}/children", os.O_RDONLY, dir_fd=tasks)) as file:
                        pending += map(int, file.read().split())
            finally:
                os.close(tasks)
        except (OSError, ValueError):
            pass  # it has ended meanwhile
    return memory, count, ticks / os.sysconf("SC_CLK_TCK")
