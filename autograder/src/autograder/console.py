"""What the command prints: progress, tables and lines, with names and reasons that students wrote made harmless."""

import statistics
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from autograder.names import fits_windows, without_invisible
from autograder.wording import counted, named

if TYPE_CHECKING:  # importing them takes a second, which `autograder --help` need not
    from collections.abc import Iterator

    from autograder.forget import Traces
    from autograder.grading import Grading
    from autograder.intake.receipts import Receipt
    from autograder.records.journal import Entry
    from autograder.regrading import Regrading
    from autograder.rehearsing.findings import Finding
    from autograder.term import TermRow

out = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 160)
err = Console(stderr=True, highlight=False, soft_wrap=True)

_NAMED = 10  # students in one line
_RATE_SECONDS = 120  # over which the rate and the time left are estimated


class _Rate(ProgressColumn):
    def render(self, task: Task) -> str:
        return f"{60 * task.speed:.0f} a minute" if task.speed else ""


class progress:
    """A progress bar while grading, on standard error, if that is a terminal."""

    def __init__(self, name: str, silent: bool) -> None:
        columns = TextColumn(name), BarColumn(), MofNCompleteColumn(), _Rate(), TimeElapsedColumn(), TimeRemainingColumn()
        shown = err.is_terminal and not silent
        self._bar = Progress(*columns, console=err, transient=True, disable=not shown, speed_estimate_period=_RATE_SECONDS)

    def __enter__(self):
        self._bar.__enter__()
        task = self._bar.add_task("", total=None)
        return lambda done, total: self._bar.update(task, completed=done, total=total)

    def __exit__(self, *exception) -> None:
        self._bar.__exit__(*exception)


def while_waiting(name: str, findings: "Iterator[Finding]") -> "Iterator[Finding]":
    """Yield the findings of a rehearsal; until each of them, the time is seen to pass."""
    while True:
        with progress(name, silent=False):
            finding = next(findings, None)
        if finding is None:
            return
        yield finding


def tell(sentence: str) -> None:
    """Say something while there is a progress bar."""
    err.print(sentence, markup=False)


def print_collected(name: str, receipts: "list[Receipt]", dry_run: bool, aside: Path) -> None:
    """What became of each upload: all of them in a dry run, otherwise those that do not count."""
    counting = [receipt for receipt in receipts if not receipt.refused]
    earlier = [receipt for receipt in receipts if receipt.refused and receipt.attempt]
    refused = [receipt for receipt in receipts if receipt.refused and not receipt.attempt]
    table = Table(box=None, pad_edge=False, show_edge=False)
    for heading in ("upload", "student", "uploaded (UTC)", "what", "why"):
        table.add_column(heading, overflow="fold")
    for receipt in receipts if dry_run else [*earlier, *refused]:
        what = "[red]refused[/red]" if receipt in refused else f"attempt {receipt.attempt}"
        why = receipt.refused or receipt.why
        time = f"{receipt.uploaded:%Y-%m-%d %H:%M:%S}"
        table.add_row(plain(receipt.origin), plain(receipt.student) or "–", time, what, plain(why))
    if table.row_count:
        out.print(table)
    out.print(
        f"[bold]{name}[/bold]  {len(counting)} {'would be collected' if dry_run else 'collected'}, {len(refused)} refused"
        + (f", {len(earlier)} kept beside the attempt that counts" if earlier else "")
    )
    left_out = defaultdict(list)
    for receipt in receipts:
        if receipt.left_out:
            left_out[", ".join(receipt.left_out)].append(receipt.origin)
    for what, origins in left_out.items():
        out.print(f"  left out of {plain(named(origins, 3))}: {plain(what)}")
    for receipt in receipts:
        if not_for_windows := [name for name in receipt.files if not fits_windows(name)]:
            out.print(f"  of {plain(receipt.origin)} Windows cannot store: {plain(', '.join(not_for_windows))}")
    if refused and not dry_run and aside.is_dir():
        out.print(
            f"  Copies of what was refused are in {short(aside)}. Mend names or roster, and collect that folder; or ask for the right file.",
            markup=False,
        )


