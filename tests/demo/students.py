"""The demo class: thirty students, each right, mistaken, late, idle, damaged or hostile in one way."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from tests.demo.mistakes import MISTAKES, RIGHT, mistaken

WORDS = "Padded steps hold no words, so the state that the last word left must reach the end unchanged."


@dataclass(frozen=True)
class Student:
    """One of the class.

    Parameters
    ----------
    name
        Says what is the matter.
    functions
        Text of each function that they wrote, by check; what is missing is as released.
    mistakes
        Words of the misconception in each function that has one, by check.
    words
        True if they answered the question in words.
    edit
        What else they did to the notebook.
    damage
        What became of the file.
    verdict
        How the run must end.
    late
        True for a day after the due date.
    lost
        Checks that earn nothing for another reason than a mistake.
    """

    name: str
    functions: dict[str, str] = field(default_factory=lambda: dict(RIGHT))
    mistakes: dict[str, str] = field(default_factory=dict)
    words: bool = True
    edit: Callable[[NotebookNode], None] | None = None
    damage: Callable[[str], str] | None = None
    verdict: str = "graded"
    late: bool = False
    lost: tuple[str, ...] = ()

    def hand_in(self, released: NotebookNode) -> str:
        """The content of their notebook file."""
        import copy

        import nbformat

        notebook = copy.deepcopy(released)
        for cell in notebook.cells:
            grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
            if grade_id in self.functions:
                cell.source = self.functions[grade_id]
            elif grade_id == "words" and self.words:
                cell.source = WORDS
        if self.edit:
            self.edit(notebook)
        text = nbformat.writes(notebook)
        return self.damage(text) if self.damage else text


def _with(**changed: str) -> dict[str, str]:
    return {**RIGHT, **changed}


def _loops() -> dict[str, str]:
    """Right, with loops and plain lists."""
    return _with(
        softmax="""\
import math

def softmax(z):
    z = np.asarray(z)
    if z.ndim > 1:
        return [softmax(row) for row in z]
    e = [math.exp(v - max(z)) for v in z]
    return [v / sum(e) for v in e]
""",
        loss_over_time="""\
def loss_over_time(y_hat, y, mask):
    m, T, n = y.shape
    losses = [[0.0] * T for _ in range(m)]
    count = 0
    for i in range(m):
        for t in range(T):
            if mask[i, t]:
                count += 1
                for k in range(n):
                    if y[i, t, k] > 0:
                        losses[i][t] -= y[i, t, k] * math.log(y_hat[i, t, k])
    return losses, sum(map(sum, losses)) / count
""",
    )


def _einsum() -> dict[str, str]:
    """Right, with einsum and in float32."""
    return _with(
        rnn_step="""\
def rnn_step(x, a, W_ax, W_aa, W_ya, b_a, b_y, squash):
    a_next = np.tanh(np.einsum("mi,ai->ma", x, W_ax) + np.einsum("mb,ab->ma", a, W_aa) + b_a)
    return a_next.astype(np.float32), squash(np.einsum("ma,ya->my", a_next, W_ya) + b_y).astype(np.float32)
""",
        rnn_step_concat="""\
def rnn_step_concat(x, a, W_a, b_a):
    return np.tanh(W_a @ np.vstack([a.T, x.T]) + b_a[:, None]).T
