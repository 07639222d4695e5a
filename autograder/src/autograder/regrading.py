"""Grade a class again after a check was fixed, and say whose score changes, by how much and why; on request without recording it."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from autograder.course import Course, CourseError
from autograder.grading import Grading, grade
from autograder.records.backup import trial
from autograder.records.gradebook import open_gradebook, standings
from autograder.records.journal import Entry, Journal


@dataclass(frozen=True)
class Change:
    """A student whose score, or whose verdict, changes.

    Parameters
    ----------
    student
        Who.
    before, after
        Points after the late penalty; None without a grade.
    why
        What changed, by graded cell.
    """

    student: str
    before: float | None
    after: float | None
    why: str


@dataclass(frozen=True)
class Regrading:
    """The result of grading again.

    Parameters
    ----------
    grading
        As from :func:`autograder.grading.grade`.
    changes
        By student.
    """

    grading: Grading
    changes: list[Change]


def regrade(
    course: Course,
    name: str,
    students: list[str] | None = None,
    jobs: int | None = None,
    jailed: bool = True,
    progress: Callable[[int, int], None] = lambda done, total: None,
    dry_run: bool = False,
) -> Regrading:
    """Grade again what was graded before; parameters as in :func:`autograder.grading.grade`.

    Only what a change of the source or the judge touches is executed: where a kernel would do the same and be asked the same, the
    answers that were kept are judged again.

    Parameters
    ----------
    dry_run
        True records nothing: the run is made on a copy of the gradebook and of the grader's records.

    Raises
    ------
    CourseError
        As in `grade`; also if nothing was graded before.
    """
    before = _state(course, name)
    if not before:
        raise CourseError(f"{name} has not been graded yet. Run `autograder grade {name}` first.")
    with trial(course) if dry_run else contextlib.nullcontext(course) as place:
        grading = grade(place, name, students, jobs, jailed, progress)
        after = _state(place, name)
    changes = [
        Change(student, before.get(student, (None, None))[0], score, _why(before.get(student, (None, None))[1], entry))
        for student, (score, entry) in sorted(after.items())
    ]
    return Regrading(grading, [change for change in changes if change.before != change.after or change.why])


def _state(course: Course, name: str) -> dict[str, tuple[float | None, Entry]]:
    """By student: the score in the gradebook, with what people gave, and the journal's entry."""
    entries = Journal(course.journal).latest(name)
    if not entries:
        return {}
    with open_gradebook(course) as gradebook:
        known = standings(gradebook, name)
    return {
        student: (round(known[student].score, 2) if entry.score is not None and student in known else None, entry)
        for student, entry in entries.items()
    }


def _why(before: Entry | None, after: Entry) -> str:
    if before is None:
        return "graded for the first time"
    reasons = []
    if before.verdict is not after.verdict:
        reasons.append(f"{before.verdict}, now {after.verdict}")
    for cell in sorted({*before.points, *after.points}):
        then, now = before.points.get(cell), after.points.get(cell)
        if then is None and now is not None:
            reasons.append(f"{cell}: new, {now:g}")
        elif now is None and then is not None:
            reasons.append(f"{cell}: dropped, {then:g}")
        elif now is not None and now != then:
            reasons.append(f"{cell}: {then:g}, now {now:g}{_checks(before, after, cell)}")
    if round(before.penalty, 2) != round(after.penalty, 2):
        reasons.append(f"late penalty: {before.penalty:g}, now {after.penalty:g}")
    return "; ".join(reasons)


def _checks(before: Entry, after: Entry, cell: str) -> str:
    """Which checks of a cell are answered better or worse; nothing if only the cell's points have changed."""
    then, now = before.shares.get(cell, {}), after.shares.get(cell, {})
    moved = [
        f"{check} {then.get(check, 0.0):.0%}, now {now.get(check, 0.0):.0%}"
        for check in dict.fromkeys([*then, *now])
        if then.get(check) != now.get(check)
    ]
    return f" ({'; '.join(moved)})" if moved else ""
