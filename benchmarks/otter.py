"""otter-grader compared with `autograder grade`, on the small Keras assignment of grading.py with otter's checks.

Run as ``python -m benchmarks.otter PYTHON`` from the root of the repository, on a machine that does nothing else; it takes
three minutes. PYTHON is the interpreter of an environment with otter-grader and the same Keras and TensorFlow as here::

    uv venv otter
    uv pip install --compile-bytecode --python otter otter-grader ipykernel keras==3.15.1 tensorflow==2.21.0

It writes ``benchmarks/measured/otter.json`` and the sentence in README.md, between its marks.

``otter grade`` builds an image and starts a container for each submission; what is timed here is what it runs in one, ``otter
run``, without the container: two processes at a time, no walls, and the answers known to the notebook's own process.
"""

import json
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from autograder.course import Course
from autograder.records.gradebook import open_gradebook

from benchmarks import small_keras
from benchmarks.grading import JOBS, ROOT, SUBJECTS, compiling, graded_by_us, machine, make_course
from tools.readme import write_in_readme

TARGET = ROOT / "benchmarks/measured/otter.json"
SUBMISSIONS = 20
WARM = 2
SUBJECT = SUBJECTS[1]
# What the judge's reference and the notebook's asserts say, as otter's tests.
TESTS = {
    "softmax": [
        "z = np.random.default_rng(1).normal(size=(5, 4))",
        "e = np.exp(z - z.max(axis=-1, keepdims=True))",
        "assert np.allclose(softmax(z), e / e.sum(axis=-1, keepdims=True))",
    ],
    "build": dict(small_keras.CELLS)["build-check"].splitlines(),
    "train": dict(small_keras.CELLS)["train-check"].splitlines(),
}


def main() -> None:
    python = Path(sys.argv[1]).absolute()
    with tempfile.TemporaryDirectory(prefix="otter-") as folder:
        found = measure(python, Path(folder))
    TARGET.write_text(json.dumps(found, indent=1) + "\n")
    write_in_readme("otter", sentence(found))
    print(sentence(found))


def measure(python: Path, folder: Path) -> dict:
    course = make_course(SUBJECT, folder / "course", SUBMISSIONS + WARM)
    students = sorted(path.name for path in Path(course.root, "submitted").iterdir())
    warm, students = students[:WARM], students[WARM:]
    graded_by_us(course.root, SUBJECT.name, warm)
    ours = graded_by_us(course.root, SUBJECT.name, students).wall
    archive = make_archive(python, folder)
    notebooks = {student: as_otters(course, student, folder / "theirs") for student in [*warm, *students]}
    graded_by_otter(python, archive, [notebooks[student] for student in warm])
    started = time.monotonic()
    scores = graded_by_otter(python, archive, [notebooks[student] for student in students])
    theirs = time.monotonic() - started
    assert scores == our_scores(course, students), "not the same grades"
    version = subprocess.run(
        [python, "-c", "import otter; print(otter.__version__)"], check=True, capture_output=True, text=True
    )
    return {
        "machine": machine(),
        "otter": version.stdout.strip(),
        "submissions": SUBMISSIONS,
        "jobs": JOBS,
        "per_minute": {"ours": 60 * SUBMISSIONS / ours, "otter": 60 * SUBMISSIONS / theirs},
        "ratio": theirs / ours,
    }


def make_archive(python: Path, folder: Path) -> Path:
    """The tests and otter's configuration, packed by `otter generate`."""
    tests = folder / "tests"
    tests.mkdir()
    for name, lines in TESTS.items():
        code = "\n".join(f">>> {line}" for line in lines)
        case = {"code": code, "hidden": False, "locked": False}
        suite = {"cases": [case], "scored": True, "setup": "", "teardown": "", "type": "doctest"}
        (tests / f"{name}.py").write_text(f"OK_FORMAT = True\ntest = { ({'name': name, 'points': 10, 'suites': [suite]})!r}\n")
    command = [python, "-m", "otter", "generate", "-t", tests, "-o", folder / "autograder.zip", "--no-environment"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder)
    return folder / "autograder.zip"


def as_otters(course: Course, student: str, folder: Path) -> Path:
    """The student's notebook with otter's checks instead of ours."""
    notebook = nbformat.read(course.folder("submitted", SUBJECT.name, student) / f"{SUBJECT.name}.ipynb", as_version=4)
    cells = []
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if grade_id == "imports":
            cell.source = (
                "import keras\nimport numpy as np\nimport otter\n\nkeras.utils.set_random_seed(1)\ngrader = otter.Notebook()"
            )
        elif grade_id.endswith("-check"):
            cell.source = f'grader.check("{grade_id.removesuffix("-check")}")'
        cells.append(cell)
    notebook.cells = cells
    place = folder / student / f"{SUBJECT.name}.ipynb"
    place.parent.mkdir(parents=True)
    nbformat.write(notebook, place)
    return place


def graded_by_otter(python: Path, archive: Path, notebooks: list[Path]) -> list[float]:
    """The scores, in order; two processes at a time."""
    with ThreadPoolExecutor(JOBS) as pool:
        return list(pool.map(lambda notebook: _run(python, archive, notebook), notebooks))


def _run(python: Path, archive: Path, notebook: Path) -> float:
    command = [python, "-m", "otter", "run", "-a", archive, "-o", notebook.parent, notebook]
    done = subprocess.run(command, capture_output=True, text=True, env=compiling(), cwd=notebook.parent)
    assert done.returncode == 0, done.stderr
    results = json.loads((notebook.parent / "results.json").read_text())
    return sum(test.get("score", 0) for test in results["tests"])


def our_scores(course: Course, students: list[str]) -> list[float]:
    with open_gradebook(course) as gradebook:
        return [gradebook.find_submission(SUBJECT.name, student).score for student in students]


def sentence(found: dict) -> str:
    rates = found["per_minute"]
    return (
        f"otter-grader {found['otter']} on the same Keras assignment, two processes at a time and without the container that it would "
        f"start for each: {rates['otter']:.0f} a minute, where `autograder grade` then does {rates['ours']:.0f} "
        f"(`python -m benchmarks.otter`; {found['submissions']} submissions, both starts counted)."
    )


if __name__ == "__main__":
    main()
