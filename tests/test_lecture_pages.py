"""The lectures as pages, light and dark, on a desk and on a telephone: nothing sticks out, all can be read."""

import pytest
from nbconvert import HTMLExporter

from tests.looking import faint, sticking_out, without_text

WIDTHS = (1280, 390)
# Code and prompts look as nbconvert's template has it: it cuts long lines off on a telephone, and its comments are faint.
OURS = ":is(.jp-RenderedMarkdown, .jp-OutputArea) :not(.highlight, .highlight *)"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_lecture_can_be_read(lecture, theme, browser):
    source, _ = HTMLExporter(theme=theme).from_notebook_node(lecture)
    page = browser.new_page()
    page.route("**/*", lambda route: route.abort())  # MathJax and the like, from the network
    page.set_content(source, wait_until="domcontentloaded")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert sticking_out(page, OURS) == [], width
    assert faint(page, OURS) == []
    assert without_text(page) == []
    page.close()


@pytest.fixture
def planted(browser):
    """A page whose parts are wrong in one way each, and others that are not."""
    page = browser.new_page(viewport={"width": 390, "height": 900})
    page.set_content("""
      <body style="margin:0;background:#111">
      <p style="width:500px" class="wide">wide</p>
      <div style="overflow:auto"><p style="width:500px">in a box that scrolls</p></div>
      <p style="color:#666" class="dim">dim</p>
      <p style="color:#666;background:white">on a ground of its own</p>
      <p style="color:#EEE">clear</p>
      <img src="data:," alt=" "><img src="data:," alt="A cat.">
    """)
    yield page
    page.close()


def test_what_is_planted_is_found(planted):
    assert [line.partition(":")[0] for line in sticking_out(planted)] == ["P wide"]
    dim = faint(planted)
    assert any("P dim: dim" in line for line in dim) and not any("own" in line or "clear" in line for line in dim)
    assert len(without_text(planted)) == 1
