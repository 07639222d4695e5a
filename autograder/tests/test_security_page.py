"""SECURITY.md names its tests, and they exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "autograder" / "SECURITY.md").read_text()
NAMED = sorted(set(re.findall(r"`((?:autograder/)?tests/[\w/]+\.py)::(\w+)`", PAGE)))


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_every_named_test_exists(path, name):
    assert re.search(rf"^def {name}\(", (ROOT / path).read_text(), re.MULTILINE)


def test_every_promise_names_a_test():
    promises = PAGE.partition("## What is not promised")[0]
    points = re.split(r"^- ", promises, flags=re.MULTILINE)[1:]
    bare = [point for point in points if "::" not in point]
    assert len(points) > 25 and bare == []
