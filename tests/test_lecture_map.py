"""lectures/README.md and the glossary: every link leads to a heading that is there, and every lecture is listed."""

import re
from pathlib import Path

import pytest

from tests.lessons import prose

LECTURES = Path(__file__).parent.parent / "lectures"
TEXT = (LECTURES / "README.md").read_text()
# An anchor may hold `$a^{<0>}$`, but no closing bracket.
LINKS = re.findall(r"\]\(([^()#\s]+\.ipynb)(?:#([^()]*?))?\)", TEXT)
TERMS = re.findall(r"^\| (.+?) \| (.+?) \| \[\d\d\]\((.+?)\) \|$", (LECTURES / "GLOSSARY.md").read_text(), re.MULTILINE)


def anchors(path: Path) -> set[str]:
    """As Jupyter makes them: a heading's text with hyphens for spaces."""
    return {line.lstrip("#").strip().replace(" ", "-") for line in prose(path).splitlines() if re.match(r"#+ ", line)}


@pytest.mark.parametrize(("name", "anchor"), LINKS, ids=lambda value: value or "top")
def test_link_leads_somewhere(name, anchor):
    assert (LECTURES / name).exists()
    if anchor:
        assert anchor in anchors(LECTURES / name)


def test_every_lecture_is_listed():
    assert {path.name for path in LECTURES.glob("*.ipynb")} == {name for name, anchor in LINKS if not anchor}


def test_a_lecture_takes_as_long_in_the_list_as_on_its_own_page():
    listed = dict(re.findall(r"^\| \d\d \| \[.+?\]\((.+?)\) \| (\d+ s) \|", TEXT, re.MULTILINE))
    said = {
        path.name: re.search(r"\*\*Time:\*\* about (\d+ s) on 2 CPU cores", prose(path)) for path in LECTURES.glob("*.ipynb")
    }
    assert {name: found and found[1] for name, found in said.items()} == listed


def test_every_row_of_the_map_has_a_link():
    topics, _ = TEXT.split("## Where each topic")[1].split("## Errata")
    rows = [line for line in topics.splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 20
    assert all(".ipynb#" in row for row in rows if not row.startswith("|---"))


def test_every_lecture_with_errata_is_in_their_table():
    with_errata = {path.name for path in LECTURES.glob("*.ipynb") if re.search(r"Errat(a(?!: none)|um)\b", prose(path))}
    assert with_errata == set(re.findall(r"\]\(([^()#\s]+\.ipynb)#", TEXT.split("## Errata")[1]))


@pytest.mark.parametrize(("english", "persian", "name"), TERMS, ids=[english for english, *_ in TERMS])
def test_a_lecture_has_the_terms_of_the_glossary(english, persian, name):
    assert re.sub(r" \(.*\)", "", english).lower() in prose(LECTURES / name).lower()
    assert re.search("[\u0600-\u06ff]", persian)


def test_the_glossary_has_terms_of_every_lecture_and_none_twice():
    assert {name for *_, name in TERMS} == {path.name for path in LECTURES.glob("*.ipynb")}
    assert len({english for english, *_ in TERMS}) == len(TERMS)
