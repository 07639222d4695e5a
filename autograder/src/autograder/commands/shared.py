"""What several subcommands share: options, exit statuses, and what has to hold before one starts."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from autograder.console import err
from autograder.course import CONFIG, Course, CourseError
from autograder.options import not_honoured, unread

NOT_ALL_GRADED, WRONG_USAGE, CANNOT_JAIL, INTERRUPTED = 1, 2, 3, 130

CourseOption = Annotated[Path, typer.Option("--course", metavar="DIR", help="The course folder, laid out as for nbgrader.")]
Name = Annotated[str, typer.Argument(metavar="ASSIGNMENT", help="Name of the assignment.", show_default=False)]
Names = Annotated[list[str], typer.Argument(metavar="ASSIGNMENT...", help="Names of the assignments.", show_default=False)]
Students = Annotated[list[str] | None, typer.Option("--student", metavar="ID", help="Only this student; can be repeated.")]
Jobs = Annotated[
    int | None, typer.Option("--jobs", min=1, help="Submissions to run in parallel; the number of cores by default.")
]
Jailed = Annotated[
    bool, typer.Option(" /--no-jail", show_default=False, help="Run student code without a jail. Only for code that you trust.")
]
GradeForm = Annotated[
    str, typer.Option("--for", metavar="FORM", help="Its columns: plain, nbgrader, canvas, moodle or gradescope.")
]
GradeRoster = Annotated[
    Path | None,
    typer.Option(
        "--roster",
        metavar="FILE",
        help="CSV list of students, best as the platform exports it; by default, the course's roster.csv.",
    ),
]
HERE = Path(".")


def load(path: Path, command: str) -> Course:
    """Read the course, and say which of its settings do not change what the command does."""
    course = Course.load(path)
    for sentence in (*(f"{CONFIG}: {each}" for each in not_honoured(course.config, command)), *unread(course.root)):
        err.print(sentence, style="yellow", markup=False)
    return course


def require_jail(jailed: bool) -> None:
    from autograder.doctor import jail_diagnosis

    if not jailed:
        err.print("[yellow]Student code runs without a jail: it can read and change whatever you can.[/yellow]")
        return
    diagnosis = jail_diagnosis()
    if diagnosis.state == "missing":
        err.print(f"No submission was run, because this machine cannot build a jail: {diagnosis.detail}", markup=False)
        err.print("`autograder doctor` says more. If you trust all of the student code, --no-jail runs it without a jail.")
        raise typer.Exit(CANNOT_JAIL)


def require_students(course: Course, name: str, wanted: list[str] | None) -> None:
    found, refused = course.students(name)
    missing = [student for student in wanted or [] if student not in found and student not in refused]
    if missing:
        raise CourseError(f"{missing[0]!r} has not handed in {name}.")
    if not found and not refused:
        where = course.folder("submitted", name, "STUDENT")
        raise CourseError(f"No one has handed in {name}. Submissions belong in {where}.")


def require_form(option: str, form: str | None, forms: Iterable[str]) -> None:
    if form is not None and form not in forms:
        raise CourseError(f"{option} {form}: there is no such form. There are {', '.join(forms)}.")
