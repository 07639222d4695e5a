"""A student's evening in a real browser, in the folder that `autograder publish` writes: from the start page to full points.

What the student sees is kept as pictures in .executed/evening, for people to look at.
"""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from autograder.course import Course
from autograder.publish import publish
from autograder.records.gradebook import open_gradebook

from tests.looking import faint
from tests.terminal import SECONDS, Terminal

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / ".executed" / "evening"
ASSIGNMENT = "01_rnn_step"
COPY = Path("work", ASSIGNMENT, f"{ASSIGNMENT}.ipynb")
WRONG = "def softmax(z):\n    return np.exp(z) / np.exp(z).sum()"
RIGHT = """\
def softmax(z):
    powers = np.exp(z - z.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)"""
OUTPUTS = ".jp-OutputArea-output"
BY_CHECKS, BY_HAND = 90, 10  # points


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Course:
    """This course with assignment 01 alone, which is searched for leaks in no time."""
    root = tmp_path_factory.mktemp("course")
    for name in ("START.md", "LICENSE", "nbgrader_config.py"):
        shutil.copyfile(ROOT / name, root / name)
    for name in ("lectures", "utils", "student"):
        (root / name).symlink_to(ROOT / name)
    for name in (f"solutions/{ASSIGNMENT}", f"assignments/{ASSIGNMENT}", f"judges/{ASSIGNMENT}.py"):
        (root / name).parent.mkdir()
        (root / name).symlink_to(ROOT / name)
    return Course.load(root)


@pytest.fixture(scope="module")
def students(course, tmp_path_factory) -> Path:
    """The students' folder with our environment, in which nbgrader is installed. All of the assignment but softmax is done."""
    folder = tmp_path_factory.mktemp("published") / "students"
    publish(course, folder)
    (folder / ".venv").symlink_to(sys.prefix)
    subprocess.run(["make", "--old-file=.venv/.ready", "start", "01"], cwd=folder, check=True, capture_output=True)
    solved = nbformat.read(ROOT / "solutions" / ASSIGNMENT / COPY.name, as_version=4)
    answers = {cell.metadata.nbgrader.grade_id: cell.source for cell in solved.cells if "nbgrader" in cell.metadata}
    copy = nbformat.read(folder / COPY, as_version=4)
    for cell in copy.cells:
        if cell.metadata.get("nbgrader", {}).get("solution") and cell.metadata.nbgrader.grade_id != "softmax":
            cell.source = answers[cell.metadata.nbgrader.grade_id]
    nbformat.write(copy, folder / COPY)
    return folder


@pytest.fixture(scope="module")
def lab(students):
    """`make lab`, as it prints itself, and the address it names."""
    environment = {**os.environ, "BROWSER": "true", "JUPYTER_PORT": "0", "HOME": str(students)}
    command = ["make", "--old-file=.venv/.ready", "lab"]
    with contextlib.closing(Terminal(command, students, environment)) as terminal:
        server, port, path, token = terminal.wait_for(r"(http://localhost:(\d+))(/\S+)\?token=(\w+)").groups()
        terminal.wait_for("Or copy and paste")
        while socket.socket().connect_ex(("localhost", int(port))):  # it listens a moment after it has said so
            time.sleep(0.05)
        assert path == "/lab/tree/work/START.md"
        yield terminal, server, f"{server}{path}?token={token}", token


class Evening:
    """JupyterLab in a browser, as a student uses it."""

    def __init__(self, page) -> None:
        self.page = page
        self.start = page.locator(".jp-RenderedMarkdown", has_text="Start here")

    def menu(self, *labels: str) -> None:
        """Choose something from a menu, by the labels on the way."""
        self.page.locator(".lm-MenuBar-item", has_text=labels[0]).click()
        for label in labels[1:]:
            whole = re.compile(rf"^{re.escape(label)}$")
            self.page.locator(".lm-Menu-itemLabel:visible").filter(has_text=whole).click()

    def notebook(self, text: str):
        """The open notebook that holds a text."""
        found = self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook", has_text=text)
        found.wait_for()
        return found

    def write(self, cell, text: str) -> None:
        """Replace the text of a cell by hand, and run it and the next one."""
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)
        self.page.keyboard.press("Shift+Enter")
        self.page.keyboard.press("Shift+Enter")

    def run_first(self, cell) -> None:
        """Run a notebook's first cell, as soon as its kernel listens."""
        self.page.locator(".jp-StatusBar-TextItem", has_text="| Idle").wait_for()
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Shift+Enter")
        cell.locator(".jp-InputPrompt", has_text="[1]:").wait_for()

    def look(self, name: str, shown) -> None:
        """Keep a picture of what is shown, in light and dark; its letters can be read in both."""
        for theme in ("Dark", "Light"):
            self.menu("Settings", "Theme", f"JupyterLab {theme}")
            self.page.locator(f"body[data-jp-theme-light='{str(theme == 'Light').lower()}']").wait_for(state="attached")
            shown.scroll_into_view_if_needed()
            self.page.screenshot(path=PICTURES / f"{name}_{theme.lower()}.png")
            assert faint(self.page, f"{OUTPUTS}, {OUTPUTS} *") == [], theme


