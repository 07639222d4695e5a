"""What lies in the folder or the archive that is collected: one entry for each upload, opened only when it is read."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from autograder.course import CourseError
from autograder.intake.archive import Bounds, Refused, Upload, is_archive, is_junk, read_archive, read_folder
from autograder.intake.regular_file import open_regular, time_of

_EVERYTHING = Bounds(count=200_000, size=4 << 30, ratio=1000)  # for the instructor's download; each upload has separate bounds
ITSELF = ""  # the path of a file in itself


@dataclass(frozen=True)
class Entry:
    """One file or folder among the uploads.

    Parameters
    ----------
    name, time
        Its name, and when it was uploaded as the file system or the archive says.
    contents
        Reads it as it is: the files of a folder by their paths, a file as `ITSELF`. Raises `Refused` if that is not possible within
        the bounds.
    inside
        The entries of a folder, each for itself; none for a file.
    bounds
        What a student may hand in.
    """

    name: str
    time: datetime
    contents: Callable[[], Upload]
    inside: Callable[[], list["Entry"]]
    bounds: Bounds

    def read(self, file: str = "") -> Upload:
        """Its files; those in it, if it is an archive.

        Parameters
        ----------
        file
            What a single file was called before a platform put other names in front; if empty, it kept its name.

        Raises
        ------
        Refused
            If it cannot be read within the bounds.
        """
        upload = self.contents()
        if set(upload.files) != {ITSELF}:
            return upload
        name, content = file or self.name, upload.files[ITSELF]
        return read_archive(content, name, self.bounds) if is_archive(name) else Upload({name: content}, {})


def entries_in(source: Path, bounds: Bounds) -> list[Entry]:
    """All uploads in a folder or an archive.

    Raises
    ------
    CourseError
        If there is no such folder or archive, or it cannot be read.
    """
    if source.is_dir():
        return _in_folder(source.resolve(), bounds)
    if not source.is_file():
        raise CourseError(f"There is no folder or archive {source}.")
    if not is_archive(source.name):
        raise CourseError(f"{source} is neither a folder nor an archive (.zip, .tar, .tar.gz, .7z).")
    try:
        everything = read_archive(source.read_bytes(), source.name, _EVERYTHING, whole_class=True)
    except Refused as reason:
        raise CourseError(f"{source}: {reason}. Unpack it yourself and collect the folder.") from reason
    return _in_archive(everything, bounds)


def _in_folder(folder: Path, bounds: Bounds) -> list[Entry]:
    if folder.is_symlink() or not folder.is_dir():
        return []
    return [
        Entry(
            path.name,
            time_of(path.lstat().st_mtime) or datetime.now(UTC),
            partial(_read_path, path, bounds),
            partial(_in_folder, path, bounds),
            bounds,
        )
        for path in sorted(folder.iterdir())
        if not is_junk(path.name)
    ]


def _read_path(path: Path, bounds: Bounds) -> Upload:
    if path.is_symlink():
        raise Refused("it is a link")
    if path.is_dir():
        return read_folder(path, bounds)
    if not path.is_file():
        raise Refused("it is neither a file nor a folder")
    try:
        with open_regular(path) as opened:
            if os.fstat(opened.fileno()).st_nlink > 1:
                raise Refused("it is a hard link to a file elsewhere")
            content = opened.read(bounds.size + 1)
    except OSError as error:
        raise Refused(f"it cannot be read: {error.strerror}") from error
    if len(content) > bounds.size:
        raise Refused(f"it is larger than {bounds.size >> 20} MB")
    return Upload({ITSELF: content}, {})


def _in_archive(everything: Upload, bounds: Bounds) -> list[Entry]:
    groups: dict[str, dict[str, bytes]] = {}
    for name, content in everything.files.items():
        groups.setdefault(name.partition("/")[0], {})[name] = content
    for name in everything.refused:
        groups.setdefault(name.partition("/")[0], {})
    entries = []
    for origin, files in sorted(groups.items()):
        part = _part(everything, origin, files)
        time = max(part.times.values(), default=datetime.now(UTC))
        below = _below(part)
        if part.refused:
            contents = partial(_refuse, next(iter(part.refused.values())))
        elif origin in files:
            contents = partial(Upload, {ITSELF: files[origin]}, {})
        else:
            contents = partial(_within, below, bounds)
        entries.append(Entry(origin, time, contents, partial(_in_archive, below, bounds), bounds))
    return entries


def _refuse(reason: str) -> Upload:
    raise Refused(reason)


def _part(everything: Upload, origin: str, files: dict[str, bytes]) -> Upload:
    """What belongs to one entry at the top."""
    times = {name: everything.times[name] for name in files if name in everything.times}
    refused = {name: why for name, why in everything.refused.items() if name.partition("/")[0] == origin}
    return Upload(files, times, refused, frozenset(name for name in everything.left_out if name.partition("/")[0] == origin))


def _below(folder: Upload) -> Upload:
    """The contents of a folder, by their paths in it."""

    def below(name: str) -> str:
        return name.partition("/")[2]

    files = {below(name): content for name, content in folder.files.items() if below(name)}
    times = {below(name): time for name, time in folder.times.items() if below(name)}
    refused = {below(name): why for name, why in folder.refused.items() if below(name)}
    return Upload(files, times, refused, frozenset(filter(None, map(below, folder.left_out))))


def _within(folder: Upload, bounds: Bounds) -> Upload:
    if len(folder.files) > bounds.count:
        raise Refused(bounds.too_many)
    if sum(map(len, folder.files.values())) > bounds.size:
        raise Refused(bounds.too_large)
    return folder
