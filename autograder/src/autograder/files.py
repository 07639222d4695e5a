"""Files that are either the old or the new one, whenever the program ends."""

import os
from pathlib import Path

from autograder.course import CourseError


def write_whole(path: Path, content: str, encoding: str = "utf-8") -> Path:
    """Write a file so that there is the old one or the new one, never half of one.

    Raises
    ------
    CourseError
        If it cannot be written.
    """
    fresh = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(fresh, "w", encoding=encoding, newline="") as file:
            file.write(content)
        os.replace(fresh, path)
    except OSError as error:
        raise CourseError(f"{path} cannot be written: {error.strerror}. Make room or rights, then run this again.") from error
    return path
