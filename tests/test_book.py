"""What the book is made from: links, sections of files, lectures without their pictures' data."""

import base64
import io
import re
import zipfile
from xml.etree import ElementTree

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

from tests.lessons import LECTURES, prose
from tools.book.by_deck import Section, decks_of, index, place, sections, topics_of
from tools.book.downloads import OF_A_LECTURE, OF_ALL, link_downloads
from tools.book.epub import declare_mathematics, mathml, valid, well_formed
from tools.book.lecture import lecture_page, ways_to_run
from tools.book.links import REPOSITORY, slug, with_links
from tools.book.mathematics import in_parts, signs
from tools.book.pages import PAGES, page_of_file, page_text, section
from tools.lite.notebooks import NOTEBOOKS, address
from tools.npm import SITE

PAGES_OF_FILES = {"lectures/README.md": "lectures.md", "lectures/05_gru.ipynb": "lectures/05_gru.ipynb"}


@pytest.mark.parametrize(
    ("title", "anchor"),
    [
        ("Where to start: ", "Where-to-start:-$a^{<0>}$"),
        ("Errata: , and greedy decoding", "Errata:-$T-=-0$,-and-greedy-decoding"),
        ("A class with step", "A-class-with-`step`"),
    ],
)
def test_a_heading_and_its_anchor_in_jupyter_have_one_slug(title, anchor):
    assert slug(title) == slug(anchor)  # MyST gives a heading's words and code, without its mathematics


@pytest.mark.parametrize(
    ("link", "there"),
    [
        ("[a](05_gru.ipynb#The-full-GRU)", "[a](lectures/05_gru.ipynb#the-full-gru)"),
        ("[a](README.md)", "[a](lectures.md)"),
        ("[a](../LICENSE)", f"[a]({REPOSITORY}/blob/main/LICENSE)"),
        ("[a](https://example.org/b)", "[a](https://example.org/b)"),
        ("`rows[0](x)`", "`rows[0](x)`"),
    ],
)
def test_a_link_leads_to_the_page_of_its_file(link, there):
    assert with_links(link, "lectures/README.md", "decks.md", PAGES_OF_FILES) == there


def test_a_section_is_a_page_of_its_own():
    text = "# All\n\n## One\n\na\n\n### In one\n\nb\n\n## Two\n\nc\n"
    assert section(text, "## One") == "# One\n\na\n\n## In one\n\nb\n\n"
    assert section(text, "# All") == "# All\n\n"
    with pytest.raises(LookupError, match="## Three"):
        section(text, "## Three")


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_every_page_begins_with_its_title(page):
    assert page_text(page, page_of_file()).startswith("# ")


@pytest.fixture
def notebook():
    """A cell that installs, a fold with a picture 12 CSS pixels wide, and prose."""
    stream = io.BytesIO()
    Image.new("RGB", (18, 6), "red").save(stream, format="PNG")
    png = base64.b64encode(stream.getvalue()).decode()
    figure = f'<figure><img src="data:image/png;base64,{png}" alt="Red." width="12" style="x"><figcaption>At $c_0$</figcaption></figure>'
    output = new_output("display_data", {"text/html": figure, "image/png": png, "text/plain": "Figure: At c."})
    cells = [
        new_code_cell('if "google.colab" in sys.modules: ...'),
        new_code_cell("# @title Draw it\ndraw()", outputs=[output], metadata={"tags": ["hide-input"]}),
        new_markdown_cell("Prose."),
    ]
    return new_notebook(cells=cells, metadata={"unroll": {"digest": "0"}})


def test_a_lecture_is_made_into_a_page(notebook, tmp_path):
    page = lecture_page(notebook, tmp_path, "../figures")
    fold, prose = page.cells
    assert (fold.source, fold.metadata["mystnb"]["code_prompt_show"], prose.source) == ("draw()", "Draw it", "Prose.")
    assert "unroll" not in page.metadata

    (file,) = tmp_path.iterdir()
    assert Image.open(file).getpixel((0, 0)) == (255, 0, 0)
    (output,) = fold.outputs
    assert list(output.data) == ["text/html"]
    assert (
        f'<img src="../figures/{file.name}" alt="Red." width="12" height="4" loading="lazy" style="x">'
        in output.data["text/html"]
    )
    assert r"\(c_0\)" in output.data["text/html"]


