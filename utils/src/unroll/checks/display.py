"""Display a report: as plain text anywhere, as HTML in a notebook."""

import html
from typing import NamedTuple

from unroll.checks.comparison import Part
from unroll.checks.hints import begun_small
from unroll.checks.marking import Report, Row
from unroll.checks.sentences import about, said

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
    lines = [report.name, *(f"    {first}" for first in _said_first(report))]
    table, folded = _first_table(report), _folded(report)
    column = max([_DETAIL_COLUMN, *(len(row.label) for row in report.rows)])
    for number, row in enumerate(report.rows):
        if any(number in others for others in folded.values()):
            continue
        lines.append(f"  {_tick(row)} {row.label.ljust(column)} {row.detail}")
        if table and number == table.row:
            lines += [f"      {line}" for line in (*_padded(table.cells), *table.more)]
        if number in folded:
            lines.append(f"      {_the_same(report, folded[number])}")
    return "\n".join([*lines, *_closing(report)])


def as_html(report: Report) -> str:
    """The same as a table, with the cases that pass folded away where others fail.

    The colours can be read on light and dark pages, and are never the only sign.
    """
    wrong: list[str] = []
    right: list[str] = []
    first_table, folded = _first_table(report), _folded(report)
    for number, row in enumerate(report.rows):
        if any(number in others for others in folded.values()):
            continue
        more = ""
        if first_table and number == first_table.row:
            heading, *lines = first_table.cells
            rows = [[f"<td>{html.escape(each)}</td>" for each in heading[:-1]]]
            rows += [_html_cells(*line) for line in lines]
            more = _TABLE.format("".join(f'<tr style="background:none">{"".join(cells)}</tr>' for cells in rows))
            more += "".join(f"<div>{html.escape(line)}</div>" for line in first_table.more)
        if number in folded:
            inside = "".join(
                f"<div>{html.escape(other.label)}: {html.escape(other.detail)}</div>"
                for other in (report.rows[each] for each in folded[number])
            )
            more += f"<details><summary>{html.escape(_the_same(report, folded[number]))}</summary>{inside}</details>"
        (right if row.passed else wrong).append(
            f'<tr style="background:none"><td>{_TICK.format(_GOOD if row.passed else _BAD, _tick(row))}</td>'
            f'<td style="text-align:left;white-space:nowrap"><bdi>{html.escape(row.label)}</bdi></td>'
            f'<td style="text-align:left">{html.escape(row.detail)}{more}</td></tr>'
        )
    table = _TABLE.format("".join(wrong or right))
    if wrong and right:
        pass_ = said("%(count)s cases pass", count=len(right)) if len(right) > 1 else said("1 case passes")
        table += f"<details><summary>{pass_}</summary>{_TABLE.format(''.join(right))}</details>"
    first = "".join(f'<em style="{_BOX}">{html.escape(first)}</em>' for first in _said_first(report))
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
        return said("This is what happens when %(mistake)s", mistake=sentence)
    if row.error is not None:
        return said("This is the error you get when %(mistake)s", mistake=sentence)
    if row.about == "model":
        return said("This is the model you get when %(mistake)s", mistake=sentence)
    return said("These are the numbers you get when %(mistake)s", mistake=sentence)


def _said_first(report: Report) -> list[str]:
    """What stands above the table: the advice, or else the hints, with their cases if there are several."""
    if report.advice:
        return [report.advice]
    hints = {row.label: explain(row, row.hint) for row in report.rows if row.hint}
    return list(hints.values()) if len(hints) < 2 else [about(label, hint) for label, hint in hints.items()]


def _folded(report: Report) -> dict[int, list[int]]:
    """The wrong cases that are wrong for the same reason as an earlier one, by the number of that."""
    first: dict[str, int] = {}
    folded: dict[int, list[int]] = {}
    for number, row in enumerate(report.rows):
        if row.reason and not row.passed and first.setdefault(row.reason, number) != number:
            folded.setdefault(first[row.reason], []).append(number)
    return folded


def _the_same(report: Report, others: list[int]) -> str:
    labels = ", ".join(report.rows[each].label for each in others)
    if len(others) == 1:
        return said("For the same reason 1 more case: %(label)s", label=labels)
    return said("For the same reason %(count)s more cases: %(labels)s", count=len(others), labels=labels)


class _Table(NamedTuple):
    """Each value of a wrong case next to the right one: its row in the report, its cells, and what is said below them."""

    row: int
    cells: list[tuple[str, ...]]
    more: list[str]


def _first_table(report: Report) -> _Table | None:
    """The table of the first wrong case that has one, and how many others there are."""
    tables = [(number, cells) for number, row in enumerate(report.rows) if (cells := _cells(row))]
    if not tables:
        return None
    others = len(tables) - 1
    many = said("%(count)s more wrong cases have such a table.", count=others)
    more = many if others > 1 else said("One more wrong case has such a table.")
    return _Table(*tables[0], [more] if others else [])


def _cells(row: Row) -> list[tuple[str, ...]]:
    """For a wrong case with at least three values, such as gradients: each value next to the right one, the first wrong marked."""
    if len(row.parts) < _TABLE_FROM:
        return []
    first = next((part for part in row.parts if not part.same), None)
    heading = ("", said("quantity"), said("yours"), said("expected"), said("largest difference"), "")
    here = said("← look here first")
    return [
        heading,
        *((_tick(part), part.name, part.yours, part.expected, part.largest, here * (part is first)) for part in row.parts),
    ]


def _html_cells(tick: str, name: str, yours: str, expected: str, largest: str, mark: str) -> list[str]:
    """The mark stands behind the name, because a phone has no room for another column."""
    tick, name, yours, expected, largest = (
        f"<bdi>{html.escape(each)}</bdi>" for each in (tick, name, yours, expected, largest)
    )
    behind = f" {html.escape(mark)}" if mark else ""
    return [f"<td>{each}</td>" for each in (tick, f"{name}{behind}", yours, expected, largest)]


def _padded(cells: list[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip() for line in cells]


def _tick(row: Row | Part) -> str:
    right = row.passed if isinstance(row, Row) else row.same
    return "✓" if right else "✗"


def _closing(report: Report) -> list[str]:
    failed = sum(not row.passed for row in report.rows)
    count = len(report.rows)
    if failed == 0:
        verdict = said("The case passes.") if count == 1 else said("All %(count)s cases pass.", count=count)
    elif failed == 1:
        verdict = said("1 of %(count)s cases fails.", count=count)
    else:
        verdict = said("%(failed)s of %(count)s cases fail. Fix the first one first.", failed=failed, count=count)
    beside = [f"It raised {warning}" for warning in report.warned]
    if report.printed:
        beside += ["It printed:", *(f"    {line}" for line in report.printed.splitlines())]
    return [verdict, *beside, *report.notes]
