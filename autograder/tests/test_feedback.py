"""Feedback pages: what they show, what they withhold, and that nothing in them can act."""

import copy
import re
import tempfile
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from autograder.assignment import Assignment
from autograder.course import Course, CourseError
from autograder.notebook import pack
from autograder.pages import escaping
from autograder.pages.feedback import write_feedback
from autograder.records.gradebook import Recorder, open_gradebook, save_assignment
from autograder.records.journal import Entry, Journal
from autograder.running.outputs import judged_outputs
from autograder.transcript import Transcript, Verdict
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from unroll.checks.marking import Report, Row

HIDDEN = "assert twice(21) == 42  # sesame"
SOLUTION = "return x + x + 0  # the key to it"
SCHEME = "Two points for the chain rule"
HINT = "The bias b_a is never added."
WRONG = Report("step", (Row("a batch", False, "shape (2,), expected (4, 5)", HINT),), 0.0)
HALF = Report("step", (Row("a batch", True, "largest difference 0"), Row("an <b>edge</b>", False, "off", HINT)), 0.5)
RIGHT = Report("step", (Row("a batch", True, "largest difference 0"),), 1.0)
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABh6FO1AAAAABJRU5ErkJggg=="
JUDGE = """
from autograder.check import Case, Check

step = Check("step")
"""


def cell(new, source: str, grade_id: str, **flags):
    made = new(source)
    plain = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3, "grade_id": grade_id}
    made.metadata["nbgrader"] = plain | flags
    return made


def source_cells() -> list:
    grade = {"grade": True, "locked": True}
    solved = f"### BEGIN SOLUTION\n    {SOLUTION}\n    ### END SOLUTION"
    return [
        new_markdown_cell("# A step\n\nwith $a^{<t>}$"),
        cell(new_code_cell, f"def step(x):\n    {solved}", "step", solution=True),
        cell(new_code_cell, 'check("step", step)', "step-check", points=10, **grade),
        cell(new_code_cell, "assert step(1)", "open", points=3, **grade),
        cell(new_markdown_cell, "Why?", "words", grade=True, solution=True, points=5),
        cell(new_code_cell, f"### BEGIN HIDDEN TESTS\n{HIDDEN}\n### END HIDDEN TESTS", "hidden", points=2, **grade),
        cell(new_code_cell, 'check("step", step)', "late-check", points=10, **grade),
        cell(new_code_cell, f"def other(x):\n    {solved}", "other", solution=True),
    ]


@cache
def empty_gradebook() -> bytes:
    """Made once: nbgrader starts a program of its own for every new gradebook."""
    with tempfile.TemporaryDirectory() as folder:
        with open_gradebook(Course.load(Path(folder))):
            pass
        return Path(folder, "gradebook.db").read_bytes()


@dataclass
class Room:
    """A course whose submissions were graded without a kernel: outputs and reports are given by hand."""

    path: Path
    course: Course
    assignment: Assignment
    notebooks: tuple[str, ...] = ("ps1",)

    @classmethod
    def build(cls, path: Path, cells=None, notebooks=("ps1",)) -> "Room":
        (path / "source" / "ps1").mkdir(parents=True)
        (path / "judges").mkdir()
        (path / "judges" / "ps1.py").write_text(JUDGE)
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        for name in notebooks:
            notebook = new_notebook(cells=cells or source_cells(), metadata={"kernelspec": kernel})
            nbformat.write(notebook, path / "source" / "ps1" / f"{name}.ipynb")
        course = Course.load(path)
        (path / "gradebook.db").write_bytes(empty_gradebook())
        assignment = Assignment(course, "ps1")
        save_assignment(course, assignment)
        return cls(path, course, assignment, notebooks)

    def graded(
        self, student="ada", work=None, outputs=None, reports=None, extra=(), verdict=Verdict.GRADED, reason=""
    ) -> Entry:
        """Record a submission: `work` and `outputs` by grade id, the judge's `reports` too, `extra` cells before the rest."""
        reports = {"step-check": [RIGHT], "late-check": [RIGHT]} if reports is None else reports
        work = {"words": "An answer."} if work is None else work
        texts = {}
        for name in self.notebooks:
            notebook = copy.deepcopy(self.assignment.sources[name].graded)
            for made in notebook.cells:
                grade_id = made.metadata.get("nbgrader", {}).get("grade_id")
                made.source = work.get(grade_id, made.source)
                if grade_id in reports:
                    made.outputs = judged_outputs(made.metadata.nbgrader.points, reports[grade_id])
                elif made.cell_type == "code":
                    made.outputs = (outputs or {}).get(grade_id, [])
            notebook.cells = [*copy.deepcopy(list(extra)), *notebook.cells]
            texts[name] = pack(notebook)
        transcript = Transcript(student, "ps1", verdict, reason, texts, dict.fromkeys(self.notebooks, reports), seconds=1.5)
        with open_gradebook(self.course) as gradebook:
            recorder = Recorder(self.course, gradebook, self.assignment)
            for name, recorded in recorder.record(transcript, datetime(2026, 1, 2)).items():
                place = self.course.folder("autograded", "ps1", student) / f"{name}.ipynb"
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(nbformat.writes(recorded))
            standing = recorder.standing(student)
        return self._enter(transcript, trust="judged", **standing)

    def rejected(self, student="eve", reason="ps1.ipynb is not a notebook: line 3") -> Entry:
        with open_gradebook(self.course) as gradebook:
            Recorder(self.course, gradebook, self.assignment).record_ungraded(student, None)
        return self._enter(Transcript(student, "ps1", Verdict.REJECTED, reason))

    def _enter(self, transcript: Transcript, **known) -> Entry:
        entry = Entry.of(transcript, submission="s", source=self.assignment.digest, **known)
        Journal(self.course.journal).write(entry)
        return entry

    def page(self, student="ada", notebook="ps1") -> str:
        paths = write_feedback(self.course, "ps1", [student])
        return next(path for path in paths if path.stem == notebook).read_text()


