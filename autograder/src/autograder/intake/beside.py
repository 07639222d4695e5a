"""What learning platforms put beside the uploads to say whose they are: Blackboard's text files, and Gradescope's list."""

import contextlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import yaml

from autograder.course import CourseError
from autograder.intake.archive import Refused
from autograder.intake.uploads import ITSELF, Entry

# Neither publishes its source, so these are the forms that public programs read: of Gradescope's "Download Submissions" the keys
# :submitters, :name, :sid and :email below the name of each folder; of Blackboard's "Assignment File Download" the names in
# kwurst/bb-file-cleanup and vangef/BBGradebookOrganiser.
GRADESCOPE = "submission_metadata.yml"
BLACKBOARD = re.compile(r"(?P<key>.+?)_attempt_(?P<attempt>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|\.txt)")


@dataclass(frozen=True)
class Submitters:
    """Who handed in a submission on Gradescope, and when.

    Parameters
    ----------
    people
        For each of them what the list says, under ``sid``, ``email`` and ``name``; several if it is a group's.
    time
        When (UTC); None if the list does not say.
    """

    people: list[dict[str, str]]
    time: datetime | None


def logins(entries: Iterable[Entry]) -> dict[str, str]:
    """The logins in Blackboard's text files, by what stands before ``_attempt_`` in the names of uploads."""
    found: dict[str, str] = {}
    for entry in entries:
        named = BLACKBOARD.fullmatch(entry.name)
        if named is None or named["file"] is not None:
            continue
        with contextlib.suppress(Refused):
            text = entry.contents().files.get(ITSELF, b"").decode("utf-8-sig", errors="replace")
            login = re.match(r"[^:\r\n]+: .*\(([^()\r\n]+)\)[ \t]*\r?$", text, re.MULTILINE)  # "Name", in whatever language
            if login:
                found[named["key"]] = login[1]
    return found


def submitters(entry: Entry) -> dict[str, Submitters]:
    """Read Gradescope's ``submission_metadata.yml``, which lies beside the folders ``submission_123``, by their names.

    Raises
    ------
    CourseError
        If it is damaged.
    """
    try:
        found = yaml.load(entry.contents().files[ITSELF], getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        return {str(name): _submitters(each) for name, each in found.items()}
    except (Refused, yaml.YAMLError, KeyError, AttributeError, TypeError, ValueError, RecursionError) as error:
        said = " ".join(str(error).split())[:200]
        raise CourseError(
            f"{GRADESCOPE} cannot be read: {type(error).__name__}: {said}. Export from Gradescope again."
        ) from error


def _submitters(submission: Mapping) -> Submitters:
    people = [
        {key: "" if (value := person.get(f":{key}")) is None else str(value) for key in ("sid", "email", "name")}
        for person in submission[":submitters"]
    ]
    time = submission.get(":created_at")
    if isinstance(time, datetime):  # with a time zone, or else in UTC as YAML has it
        return Submitters(people, time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC))
    return Submitters(people, None)
