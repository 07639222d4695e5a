"""The walls around one kernel: namespaces, a private root, limits, no capabilities, a system call filter.

Two processes take part. The *keeper* stays outside the new process namespace and builds the root (:func:`build_root`).
The *inmate* is the first process inside, and locks itself in (:func:`lock_in`) before it runs any student code.
"""

import contextlib
import os
import resource
import shutil
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from . import linux
from .limits import Limits

if TYPE_CHECKING:  # not needed to run, and not there on every machine
    from pyseccomp import SyscallFilter

NAMESPACES = (
    linux.CLONE_NEWUSER
    | linux.CLONE_NEWNS
    | linux.CLONE_NEWPID
    | linux.CLONE_NEWNET
    | linux.CLONE_NEWIPC
    | linux.CLONE_NEWUTS
    | linux.CLONE_NEWCGROUP
)

INMATE_ID = 1000  # user and group inside
HOME = "/home/student"
DEVICES = tuple(f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom"))
DEVICE_LINKS = {"/dev/fd": "/proc/self/fd", "/dev/stdin": "fd/0", "/dev/stdout": "fd/1", "/dev/stderr": "fd/2"}
ETC = {
    "/etc/passwd": f"student:x:{INMATE_ID}:{INMATE_ID}::{HOME}:/bin/false\n",
    "/etc/group": f"student:x:{INMATE_ID}:\n",
    "/etc/hosts": "127.0.0.1 localhost\n",
}
# What names of other machines are looked up with; only a jail that has a network holds them.
_NAMES = ("/etc/hosts", "/etc/nsswitch.conf", "/etc/resolv.conf")
_PAGE = resource.getpagesize()
_PLAIN = linux.MS_NOSUID | linux.MS_NODEV


@dataclass(frozen=True)
class Jail:
    """The contents of a jail; anything not named here does not exist inside.

    Parameters
    ----------
    binds
        Files and folders that are visible inside, read-only, at their own paths.
    covered
        Folders of those binds that look empty inside (other packages of the same site-packages).
    work
        Folder whose files are copied into the inmate's home, or None.
    limits
        The inmate's resource limits.
    environment
        The complete environment of the kernel.
    jailed
        False builds no jail: only the process limits apply.
    devices
        Usable device files, in addition to those that every program expects.
    network
        True leaves it the host's network. For our own programs; a kernel has none.
    """

    binds: list[str]
    covered: list[str] = field(default_factory=list)
    work: str | None = None
    limits: Limits = field(default_factory=Limits)
    environment: dict[str, str] = field(default_factory=dict)
    jailed: bool = True
    devices: list[str] = field(default_factory=list)
    network: bool = False

    @property
    def namespaces(self) -> int:
        """The namespaces of its own, as flags."""
        return NAMESPACES & ~linux.CLONE_NEWNET if self.network else NAMESPACES


def build_root(jail: Jail, root: str) -> None:
    """Mount the jail's whole file system at `root`. Runs in the keeper, in the new user and mount namespaces."""
    linux.mount("none", "/", None, linux.MS_REC | linux.MS_PRIVATE)
    linux.mount("tmpfs", root, "tmpfs", _PLAIN, "mode=755,size=4m")
    _private_folders(jail, root)  # first: an interpreter may lie below /tmp or /home
    places = mount_plan(tuple(jail.binds), tuple(jail.covered))
    for place, is_empty in places:
        if is_empty:
            os.makedirs(root + place, mode=0o755, exist_ok=True)
            linux.mount("tmpfs", root + place, "tmpfs", _PLAIN, "mode=755,size=1m")
        else:
            _bind(place, root + place)
    for folder in [
        root + place for place, is_empty in places if is_empty
    ]:  # now that the binds below them have their places; without root they would be the inmate's to fill
        linux.set_mount_flags(folder, linux.MS_RDONLY, recursive=False)
    for link, target in system_links().items():
        if not os.path.lexists(root + link):
            os.symlink(target, root + link)
    os.makedirs(root + "/etc", mode=0o755, exist_ok=True)
    for file, text in ETC.items():
        Path(root + file).write_text(text)
    for file in _NAMES if jail.network else ():
        with contextlib.suppress(FileNotFoundError):
            shutil.copyfile(file, root + file)
    for device in (*DEVICES, *jail.devices):
        Path(root + device).touch()
        linux.mount(device, root + device, None, linux.MS_BIND)
        linux.set_mount_flags(root + device, linux.MS_NOSUID | linux.MS_NOEXEC)
    for link, target in DEVICE_LINKS.items():
        os.symlink(target, root + link)
    os.makedirs(root + "/proc", mode=0o555)
    linux.set_mount_flags(root, linux.MS_RDONLY, recursive=False)


@lru_cache(maxsize=8)  # the same for every jail of a parent, whose children find it there
def mount_plan(binds: tuple[str, ...], covered: tuple[str, ...]) -> tuple[tuple[str, bool], ...]:
    """What to mount, in order: binds (False), and empty folders (True) over covered ones and where the way to a bind leads through
    a place that the inmate can write to."""
    plan = [(folder, True) for folder in ways(binds)]
    hidden = sorted(os.path.realpath(folder) for folder in covered)
    for source in in_mount_order(binds, hidden):
        inside = [folder for folder in hidden if folder.startswith(source + "/")]
        hidden = [folder for folder in hidden if folder not in inside]
        plan += [(source, False), *((folder, True) for folder in inside)]
    return tuple(plan)


def ways(binds: Sequence[str]) -> list[str]:
    """Folders in /home and /tmp that lead to binds, and would be the inmate's to fill."""
    tops = {"/".join(bind.split("/")[:3]) for bind in binds if bind.startswith(("/home/", "/tmp/"))}
    return sorted(tops - {*binds, HOME})


def in_mount_order(binds: Sequence[str], covered: Sequence[str]) -> list[str]:
    """Sort parents first, and drop binds inside another bind, which would hide the folders that cover them."""
    kept: list[str] = []
    for source in sorted(set(binds), key=lambda path: (path.count("/"), path)):
        shown = any(source.startswith(other + "/") for other in kept)
        if not shown or any(source.startswith(folder + "/") for folder in covered):
            kept.append(source)
    return kept


def _bind(source: str, target: str) -> None:
    if os.path.isdir(source):
        os.makedirs(target, mode=0o755, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), mode=0o755, exist_ok=True)
        if not os.path.exists(target):
            Path(target).touch()
    linux.mount(source, target, None, linux.MS_BIND | linux.MS_REC)
    linux.set_mount_flags(target, linux.MS_RDONLY | _PLAIN)


