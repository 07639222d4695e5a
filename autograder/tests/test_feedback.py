"""Feedback pages: what they show, what they withhold, and that nothing in them can act."""

import base64
import zipfile

import pytest
from autograder.course import CourseError
from autograder.pages import feedback
from autograder.pages.feedback import write_feedback
from autograder.pages.handback import write_archive
from autograder.pages.harmless import make_harmless
from autograder.records.gradebook import open_gradebook
from autograder.transcript import Remark, Verdict
from courses import graded_cell
from inert import HOSTILE, Tags, assert_inert
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from rooms import HALF, HIDDEN, HINT, JUDGE, PNG, RIGHT, SCHEME, SOLUTION, WRONG, Room
from unroll.checks.marking import Report, Row

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script><rect width="9" height="9"/></svg>'


@pytest.fixture
def room(tmp_path) -> Room:
    return Room.build(tmp_path)


def test_hostile_outputs_and_prose_are_inert(room):
    outputs = [new_output("display_data", data={"text/html": dirty, "text/plain": dirty}) for dirty in HOSTILE]
    outputs += [
        new_output("execute_result", data={kind: "alert(1)", "text/plain": "plain"})
        for kind in ("application/javascript", "image/svg+xml", "application/vnd.jupyter.widget-view+json")
    ]
    outputs += [
        new_output("display_data", data={"image/png": '"><script>alert(1)</script>'}),
        new_output("display_data", data={"text/markdown": "\n\n".join(HOSTILE), "text/plain": ""}),
        new_output("display_data", data={"text/latex": r"$\text{<script>alert(1)</script>}$"}),
        new_output("stream", name="stdout", text="".join(HOSTILE) + "\x1b[31mred\x1b[0m\x1b]8;;http://e\x07link"),
        new_output("error", ename="E", evalue="<script>", traceback=["\x1b[0;31m<script>alert(1)</script>\x1b[0m"]),
    ]
    prose = "\n\n".join(
        [
            *HOSTILE,
            "![x](https://evil.example/x.png) [y](javascript:alert(1)) <http://ok.example>",
            "![\"onerror=alert(1) $x$](attachment:a.png) $\\href{javascript:alert(1)}{x}$ <b title='$x$'>t</b>",
        ]
    )
    extra = [new_code_cell("x = '</pre><script>alert(1)</script>\u202e'", outputs=outputs), new_markdown_cell(prose)]
    extra[1]["attachments"] = {"a.png": {"image/png": '"><script>', "image/svg+xml": "PHN2Zz4="}}
    room.graded(student="<img src=x onerror=alert(1)>", extra=extra, reports={"step-check": [HALF]}, work={"words": prose})
    page = room.page("<img src=x onerror=alert(1)>")
    assert_inert(page)
    assert "\x1b" not in page
    assert "red" in page
    assert '<span class="control">U+202E</span>' in page
    assert "an &lt;b&gt;edge&lt;/b&gt;" in page


def test_tables_pictures_and_formulas_stay(room):
    frame = "<style scoped>td{}</style><table border='1' class='dataframe'><tr style='text-align: right;'><th>loss</th></tr>"
    outputs = [
        new_output("display_data", data={"text/html": frame}),
        new_output("display_data", data={"image/png": PNG}),
        new_output("display_data", data={"image/svg+xml": SVG, "text/plain": "<Figure size 640x480>"}),
        new_output("display_data", data={"image/svg+xml": '<!DOCTYPE svg [<!ENTITY a "aa">]>' + SVG}),
        new_output("stream", name="stdout", text="1 of 2\r2 of 2\n"),
    ]
    room.graded(extra=[new_code_cell("draw()", outputs=outputs)])
    page = room.page()
    assert '<tr style="text-align:right"><th>loss</th></tr>' in page
    assert f'<img src="data:image/png;base64,{PNG}"' in page
    assert page.count(f'<img src="data:image/svg+xml;base64,{base64.b64encode(SVG.encode()).decode()}"') == 1
    assert "[a drawing that cannot be shown]" in page and "<Figure" not in page
    assert "<math" in page and "<msup><mi>a</mi>" in page
    assert "2 of 2" in page and "1 of 2" not in page
    assert "td{}" not in page


