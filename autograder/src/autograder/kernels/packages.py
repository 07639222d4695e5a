"""Which files of this Python a jail shows: the interpreter, the shared libraries, and the named packages."""

import importlib.util
import inspect
import os
import re
import site
import sys
import sysconfig
from importlib import metadata
from pathlib import Path

# What every kernel needs, in addition to the packages that an assignment names.
_KERNEL_PACKAGES = ("ipykernel",)
# unroll imports its dependencies lazily, so an assignment that needs Keras or Matplotlib names them itself.
_WITHOUT_NEEDS = {"unroll-course"}
# All packages of this environment except the grader.
EVERYTHING = ("*",)


def shown(packages: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Find what to bind and what to cover so that only `packages` and their dependencies can be imported.

    Parameters
    ----------
    packages
        Names of distributions, such as ``("numpy", "unroll-course")``, or EVERYTHING.

    Returns
    -------
    binds, covered
        Files and folders to show, and folders among them to show empty.

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
        entries = {path for name in _with_needs((*_KERNEL_PACKAGES, *packages)) for path in _entries(name)}
        grader = set()
    system = [folder for folder in (*_libraries(), "/etc/ld.so.cache") if os.path.exists(folder)]
    system += [folder for folder in ("/lib", "/lib64") if os.path.isdir(folder) and not os.path.islink(folder)]
    base = {"base": sys.base_prefix, "platbase": sys.base_exec_prefix}
    standard = [sysconfig.get_path(kind, vars=base) for kind in ("stdlib", "platstdlib")] + [sysconfig.get_config_var("LIBDIR")]
    standard = [os.path.realpath(folder) for folder in standard if folder]
    covered = {folder for folder in _package_folders() if any(folder.startswith(s + "/") for s in (*standard, *system))}
    covered |= {path for path in grader if os.path.isdir(path) and any(path.startswith(e + "/") for e in entries)}
    return sorted({*system, *standard, *entries}), sorted(covered - entries)


def _libraries() -> tuple[str, ...]:
    """Folders of shared libraries; without Debian's folder for this architecture they lie in /usr/lib among much else."""
    own = f"/usr/lib/{sysconfig.get_config_var('MULTIARCH')}"
    return (own if os.path.isdir(own) else "/usr/lib", "/usr/lib64", "/usr/lib/wsl/lib")


def importable(packages: tuple[str, ...]) -> tuple[str, ...]:
    """The top-level modules, besides Python's own library, that a kernel with these packages can import."""
    entries = {path for name in _with_needs((*_KERNEL_PACKAGES, *packages)) for path in _entries(name)}
    return tuple(sorted(name for name in {os.path.basename(path).partition(".")[0] for path in entries} if name.isidentifier()))


def modules(distribution: str) -> list[str]:
    """The modules to import for a distribution: the one of its name or, as for scikit-learn, those at its top."""
    usual = distribution.replace("-", "_")
    if importlib.util.find_spec(usual) is not None:
        return [usual]
    is_package = {path: os.path.isfile(os.path.join(path, "__init__.py")) for path in _entries(distribution)}
    found = (os.path.basename(path) if package else inspect.getmodulename(path) for path, package in is_package.items())
    return sorted(name for name in found if name)


def _package_folders() -> set[str]:
    """All folders of installed packages that may lie inside a standard library folder."""
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
                pending += re.findall(r"^[A-Za-z0-9._-]+", need)
        pending = [need for need in pending if _normal(need) in found or _installed(need)]
    return found


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _installed(name: str) -> bool:
    """Whether it is installed; requirements for other platforms or Pythons are not."""
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _entries(name: str) -> set[str]:
    """The top-level files and folders of one distribution, including an editable install."""
    distribution = metadata.distribution(name)
    home = str(distribution.locate_file(""))
    tops = {file.parts[0] for file in distribution.files or [] if file.parts[0] not in ("..", "__pycache__")}
    entries = {os.path.join(home, top) for top in tops if not top.endswith(".pth")}
    for top in tops:
        if top.endswith(".pth"):
            entries |= _editable(Path(home, top))
    return {os.path.realpath(path) for path in entries if os.path.exists(path)}


def _editable(listing: Path) -> set[str]:
    """The packages in the source folders named by an editable install's .pth file."""
    folders = [Path(line) for line in listing.read_text().splitlines() if line.startswith("/")]
    return {str(init.parent) for folder in folders for init in folder.glob("*/__init__.py")}
