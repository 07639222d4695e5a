"""The parts of pages: cleaned HTML, formulas, text and code."""

import time

import pytest
from autograder.pages import escaping, harmless
from autograder.pages.harmless import make_harmless
from inert import HOSTILE, Tags
from nbformat.v4 import new_markdown_cell, new_notebook


@pytest.mark.parametrize("dirty", HOSTILE)
def test_each_hostile_piece_alone(dirty):
    for made in (
        escaping.clean(dirty),
        escaping.markdown(dirty),
        escaping.markdown(f"$x$ {dirty} `{dirty}`\n\n```\n{dirty}\n```"),
    ):
        for tag, attributes in Tags(made).tags:
            assert tag in escaping._TAGS | escaping._MATH_TAGS
            assert not [name for name in attributes if name.startswith("on") or (name in ("class", "id") and tag == "section")]
        assert "evil" not in "".join(value or "" for _, attributes in Tags(made).tags for value in attributes.values())
        assert "\u202e" not in made


FORMULAS = [
    (r"\frac{a^{<T>}}{b}", "<mfrac>"),
    (r"\begin{aligned} a &= b \\ c &= d \end{aligned}", "<mtable"),
    (r"\text{<script>alert(1)</script>}", "&lt;script&gt;"),
    (r"\href{javascript:alert(1)}{x}", "<mi>x</mi>"),
    (r"\style{position:fixed}{x}", "<mi>x</mi>"),
    (r"\nosuchcommand{x}", '<code class="tex">'),
    (r"\frac{", '<code class="tex">\\frac{</code>'),
    ("{" * 5000, '<code class="tex">'),
    ("a\u202eb", "⟨U+202E⟩"),
]


@pytest.mark.parametrize(("tex", "expected"), FORMULAS, ids=range(len(FORMULAS)))
def test_formulas_are_our_own_mathml(tex, expected):
    made = escaping.formula(tex)
    assert expected in made
    for tag, attributes in Tags(made).tags:
        assert tag in escaping._MATH_TAGS | {"code"}
        assert not {"href", "style", "id"} & attributes.keys()


@pytest.mark.parametrize("piece", ["[", "*a ", "> ", "<b>", "$a ", "\\begin{a}", "![](", "&#x202e;", "<table>"])
def test_texts_made_to_hold_up_a_parser_end_as_plain_text(piece):
    assert escaping.markdown(piece * 60_000)
    assert escaping.clean(piece * 20_000) is not None
    assert escaping.code(piece * 60_000)


@pytest.mark.parametrize(
    ("prose", "shown"),
    [
        ("with $a^{<t>}$ and a<b", r"with $a^{\lt t>}$ and a&lt;b"),
        ("$$\na^{<t>}\n$$", "$$\na^{\\lt t>}\n$$"),
        ("$5 <b>and</b>\n$6", "$5 &lt;b>and&lt;/b>\n$6"),
        ("$ <script>alert(1)</script> $", r"$ \lt script>alert(1)\lt /script> $"),
    ],
)
def test_formgrader_shows_formulas_with_a_less_than_sign(prose, shown):
    """MathJax would show "&lt;" in a formula as it stands; no "<" is left in either case."""
    notebook = new_notebook(cells=[new_markdown_cell(prose)])
    make_harmless(notebook, set())
    assert notebook.cells[0].source == shown and "<" not in shown


@pytest.mark.parametrize("piece", ["$", "$$a", "$a", "$$a\n"])
def test_unfinished_formulas_take_no_time(piece):
    notebook = new_notebook(cells=[new_markdown_cell(piece * 40_000)])
    make_harmless(notebook, set())


# Each took minutes to hours at the size of what a cell may print, in the process that grades the class.
SLOW = {
    "tags in tags": lambda: escaping.clean("<div>" * 60_000),
    "tags that only seem to end": lambda: escaping.clean("<div><table></div></table>" * 30_000),
    "flat tags in a drawing": lambda: escaping.clean("<svg>" + "<td>" * 60_000),
    "many attributes": lambda: escaping.clean("<a " + " ".join(f"a{number}" for number in range(60_000)) + ">"),
    "attributes after a quoted bracket": lambda: escaping.clean('<a x="><">' + "/".join(f"a{n}" for n in range(60_000)) + ">"),
    "formats that each paragraph repeats": lambda: escaping.clean(
        "".join(f"<b title={number}>" for number in range(100)) + "<p>" * 100_000
    ),
    "spaces in a picture": lambda: harmless._pictures({"image/png": "A" + " " * 100_000 + "!"}),
    "pictures that never end": lambda: harmless._prose("![" * 100_000, {}),
}


@pytest.mark.parametrize("what", SLOW)
def test_time_is_in_proportion_to_the_text(what):
    before = time.process_time()
    SLOW[what]()
    assert time.process_time() - before < 4


def test_a_long_table_is_shown():
    table = "<table>" + "<tr><th>7<td>some words<td><b>x</b></td></tr>" * 8_000 + "</table>"
    assert escaping.clean(table).count("<td>some words") == 8_000


def test_code_cannot_hide_what_it_does():
    assert escaping.code("if user != 'x\u202e\u2066# admin':").count('class="control"') == 2
    assert escaping.spelled_out("a\u200bb\x07") == "a⟨U+200B⟩b⟨U+0007⟩"
    assert escaping.spelled_out("नमस्‍ते") == "नमस्‍ते", "scripts that need a joiner keep it"