@pytest.mark.parametrize(("width", "scrolls"), [(600, False), (900, True)])
def test_a_wide_picture_scrolls_on_a_telephone(notebook, width, scrolls, tmp_path):
    (output,) = notebook.cells[1].outputs
    output.data["text/html"] = output.data["text/html"].replace('width="12"', f'width="{width}"')
    page = lecture_page(notebook, tmp_path, "../figures").cells[0].outputs[0].data["text/html"]
    assert ('<div class="wide"><img src=' in page) is scrolls
    assert re.search(r'style="x">(</div>)?<figcaption>', page)


def test_a_sound_is_a_file_of_its_own(notebook, tmp_path):
    audio = '<audio controls="controls" ><source src="data:audio/wav;base64,QUI=" type="audio/wav" /></audio>'
    notebook.cells[1].outputs = [new_output("display_data", {"text/html": audio})]
    (output,) = lecture_page(notebook, tmp_path, "../figures").cells[0].outputs
    (file,) = tmp_path.iterdir()
    assert file.read_bytes() == b"AB"
    assert output.data["text/html"] == audio.replace("data:audio/wav;base64,QUI=", f"../figures/{file.name}")


@pytest.mark.parametrize(("printed", "tags"), [("▤ a: 1\n  2\n", ["hide-input", "claims"]), ("a  1\n✓ b\n", ["hide-input"])])
def test_lines_of_claims_are_marked(notebook, printed, tags, tmp_path):
    notebook.cells[1].outputs = [new_output("stream", text=printed)]
    assert lecture_page(notebook, tmp_path, "../figures").cells[0].metadata["tags"] == tags


def test_the_notebook_stays_as_it_is(notebook, tmp_path):
    before = str(notebook)
    lecture_page(notebook, tmp_path, "../figures")
    assert str(notebook) == before


def test_a_lecture_offers_the_browser_only_where_it_runs_there():
    there, not_there = ways_to_run("lectures/02_rnn_step.ipynb").source, ways_to_run("lectures/05_gru.ipynb").source
    assert f'href="../{address("lectures/02_rnn_step.ipynb")}"' in there
    assert "lite/" not in not_there and "Keras does not run in the browser" in not_there
    assert all("colab.research.google.com/github/" in text for text in (there, not_there))


def test_the_page_about_the_browser_names_every_notebook_that_runs_there():
    page = (SITE / "pages" / "browser.md").read_text(encoding="utf-8")
    assert re.findall(r'href="(lite/[^"]*)"', page) == sorted(map(address, NOTEBOOKS))


@pytest.mark.parametrize(
    ("latex", "parts"),
    [
        (r"a = b \qquad c = \{d\} \quad e", r"{a = b} \qquad {c = \{d\}} \quad {e}"),
        (r"\begin{cases} 1 \\ 2 \end{cases} \qquad a", r"{\begin{cases} 1 \\ 2 \end{cases}} \qquad {a}"),
        (r"\underbrace{a \qquad b}_{c}", r"\underbrace{a \qquad b}_{c}"),
        (r"\left( a \quad b \right)", r"\left( a \quad b \right)"),
        (r"a \quad b \\ c", r"a \quad b \\ c"),
        ("a = b", "a = b"),
    ],
)
def test_an_equation_breaks_between_its_parts(latex, parts):
    assert in_parts(latex) == parts


def test_the_signs_of_a_formula_are_counted_as_they_are_set():
    assert signs(r"\tilde{c}^{<t>} = \{\Gamma_u\}") == 10  # ~ c < t > = { Γ u }


def test_output_in_an_epub_is_well_formed():
    slides = (
        '<figure><div data-frame hidden><img src="a.png"></div><div data-frame><img src="b.png"></div><input type="range">'
        '<figcaption>At <span class="math">\\(c_0\\)</span></figcaption></figure>'
    )
    figure = ElementTree.fromstring(well_formed(slides))
    assert [image.get("src") for image in figure.iter("img")] == ["b.png"]
    assert not list(figure.iter("input"))
    assert [part.text for part in figure.iter() if part.tag.endswith("mi")] == ["c"]


def test_a_sound_and_a_link_to_where_a_notebook_runs_are_left_out_of_an_epub():
    assert well_formed('<audio controls><source src="data:audio/wav;base64,AA"></audio>') == ""
    assert well_formed('<a href="lite/notebooks/index.html">') == well_formed("</a>") == ""


