"""A term of 40 students and three assignments, through public commands only: every number at the end, and no work lost or given to another."""

import csv
import json
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nbformat
import pytest
from autograder.cli import app
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from typer.testing import CliRunner

from tests.formgrader import TOKEN, fetched, formgrader
from tests.looking import chromium_open

DUE = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
IN_TIME, LATE = DUE - timedelta(hours=3), DUE + timedelta(days=1)
JUDGE = """
from autograder.check import Case, Check, Requirements
from autograder.kernels.limits import Limits

requirements = Requirements(limits=Limits())
{name} = Check("{name}")
{name}.reference(lambda x: {answer})


@{name}.cases
def _(rng):
    yield Case("five numbers", x=rng.normal(size=5), basic=True)
"""
CONFIG = """
c = get_config()
c.LateSubmissionPlugin.penalty_method = "zero"
c.Course.weights = {"hw3": 2}
c.Course.drop_lowest = 1
"""
GIVEN = {"ann": 5, "ann_lee": 6, "s03": 0}  # by hand, for the essay of hw2
COMMENT = "Say it in your own words."


@dataclass(frozen=True)
class Student:
    """One of the class: two have one name, one id is the beginning of another, one has grace days."""

    number: int

    @property
    def id(self) -> str:
        return {1: "ann", 2: "ann_lee"}.get(self.number, f"s{self.number:02}")

    @property
    def name(self) -> str:
        return "Anna Schmidt" if self.number < 3 else f"Person {self.number:02}"

    @property
    def row(self) -> str:
        return f"{self.id},{self.name},{self.id}@x.org,{500 + self.number},gh-{self.number},{2 if self.number == 9 else ''}"

    def points(self, assignment: str) -> float:
        """What they must have in the end, after the regrade."""
        if assignment == "hw1":
            return 0 if self.number in (7, 40) else 10 * (self.number % 4 != 0)  # late, not handed in
        if assignment == "hw2":
            return 8 * (self.number % 3 != 0) + GIVEN.get(self.id, 0)
        return 10 * (self.number % 5 != 0)

    def answer(self, assignment: str) -> str:
        right, wrong = {"hw1": ("2 * x", "x"), "hw2": ("x + 1", "x"), "hw3": ("x**3", "x**2")}[assignment]
        every = {"hw1": 4, "hw2": 3, "hw3": 5}[assignment]
        return right if self.number % every else wrong


CLASS = [Student(number) for number in range(1, 41)]
MOST = {"hw1": 10, "hw2": 14, "hw3": 10}


