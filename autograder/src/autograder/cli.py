"""The command ``autograder``; each function below is one subcommand."""

import errno
import json
import logging
import socket
import sys
import time
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, cast

import typer

# nbformat imports jsonschema, which uses this package, if installed, to check addresses. Building its grammar takes 1.5 s
# at every start, and no notebook needs it.
cast(dict[str, object], sys.modules).setdefault("rfc3987_syntax", None)

from autograder.console import err, out, plain, print_grading, print_regrading, progress, short, tell, while_waiting  # noqa: E402
from autograder.course import CONFIG, Course, CourseError  # noqa: E402
from autograder.kernels.devices import hide_gpus  # noqa: E402
from autograder.options import not_honoured, unread  # noqa: E402

NOT_ALL_GRADED, WRONG_USAGE, CANNOT_JAIL, INTERRUPTED = 1, 2, 3, 130

app = typer.Typer(
    help="Release, rehearse and grade the assignments of an nbgrader course, in jailed kernels with a judge outside.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode="markdown",
)

_READ_ONLY = (errno.EROFS, errno.EACCES, errno.EPERM)
_MAKE_WRITABLE = "Make it writable for you, or name another folder with c.Course.work_directory in nbgrader_config.py."
_GOES_ON = "Recorded results are kept; run the same command again to continue."

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
_HERE = Path(".")


@app.command()
def release(
    names: Names,
    solutions: Annotated[
        bool, typer.Option("--solutions", help="The worked solution instead, once no one can hand in any more.")
    ] = False,
    now: Annotated[bool, typer.Option("--now", help="With --solutions: do not wait for that.")] = False,
    course: CourseOption = _HERE,
) -> None:
    """Make the student version of assignments. Refuses if it would leak anything."""
    from autograder.release import release as release_one
    from autograder.solutions import release_solution

    if now and not solutions:
        raise CourseError("--now belongs to --solutions.")
    loaded = _load(course, "release")
    for name in names:
        written = release_solution(loaded, name, now) if solutions else release_one(loaded, name)
        out.print(f"[bold]{name}[/bold] {'solution ' if solutions else ''}released: {len(written)} files")
        for path in written:
            out.print(f"  {short(path)}", markup=False)


@app.command()
def publish(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The students' repository; made if need be.", show_default=False)
    ],
    course: CourseOption = _HERE,
) -> None:
    """Write the students' repository: lectures, released assignments and what they need. Refuses if anything would leak.

    Files that have not changed are left as they are, and so is what else is in DIR. Commit and push there.
    """
    from autograder.publish import publish as publish_all

    done = publish_all(_load(course, "release"), folder)
    for what, paths in (("written", done.written), ("removed", done.removed), ("changed there, so not removed", done.kept)):
        for path in paths:
            out.print(f"  {what}  {path}", markup=False)
    out.print(
        f"[bold]{short(folder)}[/bold]  {len(done.written)} written, {done.unchanged} as they were, {len(done.removed)} removed"
    )


@app.command()
def rehearse(names: Names, course: CourseOption = _HERE, jailed: Jailed = True) -> None:
    """Test assignments before students see them: reference, mistakes, idle answers, leaks, time and memory."""
    from autograder.kernels.parent import parents_held
    from autograder.rehearse import rehearse as rehearse_one

    loaded = Course.load(course)
    _require_jail(jailed)
    failed = 0
    with parents_held():
        for name in names:
            out.print(f"[bold]{name}[/bold]")
            for finding in while_waiting(name, rehearse_one(loaded, name, jailed, tell)):
                failed += not finding.ok
                tick = "[green]✓[/green]" if finding.ok else "[red]✗[/red]"
                out.print(f"  {tick} ", end="")
                out.print(finding.what + (f": {finding.detail}" if finding.detail else ""), markup=False)
    if failed:
        out.print(f"{failed} of these must be fixed before the release.")
        raise typer.Exit(NOT_ALL_GRADED)


@app.command()
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
    course: CourseOption = _HERE,
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
    if form is not None and form not in FORMS:
        raise CourseError(f"--from {form}: there is no such form. There are {', '.join(FORMS)}.")
    loaded = _load(course, "collect")
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


@app.command()
def grade(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="ASSIGNMENT...", help="Names of the assignments.", show_default=False)
    ] = None,
    student: Students = None,
    jobs: Jobs = None,
    course: CourseOption = _HERE,
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

    loaded = _load(course, "grade")
    if undo:
        from autograder.records.backup import undo as undo_last

        out.print(f"Undid the run of {undo_last(loaded).astimezone():%d %B %Y, %H:%M:%S}.")
        return
    if not names:
        raise CourseError(f"Name an assignment. Available: {', '.join(loaded.assignments()) or 'none here'}.")
    for name in names:
        loaded.require_assignment(name)
        _require_students(loaded, name, student)
    from autograder.running.workers import silence_dask

    silence_dask()
    if scheduler is None or not jailed:
        _require_jail(jailed)  # a remote worker reports it itself when it cannot build a jail
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


