"""Regrade one submission, and compare with the recorded grade."""

from dataclasses import dataclass

from autograder.assignment import Assignment
from autograder.course import Course, CourseError
from autograder.intake.submission import Rejected, read_submission
from autograder.kernels.parent import parents_held
from autograder.records.journal import Journal, automatic_points
from autograder.records.measured_limits import kernel_requirements
from autograder.running.execution import run_here, submission_job
from autograder.transcript import environment_digest


@dataclass(frozen=True)
class Verification:
    """The result of regrading a submission.

    Parameters
    ----------
    same
        True if verdict and automatic points match the record.
    differences
        One sentence for each thing that differs.
    points
        Automatic points now.
    """

    same: bool
    differences: list[str]
    points: float


def verify(course: Course, student: str, name: str, jailed: bool = True) -> Verification:
    """Regrade a submission, with the same submission, source, environment and seed if they still exist.

    Raises
    ------
    CourseError
        If there is no record of the submission, or it cannot be repeated.
    """
    assignment = Assignment(course, name)
    entry = Journal(course.journal).latest(name).get(student)
    if entry is None or not entry.points:
        raise CourseError(f"There is no recorded grade of {student!r} for {name} that could be repeated.")
    try:
        folder = course.folder("submitted", name, student)
        submission = read_submission(folder, student, name, list(assignment.sources), assignment.replaced, course.ignore)
    except (Rejected, OSError) as error:
        raise CourseError(f"The submission of {student!r} can no longer be read: {error}") from error
    differences = [
        f"{what} differs from the one that was graded"
        for what, then, now in (
            ("the submission", entry.submission, submission.digest),
            ("the source of the assignment", entry.source, assignment.digest),
            ("this environment", entry.environment, environment_digest()),
        )
        if then != now
    ]
    job = submission_job(assignment, kernel_requirements(assignment), submission, course.secret, jailed)
    with parents_held():
        transcript = run_here(job)
    points = automatic_points(transcript)
    changed = sorted(cell for cell in {*points, *entry.points} if points.get(cell) != entry.points.get(cell))
    for cell in changed:
        differences.append(f"{cell}: {points.get(cell, 0):g} points now, {entry.points.get(cell, 0):g} on record")
    if transcript.verdict != entry.verdict:
        differences.append(f"the run ended with {transcript.verdict!r}; the record says {entry.verdict!r}")
    same = not changed and transcript.verdict == entry.verdict
    return Verification(same, differences, sum(points.values()))
