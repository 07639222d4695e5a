"""A judged cell earns only what it deserves, even if the student's side of the channel is hostile."""

from dataclasses import replace

import numpy as np
import pytest
from autograder.assignment import Assignment
from autograder.check import Case, Check
from autograder.judging import examiner, frames
from autograder.transcript import Verdict
from channel import examine, frame, frame_of, parts, trees, values
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from unroll.checks import wire

STEP = "def rnn_step(x, a, W_ax, W_aa, b_a):\n    return np.tanh(x @ W_ax.T + a @ W_aa.T + b_a)"
SCALE = "def scale(x):\n    return 3 * x"
WRONG = "def rnn_step(x, a, W_ax, W_aa, b_a):\n    return x"
RAW = """
import os, socket, struct, json, threading
from unroll.checks import wire
judge = socket.socket(fileno=os.dup(8))
judge.settimeout(5)

def read(count):
    data = b""
    while len(data) < count:
        part = judge.recv(count - len(data))
        if not part:
            raise EOFError
        data += part
    return data

def hear():
    header, blob = wire.frame_lengths(read(8))
    return wire.unpack(read(header), read(blob))

def say(value):
    judge.sendall(wire.pack(value))
"""

# Code in the student's solution cell, which is run before the judged one. `rnn_step` is wrong in all of them.
CHEATS = {
    "comparison replaced": """
import numpy, builtins, unittest
numpy.allclose = numpy.array_equal = numpy.testing.assert_allclose = lambda *a, **k: True
import unroll.checks.comparison as c, unroll.checks.marking as m
c.Comparison.compare = lambda *a: c.Outcome(True, "")
m.mark = lambda *a: None
""",
    "check replaced": "import unroll, unroll.checks.desk\ncheck = unroll.check = unroll.checks.desk.check = lambda *a: None",
    "exam replaced": "import unroll.checks.exam as e\ne.sit = lambda *a: None\ne.channel = lambda: None",
    "prints a number": "check = lambda *a: print('10')",
    "shows a result": """
from IPython import get_ipython
k = get_ipython().kernel
def check(*a):
    k.send_response(k.iopub_socket, "execute_result", dict(data={"text/plain": "10"}, metadata={}, execution_count=1))
""",
    "transformer removes checks": """
import ast
class T(ast.NodeTransformer):
    def visit_Expr(self, node):
        return ast.parse("10").body[0] if "check" in ast.dump(node) else node
get_ipython().ast_transformers.append(T())
""",
    "input transformer": "get_ipython().input_transformers_post.append(lambda lines: ['10\\n'])",
    "raises inside": "def rnn_step(*a):\n    raise ValueError('no')",
    "exits inside": "def rnn_step(*a):\n    raise SystemExit",
    "hides errors": "get_ipython().showtraceback = lambda *a, **k: None\ndef check(*a):\n    1 / 0",
    "agreeable object": """
class Yes:
    def __eq__(self, other): return True
    def __array__(self, *a, **k): raise TypeError
    __array_function__ = __array_ufunc__ = lambda *a, **k: True
def rnn_step(*a):
    return Yes()
""",
    "asks twice": RAW
    + """
def check(name, thing):
    say({"check": name})
    question = hear()
    say({"check": name})
    assert hear() is None
    x, a, W_ax, W_aa, b_a = question["arguments"]
    while True:
        say({"value": np.tanh(x @ W_ax.T + a @ W_aa.T + b_a), "error": None, "touched": ()})
        if hear() is None:
            break
""",
    "answers for another check": RAW
    + """
def check(name, thing):
    say({"check": "scale"})
    assert hear() is None
    for _ in range(3):
        say({"value": np.zeros(5)})
        hear()
""",
    "early answers": RAW
    + """
def check(name, thing):
    for _ in range(5):
        say({"value": np.zeros((4, 5))})
        assert hear() is None
""",
    "forged verdict": RAW
    + """
def check(name, thing):
    say({"check": name, "share": 1.0, "passed": True})
    hear()
    say({"value": None, "passed": True, "share": 1.0, "report": 1})
    print(hear())
""",
    "never answers": RAW + "def check(name, thing):\n    say({'check': name})\n    hear()",
    "lies about touched": """
import unroll.checks.marking as m, unroll.checks.exam as e
e.ask = lambda thing, arguments, calls: m.Answer(value=arguments[1], touched=(-100, 99, 2**70, -1))
""",
}