UNSEEN = {
    "audio": {"text/html": "<audio controls src='data:audio/wav;base64,AA'></audio>", "text/plain": "<Audio>"},
    "iframe": {"text/html": "<iframe src='https://x.org'></iframe>", "text/plain": "<IFrame>"},
    "img": {"text/html": "<img src='https://x.org/a.png'>"},
    "script": {"text/html": "<p>Figure 1</p><SCRIPT>draw()</SCRIPT>"},
    "application/pdf": {"application/pdf": "JVBERi0=", "text/plain": "<Figure size 640x480>"},
    "application/vnd.plotly.v1+json, script": {
        "application/vnd.plotly.v1+json": {"data": []},
        "text/html": "<div><script>Plotly.newPlot()</script></div>",
    },
    "application/x-&lt;b&gt;": {"application/x-<b>": "x"},
}
SEEN = [
    {"application/vnd.plotly.v1+json": {}, "text/html": "<script>1</script>", "image/png": PNG},
    {"application/vnd.jupyter.widget-view+json": {}, "text/plain": "IntSlider(value=0)"},
    {"text/html": f"<img src='data:image/png;base64,{PNG}'><table><tr><td>7</td></tr></table>", "text/plain": "x"},
]


@pytest.mark.parametrize("what", UNSEEN)
def test_what_no_page_shows_is_named_where_it_stood(room, what):
    output = new_output("display_data", data=UNSEEN[what])
    room.graded(extra=[new_code_cell("show()", outputs=[output])])
    assert f"[left out: {what}]" in room.page()
    plain, shown = UNSEEN[what].get("text/plain"), new_code_cell("show()", outputs=[output])
    make_harmless(new_notebook(cells=[shown]), set())
    assert f"[left out: {what}]" in shown.outputs[0].data["text/html"] and shown.outputs[0].data.get("text/plain") == plain


@pytest.mark.parametrize("data", SEEN)
def test_of_what_is_seen_nothing_is_said_to_be_left_out(room, data):
    output = new_output("display_data", data=data)
    room.graded(extra=[new_code_cell("show()", outputs=[output])])
    assert "[left out" not in room.page()
    shown = new_code_cell("show()", outputs=[output])
    make_harmless(new_notebook(cells=[shown]), set())
    assert "[left out" not in str(shown.outputs[0].data)


def test_of_very_long_work_the_end_is_plain_text(room, monkeypatch):
    monkeypatch.setattr(feedback, "_RENDERED", 100)
    room.graded(extra=[new_markdown_cell("*first*"), new_markdown_cell("x" * 100), new_markdown_cell("*last* <b>")])
    page = room.page()
    assert "<em>first</em>" in page and "<pre>*last* &lt;b&gt;</pre>" in page
    assert_inert(page)


def test_hidden_tests_solutions_and_schemes_never_appear(room):
    leak = new_output("stream", name="stdout", text=HIDDEN)
    early = new_output("stream", name="stdout", text="seen before")
    failed = new_output("error", ename="AssertionError", evalue="sesame", traceback=[HIDDEN])
    outputs = {"open": [early], "hidden": [failed], "other": [leak]}
    telling = Report("step", (Row("a batch", False, f"raises ValueError: {HIDDEN}", HINT),), 0.0)
    room.graded(
        outputs=outputs,
        work={"step": "def step(x): return 1", "other": "print(In)"},
        reports={"step-check": [RIGHT], "late-check": [telling]},
    )
    page = room.page()
    for secret in ("sesame", HIDDEN, SOLUTION, "the key to it"):
        assert secret not in page
    assert "seen before" in page
    assert page.count("From here on, output is not shown") == 1
    assert page.index("seen before") < page.index("From here on") < page.index("print</span>")
    assert HINT in Tags(page[page.index("From here on") :]).text, "the judge's own sentence comes from outside of the kernel"


