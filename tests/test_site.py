"""The book as a reader meets it, in Chromium: it holds together, loads nothing from elsewhere, and can be read and used."""

import html
import io
import os
import re
import shutil
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from tests.executed import LECTURES, executed
from tests.looking import faint, sticking_out, without_text
from tools.book.__main__ import build, gather
from tools.book.pages import PAGES
from tools.book.printed import printed
from tools.npm import PACKAGES, SITE, install

pytestmark = pytest.mark.slow

WIDTHS = (1200, 390)
# Each kind of page: the front, a lecture with slides, tables, wide tables, code, docstrings. The others are looked at in `make soak`.
OF_EACH_KIND = {"index", "browser", "lectures/05_gru", "errata", "by_deck", "results", "instructors", "api/text"}
LOOKED_AT = sorted(
    {
        *OF_EACH_KIND,
        *(f"lectures/{path.stem}" for path in LECTURES),
        *(page.name for page in PAGES),
        *(f"api/{path.stem}" for path in (SITE / "pages" / "api").glob("*.md")),
    }
)
ADDRESS = "http://book.test"
FIRST_PAINT = 1_000_000  # bytes
SCREENSHOTS = SITE / "build" / "screenshots"  # kept, for people to look at
# What shows where the focus is.
_RING = (
    "element => { const {outlineStyle, boxShadow} = getComputedStyle(element); return outlineStyle + boxShadow !== 'nonenone' }"
)
# A tenth of an equation may be left to scroll to.
_CUT = "element => element.scrollWidth > 1.1 * element.clientWidth"
ARTICLE = "article, article :not(mjx-assistive-mml *)"


def opened(pages: Path) -> list[Path]:
    """The files of all pages that a reader opens."""
    return [path for name in ("*.html", "lectures/*.html", "api/*.html") for path in pages.glob(name)]


@pytest.fixture(scope="module")
def pages(jail, tmp_path_factory) -> Path:
    """The book, built from the lectures' executed copies."""
    if shutil.which("npm") is None and not os.environ.get("CI"):
        pytest.skip("needs npm: on Debian, apt install npm")
    install()
    folder = tmp_path_factory.mktemp("site")
    # The tests of lectures, in another process, begin with the first; so each executes half of them, and neither waits.
    copies = {path.name: executed(path) for path in reversed(LECTURES)}
    gather(dict(sorted(copies.items())), folder / "source")
    assert build(folder / "source", folder / "html") == 0
    return folder / "html"


@pytest.fixture
def read(browser, pages):
    """Open a page and wait until its mathematics is set; gives the page and what went wrong with it.

    Its files reach the browser without a network, which jails that other tests build would interrupt.
    """
    page, wrong = browser.new_page(), []
    page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))

    def answer(route):
        file = pages / unquote(urlsplit(route.request.url).path).lstrip("/")
        if route.request.url.startswith(ADDRESS) and file.is_file():
            route.fulfill(path=file)
        else:
            wrong.append(route.request.url)
            route.abort()

    def open_page(name: str):
        page.route("**/*", answer)
        page.goto(f"{ADDRESS}/{name}.html")
        page.evaluate("window.MathJax?.startup?.promise")
        return page, wrong

    yield open_page
    page.close()


def test_every_link_leads_somewhere(pages):
    files = {path: path.read_text(encoding="utf-8") for path in pages.rglob("*.html") if "_static" not in path.parts}
    ids = {path: {html.unescape(found) for found in re.findall(r'\sid="([^"]*)"', text)} for path, text in files.items()}
    lost = []
    for path, text in files.items():
        for link in re.findall(r'<(?:a|img|link|script)\s[^>]*?(?:href|src)="([^"]*)"', text):
            target, _, anchor = unquote(html.unescape(link)).partition("#")
            if re.match(r"\w+:", target):
                continue
            file = (path.parent / target.partition("?")[0]).resolve() if target else path
            if not file.exists() or (anchor and anchor not in ids.get(file, ())):
                lost.append(f"{path.relative_to(pages)}: {link}")
    assert len(files) > len(LECTURES)
    assert lost == []


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in OF_EACH_KIND else pytest.mark.soak) for name in LOOKED_AT]
)
def test_a_page_can_be_read(name, read):
    page, wrong = read(name)
    assert page.locator("mjx-merror").count() == 0
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for theme in ("light", "dark"):
            page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
            page.screenshot(path=SCREENSHOTS / f"{name.replace('/', '_')}_{width}_{theme}.png")
            assert faint(page, ARTICLE) == [], (width, theme)
        assert sticking_out(page, ARTICLE) == [], width
    assert without_text(page) == []
    assert wrong == []


