"""The notebook that is executed: the source's cells, with the student's work in its place."""

import copy
from dataclasses import dataclass
from itertools import takewhile

from nbformat import NotebookNode, from_dict
from unroll.checks.rebuilding import Cell, Cells, content_of, defined_in, grade_id_of, is_solution, put_together, woven


@dataclass(frozen=True)
class Rebuilt:
    """A notebook to grade, and what its cells had lost on the way.

    Parameters
    ----------
    notebook
        The source's cells, with the student's work in its place.
    recognised
        Grade ids of solutions that came back without them, and were found by cell id, by what they define, or by place.
    lost
        Grade ids of solutions that are not there, or as they were released, although there are cells without a name that may hold
        them. They wait for a person.
    """

    notebook: NotebookNode
    recognised: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


def rebuild(source: NotebookNode, submitted: NotebookNode, released: NotebookNode | None = None) -> Rebuilt:
    """Build the notebook to grade from the source and from what the student wrote (:func:`unroll.checks.rebuilding.rebuilt`).

    Parameters
    ----------
    source
        As in :attr:`autograder.assignment.Source.graded`.
    submitted
        As returned by :func:`autograder.intake.submission.parse_notebook`.
    released
        The same cells as students got them, without hidden tests: what a cell is recognised by. By default the source.
    """
    ours, theirs = (released or source).cells, submitted.cells
    pairs = woven(ours, theirs)
    metadata = copy.deepcopy(source.metadata)
    cells = put_together(source.cells, theirs, pairs)
    notebook = from_dict({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})
    recognised = [
        str(grade_id_of(ours[place]))
        for place, number in pairs
        if place is not None
        and number is not None
        and is_solution(ours[place])
        and theirs[number].metadata.get("grade_id") != grade_id_of(ours[place])
    ]
    return Rebuilt(notebook, tuple(recognised), _lost(ours, theirs, pairs))


def _lost(ours: Cells, theirs: Cells, pairs: list[tuple[int | None, int | None]]) -> tuple[str, ...]:
    """Solutions that are not there, or are as they were released, where a cell without a name has a text of the student's own."""
    texts = {content_of(cell) for cell in ours}
    names = {grade_id_of(cell) for cell in ours} - {None}

    def is_own(number: int) -> bool:
        return theirs[number]["metadata"].get("grade_id") not in names and content_of(theirs[number]) not in texts

    defined = frozenset[str]().union(*(defined_in(cell) for number, cell in enumerate(theirs) if is_own(number)))
    anywhere = {_kind(theirs[number]) for place, number in pairs if place is None and number is not None and is_own(number)}
    lost = []
    for at, (place, number) in enumerate(pairs):
        if place is None or not is_solution(ours[place]):
            continue
        cell, work = ours[place], theirs[number] if number is not None else None
        beside = {_kind(theirs[other]) for other in _extras_beside(pairs, at) if is_own(other)}
        if work is None:  # what stands in its place may have been made another type of cell, or joined to another cell
            may_be = _kind(cell) in anywhere or bool(beside) or bool(defined_in(cell) & defined)
        elif content_of(work) != content_of(cell):
            may_be = False
        elif work["metadata"].get("grade_id") != grade_id_of(cell):  # a release without names may stand above the work
            may_be = _kind(cell) in anywhere
        else:  # a written answer may stand below the cell for it; code does its work there
            may_be = cell["cell_type"] != "code" and _kind(cell) in beside
        if may_be:
            lost.append(str(grade_id_of(cell)))
    return tuple(lost)


def _kind(cell: Cell) -> str:
    return "code" if cell["cell_type"] == "code" else "markdown"


def _extras_beside(pairs: list[tuple[int | None, int | None]], at: int) -> list[int]:
    """The student's own cells directly above and below one of the source's."""
    above = takewhile(lambda pair: pair[0] is None, reversed(pairs[:at]))
    below = takewhile(lambda pair: pair[0] is None, pairs[at + 1 :])
    return [number for _, number in (*above, *below) if number is not None]
