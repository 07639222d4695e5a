"""The hostile corpus, handed in among honest work: the outcome of each attack, and no effect on anyone else.

Left out: the same on a GPU, and Keras models (test_model_examiner.py).
"""

import csv
import os
import shutil
import tempfile
import threading
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import nbformat
import psutil
import pytest
from autograder.course import Course
from autograder.export import write_csv
from autograder.grading import Grading, grade
from autograder.intake.collect import collect
from autograder.pages.feedback import write_feedback
from autograder.pages.report import write_report
from autograder.records.gradebook import open_gradebook
from hostile.corpus import COURSES, REFUSED, RIGHT, ROWS, SECURITY, Attack, assemble, load, with_table
from inert import assert_inert

pytestmark = pytest.mark.xdist_group("hostile")  # who grades a class shares it

ATTACKS = load()
FRIDAY = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
HERE = Path(__file__).parent

# Rows that no submission can try, and where they are tested.
ELSEWHERE = {
    "worker or coordinator killed": [
        ("test_limits.py", "test_killing_the_grader_leaves_no_process"),
        ("test_limits.py", "test_killing_the_parent_is_our_fault_not_the_students"),
        ("test_cli.py", "test_interrupted_grading_goes_on"),
    ],
    "a model of inert layers": [("test_model_examiner.py", "test_what_is_no_honest_model_earns_nothing")],
}

REQUIREMENTS = """
from autograder.check import Requirements
from autograder.kernels.limits import Limits

requirements = Requirements(
    limits=Limits(seconds=12, cell_seconds=3, memory=256 << 20, disk=32 << 20, output=256 << 10)
)
"""
TESTS = {
    "step-check": """inputs = np.full((5, 3), 0.1), np.eye(5), np.zeros(5)
assert np.allclose(rnn_step(np.ones((2, 3)), np.zeros((2, 5)), *inputs), np.tanh(0.3))
### BEGIN HIDDEN TESTS
assert np.allclose(rnn_step(np.ones((2, 3)), np.ones((2, 5)), *inputs), np.tanh(1.3))
### END HIDDEN TESTS""",
    "scale-check": """import math, unittest
from helper import triple
np.testing.assert_allclose(scale(4.0), 12)
assert math.isclose(scale(0.5), 1.5)
unittest.TestCase().assertEqual(scale(2), 6)
5 * sum(scale(n) == triple(n) for n in range(5)) / 5""",
}

# Honest work: all of it right, some of it wrong, and one that shows what another submission could have left behind.
LOOKS_AROUND = """import builtins, os, random, sys, threading
print(sorted(os.environ.items()), sys.path, os.getpid(), threading.active_count(), sorted(vars(builtins)))
print([sorted(os.listdir(folder)) for folder in (".", "/", "/tmp", "/dev/shm")])
print(random.random(), np.random.rand(), hash("x"), np.allclose(0, 1))"""
STUDENTS = {
    "ada": [],
    "mia": [
        ("step", RIGHT["step"].replace("np.tanh(", "np.squeeze(np.tanh(") + ")"),
        ("scale", "def scale(x):\n    return 3 * x if np.all(np.asarray(x) != 3) else 8"),
    ],
    "zoe": [("step-check", LOOKS_AROUND), ("scale-check", "print(In)"), ("end", LOOKS_AROUND)],
}
SCORES = {"judged": {"ada": 15, "mia": 11.67, "zoe": 15}, "watched": {"ada": 15, "mia": 14, "zoe": 15}}


@dataclass(frozen=True)
class Class:
    """A course graded twice with one secret: honest students alone, and with the corpus among them."""

    name: str
    course: str
    alone: Course
    mixed: Course
    honest: Grading
    everybody: Grading
    refused: dict[str, str]  # why, by upload
    processes: list[psutil.Process]  # all that ran meanwhile
    changed: set[tuple]  # files of the course that grading has no business with


A_FEW = "a few, bubblewrap"
_FEW = {
    "descriptors_used",
    "disk_filled",
    "fork_bomb",
    "kernel_calls",
    "memory_hoarded",
    "parents_read",
    "ports_tried",
    "segfault",
}


def _attacks(name: str) -> list[Attack]:
    kind = _course_of(name)
    return [attack for attack in ATTACKS if kind in attack.outcomes and (name != A_FEW or attack.name in _FEW)]


def _course_of(name: str) -> str:
    return next((course for course in COURSES if name.startswith(course)), "judged")