@pytest.mark.parametrize("name", ["index", "lectures/05_gru"])
def test_axe_finds_nothing_serious(name, read):
    page, _ = read(name)
    page.add_script_tag(path=PACKAGES / "axe-core" / "axe.min.js")
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    serious = [rule for rule in found if rule["impact"] in ("serious", "critical")]
    assert [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in serious] == []


def test_a_lecture_does_what_it_says(read):
    page, _ = read("lectures/05_gru")
    assert page.locator("mjx-container").count() > 100
    assert page.get_by_text("google.colab").count() == 0

    answer = page.locator("details:not(.hide)").first
    assert not answer.locator("p").first.is_visible()
    answer.locator("summary").focus()
    page.keyboard.press("Enter")
    assert answer.locator("p").first.is_visible()

    plumbing = page.locator("details.hide", has_text="The step, drawn").first
    assert not plumbing.locator("pre").first.is_visible()
    plumbing.locator("summary").click()
    assert plumbing.locator("pre").first.is_visible()

    slider = page.get_by_role("slider").first
    slides = slider.locator("xpath=ancestor::figure").locator("[data-frame]")
    slider.focus()
    page.keyboard.press("Home")
    assert [slide.is_visible() for slide in slides.all()].index(True) == 0
    page.keyboard.press("ArrowRight")
    assert [slide.is_visible() for slide in slides.all()].index(True) == 1


def test_the_keyboard_alone_reaches_what_can_be_used(read):
    page, _ = read("lectures/05_gru")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to main content"
    page.keyboard.press("Enter")
    reached = []
    while "input" not in reached and len(reached) < 200:
        page.keyboard.press("Tab")
        focus = page.locator(":focus")
        reached.append(focus.evaluate("element => element.tagName.toLowerCase()"))
        assert focus.evaluate(_RING), focus.evaluate("element => element.outerHTML.slice(0, 200)")
    assert {"a", "summary", "input"} <= set(reached)


def test_a_lecture_is_printed_whole(read):
    page, wrong = read("lectures/05_gru")
    sheets = PdfReader(io.BytesIO(printed(page))).pages
    text = " ".join(" ".join(sheet.extract_text() for sheet in sheets).split())
    for part in ("05 · The gated recurrent unit", "Check yourself"):
        assert part in text
    answer = page.locator("details:not(.hide) p").last.evaluate("element => element.firstChild.textContent")
    assert " ".join(answer.split())[:40] in text
    longest = max((line for code in page.locator("article pre").all() for line in code.inner_text().splitlines()), key=len)
    assert len(longest) > 100 and "".join(longest.split()) in "".join(text.split())
    assert sum(len(sheet.images) for sheet in sheets) >= page.locator("article img:visible").count() > 5
    assert wrong == []


def test_the_search_finds_a_lecture(read):
    page, _ = read("search")
    page.get_by_role("main").get_by_role("searchbox").or_(page.locator("main input[name=q]")).first.fill("exploding gradient")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="04 · Vanishing gradients").last.wait_for()


def test_the_first_paint_is_small(pages):
    """What a browser waits for before it shows anything: the page, its styles, and scripts that hold it up."""
    large = {}
    for path in opened(pages):
        head = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        styles = [link["href"] for link in head.select('link[rel="stylesheet"]')]
        scripts = [script["src"] for script in head.select("script[src]:not([async], [defer], [type=module])")]
        assert styles
        needed = {path, *((path.parent / name.partition("?")[0]).resolve() for name in (*styles, *scripts))}
        size = sum(file.stat().st_size for file in needed)
        if size > FIRST_PAINT:
            large[path.name] = size
    assert large == {}


def test_pictures_have_sizes_and_a_modern_format(pages):
    """The text does not jump while they arrive."""
    wrong = []
    for path in opened(pages):
        for image in BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser").select("article img"):
            sized = all(image.get(side, "").isdigit() for side in ("width", "height"))
            if not sized or not image["src"].endswith((".webp", ".svg")):
                wrong.append(f"{path.name}: {image['src'][:80]}")
    assert wrong == []


def test_equations_break_into_lines_on_a_telephone(read):
    page, _ = read("index")
    page.set_viewport_size({"width": 390, "height": 900})
    page, _ = read("by_deck")  # it has them all
    equations = page.locator("mjx-container[display=true]")
    assert equations.count() > 100
    assert [box.inner_text() for box in equations.all() if box.evaluate(_CUT)] == []
