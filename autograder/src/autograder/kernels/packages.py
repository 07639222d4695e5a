"""Which files of this Python a jail shows: the interpreter, the shared libraries, and the packages that were named."""

import os
import re
import site
import sys
import sysconfig
from importlib import metadata
from pathlib import Path

# What every kernel needs, beside the packages that an assignment names.
KERNEL = ("ipykernel",)
# unroll imports what it needs only when it is used: an assignment that wants Keras or Matplotlib names them itself.
_WITHOUT_NEEDS = {"unroll-course"}
# Stands for all packages of this environment, the grader's own apart.
EVERYTHING = ("*",)


def visible(packages: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Find what to bind and what to cover so that exactly `packages`, and what they need, can be imported.

    Parameters
    ----------
    packages
        Names of distributions, such as ``("numpy", "unroll-course")``, or EVERYTHING.

    Returns
    -------
    binds, covered
        Files and folders to show, and folders of those to show empty.

    Raises
    ------
    importlib.metadata.PackageNotFoundError
        If one of them is not installed.
    """
    if packages == EVERYTHING:
        entries = {os.path.realpath(folder) for folder in site.getsitepackages() if os.path.isdir(folder)}
        entries |= _entries("unroll-course")
        grader = _entries("unroll-autograder")
    else:
        entries = {path for name in _with_needs((*KERNEL, *packages)) for path in _entries(name)}
        grader = set()
    system = [folder for folder in ("/usr/lib", "/usr/lib64", "/etc/ld.so.cache") if os.path.exists(folder)]
    system += [folder for folder in ("/lib", "/lib64") if os.path.isdir(folder) and not os.path.islink(folder)]
    base = {"base": sys.base_prefix, "platbase": sys.base_exec_prefix}
    standard = [sysconfig.get_path(kind, vars=base) for kind in ("stdlib", "platstdlib")] + [sysconfig.get_config_var("LIBDIR")]
    standard = [os.path.realpath(folder) for folder in standard if folder]
    covered = {folder for folder in _package_folders() if any(folder.startswith(s + "/") for s in (*standard, *system))}
    covered |= {path for path in grader if os.path.isdir(path) and any(path.startswith(e + "/") for e in entries)}
    return sorted({*system, *standard, *entries}), sorted(covered - entries)


def _package_folders() -> set[str]:
    """Every folder of installed packages that a standard library folder may contain."""
    folders = {*site.getsitepackages(), *site.getsitepackages([sys.base_prefix])}
    folders |= {str(path) for path in Path("/usr/lib").glob("python3*/dist-packages")}
    return {os.path.realpath(folder) for folder in folders if os.path.isdir(folder)}


def _with_needs(names: tuple[str, ...]) -> set[str]:
    found: set[str] = set()
    pending = list(names)
    while pending:
        name = _normal(pending.pop())
        if name in found:
            continue
        found.add(name)
        if name in _WITHOUT_NEEDS:
            continue
        for requirement in metadata.requires(name) or []:
            need, _, marker = requirement.partition(";")
            if "extra" not in marker:
                pending.append(re.match(r"[A-Za-z0-9._-]+", need).group())
        pending = [need for need in pending if _normal(need) in found or _installed(need)]
    return found


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _installed(name: str) -> bool:
    """A requirement for another platform or Python is not installed; the names that were asked for are."""
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _entries(name: str) -> set[str]:
    """The top-level files and folders of one distribution, those of an editable install included."""
    distribution = metadata.distribution(name)
    home = str(distribution.locate_file(""))
    tops = {file.parts[0] for file in distribution.files or [] if file.parts[0] not in ("..", "__pycache__")}
    entries = {os.path.join(home, top) for top in tops if not top.endswith(".pth")}
    for top in tops:
        if top.endswith(".pth"):
            entries |= _editable(Path(home, top))
    return {os.path.realpath(path) for path in entries if os.path.exists(path)}


def _editable(listing: Path) -> set[str]:
    """The packages in the source folders that a .pth file of an editable install names."""
    folders = [Path(line) for line in listing.read_text().splitlines() if line.startswith("/")]
    return {str(init.parent) for folder in folders for init in folder.glob("*/__init__.py")}