def test_folds_and_lists_in_an_epub_are_valid():
    fold = '<summary aria-label="a">\n<p class="collapsed t">Draw it</p>\n<p class="expanded t">Draw it</p>\n</summary>'
    assert valid(fold) == "<summary>Draw it</summary>"
    assert (
        valid('<dd><p><ul class="simple">\n<li>a</li>\n</ul>\n</p></dd>') == '<dd><ul class="simple">\n<li>a</li>\n</ul></dd>'
    )


def test_an_epub_says_which_pages_hold_mathematics(tmp_path):
    item, reference = '<item id="{0}" href="{0}.xhtml" media-type="x" />', '<itemref idref="{}" />'
    with zipfile.ZipFile(tmp_path / "a.epub", "w") as epub:
        epub.writestr("mimetype", "application/epub+zip")
        epub.writestr("content.opf", "\n".join([item.format("a"), item.format("b"), *[reference.format("a")] * 2]))
        epub.writestr("a.xhtml", "<math></math>")
        epub.writestr("b.xhtml", "<p></p>", zipfile.ZIP_DEFLATED)
    declare_mathematics(tmp_path / "a.epub")
    with zipfile.ZipFile(tmp_path / "a.epub") as epub:
        assert epub.infolist()[0].filename == "mimetype" and epub.infolist()[0].compress_type == zipfile.ZIP_STORED
        listing = epub.read("content.opf").decode()
        assert epub.read("b.xhtml") == b"<p></p>"
    assert re.findall(r'href="(\w)\.xhtml" media-type="x"( properties="mathml")?', listing) == [
        ("a", ' properties="mathml"'),
        ("b", ""),
    ]
    assert listing.count("itemref") == 1


def test_what_opens_elsewhere_is_left_alone_in_an_epub():
    assert well_formed("<details><summary>Answer</summary>") == "<details><summary>Answer</summary>"
    assert well_formed("</details>") == "</details>"


@pytest.mark.parametrize("latex", [r"P(\text{<EOS>} \mid a^{<t>})", r"\text{a \& b} < c", r"a^{<t>} \quad T_x < T_y"])
def test_formulas_in_an_epub_are_well_formed(latex):
    assert ElementTree.fromstring(mathml(latex)).tag.endswith("math")


@pytest.fixture(scope="module")
def by_deck() -> dict[str, str]:
    """The index by deck: what stands below the heading of each deck."""
    page = index({path.name: nbformat.read(path, as_version=4) for path in LECTURES})
    return dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))


def test_every_equation_is_in_the_index_by_deck(by_deck):
    listed = {}
    for deck, text in by_deck.items():
        place, listed[deck] = None, []
        for link, equation in re.findall(
            r"^\d\d · \[[^\n]+\]\(([^\n]+)\)$|^\$\$\n(.+?)\n\$\$$", text, re.MULTILINE | re.DOTALL
        ):
            place = link or place
            if equation:
                listed[deck].append((place, " ".join(equation.split())))
        assert len(listed[deck]) == len(set(listed[deck])), deck
    written = set()
    for path in LECTURES:
        anchor = ""
        for title, equation in re.findall(r"^##+ ([^\n]+)$|\$\$(.+?)\$\$", prose(path), re.MULTILINE | re.DOTALL):
            anchor = f"#{slug(title)}" if title else anchor
            if equation:
                written.add((f"lectures/{path.name}{anchor}", " ".join(equation.split())))
    assert set().union(*listed.values()) == written and len(written) > 80


def test_every_term_is_in_the_index_by_deck_and_every_deck(by_deck):
    glossary = (LECTURES[0].parent / "GLOSSARY.md").read_text(encoding="utf-8")
    terms = re.findall(r"^\| (.+?) \| .+? \| \[\d\d\]\(", glossary, re.MULTILINE)
    listed = {
        deck: re.findall(r"\[([^\]]+)\]\(", re.search("^Terms: (.*)$", text, re.MULTILINE)[1]) for deck, text in by_deck.items()
    }
    assert set().union(*listed.values()) == set(terms)
    assert [deck[:3] for deck in by_deck] == ["000", "001", "002", "003", "004", "Bey"]
    assert all(len(found) == len(set(found)) > 10 for found in listed.values())


