"""Look after a course and its machines."""

import socket
from typing import Annotated

import typer

from autograder.commands.shared import CANNOT_JAIL, HERE, NOT_ALL_GRADED, CourseOption, load
from autograder.console import err, out, plain, short
from autograder.course import Course


def forget(
    student: Annotated[str, typer.Argument(metavar="STUDENT", help="Whose work.", show_default=False)],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    course: CourseOption = HERE,
) -> None:
    """Remove a student's submissions, attempts, receipts, kept answers and feedback. The gradebook keeps the points."""
    from autograder.console import print_traces
    from autograder.forget import forget as forget_all
    from autograder.forget import traces

    loaded = load(course, "forget")
    found = traces(loaded, student)
    print_traces(found)
    if found.removable:
        if not yes and not typer.confirm("Remove this? It cannot be brought back"):
            raise typer.Exit(NOT_ALL_GRADED)
        forget_all(found)
        out.print(f"Removed what the course had of [bold]{plain(student)}[/bold].")


def upgrade(course: CourseOption = HERE) -> None:
    """Carry over a course that was made with an older version: gradebook and public cases. A copy is kept.

    Exits with 1 if something is left to do.
    """
    from autograder.upgrading import upgrade as upgrade_all

    found = upgrade_all(load(course, "release"))
    for sentence in found.done or ["Nothing had to be carried over."]:
        out.print(sentence, markup=False)
    for sentence in found.left:
        err.print(sentence, style="yellow", markup=False)
    if found.backup is not None:
        out.print(f"As it was before: {short(found.backup)}", markup=False)
    if found.left:
        raise typer.Exit(NOT_ALL_GRADED)


def cluster(
    host: Annotated[
        str,
        typer.Argument(metavar="[HOST]", help="Where the scheduler runs; this machine by default.", show_default=False),
    ] = "",
    course: CourseOption = HERE,
) -> None:
    """Make the certificates for a cluster, and print the commands that start one: over ssh, on Slurm, on Kubernetes."""
    from autograder.running.cluster import instructions

    print(instructions(Course.load(course).certificates, host or socket.gethostname()))


def doctor() -> None:
    """Report what this machine can do, and what follows from it. Exits with 3 if it cannot grade safely."""
    from autograder.doctor import diagnose

    found = diagnose()
    signs = {"ok": "[green]✓[/green]", "limited": "[yellow]![/yellow]", "missing": "[red]✗[/red]"}
    for diagnosis in found:
        out.print(f"{signs[diagnosis.state]} [bold]{diagnosis.what.ljust(11)}[/bold]", end=" ")
        out.print(diagnosis.detail, markup=False)
    if any(diagnosis.state == "missing" for diagnosis in found):
        raise typer.Exit(CANNOT_JAIL)
