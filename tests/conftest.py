"""What tests that span rooms share."""

import os
from pathlib import Path

import nbformat
import pytest

from tests.executed import LECTURES, executed
from tests.looking import chromium_open


@pytest.fixture(scope="session")
def demo(jail, tmp_path_factory):
    """The demo class, graded once. Tests that use it run in one process (see the conftest.py above)."""
    from tests.demo.__main__ import run_demo

    return run_demo(tmp_path_factory.mktemp("demo") / "course")


@pytest.fixture(scope="session")
def jail():
    """Skips where no jail can be built, with what is missing; in CI that is a failure further on."""
    from autograder.doctor import jail_diagnosis

    diagnosis = jail_diagnosis()
    if diagnosis.state == "missing" and not os.environ.get("CI"):
        pytest.skip(diagnosis.detail)


@pytest.fixture(scope="session", params=[pytest.param(path, marks=pytest.mark.slow, id=path.stem) for path in LECTURES])
def lecture(jail, request) -> nbformat.NotebookNode:
    """Each lecture, executed offline once for all tests. A cell that fails, fails them with its traceback."""
    return executed(request.param)


@pytest.fixture(scope="module")
def browser():
    """The system's Chromium. It closes before other modules grade."""
    with chromium_open() as browser:
        yield browser


@pytest.fixture
def visit(browser):
    """Open a page; gives it, and what it asked for beyond itself."""
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: asked.append(f"dialog: {dialog.message}") or dialog.dismiss())

    def open_page(path: Path):
        page.goto(path.as_uri())
        return page, [url for url in asked if url != path.as_uri() and not url.startswith("data:")]

    yield open_page
    page.close()
