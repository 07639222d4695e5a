"""The rebuilt notebook has the source's cells, with the student's work in place, and nothing else of the submission."""

import copy
import json

import nbformat
import pytest
from autograder.intake.rebuild import rebuild
from autograder.intake.submission import parse_notebook
from autograder.notebook import normalise
from courses import graded_cell
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

SOLUTIONS = ("one", "two", "words")
TESTS = ("one-test", "two-test")


def source() -> nbformat.NotebookNode:
    test = dict(grade=True, locked=True, points=3)
    cells = [
        new_markdown_cell("# Title", id="title"),
        new_code_cell("import math", id="imports"),
        graded_cell(new_code_cell("# one?", id="one"), "one", solution=True),
        graded_cell(new_code_cell("assert one() == 1  # hidden", id="one-test"), "one-test", **test),
        new_code_cell("x = 0", id="ordinary"),
        graded_cell(new_code_cell("# two?", id="two"), "two", solution=True),
        graded_cell(new_code_cell("assert two() == 2  # hidden", id="two-test"), "two-test", **test),
        graded_cell(new_markdown_cell("words?", id="words"), "words", grade=True, solution=True, points=2),
        graded_cell(new_markdown_cell("read this", id="read"), "read", locked=True),
    ]
    return new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "x", "language": "python"}})


def release() -> nbformat.NotebookNode:
    notebook = copy.deepcopy(source())
    for cell in notebook.cells:
        cell.source = cell.source.replace("  # hidden", "")
    return notebook


def hand_in(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    return parse_notebook(json.dumps(notebook).encode())


def grade_id(cell) -> str | None:
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def cell_of(notebook, name: str):
    (cell,) = [cell for cell in notebook.cells if grade_id(cell) == name]
    return cell


def solved() -> nbformat.NotebookNode:
    notebook = release()
    for name in SOLUTIONS:
        cell_of(notebook, name).source = f"solution of {name}"
    return notebook


def run(submitted) -> nbformat.NotebookNode:
    return rebuild(source(), hand_in(submitted)).notebook


# What a student, or a tool of theirs, may do to a notebook: each changes it in place.
def _delete(notebook, number):
    del notebook.cells[number % len(notebook.cells)]


def _copy(notebook, number):
    number %= len(notebook.cells)
    notebook.cells.insert(number + 1, copy.deepcopy(notebook.cells[number]))


def _move(notebook, number):
    notebook.cells.append(notebook.cells.pop(number % len(notebook.cells)))


def _metadata(notebook, number):
    cell = notebook.cells[number % len(notebook.cells)]
    cell.metadata["nbgrader"] = {
        "grade_id": grade_id(cell) or "forged",
        "points": 1e9,
        "grade": True,
        "solution": True,
        "locked": False,
        "schema_version": 99,
    }
    cell.metadata["evil"] = "evil"


def _no_metadata(notebook, number):
    notebook.cells[number % len(notebook.cells)].metadata.clear()


def _edit_test(notebook, number):
    for cell in notebook.cells:
        if grade_id(cell) in TESTS:
            cell.source = "pass  # edited test"


def _extra(notebook, number):
    notebook.cells.insert(number % (len(notebook.cells) + 1), new_code_cell(f"extra_{len(notebook.cells)}"))


def _retype(notebook, number):
    cell = notebook.cells[number % len(notebook.cells)]
    cell["cell_type"] = {"code": "markdown", "markdown": "raw", "raw": "raw"}[cell.cell_type]


def _ids(notebook, number):
    for cell in notebook.cells:
        cell["id"] = f"new-{number}"


DEEDS = [_delete, _copy, _move, _metadata, _no_metadata, _edit_test, _extra, _retype, _ids]
deeds = st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 30)), max_size=6)


def tampered(todo) -> nbformat.NotebookNode:
    notebook = solved()
    notebook.metadata["evil"] = "evil"
    for deed, number in todo:
        if notebook.cells:
            deed(notebook, number)
    return notebook


@settings(max_examples=60, deadline=None)
@given(deeds)
def test_the_frame_is_always_the_sources(todo):
    rebuilt = run(tampered(todo))
    assert [grade_id(cell) for cell in rebuilt.cells if grade_id(cell)] == [grade_id(c) for c in source().cells if grade_id(c)]
    for cell in source().cells:
        if grade_id(cell):
            theirs = cell_of(rebuilt, grade_id(cell))
            assert theirs.metadata == cell.metadata and theirs.cell_type == cell.cell_type
            if not cell.metadata.nbgrader.solution:
                assert theirs.source == cell.source
    assert rebuilt.metadata == source().metadata
    assert "evil" not in nbformat.writes(rebuilt) and "1e9" not in nbformat.writes(rebuilt)
    assert len({cell.id for cell in rebuilt.cells}) == len(rebuilt.cells)
    nbformat.validate(rebuilt)


