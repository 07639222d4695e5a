"""The late penalty: what nbgrader's plugin takes off a late submission, and what counts after that."""

import sys

from nbgrader.api import SubmittedAssignment, SubmittedNotebook
from nbgrader.plugins import BasePlugin, LateSubmissionPlugin
from nbgrader.preprocessors import AssignLatePenalties

from autograder.course import CONFIG, Course, CourseError


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
        The course. A plugin may lie beside its configuration, as in nbgrader's documentation.

    Raises
    ------
    CourseError
        If the plugin cannot be loaded.
    """

    def __init__(self, course: Course) -> None:
        sys.path.insert(0, str(course.root))
        try:
            self._plugin: BasePlugin = AssignLatePenalties(config=course.config).plugin_class(parent=course)
        except (Exception, SystemExit) as error:  # whatever the module of the plugin raises
            named = course.config.AssignLatePenalties.get("plugin_class", LateSubmissionPlugin.__name__)
            why = f"{type(error).__name__}: {error}".rstrip(".")
            raise CourseError(
                f"{CONFIG}: the late penalty {named!r} cannot be loaded: {why}. "
                f"A plugin of your own must be a class whose module is installed, or lies in {course.root}."
            ) from error
        finally:
            sys.path.remove(str(course.root))

    def assign(self, submission: SubmittedAssignment, notebook: SubmittedNotebook) -> None:
        """Set a notebook's penalty, as nbgrader's AssignLatePenalties does: after the scores, between 0 and the score.

        Raises
        ------
        CourseError
            If the plugin fails.
        """
        notebook.late_submission_penalty = None
        if submission.total_seconds_late > 0:
            try:
                penalty = self._plugin.late_submission_penalty(
                    submission.student_id, notebook.score, submission.total_seconds_late
                )
            except Exception as error:  # the instructor's plugin
                raise CourseError(
                    f"{CONFIG}: the late penalty {type(self._plugin).__name__} fails for {submission.student_id}: "
                    f"{type(error).__name__}: {error}"
                ) from error
            if penalty is not None:
                notebook.late_submission_penalty = min(max(penalty, 0), notebook.score)
