"""Warm parents, what their kernels can import, and what they report."""

import asyncio
import os
import re
import signal
import threading
from pathlib import Path

import nbformat
import pytest
from autograder.kernels import parent
from autograder.kernels.jail import in_mount_order
from autograder.kernels.limits import Limits
from autograder.kernels.packages import EVERYTHING, importable, modules, shown
from autograder.kernels.parent import CannotJail, WarmParent, warm_parent
from autograder.kernels.provisioner import JailedKernelManager
from autograder.notebook import unpack
from autograder.running.notebook_client import CellRunner
from autograder.transcript import Verdict
from nbclient import NotebookClient

PACKAGES = ("numpy", "unroll-course")

IMPORT = """
for name in {names!r}:
    try:
        __import__(name)
        print(name)
    except ImportError:
        pass"""


def test_a_dead_parent_is_replaced(each_jail, run_cells):
    first = warm_parent(PACKAGES)
    assert warm_parent(PACKAGES) is first
    os.kill(first._process.pid, signal.SIGKILL)
    first._process.wait()
    assert run_cells("print(1)").printed == ["1\n"]
    assert warm_parent(PACKAGES) is not first and warm_parent(PACKAGES).alive
    assert not Path(first.runtime).exists()


def test_a_parent_may_say_more_than_a_pipe_holds(jail, monkeypatch):
    monkeypatch.setitem(parent.ENVIRONMENT, "PYTHONVERBOSE", "1")
    talking = WarmParent(("numpy",))
    try:
        assert talking.alive and os.fstat(talking._said.fileno()).st_size > 1 << 17
    finally:
        talking.close()


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="NumPy starts no more threads than there are cores")
def test_a_kernel_computes_with_as_many_threads_as_its_assignment_names(each_jail, run_cells):
    code = "import os\nimport numpy as np\nnp.ones((500, 500)) @ np.ones((500, 500))\nprint(len(os.listdir('/proc/self/task')))"
    code += "\nprint(os.environ['TF_NUM_INTRAOP_THREADS'], os.environ['TF_NUM_INTEROP_THREADS'])"
    one, two = (run_cells(code, threads=threads).printed[0].split() for threads in (1, 2))
    assert int(two[0]) == int(one[0]) + 1  # NumPy's
    assert (one[1:], two[1:]) == (["1", "1"], ["2", "2"])


def test_joblib_computes_without_processes_and_python_with_them(each_jail, run_cells):
    """What `GridSearchCV(n_jobs=-1)` does, and a pool of forks."""
    joblib = (
        "from joblib import Parallel, delayed\nfor n in (2, -1):\n    print(Parallel(n)(delayed(abs)(-i) for i in range(3)))"
    )
    pool = "import multiprocessing\nwith multiprocessing.Pool(2) as pool:\n    print(pool.map(abs, range(-2, 1)))"
    assert run_cells(joblib, pool, packages=("joblib",)).printed == ["[0, 1, 2]\n[0, 1, 2]\n", "[2, 1, 0]\n"]


PARALLEL = {
    "spawn": "import multiprocessing as m\nwith m.get_context('spawn').Pool(2) as pool:\n    print(sum(pool.map(abs, [-3, -4])))",
    "forkserver": "import multiprocessing as m\nwith m.get_context('forkserver').Pool(2) as pool:\n    print(sum(pool.map(abs, [-7])))",
    "executor": "from concurrent.futures import ProcessPoolExecutor as E\nwith E(2) as e:\n    print(sum(e.map(abs, [-3, -4])))",
    "shared memory": (
        "from multiprocessing.shared_memory import SharedMemory\nm = SharedMemory(create=True, size=7)\nprint(m.size)\n"
        "m.close()\nm.unlink()"
    ),
    "loky": "from joblib import Parallel, delayed\nprint(sum(Parallel(2, backend='loky')(delayed(abs)(-i) for i in (3, 4))))",
    "loky around": (
        "from joblib import Parallel, delayed, parallel_config\nwith parallel_config('multiprocessing', n_jobs=2):\n"
        "    print(sum(Parallel()(delayed(abs)(-i) for i in (3, 4))))"
    ),
}


@pytest.mark.parametrize("way", PARALLEL)
def test_every_way_to_compute_in_parallel_ends_without_a_word(each_jail, run_cells, way):
    """A warning on stderr would cost a test its points."""
    run = run_cells(PARALLEL[way], packages=("joblib",))
    assert (run.printed, run.errors) == (["7\n"], [""])


