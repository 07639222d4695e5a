"""`autograder grade` compared with `nbgrader autograde`: the same submissions and grades, one after the other in one run.

Run as ``python -m benchmarks.grading`` from the root of the repository, on a machine that does nothing else; it takes some
twelve minutes. It writes ``benchmarks/measured/grading.json`` and the table in README.md, between its marks.

Two assignments: 01_rnn_step of this course, and a small one in Keras that builds an LSTM and trains another for about a
second. Ours runs a class of 1,000 and one of 200 in one go, two submissions at a time, jailed and judged; nbgrader, which has
no parallel runs, grades a few of them before and a few after, so that a busy minute of the machine affects both. Both run from
compiled bytecode.

Where our CPU goes, by submission, is measured in a class of its own, whose notebooks have a cell more at the top and one at
the end. In the steady state (the difference between a larger and a smaller run):

``cells``
    The notebook's own cells, as hooks of IPython add them up in each submission's kernel; checks are left out.
``judging``
    Drawing, asking, answering and marking the hidden cases, both sides of it in one process.
``watching``
    The cells that must fail, after each grade cell that is not judged. Counted like the notebook's own.
``overhead``
    All else.
"""

import asyncio
import contextlib
import io
import json
import multiprocessing
import os
import platform
import re
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import zlib
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import nbformat
import psutil
from autograder.assignment import Assignment
from autograder.course import Course
from autograder.judging.examiner import Examiner
from autograder.judging.judge import submission_key
from autograder.records.gradebook import open_gradebook, save_assignment
from autograder.records.measured_limits import kernel_requirements
from autograder.running.model_examiner import ModelExaminer
from unroll.checks.exam import sit

from benchmarks import small_keras
from tools.readme import write_in_readme

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "benchmarks/measured/grading.json"
BIN = Path(sys.executable).parent
JOBS = 2
BEGIN_COUNT = """\
import resource as _resource
import zlib as _zlib

_cells = [[0, 0.0]]


def _cpu():
    used = _resource.getrusage(_resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _before(info):
    _cells.append([_zlib.crc32(info.raw_cell.encode()), -_cpu()])


def _after(result):
    _cells[-1][1] += _cpu()


get_ipython().events.register("pre_run_cell", _before)
get_ipython().events.register("post_run_cell", _after)"""
END_COUNT = "import json as _json\n\nprint(_json.dumps([[name, round(seconds, 6)] for name, seconds in _cells[1:-1]]))"


@dataclass(frozen=True)
class Subject:
    """One assignment to grade.

    Parameters
    ----------
    name, title
        Of the assignment.
    config
        Lines of the course's configuration.
    ours, theirs
        Submissions for us and for nbgrader.
    counted, warm
        Submissions whose cells are counted, and of the smaller run that is taken off.
    must
        The ratio of throughputs to reach.
    """

    name: str
    title: str
    config: str
    ours: int
    theirs: int
    counted: int
    warm: int
    must: float


CONFIG = """\
import os

c = get_config()
c.CourseDirectory.root = os.path.dirname(os.path.abspath(__file__))
c.CourseDirectory.course_id = "benchmark"
c.ExecutePreprocessor.timeout = 120
"""
SUBJECTS = [
    Subject(
        "01_rnn_step",
        "01_rnn_step (NumPy, judged)",
        f"c.Course.judges_directory = {str(ROOT / 'judges')!r}\n",
        ours=1000,
        theirs=40,
        counted=240,
        warm=40,
        must=12,
    ),
    Subject("small_keras", "a small Keras assignment", "", ours=200, theirs=20, counted=60, warm=10, must=6),
]


def main() -> None:
    rows = []
    for subject in SUBJECTS:
        with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
            rows.append(measure(subject, Path(folder)))
    found = {
        "machine": machine(),
        "versions": {name: __import__(name).__version__ for name in ("keras", "nbgrader", "numpy", "tensorflow")},
        "jobs": JOBS,
        "assignments": rows,
    }
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps(found, indent=1) + "\n")
    write_in_readme("grading", table(found))
    print(table(found))


