"""The examples in docstrings print what they show."""

import doctest

import pytest
from autograder.judging import judge
from autograder.pages import escaping, templates

from autograder import check, names


@pytest.mark.parametrize("module", [check, names, judge, escaping, templates], ids=lambda module: module.__name__)
def test_examples_in_docstrings(module):
    done = doctest.testmod(module)
    assert done.attempted > 0 and done.failed == 0
