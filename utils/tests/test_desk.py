"""Public cases on disk, and what students see."""

import contextlib
import io
import json
import linecache
import os
import re
import subprocess
import sys
import types
import zipfile

import numpy as np
import pytest
from questions import QUESTIONS, marked, same
from unroll.checks import CheckFailed, Comparison, Report, check, exam, finding, frozen, wire
from unroll.checks.comparison import Part
from unroll.checks.display import as_html, as_text
from unroll.checks.marking import Row

A = np.arange(20.0).reshape(4, 5)


def save(path, release: str = "r1", name: str = "double", modules: tuple[str, ...] | None = None) -> None:
    comparisons = {name: Comparison(atol=1e-3, returns=("a",))}
    frozen.save(path, frozen.FrozenChecks(release, {name: QUESTIONS}, comparisons, modules))


def test_public_cases_are_read_as_they_were_written(tmp_path):
    save(tmp_path / "01_x.npz")
    back = frozen.load(tmp_path / "01_x.npz")
    assert back.release == "r1" and back.comparisons == {"double": Comparison(atol=1e-3, returns=("a",))}
    for one, other in zip(QUESTIONS, back.questions["double"], strict=True):
        assert (one.label, one.names, one.basic, one.weight, one.calls) == (
            other.label,
            other.names,
            other.basic,
            other.weight,
            other.calls,
        )
        assert same(one.expected, other.expected) and same(one.arguments, other.arguments)
        assert [(s, a.error) for s, a in one.mistakes] == [(s, a.error) for s, a in other.mistakes]


@pytest.mark.parametrize("damage", ["empty", "text", "half", "tail", "npy", "other"])
def test_a_damaged_file_says_what_to_do(tmp_path, damage):
    path = tmp_path / "01_x.npz"
    save(path)
    good = path.read_bytes()
    if damage == "other":
        np.savez(path, x=1)
    elif damage == "npy":
        buffer = io.BytesIO()
        np.save(buffer, A)
        path.write_bytes(buffer.getvalue())
    else:
        path.write_bytes(
            {"empty": b"", "text": b"<html>", "half": good[: len(good) // 2], "tail": good[:60] + b"\0" * 40 + good[100:]}[
                damage
            ]
        )
    with pytest.raises(ValueError, match=r"01_x\.npz is damaged .*; copy it again from the assignment"):
        frozen.load(path)


def test_a_file_of_a_later_version(tmp_path):
    tree, _ = wire.to_tree({"format": 99})
    np.savez(tmp_path / "01_x.npz", tree=np.array(json.dumps(tree)))
    with pytest.raises(ValueError, match=r"01_x\.npz belongs to another version of unroll"):
        frozen.load(tmp_path / "01_x.npz")
    assert zipfile.is_zipfile(tmp_path / "01_x.npz")


@pytest.fixture
def at_desk(tmp_path, monkeypatch):
    """A folder with public cases next to the notebook, and an installed package with others."""
    here, package = tmp_path / "here", tmp_path / "package"
    (package / "public").mkdir(parents=True)
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setattr(finding.resources, "files", lambda name: package)
    for name in ("NBGRADER_EXECUTION", "UNROLL_JUDGE"):
        monkeypatch.delenv(name, raising=False)
    save(here / "01_x.npz")
    save(package / "public" / "01_x.npz")
    save(package / "public" / "02_y.npz", name="other")
    return tmp_path


def test_of_the_package_only_the_file_that_has_the_check_is_read(at_desk, monkeypatch):
    load, read = frozen.load, []
    monkeypatch.setattr(frozen, "load", lambda path: read.append(path.parent.name + "/" + path.name) or load(path))
    assert "other" in finding.find("other")[0].questions
    assert read == ["here/01_x.npz", "public/02_y.npz"]


def test_what_a_student_sees(at_desk, capsys):
    check("double", lambda x: 2 * x)
    assert capsys.readouterr().out.splitlines() == [
        "double",
        "    These are the numbers you get when the 1 is left out.",
        "  ✗ zero                     differs first at [0]: yours 0, expected 1; largest difference 1",
        "      For the same reason 2 more cases: plain, edge",
        "3 of 3 cases fail. Fix the first one first.",
    ]
    check("double", lambda x: 2 * x + 1)
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "  ✓ edge                     shape (1,), largest difference 0",
        "All 3 cases pass.",
    ]