def test_tasks_and_answers_not_handed_in_show_what_was_released(tmp_path):
    scheme = f"Prove it.\n### BEGIN MARK SCHEME\n{SCHEME}\n### END MARK SCHEME"
    answer = f"### BEGIN SOLUTION\nx = 1\n### END SOLUTION\n### BEGIN HIDDEN TESTS\n{HIDDEN}\n### END HIDDEN TESTS"
    cells = [
        graded_cell(new_markdown_cell(scheme), "task", task=True, locked=True, points=5),
        graded_cell(new_code_cell(answer), "by-hand", grade=True, solution=True, points=5),
    ]
    room = Room.build(tmp_path, cells)
    room.graded()
    page = room.page()
    assert SCHEME not in page and "sesame" not in page
    assert "Prove it." in page and "YOUR CODE HERE" in page


def test_output_of_later_notebooks_is_withheld_too(tmp_path):
    room = Room.build(tmp_path, notebooks=("a", "b"))
    room.graded(outputs={"open": [new_output("stream", name="stdout", text="left for the next one")]})
    assert "left for the next one" in room.page(notebook="a")
    assert "left for the next one" not in room.page(notebook="b")


@pytest.mark.parametrize("report", [WRONG, HALF])
def test_a_misconception_is_named(room, report):
    room.graded(reports={"step-check": [report], "late-check": [RIGHT]})
    words = Tags(room.page()).text
    assert "These are the numbers you get when the bias b_a is never added." in words
    assert f"{report.share * 10:g} of 10 points" in words


def test_scores_comments_and_penalty_are_the_gradebooks(room):
    room.graded(work={"words": "because $x$"})
    assert "not graded yet" in room.page()
    with open_gradebook(room.course) as gradebook:
        gradebook.update_or_create_assignment("ps1", duedate="2026-01-01 22:00:00 UTC")
        grade = gradebook.find_grade("words", "ps1", "ps1", "ada")
        grade.manual_score, grade.needs_manual_grade = 4, False
        gradebook.find_comment("words", "ps1", "ps1", "ada").manual_comment = "Nearly; see $z=0$ <script>"
        gradebook.find_submission("ps1", "ada").notebooks[0].late_submission_penalty = 1.5
        gradebook.db.commit()
    page = room.page()
    words = Tags(page).text
    assert "27.5 of 30 points" in words
    assert "2 h after the due date, which costs 1.5 points" in words
    assert "4 of 5" in words and "not graded yet" not in words
    assert "Nearly; see" in words
    assert_inert(page)


def test_a_page_begins_with_what_lost_points_and_why(room):
    failed = new_output("error", ename="AssertionError", evalue="too small", traceback=["AssertionError: too small"])
    room.graded(outputs={"open": [failed]}, reports={"step-check": [HALF], "late-check": [RIGHT]})
    page = room.page()
    first, _, rest = page.partition("Points by question")
    words = Tags(first).text
    assert "What lost points" in words
    assert "A step step-check 5 of 10 points" in words and HINT[0].lower() + HINT[1:] in words
    assert "A step open 0 of 3 points" in words and "AssertionError: too small" in words
    assert "late-check" not in words, "it has all of its points"
    assert '<details class="folded"><summary>Your notebook' in rest and '<div class="prose" dir="auto"><h1>' in rest
    assert "1 case passes" in words, "folded"
    assert first.count("<details") == first.count('<details class="lost" open>') + 2, "all else that lost points is open"


def test_with_all_points_it_says_so_and_folds_the_rest(room):
    room.graded()
    with open_gradebook(room.course) as gradebook:
        grade = gradebook.find_grade("words", "ps1", "ps1", "ada")
        grade.manual_score, grade.needs_manual_grade = 5, False
        gradebook.db.commit()
    words = Tags(room.page()).text
    assert "No question lost points." in words and "What lost points" not in words


