"""Submissions whose code is nearly the same, for a person to look at. For instructors only: it proves nothing.

Code is compared as in Schleimer, Wilkerson and Aiken, "Winnowing: local algorithms for document fingerprinting" (2003): of the pieces of
a few words each, some are chosen so that a longer piece that two students share is always found. Comments, layout, texts and the names
of variables do not count. Two answers together are a sign, too: where each is common, the pair may be rare.
"""

import math
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations, islice

from autograder.assignment import Assignment
from autograder.pages.student_code import answers, own_names, parsed, plain

_WORDS, _WINDOW = 12, 4  # of a piece; pieces of which one is chosen. What two share is found from 15 words on
_PIECES, _PAIRS = 2_000, 500  # of one submission
_SAME = 0.8  # share of the pieces that two submissions have in common
_TELLING = 6  # signs that few others have
_SHOWN = 20

_WORD = re.compile(r"\.?\w+|\S")


@dataclass
class _Cell:
    """One cell's code, its words, and the pieces that were chosen, with the first and last line of each place."""

    lines: list[str]
    words: list[str]
    pieces: dict[int, list[tuple[int, int]]]


@dataclass
class _Work:
    """A submission's code by cell, and the students who handed in the same."""

    cells: dict[str, _Cell]
    students: list[str] = field(default_factory=list)
    pieces: frozenset[int] = frozenset()
    signs: frozenset[int] = frozenset()  # its pieces, and its pairs of answers
    other: "_Work | None" = None  # as the second of these students wrote it


@dataclass(frozen=True)
class Line:
    """A line of code; if it is in both submissions, how many students have it, and whether those are few."""

    text: str
    students: int | None
    rare: bool


@dataclass
class Likeness:
    """Students whose code is nearly the same.

    Parameters
    ----------
    students
        All of them, each nearly the same as at least one other.
    shown
        The two whose code is shown.
    share
        Of the longer one's pieces that the other has, 0 to 1.
    rare
        Signs of both that few other students have: pieces, and pairs of whole answers.
    cells
        Both sides of each cell with something in common.
    """

    students: list[str]
    shown: tuple[str, str]
    share: float
    rare: int
    cells: list[tuple[list[Line], list[Line]]]


def likenesses(assignment: Assignment, students: list[str]) -> list[Likeness]:
    """The submissions that are most alike, those with the most in common that few others have first; at most 20.

    Time grows with the number of students, not of pairs: only those who share something rare are compared.

    Parameters
    ----------
    students
        Whose submissions are compared.
    """
    works = _works(assignment, students)
    holders: dict[int, list[int]] = defaultdict(list)
    having: Counter[int] = Counter()
    for number, work in enumerate(works):
        for sign in work.signs:
            holders[sign].append(number)
            having[sign] += len(work.students)
    few = max(2, math.isqrt(len(students)))  # 5 of 30, 31 of 1,000
    rare = {sign for sign, count in having.items() if count <= few}
    shared = Counter(pair for sign in rare for pair in combinations(holders[sign], 2))
    shared.update({(number, number): len(work.signs & rare) for number, work in enumerate(works) if work.other})
    found: list[Likeness] = []
    for count, (one, other) in sorted(((count, pair) for pair, count in shared.items() if count >= _TELLING), reverse=True):
        left, right = works[one], works[other]
        share = len(left.pieces & right.pieces) / max(len(left.pieces), len(right.pieces))
        if share < _SAME:
            continue
        both = [*left.students, *right.students]
        known = next((likeness for likeness in found if not set(both).isdisjoint(likeness.students)), None)
        if known is not None:
            known.students += sorted(set(both).difference(known.students))
        elif len(found) < _SHOWN:
            found.append(_likeness(left, (left.other or left) if one == other else right, share, count, having, rare))
    return found


def _likeness(left: _Work, right: _Work, share: float, count: int, having: Counter[int], rare: set[int]) -> Likeness:
    common = left.pieces & right.pieces
    cells = []
    for name, mine in left.cells.items():
        theirs = right.cells.get(name)
        if theirs is not None and mine.pieces.keys() & theirs.pieces.keys():
            cells.append((_lines(mine, common, having, rare), _lines(theirs, common, having, rare)))
    students = list(dict.fromkeys([*left.students, *right.students]))
    shown = left.students[0], next(student for student in right.students if student != left.students[0])
    return Likeness(students, shown, share, count, cells)


def _lines(cell: _Cell, common: frozenset[int], having: Counter[int], rare: set[int]) -> list[Line]:
    count: dict[int, int] = {}
    marked: set[int] = set()
    for piece in cell.pieces.keys() & common:
        for first, last in cell.pieces[piece]:
            for number in range(first, last + 1):
                count[number] = min(having[piece], count.get(number, having[piece]))
                marked |= {number} if piece in rare else set()
    return [Line(text, count.get(number), number in marked) for number, text in enumerate(cell.lines)]


def _works(assignment: Assignment, students: list[str]) -> list[_Work]:
    """The different submissions, without what was given out."""
    given: set[int] = set()
    for source in assignment.sources.values():
        for released in source.release.cells:
            if released.cell_type == "code" and (cell := _cell(released.source, set(), 1)) is not None:
                given |= cell.pieces.keys()
    works: dict[tuple[tuple[str, ...], ...], _Work] = {}
    for student in students:
        cells = {name: cell for name, text in answers(assignment, student).items() if (cell := _cell(text, given)) is not None}
        made = _Work(cells, [student])
        work = works.setdefault(tuple(tuple(cell.words) for cell in cells.values()), made)
        if work is not made:
            work.students.append(student)
            work.other = work.other or made
    for work in works.values():
        work.pieces = frozenset(islice((piece for cell in work.cells.values() for piece in cell.pieces), _PIECES))
        whole = [f"{name} {' '.join(cell.words)}" for name, cell in work.cells.items() if cell.pieces]
        work.signs = work.pieces | {zlib.crc32("\n".join(pair).encode()) for pair in islice(combinations(whole, 2), _PAIRS)}
        if work.other is not None:
            work.other.students, work.other.pieces = work.students, work.pieces
    return [work for work in works.values() if len(work.pieces) >= _TELLING]


def _cell(source: str, given: set[int], window: int = _WINDOW) -> _Cell | None:
    """A cell's pieces; None for one without code of its own."""
    tree = parsed(source)
    names = own_names(tree) if tree is not None else set()
    code = plain(tree) if tree is not None else None
    if not code:
        return None
    lines = code.split("\n")
    words, places = [], []
    for number, line in enumerate(lines):
        for word in _WORD.findall(line):
            words.append("v" if word in names else word)
            places.append(number)
    pieces = defaultdict(list)
    for start, piece in _chosen(words, window):
        if piece not in given:
            pieces[piece].append((places[start], places[start + _WORDS - 1]))
    return _Cell(lines, words, pieces)


def _chosen(words: list[str], window: int) -> Iterator[tuple[int, int]]:
    """Start and checksum of the smallest piece in each window."""
    sums = [zlib.crc32(" ".join(words[start : start + _WORDS]).encode()) for start in range(len(words) - _WORDS + 1)]
    before = -1
    for start in range(max(len(sums) - window + 1, min(len(sums), 1))):
        smallest = min(range(start, min(start + window, len(sums))), key=sums.__getitem__)
        if smallest != before:
            yield smallest, sums[smallest]
        before = smallest
