"""Limits hold, everything in a jail ends with it, and scores survive a dying kernel."""

import contextlib
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest
from autograder.kernels import keeper
from autograder.kernels.jail import INMATE_ID
from autograder.kernels.limits import Limits
from autograder.kernels.parent import warm_parent
from autograder.transcript import Verdict

pytestmark = [pytest.mark.usefixtures("each_jail"), pytest.mark.slow]

MB = 1 << 20


def until(condition, what: str, seconds: float = 20) -> None:
    """Poll until the condition holds; fail at a deadline."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"still not so after {seconds:g} s: {what}"
        time.sleep(0.02)


def living(processes: list[psutil.Process]) -> list[psutil.Process]:
    def lives(process: psutil.Process) -> bool:
        try:
            return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False

    return [process for process in processes if lives(process)]


def below(pid: int) -> list[psutil.Process]:
    try:
        return living(psutil.Process(pid).children(recursive=True))
    except psutil.NoSuchProcess:
        return []


def inmates() -> list[psutil.Process]:
    return below(warm_parent(("numpy", "unroll-course"))._process.pid)


def test_memory_of_one_process(run_cells):
    run = run_cells(
        "held = []\nwhile True:\n    held.append(bytearray(1 << 20))",
        "print(len(held) < 200); held.clear()",
        limits=Limits(seconds=30, memory=100 * MB),
    )
    assert run.verdict is Verdict.MEMORY
    assert run.errors[0].startswith("MemoryError") and run.printed[1] == "True\n"  # the kernel lives on


def test_memory_over_several_processes(run_cells):
    """No single process exceeds the limit, but all together do."""
    code = """import os, signal
r, w = os.pipe()
for _ in range(6):
    if os.fork() == 0:
        held = bytearray(60 << 20)
        os.write(w, b"x")
        signal.pause()
for _ in range(6):
    os.read(r, 1)
signal.pause()"""
    run = run_cells(code, limits=Limits(seconds=30, memory=150 * MB))
    assert run.verdict is Verdict.MEMORY
    assert "memory limit" in run.transcript.reason


SHARED = """import mmap
m = mmap.mmap(-1, 300 << 20)
for i in range(0, 300 << 20, 4096):
    m[i] = 1"""


def test_shared_memory_counts(run_cells):
    """RLIMIT_DATA does not count it, but the keeper does."""
    assert run_cells(SHARED, limits=Limits(seconds=30, memory=100 * MB)).verdict is Verdict.MEMORY


PAGE_TABLES = """import mmap
MAP_NORESERVE, MADV_NOHUGEPAGE = 0x4000, 15
space = mmap.mmap(-1, 400 << 30, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | MAP_NORESERVE, prot=mmap.PROT_READ)
space.madvise(MADV_NOHUGEPAGE)
for place in range(0, len(space), 2 << 20):
    space[place]
print(place)"""


def test_page_tables_count(run_cells):
    """Two hundred thousand reads of the page of zeros: 800 MB of page tables, and hardly any memory besides."""
    run = run_cells(PAGE_TABLES, limits=Limits(seconds=30, memory=100 * MB))
    assert run.verdict is Verdict.MEMORY and "memory limit" in run.transcript.reason


MAPPINGS = """import ctypes, time
mmap = ctypes.CDLL(None).mmap
for number in range({}):
    mmap(None, 4096, number % 2, 0x22, -1, 0)  # private, anonymous, in turn readable and not: no two can be made one
time.sleep(1.5)"""


def test_mappings_count(run_cells):
    """Sixty thousand of one page each, never touched, hold 13 MB of the kernel's memory."""
    none, many = (run_cells(MAPPINGS.format(count)).transcript.memory for count in (0, 60_000))
    assert many - none > 10 * MB


