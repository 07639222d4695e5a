"""Every lecture runs top to bottom, offline, in a warm jailed kernel; what it claims holds; its pictures can be read aloud."""

import re
from functools import cache
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
LECTURES = sorted((ROOT / "lectures").glob("[0-9][0-9]_*.ipynb"))
IDS = [path.stem for path in LECTURES]


@cache
def executed(path: Path) -> nbformat.NotebookNode:
    """Through the kernelspec that comes with the grader: its packages are imported once for all lectures."""
    return NotebookClient(nbformat.read(path, as_version=4), kernel_name="unroll", timeout=300).execute()


def outputs(notebook: nbformat.NotebookNode) -> list:
    return [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]


def printed(notebook: nbformat.NotebookNode) -> str:
    return "".join(output.text for output in outputs(notebook) if output.output_type == "stream" and output.name == "stdout")


def prose(path: Path) -> str:
    return "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown")


@pytest.fixture
def lecture(jail, request) -> nbformat.NotebookNode:
    """An executed lecture. A cell that fails, fails the test with its traceback."""
    return executed(request.param)


@pytest.mark.parametrize("lecture", LECTURES, ids=IDS, indirect=True)
def test_claims_hold(lecture):
    text = printed(lecture)
    assert re.findall(r"^✗ .*\(the text says.*$", text, re.MULTILINE) == []
    assert re.findall(r"^✓.*\(the text says", text, re.MULTILINE), "a lecture makes at least one measured claim"


@pytest.mark.parametrize("lecture", LECTURES, ids=IDS, indirect=True)
def test_every_picture_has_alternative_text_and_a_caption(lecture):
    pictures = [output.data for output in outputs(lecture) if "image/png" in output.get("data", {})]
    assert pictures, "a lecture has a picture"
    for data in pictures:
        assert re.search(r'<img[^>]* alt="[^"]{20,}"', data.get("text/html", "")), str(data.get("text/plain"))[:200]
        assert "<figcaption" in data["text/html"]


@pytest.mark.parametrize("path", LECTURES, ids=IDS)
def test_form(path):
    """What every lecture has: what to read before, its time, a recap, the exercise, three folded answers."""
    text = prose(path)
    number = path.stem[:2]
    assert text.startswith(f"# {number} · ")
    assert "Read before" in text and re.search(r"\*{0,2}Time:?\*{0,2}", text)
    assert text.count("<details>") >= 3
    assert "Before you run it" in text
    assert re.search(r"recap", text, re.IGNORECASE)
    code = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    assert "google.colab" in code[0] and "subdirectory=utils" in code[0]
    assert not [cell for cell in code if "keras.backend" in cell or "import tensorflow" in cell or "import torch" in cell]
