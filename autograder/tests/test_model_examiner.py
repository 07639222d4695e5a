"""Judged Keras models: the score is for the model rebuilt in a clean jail, whatever the student's kernel says."""

import asyncio

import nbformat
import psutil
import pytest
from autograder.assignment import Assignment
from autograder.course import Course
from autograder.intake.submission import parse_notebook
from autograder.kernels.limits import Limits
from autograder.kernels.parent import CannotJail, warm_parent
from autograder.records.measured_limits import kernel_requirements
from autograder.requirements import KernelRequirements
from autograder.running.execution import prepare, run_job
from autograder.running.model_examiner import ModelExaminer
from courses import graded_cell
from nbformat.v4 import new_code_cell, new_notebook

pytestmark = pytest.mark.slow

JUDGE = """
import keras
from autograder.check import Case, Check, Requirements
from autograder.kernels.limits import Limits

requirements = Requirements(
    packages=("numpy", "unroll-course", "keras", "tensorflow"),
    limits=Limits(seconds=120, cell_seconds=30, memory=2 << 30, processes=128),
)
tagger = Check("tagger")
tagger.ask_for("output shape", "recurrent layers", "parameters")


def build(words, units, sequences=True):
    return keras.Sequential([
        keras.Input((None,)), keras.layers.Embedding(words, 3), keras.layers.SimpleRNN(units, return_sequences=sequences),
        keras.layers.Dense(2, activation="softmax")])


@tagger.reference
def _(words, units):
    return build(words, units)


@tagger.cases
def _(rng):
    for label in ("one size", "another"):
        yield Case(label, basic=True, words=9, units=int(rng.integers(3, 9)), given={"ids": rng.integers(1, 9, size=(2, 5))})


@tagger.misconception("The recurrent layer returns its last state alone.")
def _(words, units):
    return build(words, units, sequences=False)
"""

STUB = "def tagger(words, units):\n    ### BEGIN SOLUTION\n    return None\n    ### END SOLUTION"
RIGHT = """
import keras
def tagger(words, units):
    ids = keras.Input((None,), dtype="int32")
    x = keras.layers.Embedding(words, 3)(ids)
    a = keras.layers.RNN(keras.layers.SimpleRNNCell(units), return_sequences=True)(x)
    return keras.Model(ids, keras.layers.Softmax()(keras.layers.Dense(2)(a)))
"""
EARLY = RIGHT.replace("return_sequences=True", "return_sequences=False")
# The required recurrent layer has no effect: its outputs are multiplied by 0 later.
INERT = """
import keras
def tagger(words, units):
    ids = keras.Input((None,), dtype="int32")
    x = keras.layers.Embedding(words, 3)(ids)
    a = keras.layers.SimpleRNN(units, return_sequences=True)(x)
    dense = keras.layers.Dense(2, activation="softmax")
    y = dense(a)
    kernel, bias = dense.get_weights()
    dense.set_weights([0 * kernel, bias])
    return keras.Model(ids, y)
"""
LAMBDA = """
import keras
def tagger(words, units):
    return keras.Sequential([keras.Input((None,)), keras.layers.Lambda(lambda x: x)])
"""
HUGE = """
import keras, json
from unroll.checks import marking
from unroll.checks.models import HandedOver, hand_over
def tagger(words, units):
    small = keras.Sequential([keras.Input((None,)), keras.layers.Embedding(9, 3), keras.layers.SimpleRNN(units), keras.layers.Dense(2)])
    handed = hand_over(small)
    config = handed.config.replace(f'"units": {units}', '"units": 2000000')
    assert config != handed.config
    return HandedOver(config, handed.weights)
"""
AFTER_THE_FIRST = """
huge, called = tagger, []
def tagger(words, units):
    called.append(units)
    return huge(words, units) if len(called) == 1 else right(words, units)
"""
FORGED = """
def tagger(words, units):
    return ("(2, 5, 2)", f"SimpleRNN {units}", 0)
"""
FOREIGN = """
from unroll.checks.models import HandedOver
def tagger(words, units):
    return HandedOver('{"module": "builtins", "class_name": "Sequential", "config": {"name": "eval"}}', ())
"""


@pytest.fixture(scope="module")
def run(jail, tmp_path_factory):
    """Grade a student's solution cell in an assignment with one judged model; return its report."""
    root = tmp_path_factory.mktemp("course")
    (root / "judges").mkdir()
    (root / "judges" / "ps1.py").write_text(JUDGE)
    (root / "source" / "ps1").mkdir(parents=True)
    cells = [
        new_code_cell("from unroll import check"),
        graded_cell(new_code_cell(STUB), "tagger", solution=True),
        graded_cell(new_code_cell('check("tagger", tagger)'), "tagger-check", grade=True, locked=True, points=10),
    ]
    nbformat.write(new_notebook(cells=cells), root / "source" / "ps1" / "ps1.ipynb")
    assignment = Assignment(Course.load(root), "ps1")

    def grade(solution: str):
        theirs = nbformat.reads(nbformat.writes(assignment.sources["ps1"].release), as_version=4)
        theirs.cells[1].source = solution
        submitted = parse_notebook(nbformat.writes(theirs).encode())
        transcript = run_job(prepare(assignment, kernel_requirements(assignment), "ada", {"ps1": submitted}, {}, bytes(32)))
        ((report,),) = transcript.reports["ps1"].values()
        return report

    return grade


def test_a_right_model_in_another_style_gets_all_points(run):
    report = run(RIGHT)
    assert report.share == 1, report


def test_a_mistake_is_named(run):
    report = run(EARLY)
    assert report.share == 0
    assert report.hints == ("The recurrent layer returns its last state alone.",)


@pytest.mark.parametrize(
    ("solution", "detail"),
    [
        (INERT, "recurrent layers: yours none"),
        (LAMBDA, "it contains a Lambda"),
        (HUGE, "cannot be"),
        (FORGED, "a Keras model is asked for, not a tuple"),
        (FOREIGN, "it contains a Sequential"),
    ],
    ids=["inert layer", "Lambda", "two million units", "forged facts", "foreign class"],
)
def test_what_is_no_honest_model_earns_nothing(run, solution, detail):
    report = run(solution)
    assert report.share == 0
    assert detail in report.rows[0].detail, report


def test_a_jail_that_is_killed_from_outside_is_our_fault(jail):
    requirements = KernelRequirements(("numpy", "unroll-course", "keras", "tensorflow"), Limits(memory=2 << 30, processes=128))

    async def examine() -> None:
        examiner = ModelExaminer(requirements)
        await examiner._start()
        try:
            keepers = psutil.Process(warm_parent(requirements.packages)._process.pid).children()
            (inmate,) = max(keepers, key=psutil.Process.create_time).children()
            inmate.kill()
            with pytest.raises(CannotJail, match="The jail for models was lost"):
                await examiner._ask({"model": None})
        finally:
            await examiner.close()

    asyncio.run(examine())


def test_a_model_that_breaks_the_jail_takes_no_other_with_it(run):
    """The jail for models is rebuilt for the next one."""
    report = run(HUGE + RIGHT.replace("def tagger", "def right") + AFTER_THE_FIRST)
    assert [row.passed for row in report.rows] == [False, True], report
