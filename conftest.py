"""How the test run is spread over processes.

A module's tests stay together, but for those of different assignments; and so do those that share the demo class, and those that
look at one lecture.
"""

import os
from pathlib import Path

import pytest

os.environ["UNROLL_PROGRESS"] = os.devnull  # what a test checks is no progress of the person who runs it

ASSIGNMENTS = {judge.stem for judge in (Path(__file__).parent / "judges").glob("*.py")}


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items):
    for item in items:
        parameters = item.callspec.params if hasattr(item, "callspec") else {}
        if "lecture" in getattr(item, "fixturenames", ()):
            group = parameters["lecture"].stem
        elif "demo" in getattr(item, "fixturenames", ()):
            group = "demo"
        elif parameters.get("name") in ASSIGNMENTS:
            group = f"{item.nodeid.split('::')[0]} {parameters['name']}"
        else:
            group = item.nodeid.split("::")[0]
        item.add_marker(pytest.mark.xdist_group(group))