def test_only_named_packages_can_be_imported(each_jail, run_cells):
    names = [
        "numpy",
        "unroll",
        "IPython",
        "sqlalchemy",
        "nbgrader",
        "tensorflow",
        "keras",
        "distributed",
        "autograder.judging.judge",
    ]
    run = run_cells(IMPORT.format(names=names))
    assert run.printed[0].split() == ["numpy", "unroll", "IPython"]
    assert run_cells(IMPORT.format(names=["numpy", "unroll"]), packages=()).printed == [""]


def test_everything_is_all_but_the_grader(each_jail, run_cells):
    """What an ordinary nbgrader course gets."""
    run = run_cells(IMPORT.format(names=["numpy", "unroll", "sqlalchemy", "autograder.judging.judge"]), packages=EVERYTHING)
    assert run.printed[0].split() == ["numpy", "unroll", "sqlalchemy"]


def test_an_unknown_package_is_our_fault(run_cells):
    with pytest.raises(Exception, match="no-such-distribution"):
        shown(("no-such-distribution",))


def test_what_a_kernel_can_import_is_known_beforehand():
    names = importable(("numpy", "unroll-course"))
    assert {"numpy", "unroll", "ipykernel", "IPython"} <= {*names}
    assert not {"autograder", "nbgrader", "scipy", "keras", "matplotlib"} & {*names}


def test_a_package_may_have_another_name_than_its_module():
    found = {name: modules(name) for name in ("numpy", "python-dateutil", "pyzmq", "unroll-course")}
    assert found == {"numpy": ["numpy"], "python-dateutil": ["dateutil"], "pyzmq": ["zmq"], "unroll-course": ["unroll"]}


def test_a_parent_that_cannot_start_says_why(monkeypatch):
    monkeypatch.setattr("autograder.kernels.parent.modules", lambda name: ["no_such_module"])
    with pytest.raises(CannotJail, match="No module named 'no_such_module'"):
        WarmParent(("numpy",))


def test_a_jail_that_cannot_be_built_is_our_fault(each_jail, run_cells, monkeypatch):
    monkeypatch.setattr(warm_parent(PACKAGES), "binds", ["/no/such/folder"])
    run = run_cells("print(1)")
    assert run.verdict is Verdict.FAULT
    assert "could not be built" in run.transcript.reason and "/no/such/folder" in run.transcript.reason


MEETING = """import os, socket, uuid
s = socket.socket(socket.AF_UNIX)
try:
    s.bind("\\0meeting-place")
    print("bound", os.path.exists("/tmp/mark"))
except OSError as error:
    print(error)
open("/tmp/mark", "w").close()
open("/dev/shm/mark", "w").close()
print(len([p for p in os.listdir("/proc") if p.isdigit()]))
import time
time.sleep(1)"""


def test_two_jails_at_a_time_do_not_see_each_other(each_jail, run_cells):
    warm_parent(PACKAGES)
    barrier, runs = threading.Barrier(2), []

    def run():
        barrier.wait()
        runs.append(run_cells(MEETING))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [run.printed for run in runs] == [["bound False\n1\n"]] * 2


def test_students_cannot_write_for_the_next(each_jail, run_cells):
    code = """import os, pathlib
for path in ("~/.ipython/profile_default/startup", "~/.config", "~/.local/lib/python3.11/site-packages"):
    folder = pathlib.Path(path).expanduser()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sitecustomize.py").write_text("print('planted')")
    (folder / "00.py").write_text("print('planted')")"""
    assert run_cells(code).errors == [""]
    assert run_cells("import os; print(os.listdir(os.path.expanduser('~')))").printed == ["['.ipython']\n"]


def test_without_walls(run_cells, tmp_path):
    """With --no-jail the kernel works, has limits, and is not jailed."""
    secret = tmp_path / "outside"
    secret.write_text("seen")
    cells = [
        f"print(open({str(secret)!r}).read()); print(open('own.txt').read())",
        "import os; print('A_SECRET' in os.environ)",
    ]
    os.environ["A_SECRET"] = "1"
    try:
        run = run_cells(*cells, jailed=False, files={"own.txt": b"own"})
    finally:
        del os.environ["A_SECRET"]
    assert run.verdict is Verdict.GRADED
    assert run.printed == ["seen\nown\n", "False\n"]