# These cost the attempt, and the channel with it: later checks go unanswered too.
BREAKS = {
    "garbage": "judge.sendall(b'\\xff' * 64)",
    "not a message": "judge.sendall(wire.pack([1, 2]))",
    "huge frame": "judge.sendall(struct.pack('<II', 0xffffffff, 0xffffffff))",
    "huge claim": 'judge.sendall(struct.pack(\'<II\', 60, 0) + b\'{"a": ["<f8", [9999999, 9999999, 9999999], "C"]}\'.ljust(60))',
    "endless number": 'header = b\'{"d": {"value": {"t": [1\' + b"0" * 400 + b\', 1]}}}\'; judge.sendall(struct.pack("<II", len(header), 0) + header)',
    "deep header": "judge.sendall(struct.pack('<II', 90000, 0) + b'[' * 90000)",
    "closed": "judge.shutdown(socket.SHUT_RDWR)",
}


@pytest.mark.parametrize("cheat", CHEATS)
def test_cheats_earn_nothing_and_cost_nothing_elsewhere(jail, small_course, shares, cheat):
    # The judged cell of `scale` follows; where `check` was replaced for good, it is made whole again before.
    restore = "import importlib, unroll.checks.exam, unroll.checks.marking, unroll.checks.desk, sys\nfrom unroll import check"
    if cheat in ("comparison replaced", "check replaced", "exam replaced", "lies about touched"):
        restore = """import sys
for name in [n for n in sys.modules if n.startswith("unroll")]:
    del sys.modules[name]
from unroll import check"""
    restore += "\nget_ipython().ast_transformers.clear(); get_ipython().input_transformers_post.clear()"
    transcript = small_course.run(small_course.notebook(step=WRONG + "\n" + CHEATS[cheat], scale=restore + "\n" + SCALE))
    assert transcript.verdict is Verdict.GRADED, transcript.reason
    assert shares(transcript)["step-check"] == 0.0
    if cheat not in ("transformer removes checks", "input transformer"):  # those spoil their own later cells
        assert shares(transcript)["scale-check"] == 1.0


@pytest.mark.parametrize("how", BREAKS)
def test_breaking_the_channel_earns_nothing(jail, small_course, shares, how):
    step = f"{WRONG}\n{RAW}\ndef check(name, thing):\n    say({{'check': name}})\n    hear()\n    {BREAKS[how]}"
    transcript = small_course.run(small_course.notebook(step=step))
    assert transcript.verdict is Verdict.GRADED
    assert shares(transcript) == {"step-check": 0.0, "scale-check": 0.0}


def test_right_answers_earn_all_and_own_checks_nothing(jail, small_course, shares):
    """check() in a student's extra cell neither hangs nor scores, and does not use up the attempt, before or after."""
    own = 'print("asked", check("rnn_step", rnn_step)); print(check("scale", len)); print(check("no such", 1))'
    notebook = small_course.notebook(
        step=STEP, scale="def scale(x):\n    return x", step_check=own, end=own.replace("asked", "late")
    )
    transcript = small_course.run(notebook)
    assert shares(transcript) == {"step-check": 1.0, "scale-check": 0.0}
    assert "asked None" in transcript.notebooks["ps1"] and "late None" in transcript.notebooks["ps1"]


def test_nothing_of_the_verdict_enters_the_kernel(jail, small_course):
    step = "seen = []\ndef rnn_step(*a):\n    seen.append([x.copy() for x in a])\n    return a[0]"
    notebook = small_course.notebook(step=step, end="print('OUT', Out, 'LEN', len(seen), dir())")
    text = small_course.run(notebook).notebooks["ps1"]
    assert "OUT {} LEN 3" in text  # the inputs are known, as they must be; no result was shown
    assert "expected (4, 5)" in text  # the judge's report is still in the record


def test_the_same_submission_gives_the_same_notebook(jail, small_course):
    step = "import random\ndef rnn_step(*a):\n    print(random.random(), np.random.rand(), hash('x'))\n    return a[1] * random.random()"
    notebook = small_course.notebook(step=step, end="import os; print(sorted(os.environ.items()), os.getpid())\n1 / 0")
    first, again, other = (small_course.run(notebook, student) for student in ("ada", "ada", "bob"))
    assert first.notebooks == again.notebooks
    assert first.reports == again.reports
    assert first.notebooks != other.notebooks  # other hidden cases