@app.command()
def regrade(
    name: Name,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and record nothing.")] = False,
    student: Students = None,
    jobs: Jobs = None,
    course: CourseOption = _HERE,
    jailed: Jailed = True,
) -> None:
    """Grade again after a check was fixed, and list whose score changes and why. Only what the change touches is executed.

    Exits as `grade` does.
    """
    from autograder.regrading import regrade as regrade_one
    from autograder.running.workers import silence_dask

    loaded = Course.load(course)
    loaded.require_assignment(name)
    _require_students(loaded, name, student)
    silence_dask()
    _require_jail(jailed)
    with progress(name, silent=False) as advance:
        found = regrade_one(loaded, name, student, jobs, jailed, advance, dry_run=dry_run)
    print_regrading(found, dry_run)
    raise typer.Exit(NOT_ALL_GRADED if found.grading.ungraded else 0)


@app.command()
def verify(
    student: Annotated[str, typer.Argument(metavar="STUDENT", help="Whose submission.", show_default=False)],
    name: Name,
    course: CourseOption = _HERE,
    jailed: Jailed = True,
) -> None:
    """Regrade a submission, and compare with the recorded grade. Exits with 1 if they differ."""
    from autograder.verify import verify as verify_one

    loaded = Course.load(course)
    loaded.require_assignment(name)
    _require_jail(jailed)
    found = verify_one(loaded, student, name, jailed=jailed)
    for difference in found.differences:
        out.print(f"  {difference}", markup=False)
    answer = "the same grade" if found.same else "[red]a different grade[/red]"
    out.print(f"[bold]{plain(student)}[/bold]  {name}: {answer}, {found.points:g} automatic points")
    if not found.same:
        raise typer.Exit(NOT_ALL_GRADED)


@app.command()
def feedback(
    names: Names,
    student: Annotated[list[str] | None, typer.Option(metavar="ID")] = None,
    archive: Annotated[
        str | None, typer.Option(metavar="FORM", help="Also write one ZIP file to hand back: folder (by student) or moodle.")
    ] = None,
    course: CourseOption = _HERE,
) -> None:
    """Write a page for each student, without hidden tests and without active content."""
    from autograder.pages.feedback import write_feedback
    from autograder.pages.handback import FORMS, write_archive

    if archive is not None and archive not in FORMS:
        raise CourseError(f"--archive {archive}: there is no such form. There are {', '.join(FORMS)}.")
    loaded = _load(course, "feedback")
    for name in names:
        loaded.require_assignment(name)
        pages = write_feedback(loaded, name, student)
        out.print(
            f"[bold]{name}[/bold]  {len(pages)} page{'s' if len(pages) != 1 else ''} in {short(Path(loaded.root, loaded.feedback_directory))}"
        )
        if archive is not None:
            out.print(f"  {short(write_archive(loaded, pages, loaded.work / f'feedback_{name}.zip', archive))}")


@app.command()
def report(names: Names, course: CourseOption = _HERE) -> None:
    """Write one page for the instructor: scores, difficulty, misconceptions, and who needs attention."""
    from autograder.pages.report import write_report

    loaded = Course.load(course)
    for name in names:
        loaded.require_assignment(name)
        out.print(f"[bold]{name}[/bold]  {short(write_report(loaded, name))}")


@app.command()
def export(
    names: Names,
    to: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The CSV file; by default, grades.csv in the work folder.")
    ] = None,
    form: Annotated[
        str, typer.Option("--for", metavar="FORM", help="Its columns: plain, nbgrader, canvas, moodle or gradescope.")
    ] = "plain",
    roster: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="CSV list of students, best as the platform exports it; by default, the course's roster.csv."
        ),
    ] = None,
    changed_since: Annotated[
        datetime | None,
        typer.Option(
            metavar="TIME", help="Only what changed since before the first run of grade that began at or after this time."
        ),
    ] = None,
    course: CourseOption = _HERE,
) -> None:
    """Write the grades as CSV, safe to open in a spreadsheet, or in the form that a learning platform takes."""
    from autograder.export import write_csv
    from autograder.platforms import FORMS

    if form not in FORMS:
        raise CourseError(f"--for {form}: there is no such form. There are {', '.join(FORMS)}.")
    loaded = _load(course, "export")
    for name in names:
        loaded.require_assignment(name)
    since = changed_since and changed_since.astimezone()
    out.print(short(write_csv(loaded, names, to or loaded.work / "grades.csv", form, roster, since)))


