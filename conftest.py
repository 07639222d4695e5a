"""How the test run is spread over processes.

A module's tests stay together, and so do those that share the demo class, and those that look at one lecture.
"""

import pytest


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items):
    for item in items:
        if "lecture" in getattr(item, "fixturenames", ()):
            group = item.callspec.params["lecture"].stem
        elif "demo" in getattr(item, "fixturenames", ()):
            group = "demo"
        else:
            group = item.nodeid.split("::")[0]
        item.add_marker(pytest.mark.xdist_group(group))
