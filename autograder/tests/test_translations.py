"""Feedback in other languages: every sentence is in the catalogue, and code and quotations keep their direction."""

import re
import time
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
import unroll.checks
from autograder.course import Course, CourseError
from autograder.pages.language import PLACE, Language, course_language
from autograder.pages.recorded import translated, translated_html
from autograder.records.gradebook import open_gradebook
from autograder.transcript import Remark, Verdict
from babel.messages.checkers import python_format
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from hypothesis import given, settings
from hypothesis import strategies as st
from inert import assert_inert
from nbformat.v4 import new_output
from rooms import HALF, HINT, PNG, RIGHT, WRONG, Room
from unroll.checks.comparison import Comparison
from unroll.checks.display import as_html
from unroll.checks.marking import Question, ask, mark

import autograder

PACKAGE = Path(autograder.__file__).parent
SAID = {  # in verdicts, remarks and reports, which are recorded in English
    sentence
    for folder in (PACKAGE, Path(unroll.checks.__file__).parent)
    for _, _, sentence, _, _ in extract_from_dir(folder, [("**.py", "python")], keywords={"said": None})
}
TECHNICAL = {"ipynb", "None", "return", "dtype", "bool", "int", "Keras", "timestamp", "txt", "nbgrader", "nbformat", "UTF"}
TRANSLATED = "بایاس b_a هرگز افزوده نمی‌شود."


class Ours(HTMLParser):
    """The words of a page that are neither code nor someone else's."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self._inside: list[str] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        foreign = (
            tag in ("bdi", "code", "pre", "style", "title")
            or dict(attrs).get("lang") == "en"
            or dict(attrs).get("dir") == "auto"
        )
        if tag not in ("meta", "br", "img") and (foreign or self._inside):
            self._inside.append(tag)

    def handle_endtag(self, tag):
        if self._inside and tag == self._inside[-1]:
            self._inside.pop()

    def handle_data(self, data):
        if not self._inside:
            self.words.append(data)


def speaks(path: Path, code: str) -> Course:
    """The course in a folder, with a language."""
    (path / "nbgrader_config.py").write_text(f"c = get_config()\nc.Course.language = {code!r}\n")
    return Course.load(path)


@pytest.fixture(scope="module")
def persian(tmp_path_factory) -> Language:
    return course_language(speaks(tmp_path_factory.mktemp("course"), "fa"))


@pytest.fixture
def room(tmp_path) -> Room:
    room = Room.build(tmp_path)
    return Room(room.path, speaks(tmp_path, "fa"), room.assignment, room.notebooks)


def test_every_sentence_is_in_the_catalogue_and_none_that_is_not_used():
    patterns = [("templates/**.html", "jinja2"), ("**.py", "python")]
    options = {"templates/**.html": {"newstyle_gettext": "true", "trim_blocks": "true"}}
    found = SAID | {sentence for _, _, sentence, _, _ in extract_from_dir(PACKAGE, patterns, options)}
    for path in PACKAGE.glob("languages/*.po"):
        with open(path, "rb") as file:
            catalogue = read_po(file, abort_invalid=True)
        known = {message.id for message in catalogue if message.id and message.string and not message.fuzzy}
        assert found == known, path.name
        for message in catalogue:
            python_format(catalogue, message)  # raises where a translation drops or invents a placeholder


def test_a_persian_page_has_no_english_sentence_of_ours(room):
    failed = new_output("error", ename="AssertionError", evalue="too small", traceback=["AssertionError: too small"])
    picture = new_output("display_data", data={"image/png": PNG})
    reports = {"step-check": [HALF], "late-check": [WRONG]}
    room.graded("ada", outputs={"open": [failed, picture]}, reports=reports, verdict=Verdict.TIME, reason="a cell ran for 20 s")
    room.graded("bob", work={}, remarks={Remark.MISSING: "`import x` stopped"})
    room.rejected("eve")
    with open_gradebook(room.course) as gradebook:
        gradebook.update_or_create_assignment("ps1", duedate="2025-12-30 22:00:00 UTC")
        for student, penalty in (("ada", 1.5), ("bob", None)):
            gradebook.find_submission("ps1", student).notebooks[0].late_submission_penalty = penalty
        grade = gradebook.find_grade("open", "ps1", "ps1", "bob")
        grade.extra_credit = 1
        gradebook.db.commit()
    (room.path / "autograded/bob/ps1/ps1.ipynb").unlink()
    for student in ("ada", "bob", "eve"):
        page = room.page(student)
        assert '<html lang="fa" dir="rtl">' in page
        assert_inert(page)
        left = re.findall("[A-Za-z]{3,}", " ".join(Ours(page).words))
        assert set(left) <= {"ipynb", "Jupyter"}, student


def left_of(translation: str) -> set[str]:
    """The English words of a translation that stand for themselves, not for a place's value."""
    return set(re.findall("[A-Za-z]{2,}", re.sub("<bdi[^>]*>.*?</bdi>|<code>.*?</code>", " ", translation, flags=re.DOTALL)))


def kept_in(translation: str) -> list[str]:
    """The English words of a translation that were left as values of places, or because they were not found."""
    return re.findall("[A-Za-z]{4,}", " ".join(re.findall("<bdi[^>]*>(.*?)</bdi>", translation, flags=re.DOTALL)))


