"""Make the student version of an assignment, unless it would leak anything."""

import ast
import inspect
import secrets
import shutil
import textwrap
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from nbformat import NotebookNode
from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme, ClearSolutions
from unroll.checks import frozen
from unroll.checks.models import HandedOver
from unroll.checks.version import Version

from autograder.assignment import Assignment, is_automatic
from autograder.course import Course, CourseError
from autograder.files import bring_back, replacing
from autograder.judging.judge import has_unnamed_check
from autograder.kernels.packages import importable
from autograder.notebook import as_text, grade_id_of
from autograder.records.gradebook import save_assignment
from autograder.records.measured_limits import limits_for

_SHORTEST = 12  # shorter lines, such as `return y`, reveal nothing
_PASSAGE = 3  # as many lines in a row are no chance
_CLOSE = 1e-6


def release(course: Course, name: str) -> list[Path]:
    """Write the release of an assignment: notebooks, the files next to them, and public cases.

    Returns
    -------
    written
        The files.

    Raises
    ------
    CourseError
        If anything would leak or could not be graded; the message says where.
    """
    bring_back(course.folder("release", name))  # its version is read
    assignment = Assignment(course, name)
    if unsound := wrong_cells(assignment):
        raise CourseError(f"{name} is not released:\n" + "\n".join(f"  {wrong}" for wrong in unsound))
    found = leaks(assignment)
    if found:
        raise CourseError(f"{name} is not released, because it would leak:\n" + "\n".join(f"  {leak}" for leak in found))
    save_assignment(course, assignment)
    folder, cases = course.folder("release", name), public_cases(assignment)
    version = _next_version(assignment, cases)
    cases = replace(cases, notebooks=released_notebooks(assignment, version))
    with replacing(folder) as fresh:
        for path, content in _contents(assignment, version).items():
            (fresh / path).parent.mkdir(parents=True, exist_ok=True)
            (fresh / path).write_bytes(content)
        if cases.questions:
            frozen.save(fresh / f"{name}.npz", cases)
    written = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    if cases.questions and course.public_directory:
        packaged = Path(course.root, course.public_directory, f"{name}.npz")
        with replacing(packaged) as fresh:
            shutil.copyfile(folder / f"{name}.npz", fresh)
        written.append(packaged)
    return written


def wrong_cells(assignment: Assignment) -> list[str]:
    """Cells that could not be graded as they are meant: a sentence for each."""
    found: list[str] = []
    places: dict[str, str] = {}
    for name, source in assignment.sources.items():
        for cell in source.graded.cells:
            if not (grade_id := grade_id_of(cell)):
                continue
            if grade_id in places:
                found.append(f"the cell {grade_id!r} is in {places[grade_id]}.ipynb and in {name}.ipynb; rename one")
            places[grade_id] = name
            if is_automatic(cell) and assignment.judge.path and has_unnamed_check(cell.source):
                found.append(
                    f'{name}.ipynb, cell {grade_id!r}: write the name of the check into its line, as in check("name", ...)'
                )
    return found


def _next_version(assignment: Assignment, cases: frozen.FrozenChecks) -> Version:
    """A new one, if students get something else than they have now."""
    now = assignment.version
    if now is not None and not _stale_files(assignment) and all(_has(place, cases) for place in _case_files(assignment)[:1]):
        return now
    return Version(now.number + 1 if now else 1, datetime.now(UTC).date().isoformat())


def _has(place: Path, cases: frozen.FrozenChecks) -> bool:
    """Whether a file has these public cases, though perhaps from another state of the judge, or with other limits."""
    try:
        there = frozen.load(place)
    except ValueError:
        return False
    return same_cases(replace(there, release=cases.release, seconds=cases.seconds, cell_seconds=cases.cell_seconds), cases)


def _contents(assignment: Assignment, version: Version | None) -> dict[str, bytes]:
    """The released files but the public cases, by their path in the release."""
    notebooks = {f"{name}.ipynb": text.encode() for name, text in released_notebooks(assignment, version).items()}
    return {**assignment.file_contents, **notebooks}


def released_notebooks(assignment: Assignment, version: Version | None) -> dict[str, str]:
    """What students get in a version of the release, as JSON, by name."""
    said = version.as_metadata() if version else {}
    texts = {}
    for name, source in assignment.sources.items():
        texts[name] = as_text(NotebookNode({**source.release, "metadata": NotebookNode({**source.release.metadata, **said})}))
    return texts


