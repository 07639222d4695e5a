"""Wrong implementations that the lectures' claims must tell from the right one: ``lecture_05.py`` has those of lecture 05.

A variant computes a claim's number again with a mistake in it. It runs in the lecture's kernel after the last cell; its
parameters are the names it takes from there, and its docstring says what is wrong:

    @variant("largest difference between our GRU and Keras's")
    def _(keras_gru, W, b, sentence, ours):
        "The update gate's weights are not negated."
        return abs(keras_gru(W, b, sign=1)(sentence[None])[0] - ours).max()

The claim's range must miss that number. A file imports only what a kernel has: NumPy, Keras, `unroll` and this module.
"""

import inspect
import json
from collections.abc import Callable, Mapping
from pathlib import Path

FOLDER = Path(__file__).parent
_PRINTED = "variants: "
variants: list[tuple[str, Callable]] = []


def variant(claim: str) -> Callable[[Callable], Callable]:
    """Say of a function that it computes a claim's number wrongly.

    Parameters
    ----------
    claim
        What the claim says was measured, its first argument.
    """

    def keep(function: Callable) -> Callable:
        variants.append((claim, function))
        return function

    return keep


def file_of(lecture: str) -> Path:
    """The file of a lecture's variants, which need not exist."""
    return FOLDER / f"lecture_{lecture[:2]}.py"


def cell_for(lecture: str) -> str:
    """The code of a last cell that runs a lecture's variants and prints what they give."""
    module, file = Path(__file__), file_of(lecture)
    names = {"__file__": str(module), "__name__": __name__}
    return f"""\
import sys, types
tests = sys.modules["tests"] = types.ModuleType("tests")
tests.variants = sys.modules[{__name__!r}] = types.ModuleType({__name__!r})
tests.variants.__dict__.update({names!r})
exec(compile({module.read_text()!r}, {str(module)!r}, "exec"), tests.variants.__dict__)
exec(compile({file.read_text()!r}, {str(file)!r}, "exec"), {{"__name__": {file.stem!r}}})
tests.variants.run(globals())
"""


def run(names: Mapping[str, object]) -> None:
    """Run the variants with a lecture's names and print one line with the number, or the error, of each."""
    found = []
    for claim, function in variants:
        row = {"claim": claim, "wrong": inspect.getdoc(function)}
        try:
            row["value"] = float(function(**{name: names[name] for name in inspect.signature(function).parameters}))
        except Exception as error:
            row["error"] = f"{type(error).__name__}: {error}"
        found.append(row)
    print(_PRINTED + json.dumps(found))


def rows(printed: str) -> list[dict]:
    """What `run` printed."""
    (line,) = (line for line in printed.splitlines() if line.startswith(_PRINTED))
    return json.loads(line.removeprefix(_PRINTED))
