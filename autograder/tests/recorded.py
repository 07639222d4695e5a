"""What grading a class writes, to compare two runs of it."""

import contextlib
import json
import sqlite3
from collections import Counter
from pathlib import Path

from autograder.course import Course
from autograder.records.gradebook import open_gradebook

CHANCES = ("seconds", "cpu", "memory", "runs", "time")  # what no two runs share
# What the students of a class hand in, in turn: right work and wrong.
WORK = [
    {},
    {"scale": "def scale(x):\n    return 2 * x"},
    {"step": "def rnn_step(x, a, W_ax, W_aa, b_a):\n    return np.tanh(x @ W_ax.T + a @ W_aa.T)"},
    {"end": "print('x' * 1000)"},
    {"scale": "def scale(x):\n    raise KeyError(x)"},
]


def state(path: Path) -> dict:
    """All that grading writes, but for what no two runs share."""
    course = Course.load(path)
    with open_gradebook(course) as gradebook:
        rows = [
            (
                s.student_id,
                s.timestamp,
                n.name,
                n.late_submission_penalty,
                g.name,
                g.auto_score,
                g.manual_score,
                g.needs_manual_grade,
            )
            for s in gradebook.assignment_submissions("ps1")
            for n in s.notebooks
            for g in n.grades
        ]
        comments = [
            (s.student_id, c.name, c.auto_comment, c.manual_comment)
            for s in gradebook.assignment_submissions("ps1")
            for n in s.notebooks
            for c in n.comments
        ]
    with sqlite3.connect(path / "gradebook.db") as database:
        tables = [name for (name,) in database.execute("select name from sqlite_master where type = 'table' order by name")]
        counts = {name: database.execute(f"select count(*) from {name}").fetchone() for name in tables}
    autograded = path / "autograded"
    return {
        "rows": sorted(rows, key=repr),
        "comments": sorted(comments, key=repr),
        "counts": counts,
        "journal": sorted(journal_lines(course.journal), key=repr),
        "files": {str(p.relative_to(autograded)): p.read_bytes() for p in autograded.rglob("*") if p.is_file()},
    }


def journal_lines(journal: Path) -> list[dict]:
    """Every entry of the journal, also those that a later one replaces; what is no entry is left out."""
    found = []
    for line in journal.read_bytes().splitlines():
        with contextlib.suppress(ValueError, RecursionError):
            found.append(json.loads(line))
    entries = [entry for entry in found if isinstance(entry, dict) and "student" in entry]
    return [{name: value for name, value in entry.items() if name not in CHANCES} for entry in entries]


def assert_same(path: Path, expected: dict) -> None:
    found = state(path)
    assert max(Counter(entry["student"] for entry in found["journal"]).values()) == 1, "a submission stands there twice"
    for what, wanted in expected.items():
        assert found[what] == wanted, what