def system_links() -> dict[str, str]:
    """/lib and similar paths are links into /usr on most systems, and programs name their loader by them."""
    return {link: os.readlink(link) for link in ("/lib", "/lib64", "/lib32") if os.path.islink(link)}


def _private_folders(jail: Jail, root: str) -> None:
    """Home, /tmp and /dev/shm: three folders of one tmpfs, so that they share one bound."""
    store = root + "/run"
    os.makedirs(store)
    count, size = contents(jail.work)  # of the submission itself, which must fit whatever the limits are
    bounds = f"size={jail.limits.disk + size},nr_inodes={jail.limits.files + count}"
    linux.mount("tmpfs", store, "tmpfs", _PLAIN, f"mode=755,{bounds}")
    for name, target in (("home", HOME), ("tmp", "/tmp"), ("shm", "/dev/shm")):
        os.makedirs(f"{store}/{name}")
        if name == "home" and jail.work:
            shutil.copytree(jail.work, f"{store}/{name}", dirs_exist_ok=True, symlinks=True)
        _give_to_inmate(f"{store}/{name}")
        os.makedirs(root + target, mode=0o755, exist_ok=True)
        linux.mount(f"{store}/{name}", root + target, None, linux.MS_BIND)
    linux.unmount(store)  # the bind mounts of its folders keep it alive
    os.rmdir(store)


def contents(folder: str | None) -> tuple[int, int]:
    """Files and folders below a folder, and the bytes that they take in a tmpfs, which stores whole pages."""
    count, pages = 0, 0
    for parent, folders, files in os.walk(folder) if folder else ():
        count += len(folders) + len(files)
        pages += sum(1 + os.lstat(os.path.join(parent, name)).st_size // _PAGE for name in files)
    return count, pages * _PAGE


def _give_to_inmate(folder: str) -> None:
    for parent, folders, files in os.walk(folder):
        os.chown(parent, INMATE_ID, INMATE_ID)
        os.chmod(parent, 0o700)
        for name in folders + files:
            os.chown(os.path.join(parent, name), INMATE_ID, INMATE_ID, follow_symlinks=False)


def lock_in(jail: Jail, root: str, filters: "SyscallFilter", held: int) -> None:
    """Enter `root` and give up all privileges. Runs in the inmate, the first process of the new process namespace.

    `held` is the inmate's end of a pipe that its keeper holds, see :func:`autograder.kernels.linux.die_with_parent`.
    """
    linux.die_with_parent(held)
    # Read-only, or an inmate with a user of the host's could tell Linux to spare it when memory is short (oom_score_adj).
    linux.mount("proc", root + "/proc", "proc", _PLAIN | linux.MS_NOEXEC | linux.MS_RDONLY)
    os.chdir(root)
    linux.pivot_root(".", ".")
    linux.unmount(".")
    os.chdir(HOME)
    socket.sethostname("jail")
    os.setsid()
    with contextlib.suppress(PermissionError):  # denied without root, and then the groups have no meaning inside
        os.setgroups([])
    os.setresgid(INMATE_ID, INMATE_ID, INMATE_ID)
    set_limits(jail.limits)
    linux.drop_bounding_set()  # needs CAP_SETPCAP, which a change of user drops
    os.setresuid(INMATE_ID, INMATE_ID, INMATE_ID)
    linux.drop_capabilities()
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
    linux.prctl(linux.PR_SET_DUMPABLE, 1)
    linux.die_with_parent(held)  # once more, because a change of user makes Linux forget
    filters.load()
    os.umask(0o022)


def set_limits(limits: Limits) -> None:
    """Limit the resources of this process and its children."""
    for what, value in bounds(limits):
        resource.setrlimit(what, (value, value))


def bounds(limits: Limits, process: int | str = "self", spent: float = 0.0) -> list[tuple[int, int]]:
    """The resource limits of a process, by number.

    Parameters
    ----------
    process
        Its process id. Memory that it has already reserved does not count.
    spent
        Seconds of CPU time that do not count.
    """
    return [
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, limits.cpu + round(spent)),
        (resource.RLIMIT_DATA, _private_bytes(process) + limits.memory),
        (resource.RLIMIT_FSIZE, limits.disk),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
        (resource.RLIMIT_NOFILE, 256),
        (resource.RLIMIT_NPROC, limits.processes),
        (resource.RLIMIT_SIGPENDING, 1024),
    ]


def _private_bytes(process: int | str) -> int:
    """Private writable memory that a process has reserved, as counted by RLIMIT_DATA."""
    with open(f"/proc/{process}/status") as file:
        return next(int(line.split()[1]) << 10 for line in file if line.startswith("VmData:"))
