"""What a student hands in: the names that a release gives it, and the mark that it gets, by the same steps as while grading."""

import ast
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import numpy as np
from autograder.judging.frames import answer_in
from autograder.judging.judge import Judge, checks_called
from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode
from nbgrader import utils
from unroll.checks import Answer, Question, Raised, Report, ask, examine, mark, wire

from tests.lessons import bound_and_read


def names_given(release: NotebookNode) -> dict[str, Any]:
    """The names that a released notebook defines: its cells are run, but not those that use what students write."""
    names: dict[str, Any] = {"__name__": "__main__"}
    missing: set[str] = set()
    for cell in release.cells:
        if cell.cell_type != "code":
            continue
        code = compile(TransformerManager().transform_cell(cell.source), "a cell of the release", "exec")
        bound, read = bound_and_read(code)
        if utils.is_grade(cell):
            missing |= read - {"check"}
        elif utils.is_solution(cell) or read & missing:
            missing |= bound
        else:
            exec(code, names)
            missing -= bound
    return names


def things_asked_for(release: NotebookNode) -> dict[str, str]:
    """What a release's grade cells hand to ``check``, by the check's name: that of a function, as a rule."""
    found = {}
    for cell in release.cells:
        if utils.is_grade(cell) and cell.cell_type == "code" and checks_called(cell.source):
            for node in ast.walk(ast.parse(cell.source)):
                match node:
                    case ast.Call(ast.Name("check"), [ast.Constant(str(name)), thing]):
                        found[name] = ast.unparse(thing)
    return found


def across(value: object) -> Any:
    """The value as it is on the other side of the wire."""
    packed = wire.pack(value)
    header, _ = wire.frame_lengths(packed[:8])
    return wire.unpack(packed[8 : 8 + header], packed[8 + header :])


def answer(thing: object, question: Question) -> Answer:
    """The answer that reaches the judge."""
    given = ask(thing, across(question.arguments), question.calls)
    try:
        received = answer_in(across({**vars(given), "error": given.error and asdict(given.error)}))
    except wire.WireError as error:
        return Answer(error=Raised("TypeError", str(error)))
    return examine(received, question)


def judged(judge: Judge, check: str, thing: Callable | object, questions: list[Question]) -> Report:
    """The report on a check as it is written while grading."""
    with np.errstate(all="ignore"):
        answers = [answer(thing, question) for question in questions]
    return mark(check, questions, answers, judge.checks[check].compare)
