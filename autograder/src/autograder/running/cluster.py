"""Explain how to start a cluster: certificates, and the commands that use them."""

from datetime import datetime
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from autograder.running.certificates import make_certificates

PORT = 8786


def instructions(folder: Path, host: str) -> str:
    """Make certificates in `folder`, if there are none, and explain how to start a scheduler at `host` and its workers.

    Raises
    ------
    CourseError
        If existing certificates have expired.
    """
    until = make_certificates(folder)
    template = Environment(loader=PackageLoader("autograder"), undefined=StrictUndefined).get_template("cluster.txt")
    return template.render(folder=folder, host=host, port=PORT, until=_day(until))


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"
