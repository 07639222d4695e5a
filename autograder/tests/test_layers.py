"""Dependencies point one way, and writing a judge or exporting grades loads no more than it needs."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINTER = Path(sys.executable).with_name("lint-imports")
LINUX_ONLY = ["fcntl", "grp", "pwd", "resource", "termios", "pyseccomp", "autograder.kernels.linux", "autograder.kernels.jail"]

WRITE_A_JUDGE = f"""
import sys

class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name in {LINUX_ONLY!r}:
            raise ModuleNotFoundError(f"{{name}} is hidden", name=name)

for name in {LINUX_ONLY!r}:
    sys.modules.pop(name, None)
sys.meta_path.insert(0, Hidden())

import numpy as np
from autograder.check import Case, Check, Requirements

double = Check("double")
double.reference(lambda x: 2 * x)
double.cases(lambda rng: iter([Case("ones", x=np.ones(2), basic=True)]))
print(double.questions(np.random.default_rng(0))[0].expected, Requirements().threads)
"""

EXPORT = """
import sys
from pathlib import Path

import nbgrader.api  # loads nbconvert and jinja2 itself

HTML = ("nh3", "jinja2", "nbconvert", "latex2mathml", "pygments", "bs4", "autograder.pages")
before = set(sys.modules)
from autograder.course import Course, CourseError
from autograder.export import write_csv

try:
    write_csv(Course.load(Path(sys.argv[1])), ["ps1"], Path(sys.argv[1], "grades.csv"))
except CourseError as error:
    print(error)
print(sorted(name for name in set(sys.modules) - before if name.startswith(HTML)))
"""


def printed(program: str, *arguments: object) -> str:
    done = subprocess.run([sys.executable, "-c", program, *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_judge_is_written_where_nothing_of_linux_is():
    assert printed(WRITE_A_JUDGE) == "[2. 2.] 1\n"


@pytest.mark.slow  # nbgrader takes seconds to import
def test_exporting_grades_loads_no_html_library(small_course):
    assert printed(EXPORT, small_course.path).splitlines() == [
        "ps1 has not been graded yet. Run `autograder grade ps1` first.",
        "[]",
    ]


@pytest.mark.parametrize(
    ("module", "line", "broken"),
    [
        (
            "autograder/judging/examiner.py",
            "from autograder.running import model_examiner",
            "autograder.judging is not allowed",
        ),
        ("autograder/kernels/limits.py", "import autograder.course", "autograder.kernels is not allowed"),
        ("unroll/text.py", "import nbgrader", "unroll is not allowed to import nbgrader"),
    ],
)
def test_an_import_turned_round_is_found(tmp_path, module, line, broken):
    for package in ("autograder/src/autograder", "utils/src/unroll"):
        shutil.copytree(ROOT / package, tmp_path / Path(package).name, ignore=shutil.ignore_patterns("__pycache__", "*.npz"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    changed = tmp_path / module
    changed.write_text(f"{changed.read_text()}\n{line}\n")
    done = subprocess.run([LINTER, "--no-cache"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1 and "BROKEN" in done.stdout
    assert broken in done.stdout