""",
    )


def _copied_test(notebook: NotebookNode) -> None:
    """A test cell copied, edited, its points raised."""
    import copy

    number = next(
        i for i, cell in enumerate(notebook.cells) if cell.metadata.get("nbgrader", {}).get("grade_id") == "softmax-check"
    )
    copied = copy.deepcopy(notebook.cells[number])
    copied.id, copied.source, copied.metadata.nbgrader.points = "a-copy", "assert True", 1000
    notebook.cells.insert(number, copied)


def _deleted_tests(notebook: NotebookNode) -> None:
    notebook.cells = [
        cell for cell in notebook.cells if not cell.metadata.get("nbgrader", {}).get("grade_id", "").endswith("-check")
    ]


def _first(source: str) -> Callable[[NotebookNode], None]:
    """An extra cell, after the imports."""

    def edit(notebook: NotebookNode) -> None:
        number = next(i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code")
        notebook.cells.insert(number + 1, new_code_cell(source))

    return edit


_REPLACES_ALLCLOSE = """\
import builtins, unittest
np.allclose = np.array_equal = np.testing.assert_allclose = lambda *a, **k: True
import unroll.checks.marking, unroll.checks.desk
unroll.checks.marking.mark = unroll.checks.desk.mark = lambda *a, **k: None
unroll.check = check = lambda name, thing: print("All cases pass.")
"""

_THIEF = """\
import os, socket
loot = []
for folder, below, files in os.walk("/"):
    below[:] = [name for name in below if name not in ("proc", "dev", "usr")]
    wanted = {"solutions", "judges", "submitted", "gradebook.db", "01_rnn_step.py"}
    loot += [os.path.join(folder, name) for name in [*below, *files] if name in wanted]
loot += [name for name in os.environ if "SECRET" in name or "TOKEN" in name]
try:
    socket.create_connection(("1.1.1.1", 53), timeout=2)
    loot.append("the network")
except OSError:
    pass
print("found:", loot)
exec(open(loot[0]).read() if loot else "")
"""


def students() -> list[Student]:
    """The class, in the order of their names."""
    rows = max(len(mistakes) for mistakes in MISTAKES.values())
    confused = []
    for row in range(rows):
        # One student for each row: in every function its row-th mistake, starting again where a function has fewer.
        chosen = {check: list(mistakes)[row % len(mistakes)] for check, mistakes in MISTAKES.items()}
        texts = {check: mistaken(check, mistake) for check, mistake in chosen.items()}
        confused.append(Student(f"confused_{row + 1:02d}", functions=texts, mistakes=chosen))
    half = {check: RIGHT[check] for check in ("softmax", "rnn_step")}
    everything = tuple(RIGHT)
    others = [
        Student("right"),
        Student("right_loops", functions=_loops()),
        Student("right_einsum", functions=_einsum()),
        Student("right_own_cells", edit=_first("def helper(v):\n    return v\n\nprint('scratch', helper(3))")),
        Student(
            "no_bias", functions=_with(rnn_step=mistaken("rnn_step", "b_a is never")), mistakes={"rnn_step": "b_a is never"}
        ),
        Student("half_finished", functions=half, words=False, lost=("rnn_step_concat", "rnn_forward", "loss_over_time")),
        Student("untouched", functions={}, words=False, lost=everything),
        Student("late", late=True),
        Student(
            "endless_loop",
            functions=_with(loss_over_time="def loss_over_time(y_hat, y, mask):\n    while True:\n        pass\n"),
            verdict="time limit",
            lost=("loss_over_time",),
        ),
        Student(
            "memory_bomb",
            functions=_with(
                rnn_step="def rnn_step(*inputs):\n    hoard = []\n    while True:\n        hoard.append(np.zeros(1 << 24))\n"
            ),
            verdict="memory limit",
            lost=("rnn_step",),
        ),
        Student(
            "kills_its_kernel",
            functions=_with(rnn_forward="import os\n\ndef rnn_forward(*inputs):\n    os._exit(0)\n"),
            verdict="crashed",
            lost=("rnn_forward", "loss_over_time"),
        ),
        Student("replaces_allclose", functions={}, words=False, edit=_first(_REPLACES_ALLCLOSE), lost=everything),
        Student("thief", functions={"softmax": _THIEF}, words=False, lost=everything),
        Student("damaged", damage=lambda text: text[: len(text) // 2], verdict="rejected", lost=everything),
        Student(
            "copied_test", functions=_with(softmax="def softmax(z):\n    return z\n"), edit=_copied_test, lost=("softmax",)
        ),
        Student("deleted_tests", edit=_deleted_tests),
        Student("syntax_error", functions=_with(rnn_step="def rnn_step(x, a\n    return x\n"), lost=("rnn_step",)),
    ]
    return sorted(confused + others, key=lambda student: re.sub(r"\W", "", student.name))
