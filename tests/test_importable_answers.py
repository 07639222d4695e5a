"""Nothing that a student can import from `unroll` answers an exercise: every public callable is tried at every check.

All modules are tried, those too that an assignment's jail would not let in.
"""

import contextlib
import importlib
import inspect
import io
import pkgutil
import signal
import socket
from dataclasses import replace
from importlib import resources

import pytest
import unroll
from unroll.checks import ask, examine, frozen, mark

PUBLIC = sorted((resources.files("unroll") / "public").glob("*.npz"))
NOT_ASKED = {
    "check",  # asks the questions itself
    "sit", "examine_models", "channel",  # wait for a judge
    "recordings", "contents",  # open what they are given, and a number is a file that is open already
}  # fmt: skip
SECONDS = 5  # for one callable at one check


@pytest.fixture(scope="module")
def callables():
    """Public functions and classes by their full names, each once."""
    found = {}
    for module in pkgutil.walk_packages(unroll.__path__, "unroll."):
        for name, thing in vars(importlib.import_module(module.name)).items():
            ours = callable(thing) and getattr(thing, "__module__", "").startswith("unroll")
            if ours and not name.startswith("_") and name not in NOT_ASKED:
                found[f"{thing.__module__}.{name}"] = thing
    return found


@pytest.fixture
def quarantine(monkeypatch, tmp_path):
    """What is called with arguments that it was not made for reaches no network, no screen and no file of ours."""

    def refuse(*_):
        raise OSError("there is no network in this test")

    def late(*_):
        raise TimeoutError("too slow to be an answer")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setenv("UNROLL_DATA", str(tmp_path))
    monkeypatch.delenv("UNROLL_DATA_MIRROR", raising=False)
    monkeypatch.chdir(tmp_path)
    before = signal.signal(signal.SIGALRM, late)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield
    signal.signal(signal.SIGALRM, before)


def share(thing, name, questions, comparison) -> float:
    """Of the points that a callable would earn."""
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        basic = [question for question in questions if question.basic]
        if not any(earns(thing, name, [question], comparison) for question in basic):
            return 0.0  # the other cases count only where these are right
        return earns(thing, name, questions, comparison)
    except TimeoutError:
        return 0.0
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def earns(thing, name, questions, comparison) -> float:
    answers = [examine(ask(thing, question.arguments, question.calls), question) for question in questions]
    return mark(name, [replace(question, mistakes=()) for question in questions], answers, comparison).share


def takes(thing, arguments) -> bool:
    try:
        inspect.signature(thing).bind(*arguments)
    except (TypeError, ValueError):
        return False
    return True


def test_there_is_something_to_try(callables):
    assert len(PUBLIC) >= 3
    assert {"unroll.text.windows", "unroll.training.dataset"} <= callables.keys()


def test_an_answer_would_be_found(quarantine):
    """Were the solution importable, this is what the test below would see."""
    cases = frozen.load(next(path for path in PUBLIC if path.name.startswith("02")))

    def clip_by_value(gradients, limit):
        return [gradient.clip(-limit, limit) for gradient in gradients]

    questions = cases.questions["clip_by_value"]
    assert share(clip_by_value, "clip_by_value", questions, cases.comparisons["clip_by_value"]) == 1


@pytest.mark.slow
@pytest.mark.parametrize("path", PUBLIC, ids=lambda path: path.stem)
def test_nothing_importable_is_an_answer(path, callables, quarantine):
    cases = frozen.load(path)
    earned = {
        (name, called): share(thing, name, questions, cases.comparisons[name])
        for name, questions in cases.questions.items()
        for called, thing in callables.items()
        if takes(thing, questions[0].arguments)
    }
    assert {what: points for what, points in earned.items() if points >= 0.5} == {}
