"""Whatever is killed, cut off or locked, the same command ends with the gradebook of an undisturbed run."""

import contextlib
import copy
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from autograder.course import Course
from autograder.kernels import linux
from autograder.records.gradebook import open_gradebook
from autograder.running.execution import run_job
from autograder.transcript import Transcript
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from recorded import WORK, assert_same, journal_lines, state

from autograder import grading

pytestmark = [pytest.mark.usefixtures("jail"), pytest.mark.slow]

COMMAND = str(Path(sys.executable).with_name("autograder"))
CUT_OFF = str(Path(__file__).with_name("cut_off.py"))
# The command, with less patience than 30 s for a gradebook that another program has locked.
IMPATIENT = """
from autograder.cli import main
from autograder.records import gradebook
gradebook._BUSY_MILLISECONDS = 2_000
main()
"""
PR_SET_CHILD_SUBREAPER = 36
RECORDING_SECONDS = 0.1  # about what one submission takes


@dataclass(frozen=True)
class Moment:
    """When a coordinator is killed: so many seconds after its start, or after it began to record its submission of a number."""

    seconds: float
    recording: int = 0


@dataclass(frozen=True)
class Class:
    """Ungraded submissions, the result of an undisturbed run, and how long it takes."""

    ungraded: Path
    expected: dict
    seconds: float

    def copy(self, path: Path) -> Path:
        shutil.copytree(self.ungraded, path)
        return path


@pytest.fixture(scope="module")
def class_of(make_small_course, tmp_path_factory):
    """Make a class of this size, graded once without disturbance at the first call."""
    made: dict[int, Class] = {}

    def give(size: int) -> Class:
        if size not in made:
            folder = tmp_path_factory.mktemp("class")
            small = make_small_course(folder / "ungraded")
            assert small.course.secret  # the same for every run
            for number in range(size):
                place = small.hand_in(f"s{number:02d}", small.notebook(**WORK[number % len(WORK)]))
                if number % 10 == 9:
                    os.truncate(place / "ps1.ipynb", 100)
                (place / "timestamp.txt").write_text(f"2026-11-20 18:{number:02d}:00 UTC")
            shutil.copytree(small.path, folder / "alone")
            started = time.monotonic()
            with Run(folder / "alone") as run:
                run.process.wait(300)
            made[size] = Class(small.path, state(folder / "alone"), time.monotonic() - started)
            assert len(made[size].expected["journal"]) == size
        return made[size]

    return give


@pytest.fixture
def places():
    """A short path for temporary files; orphaned processes become our children, so we see them."""
    linux.prctl(PR_SET_CHILD_SUBREAPER, 1)
    folder = Path(tempfile.mkdtemp(prefix="k"))  # short: sockets lie in it
    yield folder
    shutil.rmtree(folder)
    linux.prctl(PR_SET_CHILD_SUBREAPER, 0)


class Run:
    """One run of the command, and what it leaves behind."""

    def __init__(
        self, course: Path, temporary: Path | None = None, cut_off: Moment | None = None, impatient: bool = False
    ) -> None:
        self._before = set(psutil.Process().children(recursive=True))
        command = [sys.executable, CUT_OFF, str(cut_off.recording), str(cut_off.seconds)] if cut_off else [COMMAND]
        command = [sys.executable, "-c", IMPATIENT] if impatient else command
        self.process = subprocess.Popen(
            [*command, "grade", "ps1", "--jobs", "2", "--course", str(course)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=os.environ | ({"TMPDIR": str(temporary)} if temporary else {}),
        )

    def __enter__(self) -> "Run":
        return self

    def __exit__(self, *_) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.said, _ = self.process.communicate()
        assert "Traceback" not in self.said, self.said

    def ends_within(self, seconds: float) -> bool:
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def orphans(self) -> list[psutil.Process]:
        """What is left of the run once its coordinator is gone, after a few seconds."""
        deadline = time.monotonic() + 20
        while left := set(psutil.Process().children(recursive=True)) - self._before - {psutil.Process(os.getpid())}:
            _, left = psutil.wait_procs(left, timeout=0.1)
            if left and time.monotonic() > deadline:
                return left
        return []


def assert_nothing_left(temporary: Path) -> None:
    left = [path for path in temporary.iterdir() if not path.name.startswith("dask-")]
    assert left == []
    assert not [path for path in temporary.glob("dask-*/*") if path.is_dir()]
    assert str(temporary) not in Path("/proc/self/mountinfo").read_text()


def grade_and_kill(course: Path, temporary: Path, after: list[Moment]) -> int:
    """Run the command, kill its coordinator at one moment after the other, let the last run end; return how often it died."""
    for kills, moment in enumerate([*after, Moment(300)]):
        with Run(course, temporary, moment if moment.recording else None) as run:
            ended = run.ends_within(300 if moment.recording else moment.seconds) and run.process.returncode != -signal.SIGALRM
        assert run.orphans() == []
        if ended:
            assert run.process.returncode == 1, run.said  # not 0, since some hand in what cannot be read
            return kills
    pytest.fail("the last run did not end")


def moments(chance: random.Random, count: int, seconds: float) -> list[Moment]:
    """Every second one falls into the recording of one of the next submissions."""
    anywhere = (Moment(chance.uniform(0, 0.8 * seconds)) for _ in range(count))
    recording = (Moment(chance.uniform(0, RECORDING_SECONDS), chance.randint(1, 3)) for _ in range(count))
    first = chance.randrange(2)
    return [next(recording if (first + number) % 2 else anywhere) for number in range(count)]


@contextlib.contextmanager
def busy(loops: int):
    """So many other programs that always compute."""
    with contextlib.ExitStack() as stack:
        for _ in range(loops):
            program = stack.enter_context(subprocess.Popen([sys.executable, "-c", "while True: pass"]))
            stack.callback(program.kill)
        yield


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.soak)])
def test_a_killed_coordinator_loses_nothing(class_of, places, tmp_path, seed):
    some = class_of(10)
    course = some.copy(tmp_path / "course")
    assert grade_and_kill(course, places, moments(random.Random(seed), 2, some.seconds)) > 0
    assert_same(course, some.expected)
    assert_nothing_left(places)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 140))
