"""What a student has done so far: the results of their own checks, kept in one file on their computer and nowhere else."""

import contextlib
import html
import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from unroll.checks import finding, frozen
from unroll.checks.marking import Report

_SIGNS = {True: "✓", False: "✗", None: "·"}
_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>My progress</title>
<style>
:root {{ color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.5 }}
body {{ max-width: 50rem; margin: 2rem auto; padding: 0 1rem }}
table {{ border-collapse: collapse; width: 100% }}
th, td {{ text-align: left; vertical-align: top; padding: 0.2rem 0.6rem; border-bottom: 1px solid #8886 }}
</style>
{}
</html>
"""


def place() -> Path:
    """The file: what ``UNROLL_PROGRESS`` names, or one in the home folder."""
    return Path(os.environ.get("UNROLL_PROGRESS") or Path.home() / ".unroll" / "checks.jsonl")


def note(report: Report) -> None:
    """Write the result of a check down. A computer on which that cannot be written has no progress to show."""
    failed = sum(not row.passed for row in report.rows)
    line = {"when": f"{datetime.now():%Y-%m-%d %H:%M}", "check": report.name, "failed": failed, "hints": list(report.hints)}
    with contextlib.suppress(OSError):
        place().parent.mkdir(parents=True, exist_ok=True)
        with place().open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


def noted() -> list[dict[str, Any]]:
    """All results so far, the oldest first; lines that cannot be read are left out."""
    try:
        lines = place().read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
    found = []
    for line in lines:
        with contextlib.suppress(ValueError):
            found.append(json.loads(line))
    return [each for each in found if isinstance(each, dict) and {"when", "check", "failed", "hints"} <= each.keys()]


def returned(results: list[dict[str, Any]]) -> list[tuple[str, str, int]]:
    """Mistakes that came back after a run without them: the check, the sentence, how often it came."""
    times: dict[tuple[str, str], int] = {}
    last: dict[str, list[str]] = {}
    for result in results:
        for hint in result["hints"]:
            if hint not in last.get(result["check"], []):
                times[result["check"], hint] = times.get((result["check"], hint), 0) + 1
        last[result["check"]] = result["hints"]
    return [(check, hint, count) for (check, hint), count in times.items() if count > 1]


@dataclass(frozen=True)
class Standing:
    """How far a student is.

    Parameters
    ----------
    notebooks
        The checks of each, in the course's order.
    results
        Those of each check, the oldest first.
    """

    notebooks: dict[str, list[str]]
    results: dict[str, list[dict[str, Any]]]

    def passes(self, check: str) -> bool | None:
        """Whether it passed the last time; None if it was never tried."""
        return self.results[check][-1]["failed"] == 0 if check in self.results else None

    def done(self, notebook: str) -> str:
        checks = self.notebooks[notebook]
        return f"{sum(bool(self.passes(check)) for check in checks)} of {len(checks)}"

    def begun(self) -> list[str]:
        return [name for name, checks in self.notebooks.items() if self.results.keys() & set(checks)]

    def next(self) -> str:
        """What to do now: what is open in a notebook that was begun comes before the others."""
        for name in [*self.begun(), *self.notebooks]:
            for check in self.notebooks[name]:
                if not self.passes(check):
                    return f"Next: {check} in {name}."
        return "All checks of the course pass."

    def came_back(self) -> list[str]:
        results = [result for each in self.results.values() for result in each]
        return [f"{check}: {count} times, {hint}" for check, hint, count in returned(results)]


def standing() -> Standing:
    results: dict[str, list[dict[str, Any]]] = {}
    for result in noted():
        results.setdefault(str(result["check"]), []).append(result)
    return Standing({path.stem: frozen.check_names(path) for path in finding.packaged_files().values()}, results)


def shown() -> tuple[str, str]:
    """What is done, what is next and which mistakes came back, as text and as HTML; and where the page is that says more."""
    now = standing()
    rows = [(name, now.done(name), [f"{_SIGNS[now.passes(c)]} {c}" for c in now.notebooks[name]]) for name in now.begun()]
    said = [now.next(), *now.came_back()]
    if rows:
        with contextlib.suppress(OSError):
            said.append(f"As a page, for the browser: {write_page(now)}")
    said.append(f"This is kept in {place()}, on this computer alone.")
    text = [f"{name}  {done}  {'  '.join(checks)}" for name, done, checks in rows]
    table = "".join(
        f'<tr style="background:none"><td style="text-align:left"><code>{html.escape(name)}</code></td><td>{done}</td>'
        f'<td style="text-align:left">{html.escape("  ".join(checks))}</td></tr>'
        for name, done, checks in rows
    )
    page = (f"<table>{table}</table>" if rows else "") + "".join(f"<div>{html.escape(line)}</div>" for line in said)
    return "\n".join([*text, *said]), page


def write_page(now: Standing) -> Path:
    """Write how far the student is as a page of its own, next to the results, and return its file."""
    path = place().with_name("progress.html")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(as_page(now), encoding="utf-8")
    return path


def as_page(now: Standing) -> str:
    """The page: for each notebook its checks with how often and when they were tried, and the mistakes that came back."""
    parts = [f"<h1>My progress</h1><p><strong>{html.escape(now.next())}</strong></p>"]
    for name in now.begun():
        lines = [_line(now, check) for check in now.notebooks[name]]
        heading = "<tr><th></th><th>check</th><th>tries</th><th>last</th><th>what was wrong then</th></tr>"
        parts.append(f"<h2>{html.escape(name)}: {now.done(name)}</h2><table>{heading}{''.join(lines)}</table>")
    if back := now.came_back():
        parts.append(f"<h2>Mistakes that came back</h2><ul>{''.join(f'<li>{html.escape(each)}</li>' for each in back)}</ul>")
    if ahead := [name for name in now.notebooks if name not in now.begun()]:
        parts.append(f"<h2>Not begun</h2><p>{html.escape(', '.join(ahead))}</p>")
    return _PAGE.format("".join(parts))


def _line(now: Standing, check: str) -> str:
    tried = now.results.get(check, [])
    last = tried[-1] if tried else {"when": "", "hints": []}
    cells = [_SIGNS[now.passes(check)], check, str(len(tried) or ""), str(last["when"]), " ".join(map(str, last["hints"]))]
    return f"<tr>{''.join(f'<td>{html.escape(each)}</td>' for each in cells)}</tr>"
