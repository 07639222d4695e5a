"""The demo class: every student gets the expected result."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest
from autograder.course import Course
from autograder.records.journal import Journal

from tests.demo.course import ASSIGNMENT

pytestmark = pytest.mark.slow


def test_thirty_students_get_score_verdict_and_hints(demo):
    assert len(demo.outcomes) == 30
    assert {outcome.student: outcome.wrong for outcome in demo.outcomes if outcome.wrong} == {}


def test_every_misconception_is_named_in_somebodys_feedback(demo):
    from autograder.assignment import Assignment

    judge = Assignment(Course.load(demo.course), ASSIGNMENT).judge
    named = {(check, hint) for outcome in demo.outcomes for check, hints in outcome.hints.items() for hint in hints}
    assert {(name, sentence) for name, check in judge.checks.items() for sentence in check.misconceptions} <= named


def test_nothing_of_the_class_was_stolen(demo):
    page = (demo.course / "feedback" / "thief" / ASSIGNMENT / f"{ASSIGNMENT}.html").read_text()
    assert "found: []" in page


def test_unchanged_submissions_are_not_run_again(demo):
    journal = demo.course / ".autograder" / "journal.jsonl"
    before = journal.read_text()
    command = [str(Path(sys.executable).with_name("autograder")), "grade", ASSIGNMENT, "--course", str(demo.course)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1, done.stderr  # the damaged one still has no grade
    assert "unchanged since they were graded" in done.stdout
    assert journal.read_text() == before
    assert len(Journal(journal).latest(ASSIGNMENT)) == 30


def test_export_has_a_row_for_everybody(demo):
    with open(demo.course / "grades.csv", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 30
    by_student = {row["student"]: row for row in rows}
    assert float(by_student["right"]["score"]) == max(float(row["score"]) for row in rows if row["score"])
    assert by_student["damaged"]["score"] == ""