@example([(_no_metadata, 14), (_ids, 0), (_move, 0), (_extra, 9)])
@settings(max_examples=60, deadline=None)
@given(deeds)
def test_no_work_is_lost_and_none_runs_more_often_than_it_was_handed_in(todo):
    submitted = tampered(todo)
    rebuilt = run(submitted)
    ours = [cell.source for cell in source().cells]
    texts = {cell.source for cell in submitted.cells}
    for text in texts:
        if text.startswith(("solution of", "extra_")):
            handed_in = sum(cell.source == text for cell in submitted.cells)
            assert sum(cell.source == text for cell in rebuilt.cells) == handed_in, text
    foreign = [cell.source for cell in rebuilt.cells if cell.source not in texts and cell.source not in ours]
    assert foreign == []


@settings(max_examples=40, deadline=None)
@given(deeds)
def test_rebuilding_is_stable(todo):
    """Rebuilding a rebuilt notebook gives the same notebook."""
    rebuilt = run(tampered(todo))
    again = run(rebuilt)
    assert [cell.source for cell in again.cells] == [cell.source for cell in rebuilt.cells]


def test_an_untouched_release_gives_the_source():
    assert [cell.source for cell in run(release()).cells] == [cell.source for cell in source().cells]


def test_every_solution_stands_in_its_place():
    rebuilt = run(solved())
    assert len(rebuilt.cells) == len(source().cells)
    for name in SOLUTIONS:
        assert cell_of(rebuilt, name).source == f"solution of {name}"


def test_deleted_cells_come_back():
    submitted = solved()
    submitted.cells = [
        cell for cell in submitted.cells if grade_id(cell) not in (*TESTS, "one", "read") and cell.id != "imports"
    ]
    rebuilt = run(submitted)
    assert [cell.source for cell in rebuilt.cells] == [
        "# Title", "import math", "# one?", "assert one() == 1  # hidden", "x = 0", "solution of two",
        "assert two() == 2  # hidden", "solution of words", "read this",
    ]  # fmt: skip


def test_a_copied_test_is_a_cell_of_the_students_own():
    submitted = solved()
    submitted.cells.insert(0, copy.deepcopy(cell_of(submitted, "one-test")))
    rebuilt = run(submitted)
    copies = [cell for cell in rebuilt.cells if cell.source.startswith("assert one()")]
    assert sum("nbgrader" in cell.metadata for cell in copies) == 1


@pytest.mark.parametrize("ids", [True, False], ids=["by id", "by text"])
def test_ordinary_cells_run_once_and_edits_are_kept(ids):
    submitted = solved()
    if ids:
        submitted.cells[4].source = "x = 1"
    else:
        for number, cell in enumerate(submitted.cells):
            cell["id"] = f"other-{number}"
    rebuilt = run(submitted)
    assert len(rebuilt.cells) == len(source().cells)
    assert rebuilt.cells[4].source == ("x = 1" if ids else "x = 0")


def test_line_ends_of_another_system_are_no_edit():
    submitted = release()
    ours = source()
    ours.cells[4].source = submitted.cells[4].source = "x = 0\ny = 1"
    submitted.cells[4].source = "x = 0\r\ny = 1"
    submitted.cells[4]["id"] = "other"
    rebuilt = rebuild(ours, hand_in(submitted)).notebook
    assert len(rebuilt.cells) == len(ours.cells)


def test_own_cells_stay_before_what_followed_them():
    submitted = solved()
    for place in range(len(submitted.cells), -1, -1):
        submitted.cells.insert(place, new_code_cell(f"own {place}"))
    rebuilt = [cell.source for cell in run(submitted).cells]
    assert len(rebuilt) == 2 * len(source().cells) + 1
    assert rebuilt[::2] == [f"own {place}" for place in range(len(source().cells) + 1)]


def test_of_two_copies_of_a_solution_the_last_counts():
    submitted = solved()
    submitted.cells.insert(3, copy.deepcopy(submitted.cells[2]))
    submitted.cells[3].source = "later"
    rebuilt = run(submitted)
    assert cell_of(rebuilt, "one").source == "later"
    assert [cell.source for cell in rebuilt.cells][2:4] == ["solution of one", "later"]


def test_attachments_come_with_words_alone():
    bundle = {"p.png": {"image/png": "aGk="}}
    submitted = solved()
    cell_of(submitted, "words")["attachments"] = bundle
    cell_of(submitted, "read")["attachments"] = bundle
    rebuilt = run(submitted)
    assert cell_of(rebuilt, "words").attachments == bundle
    assert "attachments" not in cell_of(rebuilt, "read")


