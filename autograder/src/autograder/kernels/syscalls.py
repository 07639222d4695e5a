"""The system calls that a jail forbids.

Namespaces already separate a jail's processes from the rest of the machine. This list removes the calls through which
kernels have been attacked from inside namespaces, those that no notebook needs, and those that hold memory that neither
the keeper's count nor the limit on files sees: memfd_create, System V's shared memory, queues and semaphores, records of locks,
pages that only a socket or a pipe still refers to (splice, sendfile), access control lists, programs of socket filters.
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
    "io_setup",
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
    "seccomp",
    "semget",
    "sendfile",
    "sendfile64",
    "sethostname",
    "setns",
    "settimeofday",
    "shmget",
    "splice",
    "swapoff",
    "swapon",
    "syslog",
    "tee",
    "umount",
    "umount2",
    "unshare",
    "userfaultfd",
    "vhangup",
    "vmsplice",
]

_LOCAL, _INTERNET, _NETLINK = {1}, {2, 10}, 16  # address families: AF_UNIX; AF_INET, AF_INET6; AF_NETLINK
_LAST_FAMILY = 46
# Later calls, which have the same number everywhere, are unknown inside unless they are listed: what a new Linux brings has not been
# looked at. pidfd_send_signal, pidfd_open, close_range, openat2, faccessat2, epoll_pwait2, process_mrelease, futex_waitv,
# set_mempolicy_home_node, cachestat, fchmodat2, map_shadow_stack, futex_wake, futex_wait, futex_requeue, mseal
_LATER = range(424, 512)
_KNOWN = {424, 434, 436, 437, 439, 441, 448, 449, 450, 451, 452, 453, 454, 455, 456, 462}
_PR_SET_PDEATHSIG, _PR_SET_SECCOMP = 1, 22
_LATER_PRCTL = 59  # from here on: system call dispatch, shared pages, tables for futexes of any size, and what comes next
_F_OFD_GETLK, _F_OFD_SETLK, _F_OFD_SETLKW = 36, 37, 38
_SOL_SOCKET = 1
_BUFFER_SIZES = (7, 8, 32, 33)  # SO_SNDBUF, SO_RCVBUF, and the two that exceed the system's maximum
_SOCKET_FILTERS = (26, 50, 51, 52)  # SO_ATTACH_FILTER, SO_ATTACH_BPF, and the two for a group of sockets
_ATTRIBUTES = ("setxattr", "lsetxattr", "fsetxattr", "setxattrat")
_NAMESPACE_FLAGS = 0x7E020000 | 0x00000080  # every CLONE_NEW*, including the time namespace


def build_filter(network: bool = False) -> pyseccomp.SyscallFilter:
    """Build the filter; `.load()` applies it permanently to the calling process and all its children.

    Parameters
    ----------
    network
        True for a jail in the host's network: it must not reach the host's local sockets, so only internet sockets are allowed.
        False allows local ones only; for others there is the error that connecting gives where there is no network.

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
    # Linux keeps a record of each lock and counts none. SQLite insists on them; a jail's files have no one else to be locked against.
    for command in (fcntl.F_SETLK, fcntl.F_SETLKW, _F_OFD_SETLK, _F_OFD_SETLKW):
        _add(rules, pyseccomp.ERRNO(0), "fcntl", _is(1, command))
    for command in (fcntl.F_GETLK, _F_OFD_GETLK, fcntl.F_SETLEASE, fcntl.F_NOTIFY):
        _add(rules, refuse, "fcntl", _is(1, command))
    for bit in range(32):
        if _NAMESPACE_FLAGS & (1 << bit) & ~0xFF:  # the low byte of clone's flags is the exit signal
            _add(rules, refuse, "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, 1 << bit, 1 << bit))
    for family in range(_LAST_FAMILY + 1):
        if family not in _LOCAL:
            _add(rules, refuse, "socketpair", _is(0, family))
        if family in _INTERNET and not network:
            _add(rules, pyseccomp.ERRNO(errno.ENETUNREACH), "socket", _is(0, family))
        elif family == _NETLINK and not network:
            _add(rules, pyseccomp.ERRNO(errno.EOPNOTSUPP), "socket", _is(0, family))  # the error that ZeroMQ survives
        elif family not in (_INTERNET if network else _LOCAL):
            _add(rules, refuse, "socket", _is(0, family))
    for option in (*_BUFFER_SIZES, *_SOCKET_FILTERS):
        _add(rules, refuse, "setsockopt", _is(1, _SOL_SOCKET), _is(2, option))
    for name in _ATTRIBUTES:
        _add(rules, pyseccomp.ERRNO(errno.EOPNOTSUPP), name)  # which programs that copy files expect
    _add(rules, refuse, "prctl", _is(0, _PR_SET_SECCOMP))
    _add(rules, refuse, "prctl", pyseccomp.Arg(0, pyseccomp.GE, _LATER_PRCTL))
    for number in set(_LATER) - _KNOWN - {_number_of(name) for name in (*_REFUSED, *_ATTRIBUTES, "clone3")}:
        _add(rules, pyseccomp.ERRNO(errno.ENOSYS), number)
    _add(rules, refuse, "prctl", _is(0, _PR_SET_PDEATHSIG))  # a process that undoes it would outlive the grader
    return rules


def _is(position: int, value: int) -> pyseccomp.Arg:
    """Match an int argument: Linux reads only its lower half, and a caller may put anything into the other."""
    return pyseccomp.Arg(position, pyseccomp.MASKED_EQ, 0xFFFFFFFF, value)


def _add(rules: pyseccomp.SyscallFilter, action: int, call: str | int, *arguments: pyseccomp.Arg) -> None:
    try:
        rules.add_rule(action, call, *arguments)
    except (OSError, ValueError) as error:
        if isinstance(call, int) or _number_of(call) >= 0:
            raise OSError(f"libseccomp refuses a rule for {call}: {error}") from error


def _number_of(name: str) -> int:
    """The number of a call here; negative if this architecture or libseccomp does not know it, so there is nothing to refuse."""
    try:
        return int(pyseccomp.resolve_syscall(pyseccomp.system_arch(), name))
    except (OSError, ValueError):
        return -1