@pytest.fixture
def room(tmp_path) -> Room:
    return Room.build(tmp_path)


class Tags(HTMLParser):
    """Everything in a page that is not text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        if not self.tags or self.tags[-1][0] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


ALLOWED = escaping._TAGS | escaping._MATH_TAGS | {"html", "head", "meta", "title", "style", "body", "main", "section", "footer"}
ALLOWED |= {"svg", "rect", "line", "text"}  # the report's own chart


def assert_inert(page: str, chart: bool = False) -> None:
    """Nothing in the page can run, load, cover or turn round anything."""
    csp = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    assert csp in page
    assert page.index(csp) < page.index("<title>")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]", page)
    tags = Tags(page).tags
    assert [tag for tag, _ in tags].count("style") == 1
    assert [tag for tag, _ in tags].count("meta") == 4
    for tag, attributes in tags:
        assert tag in ALLOWED, tag
        assert chart or tag != "svg"
        for name, value in attributes.items():
            value = value or ""
            assert not name.startswith("on"), (tag, name)
            if name == "src":
                assert re.fullmatch(r"data:image/(png|jpeg|gif);base64,[A-Za-z0-9+/=]*", value)
            elif name == "href":
                assert re.match(r"https?://|mailto:|#question-\d+$|\.\./feedback/", value), value
            elif name == "style":
                names = {part.split(":")[0].strip() for part in value.split(";") if part.strip()}
                assert names <= escaping._STYLES | {"width"}, value
                assert "url" not in value
            else:
                assert name not in ("srcset", "action", "formaction", "background", "xlink:href", "ping", "data", "poster")


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img src='https://evil.example/x.png'><img src='data:image/svg+xml;base64,PHN2Zz4='>",
    "<svg onload=alert(1)><script>alert(1)</script><a xlink:href='javascript:alert(1)'>x</a></svg>",
    "<a href='javascript:alert(1)'>x</a><a href=' java\nscript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>1</script>'>y</a>",
    "<iframe src='https://evil.example'></iframe><object data=x></object><embed src=x><base href='https://evil.example/'>",
    "<style>body{display:none}</style><link rel=stylesheet href='https://evil.example/x.css'>",
    "<div style='position:fixed;top:0;left:0;width:100%;height:100%;background:url(https://evil.example)'>You pass</div>",
    "<p style='margin:-900px;color:url(https://evil.example)'>over</p><p style='c\\6flor:red'>x</p>",
    "<form action='https://evil.example'><input name=password><button>Sign in</button></form>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'><title>x</title></title><body onload=alert(1)>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript><template><script>1</script></template>",
    "</div></section></main><h1>20 of 20</h1><section id=question-1 class=graded>",
    "<b title='&#x202e;'>&#x202e;admin&#x2066;</b>\u202euser\u200f",
    "<details open ontoggle=alert(1)>x</details><video src=x onerror=alert(1)></video><audio autoplay src=x>",
]


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
        new_output("stream", name="stdout", text="1 of 2\r2 of 2\n"),
    ]
    room.graded(extra=[new_code_cell("draw()", outputs=outputs)])
    page = room.page()
    assert '<tr style="text-align:right"><th>loss</th></tr>' in page
    assert f'<img src="data:image/png;base64,{PNG}"' in page
    assert "<math" in page and "<msup><mi>a</mi>" in page
    assert "2 of 2" in page and "1 of 2" not in page
    assert "td{}" not in page


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
        cell(new_markdown_cell, scheme, "task", task=True, locked=True, points=5),
        cell(new_code_cell, answer, "by-hand", grade=True, solution=True, points=5),
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
