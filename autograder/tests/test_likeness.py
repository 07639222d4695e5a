"""Similar submissions: which are found, which are not, and that no code holds the report up."""

import json

import pytest
from autograder.pages.likeness import likenesses
from autograder.pages.report import write_report
from courses import graded_cell
from inert import assert_inert
from nbformat.v4 import new_code_cell
from rooms import Room

STEP = '''def step(x, a, W_ax, W_aa, b):
    """One step."""
    # first both products
    total = np.einsum("mn,un->mu", x, W_ax) + np.einsum("mv,uv->mu", a, W_aa)
    shifted = total + np.broadcast_to(b, total.shape)
    top, bottom = np.exp(shifted), np.exp(-shifted)
    return (top - bottom) / (top + bottom)
'''
COPY = """def step(x, a, W_ax, W_aa, b):
    s = (np.einsum('mn,un->mu', x, W_ax)
         + np.einsum('mv,uv->mu', a, W_aa))   # mine!
    t = s + np.broadcast_to(b, s.shape)

    p, q = np.exp(t), np.exp(-t)
    return (p - q) / (p + q)
"""
USUAL = "def step(x, a, W_ax, W_aa, b):\n    return np.tanh(x @ W_ax.T + a @ W_aa.T + b)\n"
ODD = [
    "x, = [",
    "\0",
    "(" * 9000,
    "-" * 9000 + "1",
    "x = " + "1+" * 900 + "1",
    "f'{' + chr(0)",
    "%matplotlib inline",
    "x = '\\d'\n" * 3000,
]


@pytest.fixture(scope="module")
def room(tmp_path_factory) -> Room:
    given = "### BEGIN SOLUTION\npass\n### END SOLUTION\n" + "".join(
        f"given_{n} = helper({n}) + np.ones({n}) * 2\n" for n in range(30)
    )
    cells = [
        graded_cell(new_code_cell(given), "step", solution=True),
        graded_cell(new_code_cell("check('step', step)"), "step-check", points=10, grade=True, locked=True),
    ]
    return Room.build(tmp_path_factory.mktemp("course"), cells)


@pytest.fixture
def alike(room):
    """Gives what is found among these students' answers."""

    def find(works: dict[str, str | dict[str, str]]):
        for student, work in works.items():
            texts = work if isinstance(work, dict) else {"step": work}
            cells = [
                {"cell_type": "code", "source": text, "metadata": {"nbgrader": {"grade_id": grade_id}}}
                for grade_id, text in texts.items()
            ]
            path = room.course.folder("autograded", "ps1", student) / "ps1.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps({"cells": cells}))
        return likenesses(room.assignment, list(works))

    return find


def test_a_copy_with_other_names_comments_and_layout_is_found(alike):
    others = {f"usual{number}": USUAL for number in range(15)}
    (found,) = alike({**others, "ada": STEP, "bob": COPY, "cy": STEP.replace("total", "one")})
    assert found.students == ["ada", "bob", "cy"] and found.share == 1
    assert found.shown == ("ada", "bob")
    ((left, right),) = found.cells
    assert "    top, bottom = (np.exp(shifted), np.exp(-shifted))" in [
        line.text for line in left if line.rare and line.students == 3
    ]
    assert "mine" not in " ".join(line.text for line in right)


def test_a_copy_with_a_changed_line_is_found_and_the_line_is_not_marked(alike):
    changed = STEP * 2 + "done = True\n" + STEP.replace("step", "again")
    (found,) = alike({"ada": STEP * 2 + STEP.replace("step", "again"), "bob": changed, "cy": USUAL})
    assert found.students == ["ada", "bob"] and 0.8 <= found.share <= 1
    assert [line.text for line in found.cells[0][1] if line.text and line.students is None] == ["done = True"]


def test_common_answers_in_a_rare_combination_are_found(alike, room):
    """Of four answers to each of five questions, each is in a quarter of the class, and so is every piece of it."""
    ways = [STEP, USUAL, USUAL.replace("tanh", "sinh"), STEP.replace("exp", "sinh")]

    def chosen(student: int) -> dict[str, str]:
        return {f"q{q}": ways[student // 4**q % 4].replace("def step", f"def step_{q}") for q in range(5)}

    works = {f"s{student}": chosen(student) for student in range(0, 1024, 17)}
    copied = {name: text.replace("total", "summe") for name, text in works["s85"].items()}
    (found,) = alike(works | {"copy": copied})
    assert found.students == ["s85", "copy"] and found.share == 1 and len(found.cells) == 5


def test_what_many_wrote_what_is_short_and_what_was_given_out_is_not_named(alike, room):
    assert alike({f"s{number}": USUAL for number in range(30)}) == []
    given = room.assignment.sources["ps1"].release.cells[0].source
    assert alike({"ada": given, "bob": given + "x = 1\n", "cy": USUAL}) == []


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_code_that_cannot_be_read_is_left_out(alike, odd):
    (found,) = alike({"eve": odd, "ada": STEP, "bob": COPY})
    assert found.students == ["ada", "bob"]


def test_the_report_shows_both_sides_inertly(tmp_path):
    room = Room.build(tmp_path)
    evil = STEP + "evil = '<script>alert(1)</script>' < b'<img src=x onerror=alert(1)>'\n"
    for student in ("ada", "bob"):
        room.graded(student, work={"step": evil})
    page = write_report(room.course, "ps1").read_text()
    assert "Similar submissions" in page and page.count("np.broadcast_to(b, total.shape)") == 2
    assert_inert(page, report=True)