@pytest.mark.slow
def test_without_walls_limits_hold(run_cells):
    run = run_cells("while True:\n    pass", jailed=False, limits=Limits(seconds=2, cell_seconds=30))
    assert run.verdict is Verdict.TIME
    run = run_cells("import os; os._exit(7)", jailed=False)
    assert run.verdict is Verdict.CRASHED and "exit status 7" in run.transcript.reason


def test_what_a_run_took_is_reported(each_jail, run_cells):
    code = """import time
held = bytearray(60 << 20)
for i in range(0, len(held), 4096):
    held[i] = 1
end = time.process_time() + 0.6
while time.process_time() < end:
    pass"""
    used = run_cells(code).transcript
    idle = run_cells("1").transcript
    assert 55 << 20 < used.memory < 120 << 20 and idle.memory < 30 << 20
    assert 0.6 < used.cpu < 5 and used.seconds > 0.6
    assert 0 < idle.cpu < used.cpu


def test_random_numbers_repeat_with_the_seed_alone(each_jail, run_cells):
    code = "import random, numpy as np\nprint(random.random(), np.random.rand(), list({'a', 'b', 'c', 'dd'}))"
    first, again, other = (run_cells(code, seed=seed).printed for seed in (5, 5, 6))
    assert first == again != other


def test_random_numbers_do_not_depend_on_how_often_a_client_asks(each_jail, run_cells):
    """Who asks what kernel this is gets IPython's banner; a client on a busy machine asks again and again."""
    once, often = (
        run_cells(f"import random\n{asks}\nprint(random.random())").printed
        for asks in ("", "[get_ipython().banner for _ in range(9)]")
    )
    assert once == often


def test_nothing_has_happened_before_the_first_cell(each_jail, run_cells):
    """The parent has run cells of its own, one with an error."""
    run = run_cells("import sys\nprint([n for n in vars(sys) if n.startswith('last_')], len(In), Out, 'f' in globals())", "%tb")
    assert run.printed[0] == "[] 2 {} False\n"
    assert "No traceback" in run.printed[1]


# What a cell can see of the kernel that it runs in.
SEEN = (
    """import os, pickle, sys
ip = get_ipython()
here = os.getcwd()
print(sys.modules["__main__"].__dict__ is globals(), __name__, ip.kernel is ip.parent, ip.starting_dir == here)
print([str(folder) == here for folder in _dh], In[1] == In[-1], Out, ip.execution_count, sorted(globals()))
print(os.path.relpath(ip.profile_dir.location, ip.ipython_dir), os.path.isdir(ip.profile_dir.location))
class A:
    pass
print(pickle.dumps(A))""",
    "def f(x):\n    return 1 / x\nf(0)",
    "import inspect\nprint(inspect.getsource(f), inspect.getmodule(f).__name__)",
    "%tb",
    "%cd -q ..\n%cd -\nprint(len(_dh))",
    "f(0)",
    "f(0)",
    "import asyncio\nawait asyncio.sleep(0)\n_i",
    "import asyncio\nawait asyncio.sleep(0)\n_i",
    "import warnings\nwarnings.warn('once')",
    "ip.input_transformers_cleanup.append(lambda lines: [line.replace('1', '2') for line in lines])\n1",
    "1",
    "1",
    "%%capture said\nprint(4)",
    "said.stdout",
)


def test_a_kernel_looks_to_its_cells_as_any_other(each_jail, monkeypatch, tmp_path):
    """Though its shell is older than itself, and does less twice."""

    def seen(run: nbformat.NotebookNode) -> list[list[str]]:
        found = []
        for cell in run.cells:
            texts = [o.get("text") or o.get("data", {}).get("text/plain") or "\n".join(o.traceback) for o in cell.outputs]
            found.append([re.sub(r"ipykernel_\d+/\d+|/\S*/(?=ipykernel_)|/home/student|/tmp/\S+", "", text) for text in texts])
        return found

    def notebook() -> nbformat.NotebookNode:
        return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in SEEN])

    async def ours() -> nbformat.NotebookNode:
        runner = CellRunner(notebook(), JailedKernelManager(PACKAGES, Limits(), ""), 1 << 20)
        await runner.start()
        for index in range(len(SEEN)):
            assert await runner.run(index, 60)
        await runner.stop()
        return runner._nbclient.nb

    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    settings = ["--HistoryManager.enabled=False", "--InteractiveShell.colors=NoColor"]
    client = NotebookClient(
        notebook(), kernel_name="python3", allow_errors=True, coalesce_streams=True, extra_arguments=settings
    )
    assert seen(asyncio.run(ours())) == seen(client.execute(cwd=str(tmp_path)))


