"""The cells that are run for a grade: the release's, with the student's work in its place.

The grader does this with what was handed in, and the desk with the saved notebook before. Cells are dictionaries in the format of
notebook files; a submitted cell has its grade id, if it has one, as ``metadata["grade_id"]``.
"""

import copy
import re
from collections.abc import Callable, Hashable, Sequence
from itertools import pairwise
from typing import Any

_DEFINED = re.compile(r"^(?:async[ \t]+def|def|class)[ \t]+(\w+)", re.MULTILINE)

Cell = dict[str, Any]
Cells = Sequence[Cell]


def grade_id_of(cell: Cell) -> str | None:
    """nbgrader's name for a cell; None for a cell that has none."""
    found: str | None = cell["metadata"].get("nbgrader", {}).get("grade_id")
    return found


def is_solution(cell: Cell) -> bool:
    """True for a cell that students fill in."""
    return bool(cell["metadata"].get("nbgrader", {}).get("solution", False))


def is_theirs(cell: Cell) -> bool:
    """True for a cell of the release whose text students may change."""
    return is_solution(cell) or not grade_id_of(cell)


def cell_ids(cells: Cells) -> list[str]:
    """The cells' ids in the normal form: named by grade id or number."""
    names = [grade_id_of(cell) or f"cell-{number:02d}" for number, cell in enumerate(cells)]
    return [re.sub(r"[^A-Za-z0-9_-]", "-", name)[:64] for name in names]


def rebuilt(source: Cells, submitted: Cells) -> list[Cell]:
    """The cells to run, from the release's and from what the student wrote.

    Source cells keep their order, type and metadata. The submission contributes solution cells, found by grade id, else by cell
    id, else by what they define, else as the only one that can be meant between two other cells; ordinary cells that the student edited, found by cell id,
    then by text; and the student's extra cells, before the source cell that followed them. A copy of a cell counts as an extra
    cell. Nothing else in the submission is trusted.
    """
    return put_together(source, submitted, woven(source, submitted))


def put_together(source: Cells, submitted: Cells, pairs: Sequence[tuple[int | None, int | None]]) -> list[Cell]:
    """The cells of both in the order that `pairs` gives, as from :func:`woven`."""
    cells = []
    for place, number in pairs:
        work = submitted[number] if number is not None else None
        if place is not None:
            cells.append(_filled(source[place], work))
        elif work is not None:
            cells.append(_own(work))
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number:03d}"
    return cells


def woven(source: Cells, submitted: Cells) -> list[tuple[int | None, int | None]]:
    """The order of all cells: pairs of a source cell and the submitted one in its place, by number; None where there is none."""
    partner = aligned(source, submitted)
    extras: dict[int, list[int]] = {}
    pending: list[int] = []
    for number, cell in enumerate(submitted):
        if number in partner:
            extras[partner[number]] = pending
            pending = []
        elif cell["source"].strip():
            pending.append(number)
    work = {place: number for number, place in partner.items()}
    pairs: list[tuple[int | None, int | None]] = []
    for place in range(len(source)):
        pairs += [(None, number) for number in extras.get(place, [])]
        pairs.append((place, work.get(place)))
    return pairs + [(None, number) for number in pending]


def aligned(source: Cells, submitted: Cells) -> dict[int, int]:
    """Map submitted cells to the source cells they correspond to, by number. No source cell is used twice."""
    partner: dict[int, int] = {}

    def pair(key_of_source: Callable[[Cell], Hashable], key_of_submitted: Callable[[Cell], Hashable]) -> None:
        free = {}
        for place, cell in reversed(list(enumerate(source))):
            key = key_of_source(cell)
            if key and place not in partner.values():
                free[key] = place
        for number, cell in enumerate(submitted):
            key = key_of_submitted(cell)
            if number not in partner and key in free:
                partner[number] = free.pop(key)

    # Of several copies of a solution, the last one counts, as in nbgrader and in the student's own kernel, unless it is a release's
    # that stands below the work.
    released = {grade_id_of(cell): content_of(cell) for cell in source}
    copies = [(cell["metadata"].get("grade_id"), number, content_of(cell)) for number, cell in enumerate(submitted)]
    untouched = {name: number for name, number, content in copies if released.get(name) == content}
    submitted_ids = untouched | {name: number for name, number, content in copies if released.get(name) != content}
    for place, cell in enumerate(source):
        found = submitted_ids.get(grade_id_of(cell)) if grade_id_of(cell) else None
        if found is not None:
            partner[found] = place
    ids = dict(zip(map(id, source), _released_ids(source, submitted), strict=True))
    # A solution cell that lost its metadata still has its id; the source's stub must not run after it.
    pair(
        lambda cell: is_solution(cell) and ids[id(cell)],
        lambda cell: cell.get("id") if not cell["metadata"].get("grade_id") else None,
    )
    pair(
        lambda cell: not grade_id_of(cell) and ids[id(cell)] and (cell["cell_type"], ids[id(cell)]),
        lambda cell: (cell["cell_type"], cell.get("id")) if not cell["metadata"].get("grade_id") else None,
    )
    pair(lambda cell: not grade_id_of(cell) and content_of(cell), content_of)
    # Some editors and mail programmes drop all metadata and ids. Tests are found by their text, and what is left by its place.
    pair(
        lambda cell: not is_solution(cell) and grade_id_of(cell) and content_of(cell),
        lambda cell: content_of(cell) if not cell["metadata"].get("grade_id") else None,
    )
    partner |= _by_definitions(source, submitted, partner)
    return partner | _between(source, submitted, partner)


