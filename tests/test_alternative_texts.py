"""Every alternative text of a lecture is in its file, and every text in the file is used."""

import re

import pytest
from unroll.plots.alternatives import texts_of

from tests.lessons import IDS, LECTURES, read, strings, tree


@pytest.mark.parametrize("path", LECTURES, ids=IDS)
def test_ids_and_texts_are_the_same(path):
    number = path.stem[:2]
    code = [cell for cell in read(path) if cell.cell_type == "code"]
    used = {text for cell in code for text in strings(tree(cell)) if re.fullmatch(r"\d\d\.[a-z][a-z0-9-]*", text)}
    texts = texts_of(number)
    assert sorted(used) == sorted(f"{number}.{key}" for key in texts)
    assert [key for key, text in texts.items() if len(text) < 20] == []