def test_from_the_start_page_to_full_points(jail, course, students, lab, browser):
    terminal, server, start, token = lab
    PICTURES.mkdir(parents=True, exist_ok=True)
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(1000 * SECONDS)
    page.goto(start)
    evening = Evening(page)
    nothing_for_instructors(page, server, token)
    finds_a_lecture(evening)
    solves_softmax(evening)
    asks_what_the_notebook_gets(evening)
    page.close()
    leaves(terminal)
    gets_all_points(students / COPY, course)


def nothing_for_instructors(page, server: str, token: str) -> None:
    page.locator(".jp-RenderedMarkdown", has_text="Start here").wait_for()
    menus = page.locator(".lm-MenuBar-itemLabel").all_inner_texts()
    assert "Kernel" in menus and not [label for label in menus if "nbgrader" in label.lower()]
    kernels = json.loads(page.request.get(f"{server}/api/kernelspecs?token={token}").text())["kernelspecs"]
    assert list(kernels) == ["python3"]
    assert "nbgrader" not in page.content().partition("disabledExtensions")[0].lower()


def finds_a_lecture(evening: Evening) -> None:
    evening.look("1_start", evening.start.locator("h1"))
    evening.start.get_by_role("link", name="One step of a recurrent network").first.click()
    evening.notebook("A sentence comes one word at a time")
    assert evening.page.url.endswith("/lab/tree/work/lectures/02_rnn_step.ipynb")


def solves_softmax(evening: Evening) -> None:
    """First wrongly: the hint stands in a box above what is wrong."""
    evening.page.locator(".lm-TabBar-tab", has_text="START.md").click()
    evening.start.get_by_role("link", name="01 · One step of a recurrent network").click()
    notebook = evening.notebook("How the checks work")
    evening.run_first(notebook.locator(".jp-CodeCell", has_text="from unroll import check"))
    cell = notebook.locator(".jp-CodeCell", has_text="def softmax(z)")
    tried = notebook.locator(".jp-CodeCell", has_text='check("softmax", softmax)').locator(OUTPUTS)

    evening.write(cell, WRONG)
    box = tried.locator("em", has_text="the sum runs over the whole array")
    box.wait_for()
    assert box.bounding_box()["y"] < tried.locator("table").first.bounding_box()["y"]
    evening.look("2_hint", tried)

    evening.write(cell, RIGHT)
    tried.locator("text=cases pass.").wait_for()
    evening.look("3_right", tried)


def asks_what_the_notebook_gets(evening: Evening) -> None:
    notebook = evening.notebook("How the checks work")
    evening.page.keyboard.press("Control+s")
    evening.menu("Kernel", "Restart Kernel and Run All Cells…")
    evening.page.get_by_role("button", name="Confirm Kernel Restart").click()
    said = notebook.locator(".jp-CodeCell", has_text="check.all()").locator(OUTPUTS)
    said.locator(f"text={BY_CHECKS} of {BY_CHECKS} points").wait_for()
    evening.look("4_before_handing_in", said)
    evening.page.keyboard.press("Control+s")


def leaves(terminal: Terminal) -> None:
    terminal.type("\x03")
    terminal.wait_for(r"\(y/\[n\]\)")
    terminal.type("y\n")
    assert terminal.status() == 0, terminal.printed


def gets_all_points(file: Path, course: Course) -> None:
    """Hand the file over as it is, and grade it with the instructor's command."""
    handed_in = course.folder("submitted", ASSIGNMENT, "ada")
    handed_in.mkdir(parents=True)
    shutil.copyfile(file, handed_in / file.name)
    command = [Path(sys.executable).with_name("autograder"), "grade", ASSIGNMENT, "--course", course.root]
    subprocess.run(command, cwd=ROOT, check=True)
    with open_gradebook(course) as gradebook:
        submission = gradebook.find_submission(ASSIGNMENT, "ada")
        assert (submission.score, submission.max_score) == (BY_CHECKS, BY_CHECKS + BY_HAND)
