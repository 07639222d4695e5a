"""COMPATIBILITY.md says of every feature and option of nbgrader what becomes of it, and names tests that exist."""

import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import nbgrader
import pytest
from autograder.options import OPTIONS, option
from compatibility import FEATURES, PAGE, page, path_and_name
from test_nbgrader_equality import STUDENTS
from traitlets.config import Configurable

ROOT = Path(__file__).parents[2]


def nbgraders_options() -> dict[str, list[str]]:
    """The names of all options, by the class that has them, but for abstract ones."""
    classes = {}
    for module in pkgutil.walk_packages(nbgrader.__path__, "nbgrader."):
        if not re.search(r"\.(tests|alembic|docs|abc|__main__)\b", module.name):
            found = inspect.getmembers(importlib.import_module(module.name), inspect.isclass)
            classes |= {name: each for name, each in found if issubclass(each, Configurable) and each.__module__ == module.name}
    return {name: sorted(each.class_own_traits(config=True)) for name, each in classes.items()}


def test_the_page_is_in_step():
    assert PAGE.read_text(encoding="utf-8") == page(list(STUDENTS)), "run autograder/tests/compatibility.py"


@pytest.mark.parametrize("test", sorted({feature.test for features in FEATURES.values() for feature in features}))
def test_every_named_test_exists(test):
    path, name = path_and_name(test)
    assert re.search(rf"^def {name}\(", (ROOT / path).read_text(), re.MULTILINE)


@pytest.mark.slow  # all of nbgrader is imported
def test_every_option_of_nbgraders_is_listed_and_no_other():
    options = nbgraders_options()
    missing = [f"{section}.{name}" for section, names in options.items() for name in names if option(section, name) is None]
    assert len(options) > 30 and missing == []
    theirs = {*options, *(f"{section}.{name}" for section, names in options.items() for name in [*names, "enabled"])}
    inherited = {name for each in ("ExecutePreprocessor", "NotebookClient") for name in (each, f"{each}.timeout")}
    assert set(OPTIONS) - theirs == inherited
