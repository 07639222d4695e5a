"""Every exercise at the end of a lecture: stub and answer in the lecture, its checks proved, and its public cases in step."""

import ast
import inspect
import re
from functools import cache
from pathlib import Path

import nbformat
import pytest
from autograder.judging.judge import checks_called, load_judge
from autograder.rehearsing.checks import rehearse_check
from autograder.release import same_cases
from unroll.checks import ask, frozen, mark
from unroll.checks.display import as_text

from tests.lessons import LECTURES, ROOT, tree
from tests.test_assignments import CHECKS, NAMES
from tools.exercises import EXERCISES, public_cases, public_file

WITHOUT_ASSIGNMENT = ("00", "01", "04", "05", "08", "10", "16", "17")
ALL = [pytest.param(path, id=path.stem) for path in EXERCISES]
NAMED = [
    pytest.param(path, name, id=f"{path.stem}-{name}")
    for path in EXERCISES
    for name in re.findall(r'Check\("(\w+)"', path.read_text())
]
ANSWER = re.compile(r"<details>.*?^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
LIBRARIES = {"numpy", "collections"}  # what an answer may use of the lecture's imports


@cache
def cells(path: Path) -> list[nbformat.NotebookNode]:
    """Of the lecture that a module of exercises belongs to."""
    return nbformat.read(ROOT / "lectures" / f"{path.stem}.ipynb", as_version=4).cells


def asked(path: Path) -> dict[str, int]:
    """The checks that a lecture asks for, and the number of the cell."""
    return {
        name: number
        for number, cell in enumerate(cells(path))
        if cell.cell_type == "code"
        for name in checks_called(cell.source)
    }


def imports(path: Path) -> str:
    statements = [node for cell in cells(path) if cell.cell_type == "code" for node in tree(cell).body]
    wanted = [each for each in statements if isinstance(each, ast.Import | ast.ImportFrom) and LIBRARIES & _modules(each)]
    return "\n".join(map(ast.unparse, wanted))


def _modules(statement: ast.Import | ast.ImportFrom) -> set[str]:
    if isinstance(statement, ast.ImportFrom):
        return {statement.module or ""}
    return {alias.name for alias in statement.names}


def report(path: Path, name: str, source: str):
    """What the desk would say of a function that is defined in a piece of text."""
    written: dict[str, object] = {}
    exec(compile(f"{imports(path)}\n{source}", "<exercise>", "exec"), written)
    public = frozen.load(public_file(path))
    questions = public.questions[name]
    answers = [ask(written[name], question.arguments, question.calls) for question in questions]
    return mark(name, questions, answers, public.comparisons[name])


def test_every_lecture_that_no_assignment_follows_has_two_or_three():
    numbers = {path.stem[:2] for path in LECTURES} & set(WITHOUT_ASSIGNMENT)
    assert {path.stem for path in EXERCISES} == {path.stem for path in LECTURES if path.stem[:2] in numbers}
    assert {path.stem: len(asked(path)) for path in EXERCISES if len(asked(path)) not in (2, 3)} == {}


@pytest.mark.parametrize("path", ALL)
def test_the_lecture_asks_for_all_of_them(path):
    assert list(asked(path)) == list(load_judge(path).checks)


def test_names_are_unique_in_the_course():
    """`check(name, …)` at the desk finds a check by its name alone, and a file by the name of its lecture or assignment."""
    names = [name for _, name in CHECKS] + [name for path in EXERCISES for name in load_judge(path).checks]
    assert len(names) == len(set(names))
    assert not {path.stem for path in EXERCISES} & set(NAMES)


@pytest.mark.parametrize("path", ALL)
def test_public_cases_are_in_step(path):
    assert same_cases(frozen.load(public_file(path)), public_cases(path)), "run: python -m tools.exercises"


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_the_stub_is_one_quiet_line_and_has_the_parameters_of_the_reference(path, name):
    stub = cells(path)[asked(path)[name] - 1].source
    assert report(path, name, stub).unwritten
    written: dict[str, object] = {}
    exec(stub, written)
    names = frozen.load(public_file(path)).questions[name][0].names
    assert tuple(inspect.signature(written[name]).parameters) == names


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_the_folded_answer_passes(path, name):
    answer = ANSWER.search(cells(path)[asked(path)[name] + 1].source)
    assert answer is not None, "the answer is folded below its check"
    marked = report(path, name, answer[1])
    assert marked.passed, as_text(marked)


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_rehearsal(path, name):
    judge = load_judge(path)
    findings = list(rehearse_check(judge, judge.checks[name]))
    assert [f"{finding.what}: {finding.detail}" for finding in findings if not finding.ok] == []
    assert len(findings) > 10