def public_cases(assignment: Assignment) -> frozen.FrozenChecks:
    """What every student has of the assignment's checks: their cases, and what it takes to run a notebook as the grader will."""
    judge = assignment.judge
    modules = importable(judge.requirements.packages) if judge.path else None
    limits = limits_for(assignment.course, assignment.name, assignment.digest, judge.requirements.limits)
    return replace(
        judge.public_checks(used_checks(assignment), assignment.digest, modules),
        notebooks=released_notebooks(assignment, assignment.version),
        seconds=float(limits.seconds),
        cell_seconds=float(limits.cell_seconds),
    )


def used_checks(assignment: Assignment) -> list[str]:
    """Names of the checks that the assignment's cells hold."""
    return sorted({name for source in assignment.sources.values() for called in source.checks.values() for name in called})


def stale(course: Course, name: str) -> list[str]:
    """Say where the release on disk differs from what its source would give now; numbers may differ by rounding."""
    assignment = Assignment(course, name)
    differences, cases = _stale_files(assignment), public_cases(assignment)
    for place in _case_files(assignment):
        if not place.exists() or not same_cases(frozen.load(place), cases):
            differences.append(f"{place.name} in {place.parent} differs")
    return differences


def older_than_source(assignment: Assignment) -> list[str]:
    """As `stale`, but believe the public cases' own word for what they were made from, instead of computing them again."""
    places = _case_files(assignment)
    old = [place for place in places if not place.exists() or frozen.load(place).release != assignment.digest]
    return _stale_files(assignment) + [f"{place.name} in {place.parent} differs" for place in old]


def _stale_files(assignment: Assignment) -> list[str]:
    """Where the notebooks and files of the release differ from what the source would give now."""
    folder = assignment.course.folder("release", assignment.name)
    wanted = _contents(assignment, assignment.version)
    differences = [f"{path} differs" for path, content in wanted.items() if _bytes(folder / path) != content]
    known = {*wanted, f"{assignment.name}.npz"}
    extra = [str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()]
    return differences + [f"{path} is not in the source" for path in extra if path not in known]


def _case_files(assignment: Assignment) -> list[Path]:
    """Where the public cases of a release are, if it has any."""
    course, file = assignment.course, f"{assignment.name}.npz"
    if not used_checks(assignment):
        return []
    packaged = [Path(course.root, course.public_directory, file)] if course.public_directory else []
    return [course.folder("release", assignment.name) / file, *packaged]


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def same_cases(one: frozen.FrozenChecks, other: frozen.FrozenChecks) -> bool:
    """Whether both have the same cases, right answers, notebooks and limits; numbers may differ by rounding."""
    if one.release != other.release or one.questions.keys() != other.questions.keys():
        return False
    if (one.notebooks, one.seconds, one.cell_seconds) != (other.notebooks, other.seconds, other.cell_seconds):
        return False
    pairs = [(a, b) for name in one.questions for a, b in zip(one.questions[name], other.questions[name], strict=False)]
    counts = all(len(one.questions[name]) == len(other.questions[name]) for name in one.questions)
    return counts and all(
        a.label == b.label and _alike(a.arguments, b.arguments) and _alike(a.expected, b.expected) for a, b in pairs
    )


