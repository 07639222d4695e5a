"""Run jobs in threads of this process or on the workers of a Dask cluster, behind one interface."""

import contextlib
import logging
import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import TimeoutError as FutureTimeout
from importlib import metadata
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import dask
from distributed import Client, Future, KilledWorker, LocalCluster
from distributed.comm import CommClosedError

from autograder.course import CourseError
from autograder.kernels.devices import GPUS, hide_gpus
from autograder.kernels.parent import CannotJail, close_parents, parents_held, ready_parent
from autograder.requirements import KernelRequirements
from autograder.running.certificates import security
from autograder.running.execution import Job, run_job
from autograder.transcript import Transcript, Verdict

# Dask requires a web server: no routes; binds to localhost.
_NO_PAGES: dict[str, Any] = {"distributed.scheduler.http.routes": [], "distributed.worker.http.routes": []}
_NO_DIARY: dict[str, Any] = {
    "distributed.admin.low-level-log-length": 10,  # otherwise cluster and client keep a thousand steps, with their jobs
    "distributed.admin.tick.interval": "1s",  # otherwise it measures its delay every 20 ms,
    "distributed.worker.profile.enabled": False,  # and samples its threads every 10 ms
}
_CONNECT_SECONDS = 15
_LOOK_SECONDS = 1.0  # between looks at which workers are there
_PATIENCE_SECONDS = 60.0  # without workers, before we give up
_starting = threading.Lock()
_OURS = ("unroll-autograder", "unroll-course")