@pytest.fixture(scope="module")
def classes(jail, make_small_course, tmp_path_factory, launched_by):
    """Return a class by name, graded at the first call."""

    def grade_class(name: str) -> Class:
        if not name.endswith("bubblewrap"):
            return _grade(name, make_small_course, tmp_path_factory)
        with launched_by("bubblewrap"):
            return _grade(name, make_small_course, tmp_path_factory)

    return cache(grade_class)


def _grade(name: str, make_small_course, tmp_path_factory) -> Class:
    kind = _course_of(name)
    folder, uploads = tmp_path_factory.mktemp(kind), tmp_path_factory.mktemp("uploads")
    small = make_small_course(folder / "alone", REQUIREMENTS, TESTS if kind == "watched" else None)
    (small.path / "source" / "ps1" / "helper.py").write_text("def triple(x):\n    return 3 * x\n")
    assert small.course.secret  # made now, for both
    shutil.copytree(small.path, folder / "mixed")
    alone, mixed = small.course, Course.load(folder / "mixed")
    release = nbformat.writes(small.assignment.sources["ps1"].release)
    for student, work in STUDENTS.items():
        _put(uploads / f"{student}.ipynb", assemble(release, [*RIGHT.items(), *work]))
    assert [receipt.refused for receipt in collect(alone, "ps1", uploads)] == [""] * len(STUDENTS)
    honest = grade(alone, "ps1")

    attacks = _attacks(name)
    for attack in attacks:
        if attack.before:
            _hand_in(mixed, attack.student, attack.before(attack.notebook(release)))
    grade(mixed, "ps1")
    for attack in attacks:
        notebook = attack.notebook(release)
        made = attack.function(notebook) if attack.function else notebook
        if attack.is_upload:
            for name, content in made.items():
                _put(uploads / name, content)
        else:
            _hand_in(mixed, attack.student, made)
    refused = {receipt.origin: receipt.refused for receipt in collect(mixed, "ps1", uploads)}
    before = _not_of_the_grader(mixed)
    with _Watch() as watch:
        everybody = grade(mixed, "ps1")
    changed = before ^ _not_of_the_grader(mixed)
    return Class(name, kind, alone, mixed, honest, everybody, refused, list(watch.seen), changed)


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (FRIDAY.timestamp(), FRIDAY.timestamp()))


def _hand_in(course: Course, student: str, made: bytes | dict[str, bytes | Path]) -> None:
    folder = Path(course.root, "submitted", student, "ps1")
    for name, content in ({"ps1.ipynb": made} if isinstance(made, bytes) else made).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Path):
            path.symlink_to(content)
        else:
            path.write_bytes(content)


def _not_of_the_grader(course: Course) -> set[tuple]:
    """Every file of a course that grading only reads, with a fingerprint."""
    root = Path(course.root)
    theirs = [path for path in root.rglob("*") if path.relative_to(root).parts[0] not in ("autograded", ".autograder")]
    states = {path: path.lstat() for path in theirs if not path.name.startswith("gradebook.db")}
    return {(path, state.st_size, state.st_mtime_ns, state.st_mode) for path, state in states.items()}


class _Watch:
    """Record every process below this one, as often as it can without slowing down the run."""

    def __enter__(self) -> "_Watch":
        self.seen: set[psutil.Process] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def _look(self) -> None:
        while not self._stop.wait(0.2):
            try:
                self.seen.update(psutil.Process().children(recursive=True))
            except psutil.Error:
                continue

    def __exit__(self, *_) -> None:
        self._stop.set()
        self._thread.join()


# Classes: of the courses, and of the judged one under the second launcher, where a few attacks are tried always and all in a soak.
CLASSES = {course: pytest.mark.slow for course in COURSES} | {A_FEW: pytest.mark.slow, "judged, bubblewrap": pytest.mark.soak}
in_both = pytest.mark.parametrize("course", [pytest.param(name, marks=mark) for name, mark in CLASSES.items()])


def test_every_kind_of_attack_is_tried():
    tried = {row for attack in ATTACKS for row in attack.rows}
    assert {row for rows in ROWS.values() for row in rows} == tried | set(ELSEWHERE)
    for file, test in (place for places in ELSEWHERE.values() for place in places):
        assert f"def {test}(" in (HERE / file).read_text(encoding="utf-8")
    assert len({attack.student for attack in ATTACKS} | set(STUDENTS)) == len(ATTACKS) + len(STUDENTS)


def test_the_table_of_attacks_is_in_step():
    text = SECURITY.read_text(encoding="utf-8")
    assert with_table(text) == text, "run autograder/tests/hostile/corpus.py"