def test_metadata_of_a_solution_that_a_tool_has_dropped():
    """The cell still has its id. Treated as the student's own cell, it would be undone by the source's stub after it."""
    submitted = solved()
    cell_of(submitted, "one").metadata.clear()
    rebuilt = run(submitted)
    assert cell_of(rebuilt, "one").source == "solution of one"
    assert sum(cell.source == "solution of one" for cell in rebuilt.cells) == 1


def visible() -> nbformat.NotebookNode:
    """The source without hidden tests, as most assignments are."""
    notebook = source()
    for cell in notebook.cells:
        cell.source = cell.source.replace("  # hidden", "")
    return notebook


@pytest.mark.parametrize("own", [(), (0,), (3, 5, 9)], ids=["", "an extra cell", "extra cells"])
def test_work_without_any_metadata_and_ids_is_found_again(own):
    submitted = solved()
    for place in reversed(own):
        submitted.cells.insert(place, new_markdown_cell(f"my own {place}"))
    for number, cell in enumerate(submitted.cells):
        cell.metadata.clear()
        cell["id"] = f"other-{number}"
    rebuilt = rebuild(visible(), hand_in(submitted)).notebook
    for name in SOLUTIONS:
        assert cell_of(rebuilt, name).source == f"solution of {name}"
    assert len(rebuilt.cells) == len(source().cells) + len(own)


def test_where_two_cells_may_be_meant_neither_is_taken_for_the_solution():
    submitted = solved()
    submitted.cells.insert(3, new_code_cell("helper = 1"))
    for cell in submitted.cells:
        cell.metadata.clear()
        cell.pop("id")
    submitted["nbformat_minor"] = 4
    rebuilt = rebuild(visible(), hand_in(submitted)).notebook
    texts = [cell.source for cell in rebuilt.cells]
    assert cell_of(rebuilt, "one").source == "# one?"
    assert texts.index("# one?") < texts.index("solution of one") < texts.index("helper = 1") < texts.index("assert one() == 1")


