"""A saved notebook run at the desk as the grader will run it, and what it would get."""

import html
import json
import os
import re
import shutil
import site
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from unroll.checks.absent import imports_in
from unroll.checks.hints import begun_small
from unroll.checks.rebuilding import Cell, grade_id_of, is_solution, rebuilt
from unroll.checks.saved_notebook import NoNotebook, Release, SavedNotebook, release_of, run_but_not_saved, saved_notebook

_CELL_SECONDS, _SECONDS = 60.0, 600.0  # where the release does not say
_TO_START = 60.0  # a slow disk may need to find Python and NumPy
_CHARACTERS = 60  # of the line that a cell is known by
_SAVE = (
    "Not as you ran it last: {}. If you have changed it since you saved, save the notebook (Ctrl+S) and run this cell again."
)
_CHECKED = re.compile(r"""\bcheck\(\s*(?:name\s*=\s*)?["']([^"']+)["']""")


@dataclass(frozen=True)
class Exercise:
    """What one graded cell gets.

    Parameters
    ----------
    name
        Of its checks, or of the cell.
    points, earned
        What it is worth, and what it gets for the public cases; None if a person decides.
    said
        Why it is not more; empty if it is all.
    """

    name: str
    points: float
    earned: float | None
    said: str = ""


@dataclass(frozen=True)
class Rehearsal:
    """What came of it.

    Parameters
    ----------
    title
        A line: which notebook, saved when; or why there is nothing to say.
    exercises
        In order.
    remarks
        Sentences.
    """

    title: str
    exercises: tuple[Exercise, ...] = ()
    remarks: tuple[str, ...] = ()

    def shown(self) -> tuple[str, str]:
        """As text and as HTML."""
        rows = [(_points(each), each.name, each.said) for each in self.exercises]
        width = [max([0, *(len(row[column]) for row in rows)]) for column in (0, 1)]
        lines = [f"  {points.rjust(width[0])}  {name.ljust(width[1])}  {said}".rstrip() for points, name, said in rows]
        text = "\n".join([self.title, *lines, *self.remarks])
        cell = '<td style="text-align:left;white-space:{}">{}</td>'
        table = "".join(
            '<tr style="background:none">'
            + cell.format("nowrap", html.escape(points))
            + cell.format("nowrap", f"<code>{html.escape(name)}</code>")
            + cell.format("normal", html.escape(said))
            + "</tr>"
            for points, name, said in rows
        )
        page = f"<div><strong>{html.escape(self.title)}</strong></div>"
        page += f'<table style="margin:0.3em 0">{table}</table>' if rows else ""
        return text, page + "".join(f"<div>{html.escape(remark)}</div>" for remark in self.remarks)


def rehearse(notebook: SavedNotebook | None = None) -> Rehearsal:
    """Run a notebook, by default the one that this runs in, in a new process, as it will be graded."""
    if sys.platform == "emscripten" or not sys.executable:
        return Rehearsal(
            "No process can be started here, in the browser. Restart the kernel and run all cells: what has a tick then, counts."
        )
    unsaved: list[str] = []
    try:
        if notebook is None:
            notebook = saved_notebook()
            unsaved = run_but_not_saved(notebook)
        release = release_of(notebook)
    except NoNotebook as error:
        return Rehearsal(str(error))
    cells = rebuilt(release.content["cells"], notebook.cells)
    events, ending = _run(notebook, release, cells)
    exercises = _exercises(cells, release.content["cells"], events)
    saved = ""
    if notebook.path is not None:
        saved = f", as saved {datetime.fromtimestamp(notebook.path.stat().st_mtime):%d %B, %H:%M}"
    remarks = [_SAVE.format(", ".join(unsaved))] if unsaved else []
    remarks += [*_stopped(cells, release.content["cells"], events), *ending, *_totals(exercises, events, release)]
    return Rehearsal(f"{notebook.name}.ipynb{saved}, run as it will be graded:", exercises, tuple(remarks))


def _run(notebook: SavedNotebook, release: Release, cells: Sequence[Cell]) -> tuple[dict[int, dict[str, Any]], list[str]]:
    """Run the code cells in a new process; gives what it says of each, by number, and how it ended if not well."""
    cases = release.cases
    with tempfile.TemporaryDirectory(prefix="unroll-", ignore_cleanup_errors=True) as folder:
        home, work = Path(folder, "home"), Path(folder, "work")
        home.mkdir()
        work.mkdir()
        shutil.copyfile(release.public, work / release.public.name)
        told = Path(folder, "events.jsonl")
        code = [cell["source"] for cell in release.content["cells"] if cell["cell_type"] == "code"]
        given_out = [name for source in code for name in imports_in(source)[0]]
        job = {
            "imports": [name for name in dict.fromkeys(given_out) if name in (cases.modules or ())],
            "cells": [(number, cell["source"]) for number, cell in enumerate(cells) if cell["cell_type"] == "code"],
            "cell_seconds": cases.cell_seconds or _CELL_SECONDS,
            "modules": cases.modules,
            "hidden": [str(Path.home()), str((notebook.path or Path.cwd() / "any").absolute().parent)],
            "events": str(told),
        }
        (Path(folder) / "job.json").write_text(json.dumps(job), "utf-8")
        command = [sys.executable, "-m", "unroll.checks.graded_process", str(Path(folder, "job.json"))]
        seconds = cases.seconds or _SECONDS
        quiet = subprocess.DEVNULL
        ending = []
        try:
            done = subprocess.run(
                command, cwd=work, env=_environment(home), stdin=quiet, stdout=quiet, stderr=quiet, timeout=seconds + _TO_START
            )
            if done.returncode:
                ending = ["The process ended before the notebook did. Points of the cells after that are lost."]
        except subprocess.TimeoutExpired:
            ending = [f"The whole run took longer than {seconds:g} s and was stopped. Points of the cells after that are lost."]
        lines = told.read_text("utf-8").splitlines() if told.exists() else []
    whole = [json.loads(line) for line in lines if line.endswith("}")]  # the last one may be cut off
    return {event["cell"]: event for event in whole}, ending