_each = [
    pytest.param(name, attack, id=f"{name}-{attack.name}", marks=mark)
    for name, mark in CLASSES.items()
    for attack in _attacks(name)
]


@pytest.mark.parametrize(("course", "attack"), _each)
def test_what_comes_of_it(classes, course, attack: Attack):
    graded = classes(course)
    expected = attack.outcomes[graded.course]
    if expected.verdict == REFUSED:
        said = {name: graded.refused[name] for name in attack.function(b"{}")}
        assert all(said.values()) and all(expected.reason in reason for reason in said.values()), said
        assert attack.student not in graded.everybody.entries
        return
    entry = graded.everybody.entries[attack.student]
    assert (str(entry.verdict), entry.score) == (expected.verdict, expected.score), entry.reason
    assert expected.reason in entry.reason


@in_both
def test_honest_work_is_graded_as_if_it_were_alone(classes, course):
    graded = classes(course)
    for student, score in SCORES[graded.course].items():
        entries = [asdict(run.entries[student]) for run in (graded.honest, graded.everybody)]
        assert entries[0]["score"] == score and entries[0]["verdict"] == "graded"
        for name in ("seconds", "cpu", "memory", "time"):
            assert {entry.pop(name) is not None for entry in entries} == {True}
        assert entries[0] == entries[1]
        assert _files(graded.alone, student) == _files(graded.mixed, student)
    assert _rows(graded.alone) == _rows(graded.mixed)


def _files(course: Course, student: str) -> dict[str, bytes]:
    folder = course.folder("autograded", "ps1", student)
    found = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert "ps1.ipynb" in found
    return found


def _rows(course: Course) -> list[tuple]:
    """Everything the gradebook has on the honest students."""
    rows: list[tuple] = []
    with open_gradebook(course) as gradebook:
        for student in STUDENTS:
            submission = gradebook.find_submission("ps1", student)
            rows.append((student, submission.timestamp, submission.score, submission.max_score))
            for notebook in submission.notebooks:
                rows.append((notebook.name, notebook.score, notebook.late_submission_penalty))
                rows += [(g.name, g.auto_score, g.manual_score, g.needs_manual_grade) for g in notebook.grades]
                rows += [(c.name, c.auto_comment, c.manual_comment) for c in notebook.comments]
    return rows


@in_both
def test_nothing_is_left_behind(classes, course):
    graded = classes(course)
    _, alive = psutil.wait_procs(graded.processes, timeout=10)
    assert graded.processes and not alive
    ours = f"autograder-{os.getpid()}-"
    assert ours not in Path("/proc/self/mounts").read_text()
    assert not list(Path(tempfile.gettempdir()).glob(f"{ours}*"))
    assert graded.changed == set()
    places = [Path.cwd(), Path(tempfile.gettempdir()), Path(graded.mixed.root), Path.home()]
    assert not [place for place in places if (place / "LOADED_OUTSIDE").exists()]
    assert not [path for path in Path(graded.mixed.root, "autograded").rglob("*") if path.is_symlink()]


@in_both
def test_only_the_upload_says_when_it_was_handed_in(classes, course):
    graded = classes(course)
    uploaded = {attack.student for attack in _attacks(graded.name) if attack.is_upload} | set(STUDENTS)
    with open_gradebook(graded.mixed) as gradebook:
        found = {s.student_id: s.timestamp for s in gradebook.assignment_submissions("ps1") if s.student_id in uploaded}
    assert set(found.values()) == {FRIDAY.replace(tzinfo=None)}
    assert set(STUDENTS) <= set(found)


@in_both
def test_what_people_look_at_is_inert(classes, course):
    graded = classes(course)
    """Feedback, report and export of a class like this one."""
    for path in write_feedback(graded.mixed, "ps1"):
        assert_inert(path.read_text(encoding="utf-8"))
    write_feedback(graded.alone, "ps1")
    for student in STUDENTS:
        first, second = (course.folder("feedback", "ps1", student) / "ps1.html" for course in (graded.alone, graded.mixed))
        assert first.read_text(encoding="utf-8") == second.read_text(encoding="utf-8")
    assert_inert(write_report(graded.mixed, "ps1").read_text(encoding="utf-8"), report=True)
    with open(
        write_csv(graded.mixed, ["ps1"], Path(graded.mixed.root, "grades.csv")), encoding="utf-8-sig", newline=""
    ) as file:
        table = list(csv.reader(file))
    assert len(table) > len(STUDENTS) and not [cell for row in table for cell in row if cell.startswith(("=", "+", "-", "@"))]
