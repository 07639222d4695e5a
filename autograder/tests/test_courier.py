"""What comes from a cluster is believed as far as it fits the job; all else is our own fault or the end of the run."""

import json
import threading
from dataclasses import asdict
from multiprocessing import Pipe

import pytest
from autograder.console import print_grading
from autograder.course import CourseError
from autograder.grading import Grading
from autograder.kernels.limits import Limits
from autograder.notebook import pack
from autograder.records.journal import Entry
from autograder.requirements import Requirements
from autograder.running import courier
from autograder.running.certificates import make_certificates
from autograder.running.cluster import instructions
from autograder.running.courier import DistantWorkers
from autograder.running.execution import Job
from autograder.transcript import Transcript, Verdict, write_transcript
from courses import graded_cell
from nbformat.v4 import new_code_cell, new_notebook, new_output

CELL = graded_cell(new_code_cell("assert True", id="one"), "one", points=3, grade=True, locked=True)
JOB = Job("ada", "ps1", {"ps1": pack(new_notebook(cells=[CELL]))}, {}, {}, None, Requirements().within(Limits()), b"key")


READY = {"event": "ready", "slots": 1}
WANTED, FINISHED = {"event": "wanted"}, {"event": "finished"}
DONE = {"event": "done", "student": "ada"}


def transcript(source: str = "assert True", result: str = "2.0", student: str = "ada", name: str = "ps1", **changes) -> bytes:
    output = new_output("execute_result", {"text/plain": result}, execution_count=1)
    executed = new_notebook(cells=[{**CELL, "source": source, "outputs": [output], "execution_count": 1}])
    done = Transcript(student, "ps1", Verdict.GRADED, notebooks={name: pack(executed)})
    return json.dumps({**asdict(done), **changes}).encode()


def run(*said: bytes | dict) -> list[tuple[Job, Transcript]]:
    """Run this job on workers whose courier says these things."""
    ours, theirs = Pipe()

    def speak() -> None:
        for word in (READY, *said):
            theirs.send_bytes(word if isinstance(word, bytes) else json.dumps(word).encode())
            if word in (READY, WANTED):
                theirs.recv()
        theirs.close()

    with ours:
        thread = threading.Thread(target=speak)
        thread.start()
        try:
            workers = DistantWorkers(ours, "tls://there:1")
            return list(workers.run(iter([JOB])))
        finally:
            thread.join()


def test_an_honest_result_is_taken():
    ((job, result),) = run(WANTED, DONE, transcript(), FINISHED)
    assert job == JOB and write_transcript(result) == transcript()


@pytest.mark.parametrize(
    "data",
    [
        transcript(student="bob"),
        transcript(name="ps2"),
        transcript(source="assert 1"),
        transcript(result="4.0"),  # more points than there are
        transcript(verdict="excellent"),
        transcript(memory=10**400),
        transcript(runs=-(2**63)),
        transcript(notebooks={}),
        transcript(notebooks={"ps1": "[]"}),
        transcript(notebooks={"ps1": '{"cells": []}'}),
        b"\x80\x04.",
    ],
    ids=[
        "another student",
        "another notebook",
        "other cells",
        "points",
        "verdict",
        "bytes",
        "runs",
        "nothing",
        "no notebook",
        "no cells",
        "no JSON",
    ],
)
def test_a_result_that_does_not_fit_is_our_own_fault(data):
    ((_, result),) = run(WANTED, DONE, data, FINISHED)
    assert result.verdict is Verdict.FAULT and "what its worker returned is no transcript" in result.reason


def test_a_result_that_is_missing_or_was_not_asked_for_is_no_grade():
    ((_, result),) = run(WANTED, {**DONE, "student": "bob"}, transcript(student="bob"), FINISHED)
    assert (result.student, result.verdict) == ("ada", Verdict.FAULT) and "returned nothing" in result.reason


@pytest.mark.parametrize(
    "said", [b"", b"\xff", b"[]", b"7", b"[" * 100_000, b'{"event": "ready", "slots": 1e999}'], ids=range(6)
)
def test_other_words_end_the_run(said):
    with pytest.raises(ConnectionError, match="the connection to tls://there:1 broke down"):
        run(said)


def test_the_end_of_the_courier_is_the_end_of_the_run():
    with pytest.raises(ConnectionError, match="the connection to tls://there:1 broke down"):
        run(WANTED)


def test_what_it_says_of_a_failure_cannot_steer_a_terminal():
    with pytest.raises(CourseError, match=r"^no worker \[2Jhere$"):
        run({"event": "failed", "told": True, "why": "no worker\x1b[2Jhere"})


def test_what_a_worker_calls_a_mistake_cannot_steer_a_terminal(capsys):
    entry = Entry(
        "ada", "ps1", "", "", Verdict.GRADED, score=1.0, max_score=2.0, hints={"rnn\x1b[2J": ["\x1b[2J[bold] is missing"]}
    )
    print_grading(Grading("ps1", {"ada": entry}), 1.0)
    printed = capsys.readouterr().out
    assert "[bold] is missing" in printed and "\x1b[2J" not in printed


@pytest.mark.slow
def test_without_a_jail_nothing_is_asked_of_a_cluster(monkeypatch, tmp_path):
    monkeypatch.setattr(courier, "shown", lambda packages: (["/nowhere"], []))
    make_certificates(tmp_path)
    with (
        pytest.raises(CourseError, match="This machine cannot build a jail .*`autograder doctor`"),
        courier.cluster_workers(JOB.requirements, "tls://127.0.0.1:1", tmp_path),
    ):
        pytest.fail("it has begun")


def test_every_recipe_keeps_dasks_web_server_on_its_own_machine(tmp_path):
    """One scheduler, and the workers that name our module."""
    recipes = [part for part in instructions(tmp_path / "tls", "host").split("────") if "autograder.running.workers" in part]
    assert len(recipes) == 3
    for recipe in recipes:
        assert recipe.count("127.0.0.1:0") == 1 + recipe.count("autograder.running.workers")