def test_in_a_notebook_it_is_rich_and_safe():
    def raises(x):
        raise ValueError("<img src=x onerror=alert(1)>")

    report = marked(raises)
    page = as_html(report)
    assert "<img" not in page and page.count("&lt;img") == 3 and page.count("<tr") == 1 and "✗" in page
    assert as_text(report).count("<img") == 1


def test_in_a_notebook_what_fails_comes_first_and_what_passes_is_folded():
    rows = Row("ordinary", True, "right"), Row("odd", False, "wrong"), Row("last", True, "right")
    shown, _, folded = as_html(Report("double", rows, 0.0)).partition("<details><summary>2 cases pass</summary>")
    assert "odd" in shown and "ordinary" not in shown and folded.count("✓") == 2 and "✗" not in folded
    assert "<details" not in as_html(Report("double", rows[::2], 1.0))


def test_the_first_wrong_table_alone_is_shown():
    parts = (Part("dx", True, "1", "1", "0"), Part("da0", False, "2", "3", "1"), Part("db_a", True, "1", "1", "0"))
    wrong = [Row(label, False, "da0: differs", parts=parts) for label in ("one", "two", "three")]
    for more, said in ((0, None), (1, "One more wrong case has such a table."), (2, "2 more wrong cases have such a table.")):
        report = Report("back", (Row("fine", True, "right"), *wrong[: more + 1]), 0.0)
        for page in (as_text(report), as_html(report)):
            assert page.count("look here first") == 1 and page.count("largest difference") == 1
            assert (page.count("such a table") == 0) if said is None else (said in page)
    assert as_text(Report("back", (Row("fine", True, "right"), Row("bad", False, "wrong")), 0.0)).count("such a table") == 0


def test_ipython_shows_both_forms(at_desk):
    """In IPython the display carries plain text and HTML."""
    code = """
from IPython.testing.globalipapp import start_ipython
from IPython.utils.capture import capture_output
start_ipython()
from unroll import check
with capture_output() as shown:
    check("double", lambda x: 2 * x + 1)
print(sorted(shown.outputs[0].data), "All 3 cases pass." in shown.outputs[0].data["text/html"])"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip().endswith("['text/html', 'text/plain'] True")


STUB = "def double(x):\n    # Write it here\n    raise NotImplementedError()"


def test_a_function_that_is_not_written_is_one_line(at_desk, capsys, written):
    check("double", written(STUB))
    assert (
        capsys.readouterr().out
        == "double: not written yet, or its cell was not run since (line 3: raise NotImplementedError())\n"
    )


@pytest.mark.parametrize(
    "body",
    [
        "if x[0] == 1: raise NotImplementedError()\n    return 2 * x + 1",  # some cases are answered
        "raise NotImplementedError('no such layer')",  # a library's, or one's own
        "raise ValueError()",
    ],
)
def test_other_errors_are_rows(at_desk, capsys, written, body):
    check("double", written(f"def double(x):\n    {body}"))
    lines = capsys.readouterr().out.splitlines()
    assert any("✗" in line for line in lines) and "not written yet" not in lines[0]


def test_in_a_notebook_what_is_not_written_is_one_line_too(at_desk):
    code = """
from IPython.testing.globalipapp import start_ipython
from IPython.utils.capture import capture_output
start_ipython()
from unroll import check
def double(x):
    raise NotImplementedError()
with capture_output() as shown:
    check("double", double)
print([shown.outputs[0].data[kind].count("not written yet") for kind in ("text/plain", "text/html")])
print("<t" in shown.outputs[0].data["text/html"], shown.outputs[0].data["text/plain"].count("\\n"), repr(shown.stderr))"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip().endswith("[1, 1]\nFalse 0 ''")


