"""The notebook that is executed: the source's cells, with the student's work in its place."""

import copy
from itertools import pairwise

from nbformat import NotebookNode, from_dict
from nbgrader import utils

from autograder.notebook import cell_ids, grade_id_of


def rebuild(source: NotebookNode, submitted: NotebookNode) -> NotebookNode:
    """Build the notebook to grade from the source and from what the student wrote.

    Source cells keep their order, type and metadata. The submission contributes solution cells, found by grade id, else by cell
    id, else as the only one that can be meant between two other cells; ordinary cells that the student edited, found by cell id,
    then by text; and the student's extra cells, before the source cell that followed them. A copy of a cell counts as an extra
    cell. Nothing else in the submission is trusted.

    Parameters
    ----------
    source
        As in :attr:`autograder.assignment.Source.graded`.
    submitted
        As returned by :func:`autograder.intake.submission.parse_notebook`.
    """
    partner = _align(source.cells, submitted.cells)
    extras: dict[int, list] = {}
    pending: list = []
    for number, cell in enumerate(submitted.cells):
        if number in partner:
            extras[partner[number]] = pending
            pending = []
        elif cell.source.strip():
            pending.append(cell)
    work = {place: submitted.cells[number] for number, place in partner.items()}
    cells = []
    for place, cell in enumerate(source.cells):
        cells += [_own(extra) for extra in extras.get(place, [])]
        cells.append(_filled(cell, work.get(place)))
    cells += [_own(extra) for extra in pending]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number:03d}"
    return from_dict({"cells": cells, "metadata": copy.deepcopy(source.metadata), "nbformat": 4, "nbformat_minor": 5})


def _align(source: list, submitted: list) -> dict[int, int]:
    """Map submitted cells to the source cells they correspond to, by number. No source cell is used twice."""
    partner: dict[int, int] = {}

    def pair(key_of_source, key_of_submitted) -> None:
        free = {}
        for place, cell in reversed(list(enumerate(source))):
            key = key_of_source(cell)
            if key and place not in partner.values():
                free[key] = place
        for number, cell in enumerate(submitted):
            key = key_of_submitted(cell)
            if number not in partner and key in free:
                partner[number] = free.pop(key)

    # Of several copies of a solution, the last one counts, as in nbgrader and in the student's own kernel.
    submitted_ids = {cell.metadata.get("grade_id"): number for number, cell in enumerate(submitted)}
    for place, cell in enumerate(source):
        number = submitted_ids.get(grade_id_of(cell)) if grade_id_of(cell) else None
        if number is not None:
            partner[number] = place
    ids = dict(zip(map(id, source), _released_ids(source, submitted), strict=True))
    # A solution cell that lost its metadata still has its id; the source's stub must not run after it.
    pair(
        lambda cell: utils.is_solution(cell) and ids[id(cell)],
        lambda cell: cell.get("id") if not cell.metadata.get("grade_id") else None,
    )
    pair(
        lambda cell: not grade_id_of(cell) and ids[id(cell)] and (cell.cell_type, ids[id(cell)]),
        lambda cell: (cell.cell_type, cell.get("id")) if not cell.metadata.get("grade_id") else None,
    )
    pair(lambda cell: not grade_id_of(cell) and _content(cell), _content)
    # Some editors and mail programmes drop all metadata and ids. Tests are found by their text, and what is left by its place.
    pair(
        lambda cell: not utils.is_solution(cell) and grade_id_of(cell) and _content(cell),
        lambda cell: _content(cell) if not cell.metadata.get("grade_id") else None,
    )
    return partner | _between(source, submitted, partner)


def _between(source: list, submitted: list, partner: dict[int, int]) -> dict[int, int]:
    """Pair solutions with cells by place: where two paired cells have one solution of a type and one cell of it between them."""
    found = {}
    ends = [(-1, -1), *sorted(partner.items()), (len(submitted), len(source))]
    taken = set(partner.values())
    for (number, place), (next_number, next_place) in pairwise(ends):
        for kind in ("code", "markdown"):
            here = [
                free
                for free in range(number + 1, next_number)
                if submitted[free].cell_type == kind
                and submitted[free].source.strip()
                and not submitted[free].metadata.get("grade_id")
            ]
            there = [
                free
                for free in range(place + 1, next_place)
                if source[free].cell_type == kind and utils.is_solution(source[free]) and free not in taken
            ]
            if len(here) == len(there) == 1:
                found[here[0]] = there[0]
    return found


def _released_ids(source: list, submitted: list) -> list[str | None]:
    """The ids of the source's cells at release: our release's ids, or the source's own if nbgrader released them."""
    theirs = {cell.get("id"): _content(cell) for cell in submitted}

    def untouched(ids: list) -> int:
        return sum(theirs.get(name) == _content(cell) for name, cell in zip(ids, source, strict=True))

    return max(cell_ids(source), [cell.get("id") for cell in source], key=untouched)


def _content(cell) -> tuple[str, str]:
    return cell.cell_type, cell.source.strip()


def _filled(cell, work) -> dict:
    """A source cell, with the student's text if students may write it."""
    cell = copy.deepcopy(cell)
    theirs = utils.is_solution(cell) or not grade_id_of(cell)
    if work is not None and theirs:
        cell["source"] = work.source
        if "attachments" in work and cell.cell_type == "markdown":
            cell["attachments"] = work.attachments
    return cell


def _own(extra) -> dict:
    cell = {"cell_type": extra.cell_type, "metadata": {}, "source": extra.source}
    if extra.cell_type == "code":
        cell |= {"execution_count": None, "outputs": []}
    elif "attachments" in extra:
        cell["attachments"] = extra.attachments
    return from_dict(cell)
