"""What a submission costs the coordinator in a large class: the jails do nothing, everything else is real.

Run as ``python -m benchmarks.classes`` from the root of the repository; it takes ten minutes. Submissions of assignment 01 are
read, rebuilt, sent to a worker, which answers with the transcript of one real run, and recorded. Each class is graded in a
process of its own. It prints a table and writes ``benchmarks/measured/classes.json``:

``classes``
    By their size: milliseconds of CPU and of wall clock for each submission, from the first to the last, and the peak of
    memory in MB. Of small classes, which chance disturbs most, the best of several runs.
``ratio``
    CPU of a submission in the largest class, relative to the smallest.
"""

import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import nbformat
from autograder.assignment import Assignment
from autograder.course import Course
from autograder.grading import grade
from autograder.records.journal import Journal
from autograder.running import workers
from autograder.running.execution import Job
from autograder.running.own_run import measuring_job
from autograder.transcript import Transcript

ROOT = Path(__file__).parents[1]
TARGET = Path(__file__).with_name("measured") / "classes.json"
NAME = "01_rnn_step"
SIZES = {100: 5, 1_000: 1, 10_000: 1}  # and how often


def make_course(folder: Path, size: int) -> Course:
    """A course whose students have all handed in the instructor's notebook."""
    shutil.copytree(ROOT / "solutions" / NAME, folder / "source" / NAME)
    shutil.copytree(ROOT / "judges", folder / "judges")
    course = Course.load(folder)
    for source in Assignment(course, NAME).sources.values():
        text = nbformat.writes(source.instructor)
        for number in range(size):
            place = course.folder("submitted", NAME, f"s{number:05d}")
            place.mkdir(parents=True)
            (place / f"{source.name}.ipynb").write_text(text)
    return course


def measure(size: int) -> dict:
    """Grade a class in this process, and return the cost of each submission."""
    with tempfile.TemporaryDirectory() as folder:
        course = make_course(Path(folder), size)
        once = workers.run_job(measuring_job(Assignment(course, NAME), jailed=True))

        def answer(job: Job, gpu: bool) -> Transcript:
            return replace(once, student=job.student)

        workers.run_job = answer
        moments = []
        grading = grade(course, NAME, progress=lambda done, total: moments.append((time.process_time(), time.perf_counter())))
        assert len(Journal(course.journal).latest(NAME)) == size and not grading.ungraded
    cpu, wall = ((last - first) / (len(moments) - 1) for first, last in zip(moments[0], moments[-1], strict=True))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"cpu_ms": round(1000 * cpu, 2), "wall_ms": round(1000 * wall, 2), "peak_mb": round(peak)}


def main() -> None:
    found = {}
    for size, times in SIZES.items():
        command = [sys.executable, "-m", "benchmarks.classes", str(size)]
        runs = [json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout) for _ in range(times)]
        found[str(size)] = min(runs, key=lambda run: run["cpu_ms"])
        print(
            "{:>6} submissions   {cpu_ms} ms of CPU each   {wall_ms} ms   {peak_mb} MB".format(size, **found[str(size)]),
            flush=True,
        )
    costs = [each["cpu_ms"] for each in found.values()]
    ratio = round(costs[-1] / costs[0], 3)
    print(f"ratio {ratio}")
    machine = {"python": platform.python_version(), "machine": platform.machine(), "cores": len(os.sched_getaffinity(0))}
    TARGET.parent.mkdir(exist_ok=True)
    written = {"command": "python -m benchmarks.classes", "machine": machine, "classes": found, "ratio": ratio}
    TARGET.write_text(json.dumps(written, indent=1) + "\n")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(measure(int(sys.argv[1]))))
    else:
        main()
