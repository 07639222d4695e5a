"""A student's progress is kept on their own computer."""

import json
import re

import pytest
from questions import QUESTIONS
from unroll import progress
from unroll.checks import Comparison, check, finding, frozen


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A package with two notebooks, and a file for the results."""
    (tmp_path / "public").mkdir()
    monkeypatch.setattr(finding.resources, "files", lambda name: tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("UNROLL_PROGRESS", str(tmp_path / "mine" / "checks.jsonl"))
    for name in ("NBGRADER_EXECUTION", "UNROLL_JUDGE"):
        monkeypatch.delenv(name, raising=False)
    for notebook, names in (("01_x", ["one", "double"]), ("02_y", ["last"])):
        text = json.dumps({"cells": [{"source": [f'check("{name}", {name})']} for name in names]})
        every = frozen.FrozenChecks(
            "r1", dict.fromkeys(names, QUESTIONS), dict.fromkeys(names, Comparison()), notebooks={notebook: text}
        )
        frozen.save(tmp_path / "public" / f"{notebook}.npz", every)
    return tmp_path


def right(x):
    return 2 * x + 1


def test_what_is_done_what_is_next_and_what_came_back(course, capsys):
    check.progress()
    assert capsys.readouterr().out.splitlines() == [
        "Next: one in 01_x.",
        f"This is kept in {course / 'mine' / 'checks.jsonl'}, on this computer alone.",
    ]
    for thing in (lambda x: 2 * x, right, lambda x: 2 * x, lambda x: 2 * x, right):
        check("double", thing)
    capsys.readouterr()
    text, page = progress.shown()
    assert text.splitlines()[:3] == [
        "01_x  1 of 2  · one  ✓ double",
        "Next: one in 01_x.",
        "double: 2 times, The 1 is left out.",
    ]
    assert "✓ double" in page and f"As a page, for the browser: {course / 'mine' / 'progress.html'}" in text.splitlines()
    check("one", right)
    check("last", lambda x: x)
    capsys.readouterr()
    assert "02_y  0 of 1  ✗ last\nNext: last in 02_y." in progress.shown()[0]


def test_the_page_says_how_often_and_what_was_wrong(course, capsys):
    for thing in (right, lambda x: 2 * x):
        check("double", thing)
    path = progress.write_page(progress.standing())
    texts = [text.strip() for text in re.split(r"<[^>]*>", path.read_text("utf-8").partition("</style>")[2]) if text.strip()]
    assert texts[:2] == ["My progress", "Next: one in 01_x."]
    row = texts[texts.index("✗") :]
    assert row[1:3] == ["double", "2"] and row[4:] == ["The 1 is left out.", "Not begun", "02_y"]
    with progress.place().open("a", encoding="utf-8") as file:
        file.write(json.dumps({"when": 1, "check": "one", "failed": 1, "hints": ["<b>&"]}) + "\n")
    assert "<td>&lt;b&gt;&amp;</td>" in progress.as_page(progress.standing())


def test_what_cannot_be_written_or_read_does_no_harm(course, monkeypatch, capsys):
    check("double", right)
    with progress.place().open("a") as file:
        file.write("no JSON\n[]\n")
    assert [each["check"] for each in progress.noted()] == ["double"]
    monkeypatch.setenv("UNROLL_PROGRESS", str(course / "public" / "01_x.npz" / "below a file"))
    check("double", right)
    assert capsys.readouterr().out.endswith("All 3 cases pass.\n") and progress.noted() == []