def test_two_hundred_kills_lose_nothing(class_of, places, tmp_path, seed):
    """Each seed kills five runs, over as many classes of 30 as it takes; every fourth beside six busy loops."""
    many, chance, kills, classes = class_of(30), random.Random(seed), 0, 0
    with busy(0 if seed % 4 else 6):
        while kills < 5:
            course, classes = many.copy(tmp_path / str(classes)), classes + 1
            kills += grade_and_kill(course, places, moments(chance, 5 - kills, many.seconds))
            assert_same(course, many.expected)
            assert_nothing_left(places)


# The worker's side


def kernels(run: Run) -> list[psutil.Process]:
    """Keepers and inmates: what is below the warm parents of a run."""
    try:
        parents = [p for p in psutil.Process(run.process.pid).children() if "autograder.kernels.forkserver" in p.cmdline()]
        return [kernel for parent in parents for kernel in parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(200, 220))])
def test_killed_kernels_cost_no_grade(class_of, places, tmp_path, seed):
    """Three keepers or inmates of a run are killed: their submissions are run again, alone. Every second time beside busy loops."""
    some, chance, killed = class_of(10), random.Random(seed), 0
    course = some.copy(tmp_path / "course")
    journal = Course.load(course).journal
    with busy(6 if seed % 2 else 0), Run(course, places) as run:
        while killed < 3 and run.process.poll() is None:
            done = len(journal_lines(journal)) if journal.exists() else 0
            assert done < 6 or killed, "it went by too fast to kill anything"
            found = kernels(run) if 0 < done < 6 else []  # at first `doctor` tries a jail; the last ones may be second runs
            if found:
                victim = chance.choice(found)
                with contextlib.suppress(psutil.NoSuchProcess):
                    victim.kill()
                    killed += 1
                psutil.wait_procs([victim], timeout=20)
            else:
                run.ends_within(0.01)
        assert run.ends_within(120)
    assert killed and run.orphans() == []
    assert grade_and_kill(course, places, []) == 0  # what had bad luck twice has no grade before this
    assert_same(course, some.expected)
    assert_nothing_left(places)


# The journal


@pytest.fixture(scope="module")
def graded(class_of, tmp_path_factory):
    """A graded class, and workers that return its recorded results instead of running submissions."""
    some = class_of(10)
    folder = some.copy(tmp_path_factory.mktemp("graded") / "course")
    transcripts: dict[str, Transcript] = {}

    class Remembering:
        slots = 1

        def run(self, jobs, alone=False):
            for job in jobs:
                if job.student not in transcripts:
                    transcripts[job.student] = run_job(job)
                yield job, copy.deepcopy(transcripts[job.student])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grading, "local_workers", lambda *_: contextlib.nullcontext(Remembering()))
        grading.grade(Course.load(folder), "ps1")
        assert_same(folder, some.expected)
        yield folder, some.expected


@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(cut=st.integers(0, 2000), garbage=st.binary(max_size=20))
@example(cut=0, garbage=b"\0" * 4096)
@example(cut=9, garbage=b"\n{}\n[]\n7\n")
@example(cut=99, garbage=b"\n" + b"[" * 100_000)
def test_a_damaged_journal_costs_at_most_its_last_entry(graded, cut, garbage):
    """The last line is cut anywhere, with anything after it."""
    with tempfile.TemporaryDirectory() as folder:
        course = shutil.copytree(graded[0], Path(folder, "course"))
        journal = Course.load(course).journal
        content = journal.read_bytes()
        last = content.rindex(b"\n", 0, -1) + 1
        journal.write_bytes(content[: last + cut] + garbage)
        done = grading.grade(Course.load(course), "ps1")
        assert len(done.unchanged) >= len(done.entries) - 1
        assert_same(course, graded[1])


# The gradebook


HOLD = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], timeout=60, isolation_level=None)
database.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""


@contextlib.contextmanager
def held(gradebook: Path):
    """Another program locks the gradebook."""
    command = [sys.executable, "-c", HOLD, str(gradebook)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout.readline() == "held\n"
        yield
        program.stdin.close()


def test_a_locked_gradebook_is_told_and_the_same_command_goes_on(class_of, places, tmp_path):
    some = class_of(10)
    course = some.copy(tmp_path / "course")
    with open_gradebook(Course.load(course)), held(course / "gradebook.db"), Run(course, places, impatient=True) as run:
        assert run.ends_within(120)
    assert run.process.returncode == 2
    assert "database is locked" in run.said and "Close other programs that use it" in run.said
    assert grade_and_kill(course, places, []) == 0
    assert_same(course, some.expected)


def test_a_gradebook_that_is_locked_for_a_while_is_waited_for(class_of, places, tmp_path):
    some = class_of(10)
    course = some.copy(tmp_path / "course")
    journal = Course.load(course).journal
    with Run(course, places) as run:
        while not (journal.exists() and journal_lines(journal)):
            assert not run.ends_within(0.01)
        with held(course / "gradebook.db"):
            assert not run.ends_within(7)  # sqlite's own patience is 5 s
        assert run.ends_within(120)
    assert_same(course, some.expected)
