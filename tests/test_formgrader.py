"""nbgrader's own formgrader opens what we have graded."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from autograder.course import Course
from autograder.records.gradebook import open_gradebook

TOKEN = "formgrader-test"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def formgrader(demo, tmp_path_factory):
    """A Jupyter server in the demo's course; gives a function that fetches one of its pages."""
    port = free_port()
    home = tmp_path_factory.mktemp("home")
    environment = {**os.environ, "HOME": str(home), "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    command = [sys.executable, "-m", "jupyter", "server", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}"]
    command += ["--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}"]
    log = (home / "log").open("wb")
    server = subprocess.Popen(command, cwd=demo.course, env=environment, stdout=log, stderr=log)

    def fetch(path: str) -> str:
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Authorization": f"token {TOKEN}"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read().decode()

    deadline = time.monotonic() + 60
    while True:
        try:
            fetch("/api/status")
            break
        except (urllib.error.URLError, ConnectionError):
            assert server.poll() is None and time.monotonic() < deadline, (home / "log").read_text()
    yield fetch
    server.kill()
    server.wait()
    log.close()


@pytest.mark.slow
def test_formgrader_lists_and_shows_our_grades(demo, formgrader):
    submissions = json.loads(formgrader("/formgrader/api/submissions/01_rnn_step"))
    shown = {submission["student"]: submission for submission in submissions}
    graded = [outcome for outcome in demo.outcomes if outcome.score is not None]
    assert graded
    for outcome in graded:
        assert shown[outcome.student]["autograded"]
        assert shown[outcome.student]["score"] == pytest.approx(outcome.score + outcome.penalty)
    with open_gradebook(Course.load(demo.course)) as gradebook:
        submission = gradebook.find_submission("01_rnn_step", "no_bias")
        page = formgrader(f"/formgrader/submissions/{submission.notebooks[0].id}/")
    assert "the bias b_a is never added" in page
