"""Display a report: as plain text anywhere, as HTML in a notebook."""

import html

from unroll.checks.comparison import Part
from unroll.checks.hints import begun_small
from unroll.checks.marking import Report, Row

_DETAIL_COLUMN = 24
_TABLE_FROM = 3


def as_text(report: Report) -> str:
    """One line per case, with its hint below, and what to do first."""
    lines = [report.name]
    table = _first_table(report)
    column = max([_DETAIL_COLUMN, *(len(row.label) for row in report.rows)])
    for number, row in enumerate(report.rows):
        lines.append(f"  {_tick(row)} {row.label.ljust(column)} {row.detail}")
        if row.hint:
            lines.append(f"    {explain(row, row.hint)}")
        lines += [f"      {line}" for line in table.get(number, ())]
    return "\n".join([*lines, *_closing(report)])


def as_html(report: Report) -> str:
    """The same as a table. The colours work on light and dark pages, and are never the only sign."""
    rows, tables = [], _first_table(report)
    for number, row in enumerate(report.rows):
        colour = "#1a7f37" if row.passed else "#cf222e"
        hint = f'<div style="margin-top:2px"><em>{html.escape(explain(row, row.hint))}</em></div>' if row.hint else ""
        if number in tables:
            hint += f"<pre>{html.escape(chr(10).join(tables[number]))}</pre>"
        rows.append(
            f'<tr style="background:none"><td style="color:{colour};font-weight:bold">{_tick(row)}</td>'
            f'<td style="text-align:left;white-space:nowrap">{html.escape(row.label)}</td>'
            f'<td style="text-align:left">{html.escape(row.detail)}{hint}</td></tr>'
        )
    closing = "".join(f"<div>{html.escape(line)}</div>" for line in _closing(report))
    table = f'<table style="margin:0.3em 0">{"".join(rows)}</table>'
    return f"<div><strong><code>{html.escape(report.name)}</code></strong>{table}{closing}</div>"


def not_written(report: Report) -> str:
    """What the desk says, in one line, of a function that is still as it was given out."""
    error = report.rows[0].error
    place = f" ({error.line})" if error is not None and error.line else ""
    return "\n".join([f"{report.name}: not written yet{place}", *report.notes])


def explain(row: Row, hint: str) -> str:
    """A row's hint, which is a misconception's sentence, as part of one that a student can place."""
    sentence = begun_small(hint)
    if row.touches_inputs:
        return f"This is what happens when {sentence}"
    evidence = {"numbers": "These are the numbers", "model": "This is the model"}[row.about]
    if row.error is not None:
        evidence = "This is the error"
    return f"{evidence} you get when {sentence}"


def _first_table(report: Report) -> dict[int, list[str]]:
    """The table of the first wrong case that has one, by the case's number, and how many others there are."""
    tables = {number: table for number, row in enumerate(report.rows) if (table := _table(row))}
    if not tables:
        return {}
    first, others = min(tables), len(tables) - 1
    more = f"{others} more wrong cases have such a table." if others > 1 else "One more wrong case has such a table."
    return {first: [*tables[first], *([more] if others else [])]}


def _table(row: Row) -> list[str]:
    """For a wrong case with at least three values, such as gradients: each value next to the right one, the first wrong marked."""
    if len(row.parts) < _TABLE_FROM:
        return []
    cells = [("", "quantity", "yours", "expected", "largest difference")]
    cells += [(_tick(part), part.name, part.yours, part.expected, part.largest) for part in row.parts]
    widths = [max(len(line[column]) for line in cells) for column in range(5)]
    lines = ["  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    first = next((number for number, part in enumerate(row.parts, start=1) if not part.same), None)
    if first is not None:
        lines[first] += "   ← look here first"
    return lines


def _tick(row: Row | Part) -> str:
    right = row.passed if isinstance(row, Row) else row.same
    return "✓" if right else "✗"


def _closing(report: Report) -> list[str]:
    failed = sum(not row.passed for row in report.rows)
    count = len(report.rows)
    if failed == 0:
        verdict = "The case passes." if count == 1 else f"All {count} cases pass."
    else:
        verdict = f"{failed} of {count} cases fail." if failed > 1 else f"1 of {count} cases fails."
        verdict += " Fix the first one first." if failed > 1 else ""
    return [verdict, *report.notes]
