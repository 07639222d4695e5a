"""What students see of functions that do more, or less, than return numbers."""

import signal
import time

import numpy as np
import pytest
from questions import QUESTIONS
from unroll.checks import Comparison, check, frozen
from unroll.checks.display import as_html
from unroll.checks.marking import mark
from unroll.checks.trial import OutOfTime, advice, try_out, within
from unroll.plots.colours import contrast


@pytest.fixture
def desk(tmp_path, monkeypatch, capsys):
    """Run `check` on cells of a notebook whose limit is half a second; gives the lines it shows."""
    monkeypatch.chdir(tmp_path)
    for name in ("NBGRADER_EXECUTION", "UNROLL_JUDGE"):
        monkeypatch.delenv(name, raising=False)
    public = frozen.FrozenChecks("r1", {"double": QUESTIONS}, {"double": Comparison()}, cell_seconds=0.5)
    frozen.save(tmp_path / "01_x.npz", public)

    def shown(thing: object) -> list[str]:
        check("double", thing)
        printed = capsys.readouterr()
        assert printed.err == ""
        return printed.out.splitlines()

    return shown


def written(text: str):
    names = {"np": np}
    exec(compile(text, "<cell>", "exec"), names)
    return names["double"]


def test_what_a_function_prints_is_shown_once_and_cut(desk):
    lines = desk(written("def double(x):\n    for i in range(2000): print('step', i)\n    return 2 * x + 1"))
    assert lines[4:6] == ["All 3 cases pass.", "It printed:"]
    assert lines[6] == "    step 0" and lines[15:] == ["    step 9", "    …"]


def test_a_loop_that_never_ends_is_a_row_with_its_line(desk):
    lines = desk(written("def double(x):\n    if x[0] == 0: return 2 * x + 1\n    while True:\n        x = x + 0"))
    assert "✓ zero" in lines[1]
    assert "raises TimeoutError: it was stopped after 0.5 s; is there a loop that never ends? (line " in lines[2]
    assert lines[3].strip() == "For the same reason 1 more case: edge"


@pytest.mark.parametrize("before", [signal.SIG_IGN, signal.default_int_handler])  # a shell's background process has the first
def test_sleeping_is_interrupted_too(before):
    found = signal.signal(signal.SIGINT, before)
    try:
        _is_interrupted()
        assert signal.getsignal(signal.SIGINT) is before
    finally:
        signal.signal(signal.SIGINT, found)


def _is_interrupted():
    started = time.monotonic()
    with pytest.raises(OutOfTime), within(0.1):
        time.sleep(20)
    assert time.monotonic() - started < 10
    with within(10):  # what is in time is left alone
        pass
    with pytest.raises(KeyboardInterrupt), within(10):  # and so is the stop button
        raise KeyboardInterrupt


def test_leaving_python_is_a_row(desk):
    lines = desk(written("import sys\ndef double(x):\n    sys.exit('no')"))
    assert lines[1].split(maxsplit=2)[2] == "raises SystemExit: no (line 3)" and len(lines) == 4


def test_warnings_are_lines(desk):
    lines = desk(written("def double(x):\n    np.log(np.zeros(1))\n    return 2 * x + 1"))
    assert lines[4:] == ["All 3 cases pass.", "It raised RuntimeWarning: divide by zero encountered in log (line 2)"]


def test_the_result_in_place_of_the_function(desk):
    assert desk(np.zeros(3))[1].endswith(
        'hand over the function itself, as in check("double", double), and not what it returns; this is an array'
    )


def test_parameters_in_another_order_are_named():
    def swapped(x, W_aa, W_ax):
        return x

    said = "It is called with (x, W_ax, W_aa), in this order; yours takes (x, W_aa, W_ax)."
    assert advice(swapped, ("x", "W_ax", "W_aa")) == f"{said} Put the parameters back in order."
    assert advice(swapped, ("x", "W")) == "It is called with (x, W), in this order; yours takes (x, W_aa, W_ax)."
    assert advice(swapped, ("x", "W", "b")) == ""  # other names in their place are fine
    assert advice(lambda *xs, scale=1: xs, ("x", "W")) == "" and advice(lambda x, W=1: x, ("x", "W")) == ""
    assert advice(np.add, ("x", "y")) == "" and advice(3, ("x",)) == ""


def test_advice_comes_first_and_in_the_place_of_hints(desk):
    lines = desk(written("def double(x, y):\n    return x"))
    assert lines[1] == "    It is called with (x), in this order; yours takes (x, y)."
    assert "for the same reason 2 more cases" in lines[3].lower()


def test_what_is_coloured_can_be_read_on_light_and_dark_pages():
    """Contrast of at least 4.5: each colour stands on a ground of its own."""
    trial = try_out(lambda x: 2 * x + (x[0] == 0), QUESTIONS, 10)
    page = as_html(mark("double", QUESTIONS, trial.answers, Comparison()))
    pairs = [style.split("color:#")[1].split(";")[0] for style in page.split('style="')[1:] if "color:#" in style.split('"')[0]]
    grounds = [
        style.split("background:#")[1].split(";")[0] for style in page.split('style="')[1:] if "color:#" in style.split('"')[0]
    ]
    assert len(pairs) == len(grounds) >= 3
    assert min(contrast(f"#{ink}", f"#{ground}") for ink, ground in zip(pairs, grounds, strict=True)) >= 4.5
