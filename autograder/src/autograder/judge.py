"""The judge of one assignment: its checks, loaded from the course, and the cases that it draws for one submission."""

import ast
import hashlib
import hmac
import importlib.util
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from IPython.core.inputtransformer2 import TransformerManager
from unroll.checks import Question

from autograder.check import Check, Requirements
from autograder.course import CourseError
from autograder.kernels.packages import EVERYTHING

_PUBLIC = b"public"  # whoever releases the same judge again freezes the same cases


@dataclass(frozen=True)
class Judge:
    """What one judge module defines.

    Parameters
    ----------
    path
        Of the module, or None for an assignment without a judge.
    checks
        By name.
    requirements
        What the kernel of this assignment needs.
    """

    path: Path | None
    checks: dict[str, Check]
    requirements: Requirements

    def public_questions(self, name: str) -> list[Question]:
        """The cases that are frozen at release."""
        return self.checks[name].questions(_generator(hashlib.sha256(_PUBLIC + name.encode()).digest()))

    def hidden_questions(self, name: str, key: bytes) -> list[Question]:
        """The cases for one submission, whose key :func:`submission_key` makes."""
        return self.checks[name].questions(_generator(hmac.digest(key, name.encode(), "sha256")))


def load_judge(path: Path | None) -> Judge:
    """Load a judge module.

    Parameters
    ----------
    path
        Its file; None, or one that does not exist, stands for an assignment whose cells carry their own tests.

    Raises
    ------
    CourseError
        If the module fails, or two checks share a name.
    """
    if path is None or not path.exists():
        # An ordinary nbgrader course expects all packages of this environment.
        return Judge(None, {}, Requirements(packages=EVERYTHING))
    spec = importlib.util.spec_from_file_location(f"judge_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise CourseError(f"The judge {path} fails: {type(error).__name__}: {error}") from error
    checks: dict[str, Check] = {}
    for value in vars(module).values():
        if isinstance(value, Check):
            if checks.get(value.name, value) is not value:
                raise CourseError(f"The judge {path} has two checks called {value.name!r}.")
            checks[value.name] = value
    return Judge(path, checks, getattr(module, "requirements", Requirements()))


def submission_key(secret: bytes, assignment: str, student: str, digest: str) -> bytes:
    """What a submission's hidden cases are drawn from: unknown to the student, the same for the same submission."""
    message = b"\0".join(part.encode(errors="surrogateescape") for part in (assignment, student, digest))
    return hmac.digest(secret, message, "sha256")


def checks_called(source: str) -> list[str]:
    """Names of the checks that a grade cell's ``check("name", …)`` lines hold, in order, each once."""
    try:
        tree = ast.parse(TransformerManager().transform_cell(source))
    except SyntaxError:
        return []
    names = []
    for node in ast.walk(tree):
        called = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
        if called == "check":
            first = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg == "name")][:1]
            names += _texts(first)
        elif called in ("run_line_magic", "run_cell_magic"):  # such as %time
            names += [name for text in _texts(node.args[1:]) for name in checks_called(text)]
    return list(dict.fromkeys(names))


def _texts(nodes: list[ast.expr]) -> list[str]:
    return [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def _generator(key: bytes) -> np.random.Generator:
    return np.random.default_rng(list(key))
