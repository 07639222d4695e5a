"""What a student's last cell says is what the grader does: the same checks pass, and a right answer gets no warning.

Hypothesis draws the notebooks: right answers and mistakes, with prints, loops, imports and whatever else students write between them.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from autograder.release import release
from courses import SCALE, STEP, SmallCourse, make_small_course, shares
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from unroll.checks import check
from unroll.checks.rehearsal import rehearse
from unroll.checks.saved_notebook import read

QUICK = "\nrequirements = Requirements(limits=Limits(seconds=20, cell_seconds=2))\n"
RIGHT_STEPS = {
    "right": STEP,
    "joined": STEP.replace("x @ W_ax.T + a @ W_aa.T", "np.hstack([a, x]) @ np.hstack([W_aa, W_ax]).T"),
    "in a class": "class Step:\n    def __call__(self, x, a, W_ax, W_aa, b_a):\n"
    "        return np.tanh(x @ W_ax.T + a @ W_aa.T + b_a)\n\nrnn_step = Step()",
}
WRONG_STEPS = {
    "without the bias": STEP.replace(" + b_a", ""),
    "of another shape": STEP + "[0]",
    "not Python": STEP + ")",
    "as given out": "def rnn_step(x, a, W_ax, W_aa, b_a):\n    # YOUR CODE HERE\n    raise NotImplementedError()",
}
RIGHT_SCALES = {
    "right": SCALE,
    "a sum": "scale = lambda x: x + x + x",
    "by another": "def scale(x):\n    return np.multiply(x, 3)",
}
WRONG_SCALES = {
    "twice": SCALE.replace("3", "2"),
    "in its place": "def scale(x):\n    x *= 3\n    return x",
    "with the other function": "def scale(x):\n    return rnn_step(x)",
}


def inside(line: str):
    """Before a function's last line."""
    return lambda source: re.sub("( +)return", rf"\1{line}\n\1return", source)


def above(line: str):
    return lambda source: f"{line}\n{source}"


HARMLESS = {
    "prints": inside("print('here', np.__name__)"),
    "a loop": inside("for each in range(1000): pass"),
    "a warning": inside("np.log(0.0)"),
    "an import of Python's": inside("import math"),
    "another package, if there is one": above("try:\n    import nbgrader\nexcept ImportError:\n    pass"),
    "a remark": above("# import nbgrader"),
}
HARMFUL = {
    "another package in its cell": above("import nbgrader"),
    "another package": inside("import nbgrader"),
    "a picture's magic": above("%matplotlib inline"),
    "never ends": inside("while True: pass"),
    "asks": inside("input()"),
    "leaves": inside("raise SystemExit"),
    "the network": inside("__import__('socket').create_connection(('example.org', 80), 2)"),
    "a file of one's own": inside("np.load('own.npy')"),
    "an error": inside("[][1]"),
}
OWN_CELLS = {
    "a package for one's own": "import nbgrader.api",
    "one that fails": "1 / 0",
    "a picture": "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])",
    "a name of the notebook's": "x = a = three = 3",
    "a long print": "print('much ' * 10_000)",
    "one that never ends": "while True: pass",
    "half a cell": "def unfinished(",
}
PLACES = ("start", "step_check", "scale_check", "end")


@dataclass(frozen=True)
class Answer:
    """The text of a cell, and whether it must be graded full without a word."""

    source: str
    right: bool


@st.composite
def answers(draw, right: dict[str, str], wrong: dict[str, str]) -> Answer:
    base = draw(st.sampled_from([*right, *right, *wrong]))
    ways = draw(st.lists(st.sampled_from([*HARMLESS, *HARMLESS, *HARMFUL]), max_size=2, unique=True))
    source = (right | wrong)[base]
    for way in ways:
        source = (HARMLESS | HARMFUL)[way](source)
    untouched = {way for way in ways if (HARMLESS | HARMFUL)[way]((right | wrong)[base]) == (right | wrong)[base]}
    return Answer(source, base in right and set(ways) - untouched <= HARMLESS.keys())


own_cells = st.dictionaries(st.sampled_from(PLACES), st.sampled_from(list(OWN_CELLS.values())), max_size=2)


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> tuple[SmallCourse, Path]:
    """A course, and the folder in which a student has its assignment, with a file of their own."""
    course = make_small_course(tmp_path_factory.mktemp("course"), QUICK)
    release(course.course, "ps1")
    folder = course.course.folder("release", "ps1")
    (folder / "own.npy").write_bytes(b"own")
    return course, folder


def agree(desk: tuple[SmallCourse, Path], step: Answer, scale: Answer, own: dict[str, str]) -> None:
    course, folder = desk
    notebook = course.notebook(step.source, scale.source, **own)
    nbformat.write(notebook, folder / "ps1.ipynb")
    said, graded = rehearse(read(folder / "ps1.ipynb")), shares(course.run(notebook))
    judged = {each.name: each for each in said.exercises if each.earned is not None}
    full = {name: each.earned == each.points for name, each in judged.items()}
    assert full == {"rnn_step": graded["step-check"] == 1, "scale": graded["scale-check"] == 1}, said.shown()[0]
    for name, answer in (("rnn_step", step), ("scale", scale)):
        assert bool(judged[name].said) != full[name]
        assert full[name] or not answer.right, said.shown()[0]


drawn = given(step=answers(RIGHT_STEPS, WRONG_STEPS), scale=answers(RIGHT_SCALES, WRONG_SCALES), own=own_cells)


def drawing(examples: int, **others):
    phases = [Phase.explicit, Phase.generate]  # each example takes seconds: none to make a failure smaller
    return settings(
        max_examples=examples, deadline=None, database=None, phases=phases, suppress_health_check=list(HealthCheck), **others
    )


@pytest.mark.slow
@pytest.mark.usefixtures("jail")
@drawing(20, derandomize=True)
@drawn
def test_the_same_checks_pass(desk, step, scale, own):
    agree(desk, step, scale, own)


@pytest.mark.soak
@pytest.mark.usefixtures("jail")
@drawing(200)
@drawn
def test_the_same_checks_pass_in_many_notebooks(desk, step, scale, own):
    agree(desk, step, scale, own)


def test_the_desk_says_why(desk, monkeypatch, capsys):
    course, folder = desk
    nbformat.write(
        course.notebook(HARMFUL["another package"](STEP), HARMFUL["asks"](SCALE), step_check="import nbgrader.api"),
        folder / "ps1.ipynb",
    )
    monkeypatch.setenv("JPY_SESSION_NAME", str(folder / "ps1.ipynb"))  # as JupyterLab does
    for name in ("NBGRADER_EXECUTION", "UNROLL_JUDGE"):
        monkeypatch.delenv(name, raising=False)
    check.all()
    text = capsys.readouterr().out
    gone = "nbgrader does not exist where this is graded; remove the import, or keep it out of the cells that are graded"
    assert f"3 of 3 cases fail: {gone}\n" in text
    assert f"The cell that begins “import nbgrader.api” stops: {gone}." in text
    assert "1 of 1 cases fails: it asks for input, and no one answers where this is graded" in text
    assert "0 of 15 points for the cases that you have" in text and "A person gives up to 5 more." in text
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    check.all()
    assert capsys.readouterr().out == ""
