"""One mistake costs once: what a student writes in one exercise is not used by another."""

import ast

import nbformat
import pytest
from autograder.assignment import Assignment
from autograder.course import Course
from nbformat import NotebookNode
from nbgrader import utils

from tests.handed_in import judged, names_given, things_asked_for
from tests.test_assignments import NAMES, ROOT

NUMPY = ("01_rnn_step", "02_bptt", "03_gates")


def source(name: str) -> NotebookNode:
    """The instructor's notebook."""
    return nbformat.read(ROOT / "solutions" / name / f"{name}.ipynb", as_version=4)


def answers(notebook: NotebookNode) -> list[str]:
    """Its solution cells."""
    return [cell.source for cell in notebook.cells if cell.cell_type == "code" and utils.is_solution(cell)]


@pytest.mark.parametrize("name", NAMES)
def test_no_solution_uses_another(name):
    asked = set(things_asked_for(source(name)).values())
    used = {}
    for text in answers(source(name)):
        tree = ast.parse(text)
        names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
        written = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        written |= {node.id for node in names if isinstance(node.ctx, ast.Store)}
        read = {node.id for node in names if isinstance(node.ctx, ast.Load)}
        if read & asked - written:
            used[", ".join(written)] = read & asked - written
    assert used == {}


@pytest.mark.slow
@pytest.mark.parametrize("name", NUMPY)
def test_a_wrong_function_loses_its_own_check_alone(name):
    assignment = Assignment(Course.load(ROOT), name)
    release = assignment.sources[name].release
    asked = things_asked_for(release)
    questions = {check: assignment.judge.hidden_questions(check, b"one") for check in asked}
    for wrong in asked.values():
        notebook = names_given(release)
        for text in answers(source(name)):
            exec(text, notebook)
        notebook[wrong] = lambda *inputs: 1 / 0
        marks = {
            check: judged(assignment.judge, check, notebook[thing], questions[check]).share for check, thing in asked.items()
        }
        assert marks == {check: float(thing != wrong) for check, thing in asked.items()}
