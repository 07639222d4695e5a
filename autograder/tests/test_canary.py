"""In an ordinary course, disabled tests are flagged, and scores stay the same as nbgrader's."""

import numpy as np
import pytest
from autograder.kernels.limits import Limits
from autograder.notebook import pack, unpack
from autograder.requirements import KernelRequirements
from autograder.running.canary import canaries
from autograder.running.execution import Job, run_job
from autograder.transcript import Verdict
from nbformat.v4 import new_code_cell, new_notebook

TESTS = "import numpy as np\nassert np.allclose(f(2), 4)\nnp.testing.assert_allclose(f(3), 9)"
HONEST = "def f(x):\n    return x * x"
CHEATS = {
    "allclose replaced": "import numpy as np\nnp.allclose = lambda *a, **k: True\nnp.testing.assert_allclose = np.allclose\nf = abs",
    "assertions taken out": (
        "import ast\nclass Out(ast.NodeTransformer):\n    def visit_Assert(self, node):\n        return ast.Pass()\n"
        "get_ipython().ast_transformers.append(Out())\nimport numpy as np\nnp.testing.assert_allclose = lambda *a: 0\nf = abs"
    ),
}


@pytest.fixture
def grade_cell(jail):
    """Run a student's cell and an ordinary grade cell after it; returns the transcript."""

    def run(solution: str):
        metadata = {"nbgrader": {"grade": True, "solution": False, "locked": True, "task": False, "points": 5,
                                 "grade_id": "tests", "schema_version": 3, "cell_type": "code"}}  # fmt: skip
        notebook = new_notebook(cells=[new_code_cell(solution), new_code_cell(TESTS, metadata=metadata)])
        job = Job("ada", "any", {"n": pack(notebook)}, {}, {}, None,
                  KernelRequirements(packages=("numpy", "unroll-course"), limits=Limits(seconds=40, cell_seconds=10)), bytes(32))  # fmt: skip
        return run_job(job)

    return run


def test_honest_work_is_not_flagged(grade_cell):
    transcript = grade_cell(HONEST)
    assert transcript.verdict is Verdict.GRADED
    (notebook,) = transcript.notebooks.values()
    cells = unpack(notebook).cells
    assert len(cells) == 2 and cells[1].outputs == []


def test_honest_failure_is_not_flagged(grade_cell):
    assert grade_cell("def f(x):\n    return x").verdict is Verdict.GRADED


@pytest.mark.parametrize("cheat", CHEATS.values(), ids=CHEATS)
def test_tests_that_were_switched_off_are_flagged(grade_cell, cheat):
    transcript = grade_cell(cheat)
    assert transcript.verdict is Verdict.TAMPERED, transcript.reason
    assert "tests" in transcript.reason


def test_canaries_fail_by_themselves():
    for canary in canaries("allclose isclose array_equal assert_ assertEqual raises", np.random.default_rng(0)):
        with pytest.raises((AssertionError, ValueError)):
            exec(canary, {})
