"""Read uploads into memory: folders, zip, tar and 7z, within bounds, and only regular files with honest names."""

import bz2
import gzip
import io
import lzma
import os
import re
import stat
import tarfile
import unicodedata
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, cast

from autograder.intake.regular_file import PATH_BYTES, open_regular, time_of, walk
from autograder.names import OF_TOOLS, has_control, without_invisible

SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".7z")
_JUNK = {"__macosx", ".ds_store", "icon\r", "thumbs.db", "desktop.ini"}  # what Finder and Explorer leave
_FROM_DOS = 0  # what a zip says of an entry that a program for Windows made
_CHUNK = 1 << 16
_ENTRIES_TO_FILES = 50  # an archive inside the archive has entries too, and a `venv` that is left out thousands


class Refused(Exception):
    """An upload is refused; the message says why."""


@dataclass(frozen=True)
class Bounds:
    """The bounds of one upload.

    Parameters
    ----------
    count
        Files and folders.
    size
        Bytes of all files, unpacked.
    ratio
        Unpacked bytes per packed byte, above a megabyte.
    """

    count: int = 500
    size: int = 50 << 20
    ratio: int = 100

    @property
    def too_many(self) -> str:
        """What is said of an upload with more files."""
        return f"it contains more than {self.count} files"

    @property
    def too_large(self) -> str:
        """What is said of one with more bytes."""
        return f"it contains more than {self.size >> 20} MB"


@dataclass(frozen=True)
class Upload:
    """Regular files by path, and the times that the container claims for them.

    Parameters
    ----------
    files
        Content by path, with ``/`` between folders.
    times
        Times by the same paths.
    refused
        Why a file was refused, by its path, if that is the matter of one student in a class.
    left_out
        Paths that were not read: folders that tools made (:data:`autograder.names.OF_TOOLS`), and files other than notebooks with
        invisible characters in their names.
    """

    files: dict[str, bytes] = field(repr=False)
    times: dict[str, datetime] = field(repr=False)
    refused: dict[str, str] = field(default_factory=dict, repr=False)
    left_out: frozenset[str] = frozenset()


def is_archive(name: str) -> bool:
    """Whether a file's name says that it is a supported archive."""
    return name.lower().endswith(SUFFIXES)


def is_junk(name: str) -> bool:
    """Whether a path is what macOS or Windows put beside the files, and no one handed in."""
    return any(part.lower() in _JUNK or part.startswith("._") for part in name.split("/"))


def read_folder(folder: Path, bounds: Bounds) -> Upload:
    """Read a folder without following links.

    Raises
    ------
    Refused
        If it contains anything except files and folders with honest names, or more than the bounds allow.
    """
    taken = _Taken(bounds)
    try:
        for parent, folders, names, here in walk(folder):
            inside = Path(parent).relative_to(folder)
            folders[:] = sorted(name for name in folders if not taken.skips((inside / name).as_posix(), is_folder=True))
            for name in sorted([*folders, *(name for name in names if not is_junk(name))]):
                _take(name, here, (inside / name).as_posix(), taken)
    except OSError as error:
        raise Refused(f"it cannot be read: {error.strerror}") from error
    return taken.upload()


def _take(name: str, here: int, inside: str, taken: "_Taken") -> None:
    """Take one entry of a folder, of which `here` is the descriptor."""
    mode = os.lstat(name, dir_fd=here).st_mode
    if stat.S_ISDIR(mode):
        taken.count_folder(inside)
        return
    if not stat.S_ISREG(mode):
        raise Refused(f"{_shown(inside)} is a link or a device")
    with open_regular(name, here) as file:
        status = os.fstat(file.fileno())
        if status.st_nlink > 1:
            raise Refused(f"{_shown(inside)} is a hard link to a file elsewhere")
        taken.add(inside, file, time_of(status.st_mtime))


def read_archive(content: bytes, name: str, bounds: Bounds, whole_class: bool = False) -> Upload:
    """Unpack an archive in memory; archives inside it are not unpacked.

    Parameters
    ----------
    name
        Its name, whose suffix says the format.
    whole_class
        True if what stands at its top comes from different people: a dishonest name, a link or damage then costs one of them, not
        all.

    Raises
    ------
    Refused
        As for `read_folder`, and if it is damaged, encrypted, or in an unsupported format.
    """
    taken = _Taken(bounds, packed=len(content), whole_class=whole_class)
    lower = name.lower()
    try:
        if lower.endswith(".zip"):
            _unpack_zip(content, taken)
        elif lower.endswith(".7z"):
            _unpack_7z(content, taken)
        else:
            _unpack_tar(content, taken)
    except Refused:
        raise
    except Exception as error:  # parsers of archives raise anything for hostile ones
        raise Refused(f"it is not a readable archive: {_said(error)}") from error
    return taken.upload()


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"


