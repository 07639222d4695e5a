"""Courses whose submissions were graded without a kernel."""

import contextlib
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import nbformat
from autograder.assignment import Assignment
from autograder.course import Course
from autograder.notebook import pack
from autograder.pages.feedback import write_feedback
from autograder.records.gradebook import Recorder, open_gradebook, save_assignment
from autograder.records.journal import Entry, Journal
from autograder.running.outputs import judged_outputs
from autograder.transcript import Transcript, Verdict
from courses import graded_cell
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from unroll.checks.marking import Report, Row

HIDDEN = "assert twice(21) == 42  # sesame"
SOLUTION = "return x + x + 0  # the key to it"
SCHEME = "Two points for the chain rule"
HINT = "The bias b_a is never added."
WRONG = Report("step", (Row("a batch", False, "shape (2,), expected (4, 5)", HINT),), 0.0)
HALF = Report("step", (Row("a batch", True, "largest difference 0"), Row("an <b>edge</b>", False, "off", HINT)), 0.5)
RIGHT = Report("step", (Row("a batch", True, "largest difference 0"),), 1.0)
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABh6FO1AAAAABJRU5ErkJggg=="
JUDGE = """
from autograder.check import Case, Check

step = Check("step")
"""


def source_cells() -> list:
    grade = {"grade": True, "locked": True}
    solved = f"### BEGIN SOLUTION\n    {SOLUTION}\n    ### END SOLUTION"
    return [
        new_markdown_cell("# A step\n\nwith $a^{<t>}$"),
        graded_cell(new_code_cell(f"def step(x):\n    {solved}"), "step", solution=True),
        graded_cell(new_code_cell('check("step", step)'), "step-check", points=10, **grade),
        graded_cell(new_code_cell("assert step(1)"), "open", points=3, **grade),
        graded_cell(new_markdown_cell("Why?"), "words", grade=True, solution=True, points=5),
        graded_cell(new_code_cell(f"### BEGIN HIDDEN TESTS\n{HIDDEN}\n### END HIDDEN TESTS"), "hidden", points=2, **grade),
        graded_cell(new_code_cell('check("step", step)'), "late-check", points=10, **grade),
        graded_cell(new_code_cell(f"def other(x):\n    {solved}"), "other", solution=True),
    ]


@dataclass
class Room:
    """A course whose submissions were graded without a kernel: outputs and reports are given by hand."""

    path: Path
    course: Course
    assignment: Assignment
    notebooks: tuple[str, ...] = ("ps1",)

    @classmethod
    def build(cls, path: Path, cells=None, notebooks=("ps1",)) -> "Room":
        (path / "source" / "ps1").mkdir(parents=True)
        (path / "judges").mkdir()
        (path / "judges" / "ps1.py").write_text(JUDGE)
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        for name in notebooks:
            notebook = new_notebook(cells=cells or source_cells(), metadata={"kernelspec": kernel})
            nbformat.write(notebook, path / "source" / "ps1" / f"{name}.ipynb")
        course = Course.load(path)
        assignment = Assignment(course, "ps1")
        save_assignment(course, assignment)
        return cls(path, course, assignment, notebooks)

    @contextlib.contextmanager
    def recording(self) -> Iterator[Recorder]:
        """Open the gradebook, once for many submissions as a run does."""
        with open_gradebook(self.course) as gradebook:
            yield Recorder(self.course, gradebook, self.assignment)

    def graded(
        self,
        student="ada",
        work=None,
        outputs=None,
        reports=None,
        extra=(),
        verdict=Verdict.GRADED,
        reason="",
        remarks=None,
        runs=1,
        to=None,
    ) -> Entry:
        """Record a submission: `work` and `outputs` by grade id, the judge's `reports` too, `extra` cells before the rest.

        `to` is a recorder that :meth:`recording` has opened.
        """
        reports = {"step-check": [RIGHT], "late-check": [RIGHT]} if reports is None else reports
        work = {"words": "An answer."} if work is None else work
        texts = {}
        for name in self.notebooks:
            notebook = copy.deepcopy(self.assignment.sources[name].graded)
            for made in notebook.cells:
                grade_id = made.metadata.get("nbgrader", {}).get("grade_id")
                made.source = work.get(grade_id, made.source)
                if grade_id in reports:
                    made.outputs = judged_outputs(made.metadata.nbgrader.points, reports[grade_id])
                elif made.cell_type == "code":
                    made.outputs = (outputs or {}).get(grade_id, [])
            notebook.cells = [*copy.deepcopy(list(extra)), *notebook.cells]
            texts[name] = pack(notebook)
        transcript = Transcript(
            student, "ps1", verdict, reason, texts, dict.fromkeys(self.notebooks, reports), seconds=1.5, runs=runs
        )
        with self.recording() if to is None else contextlib.nullcontext(to) as recorder:
            for name, recorded in recorder.record(transcript, datetime(2026, 1, 2)).items():
                place = self.course.folder("autograded", "ps1", student) / f"{name}.ipynb"
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(nbformat.writes(recorded))
            standing = recorder.standing(student)
        return self._enter(transcript, trust="judged", remarks=remarks or {}, **standing)

    def rejected(self, student="eve", reason="ps1.ipynb is not a notebook: line 3") -> Entry:
        with self.recording() as recorder:
            recorder.record_ungraded(student, None)
        return self._enter(Transcript(student, "ps1", Verdict.REJECTED, reason))

    def _enter(self, transcript: Transcript, **known) -> Entry:
        entry = Entry.of(transcript, submission="s", source=self.assignment.digest, **known)
        Journal(self.course.journal).write(entry)
        return entry

    def page(self, student="ada", notebook="ps1") -> str:
        paths = write_feedback(self.course, "ps1", [student])
        return next(path for path in paths if path.stem == notebook).read_text()
