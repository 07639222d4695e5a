"""Open the files that students hand in by descriptor: only regular ones, and never through a link that was put there meanwhile."""

import errno
import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

PATH_BYTES = 1000  # of a path inside an upload; Linux refuses 4,096 together with the folder in front


def walk(folder: Path) -> Iterator[tuple[str, list[str], list[str], int]]:
    """Like ``os.fwalk``, which opens each folder from the one that holds it and follows no link; raises OSError for one that cannot be read."""
    return os.fwalk(folder, onerror=_raise)


def _raise(error: OSError) -> None:
    raise error


def open_regular(path: str | Path, folder: int | None = None) -> BinaryIO:
    """Open a file for reading.

    Parameters
    ----------
    folder
        Descriptor of the folder that a relative path begins in.

    Raises
    ------
    OSError
        If it cannot be opened, or is a link or no regular file.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    return open(descriptor, "rb")


def read_within(path: str | Path, bound: int, folder: int | None = None) -> bytes | None:
    """Read a file, opened by :func:`open_regular`. None if it is larger than `bound`."""
    with open_regular(path, folder) as file:
        if os.fstat(file.fileno()).st_size > bound:
            return None
        content = file.read(bound + 1)
    return content if len(content) <= bound else None


def time_of(seconds: float) -> datetime | None:
    """The time of a file or of a member of an archive; None if no calendar has it.

    Examples
    --------
    >>> time_of(1.0)
    datetime.datetime(1970, 1, 1, 0, 0, 1, tzinfo=datetime.timezone.utc)
    >>> time_of(2.0**45)
    """
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
