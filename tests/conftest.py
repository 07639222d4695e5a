"""What tests that span rooms share."""

import os

import pytest


@pytest.fixture(scope="session")
def demo(jail, tmp_path_factory):
    """The demo class, graded once. Tests that use it run in one process (see the conftest.py above)."""
    from tests.demo.__main__ import run_demo

    return run_demo(tmp_path_factory.mktemp("demo") / "course")


@pytest.fixture(scope="session")
def jail():
    """Skips where no jail can be built, with what is missing; in CI that is a failure further on."""
    from autograder.doctor import jail_diagnosis

    diagnosis = jail_diagnosis()
    if diagnosis.state == "missing" and not os.environ.get("CI"):
        pytest.skip(diagnosis.detail)