def test_what_a_person_gave_before_a_regrade_waits_to_be_confirmed(room):
    room.graded()
    with open_gradebook(room.course) as gradebook:
        grade = gradebook.find_grade("words", "ps1", "ps1", "ada")
        grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 4, 2, False
        gradebook.find_comment("words", "ps1", "ps1", "ada").manual_comment = "Because of what?"
        gradebook.db.commit()
    room.graded()
    words = Tags(room.page()).text
    assert "4 of 5 points, and 2 extra credit, to be confirmed" in words
    assert "31 of 30 points" in words and "still to be given" not in words and "not graded yet" not in words
    assert words.index("Because of what?") < words.index("Points by question"), "the comment says why a point is missing"


def test_remarks_are_shown_to_the_student(room):
    room.graded(
        remarks={Remark.MISSING: "the cell that begins with `<import x>` stopped"}, verdict=Verdict.TIME, reason="a cell ran"
    )
    page = room.page()
    assert "About what you handed in: the cell that begins with <import x> stopped." in Tags(page).text
    assert "<code>&lt;import x&gt;</code>" in page


@pytest.mark.parametrize(
    ("verdict", "says"), [(Verdict.TIME, "time limit"), (Verdict.MEMORY, "memory"), (Verdict.CRASHED, "end")]
)
def test_an_unusual_end_is_explained(room, verdict, says):
    room.graded(verdict=verdict, reason="a cell <ran> long")
    words = Tags(room.page()).text
    assert says in words and "a cell <ran> long" in words


def test_a_rejected_submission_gets_a_page_that_says_what_to_do(room):
    room.rejected(reason="ps1.ipynb is missing; there is '<script>\u202e' instead")
    page = room.page("eve")
    assert_inert(page)
    assert "No grade yet" in page and "is missing; there is" in page and "What to do" in page


def test_a_notebook_that_was_not_handed_in_says_so(tmp_path):
    room = Room.build(tmp_path, notebooks=("a", "b"))
    room.graded()
    (room.course.folder("autograded", "ps1", "ada") / "b.ipynb").unlink()
    assert "b.ipynb was not in what you handed in" in Tags(room.page(notebook="b")).text


def test_pages_stand_where_nbgrader_has_them_and_stale_ones_go(room):
    room.graded()
    folder = room.path / "feedback"
    for stale in (folder / "ada/ps1/old.html", folder / "gone/ps1/ps1.html"):
        stale.parent.mkdir(parents=True)
        stale.write_text("stale")
    other = folder / "gone/ps2/ps2.html"
    other.parent.mkdir()
    other.write_text("of another assignment")
    assert write_feedback(room.course, "ps1") == [folder / "ada/ps1/ps1.html"]
    assert sorted(folder.rglob("*.html")) == [folder / "ada/ps1/ps1.html", other]
    assert [path.name for path in (folder / "ada/ps1").iterdir()] == ["ps1.html"]


def test_what_cannot_be_done_is_said(room):
    with pytest.raises(CourseError, match="has not been graded yet"):
        write_feedback(room.course, "ps1")
    with pytest.raises(CourseError, match="no assignment 'ps9'"):
        write_feedback(room.course, "ps9")
    room.graded()
    with pytest.raises(CourseError, match="zoe: no graded submission"):
        write_feedback(room.course, "ps1", ["zoe"])
    (room.path / "judges" / "ps1.py").write_text(JUDGE + "\n# changed\n")
    with pytest.raises(CourseError, match="changed since it was graded"):
        write_feedback(room.course, "ps1")


def test_feedback_goes_back_in_one_archive(room):
    room.graded("ada")
    pages = write_feedback(room.course, "ps1")
    path = room.path / "feedback.zip"
    assert zipfile.ZipFile(write_archive(room.course, "ps1", pages, path)).namelist() == ["ada/ps1.html"]
    with pytest.raises(CourseError, match=r"ada: without a Moodle number in roster\.csv"):
        write_archive(room.course, "ps1", pages, path, "moodle")
    (room.path / "roster.csv").write_text("id,name,lms_id\nada,Ada King,77\n")
    archive = zipfile.ZipFile(write_archive(room.course, "ps1", pages, path, "moodle"))
    assert archive.namelist() == ["Ada King_77_assignsubmission_file_/ps1.html"]
    assert archive.read(archive.namelist()[0]) == pages[0].read_bytes()
