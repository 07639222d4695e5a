"""Right answers of many styles get all points. They were written from the releases alone, before their authors read a reference.

A file ``right_answers/NAME.py``, or several whose names begin so, hold `ANSWERS`: by the name of a check, texts that define what
it asks for. They may use what the release itself imports and defines.
"""

import re
import runpy
from collections import defaultdict
from functools import cache

import pytest
from autograder.assignment import Assignment
from autograder.course import Course
from autograder.kernels.packages import importable
from unroll.checks import Question
from unroll.checks.absent import absent_module
from unroll.checks.display import as_text

from tests.handed_in import judged, names_given, things_asked_for
from tests.test_assignments import NAMES, ROOT, WITH_KERAS

ENOUGH = 8
MODELS = 3  # of the answers that are models
ANSWERS: dict[str, dict[str, list[str]]] = defaultdict(dict)
for path in sorted((ROOT / "tests" / "right_answers").glob("*.py")):
    ANSWERS[next(name for name in NAMES if path.stem.startswith(name))] |= runpy.run_path(str(path))["ANSWERS"]


# A judge of models takes seconds to load.
MARKS = {name: [pytest.mark.slow] if name in WITH_KERAS else [] for name in ANSWERS}


def trials():
    """All answers; of those that are models, which take seconds each, all but the first few only in `make soak`."""
    for name, checks in ANSWERS.items():
        models = re.findall(r"^(\w+)\.ask_for\(", (ROOT / "judges" / f"{name}.py").read_text(), re.MULTILINE)
        for check, texts in checks.items():
            for number, text in enumerate(texts):
                marks = [pytest.mark.soak] if check in models and number >= MODELS else MARKS[name]
                yield pytest.param(name, check, text, id=f"{name}-{check}-{number}", marks=marks)


@cache
def assignment(name: str) -> Assignment:
    return Assignment(Course.load(ROOT), name)


@cache
def release(name: str):
    notebook = assignment(name).sources[name].release
    return names_given(notebook), things_asked_for(notebook), importable(assignment(name).judge.requirements.packages)


@cache
def questions(name: str, check: str, key: str) -> list[Question]:
    """Those of one submission. Answers with models share theirs: to find out what is right takes as long as an answer."""
    return assignment(name).judge.hidden_questions(check, key.encode())


@pytest.mark.parametrize("name", [pytest.param(name, marks=MARKS[name]) for name in ANSWERS])
def test_there_are_enough_for_every_check(name):
    too_few = {check: len(ANSWERS[name].get(check, ())) for check in assignment(name).judge.checks}
    assert {check: count for check, count in too_few.items() if count < ENOUGH} == {}
    assert ANSWERS[name].keys() == too_few.keys()


@pytest.mark.parametrize(("name", "check", "text"), trials())
def test_a_right_answer_gets_all_points(name, check, text):
    given, asked, modules = release(name)
    written = dict(given)
    exec(compile(text, f"an answer to {check}", "exec"), written)
    thing = eval(asked[check], written)
    report = judged(assignment(name).judge, check, thing, questions(name, check, "" if name in WITH_KERAS else text))
    assert report.passed, as_text(report)
    assert absent_module(thing, modules) is None