FILL = """import socket
def fill(one):
    one.setblocking(False)
    try:
        while True:
            one.send(bytes(1 << 15))
    except BlockingIOError:
        pass
held = []
"""
# Each of them waits for 150 MB to be stopped, long before the last one.
FULL_SOCKETS = {
    "open": """import os
for _ in range(6):
    if os.fork() == 0:
        break
for _ in range(100):
    held += socket.socketpair()
    fill(held[-1]), fill(held[-2])
""",
    "of a closed sender": """import os
for _ in range(6):
    if os.fork() == 0:
        break
for _ in range(200):
    one, other = socket.socketpair()
    held.append(other)
    fill(one)
""",
    "not accepted": """listener = socket.socket(socket.AF_UNIX)
listener.bind("\\0listener")
listener.listen(1 << 16)
for _ in range(2000):
    with socket.socket(socket.AF_UNIX) as one:
        one.connect("\\0listener")
        fill(one)
""",
}


@pytest.mark.parametrize("kind", FULL_SOCKETS)
def test_what_waits_in_sockets_counts(run_cells, kind):
    code = FILL + FULL_SOCKETS[kind] + "import time\ntime.sleep(10)"
    run = run_cells(code, limits=Limits(seconds=30, memory=150 * MB))
    assert run.verdict is Verdict.MEMORY and "memory limit" in run.transcript.reason


def test_no_more_waits_in_a_socket_than_is_counted(run_cells):
    """A kernel that does nothing has fewer than are free, and the most that one takes is what each counts as."""
    sent = """import os
sent = 0
one, other = socket.socketpair()
for size in (1 << 18, 1 << 15, 1):
    one.setblocking(False)
    try:
        while True:
            sent += one.send(bytes(size))
    except BlockingIOError:
        pass
print(open("/proc/net/sockstat").readline().split()[2], sent)"""
    used, sent = map(int, run_cells(FILL + sent).printed[0].split())
    assert used - 2 <= keeper._OWN_SOCKETS and 100_000 < sent <= keeper.socket_bytes()


def test_buffers_of_sockets_cannot_grow(run_cells):
    code = """import socket
one, _ = socket.socketpair()
for name in ("SO_SNDBUF", "SO_RCVBUF"):
    try:
        one.setsockopt(socket.SOL_SOCKET, getattr(socket, name), 1 << 24)
    except PermissionError:
        print("refused")
one.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)"""
    assert run_cells(code).printed == ["refused\nrefused\n"]


def test_an_inmate_does_not_choose_whom_linux_kills(run_cells):
    code = """try:
    open("/proc/self/oom_score_adj", "w").write("-1000")
except OSError as error:
    print(error.strerror)"""
    assert run_cells(code).printed == ["Read-only file system\n"]


def test_memory_watch_survives_dying_threads(each_jail, run_cells):
    """The keeper may look at threads that are ending, and closes what it opens."""
    code = """import threading
for _ in range(4000):
    threading.Thread(target=int).start()
print("done")"""
    keepers: dict[int, int] = {}
    parent = warm_parent(("numpy", "unroll-course"))._process.pid

    stop = threading.Event()

    def count():
        while not stop.wait(0.01):
            for process in psutil.Process(parent).children():
                with contextlib.suppress(psutil.Error):
                    keepers[process.pid] = max(keepers.get(process.pid, 0), process.num_fds())

    watcher = threading.Thread(target=count)
    watcher.start()
    try:
        run = run_cells(code)
    finally:
        stop.set()
        watcher.join()
    assert run.printed == ["done\n"]
    assert keepers and max(keepers.values()) < (20 if each_jail == "forkserver" else 30)  # it hands some to bwrap


def test_disk_is_bounded_over_all_folders(each_jail, run_cells):
    code = """import os
written = 0
try:
    for folder in ("/tmp", "/home/student", "/dev/shm"):
        for number in range(8):
            with open(f"{folder}/{number}", "wb", 0) as file:
                for _ in range(4):
                    written += file.write(bytes(1 << 20))
except OSError as error:
    print(os.strerror(error.errno), written >> 20)"""
    what, megabytes = run_cells(code, limits=Limits(disk=16 * MB)).printed[0].rsplit(" ", 1)
    below_tmp = any(bind.startswith("/tmp/") for bind in warm_parent(("numpy", "unroll-course")).binds)
    least = 6 if each_jail == "bubblewrap" and below_tmp else 12  # /tmp has a half of its own then
    assert what == "No space left on device" and least <= int(megabytes) <= 16


