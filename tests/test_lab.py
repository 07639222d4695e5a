"""`make lab` as a student runs it: the start page in a real browser, nothing for instructors, and an end with status 0."""

import json
import os
import pty
import re
import select
import shutil
import socket
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
SECONDS = 120


class Terminal:
    """A program at a terminal of its own: what it printed so far, and a way to type."""

    def __init__(self, command: list[str], folder: Path, environment: dict[str, str]) -> None:
        self.printed = ""
        self.pid, self._file = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execvpe(command[0], command, environment)

    def wait_for(self, pattern: str) -> re.Match:
        deadline = time.monotonic() + SECONDS
        while not (found := re.search(pattern, self.printed)):
            text = self._read()
            assert text and time.monotonic() < deadline, self.printed
            self.printed += text
        return found

    def type(self, text: str) -> None:
        os.write(self._file, text.encode())

    def status(self) -> int:
        """The exit status, after the end."""
        while text := self._read():
            self.printed += text
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def _read(self) -> str:
        assert select.select([self._file], [], [], SECONDS)[0], f"nothing more came: {self.printed}"
        try:
            return os.read(self._file, 65536).decode(errors="replace")
        except OSError:  # what Linux says when the other end is closed
            return ""


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Path:
    """The students' folder with our environment, in which nbgrader is installed."""
    folder = tmp_path_factory.mktemp("students")
    for name in ("lectures", "assignments"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "utils").mkdir()
    for name in ("START.md", "utils/pyproject.toml"):
        shutil.copyfile(ROOT / name, folder / name)
    for path in (ROOT / "student").iterdir():
        shutil.copyfile(path, folder / path.name)
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


@pytest.fixture(scope="module")
def lab(course):
    environment = {**os.environ, "BROWSER": "true", "JUPYTER_PORT": "0", "HOME": str(course)}
    terminal = Terminal(["make", "--old-file=.venv/.ready", "lab"], course, environment)
    server, port, path, token = terminal.wait_for(r"(http://localhost:(\d+))(/\S+)\?token=(\w+)").groups()
    terminal.wait_for("Or copy and paste")
    while socket.socket().connect_ex(("localhost", int(port))):  # it listens a moment after it has said so
        time.sleep(0.05)
    yield terminal, (server, path, token)


def test_a_student_finds_the_way_and_leaves(course, lab, browser):
    terminal, (server, path, token) = lab
    assert path == "/lab/tree/work/START.md"
    page = browser.new_page()
    page.goto(f"{server}{path}?token={token}", timeout=1000 * SECONDS)

    start = page.locator(".jp-RenderedMarkdown", has_text="Start here")
    start.wait_for(timeout=1000 * SECONDS)
    menus = page.locator(".lm-MenuBar-itemLabel").all_inner_texts()
    assert "Kernel" in menus and not [label for label in menus if "nbgrader" in label.lower()]
    kernels = json.loads(page.request.get(f"{server}/api/kernelspecs?token={token}").text())["kernelspecs"]
    assert list(kernels) == ["python3"]
    assert "nbgrader" not in page.content().partition("disabledExtensions")[0].lower()

    start.get_by_role("link", name="One step of a recurrent network").first.click()
    page.locator(".jp-Notebook", has_text="A sentence comes one word at a time").wait_for(timeout=1000 * SECONDS)
    assert page.url.endswith("/lab/tree/work/lectures/02_rnn_step.ipynb")
    page.close()

    terminal.type("\x03")
    terminal.wait_for(r"\(y/\[n\]\)")
    terminal.type("y\n")
    assert terminal.status() == 0, terminal.printed
