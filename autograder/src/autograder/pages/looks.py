"""Who needs a look: why a student has few points or none, and what the instructor can do."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from nbgrader.api import Gradebook, Student

from autograder.assignment import Assignment
from autograder.intake.roster import course_roster
from autograder.pages.templates import duration, points
from autograder.records.journal import Entry
from autograder.transcript import Remark, Verdict
from autograder.wording import counted

_MANY = 4  # students of one kind that have a row each; more share one
_RAISE = (
    "If the work is honest, raise the limit in the judge, or in c.Course.limits of nbgrader_config.py, and grade that student "
    "again with --force."
)
_AFTER_VERDICT = {
    Verdict.GRADED: "Look whether that is all right; the score stands.",
    Verdict.TIME: f"Look at the cell that was stopped. {_RAISE}",
    Verdict.CPU: f"Find out what computes for so long. {_RAISE}",
    Verdict.MEMORY: f"Find out what needs so much memory. {_RAISE}",
    Verdict.OUTPUT: "Find out what prints so much; the score stands.",
    Verdict.CRASHED: "Open the notebook with care: it ended its own kernel. Cells that had finished keep their points.",
    Verdict.TAMPERED: "Read the notebook before you accept this score: its tests may have been disabled.",
    Verdict.REJECTED: "Ask for the file again, or repair it in the submitted folder, and grade again.",
    Verdict.STUMBLED: "Read the notebook and give the points that are missing by hand: the grader failed on it twice. Cells that had "
    "finished keep their points. Please report it.",
    Verdict.FAULT: "This is the grader's fault, not the student's. Grade again; if it fails again, report it.",
}
_AFTER_REMARK = {
    Remark.OTHER_ASSIGNMENT: "Ask for the right notebook, and collect it.",
    Remark.OTHER_LANGUAGE: "Ask for a notebook with a Python kernel.",
    Remark.UNTOUCHED: "Ask whether this is the file that was meant; often the one that was worked on has another name.",
    Remark.MISSING: "If the package or file is needed, name it in the judge's requirements or put it beside the source, and grade "
    "again. If not, tell the student.",
    Remark.LEFT_OUT: _AFTER_VERDICT[Verdict.GRADED],
    Remark.RECOGNISED: _AFTER_VERDICT[Verdict.GRADED],
    Remark.LOST: "Find the answer in the cells beside it, and grade it by hand.",
    Remark.OLDER_RELEASE: "Look whether what changed since matters to them; the score stands.",
    Remark.NO_TIME: "Correct timestamp.txt in the submitted folder if it was late, and grade again.",
}
WAITS = "waits"  # answers for a person
_AFTER_LATE = "If an extension was agreed, write it into roster.csv, under extra_days or extension, and grade again."


@dataclass
class Look:
    """Someone or something that needs attention, why, and what to do.

    Parameters
    ----------
    who, what, reason, step
        The columns of the table.
    each
        Who, and the reason, of all that share the row.
    """

    who: str
    what: str
    reason: str
    step: str
    each: list[tuple[str, str]] = field(default_factory=list)


def looks(
    assignment: Assignment,
    gradebook: Gradebook,
    entries: dict[str, Entry],
    scores: dict[str, tuple[float, float]],
    waiting: dict[str, int],
) -> list[Look]:
    """What needs attention: missing grades first, then what explains low ones, then answers for a person.

    Parameters
    ----------
    scores
        By student: the score that counts, and the late penalty in it.
    waiting
        By question: answers that wait for a person.
    """
    name, course = assignment.name, assignment.course
    found, refused = course.students(name)
    again = f"Run `autograder grade {name}`"
    changed = sum(e.score is not None and e.source != assignment.digest for e in entries.values())
    result = (
        [Look("the source", "changed", f"{counted(changed, 'grade')} from before the change", f"{again}.")] if changed else []
    )
    ordered = sorted(entries.values(), key=lambda e: (e.verdict is not Verdict.REJECTED, e.verdict, e.student))
    ended = [_ended(entry) for entry in ordered if entry.verdict is not Verdict.GRADED or entry.reason]
    result += [look for look in ended if look.what == Verdict.REJECTED]
    result += [
        Look(student, "not graded", "there is a submission but no grade on record", f"{again}. It reports if it cannot.")
        for student in found
        if student not in entries
    ]
    result += [
        Look(folder, "refused", wrong, f"Rename its folder in {course.submitted_directory}. {again} after that.")
        for folder, wrong in refused.items()
    ]
    result += [look for look in ended if look.what != Verdict.REJECTED]
    result += [
        Look(entry.student, str(kind), entry.remarks[kind], _AFTER_REMARK[kind])
        for kind in Remark
        for entry in ordered
        if kind in entry.remarks
    ]
    result += _late(ordered, scores)
    result += _by_roster(assignment, gradebook, [*found, *refused, *entries])
    result += [
        Look(question, WAITS, f"{counted(count, 'answer')} for a person", "Grade them in formgrader.")
        for question, count in waiting.items()
        if count
    ]
    return list(_together(result))


def _ended(entry: Entry) -> Look:
    return Look(entry.student, str(entry.verdict), entry.reason, _AFTER_VERDICT[entry.verdict])


def _late(entries: list[Entry], scores: dict[str, tuple[float, float]]) -> Iterator[Look]:
    for entry in entries:
        score, penalty = scores.get(entry.student, (0.0, 0.0))
        if penalty:
            reason = f"{points(score)}: {duration(entry.late)} late, which costs {points(penalty)}; would be {points(score + penalty)}"
            yield Look(entry.student, "late", reason, _AFTER_LATE)


def _by_roster(assignment: Assignment, gradebook: Gradebook, there: list[str]) -> Iterator[Look]:
    """Who is missing, by the roster, or without one by the students that the gradebook knows; who is not on the roster."""
    roster = course_roster(assignment.course)
    if roster is not None:
        for student in sorted(set(roster.strangers(there))):
            step = "Rename its folder to the id on the roster, or add the student to the roster."
            yield Look(student, "not on the roster", f"{roster.source} has no such id", step)
        absent = roster.absent(there)
    else:
        absent = sorted({student for (student,) in gradebook.db.query(Student.id)} - set(there))
    for student in absent:
        yield Look(student, "not handed in", "", "Ask them; if you have the file, collect it and grade again.")


def _together(found: list[Look]) -> Iterator[Look]:
    """One row instead of many of the same kind."""
    kinds: dict[tuple[str, str], list[Look]] = defaultdict(list)
    for look in found:
        kinds[look.what, look.step].append(look)
    for (what, step), same in kinds.items():
        if len(same) > _MANY:
            yield Look(f"{len(same)} students", what, "", step, [(look.who, look.reason) for look in same])
        else:
            yield from same
