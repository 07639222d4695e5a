"""What student code can see, and cannot do, inside a jail."""

import errno
import json
import os
import shutil
import socket
import sys
import uuid
from pathlib import Path

import numpy
import pytest
import unroll
from autograder.kernels import parent
from autograder.kernels.bubblewrap import interpreter
from autograder.kernels.jail import in_mount_order
from autograder.kernels.kernel import JUDGE, LISTENERS
from autograder.kernels.limits import Limits
from autograder.transcript import Verdict

import autograder

pytestmark = pytest.mark.usefixtures("jail")

ROOT = Path(__file__).parents[2]
NOT_SUPPORTED = f"OSError: {errno.errorcode[errno.EOPNOTSUPP]}"  # which has two names

LOOK = """
import ctypes, errno, fcntl, json, os, resource, socket, stat, struct, sys

def attempt(what):
    try:
        return what()
    except Exception as error:
        return f"{type(error).__name__}: {errno.errorcode.get(getattr(error, 'errno', None), error)}"

libc = ctypes.CDLL(None, use_errno=True)

def call(name, *arguments):
    result = getattr(libc, name)(*arguments)
    return "allowed" if result >= 0 else errno.errorcode[ctypes.get_errno()]

def status():
    return {line.split(":")[0]: line.split(":")[1].strip() for line in open("/proc/self/status")}

def tell(thing):
    print(json.dumps(thing))
"""


@pytest.fixture(scope="module")
def look(each_jail, run_cells):
    """Evaluate several expressions in one jail."""

    def ask(**expressions: str) -> dict:
        run = run_cells(LOOK, *(f"tell({expression})" for expression in expressions.values()))
        assert run.verdict is Verdict.GRADED, run.transcript.reason
        assert run.errors == [""] * len(run.errors)
        return {name: json.loads(text) for name, text in zip(expressions, run.printed[1:], strict=True)}

    return ask


@pytest.fixture(scope="module")
def shown(each_jail) -> tuple[list[str], list[str]]:
    """What is bound and what is covered; bubblewrap's jail also contains the interpreter that starts it."""
    binds, covered = parent.shown(("numpy", "unroll-course"))
    return (binds if each_jail == "forkserver" else [*binds, interpreter()]), covered


def test_root_holds_only_what_is_listed(look, shown):
    binds, _ = shown
    seen = look(
        top="sorted(os.listdir('/'))",
        etc="sorted(os.listdir('/etc'))",
        dev="sorted(os.listdir('/dev'))",
        passwd="open('/etc/passwd').read()",
        hosts="open('/etc/hosts').read()",
        home="sorted(os.listdir('/home/student'))",
        tmp="[name for name in os.listdir('/tmp') if not name.startswith('ipykernel_')]",
        foreign=f"""[path for folder, _, names in os.walk('/') for path in [folder + '/' + name for name in names]
                  if not path.startswith(('/proc', '/dev', '/home/student', '/tmp/ipykernel_', *{binds!r}))]""",
        numpy=f"os.path.exists({numpy.__file__!r})",
    )
    tops = {"/" + bind.split("/")[1] for bind in binds} | {"/dev", "/etc", "/home", "/proc", "/tmp"}
    tops |= {f"/{name}" for name in ("lib", "lib32", "lib64") if Path(f"/{name}").is_symlink()}
    assert {f"/{name}" for name in seen["top"]} == tops
    assert set(seen["etc"]) == {"passwd", "group", "hosts"} | ({"ld.so.cache"} if Path("/etc/ld.so.cache").exists() else set())
    assert seen["dev"] == sorted(["fd", "full", "null", "random", "shm", "stderr", "stdin", "stdout", "urandom", "zero"])
    assert seen["passwd"].startswith("student:x:1000:") and seen["passwd"].count("\n") == 1
    assert seen["hosts"] == "127.0.0.1 localhost\n"
    assert seen["home"] == [".ipython"]
    assert [name for name in seen["tmp"] if not any(bind.startswith(f"/tmp/{name}") for bind in binds)] == []
    assert sorted(seen["foreign"]) == ["/etc/group", "/etc/hosts", "/etc/passwd"]
    assert seen["numpy"] is True


