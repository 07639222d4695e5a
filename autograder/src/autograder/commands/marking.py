"""Collect and grade what students hand in."""

import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from autograder.commands.shared import (
    HERE,
    NOT_ALL_GRADED,
    CourseOption,
    Jailed,
    Jobs,
    Name,
    Students,
    load,
    require_form,
    require_jail,
    require_students,
)
from autograder.console import out, plain, print_grading, print_regrading, progress, tell
from autograder.course import Course, CourseError


def collect(
    name: Name,
    source: Annotated[
        Path | None,
        typer.Argument(
            metavar="SOURCE",
            help="A folder or archive with one entry per student, or as a platform exports it.",
            show_default=False,
        ),
    ] = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="FORM",
            help="How entries are named: folder, moodle, canvas, blackboard, gradescope, github or nbgrader; told by the names if left out.",
        ),
    ] = None,
    roster: Annotated[
        Path | None, typer.Option(metavar="FILE", help="CSV list of students; roster.csv of the course if it is there.")
    ] = None,
    pattern: Annotated[
        str | None, typer.Option(metavar="REGEX", help="Finds the student in an entry's name: (?P<student>...).")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would go to whom, and why; collect nothing.")] = False,
    attempt: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID=NUMBER",
            help="Without SOURCE: let another attempt of a student count, or ID=latest again; can be repeated.",
        ),
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Without SOURCE: take back the last run for this assignment.")] = False,
    course: CourseOption = HERE,
) -> None:
    """Collect uploads: one file, folder or archive per student. Nothing is executed; each upload gets a receipt.

    No student is guessed: an upload whose name does not say whose it is, or could be two people's, is listed and put aside. All attempts
    of a student are kept; the latest in time counts. Exits with 1 if an upload was refused.
    """
    from autograder.console import print_collected
    from autograder.intake import attempts
    from autograder.intake.collect import aside, choose
    from autograder.intake.collect import collect as collect_all
    from autograder.intake.matching import FORMS

    if (source is not None) + bool(attempt) + undo != 1:
        raise CourseError("Name a SOURCE to collect; or, without one, say --attempt or --undo.")
    require_form("--from", form, FORMS)
    loaded = load(course, "collect")
    if undo:
        out.print(f"Took back what was collected for {name} on {attempts.undo(loaded, name).astimezone():%d %B %Y, %H:%M:%S}.")
    for each in attempt or ():
        student, _, number = each.rpartition("=")
        if not student or not (number == "latest" or number.isdecimal()):
            raise CourseError(f"--attempt {each}: write the student's id, =, and a number or latest, as in --attempt ada=1.")
        chosen = choose(loaded, name, student, None if number == "latest" else int(number))
        out.print(f"  [bold]{plain(student)}[/bold]: attempt {chosen.number} of {chosen.time:%Y-%m-%d %H:%M:%S} UTC counts")
    if source is None:
        return
    found = list(collect_all(loaded, name, source, form, roster, pattern, dry_run, tell))
    print_collected(name, found, dry_run, aside(loaded, name))
    if any(receipt.refused and not receipt.attempt for receipt in found):
        raise typer.Exit(NOT_ALL_GRADED)


def grade(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="ASSIGNMENT...", help="Names of the assignments.", show_default=False)
    ] = None,
    student: Students = None,
    jobs: Jobs = None,
    course: CourseOption = HERE,
    jailed: Jailed = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print machine-readable results.")] = False,
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="tls://HOST:PORT", help="Run on a cluster; `autograder cluster` prints how to start one."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Also run submissions that have not changed since they were graded.")
    ] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Undo the last run, and grade nothing.")] = False,
) -> None:
    """Grade submissions in jailed kernels and record them in the gradebook.

    Exits with 0 if every submission has a grade, 1 if one could not be graded, 2 for wrong usage, 3 if this machine
    cannot build a jail.
    """
    from autograder.grading import grade as grade_one

    loaded = load(course, "grade")
    if undo:
        from autograder.records.backup import undo as undo_last

        out.print(f"Undid the run of {undo_last(loaded).astimezone():%d %B %Y, %H:%M:%S}.")
        return
    if not names:
        raise CourseError(f"Name an assignment. Available: {', '.join(loaded.assignments()) or 'none here'}.")
    for name in names:
        loaded.require_assignment(name)
        require_students(loaded, name, student)
    from autograder.running.workers import silence_dask

    silence_dask()
    if scheduler is None or not jailed:
        require_jail(jailed)  # a remote worker reports it itself when it cannot build a jail
    if scheduler is not None and jobs is not None:
        raise CourseError("--jobs is for this machine. On a cluster, its workers decide how many submissions run in parallel.")
    results, ungraded = [], 0
    for name in names:
        started = time.monotonic()
        with progress(name, silent=as_json) as advance:
            grading = grade_one(loaded, name, student, jobs, jailed, advance, scheduler, force, tell)
        ungraded += len(grading.ungraded)
        if as_json:
            entries = sorted(grading.entries.values(), key=lambda entry: entry.student)
            results.append({"assignment": name, "submissions": [asdict(entry) for entry in entries]})
        else:
            print_grading(grading, time.monotonic() - started)
    if as_json:
        print(json.dumps(results, indent=1))
    raise typer.Exit(NOT_ALL_GRADED if ungraded else 0)


def regrade(
    name: Name,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and record nothing.")] = False,
    student: Students = None,
    jobs: Jobs = None,
    course: CourseOption = HERE,
    jailed: Jailed = True,
) -> None:
    """Grade again after a check was fixed, and list whose score changes and why. Only what the change touches is executed.

    Exits as `grade` does.
    """
    from autograder.regrading import regrade as regrade_one
    from autograder.running.workers import silence_dask

    loaded = Course.load(course)
    loaded.require_assignment(name)
    require_students(loaded, name, student)
    silence_dask()
    require_jail(jailed)
    with progress(name, silent=False) as advance:
        found = regrade_one(loaded, name, student, jobs, jailed, advance, dry_run=dry_run)
    print_regrading(found, dry_run)
    raise typer.Exit(NOT_ALL_GRADED if found.grading.ungraded else 0)


def verify(
    student: Annotated[str, typer.Argument(metavar="STUDENT", help="Whose submission.", show_default=False)],
    name: Name,
    course: CourseOption = HERE,
    jailed: Jailed = True,
) -> None:
    """Regrade a submission, and compare with the recorded grade. Exits with 1 if they differ."""
    from autograder.verify import verify as verify_one

    loaded = Course.load(course)
    loaded.require_assignment(name)
    require_jail(jailed)
    found = verify_one(loaded, student, name, jailed=jailed)
    for difference in found.differences:
        out.print(f"  {difference}", markup=False)
    answer = "the same grade" if found.same else "[red]a different grade[/red]"
    out.print(f"[bold]{plain(student)}[/bold]  {name}: {answer}, {found.points:g} automatic points")
    if not found.same:
        raise typer.Exit(NOT_ALL_GRADED)
