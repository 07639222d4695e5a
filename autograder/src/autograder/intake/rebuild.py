"""The notebook that is executed: the source's cells, with the student's work in its place."""

import copy
from dataclasses import dataclass

from nbformat import NotebookNode, from_dict
from unroll.checks.rebuilding import Cells, content_of, grade_id_of, is_solution, put_together, woven


@dataclass(frozen=True)
class Rebuilt:
    """A notebook to grade, and what its cells had lost on the way.

    Parameters
    ----------
    notebook
        The source's cells, with the student's work in its place.
    recognised
        Grade ids of solutions that came back without them, and were found by cell id or by place.
    lost
        Grade ids of solutions that are not there, although there are cells without a name that may hold them. They wait for a
        person.
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
    """Solutions without a partner, where a cell without a name has a text of the student's own and may be one."""
    texts = {content_of(cell) for cell in ours}
    names = {grade_id_of(cell) for cell in ours} - {None}
    extra = [theirs[number] for place, number in pairs if place is None and number is not None]
    nameless = {
        "code" if cell["cell_type"] == "code" else "markdown"
        for cell in extra
        if cell["metadata"].get("grade_id") not in names and content_of(cell) not in texts
    }
    alone = [ours[place] for place, number in pairs if place is not None and number is None]
    return tuple(str(grade_id_of(cell)) for cell in alone if is_solution(cell) and cell["cell_type"] in nameless)
