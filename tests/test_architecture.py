"""ARCHITECTURE.md, CONTRIBUTING.md and README.md name what is in the tree."""

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAP = (ROOT / "ARCHITECTURE.md").read_text()
PAGES = ("ARCHITECTURE.md", "CONTRIBUTING.md", "README.md")
PACKAGES = (ROOT / "autograder/src/autograder", ROOT / "utils/src/unroll")
NOT_KEPT = ("course", "text", "work", "mirror", ".executed", ".venv", "dist", "__pycache__")  # made on the spot, ignored by git
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)*(?:/|\.(?:py|md|ipynb|toml|txt|css|lock|yml|json|js))")
ROW = re.compile(r"^\| (?P<wish>.+?) \| (?P<files>`.+?) \| (?P<words>`.+`) \|$", re.MULTILINE)
ROWS = [match.groupdict() for match in ROW.finditer(MAP.split("## I want to change …")[1])]


def quoted(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def paths(page: str) -> list[str]:
    """Paths in links and between backticks; in ARCHITECTURE.md those of the drawing too, which start inside the autograder."""
    text = (ROOT / page).read_text()
    prose = FENCED.sub("", text)
    found = quoted(prose) + re.findall(r"\]\(([^)#]+)", prose)
    if page == "ARCHITECTURE.md":
        found += [word.strip(",;:") for word in " ".join(FENCED.findall(text)).split() if word.strip(",;:").endswith(".py")]
    plain = [path for path in found if PATH.fullmatch(path) and not re.search(r"NN_|NAME|STUDENT", path)]
    made = re.findall(r"New file `(.+?)`", text)  # by a worked example
    return [path for path in plain if path not in made and Path(path).parts[0] not in NOT_KEPT]


@pytest.mark.parametrize("page", PAGES)
def test_every_path_exists(page):
    named = paths(page)
    assert named
    missing = [path for path in named if not any((folder / path).exists() for folder in (ROOT, PACKAGES[0]))]
    assert missing == []


def test_every_room_has_its_line():
    top = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")} - set(NOT_KEPT)
    inside = {
        str(folder.relative_to(ROOT))
        for package in PACKAGES
        for folder in package.iterdir()
        if folder.is_dir() and folder.name != "__pycache__"
    }
    rooms = {f"{name}/" for name in top | inside}
    listed = re.findall(r"^\| `([^`]+/)` \| .+ \|.*\|$", MAP, re.MULTILINE)
    assert rooms - set(listed) == set()
    assert len(listed) == len(set(listed))


def test_the_layers_are_those_of_the_contract():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (layers,) = (contract["layers"] for contract in contracts if contract["type"] == "layers")
    drawn = FENCED.findall(MAP.split("dependencies point downwards")[1])[0].splitlines()[1:-1]
    assert [line.split() for line in drawn] == [layer.split(" | ") for layer in layers]


def test_the_table_answers_enough_questions():
    assert len(ROWS) >= 25
    assert len({row["wish"] for row in ROWS}) == len(ROWS)
    wanted = [line for line in MAP.split("## I want to change …")[1].splitlines() if line.startswith("| ")]
    headers = [line for line in wanted if line.startswith("| I want to change")]
    assert len(wanted) - len(headers) == len(ROWS), "every row has a file and words to search for"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["wish"])
def test_what_a_row_promises_is_in_its_files(row):
    texts = [(ROOT / path).read_text() for path in quoted(row["files"]) if PATH.fullmatch(path)]
    assert texts
    for word in quoted(row["words"]):
        assert any(word in text for text in texts), word


def test_no_two_test_files_have_one_name():
    """pytest imports them by their names."""
    names = Counter(
        path.name for folder in ("tests", "utils/tests", "autograder/tests") for path in (ROOT / folder).glob("test_*.py")
    )
    assert [name for name, count in names.items() if count > 1] == []
