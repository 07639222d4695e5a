"""Slides in a page without a kernel: the slider changes what is seen, by mouse and by keyboard."""

from unittest.mock import MagicMock

import matplotlib
import pytest

matplotlib.use("Agg")

import matplotlib.pyplot as plt
from unroll import plots

pytestmark = pytest.mark.slow


@pytest.fixture
def page(browser, monkeypatch):
    """A page with slides of three figures, as a notebook converted to HTML has it."""
    shown = []
    monkeypatch.setattr("IPython.get_ipython", MagicMock())
    monkeypatch.setattr("IPython.display.display", lambda bundle, metadata, raw: shown.append(bundle["text/html"]))
    with plots.slides("Three lines"):
        for number in range(3):
            plt.plot([0, number])
            plots.figure(f"line {number}", alt=f"A line to {number}.")
    page = browser.new_page()
    page.set_content(shown[0])
    yield page
    page.close()


def seen(page):
    return [image.get_attribute("alt") for image in page.locator("img").all() if image.is_visible()]


def test_the_slider_changes_what_is_seen(page):
    assert seen(page) == ["A line to 2."]
    page.get_by_role("slider", name="Three lines").fill("0")
    assert seen(page) == ["A line to 0."]
    assert page.get_by_text("line 0").is_visible()
    assert not page.get_by_text("line 2").is_visible()


def test_the_keyboard_moves_it(page):
    page.get_by_role("slider").focus()
    page.keyboard.press("ArrowLeft")
    assert seen(page) == ["A line to 1."]
