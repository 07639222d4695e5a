"""A cluster of real processes on separate addresses: certificates, GPUs, and processes killed while they work."""

import contextlib
import itertools
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import nbformat
import pytest
from autograder.course import Course, CourseError
from autograder.grading import grade
from autograder.kernels.limits import Limits
from autograder.kernels.parent import CannotJail
from autograder.records.journal import Journal
from autograder.requirements import Requirements
from autograder.running.certificates import make_certificates, security
from autograder.running.workers import connected_workers, versions
from distributed import Client, Security
from recorded import WORK, assert_same, state

pytestmark = [pytest.mark.usefixtures("jail"), pytest.mark.slow, pytest.mark.xdist_group("cluster")]

BIN = Path(sys.executable).parent
PORT = 8786
_SECONDS = 180  # after which something hangs, however busy the machine
PLACES = ("scheduler", "one", "two", "three")
ENVIRONMENT = os.environ | {"DASK_DISTRIBUTED__SCHEDULER__HTTP__ROUTES": "[]", "DASK_DISTRIBUTED__WORKER__HTTP__ROUTES": "[]"}
SHOW_GPU = (
    "import os, time; began = time.time(); time.sleep(0.3)\nprint(os.environ['CUDA_VISIBLE_DEVICES'], began, time.time())"
)


@dataclass(frozen=True)
class Place:
    """An address, and the prefix of commands that run there."""

    address: str
    enter: tuple[str, ...]


@pytest.fixture(scope="module")
def places() -> Iterator[dict[str, Place]]:
    """Network namespaces on one bridge if we may create them, otherwise addresses of this machine."""
    bridge, undo = f"ag{os.getpid() % 10**6}", []
    network = f"10.{os.getpid() % 200 + 20}.77"

    def ip(*words: str, back: str = "") -> None:
        subprocess.run(["ip", *words], check=True, capture_output=True)
        if back:
            undo.append(["ip", *back.split()])

    try:
        found = {}
        try:
            ip("link", "add", bridge, "type", "bridge", back=f"link del {bridge}")
            ip("addr", "add", f"{network}.1/24", "dev", bridge)
            ip("link", "set", bridge, "up")
            for number, name in enumerate(PLACES, start=2):
                space, ours, address = f"{bridge}{name}", f"{bridge}v{number}", f"{network}.{number}"
                ip("netns", "add", space, back=f"netns del {space}")
                ip("link", "add", ours, "type", "veth", "peer", "name", "eth0", "netns", space)
                ip("link", "set", ours, "master", bridge, "up")
                for words in (
                    ["addr", "add", f"{address}/24", "dev", "eth0"],
                    ["link", "set", "eth0", "up"],
                    ["link", "set", "lo", "up"],
                ):
                    ip("-n", space, *words)
                found[name] = Place(address, ("ip", "netns", "exec", space))
        except (OSError, subprocess.CalledProcessError):
            found = {name: Place(f"127.0.77.{number}", ()) for number, name in enumerate(PLACES, start=2)}
        yield found
    finally:
        for command in reversed(undo):
            subprocess.run(command, check=True)


@dataclass(frozen=True)
class Cluster:
    """A running scheduler, and a way to start workers for it."""

    address: str
    folder: Path
    places: dict[str, Place]

    @contextlib.contextmanager
    def workers(self, **options: tuple[str | None, ...]) -> Iterator[dict[str, subprocess.Popen]]:
        """Start workers at these places, with their visible GPUs and options."""
        with contextlib.ExitStack() as stack:
            started = {}
            for name, (gpu, *words) in options.items():
                where = ("--host", self.places[name].address, "--local-directory", str(self.folder))
                plain = (
                    "--preload",
                    "autograder.running.workers",
                    "--memory-limit",
                    "0",
                    "--no-nanny",
                    "--no-dashboard",
                    "--dashboard-address",
                    "127.0.0.1:0",
                )
                command = ("dask", "worker", self.address, *where, *plain, *words)
                started[name] = stack.enter_context(self.process(name, *command, gpu=gpu))
            with Client(self.address, security=security(self.folder / "tls"), set_as_default=False) as client:
                client.wait_for_workers(len(options), timeout=_SECONDS)
            yield started

    def scheduler(self, port: int) -> contextlib.AbstractContextManager[subprocess.Popen]:
        where = ("--protocol", "tls", "--host", self.places["scheduler"].address, "--port", str(port))
        return self.process("scheduler", "dask", "scheduler", *where, "--no-dashboard", "--dashboard-address", "127.0.0.1:0")

    @contextlib.contextmanager
    def process(self, name: str, program: str, kind: str, *words: str, gpu: str | None = None) -> Iterator[subprocess.Popen]:
        files = {"--tls-ca-file": "ca.pem", "--tls-cert": "node.pem", "--tls-key": "node-key.pem"}
        shown = [word for option, file in files.items() for word in (option, str(self.folder / "tls" / file))]
        environment = ENVIRONMENT | ({} if gpu is None else {"CUDA_VISIBLE_DEVICES": gpu})
        with open(self.folder / f"{name}.log", "ab") as log:
            command = [*self.places[name].enter, str(BIN / program), kind, *words, *shown]
            process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def cluster(places, tmp_path_factory):
    folder = tmp_path_factory.mktemp("cluster")
    make_certificates(folder / "tls")
    address = places["scheduler"].address
    made = Cluster(f"tls://{address}:{PORT}", folder, places)
    with made.scheduler(PORT):
        yield made


