"""Replace files and folders atomically: whenever the program ends, there is the old one or the new one."""

import contextlib
import ctypes
import errno
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from autograder.course import CourseError

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2
_NO_EXCHANGE = (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP)


@contextlib.contextmanager
def replacing(path: Path, old: Path | None = None) -> Iterator[Path]:
    """Write a file or a folder next to `path`, and move it into place when it is complete.

    Until then the old one is untouched, and it stays if anything is raised. A file replaces a file in one step; so does a
    folder, where the system can exchange two paths (Linux's ``renameat2``, on most file systems). Elsewhere the old
    folder is first renamed to ``.NAME.old``: if the program is killed at that moment, it is complete there, and the
    next call for the same path restores it first. Nothing is synced to disk, so this protects against a program
    that ends, not against a power cut.

    Parameters
    ----------
    path
        The file or folder; its parent is created.
    old
        Where a folder goes that is replaced; if None, it is removed.

    Yields
    ------
    fresh
        ``.NAME.new`` in the same folder, which does not exist yet.

    Raises
    ------
    OSError
        If something cannot be written, such as on a full disk.
    """
    fresh = path.with_name(f".{path.name}.new")
    path.parent.mkdir(parents=True, exist_ok=True)
    bring_back(path)
    remove(fresh)
    yield fresh
    _put(fresh, path, old)


def write_file(path: Path, content: str, encoding: str = "utf-8") -> Path:
    """Write a text file atomically: there is the old one or the new one, never half of one.

    Raises
    ------
    CourseError
        If it cannot be written.
    """
    try:
        with replacing(path) as fresh, open(fresh, "w", encoding=encoding, newline="") as file:
            file.write(content)
    except OSError as error:
        raise CourseError(
            f"{path} cannot be written: {error.strerror}. Free space or fix its permissions, then run this again."
        ) from error
    return path


def write_folder(folder: Path, files: Mapping[str, bytes], old: Path | None = None) -> None:
    """Write a folder with these files, by their path in it, so that there is the old one or the new one.

    Parameters
    ----------
    old
        Where the folder goes that is replaced; if None, it is removed.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    with replacing(folder, old) as fresh:
        fresh.mkdir()
        for name, content in files.items():
            path = fresh / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


def leftover(folder: Path) -> Path | None:
    """What a killed `write_folder` left beside the folder: the one it replaced, if the new one stands already."""
    if not os.path.lexists(folder):
        return None  # the next `replacing` sees to it
    return next((path for path in (folder.with_name(f".{folder.name}.new"), _old(folder)) if os.path.lexists(path)), None)


def remove(path: Path) -> None:
    """Remove a file, a link or a folder, if it is there. A folder first gets a hidden name, so that half of one never stands there."""
    if path.is_dir() and not path.is_symlink():
        if not path.name.startswith("."):
            hidden = path.with_name(f".{path.name}.gone")
            shutil.rmtree(hidden, ignore_errors=True)
            path = path.rename(hidden)
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def move(path: Path, to: Path) -> None:
    """Move a file, a link or a folder to where nothing is yet; parents are created."""
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(path, to)


def _put(fresh: Path, path: Path, old: Path | None) -> None:
    if not fresh.is_dir() or not os.path.lexists(path):
        fresh.replace(path)
        return
    replaced = fresh  # the two exchange their places
    if not _exchange(fresh, path):
        replaced = _old(path)
        remove(replaced)
        path.rename(replaced)
        fresh.rename(path)
    if old is None:
        remove(replaced)
    else:
        move(replaced, old)


def bring_back(path: Path) -> None:
    """Undo what a program began that was killed between two renames."""
    if os.path.lexists(_old(path)) and not os.path.lexists(path):
        _old(path).rename(path)


def _old(path: Path) -> Path:
    return path.with_name(f".{path.name}.old")


def _exchange(one: Path, other: Path) -> bool:
    """Let two paths change places in one step; False where the system cannot."""
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        return False
    if call(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), ctypes.c_uint(_RENAME_EXCHANGE)) == 0:
        return True
    number = ctypes.get_errno()
    if number in _NO_EXCHANGE:
        return False
    raise OSError(number, os.strerror(number), str(other))
