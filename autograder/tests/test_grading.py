"""Grading a class: submissions hit by our own faults, or starved by others, get a second run alone."""

from dataclasses import replace

import pytest
from autograder.judging import examiner
from autograder.records import gradebook as gradebook_module
from autograder.records.gradebook import open_gradebook
from autograder.records.journal import Journal
from autograder.running import workers
from autograder.transcript import Remark, Transcript, Verdict
from nbformat.v4 import new_markdown_cell

from autograder import grading


@pytest.fixture
def first_runs(small_course, tmp_path, monkeypatch):
    """Make the first run of some students end as given; return a function that grades and counts the runs of each."""
    runs = tmp_path / "runs"
    runs.mkdir()

    def grade_with(endings: dict[str, tuple[Verdict, float, float]]) -> dict[str, int]:
        def run_job(job, gpu) -> Transcript:
            marks = runs / job.student.replace("/", " ")
            count = len(marks.read_text()) if marks.exists() else 0
            marks.write_text("x" * (count + 1))
            verdict, cpu, seconds = endings.get(job.student, (Verdict.GRADED, 0.1, 0.1))
            if count or verdict is Verdict.GRADED:
                return Transcript(job.student, job.assignment, Verdict.GRADED, notebooks=dict(job.notebooks))
            ended = Transcript(job.student, job.assignment, verdict, "it ended", dict(job.notebooks), cpu=cpu, seconds=seconds)
            return replace(ended, by_chance=job.student.startswith("unlucky"))

        monkeypatch.setattr(workers, "run_job", run_job)
        for student in ("ada", "bob", "eve", *endings):
            small_course.hand_in(student)
        grading.grade(small_course.course, "ps1", jobs=2)
        return {
            path.name: len(path.read_text()) for path in runs.iterdir() if not path.name.startswith(("rehearsal", "reference"))
        }

    return grade_with


def test_our_own_fault_is_tried_once_more(first_runs, small_course):
    assert first_runs({"mia": (Verdict.FAULT, 0.0, 0.0)}) == {"ada": 1, "bob": 1, "eve": 1, "mia": 2}
    assert Journal(small_course.course.journal).latest("ps1")["mia"].verdict is Verdict.GRADED


def test_a_time_limit_is_tried_alone_if_the_neighbours_took_the_time(first_runs, small_course):
    endings = {"starved": (Verdict.TIME, 6.0, 10.0), "loops": (Verdict.TIME, 9.9, 10.0), "sleeps": (Verdict.TIME, 0.1, 10.0)}
    runs = first_runs(endings)
    assert {student: runs[student] for student in endings} == {"starved": 2, "loops": 1, "sleeps": 1}
    verdicts = {student: entry.verdict for student, entry in Journal(small_course.course.journal).latest("ps1").items()}
    assert verdicts["starved"] is Verdict.GRADED and verdicts["loops"] is verdicts["sleeps"] is Verdict.TIME


def test_what_may_have_been_chance_is_tried_alone(first_runs, small_course):
    endings = {name: (Verdict.MEMORY, 1.0, 1.0) for name in ("unlucky", "hoards")}
    runs = first_runs(endings)
    assert (runs["unlucky"], runs["hoards"]) == (2, 1)
    verdicts = {student: entry.verdict for student, entry in Journal(small_course.course.journal).latest("ps1").items()}
    assert (verdicts["unlucky"], verdicts["hoards"]) == (Verdict.GRADED, Verdict.MEMORY)


def test_work_without_a_name_waits_for_a_person(small_course, first_runs):
    notebook = small_course.notebook()
    notebook.cells[-1].source = "Because."
    notebook.cells += [new_markdown_cell("My own notes.")]
    for cell in notebook.cells:
        cell.metadata.clear()
        cell.pop("id")
    small_course.hand_in("zoe", notebook)
    first_runs({})
    with open_gradebook(small_course.course) as gradebook:
        for student, waits in (("ada", False), ("zoe", True)):
            (recorded,) = gradebook.find_submission("ps1", student).notebooks
            (words,) = [grade for grade in recorded.grades if grade.name == "words"]
            (said,) = [comment.auto_comment for comment in recorded.comments if comment.name == "words"]
            assert (words.needs_manual_grade, words.auto_score) == (waits, None if waits else 0)
            assert said == (gradebook_module._ASTRAY if waits else "No response.")
    remarks = Journal(small_course.course.journal).latest("ps1")["zoe"].remarks
    assert remarks[Remark.RECOGNISED] == "cells that came back without nbgrader's metadata were recognised: step, scale"
    assert remarks[Remark.LOST] == "not found, but perhaps in a cell without nbgrader's metadata, so a person looks: words"


