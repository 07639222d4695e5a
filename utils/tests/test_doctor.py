"""The doctor repairs a student's file as the grader would read it, and says what is wrong with it and with this machine."""

import copy
import json
import subprocess
import sys
from dataclasses import replace

import pytest
from questions import QUESTIONS
from unroll import doctor
from unroll.checks import Comparison, frozen
from unroll.checks.saved_notebook import NoNotebook, read, release_of
from unroll.checks.version import Version


def cell(source: str, name: str = "", kind: str = "code", **settings) -> dict:
    marks = {"nbgrader": {"grade_id": name, "grade": False, "solution": False, "locked": False, **settings}} if name else {}
    made = {"cell_type": kind, "id": name or f"cell-{len(source)}", "metadata": marks, "source": source}
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {})


RELEASE = {
    "cells": [
        cell("import numpy as np\nfrom unroll import check"),
        cell("# Double it", kind="markdown"),
        cell("def double(x):\n    raise NotImplementedError()", "double", solution=True),
        cell('check("double", double)', "double-check", grade=True, locked=True, points=5),
        cell("Why?", "why", kind="markdown", grade=True, solution=True, points=2),
    ],
    "metadata": {},
    "nbformat": 4,
    "nbformat_minor": 5,
}
DONE = "def double(x):\n    return 2 * x + 1"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with an assignment, as given out."""
    public = frozen.FrozenChecks(
        "r1", {"double": QUESTIONS}, {"double": Comparison()}, ("numpy", "unroll"), {"01_x": json.dumps(RELEASE)}
    )
    frozen.save(tmp_path / "01_x.npz", public)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def saved(folder, change=lambda cells: None, name: str = "01_x.ipynb"):
    notebook = copy.deepcopy(RELEASE)
    notebook["cells"][2]["source"] = DONE
    change(notebook["cells"])
    (folder / name).write_text(json.dumps(notebook), "utf-8")
    return folder / name


def test_what_is_as_it_should_be_is_left_alone(folder):
    path = saved(folder)
    before = path.read_bytes()
    assert doctor.doctor(path) == [] and path.read_bytes() == before and not (folder / "01_x.before.ipynb").exists()


def test_what_an_editor_dropped_comes_back(folder):
    def drop(cells):
        for each in cells:
            each["metadata"] = {}
            del each["id"]
        cells[2]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["2\n"]}]
        cells[3]["source"] = ['check("double", ', "double)"]
        cells.insert(4, cell("double(np.ones(2))"))

    path = saved(folder, drop)
    before = path.read_bytes()
    said = doctor.doctor(path)
    assert said[:3] == [f"The cell {name} had lost its name." for name in ("double", "double-check", "why")]
    assert (folder / "01_x.before.ipynb").read_bytes() == before
    cells = json.loads(path.read_text("utf-8"))["cells"]
    assert [each["source"] for each in cells][2::2] == [DONE, "double(np.ones(2))"]
    assert [each["metadata"].get("nbgrader", {}).get("grade_id") for each in cells] == [
        None,
        None,
        "double",
        "double-check",
        None,
        "why",
    ]
    assert cells[2]["outputs"] and len({each["id"] for each in cells}) == len(cells)
    assert doctor.doctor(path) == []


def test_tests_that_were_changed_or_deleted_are_as_given_out(folder):
    def meddle(cells):
        cells[3]["source"] = "pass"
        del cells[4]

    path = saved(folder, meddle)
    assert doctor.doctor(path)[:2] == [
        "The test cell double-check had been changed; it is as it was given out.",
        "The cell why was missing; it is as it was given out.",
    ]
    assert [each["source"] for each in read(path).cells][3:] == ['check("double", double)', "Why?"]


def test_an_older_release_is_told_and_becomes_todays(folder):
    public = frozen.load(folder / "01_x.npz")
    content = RELEASE | {"metadata": Version(2, "2027-02-01").as_metadata()}
    frozen.save(folder / "01_x.npz", replace(public, notebooks={"01_x": json.dumps(content)}))
    path = saved(folder)
    notebook = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(notebook | {"metadata": Version(1, "2027-01-31").as_metadata() | {"mine": 1}}), "utf-8")
    first, _ = doctor.doctor(path)
    assert first == "It was made from release 1 of 2027-01-31; its cells are those of release 2 of 2027-02-01 now."
    assert json.loads(path.read_text("utf-8"))["metadata"] == {"mine": 1, "unroll": {"release": "2 of 2027-02-01"}}
    assert doctor.doctor(path) == []


def test_another_name_is_told_and_the_release_found_all_the_same(folder):
    path = saved(folder, name="01_x (1).ipynb")
    assert release_of(read(path)).name == "01_x"
    assert doctor.doctor(path) == ["The file is named 01_x (1).ipynb. Hand it in as 01_x.ipynb."]


def test_imports_that_cannot_be_graded_are_told(folder):
    def use(cells):
        cells[2]["source"] = "%time 1\nimport matplotlib.pyplot as plt, nowhere_at_all\nif 0:\n    import scipy\n" + DONE

    assert doctor.doctor(saved(folder, use)) == [
        "matplotlib does not exist where this is graded; remove the import, or keep it out of the cells that are graded.",
        "nowhere_at_all is imported and not installed here.",
    ]


def test_missing_and_old_packages_are_told_with_what_to_run(folder, monkeypatch):
    monkeypatch.setattr(doctor.metadata, "requires", lambda _: ["numpy>=99.1", "nowhere-at-all>=1", "pytest"])
    said = doctor.doctor(saved(folder))
    assert said[0].startswith("numpy is in version ") and said[0].endswith('pip install "numpy>=99.1"')
    assert said[1:] == ['nowhere-at-all is not installed. Run in a terminal: pip install "nowhere-at-all>=1"']


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "cannot be read as a notebook"),
        (b"\xff\xfe", "cannot be read as a notebook"),
        (b"[]", "is not a notebook"),
        (b'{"nbformat": 3, "worksheets": []}', "is in version 3 of the format"),
        (b'{"nbformat": 4, "cells": [{}]}', "a cell has no type or no source"),
        (b'\xef\xbb\xbf{"nbformat": 4, "cells": []}', "is no assignment of this course"),
    ],
)
def test_what_is_no_notebook_says_what_to_do(folder, content, said):
    path = folder / "other.ipynb"
    path.write_bytes(content)
    with pytest.raises(NoNotebook, match=said):
        release_of(read(path))


def test_in_the_browser_it_says_where_it_works_and_asks_for_no_packages(monkeypatch):
    monkeypatch.setattr(doctor.sys, "platform", "emscripten")
    (said,) = doctor.doctor()
    assert "File, Download" in said and "python -m unroll.doctor" in said and "pip install" not in said


def test_as_a_command(folder):
    path = saved(folder, lambda cells: cells.pop())
    command = [sys.executable, "-m", "unroll.doctor", path.name, "--all"]
    run = subprocess.run(command, capture_output=True, text=True, env=None)
    assert run.returncode == 1 and run.stdout.startswith("The cell why was missing")
    assert "5 of 5  double" in run.stdout and "– of 2  why" in run.stdout
    assert "5 of 5 points for the cases that you have" in run.stdout