def test_number_of_files_is_bounded(each_jail, run_cells):
    code = """import os
count = 0
try:
    while count < 100_000:
        os.close(os.open(f"/tmp/{count}", os.O_CREAT | os.O_WRONLY))
        count += 1
except OSError as error:
    print(os.strerror(error.errno), count < 10_000)
import signal
signal.pause()"""
    run = run_cells(code, limits=Limits(disk=16 * MB, cell_seconds=3))
    if each_jail == "forkserver":
        assert run.printed == ["No space left on device True\n"]
    else:  # its tmpfs has no such bound: the keeper counts
        assert run.verdict is Verdict.MEMORY and "limit on the number of files" in run.transcript.reason


def test_what_was_handed_in_always_fits(each_jail, run_cells):
    """Many small files and a large one, whatever the limits on what a run may write."""
    files = {f"data/{number % 20}/{number}.txt": b"x" for number in range(480)} | {"large.bin": bytes(20 * MB)}
    code = "import os\nprint(sum(len(names) for _, _, names in os.walk('data')), os.path.getsize('large.bin') >> 20)"
    run = run_cells(code + "\nopen('new.txt', 'w').write('y' * 1000)", files=files, limits=Limits(disk=4 * MB))
    assert run.verdict is Verdict.GRADED, run.transcript.reason
    assert run.printed == ["480 20\n"] and run.errors == [""]


def test_size_of_a_file_is_bounded(run_cells):
    code = """import os, resource
with open("/tmp/sparse", "wb") as file:
    try:
        os.ftruncate(file.fileno(), (16 << 20) + 1)
    except OSError as error:
        print(os.strerror(error.errno))
try:
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 40, 1 << 40))
except ValueError as error:
    print("kept")"""
    assert run_cells(code, limits=Limits(disk=16 * MB)).printed == ["File too large\nkept\n"]


def test_number_of_processes_is_bounded(run_cells):
    code = """import os, signal
children = []
try:
    while len(children) < 500:
        pid = os.fork()
        if pid == 0:
            signal.pause()
        children.append(pid)
except BlockingIOError:
    print(0 < len(children) <= 30)
for pid in children:
    os.kill(pid, signal.SIGKILL)"""
    assert run_cells(code, limits=Limits(seconds=30, processes=30)).printed == ["True\n"]


def test_fork_bomb_ends(run_cells):
    code = "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass"
    # On idle cores it would reach the CPU limit first.
    run = run_cells(code, limits=Limits(seconds=3, memory=2 << 30, processes=30, cpu_seconds=60))
    assert run.verdict is Verdict.TIME
    until(lambda: not inmates(), "no process of the bomb is left")


def test_a_cell_is_stopped_and_the_others_run(run_cells):
    run = run_cells("while True:\n    pass", "print('on')", limits=Limits(seconds=30, cell_seconds=1))
    assert run.verdict is Verdict.TIME and run.transcript.reason.startswith("code cell 1 ran for 1 s and was stopped")
    assert "TimeLimit" in run.errors[0] and run.printed[1] == "on\n"


@pytest.mark.parametrize(
    "code",
    [
        "while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass",
        "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True:\n    pass",
        "import itertools\nsum(itertools.repeat(1))",
    ],
    ids=["swallows", "ignores", "holds the GIL"],
)
def test_a_cell_that_does_not_let_itself_be_stopped(run_cells, code):
    run = run_cells("print('first')", code, "print('last')", limits=Limits(seconds=30, cell_seconds=0.5))
    assert run.verdict is Verdict.TIME and "could not be interrupted after 0.5 s in code cell 2" in run.transcript.reason
    assert run.printed[0] == "first\n" and run.printed[2] == ""


