"""START.md lists lectures and assignments in order, and they link each other both ways."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from autograder.course import Course

from tests.lessons import prose

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "START.md").read_text()
ROW = re.compile(
    r"^\| (\d\d) \| \[(.+)\]\(lectures/(.+?)\) \| (?:\[(\d\d · .+)\]\(assignments/(.+?)/.+?\))? ?\|$", re.MULTILINE
)
ROWS = [match.groups() for match in ROW.finditer(TEXT)]
FOLLOWED = [(lecture, assignment) for _, _, lecture, _, assignment in ROWS if assignment]
LECTURES = sorted((ROOT / "lectures").glob("*.ipynb"))
NOTEBOOKS = [*LECTURES, *sorted((ROOT / "solutions").glob("*/*.ipynb"))]


def links(text: str) -> list[str]:
    return re.findall(r"\]\(([^)\s#:]+\.(?:ipynb|md))(?:#[^)]*)?\)", text)


def assignment_file(name: str) -> Path:
    return ROOT / "solutions" / name / f"{name}.ipynb"


def test_every_lecture_is_listed_in_order_with_its_title():
    titles = [prose(path).splitlines()[0].removeprefix("# ") for path in LECTURES]
    assert [f"{number} · {title}" for number, title, *_ in ROWS] == titles
    assert [lecture for _, _, lecture, *_ in ROWS] == [path.name for path in LECTURES]


def test_every_assignment_is_listed_with_its_title():
    listed = {assignment: title for *_, title, assignment in ROWS if assignment}
    names = Course.load(ROOT).assignments()
    assert listed == {name: prose(assignment_file(name)).splitlines()[0].removeprefix("# ") for name in names}


def test_assignments_stand_where_the_list_of_lectures_has_them():
    rows = re.findall(
        r"^\| \d\d \| \[.+?\]\((.+?)\) \| \d+ s \| (\d\d_\w+) \|$", (ROOT / "lectures/README.md").read_text(), re.M
    )
    assert rows == FOLLOWED


@pytest.mark.parametrize(("file", "assignment"), FOLLOWED)
def test_a_lecture_and_its_assignment_link_each_other(file, assignment):
    assert f"../assignments/{assignment}/{assignment}.ipynb" in links(prose(ROOT / "lectures" / file))
    assert f"../../lectures/{file}" in links(prose(assignment_file(assignment)))


@pytest.mark.parametrize(("one", "other"), pairwise(LECTURES), ids=lambda path: path.stem)
def test_a_lecture_links_the_next_one(one, other):
    assert other.name in links(prose(one))


@pytest.mark.parametrize(("one", "other"), pairwise(assignment for _, assignment in FOLLOWED))
def test_an_assignment_links_the_next_one(one, other):
    assert f"../{other}/{other}.ipynb" in links(prose(assignment_file(one)))


@pytest.mark.parametrize("path", [ROOT / "START.md", *NOTEBOOKS], ids=lambda path: path.stem)
def test_no_link_is_broken(path):
    text = TEXT if path.suffix == ".md" else prose(path)
    missing = [link for link in links(text) if not (path.parent / link).is_file()]
    assert missing == []
