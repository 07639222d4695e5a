"""What a student's last cell says is what the grader does: the same checks pass, and a right answer gets no warning."""

from itertools import cycle, islice
from pathlib import Path

import nbformat
import pytest
from autograder.release import release
from courses import SCALE, STEP, SmallCourse, make_small_course, shares
from unroll.checks import check
from unroll.checks.rehearsal import Rehearsal, rehearse
from unroll.checks.saved_notebook import read

QUICK = "\nrequirements = Requirements(limits=Limits(seconds=20, cell_seconds=2))\n"
STEPS = {
    "right": STEP,
    "without the bias": STEP.replace(" + b_a", ""),
    "another package in its cell": f"import nbgrader\n{STEP}",
    "another package inside": STEP.replace("    return", "    import nbgrader\n    return"),
    "another package, if there is one": f"try:\n    import nbgrader\nexcept ImportError:\n    pass\n{STEP}",
    "prints": STEP.replace("    return", "    print(x)\n    return"),
    "a picture's magic": f"%matplotlib inline\n{STEP}",
    "never ends": STEP.replace("    return", "    while True: pass\n    return"),
    "a file of one's own": STEP.replace("    return", "    np.load('own.npy')\n    return"),
    "not Python": STEP + ")",
}
SCALES = {
    "right": SCALE,
    "asks": "def scale(x):\n    input()\n    return 3 * x",
    "leaves": "import sys\ndef scale(x):\n    sys.exit()",
    "the network": "import socket\ndef scale(x):\n    socket.create_connection(('example.org', 80), 2)\n    return 3 * x",
    "a warning": "def scale(x):\n    np.log(0.0)\n    return 3 * x",
}
EXTRAS = {
    "nothing": {},
    "a package for one's own": {"step_check": "import nbgrader.api"},
    "a cell at the start": {"start": "three = 3"},
    "a cell that fails": {"scale_check": "1 / 0"},
}
ONES = [*islice(zip(STEPS, cycle(SCALES), cycle(EXTRAS), strict=False), len(STEPS))]
RIGHT = {"right", "nothing", "a package for one's own", "a cell at the start", "a cell that fails", "prints", "a warning"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> tuple[SmallCourse, Path]:
    """A course, and the folder in which a student has its assignment, with a file of their own."""
    course = make_small_course(tmp_path_factory.mktemp("course"), QUICK)
    release(course.course, "ps1")
    folder = course.course.folder("release", "ps1")
    (folder / "own.npy").write_bytes(b"own")
    return course, folder


def both(desk: tuple[SmallCourse, Path], step: str, scale: str, extra: str) -> tuple[Rehearsal, dict[str, float]]:
    course, folder = desk
    notebook = course.notebook(STEPS[step], SCALES[scale], **EXTRAS[extra])
    nbformat.write(notebook, folder / "ps1.ipynb")
    return rehearse(read(folder / "ps1.ipynb")), shares(course.run(notebook))


def agree(desk: tuple[SmallCourse, Path], step: str, scale: str, extra: str) -> None:
    said, graded = both(desk, step, scale, extra)
    judged = {each.name: each for each in said.exercises if each.earned is not None}
    assert {name: each.earned == each.points for name, each in judged.items()} == {
        "rnn_step": graded["step-check"] == 1,
        "scale": graded["scale-check"] == 1,
    }, said.shown()[0]
    for name, what in (("rnn_step", step), ("scale", scale)):
        assert bool(judged[name].said) == (judged[name].earned < judged[name].points)
        assert what not in RIGHT or judged[name].said == "", said.shown()[0]


@pytest.mark.slow
@pytest.mark.usefixtures("jail")
@pytest.mark.parametrize(("step", "scale", "extra"), ONES)
def test_the_same_checks_pass(desk, step, scale, extra):
    agree(desk, step, scale, extra)


@pytest.mark.soak
@pytest.mark.usefixtures("jail")
@pytest.mark.parametrize("extra", EXTRAS)
@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("step", STEPS)
def test_the_same_checks_pass_in_every_blend(desk, step, scale, extra):
    agree(desk, step, scale, extra)


def test_the_desk_says_why(desk, monkeypatch, capsys):
    course, folder = desk
    nbformat.write(
        course.notebook(STEPS["another package inside"], SCALES["asks"], step_check="import nbgrader.api"), folder / "ps1.ipynb"
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
