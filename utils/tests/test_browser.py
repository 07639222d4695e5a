"""In the browser: cells that need Keras are left out and say so, and the others run."""

import ast
import sys

import pytest
from IPython.core.interactiveshell import InteractiveShell
from unroll import browser
from unroll.browser import WithoutKeras

NO_KERAS = "Left out here: this cell needs Keras, which the browser does not have.\n"


@pytest.fixture
def run(monkeypatch, capsys):
    """Run one cell after another where there is no Keras; gives what each prints."""
    monkeypatch.setitem(sys.modules, "keras", None)
    monkeypatch.delitem(sys.modules, "unroll.training", raising=False)
    without, names = WithoutKeras(), {}

    def run(source: str) -> str:
        exec(compile(without.visit(ast.parse(source)), "<cell>", "exec"), names)
        return capsys.readouterr().out

    return run


def test_the_import_says_so_once_and_the_rest_of_its_cell_runs(run):
    said = run("import keras\nfrom unroll.training import widest_float\nimport math\nprint(math.floor(2.5))")
    assert said.startswith("The browser does not have Keras.")
    assert said.count("\n") == 2 and said.endswith("\n2\n")
    assert run("import keras") == ""


def test_what_follows_from_keras_is_left_out_and_nothing_else(run):
    run("import keras\nfrom unroll.training import widest_float")
    assert run("def model():\n    return keras.Sequential([])") == NO_KERAS
    assert run("dtype = widest_float()") == NO_KERAS
    assert run("history = model().fit()\nloss = history['loss']") == NO_KERAS
    assert run("for value in loss:\n    print(value)") == NO_KERAS
    assert run("ours = 1 + 1\nprint(ours)") == "2\n"


def test_a_name_that_is_given_again_is_no_longer_missing(run):
    run("import keras")
    assert run("loss = keras.losses.get('mse')") == NO_KERAS
    assert run("loss = 3") == ""
    assert run("print(loss)") == "3\n"


@pytest.mark.parametrize(
    "source",
    [
        "print(sum(loss for loss in [1, 2]))",
        "for loss in [3]:\n    print(loss)",
        "print((lambda loss: loss)(3))",
        "def add(loss):\n    total = loss + 1\n    return total\nprint(add(2))",
        "loss = 2\nloss += 1\nprint(loss)",
    ],
)
def test_a_loop_or_a_function_may_use_the_same_word_for_its_own(run, source):
    run("import keras")
    run("loss = total = keras.losses.get('mse')")
    assert run(source) == "3\n"


def test_an_error_in_an_import_stays_as_it_is(run):
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        run("import no_such_module")


@pytest.mark.parametrize(("platform", "count"), [("linux", 0), ("emscripten", 1)])
def test_only_a_notebook_in_the_browser_is_changed(monkeypatch, platform, count):
    shell = InteractiveShell()
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    monkeypatch.setattr(browser.sys, "platform", platform)
    browser.watch()
    assert [type(made) for made in shell.ast_transformers] == [WithoutKeras] * count
