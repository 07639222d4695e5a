"""Which student an upload belongs to, by its name."""

import re
from pathlib import Path

from autograder.course import CourseError
from autograder.intake.archive import is_archive

_STUDENT = re.compile(r"(?P<student>[^/_]+)(_.*)?")  # of a file or folder; learning platforms put the name first


def student_pattern(pattern: str | None) -> re.Pattern:
    """Compile a pattern for the names of uploads; the default takes the name up to the first underscore, or all of it.

    Raises
    ------
    CourseError
        If it is no regular expression, or has no group ``student``.
    """
    if pattern is None:
        return _STUDENT
    try:
        names = re.compile(pattern)
    except re.error as error:
        raise CourseError(f"--pattern {pattern!r} is no regular expression: {error}") from error
    if "student" not in names.groupindex:
        raise CourseError(f"--pattern {pattern!r} has no group (?P<student>...)")
    return names


def student_of(origin: str, names: re.Pattern) -> str | None:
    """Read the student off an upload's name, without the endings of notebooks and archives; None if the pattern does not match."""
    stem = origin
    while Path(stem).suffix and (is_archive(stem) or stem.endswith((".ipynb", ".tar"))):
        stem = str(Path(stem).with_suffix(""))
    match = names.fullmatch(stem)
    return match and match["student"]
