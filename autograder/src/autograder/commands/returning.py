"""Hand back what was found: feedback, report, grades."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from autograder.commands.shared import HERE, CourseOption, GradeForm, GradeRoster, Names, load, require_form
from autograder.console import out, short
from autograder.course import Course
from autograder.wording import counted


def feedback(
    names: Names,
    student: Annotated[list[str] | None, typer.Option(metavar="ID")] = None,
    archive: Annotated[
        str | None, typer.Option(metavar="FORM", help="Also write one ZIP file to hand back: folder (by student) or moodle.")
    ] = None,
    roster: GradeRoster = None,
    course: CourseOption = HERE,
) -> None:
    """Write a page for each student, without hidden tests and without active content."""
    from autograder.pages.feedback import write_feedback
    from autograder.pages.handback import FORMS, write_archive

    require_form("--archive", archive, FORMS)
    loaded = load(course, "feedback")
    for name in names:
        loaded.require_assignment(name)
        pages = write_feedback(loaded, name, student)
        out.print(
            f"[bold]{name}[/bold]  {counted(len(pages), 'page')} in {short(Path(loaded.root, loaded.feedback_directory))}"
        )
        if archive is not None:
            out.print(f"  {short(write_archive(loaded, name, pages, loaded.work / f'feedback_{name}.zip', archive, roster))}")


def report(names: Names, course: CourseOption = HERE) -> None:
    """Write one page for the instructor: scores, difficulty, misconceptions, and who needs attention."""
    from autograder.pages.report import write_report

    loaded = Course.load(course)
    for name in names:
        loaded.require_assignment(name)
        out.print(f"[bold]{name}[/bold]  {short(write_report(loaded, name))}")


def export(
    names: Names,
    to: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The CSV file; by default, grades.csv in the work folder, or grades_canvas.csv."),
    ] = None,
    form: GradeForm = "plain",
    roster: GradeRoster = None,
    changed_since: Annotated[
        datetime | None,
        typer.Option(
            metavar="TIME", help="Only what changed since before the first run of grade that began at or after this time."
        ),
    ] = None,
    course: CourseOption = HERE,
) -> None:
    """Write the grades as CSV, safe to open in a spreadsheet, or in the form that a learning platform takes."""
    from autograder.export import write_csv
    from autograder.platforms import FORMS

    require_form("--for", form, FORMS)
    loaded = load(course, "export")
    for name in names:
        loaded.require_assignment(name)
    since = changed_since and changed_since.astimezone()
    out.print(short(write_csv(loaded, names, to or _place(loaded, "grades", form), form, roster, since)))


def term(
    to: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The CSV file; by default, term.csv in the work folder, or term_canvas.csv."),
    ] = None,
    form: GradeForm = "plain",
    roster: GradeRoster = None,
    course: CourseOption = HERE,
) -> None:
    """Show what each student has of the whole term, and write it as CSV.

    c.Course.weights, drop_lowest and extra_credit in nbgrader_config.py say what counts how much.
    """
    from autograder.console import print_term
    from autograder.platforms import FORMS
    from autograder.term import write_term

    require_form("--for", form, FORMS)
    loaded = load(course, "export")
    path = to or _place(loaded, "term", form)
    print_term(write_term(loaded, path, form, roster))
    out.print(short(path))


def _place(course: Course, what: str, form: str) -> Path:
    """Where a table is written by default: each platform's in a file of its own, so that none is uploaded to another."""
    return course.work / (f"{what}.csv" if form == "plain" else f"{what}_{form}.csv")
