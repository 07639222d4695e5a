"""The examples in docstrings print what they show."""

import doctest
import importlib
import pkgutil

import pytest
import unroll

MODULES = [module.name for module in pkgutil.walk_packages(unroll.__path__, "unroll.")]


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_examples_are_found():
    tests = doctest.DocTestFinder().find(importlib.import_module("unroll.text"))
    assert sum(bool(test.examples) for test in tests) > 5
