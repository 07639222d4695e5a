"""Below "Before you run it" no cell gives the answer away, up to the prose that answers."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from tests.lessons import IDS, LECTURES, called, read, strings, tree

PREDICTIONS = 85
ASKS = re.compile("before you run it", re.IGNORECASE)
ALTERNATIVE = re.compile(r"\d\d\.[a-z][a-z0-9-]*")
_TITLED = {"title", "suptitle", "set_title", "annotate", "text", "figtext"}
# Words of a sentence that states a result. "What …" and "How …" name what is shown, and a clause with "while" or "that"
# says when or which, so these may have them; a printed line is often a label that a number completes ("the cell has 3").
_FINDING = (
    r"opens|shuts|holds|keeps|stays|shrinks|grows|falls|rises|vanishes|explodes|loses|wins|beats|learns?|forgets?|guess(es)?|"
    r"fails?|agrees?|only|never|always|nothing|none|hardly|nearly|worse|better|higher|lower|smaller|larger"
)
_STATES = {
    "a printed line": re.compile(rf"\b({_FINDING})\b", re.IGNORECASE),
    "a title": re.compile(rf"\b({_FINDING}|alone|is|are|has|have|does|do)\b", re.IGNORECASE),
}
_NAMES = re.compile(r"\W*(what|how|which|where|share of)\b", re.IGNORECASE)
_CLAUSE = re.compile(r"\b(while|when|if|until|as|that|who)\b.*")


@dataclass(frozen=True)
class Prediction:
    """One "Before you run it": where it is asked, the code it asks about, and the prose that answers."""

    number: int
    question: str
    code: list[NotebookNode]
    answer: str
    above: str

    def spoilers(self) -> Iterator[str]:
        """What gives the answer away, a line for each."""
        for cell in self.code:
            for call in (node for node in ast.walk(tree(cell)) if isinstance(node, ast.Call)):
                yield from (f"{reason} [below cell {self.number}]" for reason in self._in(call))

    def _in(self, call: ast.Call) -> Iterator[str]:
        name = called(call)
        if name == "claim":
            yield f"the range of a claim: {ast.unparse(call)}"
        for keyword in call.keywords:
            if keyword.arg == "alt":
                texts = [text for text in strings(keyword.value) if not ALTERNATIVE.fullmatch(text)]
                yield from (f"an alternative text that is no id: {text!r}" for text in texts)
            elif keyword.arg in ("title", "label"):
                yield from self._telling("a title", keyword.value)
        if name == "figure" and call.args:
            yield from self._telling("a title", call.args[0])
        elif name in _TITLED or name == "print":
            for argument in call.args:
                yield from self._telling("a printed line" if name == "print" else "a title", argument)

    def _telling(self, kind: str, node: ast.AST) -> Iterator[str]:
        for text in strings(node):
            if _states_a_finding(kind, text) or _phrases(text) & (_phrases(self.answer) - _phrases(self.question)):
                yield f"{kind} that answers: {text!r}"
            elif _numbers(text) & (_numbers(self.answer) - _numbers(self.above)):
                yield f"{kind} with a number of the answer: {text!r}"


def predictions(cells: list[NotebookNode]) -> Iterator[Prediction]:
    """All predictions, a cell that asks twice giving two."""
    kinds = [cell.cell_type for cell in cells] + ["code", "markdown"]
    for number, cell in enumerate(cells):
        if cell.cell_type != "markdown":
            continue
        for asked in ASKS.finditer(cell.source):
            first = kinds.index("code", number)
            end = kinds.index("markdown", first)
            above = "\n".join(cell.source for cell in cells[:first])
            answer = "\n".join(cell.source for cell in cells[end : end + 1])
            yield Prediction(number, cell.source[asked.start() :], cells[first:end], answer, above)


def _states_a_finding(kind: str, text: str) -> bool:
    parts = (_CLAUSE.sub("", part) for part in re.split(r"[;:.,]\s", text) if len(part.split()) >= 3)
    return any(_STATES[kind].search(part) and not _NAMES.match(part) for part in parts)


def _phrases(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"[\w']+", text.lower())
    return set(zip(*(words[start:] for start in range(5)), strict=False))


def _numbers(text: str) -> set[str]:
    """Those of two digits or more."""
    return set(re.findall(r"\d[\d,.]*\d", text))


@pytest.mark.parametrize("path", LECTURES, ids=IDS)
def test_no_prediction_is_spoiled(path):
    assert [line for prediction in predictions(read(path)) for line in prediction.spoilers()] == []


def test_there_are_as_many_predictions_as_ever():
    assert sum(len(list(predictions(read(path)))) for path in LECTURES) >= PREDICTIONS


@pytest.mark.parametrize(
    ("planted", "kind"),
    [
        ('figure("Norms", alt="A line that falls by six decades.")', "an alternative text"),
        ('heatmap(norms, title="Norms", alt=("04.radii", "It falls.")[0])', "an alternative text"),
        ('claim("what is left", left, 0.004, 0.006)', "the range of a claim"),
        ('figure("Norms: the gradient falls by half", alt="04.radii")', "a title"),
        ('plt.title("Only tanh shrinks the gradient")', "a title"),
        ('plt.plot(norms, label="one two-hundredth of it is left")', "a title"),
        ('print(f"{left:.3f}, about one two-hundredth of it")', "a printed line"),
        ('print("nothing of it remains:", left)', "a printed line"),
        ('print("left, near 0.005:", left)', "a printed line"),
    ],
)
def test_a_planted_spoiler_is_found(planted, kind):
    question = new_markdown_cell("Every factor is 0.9.\n\n**Before you run it:** how much is left after 50 steps?")
    answer = new_markdown_cell("$0.9^{50}$ is about 0.005: about one two-hundredth of it is left.")
    fair = new_code_cell('figure("Norm of the gradient by distance, 50 steps", alt="04.radii")\nprint("what is left:", left)')
    cells = [question, fair, new_code_cell(planted), answer]
    (prediction,) = predictions(cells)
    (found,) = prediction.spoilers()
    assert found.startswith(kind)
    moved = [question, fair, answer, new_code_cell(planted)]
    assert [line for prediction in predictions(moved) for line in prediction.spoilers()] == []
