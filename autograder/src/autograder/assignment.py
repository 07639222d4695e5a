"""One assignment, read from its source: what each notebook looks like to the grader and to the student."""

import contextlib
import copy
import hashlib
import json
import math
import re
from collections.abc import Container, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.converters import Autograde
from nbgrader.nbgraderformat import SCHEMA_VERSION, MetadataValidator, SchemaTooNewError, SchemaTooOldError
from nbgrader.nbgraderformat import read as read_nbgrader
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearHiddenTests,
    ClearMarkScheme,
    ClearOutput,
    ClearSolutions,
    ComputeChecksums,
    IncludeHeaderFooter,
    LockCells,
)
from unroll.checks.version import Version, version_in

from autograder.autotests import instantiated, templates
from autograder.course import CONFIG, Course, CourseError, files_below
from autograder.judging.judge import Judge, checks_called, load_judge
from autograder.notebook import grade_id_of

# What nbgrader's GenerateAssignment does before and after it saves the cells to the gradebook.
_TO_TESTS = (IncludeHeaderFooter,)  # after which it makes tests of AUTOTEST lines
_TO_GRADED = (LockCells, ClearSolutions, ClearOutput, CheckCellMetadata, ComputeChecksums)
_TO_RELEASE = (ClearHiddenTests, ClearMarkScheme, ComputeChecksums, CheckCellMetadata)

_PYTHON = re.compile(r"[ix]?python[ \d.]*", re.IGNORECASE)
_OTHER_KERNELS = re.compile(
    r"(ir|xr|x?octave|julia|matlab|sagemath|bash|xcpp|javascript|deno|ijava|kotlin|scala|haskell|rust|ruby|xlua|xsql|stata|sas)"
    r"\b.*|(ir|julia|xcpp)[\d.-]+",
    re.IGNORECASE,
)


def is_automatic(cell: NotebookNode) -> bool:
    """True for a cell whose points come from running it, not from a person."""
    return utils.is_grade(cell) and not utils.is_solution(cell) and cell.cell_type == "code"


def released_version(course: Course, name: str) -> Version | None:
    """Which release of an assignment students have now; None if there is none, or it was made before releases had versions."""
    for path in sorted(course.folder("release", name).glob("*.ipynb")):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            return version_in(json.loads(path.read_text("utf-8")).get("metadata"))
    return None


@dataclass(frozen=True)
class Source:
    """One source notebook, in its three forms.

    Parameters
    ----------
    name
        The notebook's name, without ``.ipynb``.
    instructor
        As the instructor wrote it, with solutions, with header and footer, and with tests in the place of AUTOTEST lines.
    graded
        Without solutions, with hidden tests; submissions are rebuilt from it.
    release
        Also without hidden tests; students get it.
    checks
        Names of the checks in each judged cell, by grade id.
    """

    name: str
    instructor: NotebookNode
    graded: NotebookNode
    release: NotebookNode
    checks: dict[str, tuple[str, ...]]

    @cached_property
    def hidden(self) -> frozenset[str]:
        """Grade ids of the cells whose source students do not have."""
        released = self._sources(self.release)
        return frozenset(name for name, source in self._sources(self.graded).items() if released.get(name) != source)

    def unhidden(self, notebook: NotebookNode) -> NotebookNode:
        """A notebook made from :attr:`graded`, with what students got in the place of cells that hide anything from them."""
        ours, shown = self._sources(self.graded), self._sources(self.release)
        cells = [
            {**cell, "source": shown[name]} if (name := grade_id_of(cell)) and cell.source == ours[name] else cell
            for cell in notebook.cells
        ]
        return NotebookNode({**notebook, "cells": cells})

    @staticmethod
    def _sources(notebook: NotebookNode) -> dict[str, str]:
        return {cell.metadata.nbgrader.grade_id: cell.source for cell in notebook.cells if "nbgrader" in cell.metadata}


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _wrong_cell(path: Path) -> str:
    """Which cell it is whose metadata nbgrader refuses, if that is what is wrong with a source."""
    with contextlib.suppress(Exception):
        for number, cell in enumerate(nbformat.read(path, nbformat.current_nbformat).cells, 1):
            try:
                MetadataValidator().validate_cell(cell)
            except Exception:
                return f"cell {grade_id_of(cell) or number!r}: "
    return ""


def _require_python(notebook: NotebookNode, path: Path) -> None:
    """Refuse what would be graded as Python and is not; how Python is called becomes one thing, which nbgrader expects.

    As in nbgrader, the kernel says it: its language, or else its name. Editors need not write the language, and what stands in
    ``language_info`` was written by the kernel that ran last.
    """
    for block in ("kernelspec", "language_info"):
        if not isinstance(notebook.metadata.get(block, {}), dict):
            del notebook.metadata[block]
    kernel, written = notebook.metadata.get("kernelspec", {}), notebook.metadata.get("language_info", {}).get("name")
    name, language = kernel.get("name"), kernel.get("language")
    if not isinstance(language, str):
        kernel.pop("language", None)
        other = isinstance(name, str) and _OTHER_KERNELS.fullmatch(name)
        language = name if other else "python" if isinstance(name, str) and _PYTHON.match(name) else written
    if isinstance(language, str) and not _PYTHON.fullmatch(language):
        raise CourseError(f"The source {path} is in {language} (kernel {name!r}); only Python can be graded here.")
    if "language" in kernel:
        kernel["language"] = "python"


