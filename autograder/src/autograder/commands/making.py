"""Make assignments: release, publish, rehearse."""

from pathlib import Path
from typing import Annotated

import typer

from autograder.commands.shared import HERE, NOT_ALL_GRADED, CourseOption, Jailed, Names, load, require_jail
from autograder.console import out, short, tell, while_waiting
from autograder.course import Course, CourseError
from autograder.wording import counted


def release(
    names: Names,
    solutions: Annotated[
        bool, typer.Option("--solutions", help="The worked solution instead, once no one can hand in any more.")
    ] = False,
    now: Annotated[bool, typer.Option("--now", help="With --solutions: do not wait for that.")] = False,
    course: CourseOption = HERE,
) -> None:
    """Make the student version of assignments. Refuses if it would leak anything."""
    from autograder.assignment import Assignment
    from autograder.release import release as release_one
    from autograder.solutions import release_solution

    if now and not solutions:
        raise CourseError("--now belongs to --solutions.")
    loaded = load(course, "release")
    for name in names:
        written = release_solution(loaded, name, now) if solutions else release_one(loaded, name)
        what = "solution released" if solutions else f"released, as {Assignment(loaded, name).version}"
        out.print(f"[bold]{name}[/bold] {what}: {counted(len(written), 'file')}")
        for path in written:
            out.print(f"  {short(path)}", markup=False)


def publish(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The students' repository; made if need be.", show_default=False)
    ],
    course: CourseOption = HERE,
) -> None:
    """Write the students' repository: lectures, released assignments and what they need. Refuses if anything would leak.

    Files that have not changed are left as they are, and so is what else is in DIR. Commit and push there.
    """
    from autograder.publish import publish as publish_all

    done = publish_all(load(course, "release"), folder)
    for what, paths in (("written", done.written), ("removed", done.removed), ("changed there, so not removed", done.kept)):
        for path in paths:
            out.print(f"  {what}  {path}", markup=False)
    out.print(
        f"[bold]{short(folder)}[/bold]  {len(done.written)} written, {done.unchanged} as they were, {len(done.removed)} removed"
    )
    if done.written or done.removed:
        out.print("  Commit and push there.")


def rehearse(names: Names, course: CourseOption = HERE, jailed: Jailed = True) -> None:
    """Test assignments before students see them: reference, mistakes, idle answers, leaks, time and memory."""
    from autograder.kernels.parent import parents_held
    from autograder.rehearse import rehearse as rehearse_one

    loaded = Course.load(course)
    require_jail(jailed)
    failed = 0
    with parents_held():
        for name in names:
            out.print(f"[bold]{name}[/bold]")
            before, tried = failed, 0
            for finding in while_waiting(name, rehearse_one(loaded, name, jailed, tell)):
                tried += 1
                failed += not finding.ok
                tick = "[green]✓[/green]" if finding.ok else "[red]✗[/red]"
                out.print(f"  {tick} ", end="")
                out.print(finding.what + (f": {finding.detail}" if finding.detail else ""), markup=False)
            if failed == before:
                out.print(f"[bold]{name}[/bold] can be released: all {tried} trials passed.")
    if failed:
        out.print(f"{failed} of these must be fixed before the release.")
        raise typer.Exit(NOT_ALL_GRADED)