def _unpack_zip(content: bytes, taken: "_Taken") -> None:
    if content.count(b"PK\x01\x02") > _ENTRIES_TO_FILES * taken.bounds.count:  # before zipfile creates an object for each
        raise Refused(taken.bounds.too_many)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in archive.infolist():
            if entry.create_system == _FROM_DOS and "/" not in entry.filename:  # as some versions of PowerShell write them
                entry.filename = entry.filename.replace("\\", "/")
        entries = [entry for entry in archive.infolist() if not taken.skips(entry.filename)]
        taken.expect(len(entries))
        for entry in entries:
            mode = entry.external_attr >> 16
            if entry.is_dir():
                taken.count_folder(entry.filename)
            elif stat.S_IFMT(mode) not in (0, stat.S_IFREG):
                taken.refuse(entry.filename, "is a link or a device")
            elif entry.flag_bits & 1:
                taken.refuse(entry.filename, "is encrypted")
            else:
                _unzip(archive, entry, taken)


def _unzip(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, taken: "_Taken") -> None:
    try:
        with archive.open(entry) as file:
            taken.add(entry.filename, file, _zip_time(entry.date_time))
    except Refused:
        raise
    except Exception as error:  # whatever a damaged entry brings about
        taken.refuse(entry.filename, f"is damaged: {_said(error)}")


def _zip_time(fields: tuple[int, int, int, int, int, int]) -> datetime | None:
    try:
        return datetime(*fields).astimezone(UTC)  # a zip has no time zone, so this assumes local time
    except (ValueError, OverflowError):
        return None


def _unpack_tar(content: bytes, taken: "_Taken") -> None:
    raw = io.BytesIO(content)
    opened = next((module.open(raw) for magic, module in _COMPRESSED.items() if content.startswith(magic)), raw)
    # Read as a stream, member by member. This also bounds what tarfile itself reads, such as long headers.
    with tarfile.open(fileobj=cast(IO[bytes], _Bounded(opened, taken)), mode="r|") as archive:
        for entry in archive:
            if taken.skips(entry.name):
                continue
            if entry.isdir():
                taken.count_folder(entry.name)
            elif not entry.isreg() or entry.issparse():
                taken.refuse(entry.name, "is a link or a device")
            else:
                taken.add(entry.name, archive.extractfile(entry), time_of(entry.mtime))


_COMPRESSED = {b"\x1f\x8b": gzip, b"BZh": bz2, b"\xfd7zXZ": lzma}
_TAR_BLOCKS = 4096  # for each file: headers, and the padding of its last block


class _Bounded:
    """A stream that refuses to return more than an upload may contain, plus the headers of a tar."""

    def __init__(self, file, taken: "_Taken") -> None:
        self._file, self._taken = file, taken
        self._left = taken.size + taken.bounds.count * _TAR_BLOCKS

    def read(self, count: int) -> bytes:
        part = self._file.read(count)
        self._left -= len(part)
        if self._left < 0:
            raise Refused(self._taken.too_large())
        return part


def _unpack_7z(content: bytes, taken: "_Taken") -> None:
    try:
        import py7zr
        from py7zr.io import BytesIOFactory
    except ImportError:
        raise Refused("it is a 7z archive; install py7zr to read those, or ask for a zip") from None
    with py7zr.SevenZipFile(io.BytesIO(content)) as archive:
        entries = [entry for entry in archive.list() if not taken.skips(entry.filename)]
        taken.expect(len(entries), sum(entry.uncompressed for entry in entries))
        if any(not (entry.is_directory or entry.is_file) or entry.is_symlink for entry in entries):
            raise Refused("it contains a link or a device")
        factory = BytesIOFactory(limit=taken.bounds.size)
        archive.extract(targets=[entry.filename for entry in entries if entry.is_file], factory=factory)
        times = {entry.filename: entry.creationtime for entry in entries}
        for name, product in factory.products.items():
            product.seek(0)
            taken.add(name, product, times.get(name))