class Assignment:
    """An assignment of a course, read from its source and its judge.

    Parameters
    ----------
    course
        The course.
    name
        Of the assignment.

    Raises
    ------
    CourseError
        If there is no source, a notebook cannot be read, or a cell names a check that the judge does not have.
    """

    def __init__(self, course: Course, name: str) -> None:
        course.require_assignment(name)
        self.course, self.name = course, name
        self.folder = course.folder("source", name)
        self._theirs = self._excluded()
        self.judge: Judge = load_judge(course.judge_file(name))
        self.sources = {path.stem: self._read(path) for path in sorted(self.folder.glob("*.ipynb"))}

    def _read(self, path: Path) -> Source:
        try:
            instructor = read_nbgrader(str(path), as_version=nbformat.current_nbformat)
        except SchemaTooOldError as error:
            raise CourseError(
                f"The source {path} is from an older nbgrader, with other metadata. Keep a copy, then run: nbgrader update {path}"
            ) from error
        except SchemaTooNewError as error:
            raise CourseError(
                f"The source {path} is from a newer nbgrader; this one knows metadata up to version {SCHEMA_VERSION}. Upgrade nbgrader."
            ) from error
        except Exception as error:  # readers of notebooks raise anything for odd metadata
            raise CourseError(f"The source {path} cannot be read: {_wrong_cell(path)}{_first_line(error)}") from error
        for cell in instructor.cells:
            if utils.is_grade(cell) and not math.isfinite(cell.metadata.nbgrader.points):
                raise CourseError(
                    f"{path}, cell {grade_id_of(cell)!r}: {cell.metadata.nbgrader.points} is no number of points."
                )
        _require_python(instructor, path)
        tests = instantiated(self.course, self._preprocess(instructor, _TO_TESTS, path), path, self.digest)
        graded = self._preprocess(tests, _TO_GRADED, path)
        release = self._preprocess(graded, _TO_RELEASE, path)
        checks = {}
        for cell in graded.cells:
            if is_automatic(cell) and self.judge.path:
                names = checks_called(cell.source)
                unknown = [name for name in names if name not in self.judge.checks]
                if unknown:
                    known = ", ".join(self.judge.checks)
                    raise CourseError(
                        f"{path}, cell {cell.metadata.nbgrader.grade_id!r}: {self.judge.path} has no check {unknown[0]!r}. "
                        f"It has: {known}."
                    )
                if names:
                    checks[cell.metadata.nbgrader.grade_id] = tuple(names)
        return Source(path.stem, tests, graded, release, checks)

    def _preprocess(self, notebook: NotebookNode, steps: tuple[type, ...], path: Path) -> NotebookNode:
        notebook = copy.deepcopy(notebook)
        resources = {"nbgrader": {"assignment": self.name, "notebook": path.stem, "student": "."}}
        for step in steps:
            try:
                notebook, resources = step(config=self.course.config)(notebook, resources)
            except Exception as error:
                raise CourseError(f"{path}: nbgrader's {step.__name__} refuses it: {error}") from error
        return notebook

    @cached_property
    def files(self) -> dict[str, Path]:
        """The other files of the assignment, by their path inside it."""
        found = files_below(self.folder, [*self.course.ignore, "*.ipynb"])
        return {str(path.relative_to(self.folder)): path for path in found if path.is_file() and not path.is_symlink()}

    @cached_property
    def file_contents(self) -> dict[str, bytes]:
        return {name: path.read_bytes() for name, path in self.files.items()}

    @cached_property
    def replaced(self) -> frozenset[str]:
        """Names of the files that students have but may not change: all, but for what ``c.Autograde.exclude_overwriting`` lists."""
        return frozenset(self.file_contents) - self._theirs

    def _excluded(self) -> frozenset[str]:
        theirs = Autograde(coursedir=self.course, config=self.course.config).exclude_overwriting.get(self.name, ())
        if isinstance(theirs, str) or not isinstance(theirs, Iterable):
            where = f"{CONFIG}: c.Autograde.exclude_overwriting[{self.name!r}]"
            raise CourseError(f"{where} is {theirs!r}; it must be a list of files' names.")
        return frozenset(theirs)

    def files_over(self, handed_in: Container[str]) -> dict[str, bytes]:
        """The instructor's files that replace those handed in, or are missing there."""
        return {name: content for name, content in self.file_contents.items() if name in self.replaced or name not in handed_in}

    @cached_property
    def version(self) -> Version | None:
        """Which release students have now (:func:`released_version`)."""
        return released_version(self.course, self.name)

    @cached_property
    def digest(self) -> str:
        """A digest of the sources, the files next to them, the judge and the course's templates of tests."""
        digest = hashlib.sha256()
        parts = [*sorted(self.folder.glob("*.ipynb")), *self.files.values(), *([self.judge.path] if self.judge.path else [])]
        shared = templates(self.course, self.folder)
        parts += [shared] if shared.exists() and shared not in parts else []
        for path in parts:
            content = path.read_bytes()
            digest.update(f"{path.name} {len(content)}\n".encode())
            digest.update(content)
        return digest.hexdigest()[:16]

    @cached_property
    def judged(self) -> bool:
        """True if a judge outside the kernel sets every automatic point."""
        automatic = [
            cell.metadata.nbgrader.grade_id in source.checks
            for source in self.sources.values()
            for cell in source.graded.cells
            if is_automatic(cell)
        ]
        return bool(automatic) and all(automatic)

    @property
    def points(self) -> float:
        cells = [cell for source in self.sources.values() for cell in source.graded.cells]
        graded = [cell for cell in cells if utils.is_grade(cell) or utils.is_task(cell)]
        return sum(float(cell.metadata.nbgrader.points) for cell in graded)
