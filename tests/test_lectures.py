"""Every lecture runs top to bottom, offline, in a warm jailed kernel; what it claims holds; its pictures can be read aloud."""

import re
from pathlib import Path

import nbformat
import pytest

from tests.executed import LECTURES, failed_claims, outputs, printed


def prose(path: Path) -> str:
    return "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown")


def test_claims_hold(lecture):
    assert failed_claims(lecture) == []
    assert re.findall(r"^✓.*\(the text says", printed(lecture), re.MULTILINE), "a lecture makes at least one measured claim"


def test_nothing_is_written_to_stderr(lecture):
    assert [out.text for out in outputs(lecture) if out.output_type == "stream" and out.name == "stderr"] == []


def test_every_picture_has_alternative_text_and_a_caption(lecture):
    pictures = [output.data for output in outputs(lecture) if "image/png" in output.get("data", {})]
    assert pictures, "a lecture has a picture"
    for data in pictures:
        assert re.search(r'<img[^>]* alt="[^"]{20,}"', data.get("text/html", "")), str(data.get("text/plain"))[:200]
        assert "<figcaption" in data["text/html"]


@pytest.mark.parametrize("path", LECTURES, ids=lambda path: path.stem)
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
