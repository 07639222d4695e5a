"""nbgrader's AUTOTEST lines: a run of the instructor's notebook turns them into tests, once for each state of the source."""

import hashlib
import logging
from functools import partial
from pathlib import Path
from subprocess import DEVNULL
from typing import Any

from jupyter_client.manager import run_kernel
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from nbgrader.preprocessors import InstantiateTests, NbGraderPreprocessor
from traitlets.config import Config

from autograder.course import Course, CourseError
from autograder.files import replacing
from autograder.kernels.limits import PATIENT
from autograder.notebook import grade_id_of, pack, unpack

_SILENT = logging.Logger("nbgrader", level=logging.CRITICAL + 1)  # what goes wrong is in the error


def instantiated(course: Course, notebook: NotebookNode, path: Path, digest: str) -> NotebookNode:
    """A source notebook with tests in the place of its AUTOTEST lines, as nbgrader's ``generate_assignment`` writes them.

    The notebook runs in an ordinary kernel in its own folder, outside any jail: it is the instructor's.

    Parameters
    ----------
    notebook
        The source.
    path
        Its file.
    digest
        Of the assignment: the same state gets the same tests, even if a run would give other numbers each time.

    Raises
    ------
    CourseError
        If nbgrader cannot make the tests: a cell raises an error or does not end, there is no template, or the kernel is missing.
    """
    step = _Tests(log=_SILENT, config=_with_templates(course, path.parent))
    step.seconds = course.cell_timeout or PATIENT.cell_seconds
    if not step.enabled or not any(
        cell.cell_type == "code" and step.autotest_delimiter in cell.source for cell in notebook.cells
    ):
        return notebook
    name = hashlib.sha256(f"{digest} {pack(notebook)}".encode()).hexdigest()[:32]
    kept = course.records / "autotests" / f"{name}.ipynb"
    if not kept.exists():
        made = _run(step, notebook, path)
        with replacing(kept) as fresh:
            fresh.write_text(pack(made), encoding="utf-8")
    return unpack(kept.read_text(encoding="utf-8"))


def templates(course: Course, folder: Path) -> Path:
    """The file that AUTOTEST lines are made into tests with: the assignment's own, or else the course's."""
    name = InstantiateTests(config=course.config).autotest_filename
    return folder / name if (folder / name).exists() else Path(course.root, name)


def _with_templates(course: Course, folder: Path) -> Config:
    """The course's configuration; nbgrader looks for the course's templates in the current folder, which need not be the course."""
    return Config(
        course.config, InstantiateTests={**course.config.InstantiateTests, "autotest_filename": str(templates(course, folder))}
    )


class _Tests(InstantiateTests):
    """nbgrader's step, with a kernel that prints nothing on the terminal and ends whatever happens.

    Attributes
    ----------
    seconds
        How long one piece of a cell may run: what stands before an AUTOTEST line, or one of its expressions.
    at
        The cell that runs, for messages.
    """

    seconds = PATIENT.cell_seconds
    at = ""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        name = nb.metadata.get("kernelspec", {}).get("name", "")
        if name not in self.comment_strs or name not in self.sanitizers:
            raise ValueError(f"c.InstantiateTests.comment_strs and .sanitizers have no kernel {name!r}")
        resources["kernel_name"], self.sanitizer = name, self.sanitizers[name]
        self._load_test_template_file(resources)
        self.global_tests_loaded = True
        with run_kernel(kernel_name=name, cwd=resources["metadata"]["path"], stdout=DEVNULL, stderr=DEVNULL) as client:
            kernel: Any = client  # a blocking one, which its type does not say
            kernel.execute_interactive = partial(kernel.execute_interactive, timeout=self.seconds)
            self.kc = kernel
            return NbGraderPreprocessor.preprocess(self, nb, resources)

    def preprocess_cell(self, cell: NotebookNode, resources: dict, index: int) -> tuple[NotebookNode, dict]:
        self.at = repr(grade_id_of(cell)) if grade_id_of(cell) else f"number {index + 1}"
        return super().preprocess_cell(cell, resources, index)


def _run(step: _Tests, notebook: NotebookNode, path: Path) -> NotebookNode:
    try:
        made, _ = step.preprocess(notebook, {"metadata": {"path": str(path.parent)}})
    except Exception as error:
        raise CourseError(f"{path}: its AUTOTEST lines cannot be made into tests: {_why(error, step)}.") from error
    return made


def _why(error: Exception, step: _Tests) -> str:
    if isinstance(error, FileNotFoundError):
        return f"there is no {Path(step.autotest_filename).name} beside the notebook or in the course"
    if isinstance(error, CellExecutionError):
        return f"its cell {step.at} ends with {error.ename}: {error.evalue}"
    if isinstance(error, TimeoutError):
        return f"its cell {step.at} runs for more than {step.seconds:g} s; c.Execute.timeout in nbgrader_config.py changes that"
    return str(error) or f"its cell {step.at} has such a line, and must be an autograded test"