def test_a_students_file_does_not_stand_in_the_way_of_the_instructors(jail, small_course, shares):
    """With a file in place of a folder, or a package in place of a module, the instructor's files are found."""
    folder = small_course.path / "source" / "ps1"
    (folder / "data").mkdir()
    (folder / "data" / "x.csv").write_text("ours")
    (folder / "helper.py").write_text("whose = 'ours'")
    small_course = replace(small_course, assignment=Assignment(small_course.course, "ps1"))
    theirs = {"data": b"theirs", "helper/__init__.py": b"whose = 'theirs'", "notes.txt": b"kept"}
    code = "import helper\nprint('FOUND', helper.whose, open('data/x.csv').read(), open('notes.txt').read())"
    transcript = small_course.run(small_course.notebook(end=code), files=theirs)
    assert "FOUND ours ours kept" in transcript.notebooks["ps1"]


# Without a kernel: both ends of the channel are ours.


def _check() -> Check:
    check = Check("double")
    check.reference(lambda x: 2 * x)

    @check.cases
    def _(rng):
        yield Case("one", x=rng.normal(size=3), basic=True)
        yield Case("two", x=rng.normal(size=2))

    return check


def _examine(frames: list[bytes]):
    """Send frames while the check is open; return the reports and whether the channel survived."""
    check = _check()
    return examine(frames, {"double": check}, lambda name: check.questions(np.random.default_rng(1)))


def _answers() -> list[bytes]:
    questions = _check().questions(np.random.default_rng(1))
    return [wire.pack({"value": 2 * q.arguments[0], "error": None, "touched": ()}) for q in questions]


def test_an_honest_exchange():
    (report,), alive = _examine([wire.pack({"check": "double"}), *_answers()])
    assert report.share == 1.0 and alive


def test_only_the_first_attempt_counts():
    wrong = wire.pack({"value": 0})
    (report,), alive = _examine([wire.pack({"check": "double"}), wrong, wire.pack({"check": "double"}), *_answers()])
    assert report.share == 0.0 and alive
    assert report.rows[1].detail == "no answer"


def test_answers_are_bounded_together(monkeypatch):
    monkeypatch.setattr(examiner, "_CELL_BYTES", 1000)
    big = wire.pack({"value": np.zeros(1000)})
    (report,), alive = _examine([wire.pack({"check": "double"}), big, _answers()[1]])
    assert "too large together" in report.rows[0].detail and alive


@pytest.mark.parametrize("text", ["\ud800", "x" * 10_000, "a\nb\x00", 7])
@pytest.mark.parametrize("form", [lambda text: text, lambda text: {"type": text, "message": text, "line": text}])
def test_errors_are_cut_and_can_be_written(text, form):
    error = form(text)
    (report,), _ = _examine([wire.pack({"check": "double"}), wire.pack({"error": error}), wire.pack({"error": error})])
    detail = report.rows[0].detail
    detail.encode()
    assert report.share == 0.0 and len(detail) < 720 and "\n" not in detail


_fields = st.fixed_dictionaries(
    {}, optional={"value": values, "error": values, "touched": values | st.lists(st.integers(-99, 99))}
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_fields, max_size=4))
def test_whatever_is_answered_there_is_a_report(messages):
    (report,), _ = _examine([wire.pack({"check": "double"}), *map(wire.pack, messages)])
    assert [row.label for row in report.rows] == ["one", "two"]
    assert report.share == 0.0  # three random numbers cannot be guessed


@settings(max_examples=25, deadline=None)
@given(st.binary(max_size=80))
def test_whatever_bytes_arrive_there_is_a_report(data):
    (report,), _ = _examine([wire.pack({"check": "double"}), frame(data), data])
    assert report.share == 0.0


def test_an_error_of_ours_while_we_listen_is_no_zero(monkeypatch):
    def fail(message):
        raise ZeroDivisionError("a fault of ours")

    monkeypatch.setattr(frames, "answer_in", fail)
    with pytest.raises(ZeroDivisionError, match="a fault of ours"):
        _examine([wire.pack({"check": "double"}), *_answers()])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(trees, st.integers(0, 200), parts)
@example({"t": [10**400, 1]}, 0, "value")
@example({"t": [{"a": ["<f8", [2], "C"]}, {"l": [1]}]}, 16, "value")
def test_whatever_header_arrives_there_is_a_report_that_can_be_written(tree, zeros, where):
    (report,), _ = _examine([wire.pack({"check": "double"}), frame_of(tree, zeros, where)])
    assert report.share == 0.0
    repr(report).encode()