class Workers:
    """The workers that run the jobs of one assignment; their number may change.

    Parameters
    ----------
    client
        The cluster's client.
    requirements
        The assignment's requirements.
    name
        The cluster's name in messages.
    ours
        The versions of our packages that a worker must have (:func:`versions`).
    jailed
        False runs jobs without a jail.

    Attributes
    ----------
    slots
        Number of jobs that run in parallel.

    Raises
    ------
    CourseError
        If no worker has what the assignment requires, or a worker has other versions of our packages or cannot build a jail
        with the assignment's packages.
    """

    def __init__(
        self, client: Client, requirements: KernelRequirements, name: str, ours: dict[str, str], jailed: bool = True
    ) -> None:
        self._client, self._requirements, self._name, self._ours, self._jailed = client, requirements, name, ours, jailed
        self._workers: dict[str, dict[str, Any]] = {}
        self._looked = 0.0
        self._gpu = False
        self.slots = 0
        self._look()
        if requirements.gpu != "no":
            # Decided once, because grading part of a class on GPUs and part without would be unfair.
            self._gpu = any(info["resources"].get("GPU") for info in self._workers.values())
            if requirements.gpu == "must" and not self._gpu:
                raise CourseError(
                    f"This assignment must have a GPU, but no worker of {name} announces one. Nothing was graded. Start one "
                    "worker per GPU, with CUDA_VISIBLE_DEVICES naming it and `--resources GPU=1`."
                )
            self._count()
        if not self.slots:
            raise CourseError(
                f"A submission to this assignment keeps {requirements.threads} cores busy, but no worker of {name} announces "
                f"that many. Nothing was graded. Start workers with `--resources CPU=` and their number of cores."
            )

    def run(self, jobs: Iterator[Job], alone: bool = False) -> Iterator[tuple[Job, Transcript]]:
        """Run jobs, and yield each with its transcript in the order they finish.

        Jobs are taken from `jobs` a few at a time, so memory use does not depend on their number. If a job's worker dies,
        Dask runs the job again; after several deaths, the transcript reports our own fault.

        Parameters
        ----------
        alone
            True runs only one job at a time on each machine.

        Raises
        ------
        ConnectionError
            If the scheduler or all suitable workers are gone.
        """
        running: dict[Future[Transcript], tuple[Job, str]] = {}
        finished: SimpleQueue[Future[Transcript]] = SimpleQueue()
        seen, job = time.monotonic(), next(jobs, None)
        while job is not None or running:
            while job is not None and (place := self._place(running, alone)) is not None:
                future = self._submit(job, place)
                running[future] = job, place
                future.add_done_callback(finished.put)
                job = next(jobs, None)
            try:
                done: Future[Transcript] | None = finished.get(timeout=_LOOK_SECONDS)
            except Empty:
                done = None
            if done is not None and done in running:
                ended, _ = running.pop(done)
                yield ended, self._transcript(done, ended)
            self._look()
            for future in [future for future, (_, place) in running.items() if place and place not in self._workers]:
                lost, _ = running.pop(future)
                yield lost, fault(lost, "its worker died")
            if self.slots:
                seen = time.monotonic()
            elif time.monotonic() > seen + _PATIENCE_SECONDS:
                what = "no worker with a GPU" if self._gpu else "no worker"
                raise ConnectionError(f"{what} of {self._name} has been available for {_PATIENCE_SECONDS:g} s")

    def _place(self, running: dict[Future[Transcript], tuple[Job, str]], alone: bool) -> str | None:
        """The worker that must run the next job; "" for any worker, None if the job has to wait."""
        if not alone:
            return "" if len(running) < 2 * self.slots else None
        busy = {self._workers[place]["host"] for _, place in running.values() if place in self._workers}
        free = (address for address, info in self._workers.items() if self._room(info) and info["host"] not in busy)
        return next(free, None)

    def _submit(self, job: Job, place: str) -> Future[Transcript]:
        resources = {"GPU": 1} if self._gpu else {}
        if job.requirements.threads > 1:
            resources["CPU"] = job.requirements.threads
        return self._client.submit(
            run_job, job, self._gpu, pure=False, retries=0, resources=resources or None, workers=[place] if place else None
        )

    def _transcript(self, future: Future[Transcript], job: Job) -> Transcript:
        try:
            transcript: Transcript = future.result(timeout=_PATIENCE_SECONDS)
            return transcript
        except KilledWorker as error:
            return fault(job, f"{error.allowed_failures + 1} workers died while they ran it")
        except FutureTimeout:
            return fault(job, "its worker died before it could report the result")
        except Exception as error:
            if self._client.status != "running":
                raise self._gone() from error
            # Errors in our own code are not the student's fault.
            return fault(job, f"{type(error).__name__}: {error}")

    def _gone(self) -> ConnectionError:
        return ConnectionError(f"the scheduler {self._name} is gone")

    def _look(self) -> None:
        """Update the list of workers. New ones must have the same versions of our packages, and be able to build a jail."""
        if self._workers and time.monotonic() < self._looked + _LOOK_SECONDS:
            return
        self._looked = time.monotonic()
        try:
            workers = dict(self._client.scheduler_info()["workers"])
            fresh = [address for address in workers if address not in self._workers]
            asked = (introduction, self._requirements, self._jailed)
            found = self._client.run(*asked, workers=fresh, on_error="return") if fresh else {}
        except (OSError, ValueError) as error:
            if self._client.status != "running":
                raise self._gone() from error
            return  # a worker left in the meantime
        for address, theirs in found.items():
            if isinstance(theirs, CommClosedError):  # it left before it answered
                workers.pop(address)
                continue
            where = self._name.capitalize() if address.startswith("inproc") else f"The worker {address}"
            _compare(where, theirs, self._ours)
        self._workers = workers
        self._count()

    def _count(self) -> None:
        self.slots = sum(map(self._room, self._workers.values()))

    def _room(self, worker: dict[str, Any]) -> int:
        """Number of jobs of the assignment that a worker can run in parallel."""
        resources: dict[str, float] = worker["resources"]
        rooms = [int(worker["nthreads"])]
        if self._gpu:
            rooms.append(int(resources.get("GPU", 0)))
        if self._requirements.threads > 1:
            rooms.append(int(resources.get("CPU", 0)) // self._requirements.threads)
        return min(rooms)


def fault(job: Job, reason: str) -> Transcript:
    return Transcript(job.student, job.assignment, Verdict.FAULT, reason)


def versions() -> dict[str, str]:
    """The versions of our packages in this process."""
    return {name: metadata.version(name) for name in _OURS}


async def introduction(requirements: KernelRequirements, jailed: bool) -> tuple[dict[str, str], str]:
    """Ask a new worker for its versions and for why it cannot run the assignment, if so; this also warms it up."""
    try:
        await ready_parent(requirements.packages, jailed, requirements.threads)
    except CannotJail as error:
        return versions(), str(error)
    except metadata.PackageNotFoundError as error:
        return versions(), f"{error.name} is not installed"
    return versions(), ""


def _compare(worker: str, found: tuple[dict[str, str], str] | Exception, ours: dict[str, str]) -> None:
    if isinstance(found, Exception):
        raise CourseError(f"{worker} cannot grade: {type(found).__name__}: {found}. Install the autograder there.")
    theirs, why_not = found
    for name, version in ours.items():
        if theirs[name] != version:
            raise CourseError(
                f"{worker} has {name} {theirs[name]}, but this machine has {version}. Install the same version on both."
            )
    if why_not:
        raise CourseError(f"{worker} cannot run this assignment: {why_not.rstrip('.')}. `autograder doctor` there says more.")


def dask_setup(worker: object) -> None:
    """Called by a worker that was started with ``--preload autograder.running.workers``, when it begins."""
    hide_gpus()


def dask_teardown(worker: object) -> None:
    """Called at the end of a worker that was started with ``--preload autograder.running.workers``."""
    close_parents()


def silence_dask() -> None:
    """Leave out Dask's log messages, in a program of ours: a transcript says what went wrong in a job.

    Importing Dask sets the level of ``tornado.application`` too, where nbgrader logs the database errors that it raises.
    """
    for name in ("distributed", *logging.root.manager.loggerDict):
        if name.partition(".")[0] == "distributed":  # some of its loggers have their own levels
            logging.getLogger(name).setLevel(logging.CRITICAL)
    logging.getLogger("tornado.application").setLevel(logging.CRITICAL)


@contextlib.contextmanager
def local_workers(requirements: KernelRequirements, jobs: int | None = None, jailed: bool = True) -> Iterator[Workers]:
    """Run jobs in threads of this process.

    Parameters
    ----------
    jobs
        Number of jobs that run in parallel; if None, as many as the cores allow.
    jailed
        False runs jobs without a jail.
    """
    jobs = jobs or max(1, len(os.sched_getaffinity(0)) // requirements.threads)
    with contextlib.ExitStack() as stack:
        with _starting, dask.config.set(_NO_PAGES | _NO_DIARY):  # the settings of the whole process
            cluster = stack.enter_context(_local_cluster(jobs, jobs * requirements.threads))
            client = stack.enter_context(Client(cluster, set_as_default=False))
        stack.enter_context(parents_held())  # left first, so that after Ctrl-C the cluster need not wait for what still runs
        yield Workers(client, requirements, "this machine", versions(), jailed)


def _local_cluster(threads: int, cores: int) -> LocalCluster:
    """A cluster in this process."""
    return LocalCluster(
        n_workers=1,
        threads_per_worker=threads,
        processes=False,
        memory_limit=0,
        dashboard_address="127.0.0.1:0",
        worker_dashboard_address="127.0.0.1:0",
        resources={"CPU": cores, "GPU": len(GPUS)},
    )


@contextlib.contextmanager
def connected_workers(
    requirements: KernelRequirements, scheduler: str, tls: Path, ours: dict[str, str], jailed: bool = True
) -> Iterator[Workers]:
    """Connect to a running cluster, in the process of :mod:`autograder.running.courier`.

    Parameters
    ----------
    scheduler
        Its address, as in ``tls://host:8786``.
    tls
        Folder of the certificates made by ``autograder cluster``.
    ours
        The versions of our packages that a worker must have.
    jailed
        False runs jobs without a jail.

    Raises
    ------
    CourseError
        If there is no certificate, no answer or no worker.
    """
    try:
        with dask.config.set(_NO_DIARY):
            client = Client(scheduler, security=security(tls), timeout=_CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise CourseError(
            f"The scheduler {scheduler} cannot be reached: {error}. Is it running, with certificates from the same "
            "`autograder cluster`?"
        ) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=_PATIENCE_SECONDS)
        except TimeoutError as error:
            raise CourseError(
                f"The scheduler {scheduler} has no workers. `autograder cluster` prints how to start some."
            ) from error
        yield Workers(client, requirements, scheduler, ours, jailed)