def test_a_cell_that_was_not_run_is_one_line(at_desk):
    """In the place of a traceback; other errors keep theirs."""
    code = """
from IPython.testing.globalipapp import start_ipython
from IPython.utils.capture import capture_output
shell = start_ipython()
shell.run_cell("from unroll import check", store_history=True)
for source in ('check("double", double)', "double", "def f():\\n    return double\\nf()"):
    with capture_output() as shown:
        result = shell.run_cell(source, store_history=True)
    lines = [output.data["text/plain"] for output in shown.outputs]
    print(type(result.error_in_exec).__name__, lines, "Traceback" in shown.stdout)"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-3:] == [
        "NameError ['double: the cell that defines it was not run yet'] False",
        "NameError [] True",
        "NameError [] True",
    ]


def test_cases_of_the_package_are_found(at_desk, capsys):
    check("other", lambda x: 2 * x + 1)
    assert capsys.readouterr().out.endswith("All 3 cases pass.\n")


def test_an_unknown_check_says_which_is_meant(at_desk):
    meant = "There is no check named 'dubble'. Did you mean 'double'? This notebook has: double."
    with pytest.raises(LookupError, match=re.escape(meant)) as raised:
        check("dubble", len)
    assert raised.value._render_traceback_() == [meant]  # IPython shows no frames of ours
    with pytest.raises(LookupError, match=r"named 'rnn'\. This notebook has: double\."):
        check("rnn", len)
    (at_desk / "here" / "01_x.npz").unlink()  # a notebook alone: only the package knows
    with pytest.raises(LookupError, match=r"Did you mean 'other'\? This notebook has: other\."):
        check("othr", len)
    with pytest.raises(LookupError, match=r"named 'rnn'\. If the notebook is right, the installed unroll is older than it"):
        check("rnn", len)


def test_different_releases_are_told(at_desk, capsys):
    check("double", lambda x: 2 * x + 1)
    assert "different releases" not in capsys.readouterr().out
    save(at_desk / "package" / "public" / "01_x.npz", release="r2")
    check("double", lambda x: 2 * x + 1)
    assert "01_x.npz next to this notebook and the installed unroll are from different releases" in capsys.readouterr().out


def test_under_nbgrader_a_failure_is_an_error(at_desk, monkeypatch, capsys):
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    check("double", lambda x: 2 * x + 1)
    assert capsys.readouterr().out.endswith("All 3 cases pass.\n")
    with pytest.raises(CheckFailed, match=r"(?s)double\n.*when the 1 is left out.*3 of 3 cases fail"):
        check("double", lambda x: 2 * x)


def test_own_data_next_to_the_notebook_does_no_harm(at_desk, capsys):
    np.savez("10_weights.npz", W=A)
    check("double", lambda x: 2 * x + 1)
    assert capsys.readouterr().out.endswith("All 3 cases pass.\n")


def test_while_graded_an_answer_that_cannot_be_copied_costs_its_case_alone(monkeypatch):
    """Run the student's side of an examination and play the judge."""
    import socket
    import threading

    ours, theirs = socket.socketpair()
    monkeypatch.setenv("UNROLL_JUDGE", str(theirs.fileno()))
    monkeypatch.setattr(exam, "_channel", None)
    heard = []

    def hear():
        lengths = wire.frame_lengths(ours.recv(8, socket.MSG_WAITALL))
        heard.append(wire.unpack(*(ours.recv(n, socket.MSG_WAITALL) if n else b"" for n in lengths)))

    def judge():
        for say in [{"arguments": (1.0,), "calls": 1}, {"arguments": (2.0,), "calls": 1}, None]:
            hear()
            ours.sendall(wire.pack(say))

    thread = threading.Thread(target=judge, daemon=True)
    thread.start()
    assert check("any", lambda x: (i for i in ()) if x == 1 else x) is None
    thread.join(10)
    exam._channel.close()
    ours.close()
    theirs.close()
    assert (
        heard[0] == {"check": "any"}
        and heard[1]["error"]["message"].startswith("a generator was returned")
        and heard[2]["value"] == 2.0
    )


def test_importing_unroll_is_light():
    code = "import sys, unroll; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PATH": os.environ["PATH"]}
    )
    loaded = {name.split(".")[0] for name in run.stdout.split()}
    assert {"unroll", "numpy"} <= loaded
    assert not loaded & {
        "autograder",
        "nbgrader",
        "tensorflow",
        "keras",
        "matplotlib",
        "IPython",
        "nbformat",
        "pandas",
        "gensim",
    }


@pytest.fixture
def written(monkeypatch):
    """A function from a cell's text, where a made-up module ``absent`` exists."""
    there = types.ModuleType("absent")
    exec("def twice(x):\n    return 2 * x + 1\n\nclass Twice:\n    pass", vars(there))
    monkeypatch.setitem(sys.modules, "absent", there)

    def write(*cells: str):
        names = {"__name__": "__main__", "np": np}
        for number, text in enumerate(cells):
            filename = f"<cell {number} of {len(cells)}>"
            monkeypatch.setitem(linecache.cache, filename, (len(text), None, text.splitlines(keepends=True), filename))
            exec(compile(text, filename, "exec"), names)
        return names["double"]

    return write


