"""Grade one submission again and say whether the grade is the one on record."""

from dataclasses import dataclass

from autograder.assignment import Assignment
from autograder.course import Course, CourseError
from autograder.intake.submission import Rejected, read_submission
from autograder.judging.judge import submission_key
from autograder.kernels.parent import parents_held
from autograder.records.journal import Journal, automatic_points
from autograder.records.measured_limits import kernel_requirements
from autograder.running.execution import prepare, run_here
from autograder.transcript import environment_digest


@dataclass(frozen=True)
class Verification:
    """What came of grading a submission again.

    Parameters
    ----------
    same
        True if verdict and automatic points are those on record.
    differences
        A sentence for each thing that is not as it was.
    points
        Automatic points now.
    """

    same: bool
    differences: list[str]
    points: float


def verify(course: Course, student: str, name: str, jailed: bool = True) -> Verification:
    """Grade a submission again, from the same submission, source, environment and seed if they are still there.

    Raises
    ------
    CourseError
        If there is no record of the submission, or none that can be repeated.
    """
    assignment = Assignment(course, name)
    entry = Journal(course.journal).latest(name).get(student)
    if entry is None or not entry.points:
        raise CourseError(f"There is no grade of {student!r} for {name} on record that could be repeated.")
    try:
        folder = course.folder("submitted", name, student)
        submission = read_submission(folder, student, name, list(assignment.sources))
    except (Rejected, OSError) as error:
        raise CourseError(f"The submission of {student!r} cannot be read any more: {error}") from error
    differences = [
        f"{what} differs from the one that was graded"
        for what, then, now in (
            ("the submission", entry.submission, submission.digest),
            ("the source of the assignment", entry.source, assignment.digest),
            ("this environment", entry.environment, environment_digest()),
        )
        if then != now
    ]
    key = submission_key(course.secret, name, student, submission.digest)
    with parents_held():
        transcript = run_here(
            prepare(assignment, kernel_requirements(assignment), student, submission.notebooks, submission.files, key, jailed)
        )
    points = automatic_points(transcript)
    changed = sorted(cell for cell in {*points, *entry.points} if points.get(cell) != entry.points.get(cell))
    for cell in changed:
        differences.append(f"{cell}: {points.get(cell, 0):g} points now, {entry.points.get(cell, 0):g} on record")
    if transcript.verdict != entry.verdict:
        differences.append(f"the run ended with {transcript.verdict!r}, and on record with {entry.verdict!r}")
    same = not changed and transcript.verdict == entry.verdict
    return Verification(same, differences, sum(points.values()))