@pytest.fixture
def class_of(make_small_course, tmp_path, cluster):
    """Make a course with this many identical submissions, and the cluster's certificates."""

    def give(size: int, requirements: str = "", **work: str):
        small = make_small_course(tmp_path / "course", requirements)
        shutil.copytree(cluster.folder / "tls", small.course.certificates)
        for number in range(size):
            small.hand_in(f"s{number:02d}", small.notebook(**(work or WORK[number % len(WORK)])))
        return small

    return give


def printed(path: Path) -> list[str]:
    """The last line printed by each submission."""
    lines = []
    for file in sorted((path / "autograded").glob("*/ps1/ps1.ipynb")):
        outputs = [
            o.text for cell in nbformat.read(file, 4).cells for o in cell.get("outputs", []) if o.output_type == "stream"
        ]
        lines.append(outputs[-1].strip().splitlines()[-1])
    return lines


def test_certificates_are_for_their_owner_alone(cluster):
    files = list((cluster.folder / "tls").iterdir())
    assert sorted(file.name for file in files) == ["ca.pem", "client-key.pem", "client.pem", "node-key.pem", "node.pem"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    before = {file: file.read_bytes() for file in files}
    make_certificates(cluster.folder / "tls")
    assert before == {file: file.read_bytes() for file in files}


def test_a_client_without_our_certificate_is_refused(cluster, class_of, tmp_path):
    for stranger in (Security.temporary(), Security()):
        with pytest.raises((OSError, TypeError)):
            Client(cluster.address, security=stranger, timeout=10)
    with pytest.raises(OSError):
        Client(cluster.address.replace("tls", "tcp"), timeout=10)
    course = class_of(1).course
    shutil.rmtree(course.certificates)
    with pytest.raises(CourseError, match="There are no certificates in .* `autograder cluster`"):
        grade(course, "ps1", scheduler=cluster.address)
    make_certificates(course.certificates)
    with pytest.raises(CourseError, match="cannot be reached: .*certificate.* certificates from the same"):
        grade(course, "ps1", scheduler=cluster.address)
    with pytest.raises(CourseError, match="not an address of the form tls://host:port. Without TLS, anyone"):
        grade(course, "ps1", scheduler=cluster.address.replace("tls", "tcp"))
    assert Journal(course.journal).latest("ps1") == {}


def test_a_worker_and_the_coordinator_are_killed_and_nothing_is_lost(cluster, class_of, tmp_path):
    """The same command continues, and ends with the gradebook of a run on this machine."""
    small = class_of(12)
    assert small.course.secret  # the same for both runs
    shutil.copytree(small.path, tmp_path / "local")
    grade(Course.load(tmp_path / "local"), "ps1")
    expected = state(tmp_path / "local")
    command = [str(BIN / "autograder"), "grade", "ps1", "--scheduler", cluster.address, "--course", str(small.path)]
    journal = Journal(small.course.journal)
    with cluster.workers(one=(None, "--nthreads", "2"), two=(None, "--nthreads", "2")) as workers:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as coordinator:
            for count, killed in ((2, workers["one"]), (6, coordinator)):
                deadline = time.monotonic() + _SECONDS
                while len(journal.latest("ps1")) < count:
                    assert coordinator.poll() is None and time.monotonic() < deadline, coordinator.communicate()
                killed.send_signal(signal.SIGKILL)
            said, _ = coordinator.communicate()
        assert "Traceback" not in said and 6 <= len(journal.latest("ps1")) < 12
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS)
    assert done.returncode == 0, done.stdout + done.stderr
    assert_same(small.path, expected)


def test_a_scheduler_that_has_gone_is_told(cluster, class_of):
    other = replace(cluster, address=cluster.address.replace(str(PORT), str(PORT + 1)))
    small = class_of(8)
    command = [str(BIN / "autograder"), "grade", "ps1", "--scheduler", other.address, "--course", str(small.path)]
    journal = Journal(small.course.journal)
    with (
        other.scheduler(PORT + 1) as scheduler,
        other.workers(one=(None, "--nthreads", "1")),
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as coordinator,
    ):
        deadline = time.monotonic() + _SECONDS
        while not journal.latest("ps1"):
            assert coordinator.poll() is None and time.monotonic() < deadline, coordinator.communicate()
        scheduler.kill()
        said, _ = coordinator.communicate(timeout=_SECONDS)
    assert coordinator.returncode == 1 and "Traceback" not in said, said
    assert f"Stopped: the scheduler {other.address} is gone. Recorded results are kept" in said.replace("\n", " ")
    assert journal.latest("ps1")


