"""The pages that people open, in a real browser."""

from pathlib import Path

import pytest

from tests.demo.course import ASSIGNMENT
from tests.looking import faint, sticking_out, without_text

pytestmark = pytest.mark.slow


def feedback_page(demo, student: str) -> Path:
    return demo.course / "feedback" / student / ASSIGNMENT / f"{ASSIGNMENT}.html"


@pytest.mark.parametrize("student", ["no_bias", "thief", "replaces_allclose", "endless_loop"])
def test_feedback_loads_nothing_and_fits(demo, visit, student):
    page, asked = visit(feedback_page(demo, student))
    assert asked == []
    assert page.evaluate("document.querySelectorAll('script, iframe, object, embed').length") == 0
    assert sticking_out(page) == without_text(page) == faint(page) == []


def test_feedback_names_the_misconception(demo, visit):
    page, _ = visit(feedback_page(demo, "no_bias"))
    assert page.get_by_text("the bias b_a is never added").first.is_visible()


def test_feedback_of_a_damaged_notebook_says_what_to_do(demo, visit):
    page, _ = visit(feedback_page(demo, "damaged"))
    assert "is not a notebook" in page.inner_text("body")


def test_report_counts_misconceptions_and_names_who_needs_a_look(demo, visit):
    page, asked = visit(demo.course / "report" / f"{ASSIGNMENT}.html")
    text = page.inner_text("body")
    assert asked == []
    assert "The bias b_a is never added" in text
    for student in ("damaged", "endless_loop", "memory_bomb", "kills_its_kernel"):
        assert student in text
    assert sticking_out(page) == faint(page) == []