def test_daemons_die_with_the_kernel(run_cells):
    code = """import os, signal
r, w = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        os.write(w, b"up")
        while True:
            signal.pause()
    os._exit(0)
print(os.read(r, 2))"""
    run = run_cells(code)
    assert run.printed == ["b'up'\n"] and run.verdict is Verdict.GRADED
    until(lambda: not inmates(), "the daemon is gone")


def test_cells_are_numbered_by_us(run_cells):
    """What a dying kernel still says is chance, and what a living one says is the student's."""
    run = run_cells("get_ipython().execution_count = 70", "", "1 + 1", "import os; os._exit(3)", "print('never')")
    assert run.numbers == [1, None, 2, 3, None]


DEATHS = {
    "_exit": ("import os; os._exit(3)", "exit status 3"),
    "segfault": ("import ctypes; ctypes.string_at(0)", "signal 11"),
    "abort": ("import os; os.abort()", "signal"),
    "closes everything": ("import os; os.closerange(0, 4096)", ""),
}


@pytest.mark.parametrize("death", DEATHS)
def test_finished_cells_keep_their_scores(small_course, shares, death):
    code, how = DEATHS[death]
    notebook = small_course.notebook(scale_check=code)
    transcript = small_course.run(notebook)
    assert transcript.verdict in (Verdict.CRASHED, Verdict.TIME)
    assert how in transcript.reason and "in code cell 5" in transcript.reason
    assert shares(transcript) == {"step-check": 1.0}
    assert "This cell did not finish" in transcript.notebooks["ps1"]


def test_process_1_cannot_kill_itself_by_signal(run_cells):
    """The kernel protects the first process of a namespace from signals sent inside it."""
    run = run_cells("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\nprint('alive')")
    assert run.printed == ["alive\n"]


GRADER = """
import sys
sys.path[:0] = [sys.argv[1]]
import conftest
with conftest.launched_by(sys.argv[3]):
    conftest.run_student(sys.argv[2])
"""

SPIN = """import ctypes, os, signal
ctypes.CDLL(None).prctl(1, 0)  # asks to outlive its parent
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        while True:
            pass
    os._exit(0)
while True:
    pass"""


def test_killing_the_grader_leaves_no_process(each_jail):
    command = [sys.executable, "-c", GRADER, str(Path(__file__).parent), SPIN, each_jail]
    with subprocess.Popen(command, start_new_session=True) as grader:
        seen: list[psutil.Process] = []

        def busy() -> list[psutil.Process]:
            return [process for process in below(grader.pid) if _is_busy(process) and not _is_parent(process)]

        try:
            until(lambda: len(busy()) >= 2, "the student's two loops run", 60)
            inside = busy()
            seen = below(grader.pid)
            for process in inside:
                ids = set(process.uids())
                assert 0 not in ids
                assert os.geteuid() == 0 or ids == {os.geteuid()}, INMATE_ID
        finally:
            grader.send_signal(signal.SIGKILL)
        assert len(seen) >= 4  # the parent, the keeper, the kernel, the daemon
        until(lambda: not living(seen), "all that the grader had started is gone")


def _is_busy(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):  # it has ended meanwhile
        return process.cpu_times().user > 0.2
    return False


def _is_parent(process: psutil.Process) -> bool:
    """The warm parent has spent its time on imports; it has children of children."""
    return len(process.children(recursive=True)) > 2


def test_killing_the_parent_is_our_fault_not_the_students(run_cells):
    """A run that loses its jail has no grade, and everything in the jail is gone."""
    runs = []
    thread = threading.Thread(target=lambda: runs.append(run_cells("import os\nos.fork()\nwhile True:\n    pass")))
    thread.start()
    until(lambda: sum(map(_is_busy, inmates())) > 1, "the student's loops run")
    held = inmates()
    warm_parent(("numpy", "unroll-course"))._process.kill()
    thread.join(30)
    assert runs and runs[0].verdict is Verdict.FAULT and not runs[0].verdict.has_grade
    assert "jail broke down" in runs[0].transcript.reason
    until(lambda: not living(held), "the jail is gone with its parent")


