"""What students wrote as code, read and brought into one form; nothing of it is executed."""

import ast
import json
import warnings

from nbgrader import utils

from autograder.assignment import Assignment
from autograder.notebook import grade_id_of

_LONGEST = 20_000  # characters of one student's code


def answers(assignment: Assignment, student: str) -> dict[str, str]:
    """A student's code by cell, from the executed notebooks: cells for answers by notebook and grade id, added ones by number.

    Locked cells are left out, and what comes after the first 20,000 characters.
    """
    found: dict[str, str] = {}
    left = _LONGEST
    for notebook, source in assignment.sources.items():
        path = assignment.course.folder("autograded", assignment.name, student) / f"{notebook}.ipynb"
        locked = {grade_id_of(cell) for cell in source.graded.cells if utils.is_locked(cell)}
        try:
            cells = json.loads(path.read_text("utf-8"))["cells"]
            code = [
                (grade_id, "".join(cell["source"]))
                for cell in cells
                if cell["cell_type"] == "code"
                and (grade_id := cell["metadata"].get("nbgrader", {}).get("grade_id")) not in locked
            ]
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            continue
        for number, (grade_id, text) in enumerate(code):
            left -= len(text)
            if left < 0:
                return found
            found[f"{notebook}: {grade_id or number}"] = text
    return found


def parsed(source: str) -> ast.Module | None:
    """The syntax tree; None for what is not Python, or too deep."""
    try:
        with warnings.catch_warnings(action="ignore"):  # about what is written badly
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def plain(tree: ast.AST) -> str | None:
    """Code without comments, layout, docstrings and what its texts say, which changes the tree; None if it is too deep."""
    for node in ast.walk(tree):
        if (
            isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
            and ast.get_docstring(node, clean=False) is not None
        ):
            node.body = node.body[1:] or [ast.Pass()]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = "…"
    try:
        return ast.unparse(tree)
    except (ValueError, RecursionError):
        return None


def own_names(tree: ast.AST) -> set[str]:
    """Names that the code itself chooses: of variables, arguments and inner functions, but not of what a cell defines or imports."""
    outermost = set(getattr(tree, "body", ()))
    names = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name) | ast.ExceptHandler(name=str(name)):
                names.add(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) if node not in outermost:
                names.add(name)
    return names
