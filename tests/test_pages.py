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


def test_tables_of_the_report_are_sorted_and_filtered_from_the_keyboard(demo, visit):
    page, _ = visit(demo.course / "report" / f"{ASSIGNMENT}.html")
    table = page.locator("table.sortable", has=page.get_by_role("columnheader", name="Verdict"))
    score = table.get_by_role("button", name="Score")
    score.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    scores = table.locator("td[data-label=Score]").evaluate_all("cells => cells.map(cell => Number(cell.dataset.value))")
    assert scores == sorted(scores, reverse=True) and len(set(scores)) > 2
    assert table.locator("th[aria-sort=descending]").inner_text().startswith("Score")
    field = page.locator(".filter", has=page.get_by_label("Show rows with")).nth(
        2
    )  # questions and who needs a look come before
    field.get_by_role("searchbox").fill("LOOP endless")
    assert table.locator("tbody tr:visible").all_inner_texts()[0].startswith("endless_loop")
    assert field.get_by_role("status").inner_text() == f"1 of {len(scores)}"


def test_questions_are_sorted_from_the_keyboard(demo, visit):
    page, _ = visit(demo.course / "report" / f"{ASSIGNMENT}.html")
    table = page.locator("table.sortable", has=page.get_by_role("columnheader", name="Tells apart"))
    for column in ("Mean", "All", "None", "Tells apart"):
        button = table.get_by_role("button", name=column)
        button.focus()
        page.keyboard.press("Space")
        place = button.locator("xpath=ancestor::th").evaluate("header => header.cellIndex")
        values = table.locator("tbody tr").evaluate_all(f"rows => rows.map(row => Number(row.cells[{place}].dataset.value))")
        assert values == sorted(values) and len(set(values)) > 2, column
    page.locator(".filter").first.get_by_role("searchbox").fill("softmax")
    assert table.locator("tbody tr:visible").count() == 1


def test_paper_shows_what_is_folded_but_for_what_only_a_screen_is_for(demo, visit):
    page, _ = visit(demo.course / "report" / f"{ASSIGNMENT}.html")
    page.emulate_media(media="print")
    assert page.get_by_text("confused_01, no_bias").first.is_visible()
    assert page.locator("details", has=page.locator("> summary", has_text="Each run")).locator("table").is_hidden()


def test_the_report_fits_a_phone_and_paper(demo, visit):
    page, _ = visit(demo.course / "report" / f"{ASSIGNMENT}.html")
    page.set_viewport_size({"width": 400, "height": 900})
    assert sticking_out(page) == []
    page.set_viewport_size({"width": 718, "height": 900})  # A4 between Chromium's margins
    page.emulate_media(media="print")
    assert sticking_out(page) == []
    assert (
        page.evaluate("[...document.querySelectorAll('.table')].filter(box => box.scrollWidth > box.clientWidth + 1).length")
        == 0
    )