TOPICS = topics_of(
    "| topic | decks | section |\n|---|---|---|\n| Gates, memory | 000, 004 | [A gate](05_gru.ipynb#A-gate), [06](06_lstm.ipynb#Gates) |\n"
    "| 002 | wrong | right | [05](05_gru.ipynb#Errata) |"
)


def test_a_section_and_those_in_it_follow_the_decks_of_the_tables():
    assert [topic.text for topic in TOPICS] == ["Gates, memory", "wrong"]
    decks = [
        decks_of(Section("05_gru.ipynb", ("05", *inner)), TOPICS)
        for inner in (("A gate", "In it"), ("Errata",), ("Cells",), ())
    ]
    assert decks == [{"000", "004"}, {"002"}, set(), set()]


def test_a_lecture_is_taken_apart_into_sections():
    cells = [
        new_markdown_cell("# 05 · Gates\n\nBelow **it**.\n\n## A gate\n\n$$x$$\n\n$y$ inside; `$$z$$` is code\n\n$$\nv\n$$"),
        new_code_cell("# ## not a heading"),
        new_markdown_cell("### In it\n\n<details>\n\n$$\nw\n$$\n\n</details>"),
    ]
    found = sections("05_gru.ipynb", new_notebook(cells=cells))
    assert [(section.headings[1:], section.equations, section.bold) for section in found] == [
        ((), [], ["it"]),
        (("A gate",), ["x", "v"], []),
        (("A gate", "In it"), ["w"], []),
    ]
    assert [section.link for section in found] == ["lectures/05_gru.ipynb" + anchor for anchor in ("", "#a-gate", "#in-it")]


@pytest.mark.parametrize(
    ("term", "number"),
    [
        ("update gate", 4),
        ("memory", 2),
        ("gated unit (GRU)", 3),
        ("candidate", 1),
        ("GRU", 3),
        ("seldom", 0),
        ("early", 1),
        ("05", 0),
    ],
)
def test_a_term_leads_to_its_heading_then_to_its_topic_then_to_bold_then_to_the_text(term, number):
    lecture = [
        Section("05_gru.ipynb", ("05",), text="05, memory, GRU, candidate, update gate"),
        Section("05_gru.ipynb", ("05", "One"), bold=["Candidates."], text="candidates, memory, early"),
        Section("05_gru.ipynb", ("05", "A gate"), bold=["candidate numbers"], text="a gated\nunit"),
        Section("05_gru.ipynb", ("05", "Cells"), bold=["GRU", "memory", "update gate"], text="GRU, memory, update gate"),
        Section("05_gru.ipynb", ("05", "The update gate"), text="The update gate"),
    ]
    end = Section("05_gru.ipynb", ("05", "Errata"), text="early, seldom")
    if term == "seldom":
        assert place(term, [*lecture, end], TOPICS) is end
    else:
        assert place(term, [end, *lecture], TOPICS) is lecture[number]


def test_a_term_that_its_lecture_lacks_is_named():
    with pytest.raises(LookupError, match="'mask'"):
        place("mask", [Section("05_gru.ipynb", ("05",))], TOPICS)


def test_pages_name_the_files_that_were_built(tmp_path):
    (tmp_path / "lectures").mkdir()
    front, lecture, epub = tmp_path / "index.html", tmp_path / "lectures" / "05_gru.html", tmp_path / "unroll.epub"
    front.write_text(f"<p>a</p>{OF_ALL}<p>b</p>", encoding="utf-8")
    assert OF_ALL in (SITE / "pages" / "index.md").read_text(encoding="utf-8")
    lecture.write_text(f"<p>a {OF_A_LECTURE}</p>", encoding="utf-8")

    def links() -> list[str]:
        link_downloads(tmp_path)
        return re.findall('href="(.+?)"', front.read_text(encoding="utf-8") + lecture.read_text(encoding="utf-8"))

    assert links() == []
    epub.touch()
    assert links() == links() == ["unroll.epub"]
    (tmp_path / "pdf").mkdir()
    (tmp_path / "pdf" / "05_gru.pdf").touch()
    (tmp_path / "pdf" / "unroll.pdf").touch()
    assert links() == ["pdf/unroll.pdf", "unroll.epub", "../pdf/05_gru.pdf"]
    epub.unlink()
    assert links() == ["pdf/unroll.pdf", "../pdf/05_gru.pdf"]
    assert front.read_text(encoding="utf-8").endswith("<p>b</p>")