def compiling() -> dict[str, str]:
    """The current environment, with bytecode allowed."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def machine() -> str:
    with open("/proc/cpuinfo") as file:
        model = next((line.partition(":")[2].strip() for line in file if line.startswith("model name")), platform.machine())
    return f"{model}, {len(os.sched_getaffinity(0))} cores"


def measure(subject: Subject, folder: Path) -> dict:
    course = make_course(subject, folder / "course", subject.ours)
    students = sorted(path.name for path in Path(course.root, "submitted").iterdir())
    ours, theirs = folder / "ours", folder / "theirs"
    for copy in (ours, theirs):
        shutil.copytree(course.root, copy)
    half = subject.theirs // 2
    their_wall = graded_by_nbgrader(theirs, subject.name, students[:half])
    run = graded_by_us(ours, subject.name, students)
    their_wall += graded_by_nbgrader(theirs, subject.name, students[half : subject.theirs])
    compared = same_grades(Course.load(ours), Course.load(theirs), subject.name)
    assert compared == subject.theirs, f"{compared} of {subject.theirs} grades compared"
    per_submission, theirs_each = run.wall / subject.ours, their_wall / subject.theirs
    tenth = len(run.memory) // 10
    return {
        "assignment": subject.title,
        "must": subject.must,
        "submissions": {"ours": subject.ours, "nbgrader": subject.theirs},
        "seconds": {"ours": per_submission, "nbgrader": theirs_each},
        "ratio": theirs_each / per_submission,
        "per_minute": {"ours": 60 / per_submission, "nbgrader": 60 / theirs_each},
        "cpu": cpu_of_a_submission(subject, folder / "counted"),
        "memory_mb": {
            "jobs": {jobs: peak_memory(ours, subject.name, students[:12], jobs) for jobs in (1, 2)},
            "first_tenth": max(run.memory[:tenth]),
            "last_tenth": max(run.memory[-tenth:]),
        },
    }


def cpu_of_a_submission(subject: Subject, folder: Path) -> dict[str, float]:
    """CPU seconds per submission in the steady state, by purpose."""
    course = make_course(subject, folder, subject.warm + subject.counted, counted=True)
    students = sorted(path.name for path in Path(course.root, "submitted").iterdir())
    warm, students = students[: subject.warm], students[subject.warm :]
    graded_by_us(
        course.root, subject.name, warm[:1]
    )  # the first run of an assignment also measures the instructor's own notebook
    small = graded_by_us(course.root, subject.name, warm[1:])
    large = graded_by_us(course.root, subject.name, students)
    # What every run takes once (imports, the gradebook, the warm parent) is in both, so that the difference has it not.
    steady = (large.cpu - small.cpu) / (len(students) - len(warm[1:]))
    executed, cells, watching = counted_cells(course, subject.name, students)
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as another:  # a process sits one examination
        judging = another.submit(judging_alone, course.root, subject.name, students[:8]).result()
    return {
        "steady": steady,
        "cells": cells,
        "judging": judging,
        "watching": watching,
        "overhead": steady - cells - judging - watching,
        "allowed": 0.1 + 0.01 * executed,
        "executed_cells": executed,
    }


def make_course(subject: Subject, folder: Path, count: int, counted: bool = False) -> Course:
    """A course with a class that has handed in: most are right, every fourth left one function as released."""
    folder.mkdir()
    (folder / "nbgrader_config.py").write_text(CONFIG + subject.config)
    source = folder / "source" / subject.name
    if subject.name == "small_keras":
        small_keras.write(folder)
    else:
        shutil.copytree(ROOT / "solutions" / subject.name, source)
    if counted:
        count_cells(source / f"{subject.name}.ipynb")
    subprocess.run([BIN / "autograder", "release", subject.name, "--course", folder], check=True, stdout=subprocess.DEVNULL)
    course = Course.load(folder)
    save_assignment(course, Assignment(course, subject.name))
    solved = nbformat.read(course.folder("source", subject.name) / f"{subject.name}.ipynb", as_version=4)
    released = course.folder("release", subject.name)
    for number in range(count):
        notebook = nbformat.read(released / f"{subject.name}.ipynb", as_version=4)
        blank = "softmax" if number % 4 == 3 else None
        answers = {cell.metadata.nbgrader.grade_id: cell.source for cell in solved.cells if "nbgrader" in cell.metadata}
        for cell in notebook.cells:
            meta = cell.metadata.get("nbgrader", {})
            if cell.cell_type == "code" and meta.get("solution") and meta["grade_id"] != blank:
                cell.source = f"# {number}\n{answers[meta['grade_id']]}"
        place = course.folder("submitted", subject.name, f"student{number:04d}")
        shutil.copytree(released, place)
        nbformat.write(notebook, place / f"{subject.name}.ipynb")
    return course


def count_cells(path: Path) -> None:
    """Make a notebook measure what its cells use."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(BEGIN_COUNT))
    notebook.cells.append(nbformat.v4.new_code_cell(END_COUNT))
    nbformat.write(notebook, path)