def test_cpu_time_over_several_processes(run_cells):
    """Six processes together use it up before the wall-clock limit; none would alone."""
    code = """import os
for _ in range(6):
    if os.fork() == 0:
        while True:
            pass
os.wait()"""
    run = run_cells("print('first')", code, "print('last')", limits=Limits(cell_seconds=120, cpu_seconds=3))
    assert run.verdict is Verdict.CPU and run.transcript.reason == "the CPU limit was reached in code cell 2"
    assert run.transcript.seconds < 120 and run.printed[0] == "first\n" and run.printed[2] == ""


def test_a_wall_clock_limit_on_the_whole_run(run_cells):
    run = run_cells("import time; time.sleep(0.9)", "time.sleep(60)", "print('last')", limits=Limits(seconds=1.5))
    assert run.verdict is Verdict.TIME and run.transcript.reason == "the time limit was reached in code cell 2"
    assert 1.4 < run.transcript.seconds < 10 and run.printed[2] == ""


@pytest.mark.parametrize("kind", ["stream", "display_data", "error", "execute_result", "comm_open"])
def test_floods_of_output_are_cut(run_cells, kind):
    contents = {
        "stream": "dict(name='stdout', text='x' * 100_000)",
        "display_data": "dict(data={'text/plain': 'x' * 100_000}, metadata={})",
        "error": "dict(ename='E' * 100_000, evalue='x' * 100_000, traceback=['y' * 5000] * 100)",
        "execute_result": "dict(data={'text/plain': 'x' * 100_000}, metadata={}, execution_count=1)",
        "comm_open": "dict(comm_id=str(i), target_name='jupyter.widget', data=dict(state=dict(x='z' * 100_000)))",
    }
    code = f"k = get_ipython().kernel\nfor i in range(100):\n    k.send_response(k.iopub_socket, {kind!r}, {contents[kind]})"
    run = run_cells(*[code] * 3, "print('on')", limits=Limits(output=200_000))
    assert run.printed[-1].startswith("on") or kind != "stream"
    assert len(run.transcript.notebooks["n"]) < 12 * MB


def test_a_message_without_end_does_not_fill_our_memory(run_cells):
    """ZeroMQ bounds the parts of a message, not their number; those of the kernel all lie in the same 10 MB."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
    run = run_cells(
        "print('done')",
        "published = get_ipython().kernel.iopub_thread.socket\npublished.send_multipart([bytes(10 << 20)] * 200, copy=False)",
    )
    assert run.verdict is Verdict.OUTPUT and "one message of more than 64 MB" in run.transcript.reason
    assert run.printed[0] == "done\n"
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10) - before < 300 * MB


def test_what_the_kernel_sends_can_always_be_written(run_cells):
    code = r"""k = get_ipython().kernel
k.send_response(k.iopub_socket, "stream", {"name": "stdout", "text": "\x00\x1b[31m\u202e ok"})
plain = k.session.pack
k.session.pack = lambda thing: __import__("json").dumps(thing, default=str).encode()
k.send_response(k.iopub_socket, "stream", {"name": "stdout", "text": chr(0xD800) + " lone"})
k.session.pack = plain"""
    run = run_cells(code)
    assert run.verdict is Verdict.GRADED and run.errors == [""]
    assert run.printed[0].endswith("? lone")
    run.transcript.notebooks["n"].encode()


def test_a_flood_of_output_is_a_verdict_of_its_own(run_cells):
    run = run_cells(
        "for i in range(40_000):\n    print('x' * 100)", "print('still here')", limits=Limits(seconds=30, output=1 << 18)
    )
    assert run.verdict is Verdict.OUTPUT and "256 kB" in run.transcript.reason
    assert len(run.printed[0]) < 400_000 and run.printed[1] == "still here\n"