def defined_in(cell: Cell) -> frozenset[str]:
    """The functions and classes that a cell of code defines, which tell whose work it is; read without parsing, as it may be wrong."""
    return frozenset(_DEFINED.findall(cell["source"]) if cell["cell_type"] == "code" else ())


def _by_definitions(source: Cells, submitted: Cells, partner: dict[int, int]) -> dict[int, int]:
    """Pair solutions with cells that define the same, where only one such cell and one such solution is left."""
    taken = set(partner.values())
    wanted = {place: defined_in(cell) for place, cell in enumerate(source) if is_solution(cell) and place not in taken}
    given = {
        number: defined_in(cell)
        for number, cell in enumerate(submitted)
        if number not in partner and not cell["metadata"].get("grade_id")
    }
    found = {}
    for place, names in wanted.items():
        here = [number for number, defined in given.items() if names and names <= defined]
        if len(here) == 1 and sum(bool(given[here[0]] & others) for others in wanted.values()) == 1:
            found[here[0]] = place
    return found


def _between(source: Cells, submitted: Cells, partner: dict[int, int]) -> dict[int, int]:
    """Pair solutions with cells by place: where two paired cells have one solution of a type and one cell of it between them."""
    found = {}
    wanted = frozenset[str]().union(*(defined_in(cell) for cell in source if is_solution(cell)))

    def is_anothers(work: Cell, solution: Cell) -> bool:
        return bool(defined_in(work) & wanted) and not defined_in(work) & defined_in(solution)

    ends = [(-1, -1), *sorted(partner.items()), (len(submitted), len(source))]
    taken = set(partner.values())
    for (number, place), (next_number, next_place) in pairwise(ends):
        for kind in ("code", "markdown"):
            here = [
                free
                for free in range(number + 1, next_number)
                if submitted[free]["cell_type"] == kind and not submitted[free]["metadata"].get("grade_id")
            ]
            here = [free for free in here if submitted[free]["source"].strip()] or here  # an answer may have been deleted
            there = [
                free
                for free in range(place + 1, next_place)
                if source[free]["cell_type"] == kind and is_solution(source[free]) and free not in taken
            ]
            if len(here) == len(there) == 1 and not is_anothers(submitted[here[0]], source[there[0]]):
                found[here[0]] = there[0]
                taken.add(there[0])  # where cells were moved, two stretches may hold the same one
    return found


def _released_ids(source: Cells, submitted: Cells) -> list[str | None]:
    """The ids of the source's cells at release: our release's ids, or the source's own if nbgrader released them."""
    theirs = {cell.get("id"): content_of(cell) for cell in submitted}

    def untouched(ids: list[str | None]) -> int:
        return sum(theirs.get(name) == content_of(cell) for name, cell in zip(ids, source, strict=True))

    return max([*cell_ids(source)], [cell.get("id") for cell in source], key=untouched)


def content_of(cell: Cell) -> tuple[str, str]:
    """What a cell without a name is recognised by."""
    return cell["cell_type"], cell["source"].strip()


def _filled(cell: Cell, work: Cell | None) -> Cell:
    """A source cell, with the student's text if students may write it."""
    cell = copy.deepcopy(cell)
    if work is not None and is_theirs(cell):
        cell["source"] = work["source"]
        if "attachments" in work and cell["cell_type"] == "markdown":
            cell["attachments"] = work["attachments"]
    return cell


def _own(extra: Cell) -> Cell:
    cell = {"cell_type": extra["cell_type"], "metadata": {}, "source": extra["source"]}
    if extra["cell_type"] == "code":
        cell |= {"execution_count": None, "outputs": []}
    elif "attachments" in extra:
        cell["attachments"] = extra["attachments"]
    return cell
