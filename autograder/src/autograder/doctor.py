"""Find out by trying what this machine can do for grading."""

import os
import platform
import shutil
import sys
import tempfile
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import nbformat

from autograder.kernels.keeper import socket_bytes
from autograder.kernels.limits import Limits
from autograder.kernels.parent import launcher, parents_held
from autograder.notebook import pack
from autograder.requirements import KernelRequirements
from autograder.running.execution import Job, run_job
from autograder.transcript import Verdict


@dataclass(frozen=True)
class Diagnosis:
    """The result of one check.

    Parameters
    ----------
    what
        What was checked.
    state
        ``ok``, ``limited`` (something is slower or less complete) or ``missing`` (safe grading is impossible).
    detail
        What was found, and what follows.
    """

    what: str
    state: str
    detail: str


def jail_diagnosis() -> Diagnosis:
    """Try to run one cell in a jail."""
    if sys.platform != "linux":
        return Diagnosis(
            "jail", "missing", f"jails need Linux, this is {platform.system()}; grade in a Linux machine or container"
        )
    try:
        import pyseccomp  # noqa: F401, looks for libseccomp
    except (ImportError, RuntimeError) as error:
        return Diagnosis(
            "jail", "missing", f"libseccomp is missing ({error}); install it, on Debian with `apt install libseccomp2`"
        )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")])
    requirements = KernelRequirements(packages=(), limits=Limits())
    job = Job("doctor", "doctor", {"doctor": pack(notebook)}, {}, {}, None, requirements, bytes(32))
    transcript = run_job(job)
    if transcript.verdict is Verdict.GRADED:
        name, why = launcher()
        detail = "namespaces, private root, system call filter: a cell ran in a jail"
        if not why:
            return Diagnosis("jail", "ok", f"{detail} of the fork server")
        return Diagnosis(
            "jail", "limited", f"{detail} of {name}; kernels start slowly, because the fork server fails here: {why}"
        )
    return Diagnosis("jail", "missing", f"{transcript.reason} {_remedy(transcript.reason)}")


def _remedy(reason: str) -> str:
    """The setting that is most likely to forbid jails here."""
    if _sysctl("user.max_user_namespaces") == "0":
        return "User namespaces are off: `sysctl user.max_user_namespaces=15000` allows them."
    if _sysctl("kernel.unprivileged_userns_clone") == "0":
        return "Unprivileged user namespaces are off: `sysctl kernel.unprivileged_userns_clone=1` allows them."
    if _sysctl("kernel.apparmor_restrict_unprivileged_userns") == "1":
        return (
            "AppArmor restricts user namespaces, as on Ubuntu since 23.10: "
            "`sysctl kernel.apparmor_restrict_unprivileged_userns=0` allows them."
        )
    if "mount_setattr" in reason:
        return "The kernel is older than Linux 5.12; use a newer one."
    if "proc" in reason:
        return "A container hides parts of /proc: start it with `--security-opt systempaths=unconfined`."
    return (
        "A container forbids namespaces: start it with `--security-opt seccomp=unconfined --security-opt apparmor=unconfined`."
    )


def _sysctl(name: str) -> str | None:
    path = Path("/proc/sys", *name.split("."))
    return path.read_text().strip() if path.exists() else None


def diagnose() -> list[Diagnosis]:
    """Check everything that grading depends on."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    with parents_held():
        jail = jail_diagnosis()
    return [
        Diagnosis(
            "system", "ok", f"{platform.system()} {platform.release()}, Python {platform.python_version()}, {cores} cores"
        ),
        jail,
        _cgroups(),
        _sockets(),
        _pipes(),
        _memory(),
        _disk(),
        _bytecode(),
        _package("tensorflow", "Keras assignments run on it", "Keras assignments cannot be graded"),
        _gpu(),
    ]


def _cgroups() -> Diagnosis:
    for folder in (Path("/sys/fs/cgroup/memory"), Path("/sys/fs/cgroup")):
        if folder.is_dir() and os.access(folder, os.W_OK):
            detail = "writable, not used yet: process limits and monitoring bound memory and processes"
            return Diagnosis("cgroups", "ok", detail)
    detail = "not writable and not needed: process limits and monitoring bound memory and processes"
    return Diagnosis("cgroups", "ok", detail)


def _sockets() -> Diagnosis:
    most, counted = f"{socket_bytes() >> 10} kB", Path("/proc/net/sockstat")
    if os.access(counted, os.R_OK):
        return Diagnosis("sockets", "ok", f"each that a submission opens counts as the {most} that may wait in it")
    detail = f"this Linux has no {counted}, so what waits in them does not count as memory: up to {most} in each"
    return Diagnosis("sockets", "limited", detail)


def _pipes() -> Diagnosis:
    pages = int(_sysctl("fs.pipe-user-pages-soft") or 0)
    if not pages:
        detail = "nothing bounds what waits in them, and it does not count as memory: `sysctl fs.pipe-user-pages-soft=16384`"
        return Diagnosis("pipes", "limited", detail)
    bound = pages * os.sysconf("SC_PAGE_SIZE") >> 20
    return Diagnosis(
        "pipes", "ok", f"what waits in them does not count as memory; Linux bounds it to {bound:,} MB for each user"
    )


def _memory() -> Diagnosis:
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20
    each = Limits().memory >> 20
    fit = max(0, (total - 1024) // each)
    if fit >= 2:
        return Diagnosis(
            "memory", "ok", f"{total:,} MB: enough for {fit} parallel submissions at the limit of {each:,} MB each"
        )
    return Diagnosis("memory", "limited", f"{total:,} MB: use --jobs 1")


def _disk() -> Diagnosis:
    free = shutil.disk_usage(tempfile.gettempdir()).free >> 20
    state = "ok" if free > 1024 else "limited"
    return Diagnosis("disk", state, f"{free:,} MB free in {tempfile.gettempdir()}" + ("" if state == "ok" else "; make room"))


def _bytecode() -> Diagnosis:
    compiled = any(Path(nbformat.__file__).parent.glob("__pycache__/*.pyc"))
    if compiled:
        return Diagnosis("bytecode", "ok", "packages are compiled")
    detail = "packages are not compiled, so every start is slow; install with `uv pip install --compile-bytecode`"
    return Diagnosis("bytecode", "limited", detail)


def _package(name: str, here: str, missing: str) -> Diagnosis:
    try:
        return Diagnosis(name, "ok", f"{metadata.version(name)}; {here}")
    except metadata.PackageNotFoundError:
        return Diagnosis(name, "limited", f"not installed; {missing}")


def _gpu() -> Diagnosis:
    devices = sorted(path.name for path in Path("/dev").glob("nvidia[0-9]*"))
    if devices:
        return Diagnosis(
            "GPU", "ok", f"{', '.join(devices)}; each serves one submission at a time, if its assignment asks for a GPU"
        )
    return Diagnosis("GPU", "ok", "none; submissions run on the CPU")
