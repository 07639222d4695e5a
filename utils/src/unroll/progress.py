"""What a student has done so far: the results of their own checks, kept in one file on their computer and nowhere else."""

import contextlib
import html
import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

from unroll.checks import finding, frozen
from unroll.checks.marking import Report

_DONE, _WRONG, _OPEN = "✓", "✗", "·"


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


def shown() -> tuple[str, str]:
    """What is done, what is next and which mistakes came back, as text and as HTML."""
    results = noted()
    latest = {result["check"]: result["failed"] == 0 for result in results}
    notebooks = {path.stem: frozen.check_names(path) for path in finding.packaged_files().values()}
    tick = {True: _DONE, False: _WRONG, None: _OPEN}
    begun = {name: checks for name, checks in notebooks.items() if latest.keys() & set(checks)}
    rows = [
        (
            name,
            f"{sum(latest.get(check, False) for check in checks)} of {len(checks)}",
            [(tick[latest.get(check)], check) for check in checks],
        )
        for name, checks in begun.items()
    ]
    ahead = [
        (name, check) for name, checks in [*begun.items(), *notebooks.items()] for check in checks if not latest.get(check)
    ]
    said = [f"Next: {ahead[0][1]} in {ahead[0][0]}." if ahead else "All checks of the course pass."]
    said += [f"{check}: {count} times, {hint}" for check, hint, count in returned(results)]
    said += [f"This is kept in {place()}, on this computer alone."]
    text = [f"{name}  {count}  {'  '.join(f'{sign} {check}' for sign, check in checks)}" for name, count, checks in rows]
    table = "".join(
        f'<tr style="background:none"><td style="text-align:left"><code>{html.escape(name)}</code></td><td>{count}</td>'
        f'<td style="text-align:left">{html.escape("  ".join(f"{sign} {check}" for sign, check in checks))}</td></tr>'
        for name, count, checks in rows
    )
    page = (f"<table>{table}</table>" if rows else "") + "".join(f"<div>{html.escape(line)}</div>" for line in said)
    return "\n".join([*text, *said]), page