def source(assignment: str, function: str, test: str, points: int, *more) -> nbformat.NotebookNode:
    flags = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    solution = f"def {function}(x):\n    ### BEGIN SOLUTION\n    pass\n    ### END SOLUTION"
    first = "from unroll import check" if "check(" in test else "import math"
    cells = [new_code_cell(first), new_code_cell(solution), new_code_cell(test), *more]
    cells[1].metadata["nbgrader"] = flags | {"solution": True, "grade_id": function}
    cells[2].metadata["nbgrader"] = flags | {"grade": True, "locked": True, "points": points, "grade_id": f"{function}-check"}
    for cell in more:
        cell.metadata["nbgrader"] = flags | {"grade": True, "solution": True, "points": 6, "grade_id": "essay"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


@dataclass(frozen=True)
class Term:
    """The course's folder, and the commands of its instructor."""

    path: Path

    def run(self, *words: object, status: int = 0) -> str:
        done = CliRunner().invoke(app, [*map(str, words), "--course", str(self.path)])
        assert done.exit_code == status, f"{words}: {done.output} {done.exception!r}"
        return done.output

    def table(self, *words: object) -> list[dict[str, str]]:
        path = self.path / "table.csv"
        self.run(*words, "--to", path)
        with open(path, encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def scores(self, assignment: str) -> dict[str, float | None]:
        return {row["student"]: float(row["score"]) if row["score"] else None for row in self.table("export", assignment)}

    def change(self, file: str, old: str, new: str) -> None:
        text = (self.path / file).read_text()
        assert old in text
        (self.path / file).write_text(text.replace(old, new))

    def by(self, student: Student, assignment: str, answer: str | None = None) -> bytes:
        """The published notebook with a student's answer."""
        notebook = nbformat.read(self.path.parent / "students" / "release" / assignment / f"{assignment}.ipynb", as_version=4)
        function = {"hw1": "double", "hw2": "more", "hw3": "cube"}[assignment]
        for cell in notebook.cells:
            if cell.metadata.get("nbgrader", {}).get("grade_id") == function:
                cell.source = f"# by {student.id}.\ndef {function}(x):\n    return {answer or student.answer(assignment)}"
            elif cell.metadata.get("nbgrader", {}).get("grade_id") == "essay":
                cell.source = f"An essay by {student.id}."
        return nbformat.writes(notebook).encode()


@pytest.fixture
def class_term(jail, tmp_path) -> Term:
    course = tmp_path / "course"
    essay = new_markdown_cell("Why?")
    for name, notebook in (
        ("hw1", source("hw1", "double", 'check("double", double)', 10)),
        ("hw2", source("hw2", "more", "assert more(1) == 2", 4, essay)),
        ("hw3", source("hw3", "cube", 'check("cube", cube)', 10)),
    ):
        (course / "source" / name).mkdir(parents=True)
        nbformat.write(notebook, course / "source" / name / f"{name}.ipynb")
    (course / "judges").mkdir()
    (course / "judges" / "hw1.py").write_text(JUDGE.format(name="double", answer="2 * x"))
    (course / "judges" / "hw3.py").write_text(JUDGE.format(name="cube", answer="x**2"))  # wrong, as will be found out
    (course / "nbgrader_config.py").write_text(CONFIG)
    (course / "roster.csv").write_text("\n".join(["id,name,email,lms_id,github,extra_days", *(each.row for each in CLASS)]))
    return Term(course)


def archive(path: Path, files: dict[str, tuple[bytes, datetime]]) -> Path:
    with zipfile.ZipFile(path, "w") as packed:
        for name, (content, time) in files.items():
            packed.writestr(zipfile.ZipInfo(name, time.astimezone().timetuple()[:6]), content)
    return path


def from_moodle(term: Term) -> list[Path]:
    """All but one hand in, two late, one twice; there is a folder around, files have other names, and a stranger is among them."""
    names = {5: "hw1 (1).ipynb", 6: "my solution.ipynb"}
    files = {}
    for student in CLASS[:-1]:
        place = f"Course-hw1-77/{student.name}_{500 + student.number}_assignsubmission_file_/{names.get(student.number, 'hw1.ipynb')}"
        answer = "x" if student.number == 11 else None
        files[place] = (term.by(student, "hw1", answer), LATE if student.number in (7, 9) else IN_TIME)
    files["Course-hw1-77/Eve Mallory_999_assignsubmission_file_/hw1.ipynb"] = (term.by(CLASS[38], "hw1"), IN_TIME)
    again = {"Person 11_511_assignsubmission_file_/hw1.ipynb": (term.by(CLASS[10], "hw1"), DUE - timedelta(hours=1))}
    return [archive(term.path.parent / "moodle.zip", files), archive(term.path.parent / "moodle2.zip", again)]


def from_canvas(term: Term) -> Path:
    files = {}
    for student in CLASS:
        late = "_LATE" if student.number == 12 else ""
        copy = "-1" if student.number % 2 else ""
        name = f"{''.join(reversed(student.name.lower().split()))}{late}_{500 + student.number}_{9000 + student.number}_hw2{copy}.ipynb"
        files[name] = (term.by(student, "hw2"), IN_TIME)
    return archive(term.path.parent / "canvas.zip", files)


def from_github(term: Term) -> Path:
    folder = term.path.parent / "classroom"
    for student in CLASS[:20]:
        place = folder / f"hw3-gh-{student.number}"
        (place / ".git").mkdir(parents=True)
        (place / ".git" / "config").write_text("[core]")
        (place / "hw3.ipynb").write_bytes(term.by(student, "hw3"))
    return folder


def from_nbgraders_exchange(term: Term) -> list[Path]:
    """In one folder what some handed in before they thought better of it, in the other what all handed in at last."""
    folders = [term.path.parent / "inbound, Monday", term.path.parent / "inbound, Friday"]
    for student in CLASS[20:]:
        attempts = [(folders[1], None, IN_TIME)]
        if student.number < 24:
            attempts.append((folders[0], "x", IN_TIME - timedelta(days=4)))
        for folder, answer, time in attempts:
            place = folder / f"{student.id}+hw3+{time:%Y-%m-%d %H:%M:%S} UTC+r{student.number}"
            place.mkdir(parents=True)
            (place / "hw3.ipynb").write_bytes(term.by(student, "hw3", answer))
            os.utime(place, (time.timestamp(), time.timestamp()))
    return folders


def grade_by_hand(term: Term, home: Path) -> None:
    """In formgrader, through a browser."""
    with formgrader(term.path, home) as address, chromium_open() as browser:
        page = browser.new_page()
        page.route(lambda url: not url.startswith(address), lambda route: route.abort())  # MathJax from afar
        page.goto(f"{address}/formgrader/?token={TOKEN}")
        listed = json.loads(fetched(f"{address}/formgrader/api/submitted_notebooks/hw2/hw2"))
        ids = {each["student"]: each["id"] for each in listed}
        for student, points in GIVEN.items():
            page.goto(f"{address}/formgrader/submissions/{ids[student]}/?token={TOKEN}")
            assert f"An essay by {student}." in page.inner_text("body")
            page.wait_for_selector("input#essay_extra_credit[placeholder]")  # then formgrader listens to the fields
            with page.expect_response(lambda answer: "/api/grade/" in answer.url and answer.request.method == "PUT") as saved:
                page.fill("input#essay", str(points))
                page.press("input#essay", "Tab")
            assert saved.value.ok
        with page.expect_response(lambda answer: "/api/comment/" in answer.url and answer.request.method == "PUT") as saved:
            page.locator("textarea.comment").last.fill(COMMENT)
            page.locator("textarea.comment").last.blur()
        assert saved.value.ok


def words(path: Path) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", path.read_text(encoding="utf-8")).split())


@pytest.mark.slow
def test_a_term(class_term, tmp_path):
    term = class_term
    names = list(MOST)
    # Publish, with a due date for the first one.
    term.run("release", *names)
    term.run("publish", tmp_path / "students")
    due = [f"--duedate={DUE:%Y-%m-%d %H:%M:%S} UTC"]
    subprocess.run([sys.executable, "-m", "nbgrader", "db", "assignment", "add", "hw1", *due], cwd=term.path, check=True)

    # Hand in by four channels.
    first, second = from_moodle(term)
    assert "Eve Mallory" in term.run("collect", "hw1", first, "--from", "moodle", status=1)
    term.run("collect", "hw1", second, "--from", "moodle")
    term.run("collect", "hw2", from_canvas(term), "--from", "canvas")
    term.run("collect", "hw3", from_github(term), "--from", "github")
    for folder in from_nbgraders_exchange(term):
        term.run("collect", "hw3", folder, "--from", "nbgrader")
    for name in names:
        handed_in = {path.parts[-3]: path.read_text() for path in (term.path / "submitted").glob(f"*/{name}/{name}.ipynb")}
        assert handed_in.keys() == {each.id for each in CLASS if (each.number, name) != (40, "hw1")}
        assert [student for student, text in handed_in.items() if f"# by {student}." not in text] == []

    # Grade, then by hand.
    output = term.run("grade", *names)
    assert "1 not handed in: s40" in output and "40 wait for a person" in output
    assert term.scores("hw3") == {each.id: 10 * (each.number % 5 == 0) for each in CLASS}, "by the wrong check"
    grade_by_hand(term, tmp_path)
    term.run("report", "hw2")
    assert "37 answers for a person" in words(term.path / "report" / "hw2.html")

    # A check was wrong, and a question is worth more.
    term.change("judges/hw3.py", "x**2", "x**3")
    dry = term.run("regrade", "hw3", "--dry-run")
    assert "40 of 40 scores would change" in dry and "0 executed, 40 judged again" in dry
    assert term.scores("hw3")["ann"] == 0
    term.run("regrade", "hw3")
    term.change("source/hw2/hw2.ipynb", '"points": 4', '"points": 8')
    assert "0 executed, 40 judged again" in term.run("regrade", "hw2")

    # Every number.
    for name in names:
        expected = {each.id: each.points(name) for each in CLASS}
        assert {student: score or 0 for student, score in term.scores(name).items()} == expected
    assert term.scores("hw1")["s40"] is None
    weights = {"hw1": 1, "hw2": 1, "hw3": 2}
    for row, student in zip(term.table("term"), sorted(CLASS, key=lambda each: each.id), strict=True):
        shares = {name: student.points(name) / MOST[name] for name in names}
        lowest, *rest = sorted(names, key=lambda name: (shares[name], -weights[name]))
        counted = 100 * sum(weights[name] * shares[name] for name in rest) / sum(weights[name] for name in rest)
        assert (row["student"], row["dropped"]) == (student.id, lowest)
        assert float(row["term"]) == pytest.approx(counted, abs=0.01)
    canvas = {row["ID"]: row["hw2"] for row in term.table("export", "hw2", "--for", "canvas")}
    assert canvas == {"": "14.0"} | {str(500 + each.number): f"{float(each.points('hw2'))}" for each in CLASS}

    # Feedback says what a person gave, to each their own.
    term.run("feedback", "hw2")
    for student in CLASS:
        (page,) = (term.path / "feedback" / student.id / "hw2").glob("*.html")
        assert f"An essay by {student.id}." in words(page)
    assert "5 of 6 points, to be confirmed" in words(term.path / "feedback" / "ann" / "hw2" / "hw2.html")
    assert COMMENT in words(term.path / "feedback" / "s03" / "hw2" / "hw2.html")
    assert "still to be given by a person" in words(term.path / "feedback" / "s04" / "hw2" / "hw2.html")

    # One student leaves.
    term.run("forget", "ann", "--yes")
    left = [path for path in term.path.rglob("*") if path.is_file() and b"# by ann." in path.read_bytes()]
    assert [path for path in left if "gradebook.db" not in path.name] == []
    assert (term.path / "submitted" / "ann_lee" / "hw3" / "hw3.ipynb").exists()
