"""The locks and environment.yml say the same, carry hashes, and name no address."""

import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
STUDENTS = ROOT / "student" / "requirements.lock"
LOCKS = [*sorted((ROOT / "requirements").glob("*.lock")), STUDENTS]
WRITTEN = runpy.run_path(str(ROOT / "requirements" / "write_environment.py"))


def requirements(lock: Path) -> list[str]:
    return re.sub(r"\\\n\s*", "", lock.read_text()).splitlines()


def test_there_are_locks():
    assert {lock.name for lock in LOCKS} == {"cpu.lock", "gpu.lock", "uv.lock", "requirements.lock"}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_requirement_is_pinned_and_hashed(lock):
    assert requirements(lock)
    for requirement in requirements(lock):
        assert re.match(r"^[a-z0-9.-]+(\[[a-z,-]+\])?==\S+", requirement), requirement
        assert "--hash=sha256:" in requirement, requirement


@pytest.mark.parametrize(
    "file", [*LOCKS, *(ROOT / name for name in WRITTEN["ENVIRONMENTS"])], ids=lambda file: str(file.relative_to(ROOT))
)
def test_no_addresses(file):
    assert not re.search(r"https?://|index-url|find-links", file.read_text())


@pytest.mark.parametrize("name", WRITTEN["ENVIRONMENTS"])
def test_environment_yml_is_written_from_its_lock(name):
    assert (ROOT / name).read_text() == WRITTEN["environment"](name), "run `make lock`"


def versions(lock: Path) -> dict[str, set[str]]:
    pins: dict[str, set[str]] = {}
    for requirement in requirements(lock):
        package, version = re.match(r"^([a-z0-9.-]+)(?:\[[a-z,-]+\])?==(\S+)", requirement).groups()
        pins.setdefault(package, set()).add(version)
    return pins


def test_gpu_and_cpu_locks_agree():
    """The GPU environment adds packages; it changes no version."""
    cpu, gpu = versions(ROOT / "requirements" / "cpu.lock"), versions(ROOT / "requirements" / "gpu.lock")
    assert {package: gpu.get(package) for package in cpu} == cpu


def test_students_have_our_versions_and_no_grader():
    ours, theirs = versions(ROOT / "requirements" / "cpu.lock"), versions(STUDENTS)
    assert {package: ours.get(package) for package in theirs} == theirs
    assert {"jupyterlab", "keras", "tensorflow", "gensim"} <= theirs.keys()
    assert not {"nbgrader", "distributed", "pyseccomp", "jupytext", "pytest"} & theirs.keys()


def test_tests_that_share_something_run_in_one_process(request):
    """xdist reads a test's group from the end of its id; otherwise two processes would make what is shared twice, or wait for each other."""
    if not hasattr(request.config, "workerinput"):
        pytest.skip("there is one process: this needs pytest -n 2")
    assert request.node.nodeid.endswith("@tests/test_environment.py")
