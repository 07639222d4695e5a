"""The late penalty: what nbgrader's plugin takes off a late submission, and what counts after that."""

from nbgrader.api import SubmittedAssignment, SubmittedNotebook
from nbgrader.plugins import BasePlugin
from nbgrader.preprocessors import AssignLatePenalties

from autograder.course import Course


def after_penalty(score: float, penalty: float | None) -> float:
    """Points that count.

    Parameters
    ----------
    score
        Points before the penalty.
    penalty
        Points taken off; None where the gradebook has no penalty.

    Examples
    --------
    >>> after_penalty(8.0, 1.5), after_penalty(8.0, None)
    (6.5, 8.0)
    """
    return score - (penalty or 0.0)


class LatePenalties:
    """The penalties of a course, from the plugin that its configuration names.

    Parameters
    ----------
    course
        The course.
    """

    def __init__(self, course: Course) -> None:
        self._plugin: BasePlugin = AssignLatePenalties(config=course.config).plugin_class(parent=course)

    def assign(self, submission: SubmittedAssignment, notebook: SubmittedNotebook) -> None:
        """Set a notebook's penalty, as nbgrader's AssignLatePenalties does: after the scores, between 0 and the score."""
        notebook.late_submission_penalty = None
        if submission.total_seconds_late > 0:
            penalty = self._plugin.late_submission_penalty(submission.student_id, notebook.score, submission.total_seconds_late)
            if penalty is not None:
                notebook.late_submission_penalty = min(max(penalty, 0), notebook.score)
