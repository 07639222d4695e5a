"""Fetch the files of a data set from the mirror, the cache or the network, and check their SHA-256."""

import errno
import hashlib
import os
import tarfile
import zlib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

_TIMEOUT = 20  # seconds to wait for an answer before giving up on the network


class DataError(Exception):
    """Data are not available; the message is one sentence that says why."""


class Unreachable(Exception):
    """There is no mirrored or cached copy, and the address does not answer."""


@dataclass(frozen=True)
class File:
    """One file of a data set.

    Parameters
    ----------
    path
        Relative to the mirror or the cache, with slashes.
    size
        In bytes.
    sha256
        Of its bytes, in hexadecimal.
    address
        Where the file is published.
    members
        For a tar archive that the server packs again for every download: the suffix of the files that matter, such as
        ``.wav``. Then `sha256` is the hash of `contents`, and `size` is approximate.
    package
        For a file that an installed package brings along: the package. `path` is relative to it, and nothing is fetched.
    """

    path: str
    size: int
    sha256: str
    address: str
    members: str = ""
    package: str = ""


def locate(files: tuple[File, ...]) -> list[Path]:
    """Find these files on this machine, and fetch those that are missing.

    Raises
    ------
    DataError
        If a file does not match its SHA-256, if there is no space for it, or if the mirror is not a folder.
    Unreachable
        If a file is not on this machine and cannot be fetched.
    """
    mirror = _mirror()
    return [_installed(file) if file.package else _mirrored(file, mirror) or _fetched(file) for file in files]


def _installed(file: File) -> Path:
    found = find_spec(file.package)  # does not import it
    if found is None or not found.submodule_search_locations:
        raise DataError(f"{file.package}, which brings {file.path} along, is not installed: pip install {file.package}.")
    path = Path(found.submodule_search_locations[0], file.path)
    if not path.is_file() or _digest(path, file) != file.sha256:
        raise DataError(f"{path} is missing or not the expected file. Install the version in requirements/cpu.lock.")
    return path


def _mirror() -> Path | None:
    name = os.environ.get("UNROLL_DATA_MIRROR")
    if not name:
        return None
    if not Path(name).is_dir():
        raise DataError(f"UNROLL_DATA_MIRROR is set to {name}, which is not a folder.")
    return Path(name)


def _mirrored(file: File, mirror: Path | None) -> Path | None:
    if mirror is None or not (mirror / file.path).is_file():
        return None
    path = mirror / file.path
    if _digest(path, file) != file.sha256:
        raise DataError(f"{path} is not the expected file: its SHA-256 differs. Replace it, or unset UNROLL_DATA_MIRROR.")
    return path


def contents(archive: Path, members: str) -> str:
    """Hash the contents of a tar archive, however it was packed: names, lengths and bytes, sorted by name."""
    found: dict[str, bytes] = {}
    with tarfile.open(archive) as packed:
        for member in packed:
            if member.isfile() and member.name.endswith(members) and (stream := packed.extractfile(member)):
                found[member.name.rpartition("/")[2]] = stream.read()
    digest = hashlib.sha256()
    for name in sorted(found):
        digest.update(f"{name} {len(found[name])}\n".encode())
        digest.update(found[name])
    return digest.hexdigest()


def _digest(path: Path, file: File) -> str:
    if not file.members:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    try:
        return contents(path, file.members)
    except (tarfile.TarError, zlib.error, EOFError):
        return "not an archive"


def _fetched(file: File) -> Path:
    import pooch
    import requests

    pooch.get_logger().setLevel("WARNING")
    folder = os.environ.get("UNROLL_DATA") or pooch.os_cache("unroll")
    try:
        known = None if file.members else f"sha256:{file.sha256}"
        cache = pooch.create(path=folder, base_url="", registry={file.path: known}, urls={file.path: file.address})
        path = Path(cache.fetch(file.path, downloader=pooch.HTTPDownloader(progressbar=True, timeout=_TIMEOUT)))
        if file.members and _digest(path, file) != file.sha256:
            path.unlink()  # otherwise the next call would find it
            raise ValueError
        return path
    except requests.HTTPError as error:
        status = error.response.status_code if error.response is not None else "with an error"
        raise Unreachable(f"{file.address} answers {status}") from None
    except requests.RequestException:
        raise Unreachable(f"{file.address} cannot be reached") from None
    except ValueError:
        raise DataError(f"{file.address} no longer serves the expected file: its SHA-256 differs.") from None
    except OSError as error:
        size = f"{file.path} ({file.size / 1e6:.1f} MB)"
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DataError(
                f"There is no space in {folder} for {size}; set UNROLL_DATA to a folder with enough space."
            ) from None
        reason = error.strerror or type(error).__name__
        raise DataError(f"{size} cannot be stored in {folder} ({reason}); set UNROLL_DATA to a writable folder.") from None
