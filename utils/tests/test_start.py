"""The students' copies: made once, brought up to date, and never written over."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from unroll.start import CannotStart, bring, find_assignment

ASSIGNMENT = "assignments/01_rnn_step/01_rnn_step.ipynb"
COPY = "work/01_rnn_step/01_rnn_step.ipynb"
FILES = {
    "START.md": "[a lecture](lectures/02_rnn_step.ipynb), [an assignment](assignments/01_rnn_step/01_rnn_step.ipynb)",
    "lectures/02_rnn_step.ipynb": "[next](../assignments/01_rnn_step/01_rnn_step.ipynb)",
    ASSIGNMENT: "[lecture](../../lectures/02_rnn_step.ipynb), [next](../02_bptt/02_bptt.ipynb)",
    "assignments/01_rnn_step/01_rnn_step.npz": "cases",
    "assignments/02_bptt/02_bptt.ipynb": "[lecture](../../lectures/02_rnn_step.ipynb)",
}


@pytest.fixture
def course(tmp_path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def links(path: Path) -> list[str]:
    return [part.partition(")")[0] for part in path.read_text().split("](")[1:]]


def test_links_lead_from_copy_to_copy(course):
    bring(course)
    copies = [path for path in (course / "work").rglob("*") if path.suffix in (".md", ".ipynb")]
    assert len(copies) == 4
    for copy in copies:
        for link in links(copy):
            target = (copy.parent / link).resolve()
            assert target.is_file() and target.is_relative_to(course / "work"), (copy, link)


def test_one_assignment_alone(course):
    assert bring(course, "01_rnn_step").made == ["01_rnn_step/01_rnn_step.ipynb", "01_rnn_step/01_rnn_step.npz"]
    assert not (course / "work" / "lectures").exists()


def test_a_second_time_nothing_is_written(course):
    bring(course)
    assert bring(course).made == []


def test_a_newer_version_replaces_a_copy_that_was_not_changed(course):
    bring(course)
    (course / ASSIGNMENT).write_text("newer")
    (course / "assignments/01_rnn_step/01_rnn_step.npz").write_text("newer cases")
    assert bring(course).made == ["01_rnn_step/01_rnn_step.ipynb", "01_rnn_step/01_rnn_step.npz"]
    assert (course / COPY).read_text() == "newer"


def test_a_copy_that_was_changed_stays_and_is_told_of_only_if_there_is_a_newer_version(course):
    bring(course)
    (course / COPY).write_text("a student's work")
    assert bring(course).kept == []
    (course / ASSIGNMENT).write_text("newer")
    for _ in range(2):
        assert bring(course).kept == ["01_rnn_step/01_rnn_step.ipynb"]
        assert (course / COPY).read_text() == "a student's work"
    (course / COPY).unlink()
    assert bring(course).made == ["01_rnn_step/01_rnn_step.ipynb"]


@pytest.mark.parametrize("damage", [None, "[", "[1]", "7"])
def test_without_the_record_no_work_is_lost(course, damage):
    bring(course)
    (course / COPY).write_text("a student's work")
    record = course / "work" / ".copies.json"
    assert json.loads(record.read_text())
    record.unlink() if damage is None else record.write_text(damage)
    (course / ASSIGNMENT).write_text("newer")
    bring(course)
    assert (course / COPY).read_text() == "a student's work"


@pytest.mark.parametrize("wanted", ["01", "1", "01_rnn_step"])
def test_an_assignment_is_found_by_number_or_name(course, wanted):
    assert find_assignment(course, wanted) == "01_rnn_step"


def test_an_assignment_that_is_not_there(course, tmp_path_factory):
    with pytest.raises(CannotStart, match="no assignment '7'. There are 01_rnn_step, 02_bptt"):
        find_assignment(course, "7")
    with pytest.raises(CannotStart, match="Go to the folder of the course"):
        find_assignment(tmp_path_factory.mktemp("elsewhere"), "01")


def test_a_copy_that_cannot_be_written_is_named(course):
    (course / "work").write_text("a file in the way")
    with pytest.raises(CannotStart, match=r"work.*cannot be written"):
        bring(course)


def test_the_command_says_where_the_copy_is(course):
    done = subprocess.run([sys.executable, "-m", "unroll.start", "01"], cwd=course, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, f"Your copy: {COPY}\n")
    done = subprocess.run([sys.executable, "-m", "unroll.start", "9"], cwd=course, capture_output=True, text=True)
    assert done.returncode == 1 and done.stderr.startswith("There is no assignment '9'")
