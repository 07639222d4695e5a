"""The way to a cluster: Dask's client in a process of its own, in a jail that has a network and nothing of the course.

Dask unpickles what a scheduler and its workers send, so someone who has taken over one of them can run programs where the client
runs. Here they find an interpreter, the packages, the cluster's certificates and the jobs that are sent there anyway. The grader
reads only JSON from that process, and believes nothing of it that does not fit the job.

The grader starts ``python -m autograder.running.courier CONTROL LINE`` with two sockets: one to the jail's keeper, one to `run`.
"""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import nbformat

from autograder.course import CourseError
from autograder.kernels.forkserver import fork_inmate, run_read_only
from autograder.kernels.jail import HOME, Jail
from autograder.kernels.kernel import JUDGE, LISTENERS
from autograder.kernels.limits import Limits
from autograder.kernels.packages import shown
from autograder.kernels.parent import ENVIRONMENT, runtime_folder, thread_settings
from autograder.kernels.syscalls import build_filter
from autograder.notebook import unpack
from autograder.records.journal import automatic_points
from autograder.requirements import KernelRequirements
from autograder.running.certificates import security
from autograder.running.execution import Job
from autograder.running.workers import connected_workers, fault, versions
from autograder.transcript import Transcript, read_transcript, write_transcript

_PACKAGES = ("unroll-autograder", "unroll-course")
# Generous, because they bound only what someone does who has taken it over.
_LIMITS = Limits(seconds=30 * 86400, cpu_seconds=30 * 86400, memory=8 << 30, processes=1024)
_MESSAGE_BYTES = 256 << 20


class DistantWorkers:
    """The workers of a cluster, as :class:`autograder.running.workers.Workers`, behind a courier.

    Parameters
    ----------
    line
        The connection to the courier.
    name
        The cluster's name in messages.

    Raises
    ------
    CourseError, ConnectionError
        As the courier's :func:`connected_workers`; ConnectionError also if the courier has ended or says what it never says.
    """

    def __init__(self, line: Connection, name: str) -> None:
        self._line, self._name = line, name
        self.slots = 0
        self._next()

    def run(self, jobs: Iterator[Job], alone: bool = False) -> Iterator[tuple[Job, Transcript]]:
        """Run jobs, and yield each with its transcript in the order they finish; see :meth:`Workers.run`."""
        self._send(alone)
        running: dict[str, Job] = {}
        while (event := self._next())["event"] != "finished":
            if event["event"] == "wanted":
                job = next(jobs, None)
                if job is not None:
                    running[job.student] = job
                self._send(job)
            else:
                returned = self._receive()
                ended = running.pop(str(event.get("student")), None)
                if ended is not None:
                    yield ended, _transcript_of(ended, returned)
        for lost in running.values():
            yield lost, fault(lost, "its worker returned nothing")

    def _next(self) -> dict[str, Any]:
        try:
            event: dict[str, Any] = json.loads(self._receive())
            kind, self.slots = event["event"], int(event.get("slots", self.slots))
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
            raise self._broken(error) from error
        if kind == "failed":
            why = "".join(character if character.isprintable() else " " for character in str(event.get("why"))[:2000])
            raise (CourseError if event.get("told") is True else ConnectionError)(why)
        return event

    def _send(self, thing: object) -> None:
        try:
            self._line.send(thing)
        except OSError as error:
            raise self._broken(error) from error

    def _receive(self) -> bytes:
        try:
            return self._line.recv_bytes(_MESSAGE_BYTES)
        except (OSError, EOFError) as error:
            raise self._broken(error) from error

    def _broken(self, error: Exception) -> ConnectionError:
        return ConnectionError(f"the connection to {self._name} broke down ({type(error).__name__})")


def _transcript_of(job: Job, data: bytes) -> Transcript:
    """Read the transcript of a job; what does not fit it is our own fault, never a grade."""
    try:
        transcript = read_transcript(data)
        if (transcript.student, transcript.assignment) != (job.student, job.assignment):
            raise ValueError("another submission's")
        if transcript.verdict.has_grade and set(transcript.notebooks) != set(job.notebooks):
            raise ValueError("other notebooks than those that were sent")
        for name, executed in transcript.notebooks.items():
            notebook = unpack(executed)
            nbformat.validate(notebook)
            if _given(notebook) != _given(unpack(job.notebooks[name])):
                raise ValueError("other cells than those that were sent")
        automatic_points(transcript)
    except Exception as error:  # it may be anything
        return fault(job, f"what its worker returned is no transcript ({' '.join(str(error).split())[:200]})")
    return transcript


def _given(notebook: nbformat.NotebookNode) -> list[tuple[str, str, Any]]:
    """What executing a notebook does not change."""
    return [(cell.cell_type, cell.source, cell.metadata.get("nbgrader")) for cell in notebook.cells]