class _Taken:
    """What has been read so far, and its bounds."""

    def __init__(self, bounds: Bounds, packed: int | None = None, whole_class: bool = False) -> None:
        self.bounds, self._whole_class = bounds, whole_class
        self._refused: dict[str, str] = {}
        self.size = bounds.size if packed is None else min(bounds.size, max(1 << 20, packed * bounds.ratio))
        self._count, self._total = 0, 0
        self._files: dict[str, bytes] = {}
        self._times: dict[str, datetime] = {}
        self._folded: dict[str, str] = {}
        self._left_out: set[str] = set()

    def skips(self, name: str, is_folder: bool = False) -> bool:
        """Whether a path is not read: junk, or something in a folder that a tool made."""
        parts = PurePosixPath(name).parts
        places = [place for place, part in enumerate(parts) if part in OF_TOOLS]
        if places and (is_folder or name.endswith("/") or places[0] < len(parts) - 1):
            self._left_out.add("/".join(parts[: places[0] + 1]))
            return True
        return is_junk(name)

    def expect(self, count: int, size: int = 0) -> None:
        """Refuse early what an archive itself declares to be too much."""
        if count > self.bounds.count:
            raise Refused(self.bounds.too_many)
        if size > self.size:
            raise Refused(self.too_large())

    def refuse(self, name: str, why: str) -> None:
        """Refuse a file: the whole upload, or of a whole class the part that one student sent.

        Raises
        ------
        Refused
            If it is the whole upload.
        """
        self._one_more()
        self._refuse(name, f"{_shown(name)} {why}")

    def _refuse(self, name: str, reason: str) -> None:
        if not self._whole_class:
            raise Refused(reason)
        self._refused.setdefault("/".join(PurePosixPath(name.lstrip("/")).parts) or name, reason)

    def count_folder(self, name: str) -> None:
        if not PurePosixPath(name).parts:
            return  # "./", with which `tar c .` begins
        self._place(name, is_file=False)
        self._one_more()

    def add(self, name: str, file, time: datetime | None) -> None:
        self._one_more()
        path = None if self._leaves_out(name) else self._place(name, is_file=True)
        if path is None:
            return
        parts, left = [], self.size - self._total
        while part := file.read(min(_CHUNK, left + 1)):
            left -= len(part)
            if left < 0:
                raise Refused(self.too_large())
            parts.append(part)
        self._total = self.size - left
        self._files[str(path)] = b"".join(parts)
        if time is not None:
            self._times[str(path)] = time

    def _leaves_out(self, name: str) -> bool:
        """Whether a file is left out, because no one could type its name. It costs no one the notebook beside it."""
        parts = PurePosixPath(name).parts
        of_class = int(self._whole_class)  # of a whole class, the first part may be someone's name
        if name.endswith(".ipynb") or not any(map(has_control, parts[of_class:])):
            return False
        self._left_out.add(
            "/".join([*parts[:of_class], *(without_invisible(part, "\N{REPLACEMENT CHARACTER}") for part in parts[of_class:])])
        )
        return True

    def _place(self, name: str, is_file: bool) -> PurePosixPath | None:
        """Check a path and that no other is like it; None if it is refused for its own part of a class."""
        try:
            path = _honest(name)
            for length in range(1, len(path.parts) + 1) if is_file else ():  # folder names may clash too
                self._no_clash("/".join(path.parts[:length]), is_file=length == len(path.parts))
        except Refused as reason:
            self._refuse(name, str(reason))
            return None
        return path

    def upload(self) -> Upload:
        return Upload(self._files, self._times, self._refused, frozenset(self._left_out))

    def _one_more(self) -> None:
        self._count += 1
        if self._count > self.bounds.count:
            raise Refused(self.bounds.too_many)

    def too_large(self) -> str:
        if self.size < self.bounds.size:
            return f"it unpacks to more than {self.bounds.ratio} times its size"
        return self.bounds.too_large

    def _no_clash(self, path: str, is_file: bool) -> None:
        folded = unicodedata.normalize("NFKC", path).casefold()
        other = self._folded.setdefault(folded, path)
        if other != path or (is_file and path in self._files) or (not is_file and path in self._files):
            raise Refused(f"two of its files are both named {_shown(path)}, except for case")


def _honest(name: str) -> PurePosixPath:
    """Check that a path can be read, and stays inside its folder."""
    shown = _shown(name)
    if has_control(name):
        raise Refused(f"{shown} has invisible characters in its name")
    if "\\" in name or name.startswith("/") or re.match(r"[A-Za-z]:", name):
        raise Refused(f"{shown} is not a path inside the upload")
    path = PurePosixPath(name)
    if not path.parts or ".." in path.parts:
        raise Refused(f"{shown} is not a path inside the upload")
    if len(path.parts) > 20 or len(name.encode()) > PATH_BYTES:
        raise Refused(f"{shown} is too long a path")
    for part in path.parts:
        if len(part.encode()) > 200:
            raise Refused(f"{shown} is too long a path")
    return path


def _shown(name: str) -> str:
    """A printable name: characters that are invisible or reverse the text are escaped."""
    return ascii(name[:120]) if has_control(name) else repr(name[:120])
