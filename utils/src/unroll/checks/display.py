"""Display a report: as plain text anywhere, as HTML in a notebook."""

import html

from unroll.checks.comparison import Part
from unroll.checks.hints import begun_small
from unroll.checks.marking import Report, Row

_DETAIL_COLUMN = 24
_TABLE_FROM = 3
# Pages are light or dark, and no colour can be read on both: what has a colour brings the ground that it stands on.
_TABLE = '<table style="margin:0.3em 0">{}</table>'
_TICK = '<span style="color:{};background:#ffffff;font-weight:bold;padding:0 0.25em;border-radius:3px">{}</span>'
_GOOD, _BAD = "#1a7f37", "#cf222e"
_BOX = (
    "display:block;font-style:normal;color:#1f2328;background:#fff6dc;border-left:4px solid #d9a514;"
    "padding:0.35em 0.8em;margin:0.35em 0"
)


def as_text(report: Report) -> str:
    """The hint, then one line per case, and what to do first."""
    lines = [report.name, *(f"    {said}" for said in _said_first(report))]
    table, folded = _first_table(report), _folded(report)
    column = max([_DETAIL_COLUMN, *(len(row.label) for row in report.rows)])
    for number, row in enumerate(report.rows):
        if any(number in others for others in folded.values()):
            continue
        lines.append(f"  {_tick(row)} {row.label.ljust(column)} {row.detail}")
        lines += [f"      {line}" for line in table.get(number, ())]
        if number in folded:
            lines.append(f"      {_the_same(report, folded[number])}")
    return "\n".join([*lines, *_closing(report)])


def as_html(report: Report) -> str:
    """The same as a table, with the cases that pass folded away where others fail.

    The colours can be read on light and dark pages, and are never the only sign.
    """
    wrong: list[str] = []
    right: list[str] = []
    tables, folded = _first_table(report), _folded(report)
    for number, row in enumerate(report.rows):
        if any(number in others for others in folded.values()):
            continue
        more = f"<pre>{html.escape(chr(10).join(tables[number]))}</pre>" if number in tables else ""
        if number in folded:
            inside = "".join(
                f"<div>{html.escape(other.label)}: {html.escape(other.detail)}</div>"
                for other in (report.rows[each] for each in folded[number])
            )
            said = html.escape(_the_same(report, folded[number]))
            more += f"<details><summary>{said}</summary>{inside}</details>"
        (right if row.passed else wrong).append(
            f'<tr style="background:none"><td>{_TICK.format(_GOOD if row.passed else _BAD, _tick(row))}</td>'
            f'<td style="text-align:left;white-space:nowrap">{html.escape(row.label)}</td>'
            f'<td style="text-align:left">{html.escape(row.detail)}{more}</td></tr>'
        )
    table = _TABLE.format("".join(wrong or right))
    if wrong and right:
        said = f"{len(right)} cases pass" if len(right) > 1 else "1 case passes"
        table += f"<details><summary>{said}</summary>{_TABLE.format(''.join(right))}</details>"
    first = "".join(f'<em style="{_BOX}">{html.escape(said)}</em>' for said in _said_first(report))
    closing = "".join(f'<div style="white-space:pre-wrap">{html.escape(line)}</div>' for line in _closing(report))
    return f"<div><strong><code>{html.escape(report.name)}</code></strong>{first}{table}{closing}</div>"


def not_written(report: Report) -> str:
    """What the desk says, in one line, of a function that is still as it was given out."""
    error = report.rows[0].error
    place = f" ({error.line})" if error is not None and error.line else ""
    return "\n".join([f"{report.name}: not written yet, or its cell was not run since{place}", *report.notes])


def explain(row: Row, hint: str) -> str:
    """A row's hint, which is a misconception's sentence, as part of one that a student can place."""
    sentence = begun_small(hint)
    if row.touches_inputs:
        return f"This is what happens when {sentence}"
    evidence = {"numbers": "These are the numbers", "model": "This is the model"}[row.about]
    if row.error is not None:
        evidence = "This is the error"
    return f"{evidence} you get when {sentence}"


def _said_first(report: Report) -> list[str]:
    """What stands above the table: the advice, or else the hints, with their cases if there are several."""
    if report.advice:
        return [report.advice]
    hints = {row.label: explain(row, row.hint) for row in report.rows if row.hint}
    return list(hints.values()) if len(hints) < 2 else [f"{label}: {said}" for label, said in hints.items()]


def _folded(report: Report) -> dict[int, list[int]]:
    """The wrong cases that are wrong for the same reason as an earlier one, by the number of that."""
    first: dict[str, int] = {}
    folded: dict[int, list[int]] = {}
    for number, row in enumerate(report.rows):
        if row.reason and not row.passed and first.setdefault(row.reason, number) != number:
            folded.setdefault(first[row.reason], []).append(number)
    return folded


def _the_same(report: Report, others: list[int]) -> str:
    cases = "case" if len(others) == 1 else "cases"
    return f"For the same reason {len(others)} more {cases}: {', '.join(report.rows[each].label for each in others)}"


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
    beside = [f"It raised {warning}" for warning in report.warned]
    if report.printed:
        beside += ["It printed:", *(f"    {line}" for line in report.printed.splitlines())]
    return [verdict, *beside, *report.notes]