@dataclass(frozen=True)
class Run:
    """The cost of one command: wall-clock and CPU seconds, and for each second the MB of coordinator and warm parents."""

    wall: float
    cpu: float
    memory: list[float]


def graded_by_us(course: Path, name: str, students: list[str]) -> Run:
    """Run one command over these students."""
    command = [str(BIN / "autograder"), "grade", name, "--course", str(course), "--jobs", str(JOBS), "--json"]
    for student in students:
        command += ["--student", student]
    before, started, memory = _children_cpu(), time.monotonic(), []
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    us = psutil.Process(running.pid)
    while True:
        try:
            running.wait(1)
            break
        except subprocess.TimeoutExpired:
            with contextlib.suppress(psutil.Error):
                memory.append(sum(process.memory_info().rss for process in (us, *us.children())) / 2**20)
    assert running.returncode == 0, f"autograder grade ended with {running.returncode}"
    return Run(time.monotonic() - started, _children_cpu() - before, memory)


def graded_by_nbgrader(course: Path, name: str, students: list[str]) -> float:
    """Wall-clock seconds of nbgrader's command over these students, the only ones in its course."""
    handed_in = course / "submitted"
    shutil.rmtree(handed_in, ignore_errors=True)
    for student in students:
        shutil.copytree(course.parent / "course" / "submitted" / student, handed_in / student)
    with open(course / "autograde.log", "w") as said:
        command = [str(BIN / "nbgrader"), "autograde", name]
        environment = compiling()
        started = time.monotonic()
        subprocess.run(command, cwd=course, check=True, stdout=said, stderr=said, env=environment)
    return time.monotonic() - started


def _children_cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def same_grades(ours: Course, theirs: Course, name: str) -> int:
    """Count the submissions graded by both, whose scores must agree cell by cell."""
    found = []
    for course in (ours, theirs):
        with open_gradebook(course) as gradebook:
            found.append(
                {
                    submission.student_id: {
                        grade.name: grade.auto_score for book in submission.notebooks for grade in book.grades
                    }
                    for submission in gradebook.assignment_submissions(name)
                }
            )
    both = found[0].keys() & found[1].keys()
    different = [student for student in both if found[0][student] != found[1][student]]
    assert not different, [(student, found[0][student], found[1][student]) for student in different[:2]]
    return len(both)


