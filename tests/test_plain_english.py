"""The prose of the repository, in code, pages and notebooks, avoids words that no native engineer would write."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROSE = {".py", ".md", ".html", ".txt", ".toml", ".yml", ".ipynb"}
AVOIDED = ("anew", "nobody", "whoever", "shall", "foretell", "hears of", "is told of")
FOUND = re.compile(rf"\b(?:{'|'.join(AVOIDED)})\b", re.IGNORECASE)
# A sonnet, and words of made-up sentences, on which stored results depend.
QUOTED = ("Shall I compare thee", '"nobody", "every', '"nobody SAID why')


def prose_files() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [name for name in listed if Path(name).suffix in PROSE and ROOT / name != Path(__file__)]


def avoided(text: str) -> list[str]:
    for quote in QUOTED:
        text = text.replace(quote, "")
    return [line.strip() for line in text.splitlines() if FOUND.search(line)]


def test_prose_is_plain():
    found = {name: lines for name in prose_files() if (lines := avoided((ROOT / name).read_text(encoding="utf-8")))}
    assert found == {}


@pytest.mark.parametrize("word", AVOIDED)
def test_an_avoided_word_is_found(word):
    assert avoided(f"One line.\nIn this one {word} occurs.") == [f"In this one {word} occurs."]


def test_no_merge_is_left_half_done():
    marks = re.compile(r"^(<{7}|>{7}) ", re.MULTILINE)
    assert [name for name in prose_files() if marks.search((ROOT / name).read_text(encoding="utf-8"))] == []
