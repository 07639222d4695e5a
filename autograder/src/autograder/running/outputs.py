"""A judged cell's outputs: the judge's report, in a form that nbgrader scores as the judge did.

nbgrader reads a score off a cell's outputs: the first error gives 0, else the first result gives that many points, else
all points are given.
"""

from html import escape

from nbformat import NotebookNode
from nbformat.v4 import new_output
from unroll.checks import Raised, Report
from unroll.checks.display import as_html, as_text

_NAME, _TEXT = 100, 300  # characters of an error's name and message


def score(points: float, reports: list[Report]) -> float:
    """Points for a cell, whose checks count equally, rounded to hundredths."""
    share = sum(report.share for report in reports) / len(reports) if reports else 0.0
    return round(points * share, 2)


def judged_outputs(points: float, reports: list[Report], remark: str = "") -> list[NotebookNode]:
    """Outputs that show the reports and contain the score."""
    earned = score(points, reports)
    text = "\n\n".join([as_text(report) for report in reports] + ([remark] if remark else []))
    html = "".join(as_html(report) for report in reports) + (f"<p>{escape(remark)}</p>" if remark else "")
    shown = new_output("display_data", data={"text/plain": text, "text/html": html})
    if earned >= points:
        return [shown]
    if earned > 0:
        return [shown, new_output("execute_result", data={"text/plain": repr(earned)}, execution_count=None)]
    return [shown, *failed_outputs("CheckFailed", f"0 of {points:g} points", "")]


def failed_outputs(name: str, value: str, text: str) -> list[NotebookNode]:
    """Outputs for a cell that earns nothing."""
    return [new_output("error", ename=name, evalue=value, traceback=text.splitlines() or [value])]


def error_of(cell: NotebookNode) -> Raised | None:
    """What the cell itself raised, if anything."""
    for output in cell.get("outputs", []):
        if output.output_type == "error":
            return Raised(str(output.get("ename", ""))[:_NAME], str(output.get("evalue", ""))[:_TEXT])
    return None