@app.command()
def term(
    to: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The CSV file; by default, term.csv in the work folder.")
    ] = None,
    form: Annotated[
        str, typer.Option("--for", metavar="FORM", help="Its columns: plain, nbgrader, canvas, moodle or gradescope.")
    ] = "plain",
    roster: Annotated[
        Path | None, typer.Option(metavar="FILE", help="CSV list of students; by default, the course's roster.csv.")
    ] = None,
    course: CourseOption = _HERE,
) -> None:
    """Show what each student has of the whole term, and write it as CSV.

    c.Course.weights, drop_lowest and extra_credit in nbgrader_config.py say what counts how much.
    """
    from autograder.console import print_term
    from autograder.platforms import FORMS
    from autograder.term import write_term

    if form not in FORMS:
        raise CourseError(f"--for {form}: there is no such form. There are {', '.join(FORMS)}.")
    loaded = _load(course, "export")
    path = to or loaded.work / "term.csv"
    print_term(write_term(loaded, path, form, roster))
    out.print(short(path))


@app.command()
def forget(
    student: Annotated[str, typer.Argument(metavar="STUDENT", help="Whose work.", show_default=False)],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    course: CourseOption = _HERE,
) -> None:
    """Remove a student's submissions, attempts, receipts, kept answers and feedback. The gradebook keeps the points."""
    from autograder.console import print_traces
    from autograder.forget import forget as forget_all
    from autograder.forget import traces

    loaded = _load(course, "forget")
    found = traces(loaded, student)
    print_traces(found)
    if found.removable:
        if not yes and not typer.confirm("Remove this? It cannot be brought back"):
            raise typer.Exit(NOT_ALL_GRADED)
        forget_all(found)
        out.print(f"Removed what the course had of [bold]{plain(student)}[/bold].")


@app.command()
def upgrade(course: CourseOption = _HERE) -> None:
    """Carry over a course that was made with an older version: gradebook and public cases. A copy is kept.

    Exits with 1 if something is left to do.
    """
    from autograder.upgrading import upgrade as upgrade_all

    found = upgrade_all(_load(course, "release"))
    for sentence in found.done or ["Nothing had to be carried over."]:
        out.print(sentence, markup=False)
    for sentence in found.left:
        err.print(sentence, style="yellow", markup=False)
    if found.backup is not None:
        out.print(f"As it was before: {short(found.backup)}", markup=False)
    if found.left:
        raise typer.Exit(NOT_ALL_GRADED)


@app.command()
def cluster(
    host: Annotated[
        str,
        typer.Argument(metavar="[HOST]", help="Where the scheduler runs; this machine by default.", show_default=False),
    ] = "",
    course: CourseOption = _HERE,
) -> None:
    """Make the certificates for a cluster, and print the commands that start one: over ssh, on Slurm, on Kubernetes."""
    from autograder.running.cluster import instructions

    print(instructions(Course.load(course).certificates, host or socket.gethostname()))


@app.command()
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


def _load(path: Path, command: str) -> Course:
    """Read the course, and say which of its settings do not change what the command does."""
    course = Course.load(path)
    for sentence in (*(f"{CONFIG}: {each}" for each in not_honoured(course.config, command)), *unread(course.root)):
        err.print(sentence, style="yellow", markup=False)
    return course


def _require_jail(jailed: bool) -> None:
    from autograder.doctor import jail_diagnosis

    if not jailed:
        err.print("[yellow]Student code runs without a jail: it can read and change whatever you can.[/yellow]")
        return
    diagnosis = jail_diagnosis()
    if diagnosis.state == "missing":
        err.print(f"No submission was run, because this machine cannot build a jail: {diagnosis.detail}", markup=False)
        err.print("`autograder doctor` says more. If you trust all of the student code, --no-jail runs it without a jail.")
        raise typer.Exit(CANNOT_JAIL)


def _require_students(course: Course, name: str, wanted: list[str] | None) -> None:
    found, refused = course.students(name)
    missing = [student for student in wanted or [] if student not in found and student not in refused]
    if missing:
        raise CourseError(f"{missing[0]!r} has not handed in {name}.")
    if not found and not refused:
        where = course.folder("submitted", name, "STUDENT")
        raise CourseError(f"No one has handed in {name}. Submissions belong in {where}.")


def _set_up_process() -> None:
    """Change what belongs to the whole process; only this command does, never what it calls."""
    hide_gpus()
    logging.getLogger("tornado.application").setLevel(logging.CRITICAL)  # database errors, which are raised as well


def main() -> None:
    """Run the command; errors in the course print one sentence, and so does Ctrl-C."""
    _set_up_process()
    try:
        app()
    except SystemExit as end:
        if end.code == INTERRUPTED:
            err.print(f"Stopped. {_GOES_ON}")
        raise
    except CourseError as error:
        err.print(str(error), markup=False)
        sys.exit(WRONG_USAGE)
    except OSError as error:
        advice = _MAKE_WRITABLE if error.errno in _READ_ONLY else _GOES_ON
        err.print(f"Stopped: {error}. {advice}", markup=False)
        sys.exit(NOT_ALL_GRADED)
