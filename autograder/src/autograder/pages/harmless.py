"""Make executed notebooks safe for formgrader and Jupyter: remove whatever would run in the instructor's browser.

nbgrader's template renders outputs and prose unchanged. Scores are read from errors and from results as plain text,
which are left alone.
"""

import re

from markupsafe import Markup
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader import utils

from autograder.notebook import grade_id_of
from autograder.pages import escaping

_PICTURES = ("image/png", "image/jpeg", "image/gif")
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]*+={0,2}\s*+")
_ATTACHMENT = re.compile(r"attachment:([^)\s>\"']*)")
_FORMULA = re.compile(r"\$\$[^$]+\$\$|\$[^$\n]+\$")
# The mark that turns a link into a picture, which a browser loads. The bound keeps the time in proportion to the text.
_PICTURE = re.compile(r"!(?=\[)(?!\[[^\]]{0,200}\]\(attachment:)")
_LINK = re.compile(r"(javascript|vbscript|data)\s*:", re.IGNORECASE)


def make_harmless(notebook: NotebookNode, ours: set[str]) -> None:
    """Change a notebook so that everything in it is safe to view.

    Parameters
    ----------
    ours
        Grade ids of cells whose outputs the judge wrote.
    """
    for cell in notebook.cells:
        attached = {name: _pictures(bundle) for name, bundle in cell.get("attachments", {}).items()}
        attached = {name: pictures for name, pictures in attached.items() if pictures}
        if "attachments" in cell:
            cell.attachments = attached
        if not utils.is_locked(cell):
            cell.source = escaping.spelled_out(cell.source)
            if cell.cell_type != "code":
                cell.source = _prose(cell.source, attached)
        if cell.cell_type == "code" and grade_id_of(cell) not in ours:
            cell.outputs = [_output(output) for output in cell.outputs]


def _prose(source: str, attached: dict) -> str:
    """Markdown without HTML, links that run code, or missing pictures, which make nbconvert fail."""
    source = _PICTURE.sub("", source)
    source = _FORMULA.sub(lambda found: found[0].replace("<", r"\lt "), source)  # in which &lt; would be shown as it stands
    source = _LINK.sub(r"\1-", source.replace("<", "&lt;"))
    return _ATTACHMENT.sub(lambda found: found[0] if found[1] in attached else "#missing", source)


def _output(output: NotebookNode) -> NotebookNode:
    if output.output_type == "stream":
        output.text = escaping.spelled_out(output.text)
    elif output.output_type == "error":
        output.traceback = [escaping.spelled_out(line.replace("\x1b", "\N{SYMBOL FOR ESCAPE}")) for line in output.traceback]
    elif output.output_type in ("display_data", "execute_result"):
        output.data = _data(output.data)
        output.metadata = {}
    else:
        return new_output("stream", name="stdout", text=f"[left out: {output.output_type}]")
    return output


def _data(data: dict) -> dict:
    kept = _pictures(data)
    if isinstance(data.get("text/html"), str) and not escaping.is_heavy(data["text/html"]):
        kept["text/html"] = str(escaping.clean(data["text/html"]))
    elif not kept and (shown := _as_html(data)):
        kept["text/html"] = shown
    if isinstance(data.get("text/plain"), str):
        kept["text/plain"] = data["text/plain"]
    if missing := escaping.left_out(data):  # in HTML, because scores are read from plain text
        shown = kept.get("text/html") or str(Markup("<pre>{}</pre>").format(kept.get("text/plain", "")))
        kept["text/html"] = f"{shown}{Markup('<p>[left out: {}]</p>').format(missing)}"
    if not kept:
        kept["text/plain"] = f"[left out: {escaping.spelled_out(', '.join(sorted(data)))[:200]}]"
    return kept


def _as_html(data: dict) -> str | None:
    """A drawing, Markdown or formulas, as HTML that is safe; nbconvert would put the drawing into the page as it is."""
    if isinstance(data.get("image/svg+xml"), str):
        return str(escaping.drawing(data["image/svg+xml"], "a picture that this cell drew"))
    for kind in ("text/markdown", "text/latex"):
        if isinstance(data.get(kind), str):
            return str(escaping.markdown(data[kind]))
    return None


def _pictures(bundle: dict) -> dict:
    return {kind: bundle[kind] for kind in _PICTURES if isinstance(bundle.get(kind), str) and _BASE64.fullmatch(bundle[kind])}
