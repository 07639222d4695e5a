"""What tests that span rooms share."""

import os

import pytest


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """The demo class, graded once. Tests that use it run in one process (see the conftest.py above)."""
    from autograder.doctor import jail_diagnosis
    from autograder.kernels.parent import close_parents

    from tests.demo.__main__ import run_demo

    diagnosis = jail_diagnosis()
    close_parents()
    if diagnosis.state == "missing" and not os.environ.get("CI"):
        pytest.skip(diagnosis.detail)
    return run_demo(tmp_path_factory.mktemp("demo") / "course")
