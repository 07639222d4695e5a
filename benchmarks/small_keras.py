"""The small Keras assignment of grading.py: an LSTM that is built, one that is trained, and a judged function."""

from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

JUDGE = """\
import numpy as np
from autograder.check import Case, Check, Requirements
from autograder.kernels.limits import Limits

requirements = Requirements(packages=("numpy", "keras", "tensorflow", "unroll-course"), limits=Limits(memory=2 << 30))
softmax = Check("softmax")


@softmax.reference
def _(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@softmax.cases
def _(rng):
    for m in (2, 5):
        yield Case(f"{m} rows", basic=True, z=rng.normal(size=(m, 4)))


@softmax.misconception("The softmax runs over the rows.")
def _(z):
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0)
"""
CELLS = [
    ("imports", "import keras\nimport numpy as np\nfrom unroll import check\n\nkeras.utils.set_random_seed(1)"),
    (
        "softmax",
        "def softmax(z):\n    BEGIN\n    e = np.exp(z - z.max(axis=-1, keepdims=True))\n    return e / e.sum(axis=-1, keepdims=True)\n    END",
    ),
    ("softmax-check", 'check("softmax", softmax)'),
    (
        "build",
        "def build():\n    BEGIN\n    return keras.Sequential([keras.Input((None, 8)), keras.layers.LSTM(16), keras.layers.Dense(1)])\n    END",
    ),
    ("build-check", "assert build().count_params() == 4 * 16 * (16 + 8 + 1) + 17\nassert build().output_shape == (None, 1)"),
    (
        "train",
        "def train(x, y):\n    BEGIN\n    model = keras.Sequential([keras.Input((20, 8)), keras.layers.LSTM(16), keras.layers.Dense(1)])\n"
        '    model.compile("adam", "mse")\n    return model.fit(x, y, batch_size=32, epochs=1, verbose=0).history["loss"]\n    END',
    ),
    (
        "train-check",
        "x = np.random.default_rng(0).normal(size=(640, 20, 8)).astype('float32')\nlosses = train(x, x.sum(axis=(1, 2))[:, None] / 10)\n"
        "assert 0 < losses[-1] < 5",
    ),
]


def write(course: Path) -> None:
    """Put the assignment's source and its judge into a course."""
    cells = [new_markdown_cell("# A small Keras assignment")]
    for grade_id, source in CELLS:
        text = source.replace("BEGIN", "### BEGIN SOLUTION").replace("    END", "    ### END SOLUTION")
        cell = new_code_cell(text)
        solution, grade = "BEGIN" in source, grade_id.endswith("-check")
        if solution or grade:
            flags = {"schema_version": 3, "grade_id": grade_id, "grade": grade, "solution": solution, "locked": not solution}
            cell.metadata["nbgrader"] = flags | {"task": False} | ({"points": 10} if grade else {})
        cells.append(cell)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    place = course / "source" / "small_keras"
    place.mkdir(parents=True)
    nbformat.write(new_notebook(metadata={"kernelspec": kernel}, cells=cells), place / "small_keras.ipynb")
    (course / "judges").mkdir()
    (course / "judges" / "small_keras.py").write_text(JUDGE)
