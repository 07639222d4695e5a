"""The system calls that a jail forbids.

Namespaces already separate a jail's processes from the rest of the machine. This list removes the calls through which
kernels have been attacked from inside namespaces, those that no notebook needs, and those that hold memory that neither
the keeper's count nor the limit on files sees (memfd_create, System V shared memory and queues).
"""

import errno
import fcntl

import pyseccomp

_REFUSED = [
    "acct",
    "add_key",
    "bpf",
    "chroot",
    "delete_module",
    "fanotify_init",
    "finit_module",
    "fsconfig",
    "fsmount",
    "fsopen",
    "fspick",
    "init_module",
    "inotify_add_watch",
    "io_uring_enter",
    "io_uring_register",
    "io_uring_setup",
    "kcmp",
    "kexec_file_load",
    "kexec_load",
    "keyctl",
    "lookup_dcookie",
    "memfd_create",
    "memfd_secret",
    "mount",
    "mount_setattr",
    "move_mount",
    "msgget",
    "name_to_handle_at",
    "nfsservctl",
    "open_by_handle_at",
    "open_tree",
    "perf_event_open",
    "personality",
    "pidfd_getfd",
    "pivot_root",
    "process_madvise",
    "process_vm_readv",
    "process_vm_writev",
    "ptrace",
    "quotactl",
    "reboot",
    "request_key",
    "setns",
    "sethostname",
    "settimeofday",
    "shmget",
    "swapoff",
    "swapon",
    "syslog",
    "umount",
    "umount2",
    "unshare",
    "userfaultfd",
    "vhangup",
]

# Allowed address families: AF_UNIX, AF_INET, AF_INET6, AF_NETLINK. There is no network to reach with them.
_FAMILIES = {1, 2, 10, 16}
_INTERNET = {2, 10}
_LOCAL = {1, 16}  # AF_UNIX, AF_NETLINK
_LAST_FAMILY = 46
_PR_SET_PDEATHSIG = 1
_F_OFD_GETLK = 36
_SOL_SOCKET = 1
_BUFFER_SIZES = (7, 8, 32, 33)  # SO_SNDBUF, SO_RCVBUF, and the two that exceed the system's maximum
_NAMESPACE_FLAGS = 0x7E020000 | 0x00000080  # every CLONE_NEW*, including the time namespace


def build_filter(loopback: bool = False, network: bool = False) -> pyseccomp.SyscallFilter:
    """Build the filter; `.load()` applies it permanently to the calling process and all its children.

    Parameters
    ----------
    loopback
        True if the jail's loopback device is up. Its connections would hold uncounted memory, so internet sockets are refused
        then, with the error that connecting gives elsewhere.
    network
        True for a jail in the host's network: it must not reach the host's local sockets, so only internet sockets are allowed.

    Raises
    ------
    OSError
        If libseccomp refuses a rule on this machine.
    """
    refuse = pyseccomp.ERRNO(errno.EPERM)
    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    for name in _REFUSED:
        _add(rules, refuse, name)
    # Without clone3, glibc falls back to clone, whose flags a filter can read.
    _add(rules, pyseccomp.ERRNO(errno.ENOSYS), "clone3")
    # Jails could signal to each other through locks on files that both see. h5py works without flock.
    _add(rules, pyseccomp.ERRNO(errno.ENOSYS), "flock")
    for command in (fcntl.F_GETLK, _F_OFD_GETLK, fcntl.F_SETLEASE, fcntl.F_NOTIFY):
        _add(rules, refuse, "fcntl", _is(1, command))
    for bit in range(32):
        if _NAMESPACE_FLAGS & (1 << bit) & ~0xFF:  # the low byte of clone's flags is the exit signal
            _add(rules, refuse, "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, 1 << bit, 1 << bit))
    for family in range(_LAST_FAMILY + 1):
        if family not in _FAMILIES:
            for call in ("socket", "socketpair"):
                _add(rules, refuse, call, _is(0, family))
    for size in _BUFFER_SIZES:  # what waits in a socket is no process's memory
        _add(rules, refuse, "setsockopt", _is(1, _SOL_SOCKET), _is(2, size))
    if loopback:
        for family in _INTERNET:
            _add(rules, pyseccomp.ERRNO(errno.ENETUNREACH), "socket", _is(0, family))
    if network:
        for family in _LOCAL:  # a socketpair leads nowhere else
            _add(rules, refuse, "socket", _is(0, family))
    _add(rules, refuse, "prctl", _is(0, _PR_SET_PDEATHSIG))  # a process that undoes it would outlive the grader
    return rules


def _is(position: int, value: int) -> pyseccomp.Arg:
    """Match an int argument: Linux reads only its lower half, and a caller may put anything into the other."""
    return pyseccomp.Arg(position, pyseccomp.MASKED_EQ, 0xFFFFFFFF, value)


def _add(rules: pyseccomp.SyscallFilter, action: int, name: str, *arguments: pyseccomp.Arg) -> None:
    try:
        rules.add_rule(action, name, *arguments)
    except (OSError, ValueError) as error:
        if not _is_unknown_here(name):
            raise OSError(f"libseccomp refuses a rule for {name}: {error}") from error


def _is_unknown_here(name: str) -> bool:
    """True for a call unknown to this architecture or libseccomp, so there is nothing to refuse."""
    try:
        return bool(pyseccomp.resolve_syscall(pyseccomp.system_arch(), name) < 0)
    except (OSError, ValueError):
        return True