GPU = "\nfrom autograder.check import Requirements\nrequirements = Requirements(gpu={!r})\n"


TAKEN_OVER = """
from autograder.running import execution

PROGRAM = "import pathlib, sys; pathlib.Path({folder!r}, 'cluster' if 'dask' in sys.argv[0] else 'grader').touch()"

class Result:
    def __reduce__(self):
        return exec, (PROGRAM,)

class Error(Exception):
    __reduce__ = Result.__reduce__

def run_job(job, gpu=False):
    if job.student == "s00":
        return Result()
    raise Error

execution.run_job = run_job
"""


def test_a_worker_that_was_taken_over_runs_nothing_here(cluster, class_of, tmp_path):
    """What it returns and what it raises are programs when they are unpickled."""
    small, made = class_of(2), tmp_path / "made"
    made.mkdir()
    preload = tmp_path / "taken_over.py"
    preload.write_text(TAKEN_OVER.format(folder=str(made)))
    with cluster.workers(one=(None, "--nthreads", "1", "--preload", str(preload))), contextlib.suppress(ConnectionError):
        grade(small.course, "ps1", scheduler=cluster.address)
    assert not (made / "grader").exists()
    assert Journal(small.course.journal).latest("ps1") == {}


def test_each_gpu_has_one_submission_at_a_time(cluster, class_of):
    small = class_of(8, GPU.format("must"), end=SHOW_GPU)
    gpu = ("--nthreads", "2", "--resources", "GPU=1")
    with cluster.workers(one=("0", *gpu), two=("1", *gpu), three=("2", "--nthreads", "2")):
        assert grade(small.course, "ps1", scheduler=cluster.address).ungraded == []
    used: dict[str, list[tuple[float, float]]] = {"0": [], "1": []}
    for line in printed(small.path):
        name, *times = line.split()
        used[name].append(tuple(map(float, times)))
    assert sum(map(len, used.values())) == 8 and min(map(len, used.values())) > 0
    for intervals in map(sorted, used.values()):
        assert all(earlier[1] <= later[0] for earlier, later in itertools.pairwise(intervals))


def slots(cluster: Cluster, **needed) -> int:
    requirements = Requirements(**needed).within(Limits())
    with connected_workers(requirements, cluster.address, cluster.folder / "tls", versions()) as workers:
        return workers.slots


def test_what_the_workers_have_not_is_told(cluster, class_of, monkeypatch):
    """An assignment that must have a GPU is not graded; one that takes a GPU if there is one runs without, and sees none."""
    small = class_of(1, GPU.format("must"), end="import os; print('[' + os.environ['CUDA_VISIBLE_DEVICES'] + ']')")
    with cluster.workers(one=("0", "--nthreads", "4", "--resources", "CPU=7")):
        with pytest.raises(CourseError, match="must have a GPU, but no worker of .* announces one. Nothing was graded"):
            grade(small.course, "ps1", scheduler=cluster.address)
        assert Journal(small.course.journal).latest("ps1") == {} and not (small.path / "autograded").exists()
        judge = small.course.judge_file("ps1")
        judge.write_text(judge.read_text().replace("'must'", "'if there'"))
        grade(small.course, "ps1", scheduler=cluster.address)
        assert printed(small.path) == ["[]"]
        assert slots(cluster, threads=3) == 2
        with pytest.raises(CourseError, match="keeps 8 cores busy, but no worker of .* announces that many"):
            slots(cluster, threads=8)
        with pytest.raises(CourseError, match="The worker tls://.* cannot run this assignment: torque is not installed"):
            slots(cluster, packages=("torque",))
        monkeypatch.setattr("autograder.running.workers.metadata.version", lambda name: "9.9")
        with pytest.raises(
            CourseError, match=r"The worker tls://.* has unroll-autograder .*, but this machine has 9.9. Install"
        ):
            slots(cluster)


def test_a_machine_that_can_build_no_jail_runs_nothing(class_of, monkeypatch):
    """Otherwise it would fail faster than others grade, and take all the jobs."""
    small = class_of(1)

    def refuse(*_):
        raise CannotJail("no namespaces here.")

    monkeypatch.setattr("autograder.running.workers.ready_parent", refuse)
    with pytest.raises(CourseError, match="This machine cannot run this assignment: no namespaces here.*`autograder doctor`"):
        grade(small.course, "ps1")
    assert Journal(small.course.journal).latest("ps1") == {} and not (small.path / "autograded").exists()
