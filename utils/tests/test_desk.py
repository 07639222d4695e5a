"""Public cases on disk, and what students see."""

import io
import json
import os
import subprocess
import sys
import zipfile

import numpy as np
import pytest
from questions import QUESTIONS, marked, same
from unroll.checks import CheckFailed, Comparison, check, desk, exam, frozen, wire
from unroll.checks.display import as_html, as_text

A = np.arange(20.0).reshape(4, 5)


def save(path, release: str = "r1", name: str = "double") -> None:
    frozen.save(path, frozen.FrozenChecks(release, {name: QUESTIONS}, {name: Comparison(atol=1e-3, returns=("a",))}))


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
    monkeypatch.setattr(desk.resources, "files", lambda name: package)
    for name in ("NBGRADER_EXECUTION", "UNROLL_JUDGE"):
        monkeypatch.delenv(name, raising=False)
    save(here / "01_x.npz")
    save(package / "public" / "01_x.npz")
    save(package / "public" / "02_y.npz", name="other")
    return tmp_path


def test_what_a_student_sees(at_desk, capsys):
    check("double", lambda x: 2 * x)
    assert capsys.readouterr().out.splitlines() == [
        "double",
        "  ✗ zero                     differs first at [0]: yours 0, expected 1; largest difference 1",
        "    These are the numbers you get when the 1 is left out.",
        "  ✗ plain                    differs first at [0]: yours 2, expected 3; largest difference 1",
        "  ✗ edge                     differs first at [0]: yours 10, expected 11; largest difference 1",
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
    assert "<img" not in page and "&lt;img" in page and page.count("<tr") == 3 and "✗" in page
    assert as_text(report).count("<img") == 3


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


def test_cases_of_the_package_are_found(at_desk, capsys):
    check("other", lambda x: 2 * x + 1)
    assert capsys.readouterr().out.endswith("All 3 cases pass.\n")


def test_an_unknown_check_says_which_there_are(at_desk):
    with pytest.raises(LookupError, match="There is no check named 'dubble'. Known checks: double, other."):
        check("dubble", len)


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