ABSENT = {
    "in the function": ["def double(x):\n    import absent\n    return absent.twice(x)"],
    "in its cell": ["import absent as unused\ndef double(x):\n    return 2 * x + 1"],
    "in another cell": ["import absent", "def double(x):\n    return absent.twice(x)"],
    "a name of it": ["from absent import twice as t", "def double(x):\n    return t(x)"],
    "in a helper": ["from absent import twice", "def help(x):\n    return twice(x)", "def double(x):\n    return help(x)"],
    "in a method": [
        "import absent",
        "class Doubler:\n    def __call__(self, x):\n        return absent.twice(x)",
        "double = Doubler()",
    ],
    "in an inner function": ["import absent", "def double(x):\n    return [absent.twice(y) for y in [x]][0]"],
    "in a partial": ["import functools, absent", "double = functools.partial(absent.twice)"],
    "in a closure": [
        "import absent",
        "def made(f):\n    def inner(x):\n        return f(x)\n    return inner\n",
        "double = made(absent.twice)",
    ],
}
PRESENT = {
    "nothing": ["def double(x):\n    return 2 * x + 1"],
    "Python's own": ["import math\ndef double(x):\n    return 2 * x + math.floor(1.5)"],
    "NumPy's": ["from numpy import add\ndef double(x):\n    return add(2 * x, np.ones(1))"],
    "a name that happens to be an attribute": ["import absent as T", "def double(x):\n    return 2 * x.T + 1"],
    "not used": ["import absent", "def double(x):\n    return 2 * x + 1"],
    "an import that may fail": [
        "try:\n    from absent import twice\nexcept ImportError:\n    twice = None\ndef double(x):\n    return 2 * x + 1"
    ],
    "an import elsewhere": [
        "import sys\nif 'google.colab' in sys.modules:\n    import absent\ndef double(x):\n    return 2 * x + 1"
    ],
    "a named tuple": [
        "from collections import namedtuple\nfrom typing import NamedTuple\nPair = namedtuple('Pair', 'one other')",
        "class Sum(NamedTuple):\n    of: float",
        "def double(x):\n    return Sum(Pair(x, x + 1).one + Pair(x, x + 1).other).of",
    ],
    "a ufunc of one's own": ["plus = np.frompyfunc(lambda x: 2.0 * x + 1, 1, 1)\ndouble = lambda x: plus(x).astype(float)"],
}


@pytest.mark.parametrize("cells", ABSENT.values(), ids=ABSENT)
def test_what_the_grader_does_not_have_is_refused(at_desk, capsys, written, cells):
    save(at_desk / "here" / "01_x.npz", modules=("numpy", "unroll"))
    check("double", written(*cells))
    assert capsys.readouterr().out.splitlines() == [
        "double",
        "  ✗ what it imports          absent does not exist where this is graded; remove the import, or keep it out of the cells "
        "that are graded",
        "1 of 1 cases fails.",
    ]
    save(at_desk / "here" / "01_x.npz")  # what there is was not written down
    with contextlib.suppress(ImportError):
        check("double", written(*cells))
    assert "absent" not in capsys.readouterr().out


@pytest.mark.parametrize("cells", PRESENT.values(), ids=PRESENT)
def test_what_the_grader_has_is_not_refused(at_desk, capsys, written, cells, monkeypatch):
    monkeypatch.setitem(sys.modules, "without a dictionary", object())
    save(at_desk / "here" / "01_x.npz", modules=("numpy", "unroll"))
    check("double", written(*cells))
    assert capsys.readouterr().out.endswith("All 3 cases pass.\n")


def test_a_ufunc_of_scipy_is_refused(at_desk, capsys, written, monkeypatch):
    special = pytest.importorskip("scipy.special")
    monkeypatch.setattr("__main__.expit", special.expit, raising=False)  # as a notebook's import leaves it
    monkeypatch.setitem(sys.modules, "without a dictionary", object())
    save(at_desk / "here" / "01_x.npz", modules=("numpy", "unroll"))
    check("double", written("from scipy.special import expit", "def double(x):\n    return expit(x)"))
    assert "scipy does not exist where this is graded" in capsys.readouterr().out
