"""A release leaks nothing, or is refused with the place; and a stale release is reported."""

from dataclasses import replace

import pytest
from autograder.assignment import Assignment
from autograder.course import CourseError
from autograder.rehearse import rehearse
from autograder.release import leaks, release, stale
from nbformat.v4 import new_code_cell, new_markdown_cell
from unroll.checks import frozen


def solution_line(assignment: Assignment) -> str:
    cells = assignment.sources["ps1"].instructor.cells
    text = next(cell.source for cell in cells if "### BEGIN SOLUTION" in cell.source and cell.cell_type == "code")
    return text.split("### BEGIN SOLUTION\n")[1].splitlines()[0].strip()


def test_sound_course_is_released(small_course):
    written = release(small_course.course, "ps1")
    assert {path.name for path in written} == {"ps1.ipynb", "ps1.npz"}
    text = (small_course.path / "release" / "ps1" / "ps1.ipynb").read_text()
    assert "BEGIN SOLUTION" not in text and "raise NotImplementedError" in text
    assert stale(small_course.course, "ps1") == []
    public = frozen.load(small_course.path / "release" / "ps1" / "ps1.npz")  # the desk runs a notebook as the grader will
    assert public.notebooks == {"ps1": text} and public.modules and {"numpy", "unroll"} <= set(public.modules)
    assert (public.seconds, public.cell_seconds) == (120, 30)


@pytest.mark.parametrize("make", [new_code_cell, new_markdown_cell])
def test_solution_in_another_cell_is_found(small_course, edited, make):
    line = solution_line(small_course.assignment)
    assignment = edited(lambda notebook: notebook.cells.append(make(f"as in   {line}")))
    number = len(assignment.sources["ps1"].release.cells)
    assert any(f"ps1.ipynb, cell {number}" in leak and " ".join(line.split()) in leak for leak in leaks(assignment))
    with pytest.raises(CourseError, match="would leak"):
        release(assignment.course, "ps1")
    assert not (small_course.path / "release" / "ps1").exists()


def test_solution_in_a_file_beside_is_found(small_course):
    (small_course.path / "source" / "ps1" / "helper.py").write_text(
        f"def f(x, w):\n    {solution_line(small_course.assignment)}\n"
    )
    assert any("is in helper.py" in leak for leak in leaks(Assignment(small_course.course, "ps1")))


def test_case_that_never_changes_is_found(small_course):
    judge = small_course.path / "judges" / "ps1.py"
    text = judge.read_text()
    fixed = text.replace("(rng):\n", "(rng):\n    rng = np.random.default_rng(0)\n")
    assert fixed != text
    judge.write_text(fixed)
    assert any("is the same in every draw" in leak for leak in leaks(Assignment(small_course.course, "ps1")))


def test_stale_release_is_told(small_course, edited):
    release(small_course.course, "ps1")
    public = small_course.path / "release" / "ps1" / "ps1.npz"
    frozen.save(public, replace(frozen.load(public), notebooks={}))
    assert [said.partition(" in ")[0] for said in stale(small_course.course, "ps1")] == ["ps1.npz"]
    edited(lambda notebook: notebook.cells.append(new_markdown_cell("One more word.")))
    assert "ps1.ipynb differs" in stale(small_course.course, "ps1")
    (small_course.path / "release" / "ps1" / "left_over.txt").write_text("")
    assert "left_over.txt is not in the source" in stale(small_course.course, "ps1")


@pytest.mark.parametrize(
    "line", ['name = "scale"\ncheck(name, scale)', '%time check(f"{1}", scale)', "check(name=sorted(checks)[0], thing=scale)"]
)
def test_a_check_whose_name_is_not_written_out_is_refused(edited, line):
    def call(notebook):
        next(cell for cell in notebook.cells if "scale-check" in str(cell.metadata)).source = line

    assignment = edited(call)
    with pytest.raises(CourseError, match=r"ps1.ipynb, cell 'scale-check': write the name"):
        release(assignment.course, "ps1")
    assert any("write the name" in finding.detail for finding in rehearse(assignment.course, "ps1"))


def test_a_grade_id_in_two_notebooks_is_refused(small_course):
    source = small_course.path / "source" / "ps1"
    (source / "more.ipynb").write_bytes((source / "ps1.ipynb").read_bytes())
    with pytest.raises(CourseError, match="'step-check' is in more.ipynb and in ps1.ipynb"):
        release(small_course.course, "ps1")
    assert not (small_course.path / "release" / "ps1").exists()


def test_rehearsal_finds_a_check_that_lets_a_mistake_pass(small_course):
    """A judge whose misconception is not a mistake."""
    judge = small_course.path / "judges" / "ps1.py"
    text = judge.read_text()
    name = text.split(" = Check(")[0].splitlines()[-1]
    judge.write_text(text + f"\n\n{name}.misconception('Nothing is wrong.')({name}.solution)\n")
    found = [finding for finding in rehearse(small_course.course, "ps1") if "Nothing is wrong" in finding.what]
    assert [finding.ok for finding in found] == [False]
    assert "no case distinguishes it from the reference" in found[0].detail


def test_cell_that_names_an_unknown_check(small_course, edited):
    def misspell(notebook):
        for cell in notebook.cells:
            cell.source = cell.source.replace('check("', 'check("mis')

    with pytest.raises(CourseError, match="has no check"):
        edited(misspell)