def _alike(one, other) -> bool:
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(_alike(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(_alike(one[key], other[key]) for key in one)
    if isinstance(one, HandedOver) and isinstance(other, HandedOver):
        return _alike(one.weights, other.weights)
    if isinstance(one, (np.ndarray, float)):
        return np.shape(one) == np.shape(other) and np.allclose(one, other, rtol=_CLOSE, atol=_CLOSE, equal_nan=True)
    return type(one) is type(other) and one == other


def leaks(assignment: Assignment) -> list[str]:
    """Find what a release of this assignment would leak, and where.

    This looks for lines of solutions, hidden tests, mark schemes and the judge's references in the released notebooks and
    files, and for hidden cases that equal the public ones.
    """
    texts = _released_texts(assignment)
    found = [
        f"{origin}: the line {line!r} is in {place}"
        for origin, line in _secret_lines(assignment)
        for place, text in texts.items()
        if line in text
    ]
    return list(dict.fromkeys(found)) + _constant_cases(assignment)


def passages_in(assignment: Assignment, texts: Mapping[str, str]) -> list[str]:
    """Find passages of an assignment's solutions in texts that teach the same subject, such as lectures: a sentence for each.

    There a line of a solution, such as ``states.append(a)``, says nothing. Three that follow each other do, and so does the whole of
    a shorter solution.

    Parameters
    ----------
    assignment
        Whose solutions, hidden tests, mark schemes and references are looked for.
    texts
        By a name for their place.
    """
    lines = {place: _uncommented(text.splitlines()) for place, text in texts.items()}
    found = []
    for origin, passage in _secret_passages(assignment):
        secret = _uncommented(passage)
        size = min(_PASSAGE, len(secret))
        for place, telling in lines.items():
            for same in sorted(_windows(secret, size) & _windows(telling, size)):
                found.append(f"{origin}: its lines {same[0]!r} to {same[-1]!r} are in {place}")
    return list(dict.fromkeys(found))


def _uncommented(lines: list[str]) -> list[str]:
    plain = (line.partition(" # ")[0] for line in _telling(lines))
    return [line for line in plain if len(line) >= _SHORTEST]


def _windows(lines: list[str], size: int) -> set[tuple[str, ...]]:
    """Every passage of `size` lines."""
    return {tuple(lines[start : start + size]) for start in range(len(lines) - size + 1)} if size else set()


def _released_texts(assignment: Assignment) -> dict[str, str]:
    """Every released text, with whitespace collapsed, by a name for its place."""
    texts = {}
    for name, source in assignment.sources.items():
        for number, cell in enumerate(source.release.cells, start=1):
            texts[f"{name}.ipynb, cell {number}"] = _squeezed(cell.source + "\n" + str(cell.get("outputs", "")))
        texts[f"{name}.ipynb, metadata"] = _squeezed(str(source.release.metadata))
    for name, content in assignment.file_contents.items():
        texts[name] = _squeezed(content.decode(errors="replace"))
    return texts


def _squeezed(text: str) -> str:
    return "\n".join(" ".join(line.split()) for line in text.splitlines())


def _secret_lines(assignment: Assignment) -> list[tuple[str, str]]:
    """The lines that students must not see, each with its origin."""
    return list(dict.fromkeys((origin, line) for origin, lines in _secret_passages(assignment) for line in lines))


def _secret_passages(assignment: Assignment) -> list[tuple[str, list[str]]]:
    """The passages that students must not see, each with its origin: their telling lines, with whitespace collapsed."""
    passages = []
    config = assignment.course.config
    delimiters = []
    for step, begin, end in (
        (ClearSolutions, "begin_solution_delimeter", "end_solution_delimeter"),
        (ClearHiddenTests, "begin_test_delimeter", "end_test_delimeter"),
        (ClearMarkScheme, "begin_mark_scheme_delimeter", "end_mark_scheme_delimeter"),
    ):
        preprocessor = step(config=config)
        delimiters.append((getattr(preprocessor, begin), getattr(preprocessor, end)))
    for name, source in assignment.sources.items():
        for number, cell in enumerate(source.instructor.cells, start=1):
            for begin, end in delimiters:
                passages.append((f"{name}.ipynb, source cell {number}", _between(cell.source, begin, end)))
    for check in assignment.judge.checks.values():
        for function in (check.solution, *check.alternatives.values()):
            passages.append((f"judge of {check.name!r}", _body(function)))
    return [(origin, _telling(lines)) for origin, lines in passages]


def _telling(lines: list[str]) -> list[str]:
    """The lines that reveal something, with whitespace collapsed."""
    squeezed = (" ".join(line.split()) for line in lines)
    return [line for line in squeezed if len(line) >= _SHORTEST and not line.startswith("#")]


def _between(text: str, begin: str, end: str) -> list[str]:
    lines, inside = [], False
    for line in text.splitlines():
        if end in line:
            inside = False
        elif begin in line:
            inside = True
        elif inside:
            lines.append(line)
    return lines


def _body(function) -> list[str]:
    """The lines of a function without decorators, signature and docstring; all lines of a lambda."""
    source = textwrap.dedent(inspect.getsource(function))
    definition = ast.parse(source).body[0]
    if not isinstance(definition, ast.FunctionDef):
        return source.splitlines()
    body = definition.body
    first = body[1:] if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant) else body
    return source.splitlines()[first[0].lineno - 1 :] if first else []


def _constant_cases(assignment: Assignment) -> list[str]:
    """Cases that are the same in every draw, so that the hidden case equals the public one.

    One draw may equal the public one by chance, where a case has some hundred forms. That two do is rare enough.
    """
    found = []
    for name in used_checks(assignment):
        draws = [assignment.judge.hidden_cases(name, secrets.token_bytes(32)) for _ in range(2)]
        for ours, *hidden in zip(assignment.judge.public_cases(name), *draws, strict=True):
            if all(_alike((ours.inputs, ours.given), (theirs.inputs, theirs.given)) for theirs in hidden):
                found.append(
                    f"check {name!r}: the case {ours.label!r} is the same in every draw; use the random generator in it"
                )
    return found