def _environment(home: Path) -> dict[str, str]:
    """That of a process with an empty home, which finds this `unroll` and what is installed for this user."""
    import unroll

    place = str(Path(unroll.__file__).parent.parent)
    before = [os.environ["PYTHONPATH"]] if os.environ.get("PYTHONPATH") else []
    return os.environ | {
        "HOME": str(home),
        "USERPROFILE": str(home),
        "IPYTHONDIR": str(home / "ipython"),
        "MPLBACKEND": "agg",
        "PYTHONPATH": os.pathsep.join([place, *before]),
        "PYTHONUSERBASE": site.getuserbase(),
        "UNROLL_DATA": str(home / "data"),
    }


def _exercises(cells: Sequence[Cell], released: Sequence[Cell], events: dict[int, dict[str, Any]]) -> tuple[Exercise, ...]:
    given_out = {grade_id_of(cell): cell["source"].strip() for cell in released if grade_id_of(cell)}
    found = []
    for number, cell in enumerate(cells):
        settings = cell["metadata"].get("nbgrader", {})
        name = grade_id_of(cell)
        if name is None or not (settings.get("grade") or settings.get("task")):
            continue
        points = float(settings.get("points") or 0)
        if is_solution(cell) or settings.get("task") or cell["cell_type"] != "code":
            untouched = is_solution(cell) and cell["source"].strip() == given_out[name]
            found.append(Exercise(name, points, None, "still as it was given out" if untouched else "a person reads it"))
            continue
        found.append(_exercise(name, points, cell["source"], events.get(number)))
    return tuple(found)


def _exercise(name: str, points: float, source: str, event: dict[str, Any] | None) -> Exercise:
    """What a cell with tests gets: the mean of its checks, each of which counts once; without checks, all or nothing."""
    checks = list(dict.fromkeys(_CHECKED.findall(source)))
    if event is None:
        return Exercise(", ".join(checks) or name, points, 0.0, "it was not run")
    reports: dict[str, dict[str, Any]] = {}
    for report in event["reports"]:
        reports.setdefault(report["name"], report)
    if not checks:
        return Exercise(name, points, 0.0 if event["said"] else points, event["said"])
    shares = [reports[check]["share"] if check in reports else 0.0 for check in checks]
    failed = [reports[check] for check in checks if check in reports and reports[check]["failed"]]
    why = [_failed(report, event["refused"]) for report in failed]
    why += [event["said"]] if event["said"] else []
    return Exercise(", ".join(checks), points, round(points * sum(shares) / len(shares), 2), "; ".join(why))


def _failed(report: dict[str, Any], refused: list[str]) -> str:
    if report["unwritten"]:
        return "not written yet"
    fail = "fails" if report["failed"] == 1 else "fail"
    why = "; ".join(refused) or begun_small(report["why"]).rstrip(".")
    return f"{report['failed']} of {report['cases']} cases {fail}: {why}"


def _stopped(cells: Sequence[Cell], released: Sequence[Cell], events: dict[int, dict[str, Any]]) -> list[str]:
    """The student's own cells that ended with an error, and those above them. What fails in the others is the consequence."""
    given_out = {cell["source"].strip() for cell in released}
    begin = next((number for number, cell in enumerate(cells) if is_solution(cell)), 0)
    remarks = []
    for number, event in events.items():
        source = cells[number]["source"].strip()
        if event["said"] and (source not in given_out or number < begin):
            begins = source.splitlines()[0][:_CHARACTERS]
            remarks.append(f"The cell that begins “{begins}” stops: {'; '.join(event['refused']) or event['said']}.")
    return remarks


def _totals(exercises: Sequence[Exercise], events: dict[int, dict[str, Any]], release: Release) -> list[str]:
    judged = [each for each in exercises if each.earned is not None]
    earned, points = sum(each.earned or 0.0 for each in judged), sum(each.points for each in judged)
    by_hand = sum(each.points for each in exercises if each.earned is None)
    total = f"{earned:g} of {points:g} points for the cases that you have; the grader's are others of the same kind."
    if by_hand:
        total += f" A person gives up to {by_hand:g} more."
    seconds = max([0.0, *(event["seconds"] for event in events.values())])
    limit = f" of the {release.cases.seconds:g} s that are allowed" if release.cases.seconds else ""
    return [total, f"The run took {seconds:.1f} s{limit}."]


def _points(exercise: Exercise) -> str:
    earned = "–" if exercise.earned is None else f"{exercise.earned:g}"
    return f"{earned} of {exercise.points:g}"