@pytest.mark.parametrize("sentence", sorted(SAID))
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_every_recorded_sentence_is_found_again(persian, sentence, data):
    values = st.sampled_from(
        ["x", "dW_ax", "(4, 5)", "[0, 1]", "3", "1e-07", "'a b.ipynb'", "a_next, c_next", "ValueError: off"]
    )
    recorded = sentence % {name: data.draw(values) for name in PLACE.findall(sentence)}
    ours = set(re.findall("[A-Za-z]{4,}", PLACE.sub(" ", sentence))) - TECHNICAL
    for whole in (recorded, f"dx: {recorded}" if "; " in recorded else f"dx: {recorded}; {recorded}"):
        found = translated(whole, persian)
        assert left_of(found) <= TECHNICAL
        assert ours.isdisjoint(kept_in(found)), found


ANSWERS = {
    "right": lambda x: (2 * x, "two", x + 1),
    "nothing": lambda x: None,
    "too few": lambda x: 2 * x,
    "text": lambda x: (["a"], "two", x + 1),
    "rows": lambda x: ([[1], [1, 2]], "two", x + 1),
    "kind": lambda x: (x.astype(str), "tow", x + 1),
    "shape": lambda x: ((2 * x)[:, None], "two", x[:1]),
    "numbers": lambda x: (3 * x, "tow", x),
    "error": lambda x: x["shape (2,), expected (3,)"],
    "touched": lambda x: (2 * x, "two", np.add(x, 1, out=x)),
}


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_judges_report_is_persian(persian, answer):
    questions = [
        Question(label, (x := np.arange(1.0, 4.0) + shift,), ("x",), (2 * x, "two", x + 1), calls=calls)
        for label, shift, calls in (("no values", 0, 1), ("a cell apart", 1, 2), ("another one", 2, 1))
    ]
    comparison = Comparison(returns=("twice", "word", "next"))
    answers = [ask(ANSWERS[answer], question.arguments, question.calls) for question in questions]
    report = mark("twice", questions, answers, comparison)
    for recorded in (as_html(report), as_html(replace(report, rows=report.rows[:1]))):
        page = translated_html(recorded, persian)
        assert left_of(re.sub("<(?!/?(bdi|code))[^>]*>", " ", page)) <= TECHNICAL
        if answer != "error":  # whose message has such words
            assert {"differs", "expected", "largest", "returns", "right", "same", "cases"}.isdisjoint(kept_in(page)), page
        for label in ("no values", "a cell apart"):
            assert label not in recorded or label in page, "an author's words, though sentences of ours could be read into them"


def test_an_authors_sentence_is_not_cut_where_one_of_ours_could_be_joined(persian):
    theirs = "a and x are joined in the wrong order: W_a asks for [a, x], or so; a state is lost."
    assert translated(theirs, persian) == f'<bdi dir="ltr">{theirs}</bdi>'
    hint = translated(f"These are the numbers you get when {theirs}", persian)
    assert hint.endswith(f'<bdi dir="ltr">{theirs}</bdi>')


def test_numbers_keep_their_sign_on_the_left(persian):
    assert '<bdi dir="ltr">-0.5</bdi>' in translated("yours -0.5, expected 0.5", persian)
    assert "<bdi>مدل: -1</bdi>" in translated("raises مدل: -1", persian)


def test_what_a_student_wrote_stays_what_it_is(persian):
    evil = "raises ValueError: <script>alert(1)</script> shape (2,), expected (3,)\u202e"
    page = translated(evil, persian)
    assert "<script>" not in page and "\u202e" not in page and "&lt;script&gt;" in page
    assert "script" not in translated_html(f"<div><p>{'no answer; ' * 400}</p><script>alert(1)</script></div>", persian)
    started = time.perf_counter()
    for hard in ("; " * 400, "a: " * 300, "differs first at : yours , expected " * 25, "returns , expected  values: " * 30):
        translated(hard, persian)
    assert time.perf_counter() - started < 20


def test_a_course_translates_its_misconceptions_and_what_else_it_wants(room):
    (room.path / "translations").mkdir()
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    own = f'msgid "{HINT}"\nmsgstr "{TRANSLATED}"\n\nmsgid "Points"\nmsgstr "نمره"\n'
    (room.path / "translations" / "fa.po").write_text(header + own)
    room.graded(reports={"step-check": [WRONG], "late-check": [WRONG]})
    page = room.page()
    assert page.count(TRANSLATED) == 4, "where points were lost, and in the notebook, before hidden tests and after"
    assert HINT[4:] not in page
    assert ">نمره<" in page and ">پرسش<" in page


def test_without_the_setting_pages_are_english(tmp_path):
    room = Room.build(tmp_path)
    room.graded(reports={"step-check": [WRONG], "late-check": [RIGHT]})
    page = room.page()
    assert '<html lang="en" dir="ltr">' in page and "What lost points" in page


@pytest.mark.parametrize(
    ("code", "says"),
    [("de", "there is no catalogue. Put one at"), ("../fa", "which is no language"), ("", "which is no language")],
)
def test_a_language_that_is_not_there_is_refused(tmp_path, code, says):
    with pytest.raises(CourseError, match=says):
        course_language(speaks(tmp_path, code))


def test_a_damaged_catalogue_is_named(tmp_path):
    (tmp_path / "translations").mkdir()
    (tmp_path / "translations" / "fa.po").write_text("msgid nothing\n")
    with pytest.raises(CourseError, match=r"fa\.po cannot be read as a gettext catalogue"):
        course_language(speaks(tmp_path, "fa"))
