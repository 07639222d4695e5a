"""The command as a user sees it: one sentence about what is wrong, and an exit status for scripts."""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from autograder.course import Course
from autograder.records.gradebook import open_gradebook
from autograder.records.journal import Journal

from autograder import __main__, cli, doctor

COMMAND = str(Path(sys.executable).with_name("autograder"))
LOOP = "def scale(x):\n    while True:\n        pass\n"


def run(*words: str) -> subprocess.CompletedProcess:
    return subprocess.run([COMMAND, *words], capture_output=True, text=True)


@pytest.fixture
def refusal(monkeypatch, capsys):
    """A function that gives what the command says, in this process: a sentence or two on standard error, status 2."""

    def said(*words: str) -> str:
        monkeypatch.setattr(sys, "argv", [COMMAND, *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert ended.value.code == 2
        printed = capsys.readouterr()
        assert printed.out == ""
        return printed.err

    return said


@pytest.fixture
def course(small_course) -> Path:
    return Path(small_course.course.root)


def hand_in(course: Path, student: str, source: str | None = None, text: str | None = None) -> None:
    folder = course / "submitted" / student / "ps1"
    folder.mkdir(parents=True)
    notebook = nbformat.read(course / "source" / "ps1" / "ps1.ipynb", as_version=4)
    for cell in notebook.cells:
        if source and cell.metadata.get("nbgrader", {}).get("solution") and cell.cell_type == "code":
            cell.source = source
    (folder / "ps1.ipynb").write_text(nbformat.writes(notebook) if text is None else text)


def test_unknown_assignment_names_the_known_ones(course, refusal):
    said = refusal("grade", "ps9", "--course", str(course))
    assert "'ps9'" in said and "ps1" in said


def test_course_without_a_source(tmp_path, refusal):
    assert "No assignment has a source notebook" in refusal("grade", "ps1", "--course", str(tmp_path))


def test_no_such_course(tmp_path, refusal):
    assert "There is no folder" in refusal("grade", "ps1", "--course", str(tmp_path / "nowhere"))


def test_no_one_has_handed_in(course, refusal):
    assert "No one has handed in ps1" in refusal("grade", "ps1", "--course", str(course))


def test_unknown_student(course, refusal):
    hand_in(course, "ada")
    assert "'bob'" in refusal("grade", "ps1", "--student", "bob", "--course", str(course))


def test_wrong_usage(course, refusal):
    assert "--jobs" in refusal("grade", "ps1", "--jobs", "0", "--course", str(course))


def test_the_program_says_the_same(tmp_path, refusal):
    done = run("grade", "ps1", "--course", str(tmp_path))
    assert (done.returncode, done.stdout, done.stderr) == (2, "", refusal("grade", "ps1", "--course", str(tmp_path)))


def test_broken_configuration(course, refusal):
    (course / "nbgrader_config.py").write_text("c = get_config(\n")
    assert "nbgrader_config.py" in refusal("grade", "ps1", "--course", str(course))


def test_a_course_that_cannot_be_written_is_told_without_talk_of_recorded_results(monkeypatch, capsys):
    def refuse():
        raise OSError(errno.EROFS, "Read-only file system", "/course/.autograder")

    monkeypatch.setattr(cli, "app", refuse)
    with pytest.raises(SystemExit):
        cli.main()
    said = capsys.readouterr().err
    assert "Read-only file system: '/course/.autograder'. Make it writable for you" in said and "Recorded" not in said


def test_an_interrupt_gives_a_sentence_before_the_start_and_in_any_command(course, monkeypatch, capsys):
    def interrupted(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(sys, "argv", [COMMAND, "report", "ps1", "--course", str(course)])
    for where, said in ((Course, "Stopped. Recorded results are kept"), (cli, "Stopped before it began.")):
        with monkeypatch.context() as patch:
            patch.setattr(where, "load" if where is Course else "main", interrupted)
            with pytest.raises(SystemExit) as ended:
                __main__.main()
        assert ended.value.code == 130 and said in capsys.readouterr().err


def test_report_before_grading(course, refusal):
    assert "ps1" in refusal("report", "ps1", "--course", str(course))


@pytest.mark.slow
def test_damaged_empty_and_oddly_named_do_not_stop_the_others(jail, course):
    hand_in(course, "ada")
    hand_in(course, "empty", text="")
    hand_in(course, "damaged", text='{"cells": [')
    hand_in(course, "right\u202eleft")
    hand_in(course, "star*")
    (course / "submitted" / "linked").symlink_to(course / "submitted" / "ada")
    done = run("grade", "ps1", "--json", "--course", str(course))
    assert done.returncode == 1, done.stderr
    entries = {entry["student"]: entry for entry in json.loads(done.stdout)[0]["submissions"]}
    assert entries["ada"]["verdict"] == "graded" and entries["ada"]["score"] > 0
    for student in ("empty", "damaged", "right\u202eleft", "star*", "linked"):
        assert entries[student]["verdict"] == "rejected" and entries[student]["reason"], student
        assert entries[student]["score"] is None


@pytest.mark.slow
def test_only_the_named_students(jail, course):
    for student in ("ada", "bob", "eve"):
        hand_in(course, student)
    done = run("grade", "ps1", "--student", "ada", "--student", "eve", "--json", "--course", str(course))
    assert done.returncode == 0, done.stderr
    assert [entry["student"] for entry in json.loads(done.stdout)[0]["submissions"]] == ["ada", "eve"]


@pytest.mark.slow
def test_interrupted_grading_goes_on(jail, course):
    """Ctrl-C in the middle gives a sentence and status 130; the same command then finishes, and grades no one twice."""
    for number in range(3):
        hand_in(course, f"a{number}")
    hand_in(course, "loops", source=LOOP)
    hand_in(course, "zoe")
    journal = Journal(Course.load(course).journal)
    grading = subprocess.Popen(
        [COMMAND, "grade", "ps1", "--jobs", "1", "--course", str(course)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while len(journal.latest("ps1")) < 2:
        assert grading.poll() is None and time.monotonic() < deadline, grading.communicate()
    grading.send_signal(signal.SIGINT)
    _, said = grading.communicate(timeout=120)
    assert grading.returncode == 130
    assert "run the same command again to continue" in said and "Traceback" not in said
    before = journal.latest("ps1")
    assert 2 <= len(before) < 5
    shutil.rmtree(course / "submitted" / "loops")
    assert run("grade", "ps1", "--course", str(course)).returncode == 0
    after = journal.latest("ps1")
    assert sorted(after) == ["a0", "a1", "a2", "zoe"]
    assert {student: after[student].time for student in before} == {student: entry.time for student, entry in before.items()}
    with open_gradebook(Course.load(course)) as gradebook:
        assert len(gradebook.assignment_submissions("ps1")) == 4


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to mount a small disk")
def test_full_disk_is_told_and_goes_on(jail, course):
    """A full disk gives a sentence; once there is space, the same command finishes."""
    for number in range(4):
        hand_in(course, f"a{number}")
    assert run("grade", "ps1", "--student", "a0", "--course", str(course)).returncode == 0
    disk = course / "autograded"
    shutil.rmtree(disk)
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", str(disk)], check=True)
    try:
        done = run("grade", "ps1", "--course", str(course))
        assert done.returncode == 1
        assert "No space left" in done.stderr and "run the same command again" in done.stderr and "Traceback" not in done.stderr
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)
    assert run("grade", "ps1", "--course", str(course)).returncode == 0
    with open_gradebook(Course.load(course)) as gradebook:
        assert len(gradebook.assignment_submissions("ps1")) == 4


@pytest.mark.parametrize(("writable", "words"), [(True, "writable, not used yet"), (False, "not writable and not needed")])
def test_doctor_says_whether_cgroups_could_be_used(writable, words, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: writable)
    assert doctor._cgroups().detail.startswith(words)


@pytest.mark.parametrize(
    ("readable", "state", "words"), [(True, "ok", "counts as the 4"), (False, "limited", "does not count")]
)
def test_doctor_says_whether_sockets_can_be_counted(readable, state, words, monkeypatch):
    monkeypatch.setattr(doctor, "socket_bytes", lambda: 416 << 10)
    monkeypatch.setattr(doctor.os, "access", lambda *_: readable)
    assert doctor._sockets().state == state and words in doctor._sockets().detail


@pytest.mark.parametrize(("pages", "state", "words"), [("16384", "ok", "to 64 MB"), ("0", "limited", "nothing bounds")])
def test_doctor_says_how_much_may_wait_in_pipes(pages, state, words, monkeypatch):
    monkeypatch.setattr(doctor, "_sysctl", lambda name: pages)
    assert doctor._pipes().state == state and words in doctor._pipes().detail


@pytest.mark.slow
def test_doctor_says_what_this_machine_can_do(jail):
    done = run("doctor")
    assert done.returncode == 0, done.stdout
    for what in ("jail", "cgroups", "GPU", "tensorflow"):
        assert what in done.stdout