def test_a_fault_that_stays_leaves_no_grade(small_course, monkeypatch):
    small_course.hand_in("ada")
    monkeypatch.setattr(workers, "run_job", lambda job, gpu: Transcript(job.student, job.assignment, Verdict.FAULT, "no jail"))
    done = grading.grade(small_course.course, "ps1", jobs=1)
    assert [entry.student for entry in done.ungraded] == ["ada"]
    assert Journal(small_course.course.journal).latest("ps1") == {}


def test_a_submission_that_our_code_fails_on_is_graded_as_far_as_it_went(jail, small_course, monkeypatch):
    """It is tried twice, then recorded with what was finished; the neighbour's grade does not change, and no run tries again."""
    mark, failed = examiner.mark, []

    def mark_or_fail(name, questions, answers, comparison):
        if name == "scale" and any(answer.error for answer in answers):
            failed.append(name)
            raise ZeroDivisionError("a fault of ours")
        return mark(name, questions, answers, comparison)

    monkeypatch.setattr(examiner, "mark", mark_or_fail)
    small_course.hand_in("ada")
    small_course.hand_in("mia", small_course.notebook(scale="def scale(x):\n    raise ValueError"))
    entries = grading.grade(small_course.course, "ps1", jobs=1).entries
    assert entries["ada"].verdict is Verdict.GRADED and entries["ada"].score > entries["mia"].score > 0
    assert entries["mia"].verdict is Verdict.STUMBLED and "ZeroDivisionError: a fault of ours" in entries["mia"].reason
    assert len(failed) == 2
    assert grading.grade(small_course.course, "ps1", jobs=1).unchanged == ["ada", "mia"]


@pytest.mark.parametrize("where", ["read_submission", "submission_job", "make_harmless"])
def test_a_submission_that_our_code_fails_on_outside_its_run_stops_no_one(small_course, monkeypatch, where):
    """While it is read, prepared or written: it waits for a person, and the others are graded."""
    real = getattr(grading, where)

    def fails(*arguments):
        if "mia" in str(arguments[1 if where == "read_submission" else 0 if where == "make_harmless" else 2]):
            raise RecursionError("a fault of ours")
        return real(*arguments)

    monkeypatch.setattr(
        workers, "run_job", lambda job, gpu: Transcript(job.student, "ps1", Verdict.GRADED, notebooks=job.notebooks)
    )
    for student in ("ada", "mia", "zoe"):
        small_course.hand_in(student, small_course.notebook(end=f"print({student!r})"))
    monkeypatch.setattr(grading, where, fails)
    entries = grading.grade(small_course.course, "ps1", jobs=1).entries
    assert {student: str(entry.verdict) for student, entry in entries.items()} == {
        "ada": "graded", "mia": "the grader failed", "zoe": "graded",
    }  # fmt: skip
    assert entries["mia"].score is None and "RecursionError: a fault of ours" in entries["mia"].reason
    assert "ada" in grading.grade(small_course.course, "ps1", jobs=1).unchanged


def test_a_judge_that_cannot_draw_its_cases_grades_nobody(jail, small_course, monkeypatch):
    """That is the instructor's fault: no points are lost to it."""
    judge = small_course.course.judge_file("ps1")
    judge.write_text(judge.read_text().replace("def _(rng):", "def _(rng):\n    1 / 0", 1))
    small_course.hand_in("ada")
    (entry,) = grading.grade(small_course.course, "ps1", jobs=1).ungraded
    assert entry.verdict is Verdict.FAULT and "failed to draw its cases" in entry.reason


def test_the_gradebook_has_the_names_and_addresses_of_the_roster(first_runs, small_course):
    roster = small_course.path / "roster.csv"
    roster.write_text('id,name,email,lms_id\nada,"Lovelace, Ada",a@x.org,7\nquiet,Mary Ann Q,,\n')
    first_runs({})
    roster.write_text("id,name\nada,Ada King\n")  # what it leaves out stays
    first_runs({})
    with open_gradebook(small_course.course) as gradebook:
        found = {s.id: (s.first_name, s.last_name, s.email, s.lms_user_id) for s in gradebook.students}
    assert found["ada"] == ("Ada", "King", "a@x.org", "7") and found["quiet"] == ("Mary Ann", "Q", None, None)
    assert found["bob"] == (None, None, None, None)  # handed in, but is not on the roster
