"""A report as a person reads it: plain text anywhere, HTML in a notebook."""

import html

from unroll.checks.marking import Report, Row

_DETAIL_COLUMN = 24


def as_text(report: Report) -> str:
    """One line a case, the hint below it, and what to do first."""
    lines = [report.name]
    for row in report.rows:
        lines.append(f"  {_tick(row)} {row.label.ljust(_DETAIL_COLUMN)} {row.detail}")
        if row.hint:
            lines.append(f"    {explain(row)}")
    return "\n".join([*lines, *_closing(report)])


def as_html(report: Report) -> str:
    """The same as a table. Colours are chosen to read on light and dark pages, and are never the only sign."""
    rows = []
    for row in report.rows:
        colour = "#1a7f37" if row.passed else "#cf222e"
        hint = f'<div style="margin-top:2px"><em>{html.escape(explain(row))}</em></div>' if row.hint else ""
        rows.append(
            f'<tr style="background:none"><td style="color:{colour};font-weight:bold">{_tick(row)}</td>'
            f'<td style="text-align:left;white-space:nowrap">{html.escape(row.label)}</td>'
            f'<td style="text-align:left">{html.escape(row.detail)}{hint}</td></tr>'
        )
    closing = "".join(f"<div>{html.escape(line)}</div>" for line in _closing(report))
    table = f'<table style="margin:0.3em 0">{"".join(rows)}</table>'
    return f"<div><strong><code>{html.escape(report.name)}</code></strong>{table}{closing}</div>"


def explain(row: Row) -> str:
    """The misconception's sentence as part of one that a student can place."""
    first, _, rest = row.hint.partition(" ")
    plain = first.isalpha() and first[0].isupper() and first[1:] in ("", first[1:].lower())
    sentence = f"{first.lower()} {rest}" if plain else row.hint
    if row.detail.startswith("right, but"):
        return f"This is what comes of it when {sentence}"
    evidence = "This is the error" if row.detail.startswith("raises") else "These are the numbers"
    return f"{evidence} you get when {sentence}"


def _tick(row: Row) -> str:
    return "✓" if row.passed else "✗"


def _closing(report: Report) -> list[str]:
    failed = sum(not row.passed for row in report.rows)
    count = len(report.rows)
    if failed == 0:
        verdict = "The case passes." if count == 1 else f"All {count} cases pass."
    else:
        verdict = f"{failed} of {count} cases fail." if failed > 1 else f"1 of {count} cases fails."
        verdict += " Fix the first one first." if failed > 1 else ""
    return [verdict, *report.notes]