def test_no_file_of_the_course_exists(each_jail, small_course):
    """Searched from inside a real run: sources, judges, gradebook, secret, the grader itself."""
    (small_course.path / "gradebook.db").write_bytes(b"x")
    assert len(small_course.course.secret) == 32
    paths = [str(path) for path in small_course.path.rglob("*")]
    paths += [str(small_course.path), autograder.__file__, str(ROOT / "judges"), str(ROOT / "solutions")]
    code = f"""import os
found = [path for path in {paths!r} if os.path.lexists(path)]
for folder, _, names in os.walk("/"):
    if not folder.startswith("/proc"):
        found += [os.path.join(folder, n) for n in names if n.startswith(("ps1.", "gradebook.db", "journal.jsonl"))]
        found += [folder] if folder.endswith(("/autograder", "/judges", "/.autograder")) else []
found.remove(os.path.abspath("ps1.ipynb"))  # the notebook as students got it
print("FOUND", found)"""
    transcript = small_course.run(small_course.notebook(end=code))
    assert transcript.verdict is Verdict.GRADED
    assert "FOUND []" in transcript.notebooks["ps1"]
    assert [path for path in paths if not Path(path).exists()] == []  # outside they all do


def test_environment_is_the_allow_list(look, each_jail, monkeypatch):
    monkeypatch.setenv("A_SECRET_OF_THE_GRADER", "s3cret")
    seen = look(environ="dict(os.environ)", at_start="open('/proc/self/environ').read()")
    ours = {"HOME": "/home/student", "USER": "student", "LANG": "C.UTF-8", "PATH": "/usr/bin", "TMPDIR": "/tmp"}
    ours |= {"IPYTHONDIR": "/home/student/.ipython", "MPLCONFIGDIR": "/home/student/.matplotlib"}
    ours |= {"MPLBACKEND": "module://matplotlib_inline.backend_inline", "NBGRADER_EXECUTION": "autograde", "UNROLL_JUDGE": "8"}
    ours |= {"CUDA_VISIBLE_DEVICES": ""}  # no GPU was lent
    threads = {f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "OMP", "MKL")}
    threads |= {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1", "JOBLIB_MULTIPROCESSING": "0"}
    by_ipykernel = {"TERM", "CLICOLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "PAGER", "GIT_PAGER"}
    assert {name: value for name, value in seen["environ"].items() if name not in by_ipykernel} == ours | threads
    at_start = dict(entry.split("=", 1) for entry in seen["at_start"].rstrip("\0").split("\0"))
    assert at_start == parent.ENVIRONMENT | threads | (
        {"HOME": "/", "PWD": "/home/student"} if each_jail == "bubblewrap" else {}
    )


def test_only_itself_is_visible(look):
    seen = look(
        pid="os.getpid()",
        processes="[int(name) for name in os.listdir('/proc') if name.isdigit()]",
        up="attempt(lambda: os.kill(os.getppid(), 0) or os.getppid())",
        host="socket.gethostname()",
    )
    assert seen["pid"] == 1 and seen["processes"] == [1]
    assert seen["up"] == 0  # no parent: the signal went to its own group
    assert seen["host"] == "jail" != socket.gethostname()


def test_privileges_are_gone(look, each_jail):
    seen = look(
        status="status()",
        ids="[*os.getresuid(), *os.getresgid()]",
        setuid="attempt(lambda: os.setuid(0))",
        setgid="attempt(lambda: os.setgid(0))",
        mounts="[line.split() for line in open('/proc/self/mountinfo')]",
        core="resource.getrlimit(resource.RLIMIT_CORE)",
        files="resource.getrlimit(resource.RLIMIT_FSIZE)",
    )
    status = seen["status"]
    for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        assert int(status[name], 16) == 0, name
    assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2")
    assert seen["ids"] == [1000] * 6
    # In the fork server's jail, run by root, user 0 is mapped and refused; in all others there is no user 0.
    refusal = "PermissionError: EPERM" if os.geteuid() == 0 and each_jail == "forkserver" else "OSError: EINVAL"
    assert seen["setuid"] == seen["setgid"] == refusal
    writable = ("/home/student", "/tmp", "/dev/shm") if each_jail == "forkserver" else ("/home", "/tmp")
    for mount in seen["mounts"]:
        point, options = mount[4], mount[5].split(",")
        assert "nosuid" in options, mount
        if not point.startswith("/dev/") or point == "/dev/shm":
            assert "nodev" in options, mount
            assert "ro" in options or point in writable, mount
    assert seen["core"] == [0, 0] and seen["files"] == [Limits().disk] * 2


@pytest.mark.parametrize(
    "place", [str(Path(numpy.__file__).parent), str(Path(unroll.__file__).parent), "/etc", "/usr/lib", "/dev", "/"]
)
def test_shared_places_are_read_only(look, place):
    seen = look(
        new=f"attempt(lambda: open({place!r} + '/planted.py', 'w'))",
        folder=f"attempt(lambda: os.mkdir({place!r} + '/planted'))",
        chmod=f"attempt(lambda: os.chmod({place!r}, 0o777))",
    )
    for said in seen.values():
        assert said.split(": ")[1] in ("EROFS", "EACCES", "EPERM"), seen
    assert not Path(place, "planted.py").exists()


def test_the_way_to_a_bind_is_read_only(look, shown):
    """A clone may lie below /home or /tmp, where the inmate has folders of its own."""
    folders = {str(parent) for bind in shown[0] for parent in Path(bind).parents} - {"/home", "/tmp"}
    seen = look(made=f"[attempt(lambda: os.mkdir(f + '/planted')) for f in {sorted(folders)!r}]")
    for folder, said in zip(sorted(folders), seen["made"], strict=True):
        assert said.split(": ")[1] in ("EROFS", "EACCES", "EPERM"), folder


def test_covered_packages_stay_empty(look, shown):
    """Folders of other packages inside a standard library folder look empty and take no file."""
    binds, covered = shown
    assert covered, "the interpreter's own site-packages at least"
    seen = look(
        inside=f"[attempt(lambda: sorted(os.listdir(p))) for p in {covered!r}]",
        writes=f"[attempt(lambda: open(p + '/planted.py', 'w')) for p in {covered!r}]",
    )
    for path, listing, said in zip(covered, seen["inside"], seen["writes"], strict=True):
        assert listing == [] or "ENOENT" in listing or _below(path, binds) == listing, path
        assert said.split(": ")[1] in ("EROFS", "EACCES", "EPERM", "ENOENT")


def _below(folder: str, binds: list[str]) -> list[str]:
    return sorted({bind.removeprefix(folder + "/").split("/")[0] for bind in binds if bind.startswith(folder + "/")})


def test_dangerous_calls_are_refused(look):
    seen = look(
        unshare="[call('unshare', flag) for flag in (0x10000000, 0x20000, 0x40000000)]",
        clone=f"call('syscall', {_number(56, 220)}, 0x10000000 | 17, 0, 0, 0, 0)",
        mount="call('mount', b'none', b'/tmp', b'tmpfs', 0, None)",
        ptrace="call('ptrace', 0, 0, 0, 0)",
        keyctl=f"call('syscall', {_number(250, 219)}, 0, -3, 0)",
        io_uring="call('syscall', 425, 8, 0)",
        bpf=f"call('syscall', {_number(321, 280)}, 0, 0, 0)",
        vsock="attempt(lambda: socket.socket(40, socket.SOCK_STREAM))",
        packet="attempt(lambda: socket.socket(17, socket.SOCK_RAW))",
        algorithm="attempt(lambda: socket.socket(38, socket.SOCK_SEQPACKET))",
        raw="attempt(lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1))",
        memfd="attempt(lambda: os.memfd_create('m'))",
        shared="call('shmget', 0, 1 << 20, 0o1600)",
        queue="call('msgget', 0, 0o1600)",
        chroot="attempt(lambda: os.chroot('/tmp'))",
        device="attempt(lambda: os.mknod('/tmp/sda', stat.S_IFBLK | 0o600, os.makedev(8, 0)))",
        priority="attempt(lambda: os.setpriority(os.PRIO_PROCESS, 0, -20))",
        host="attempt(lambda: socket.sethostname('other'))",
        outliving="call('prctl', 1, 0)",  # PR_SET_PDEATHSIG
        # Linux looks at the lower half of these arguments only.
        outliving_high="call('prctl', ctypes.c_ulong(1 << 32 | 1), 0)",
        vsock_high=f"call('syscall', {_number(41, 198)}, ctypes.c_ulong(1 << 32 | 40), 1, 0)",
        filter_for_a_socket="attempt(lambda: socket.socketpair()[0].setsockopt(1, 26, struct.pack('HL', 0, 0)))",
        filter_for_itself="call('prctl', 22, 2, 0)",
        # What holds memory that belongs to no process, or numbers of which the host has few.
        semaphores="call('semget', 0, 32000, 0o1600)",
        futexes="call('prctl', 78, 1, 1 << 20, 0)",
        shared_pages="call('prctl', 67, 1, 0, 0)",
        asynchronous=f"call('syscall', {_number(206, 0)}, 16, None)",
        spliced="attempt(lambda: os.splice(0, 1, 1))",
        sent_from_a_file="attempt(lambda: os.sendfile(1, 0, 0, 1))",
        lease_high=f"call('syscall', {_number(72, 25)}, 1, ctypes.c_ulong(1 << 32 | 1024), 0)",
    )
    assert seen.pop("raw") == "OSError: ENETUNREACH"
    assert seen.pop("unshare") == ["EPERM"] * 3
    for name, said in seen.items():
        assert said.split(": ")[-1] in ("EPERM", "EACCES"), (name, said)


def _number(x86_64: int, others: int) -> int:
    return x86_64 if os.uname().machine == "x86_64" else others


def test_calls_of_a_later_linux_are_unknown(look):
    """Landlock's rules hold memory; no one knows what the call with the highest number will do."""
    seen = look(
        unknown="[call('syscall', number, 0, 0, 0) for number in (444, 445, 511)]", close="call('syscall', 436, 900, 901, 0)"
    )
    assert seen == {"unknown": ["ENOSYS"] * 3, "close": "allowed"}


def test_programs_that_lock_and_copy_files_work_though_nothing_of_it_is_kept(look):
    """Linux counts neither locks nor access control lists of files in memory."""
    seen = look(
        sqlite="[__import__('sqlite3').connect('a.db').execute(do).fetchall() for do in ('create table t (x)', 'select * from t')]",
        lock="attempt(lambda: fcntl.lockf(open('a.db', 'w'), fcntl.LOCK_EX | fcntl.LOCK_NB))",
        locks="open('/proc/locks').read()",
        copy="__import__('shutil').copy2('a.db', 'b.db')",
        attribute="attempt(lambda: os.setxattr('a.db', 'system.posix_acl_access', b''))",
    )
    assert seen == {"sqlite": [[], []], "lock": None, "locks": "", "copy": "b.db", "attribute": NOT_SUPPORTED}


def test_no_network(look):
    name = f"\0autograder-{uuid.uuid4()}"
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_UNIX) as unix:
        unix.bind(name)
        unix.listen()
        tcp.setblocking(False)
        unix.setblocking(False)
        port = tcp.getsockname()[1]
        seen = look(
            interfaces="[line.split(':')[0].strip() for line in open('/proc/net/dev') if ':' in line]",
            netlink="attempt(lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW))",
            routes="open('/proc/net/route').read().splitlines()[1:]",
            tcp=f"attempt(lambda: socket.create_connection(('127.0.0.1', {port}), 2))",
            far="attempt(lambda: socket.create_connection(('192.0.2.1', 80), 2))",
            name="attempt(lambda: socket.getaddrinfo('example.org', 80))",
            unix=f"attempt(lambda: socket.socket(socket.AF_UNIX).connect({name!r}))",
        )
        for listener in (tcp, unix):
            with pytest.raises(BlockingIOError):
                listener.accept()
    assert seen["interfaces"] == ["lo"] and seen["routes"] == []
    assert seen["netlink"] == NOT_SUPPORTED  # another error would make ZeroMQ abort the kernel
    assert "ENETUNREACH" in seen["tcp"] and "ENETUNREACH" in seen["far"]
    assert seen["name"].startswith("gaierror")
    assert seen["unix"] == "ConnectionRefusedError: ECONNREFUSED"


def test_open_descriptors_lead_nowhere(look):
    """Descriptors of the running kernel: its sockets, the grader's connections to them, and what is inside the jail."""
    seen = look(
        links="{f: attempt(lambda: os.readlink('/proc/self/fd/' + f)) for f in os.listdir('/proc/self/fd')}",
        inside="""[f'socket:[{line.split()[at]}]' for kind, at in (('unix', 6), ('tcp', 9), ('udp', 9))
               for line in list(open('/proc/net/' + kind))[1:]]""",
        names="{f: attempt(lambda: socket.socket(fileno=os.dup(int(f))).getsockname()) for f in os.listdir('/proc/self/fd')}",
    )
    links = {int(number): target for number, target in seen["links"].items() if "ENOENT" not in target}  # the listing's own
    outward = {number for number, target in links.items() if target.startswith("socket:") and target not in seen["inside"]}
    inherited = {*LISTENERS.values(), JUDGE}
    assert inherited <= outward
    listeners = {channel: seen["names"][str(number)] for channel, number in LISTENERS.items()}
    assert len({*listeners.values()}) == 5
    connected = {listeners[channel] for channel in ("shell", "iopub", "control")}  # what the grader uses of them
    assert {seen["names"][str(number)] for number in outward - inherited} == connected
    pipes = [target for target in links.values() if target.startswith("pipe:")]
    assert all(pipes.count(pipe) > 1 for pipe in pipes)  # both ends are in here
    plain = {target for target in links.values() if not target.startswith(("socket:", "pipe:"))}
    assert plain == {"/dev/null", "anon_inode:[eventfd]", "anon_inode:[eventpoll]"}


def test_inventory(look, shown, each_jail):
    """Every mount of a jail is on the list of what may be there; environment, processes, capabilities and descriptors are
    compared in the tests above."""
    binds, covered = shown
    seen = look(mounts="[(m[4], m[m.index('-') + 1]) for m in (line.split() for line in open('/proc/self/mountinfo'))]")
    own = {"/": "tmpfs", "/proc": "proc", "/home/student": "tmpfs", "/tmp": "tmpfs", "/dev/shm": "tmpfs"}
    if each_jail == "bubblewrap":
        own = {"/": "tmpfs", "/proc": "proc", "/home": "tmpfs"}
        own |= {"/tmp": "tmpfs"} if any(bind.startswith("/tmp/") for bind in binds) else {}
    ways = {"/".join(bind.split("/")[:3]) for bind in binds if bind.startswith(("/home/", "/tmp/"))} - {*binds}
    own |= dict.fromkeys(ways, "tmpfs")
    own |= dict.fromkeys((path for path in covered if any(path.startswith(bind + "/") for bind in binds)), "tmpfs")
    points = [point.encode().decode("unicode_escape") for point, _ in seen["mounts"]]  # octal where there is a space
    shown = [point for point in points if point not in own]
    assert {point: kind for point, kind in seen["mounts"] if point in own} == own
    assert max(map(points.count, points)) == 1
    devices = [f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom")]
    wanted = {*devices, *in_mount_order(binds, covered)}
    assert wanted <= set(shown)
    assert [
        point for point in shown if point not in wanted and not os.path.ismount(point)
    ] == []  # a disk of the host below a bind


LAUNCH = """
import json, os, socket, sys
from autograder.kernels import forkserver
secret = open(sys.argv[2])                     # what a grader may happen to hold open
os.dup2(secret.fileno(), 200, inheritable=True)
def say(key, seed):
    found = {}
    for name in os.listdir("/proc/self/fd"):
        try:
            found[int(name)] = os.readlink(f"/proc/self/fd/{name}")
        except OSError:
            pass                               # the listing's own
    os.write(8, json.dumps(found).encode())
forkserver.run_kernel = say
sys.argv[2:] = []
forkserver.main()
"""


def test_descriptors_at_the_start_are_the_documented_ones(tmp_path):
    """0 to 2 /dev/null, 3 to 7 the listeners, 8 the judge, whatever the parent had open."""
    import subprocess
    from dataclasses import asdict

    from autograder.kernels.jail import Jail

    secret, root = tmp_path / "secret", tmp_path / "root"
    secret.write_text("secret")
    root.mkdir()
    requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [sys.executable, "-c", LAUNCH, str(theirs.fileno()), str(secret)]
    binds, covered = parent.shown(("numpy", "unroll-course"))
    with subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL) as process:
        theirs.close()
        try:
            requests.settimeout(60)
            assert requests.recv(16) == b"ready"
            control, inner_control = socket.socketpair()
            judge, inner_judge = socket.socketpair()
            listeners = [socket.socket(socket.AF_UNIX) for _ in range(5)]
            request = {"jail": asdict(Jail(binds, covered)), "root": str(root)}
            descriptors = [s.fileno() for s in (inner_control, inner_judge, *listeners)]
            socket.send_fds(requests, [json.dumps(request).encode()], descriptors)
            control.sendall(b'{"key": "00", "seed": 0}\n')
            judge.settimeout(30)
            found = {int(number): target for number, target in json.loads(judge.recv(1 << 16)).items()}
        finally:
            requests.close()
            process.kill()
    assert {number: found.pop(number) for number in (0, 1, 2)} == dict.fromkeys((0, 1, 2), "/dev/null")
    assert sorted(found) == [3, 4, 5, 6, 7, 8]
    inodes = [f"socket:[{os.fstat(s.fileno()).st_ino}]" for s in (*listeners, inner_judge)]
    assert [found[number] for number in range(3, 9)] == inodes


def test_files_of_the_submission_are_there_and_private(each_jail, run_cells):
    code = "print(open('data/notes.txt').read()); open('data/notes.txt', 'w').write('changed'); open('new', 'w').write('x')"
    assert run_cells(code, files={"data/notes.txt": b"hello"}).printed == ["hello\n"]
    again = run_cells(
        "print(open('data/notes.txt').read()); import os; print(os.path.exists('new'))", files={"data/notes.txt": b"hello"}
    )
    assert again.printed == ["hello\nFalse\n"]


def test_python_can_start_programs_only_of_the_jail(look, each_jail):
    seen = look(shell="attempt(lambda: os.execv('/bin/sh', ['sh']))", python="os.path.exists(sys.executable)")
    assert "ENOENT" in seen["shell"] and shutil.which("sh")
    assert seen["python"] is (each_jail == "bubblewrap" and sys.executable == interpreter())
