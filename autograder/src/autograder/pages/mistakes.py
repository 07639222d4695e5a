"""Mistakes of a class: who made each, one example of the code, and wrong answers that have no name yet."""

import ast
from collections import defaultdict
from dataclasses import dataclass, field

from markupsafe import Markup

from autograder.assignment import Assignment
from autograder.notebook import grade_id_of
from autograder.pages import escaping
from autograder.pages.student_code import answers, parsed, plain
from autograder.records.journal import Entry

_TRIED, _LINES = 5, 30  # students whose code is looked for; lines of an example


@dataclass
class Mistake:
    """A mistake, or a kind of wrong answer.

    Parameters
    ----------
    check, sentence
        The check, and the misconception or what the judge said.
    students
        Who made it.
    example
        One student's code, without comments and texts; None if there is none to show.
    """

    check: str
    sentence: str
    students: list[str] = field(default_factory=list)
    example: Markup | None = None


def named_mistakes(assignment: Assignment, graded: list[Entry]) -> list[Mistake]:
    """Every misconception that the judge found, the most frequent first."""
    return _sorted(
        assignment,
        ((entry, check, hint) for entry in graded for check, hints in entry.hints.items() for hint in dict.fromkeys(hints)),
    )


def unnamed_mistakes(assignment: Assignment, graded: list[Entry]) -> list[Mistake]:
    """Wrong answers without a hint, together where the judge said the same but for numbers; each may be worth a misconception."""
    return _sorted(assignment, ((entry, check, said) for entry in graded for check, said in entry.unnamed.items()))


def _sorted(assignment: Assignment, made) -> list[Mistake]:
    found: dict[tuple[str, str], Mistake] = {}
    for entry, check, sentence in made:
        found.setdefault((check, sentence), Mistake(check, sentence)).students.append(entry.student)
    mistakes = sorted(found.values(), key=lambda mistake: (-len(mistake.students), mistake.check, mistake.sentence))
    defined = _names_checked(assignment)
    for mistake in mistakes:
        mistake.example = _example(assignment, defined.get(mistake.check), mistake.students[:_TRIED])
    return mistakes


def _names_checked(assignment: Assignment) -> dict[str, str]:
    """By check: the name that the source gives to what is checked, as in ``check("step", rnn_step)``."""
    names: dict[str, str] = defaultdict(str)
    for source in assignment.sources.values():
        for cell in source.graded.cells:
            if grade_id_of(cell) not in source.checks:
                continue
            for node in ast.walk(parsed(cell.source) or ast.Module([], [])):
                match node:
                    case ast.Call(func=ast.Name("check"), args=[ast.Constant(str(check)), ast.Name(thing)]):
                        names[check] = thing
    return names


def _example(assignment: Assignment, name: str | None, students: list[str]) -> Markup | None:
    if not name:
        return None
    for student in students:
        for source in reversed(answers(assignment, student).values()):
            code = _definition(source, name)
            if code and code.count("\n") < _LINES:
                return escaping.code(code)
    return None


def _definition(source: str, name: str) -> str | None:
    """The definition of a function or class in a cell, without comments and without what its texts say."""
    tree = parsed(source)
    for node in tree.body if tree else ():
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name == name:
            return plain(node)
    return None
