"""What a run keeps of its jobs."""

import tracemalloc

from autograder.kernels.limits import Limits
from autograder.requirements import KernelRequirements
from autograder.running import workers
from autograder.running.execution import Job
from autograder.transcript import Transcript, Verdict

MB = 1 << 20


def at_once(job: Job, gpu: bool) -> Transcript:
    """In the place of a run, which takes a jail."""
    return Transcript(job.student, job.assignment, Verdict.GRADED)


def test_jobs_that_are_done_are_forgotten(monkeypatch):
    """Dask keeps the last thousand messages between cluster and client, the jobs in them, unless it is told otherwise."""
    monkeypatch.setattr(workers, "run_job", at_once)

    async def no_parent(*_: object) -> None:
        """No kernel is started."""

    monkeypatch.setattr(workers, "ready_parent", no_parent)
    needs = KernelRequirements((), Limits())
    jobs = (
        Job(f"s{number:03}", "ps1", {}, {}, {"data": number.to_bytes(4, "big") * (MB // 8)}, None, needs, b"key")
        for number in range(200)
    )
    tracemalloc.start()
    try:
        with workers.local_workers(needs, jobs=2) as here:
            held = [tracemalloc.get_traced_memory()[0] for _ in here.run(jobs)]
    finally:
        tracemalloc.stop()
    assert len(held) == 200
    assert max(held[100:]) - min(held[20:50]) < 20 * MB  # a hundred more jobs are 50 MB
