"""The judge of one assignment: its checks, loaded from the course, and the cases it draws for one submission."""

import ast
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import ModuleType

import numpy as np
from IPython.core.inputtransformer2 import TransformerManager
from unroll.checks import Question, frozen

from autograder.check import Case, Check
from autograder.course import CourseError
from autograder.kernels.packages import EVERYTHING
from autograder.requirements import Requirements

_PUBLIC = b"public"  # releasing the same judge again freezes the same cases


@dataclass(frozen=True)
class Judge:
    """The contents of one judge module.

    Parameters
    ----------
    path
        The module's path, or None for an assignment without a judge.
    source
        The module's source, from which :func:`read_judge` makes the same judge on another machine.
    checks
        By name.
    requirements
        What the kernel of this assignment needs.
    """

    path: Path | None
    source: str | None
    checks: dict[str, Check]
    requirements: Requirements

    def public_questions(self, name: str) -> list[Question]:
        """The cases frozen at release."""
        return self.checks[name].questions(_public_generator(name))

    def public_checks(self, names: Sequence[str], release: str, modules: tuple[str, ...] | None = None) -> frozen.FrozenChecks:
        """The public cases of these checks, as they are put on disk (:class:`unroll.checks.frozen.FrozenChecks`)."""
        return frozen.FrozenChecks(
            release=release,
            questions={name: self.public_questions(name) for name in names},
            comparisons={name: self.checks[name].compare for name in names},
            modules=modules,
        )

    def public_cases(self, name: str) -> list[Case]:
        """These cases without their answers, which take long where models are built."""
        return self.checks[name].draw_cases(_public_generator(name))

    def hidden_cases(self, name: str, key: bytes) -> list[Case]:
        """The cases for one submission without their answers."""
        return self.checks[name].draw_cases(_hidden_generator(name, key))

    def hidden_questions(self, name: str, key: bytes) -> list[Question]:
        """The cases for one submission, by its :func:`submission_key`."""
        return self.checks[name].questions(_hidden_generator(name, key))


def load_judge(path: Path) -> Judge:
    """Load a judge module from its file. Without a file, the assignment's cells have their own tests.

    Raises
    ------
    CourseError
        If the module cannot be read or fails, or two checks share a name.
    """
    try:
        return read_judge(path.read_text("utf-8") if path.exists() else None, path)
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"The judge {path} cannot be read: {error}") from error


@lru_cache(maxsize=8)
def read_judge(source: str | None, path: Path) -> Judge:
    """Make a judge from a module's source. Each process loads the same source only once.

    Parameters
    ----------
    source
        The source, which must be self-contained: it may import packages, but no modules next to it. None for no judge.
    path
        Its path, for messages.

    Raises
    ------
    CourseError
        If the module fails, or two checks share a name.
    """
    if source is None:
        # An ordinary nbgrader course expects all packages of this environment.
        return Judge(None, None, {}, Requirements(packages=EVERYTHING))
    module = ModuleType(f"judge_{path.stem}")
    try:
        exec(compile(source, str(path), "exec"), vars(module))
    except Exception as error:
        raise CourseError(f"The judge {path} fails: {type(error).__name__}: {error}") from error
    checks: dict[str, Check] = {}
    for value in vars(module).values():
        if isinstance(value, Check):
            if checks.get(value.name, value) is not value:
                raise CourseError(f"The judge {path} has two checks named {value.name!r}.")
            checks[value.name] = value
    return Judge(path, source, checks, getattr(module, "requirements", Requirements()))


def submission_key(secret: bytes, assignment: str, student: str, digest: str) -> bytes:
    """The seed of a submission's hidden cases: unknown to the student, and the same for the same submission."""
    message = b"\0".join(part.encode(errors="surrogateescape") for part in (assignment, student, digest))
    return hmac.digest(secret, message, "sha256")


def checks_called(source: str) -> list[str]:
    """Names of the checks in a grade cell's ``check("name", …)`` lines, in order, each once.

    Examples
    --------
    >>> checks_called('check("softmax", softmax)\\ncheck("rnn_step", rnn_step)')
    ['softmax', 'rnn_step']
    """
    return [name for name in _checks_called(source) if name is not None]


def has_unnamed_check(source: str) -> bool:
    """Whether a grade cell calls ``check`` with a name that is only known when it runs."""
    return None in _checks_called(source)


def _checks_called(source: str) -> list[str | None]:
    try:
        tree = ast.parse(TransformerManager().transform_cell(source))
    except SyntaxError:
        return []
    names: list[str | None] = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if called == "check":
            first = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg == "name")][:1]
            names += _texts(first) or [None]
        elif called in ("run_line_magic", "run_cell_magic"):  # such as %time
            names += [name for text in _texts(node.args[1:]) for name in _checks_called(text)]
    return list(dict.fromkeys(names))


def _texts(nodes: list[ast.expr]) -> list[str]:
    return [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def _public_generator(name: str) -> np.random.Generator:
    return _generator(hashlib.sha256(_PUBLIC + name.encode()).digest())


def _hidden_generator(name: str, key: bytes) -> np.random.Generator:
    return _generator(hmac.digest(key, name.encode(), "sha256"))


def _generator(key: bytes) -> np.random.Generator:
    return np.random.default_rng(list(key))