def nameless(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The notebook as a tool hands it on that keeps texts alone."""
    for number, cell in enumerate(notebook.cells):
        cell.metadata.clear()
        cell["id"] = f"other-{number}"
    return hand_in(notebook)


def test_cells_with_hidden_tests_are_recognised_by_what_students_got():
    rebuilt = rebuild(source(), nameless(solved()), release())
    for name in SOLUTIONS:
        assert cell_of(rebuilt.notebook, name).source == f"solution of {name}"
    assert rebuilt.recognised == SOLUTIONS and rebuilt.lost == ()


def test_a_solution_that_may_be_in_a_nameless_cell_is_lost():
    submitted = solved()
    submitted.cells.insert(7, new_markdown_cell("my own"))
    rebuilt = rebuild(source(), nameless(submitted), release())
    assert rebuilt.recognised == ("one", "two") and rebuilt.lost == ("words",)


@pytest.mark.parametrize("change", ["deleted", "untouched", "named"])
def test_a_solution_that_no_cell_can_be_is_not_lost(change):
    submitted = solved()
    words = cell_of(submitted, "words")
    if change == "deleted":
        submitted.cells.remove(words)
    elif change == "untouched":
        words.source = "words?"
        submitted.cells += [copy.deepcopy(words)]
        nameless(submitted)
    else:
        submitted.cells.append(new_markdown_cell("my own"))
    assert rebuild(source(), hand_in(submitted), release()).lost == ()


@pytest.mark.parametrize("released_by", ["us", "nbgrader"])
@pytest.mark.parametrize("own_ids", [("top", "middle"), ("cell-01", "cell-00")], ids=["of an editor", "of another notebook"])
def test_a_source_that_is_not_in_normal_form(released_by, own_ids):
    """Our release renumbers cells, so an id in the source may name another cell there."""
    ours = source()
    ours.cells = [new_code_cell("top = 1", id=own_ids[0]), new_markdown_cell("Middle.", id=own_ids[1]), *ours.cells]
    for number, cell in enumerate(ours.cells[2:]):
        if not grade_id(cell):
            cell["id"] = f"cell-{number:02d}"  # as when it was written, before the two came in front of it
    submitted = normalise(ours) if released_by == "us" else copy.deepcopy(ours)
    cell_of(submitted, "one").source = "solution of one"
    submitted.cells[6].source = "x = 1"
    rebuilt = rebuild(ours, hand_in(submitted)).notebook
    assert [cell.cell_type for cell in rebuilt.cells] == [cell.cell_type for cell in ours.cells]
    expected = [cell.source for cell in ours.cells]
    expected[4], expected[6] = "solution of one", "x = 1"
    assert [cell.source for cell in rebuilt.cells] == expected


def test_an_ordinary_cell_of_another_type_is_the_students_own():
    submitted = solved()
    submitted.cells[4] = new_markdown_cell("This was x, once.", id="ordinary")
    rebuilt = run(submitted)
    assert [(cell.cell_type, cell.source) for cell in rebuilt.cells[4:6]] == [
        ("code", "x = 0"),
        ("markdown", "This was x, once."),
    ]


def test_neither_argument_is_changed():
    ours, theirs = source(), hand_in(solved())
    before = copy.deepcopy((ours, theirs))
    rebuild(ours, theirs)
    assert (ours, theirs) == before


ANSWERS = {"one": "def one():\n    return 1", "two": "def two():\n    return 2", "words": "Because of it."}


def defining(answers: dict[str, str]) -> nbformat.NotebookNode:
    """The release with stubs that define something, and with answers in their place."""
    notebook = release()
    for name in ("one", "two"):
        cell_of(notebook, name).source = f"def {name}():\n    raise NotImplementedError()"
    for name, answer in answers.items():
        cell_of(notebook, name).source = answer
    return notebook


def _reversed(cells):
    return cells[::-1]


def _helper_beside(cells):
    return [
        each
        for cell in cells
        for each in ([new_code_cell("def helper(): ..."), cell] if cell.source == ANSWERS["one"] else [cell])
    ]


def _tests_reformatted(cells):
    return [{**cell, "source": cell.source.replace("()", "( )")} if "assert" in cell.source else cell for cell in cells]


def _only_answers(cells):
    return [cell for cell in cells if cell.source in ANSWERS.values()]


@pytest.mark.parametrize("deed", [_reversed, _helper_beside, _tests_reformatted, _only_answers])
def test_code_without_a_name_is_recognised_by_what_it_defines(deed):
    submitted = defining(ANSWERS)
    submitted.cells = [nbformat.from_dict(cell) for cell in deed(submitted.cells)]
    found = rebuild(defining({}), nameless(submitted), defining({}))
    assert [cell_of(found.notebook, name).source for name in ("one", "two")] == [ANSWERS["one"], ANSWERS["two"]]
    assert {"one", "two"} <= {*found.recognised} and not {"one", "two"} & {*found.lost}


def _retyped(notebook):
    words = next(cell for cell in notebook.cells if cell.source == ANSWERS["words"])
    words.update(cell_type="code", outputs=[], execution_count=None)
    return {"words"}


def _joined(notebook):
    first, second = (next(cell for cell in notebook.cells if cell.source == ANSWERS[name]) for name in ("one", "two"))
    first.source += "\n\n" + second.source
    notebook.cells.remove(second)
    return {"two"}


def _below_a_release(notebook):
    notebook.cells = [*defining({}).cells, *notebook.cells]
    return {"one", "two", "words"}


def _twice(notebook):
    notebook.cells = [copy.deepcopy(cell) for cell in notebook.cells for _ in range(2)]
    return {"one", "two", "words"}


@pytest.mark.parametrize("deed", [_retyped, _joined, _below_a_release, _twice])
def test_work_without_names_that_cannot_be_told_is_not_worth_zero(deed):
    submitted = defining(ANSWERS)
    lost = deed(submitted)
    assert {*rebuild(defining({}), nameless(submitted), defining({})).lost} == lost


@pytest.mark.parametrize(("text", "lost"), [("My answer.", ("words",)), ("read this", ())])
def test_a_written_answer_below_its_cell_waits_for_a_person(text, lost):
    submitted = release()
    at = submitted.cells.index(cell_of(submitted, "words"))
    submitted.cells.insert(at + 1, new_markdown_cell(text))
    assert rebuild(source(), hand_in(submitted), release()).lost == lost


def test_a_release_pasted_below_the_work_does_not_take_its_place():
    submitted = solved()
    submitted.cells += release().cells
    rebuilt = run(submitted)
    assert [cell_of(rebuilt, name).source for name in SOLUTIONS] == [f"solution of {name}" for name in SOLUTIONS]


def test_an_answer_that_was_deleted_does_not_come_back_as_a_stub():
    """Its code may have been moved to another cell, and the stub would undo it."""
    submitted = solved()
    cell_of(submitted, "one").source += "\n" + cell_of(submitted, "two").source
    cell_of(submitted, "two").source = ""
    assert cell_of(rebuild(source(), nameless(submitted), release()).notebook, "two").source == ""
