"""Autograded notebooks in a browser, through nbconvert's own template, which cleans nothing: what was hostile is inert."""

import copy

import pytest
from autograder.pages.harmless import make_harmless
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader import utils

pytestmark = pytest.mark.slow

PIECES = [
    "<script>alert('evil')</script>",
    "<img src=x onerror=alert('evil')>",
    "<img src='http://evil.example/x.png'>",
    "<svg onload=alert('evil')></svg>",
    "<iframe srcdoc=\"<script>alert('evil')</script>\"></iframe>",
    "<div class=cover style='position:fixed;top:0;left:0;width:100%;height:100%;background:red'>full marks</div>",
    "<details open ontoggle=alert('evil')>x</details>",
    "<style>body{display:none}</style>",
]
PROSE = "\n\n".join([*PIECES, "[click](javascript:alert('evil'))", "![x](http://evil.example/y.png)"])


def hostile() -> list:
    kinds = ("application/javascript", "image/svg+xml", "text/markdown", "text/latex")
    outputs = [new_output("display_data", data={"text/html": piece, "text/plain": piece}) for piece in PIECES]
    outputs += [new_output("display_data", data={kind: PROSE}) for kind in kinds]
    outputs += [
        new_output("display_data", data={"image/png": "\"><script>alert('evil')</script>"}),
        new_output("stream", name="stdout", text=f"{PROSE}\x1b]8;;javascript:alert('evil')\x07link\u202e"),
        new_output("error", ename="E", evalue="v", traceback=[f"\x1b[31m{PIECES[0]}"]),
    ]
    attached = new_markdown_cell(PROSE + "\n\n![x](attachment:a.svg)")
    attached["attachments"] = {"a.svg": {"image/svg+xml": "<svg onload=alert('evil')>"}}
    return [new_code_cell("x = '</script><script>alert(1)</script>\u202e'", outputs=outputs), attached]


def page_of(cells: list, tmp_path) -> str:
    body, _ = HTMLExporter().from_notebook_node(new_notebook(cells=cells))
    path = tmp_path / "page.html"
    path.write_text(body)
    return path


def test_what_was_hostile_is_inert(visit, tmp_path):
    notebook = new_notebook(cells=hostile())
    make_harmless(notebook, set())
    _, expected = visit(page_of([new_markdown_cell("nothing")], tmp_path))
    usual = set(expected)  # the template's own scripts
    page, asked = visit(page_of(notebook.cells, tmp_path))
    assert {url for url in asked if url not in usual} <= usual
    assert page.locator(".cover").count() == 0
    assert page.locator("a[href^='javascript:']").count() == 0
    assert page.locator("body").is_visible()
    assert "\u202e" not in page.content()


def test_the_pages_would_be_alive_otherwise(visit, tmp_path):
    """The test above can fail: as they came, these cells do run."""
    _, asked = visit(page_of(hostile(), tmp_path))
    assert [url for url in asked if "evil" in url]


def test_drawings_and_formulas_are_seen(visit, tmp_path):
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="7"><script>alert("evil")</script><rect width="9" height="7"/></svg>'
    outputs = [
        new_output("display_data", data={"image/svg+xml": svg, "text/plain": "<Figure size 9x7>"}),
        new_output(
            "execute_result", data={"text/latex": r"$\displaystyle \frac{x}{2}$", "text/plain": "x/2"}, execution_count=1
        ),
        new_output("display_data", data={"text/markdown": "**bold**", "text/plain": "<Markdown object>"}),
    ]
    notebook = new_notebook(cells=[new_code_cell("draw()", outputs=outputs)])
    make_harmless(notebook, set())
    page, asked = visit(page_of(notebook.cells, tmp_path))
    assert page.evaluate("() => [...document.images].map(image => [image.naturalWidth, image.naturalHeight])") == [[9, 7]]
    assert page.locator("mfrac").count() == 1 and page.locator("strong").inner_text() == "bold"
    assert [url for url in asked if "evil" in url] == []


WIDGET = {"application/vnd.jupyter.widget-view+json": "no widget"}


@pytest.mark.parametrize(
    ("cell", "stumble", "instead"),
    [
        (new_markdown_cell("![x](attachment:gone.png)"), "missing attachment", 'src="#missing"'),
        (new_code_cell("", outputs=[new_output("display_data", data=WIDGET)]), "indices", "left out"),
    ],
    ids=["attachment", "widget"],
)
def test_what_the_template_stumbles_over_is_taken_out(cell, stumble, instead, tmp_path):
    with pytest.raises(Exception, match=stumble):
        page_of([cell], tmp_path)
    notebook = new_notebook(cells=[cell])
    make_harmless(notebook, set())
    assert instead in page_of(notebook.cells, tmp_path).read_text()


def test_scores_stay_what_they_were():
    graded = {
        "grade": True,
        "solution": False,
        "locked": True,
        "task": False,
        "points": 5,
        "grade_id": "g",
        "schema_version": 3,
    }
    endings = [
        [],
        [new_output("execute_result", data={"text/plain": "2.5", "text/html": "<b onclick=x>2.5</b>"}, execution_count=1)],
        [new_output("error", ename="AssertionError", evalue="<script>", traceback=["no"])],
        [new_output("stream", name="stderr", text="warning\u202e")],
    ]
    for outputs in endings:
        cell = new_code_cell("assert True", outputs=outputs, metadata={"nbgrader": {**graded, "cell_type": "code"}})
        changed = new_notebook(cells=[copy.deepcopy(cell)])
        make_harmless(changed, set())
        assert utils.determine_grade(changed.cells[0]) == utils.determine_grade(cell)
        assert changed.cells[0].source == cell.source