def counted_cells(course: Course, name: str, students: list[str]) -> tuple[float, float, float]:
    """Per submission, as measured in the notebooks: cells executed, their CPU seconds, and those of cells that must fail."""
    executed, own, watching = 0, 0.0, 0.0
    for student in students:
        notebook = nbformat.read(course.folder("autograded", name, student) / f"{name}.ipynb", as_version=4)
        sources = {zlib.crc32(cell.source.encode()): cell.source for cell in notebook.cells}
        found = json.loads(notebook.cells[-1].outputs[0].text)
        executed += len(found) + 2  # with the two that count
        for cell, seconds in found:
            if cell not in sources:
                watching += seconds
            elif not sources[cell].startswith("check("):
                own += seconds
    return executed / len(students), own / len(students), watching / len(students)


def plain(source: str) -> str:
    """A cell as Python, without its magics."""
    return re.sub(r"^(\s*)%.*$", r"\1pass", source, flags=re.MULTILINE)


def judging_alone(root: Path, name: str, students: list[str]) -> float:
    """CPU seconds per submission for both sides of the examination: draw hidden cases, ask, answer correctly, mark."""
    return asyncio.run(_judging_alone(Course.load(root), name, students))


async def _judging_alone(course: Course, name: str, students: list[str]) -> float:
    assignment = Assignment(course, name)
    judge, source = assignment.judge, assignment.sources[name]
    right: dict[str, object] = {}
    for cell in nbformat.read(course.folder("submitted", name, students[0]) / f"{name}.ipynb", as_version=4).cells:
        if cell.cell_type == "code" and not cell.source.startswith("check(") and cell.source not in (BEGIN_COUNT, END_COUNT):
            with contextlib.redirect_stdout(io.StringIO()):
                exec(plain(cell.source), right)
    ours, theirs = socket.socketpair()
    os.environ["UNROLL_JUDGE"] = str(theirs.fileno())
    key = b""
    models = ModelExaminer(kernel_requirements(assignment))
    examiner = Examiner(judge.checks, lambda check: judge.hidden_questions(check, key), ours, models.examine)
    started = time.process_time()
    for student in students:
        key = submission_key(course.secret, name, student, "benchmark")
        for checks in source.checks.values():
            examiner.begin(checks)
            for check in checks:
                await asyncio.to_thread(sit, check, right[check])
            assert all(report.share == 1 for report in await examiner.finish())
    taken = time.process_time() - started
    await examiner.close()
    return taken / len(students)


def peak_memory(course: Path, name: str, students: list[str], jobs: int) -> float:
    """Peak megabytes of a run over all its processes, with shared pages counted once (PSS)."""
    command = [str(BIN / "autograder"), "grade", name, "--course", str(course), "--jobs", str(jobs), "--json", "--force"]
    for student in students:
        command += ["--student", student]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    peak, us = 0, psutil.Process(running.pid)
    while running.poll() is None:
        total = 0
        with contextlib.suppress(psutil.Error):
            for process in [us, *us.children(recursive=True)]:
                with contextlib.suppress(psutil.Error):
                    total += process.memory_full_info().pss
        peak = max(peak, total)
        time.sleep(0.05)
    return peak / 2**20


def table(found: dict) -> str:
    lines = [
        f"Measured on {found['machine']}; TensorFlow {found['versions']['tensorflow']}, nbgrader {found['versions']['nbgrader']}; "
        f"two submissions at a time, jailed and judged. `python -m benchmarks.grading` repeats it.",
        "",
        "| | nbgrader autograde | autograder grade | ratio | CPU a submission: cells, judging, watching, all else | one more jail |",
        "|---|---|---|---|---|---|",
    ]
    for row in found["assignments"]:
        cpu = row["cpu"]
        lines.append(
            f"| {row['assignment']} | {row['per_minute']['nbgrader']:.0f} a minute | {row['per_minute']['ours']:.0f} a minute "
            f"| **{row['ratio']:.1f}** | {cpu['cells']:.2f} s, {cpu['judging']:.2f} s, {cpu['watching']:.2f} s, {cpu['overhead']:.2f} s "
            f"| {row['memory_mb']['jobs'][2] - row['memory_mb']['jobs'][1]:.0f} MB |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