def print_grading(grading: "Grading", seconds: float) -> None:
    """Each student's score, and the class as a whole."""
    from autograder.records.journal import mistakes_made

    entries = sorted(grading.entries.values(), key=lambda entry: entry.student)
    scored = [entry for entry in entries if entry.score is not None]
    scores = [entry.score for entry in entries if entry.score is not None]
    most = (scored[0].max_score or 0.0) if scored else 0.0
    summary = f"{counted(len(entries), 'submission')}   {grading.slots} in parallel   {seconds:.0f} s"
    if scored:
        summary += f"   {_sparkline(scores, most)}  median {round(statistics.median(scores), 1):g} of {most:g}"
    table = Table(box=None, pad_edge=False, show_edge=False)
    for heading in ("student", "score", "", "seconds"):
        table.add_column(heading, justify="right" if heading in ("score", "seconds") else "left", overflow="fold")
    for entry in entries:
        score = "–" if entry.score is None else f"{entry.score:g}"
        table.add_row(plain(entry.student), score, plain(_note(entry)), f"{entry.seconds:.1f}")
    out.print(table)
    out.print(f"[bold]{grading.assignment}[/bold]   {summary}")
    verdicts = Counter(str(entry.verdict) for entry in entries)
    out.print("  " + "   ".join(f"{count} {verdict}" for verdict, count in verdicts.most_common()))
    for what, names in (("not handed in", grading.absent), ("not on the roster", grading.strangers)):
        if names:
            out.print(f"  [yellow]{len(names)} {what}[/yellow]: {plain(named(names, _NAMED))}")
    if grading.waiting:
        out.print(
            f"  [yellow]{counted(grading.waiting, 'waits', 'wait')} for a person[/yellow]: grade them by hand in formgrader"
        )
    if grading.judged_again:
        out.print(f"  {len(grading.judged_again)} judged again from the answers of an earlier run, not executed")
    if grading.unchanged:
        out.print(f"  {len(grading.unchanged)} unchanged since they were graded, not run again")
    for count, hint, check in mistakes_made(scored)[:3]:
        out.print(f"  {count} of {len(scored)} in {plain(check)}: {plain(hint)}")
    for entry in grading.ungraded:
        out.print(f"  [red]not graded[/red] {plain(entry.student)}: {plain(entry.reason)}")


def print_regrading(found: "Regrading", dry_run: bool) -> None:
    """Whose score changes and why, and what was executed for it."""
    grading = found.grading
    table = Table(box=None, pad_edge=False, show_edge=False)
    for heading in ("student", "before", "after", "why"):
        table.add_column(heading, justify="right" if heading in ("before", "after") else "left", overflow="fold")
    for change in found.changes:
        scores = ["–" if score is None else f"{score:g}" for score in (change.before, change.after)]
        table.add_row(plain(change.student), *scores, plain(change.why))
    if found.changes:
        out.print(table)
    executed = len(grading.entries) - len(grading.judged_again) - len(grading.unchanged)
    would = "would change" if dry_run else "changed"
    out.print(
        f"[bold]{grading.assignment}[/bold]  {sum(c.before != c.after for c in found.changes)} of {len(grading.entries)} scores {would}"
    )
    out.print(f"  {executed} executed, {len(grading.judged_again)} judged again, {len(grading.unchanged)} unchanged")
    if dry_run:
        out.print(f"  Nothing is recorded. `autograder regrade {grading.assignment}` does it.")


def print_term(rows: "list[TermRow]") -> None:
    """What each student has of the term, and what of it is not final."""
    names = list(rows[0].shares)
    table = Table(box=None, pad_edge=False, show_edge=False)
    table.add_column("student", overflow="fold")
    for heading in ("term", *names):
        table.add_column(heading, justify="right", overflow="fold")
    table.add_column("not final", overflow="fold")
    for row in rows:
        each = [f"({100 * row.shares[name]:.0f})" if name in row.dropped else f"{100 * row.shares[name]:.0f}" for name in names]
        table.add_row(plain(row.student), f"{row.percent:.2f}", *each, row.not_final)
    out.print(table)
    median = statistics.median(row.percent for row in rows)
    out.print(
        f"{counted(len(rows), 'student')}   {counted(len(names), 'assignment')}   median {median:.1f} %   in percent; (dropped) in brackets"
    )


def print_traces(found: "Traces") -> None:
    """What a course has of a student, and what of it `forget` leaves."""
    for path in found.paths:
        out.print(f"  {short(path)}", markup=False)
    for path, count in found.lines.items():
        out.print(f"  {counted(count, 'line')} of {short(path)}", markup=False)
    if found.known:
        out.print(
            f"The gradebook keeps {found.student} with {counted(found.rows, 'submission')}: points, comments, times. "
            f"`nbgrader db student remove {found.student} --force` removes them; backups of the last runs of `grade` keep a copy.",
            markup=False,
        )
    for path in found.named:
        out.print(f"{short(path)} may still name them; write it again, or delete it.", markup=False)


def _note(entry: "Entry") -> str:
    from autograder.pages.templates import duration  # loads what only pages need

    words = entry.explanation if entry.verdict == "graded" else f"{entry.verdict}: {entry.explanation}"
    if not entry.penalty or entry.score is None:
        return words
    late = f"{duration(entry.late)} late, which costs {entry.penalty:g}; {entry.score + entry.penalty:g} without the penalty"
    return "; ".join(filter(None, [words, late]))


def _sparkline(scores: list[float], most: float) -> str:
    """Five bars: the number of scores in each fifth of the scale."""
    bins = Counter(min(4, int(5 * score / most)) if most else 0 for score in scores)
    top = max(bins.values())
    return "".join("▁▂▃▄▅▆▇█"[round(7 * bins[place] / top)] for place in range(5))


def plain(text: str) -> str:
    """Names and reasons come from students: remove markup and unprintable characters."""
    return escape(without_invisible(text, "�"))


def short(path: Path) -> str:
    """A path as it is seen from here."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