def test_a_traceback_does_not_ask_every_module(each_jail, run_cells):
    """As `inspect` does for each of its lines, in a file that it does not know; with TensorFlow that takes 50 ms."""
    asked = """import sys, types
class Asked(types.ModuleType):
    times = 0
    def __getattribute__(self, name):
        if name == "__file__":
            Asked.times += 1
        return super().__getattribute__(name)
sys.modules["asked"] = Asked("asked")"""
    assert run_cells(asked, "1 / 0", "before = Asked.times", "1 / 0", "print(Asked.times - before)").printed[4] == "0\n"


def test_a_call_costs_the_same_at_any_depth(each_jail, run_cells):
    """Where a frame does not fit into what Python has for frames, it asks Linux for more at each call, and gives it back."""
    code = """import resource
def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
def most(depth):
    before, call = faults(), lambda: None
    for _ in range(500):
        call()
    return max(faults() - before, most(depth - 1) if depth else 0)
print(most(250) < 250)"""
    assert run_cells(code).printed == ["True\n"]


def test_modules_beside_the_notebook_can_be_imported(each_jail, run_cells):
    """As in any kernel: after the standard library, before installed packages."""
    files = {"helper.py": b"whose = 'beside'", "json.py": b"1 / 0", "numpy.py": b"1 / 0"}
    assert run_cells("import helper, json\nprint(helper.whose)", files=files).printed == ["beside\n"]


def test_a_kernel_reports_its_ending_once_stopped(each_jail):
    async def live_and_die() -> tuple[bool, dict]:
        manager = JailedKernelManager(PACKAGES, Limits(), "", 0)
        await manager.start_kernel()
        provisioner = manager.provisioner
        alive, folder = await manager.is_alive(), provisioner._folder
        await manager.shutdown_kernel(now=True)
        assert not Path(folder).exists()
        return alive, provisioner.ending

    alive, ending = asyncio.run(live_and_die())
    assert alive and ending["event"] == "ended" and ending["reason"] == "stopped"
    assert ending["code"] == -signal.SIGKILL and ending["cpu"] > 0


def test_binds_inside_others_do_not_uncover():
    binds = ["/a/lib/python3", "/a/lib", "/a/lib/python3/site/numpy", "/b"]
    assert in_mount_order(binds, ["/a/lib/python3/site"]) == ["/b", "/a/lib", "/a/lib/python3/site/numpy"]


@pytest.mark.parametrize(
    "line",
    ["!pip install -q numpy", "%pip install numpy", "%conda install numpy", "!ls {x}", "%ls", "found = !ls", "%sx ls", "!!ls"],
)
def test_a_line_for_the_shell_fails_as_one_does_and_the_cell_goes_on(each_jail, run_cells, line):
    """Nothing can be installed where work is graded, but a cell that tries still does the rest of its work."""
    run = run_cells(f"x = 3\n{line}\nprint(x + 1)", "print(x)")
    assert run.errors == ["", ""] and run.printed[1] == "3\n"
    assert "this line did nothing: " in run.printed[0] and "can import numpy, unroll-course." in run.printed[0]
    assert "\n4\n" in run.printed[0] or run.printed[0].startswith("4\n")


def test_a_line_for_the_shell_costs_a_test_no_points(each_jail, run_cells):
    run = run_cells("def f():\n    !ls\n    return 3", "assert f() == 3")
    (output,) = unpack(run.transcript.notebooks["n"]).cells[1].outputs
    assert (output.output_type, output.name) == ("stream", "stdout") and "this line did nothing: ls" in output.text


@pytest.mark.parametrize("magic", ["bash", "sh", "script bash", "python3"])
def test_a_cell_for_another_program_does_nothing(each_jail, run_cells, magic):
    run = run_cells(f"%%{magic}\necho 1", "print(2)")
    assert run.errors == ["", ""] and f"%%{magic}" in run.printed[0] and run.printed[1] == "2\n"
