"""The worked solution of an assignment, for students who can no longer hand it in, with the mistakes that the class made."""

import copy
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme, ClearSolutions

from autograder.assignment import Assignment, Source
from autograder.course import Course, CourseError
from autograder.files import write_folder
from autograder.intake.roster import course_roster
from autograder.notebook import as_text, grade_id_of
from autograder.records.gradebook import due_date, open_gradebook
from autograder.records.journal import Journal, mistakes_made


def release_solution(course: Course, name: str, now: bool = False) -> list[Path]:
    """Write the worked solution of an assignment, with the mistakes of the class below each check.

    Parameters
    ----------
    course
        The course. The solution goes to ``c.Course.worked_directory``, from where `publish` takes it.
    name
        Of the assignment.
    now
        Do not ask whether someone can still hand in.

    Returns
    -------
    written
        The files.

    Raises
    ------
    CourseError
        If the due date, or an extension on the roster, has not passed, or there is no due date.
    """
    assignment = Assignment(course, name)
    if not now:
        _require_past(course, name)
    graded = [entry for entry in Journal(course.journal).latest(name).values() if entry.score is not None]
    made = defaultdict(list)
    for count, sentence, check in mistakes_made(graded):
        made[check].append(f"{count} of {len(graded)}: {sentence}")
    notebooks = {f"{each}.ipynb": as_text(_worked(assignment, source, made)) for each, source in assignment.sources.items()}
    files = {**assignment.file_contents, **{path: text.encode() for path, text in notebooks.items()}}
    folder = Path(course.root, course.worked_directory, name)
    write_folder(folder, files)
    return [folder / path for path in sorted(files)]


def last_date(course: Course, name: str) -> tuple[datetime, str] | None:
    """Until when anyone may hand in, and who: the due date in the gradebook, or a later extension on the roster.

    Returns
    -------
    date, whose
        None if there is neither.

    Raises
    ------
    CourseError
        If an extension is no date.
    """
    with open_gradebook(course) as gradebook:
        due = due_date(gradebook, name)
    dates = [] if due is None else [(due, "the due date")]
    roster = course_roster(course)
    for person in roster.people if roster else []:
        deadline = person.deadline(name, due)
        if deadline is not None and deadline != due:
            dates.append((deadline, f"the extension of {person.id}"))
    return max(dates, default=None)


def _require_past(course: Course, name: str) -> None:
    last = last_date(course, name)
    if last is None:
        raise CourseError(
            f"{name} has no due date, so students may still be working on it. Set one in formgrader, or add --now to give the "
            "solution out all the same."
        )
    date, whose = last
    if date > datetime.now(UTC):
        raise CourseError(
            f"The solution of {name} is not released: {whose} is {date.astimezone():%d %B %Y, %H:%M}. Wait until then, or add --now."
        )


def _worked(assignment: Assignment, source: Source, made: dict[str, list[str]]) -> NotebookNode:
    """The instructor's notebook without what is for graders, and the class's mistakes below the cells that check for them."""
    notebook = copy.deepcopy(source.instructor)
    resources: dict[str, object] = {}
    config = assignment.course.config
    for step in (ClearHiddenTests, ClearMarkScheme):
        notebook, resources = step(config=config).preprocess(notebook, resources)
    marks = ClearSolutions(config=config)
    delimiters = (marks.begin_solution_delimeter, marks.end_solution_delimeter)
    cells = []
    for cell in notebook.cells:
        checks = source.checks.get(grade_id_of(cell) or "", ())
        cell.source = "\n".join(line for line in cell.source.splitlines() if not any(mark in line for mark in delimiters))
        cell.metadata = {}
        cells.append(cell)
        if mistakes := [line for check in checks for line in made.get(check, ())]:
            cells.append(new_markdown_cell("**What went wrong in class.**\n\n" + "\n".join(f"- {line}" for line in mistakes)))
    notebook.cells = cells
    return notebook