@contextlib.contextmanager
def cluster_workers(
    requirements: KernelRequirements, scheduler: str, tls: Path, jailed: bool = True
) -> Iterator[DistantWorkers]:
    """Run jobs on the workers of a running cluster.

    Parameters
    ----------
    scheduler
        Its address, as in ``tls://host:8786``.
    tls
        Folder of the certificates made by ``autograder cluster``.
    jailed
        False runs jobs without a jail, and the courier too.

    Raises
    ------
    CourseError
        If the address is not encrypted, there is no certificate, no answer or no worker, or no jail for the courier.
    """
    if not scheduler.startswith("tls://"):
        raise CourseError(
            f"{scheduler} is not an address of the form tls://host:port. Without TLS, anyone who can reach a scheduler can run "
            "programs on its workers; `autograder cluster` makes certificates and prints how to start one."
        )
    credentials = security(tls)
    with contextlib.ExitStack() as stack:
        folder = Path(runtime_folder())
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        work, root = folder / "work", folder / "root"
        for place in (work, root):
            place.mkdir(mode=0o700)
        files = credentials.get_tls_config_for_role("client")
        pems = {"ca": files["ca_file"], "client": files["cert"], "client-key": files["key"] or files["cert"]}
        for name, pem in pems.items():
            Path(work, f"{name}.pem").write_text(pem if "\n" in pem else Path(pem).read_text())  # Dask allows both
        line = stack.enter_context(_started(str(work), str(root), jailed))
        line.send((requirements, scheduler, Path(HOME) if jailed else work, versions(), jailed))
        yield DistantWorkers(line, scheduler)


@contextlib.contextmanager
def _started(work: str, root: str, jailed: bool) -> Iterator[Connection]:
    """A running courier's end of the line."""
    binds, covered = shown(_PACKAGES)
    jail = Jail(binds, covered, work, _LIMITS, {"HOME": HOME if jailed else work, "LANG": "C.UTF-8"}, jailed, network=True)
    control, their_control = socket.socketpair()
    line, their_line = socket.socketpair()
    with control, line, Connection(os.dup(line.fileno())) as connection:
        with their_control, their_line:
            theirs = (their_control.fileno(), their_line.fileno())
            process = subprocess.Popen(
                [sys.executable, "-s", "-P", "-m", "autograder.running.courier", *map(str, theirs)],
                env=ENVIRONMENT | thread_settings(1),  # someone who has taken it over can read it
                cwd="/",
                pass_fds=theirs,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        try:
            connection.send((jail, root))
            control.sendall(b"{}\n")
            first = json.loads(control.makefile().readline() or "{}")
            if first.get("event") != "started":
                raise CourseError(
                    f"This machine cannot build a jail ({first.get('why') or 'its keeper died'}), and without one a worker that "
                    "someone has taken over could run programs here, next to the gradebook. Grade from a machine on which "
                    "`autograder doctor` can build jails by itself; `--no-jail` gives up all protection."
                )
            yield connection
        finally:
            process.kill()  # and with it its jail
            process.wait()


def main() -> None:
    """Build the jail and start :func:`run` in it."""
    run_read_only()
    control, line = (socket.socket(fileno=int(number)) for number in sys.argv[1:])
    jail, root = Connection(os.dup(line.fileno())).recv()
    nothing = os.open(os.devnull, os.O_RDWR)
    fork_inmate(jail, root, [control.fileno(), line.fileno(), *[nothing] * len(LISTENERS)], 0, build_filter(network=True), run)
    control.close()
    line.close()
    os.wait()


def run() -> None:
    """Run the grader's jobs on the cluster until the grader closes the line, which is where other jails have the judge's channel."""
    line = Connection(JUDGE)
    with contextlib.suppress(EOFError, BrokenPipeError):
        try:
            with connected_workers(*line.recv()) as workers:
                _say(line, "ready", slots=workers.slots)
                while True:
                    alone = line.recv()
                    for job, transcript in workers.run(iter(partial(_next_job, line), None), alone):
                        _say(line, "done", student=job.student, slots=workers.slots)
                        line.send_bytes(write_transcript(transcript))
                    _say(line, "finished")
        except EOFError:
            raise
        except (CourseError, ConnectionError) as error:
            _say(line, "failed", why=str(error), told=isinstance(error, CourseError))
        except Exception as error:
            _say(line, "failed", why=f"Dask's client broke down ({type(error).__name__}: {error})")


def _next_job(line: Connection) -> Job | None:
    _say(line, "wanted")
    job: Job | None = line.recv()
    return job


def _say(line: Connection, event: str, **fields: object) -> None:
    line.send_bytes(json.dumps({"event": event, **fields}).encode())


if __name__ == "__main__":
    main()
