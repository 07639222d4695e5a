"""The compatibility page: what becomes here of nbgrader's features and options. Run this file to write it again."""

from dataclasses import dataclass
from pathlib import Path

from autograder.options import OPTIONS

PAGE = Path(__file__).parents[1] / "COMPATIBILITY.md"

_HEAD = """# nbgrader's features and options, and what becomes of them

The autograder works on an nbgrader course as it is: its sources, its folders, its `nbgrader_config.py` and its gradebook. nbgrader's
own commands and formgrader go on working beside it, on the same files. *Same* means as in nbgrader 0.9.6, *better* says what is
added, *not* says why; an option that is not honoured is also named by the command that would have read it, when it is set.

`autograder/tests/compatibility.py` writes this page, and `autograder/tests/test_compatibility.py` keeps it up to date: every test
named exists, and every option that nbgrader has is in the table.
"""

_COMPARISON = """
## One class, graded by both

`autograder/tests/test_nbgrader_equality.py` grades one class twice, with nbgrader and with the autograder, and compares
everything that the gradebooks have on cells, submissions, notebooks, grades and comments. It has a cell of every kind that nbgrader
has (autograded tests with hidden tests, with partial credit, made by AUTOTEST and HASHED AUTOTEST; code and text that a person
grades; a task) and these students, by the name of what is special about them:
"""


@dataclass(frozen=True)
class Feature:
    """A feature of nbgrader, what becomes of it, and the test that shows it, by its file in ``tests`` and its name."""

    what: str
    standing: str
    words: str
    test: str


_ALIKE = "nbgrader_equality::test_same_rows_as_nbgrader"
_CELLS = "nbgrader_equality::test_same_cells_as_nbgrader"

FEATURES = {
    "Sources": [
        Feature("Solutions, hidden tests and mark schemes cleared, cells locked, checksums", "same", "", _CELLS),
        Feature(
            "Tests made from AUTOTEST lines",
            "better",
            "once for each state of the source, so that random numbers do not differ between release and grading; outside the "
            "jail, because the notebook is the instructor's",
            "nbgrader_options::test_a_sources_tests_are_made_once",
        ),
        Feature(
            "A header and a footer",
            "better",
            "found from the course, wherever the command is started",
            "nbgrader_options::test_a_header_lies_where_the_course_says",
        ),
        Feature(
            "Release of an assignment",
            "better",
            "refused if a line of a solution, a hidden test or a mark scheme is in it anywhere",
            "release::test_solution_in_another_cell_is_found",
        ),
        Feature(
            "Sources with metadata of older versions",
            "same",
            "refused, with the advice to run `nbgrader update`",
            "nbgrader_options::test_a_source_of_another_nbgrader_is_refused_with_what_to_do",
        ),
        Feature(
            "Kernels of other languages",
            "not",
            "because jails hold a Python kernel; refused in a sentence",
            "nbgrader_options::test_a_source_in_another_language_is_refused",
        ),
    ],
    "Collecting": [
        Feature(
            "`nbgrader zip_collect`",
            "better",
            "no name is guessed: an upload that could be two people's is listed and put aside",
            "exports::test_of_a_damaged_export_nothing_goes_to_another",
        ),
        Feature(
            "Odd names of files in an archive of the whole class",
            "better",
            "cost that file, which the receipt says, or one student's upload, with a sentence",
            "matching::test_one_odd_file_name_costs_one_student",
        ),
        Feature(
            "Students with brackets in their names",
            "better",
            "graded, unless another's name matches as a pattern; nbgrader finds no notebook of theirs",
            "nbgrader_options::test_a_name_with_brackets_is_a_name",
        ),
        Feature(
            "What tools leave in a folder: `venv`, `.git`, `__pycache__`",
            "better",
            "left out, which the receipt or the feedback says",
            "collect::test_what_tools_made_is_left_out_and_what_went_out_does_not_count",
        ),
        Feature(
            "Files beside the notebook",
            "same",
            "up to 500 of them and 50 MB, not counting those that were released",
            "submission::test_files_that_went_out_with_the_assignment_do_not_count",
        ),
    ],
    "Grading": [
        Feature("Points for tests, partial credit, errors, output on stderr", "same", "", _ALIKE),
        Feature("Late penalties, also by a plugin beside the configuration", "same", "", _ALIKE),
        Feature(
            "Points, flags and tests in a submission",
            "better",
            "are the source's, whatever the file says",
            "rebuild::test_the_frame_is_always_the_sources",
        ),
        Feature(
            "Cells that are missing",
            "better",
            "come back from the source and are graded; in nbgrader the submission waits",
            "rebuild::test_deleted_cells_come_back",
        ),
        Feature(
            "Cells that lost their metadata",
            "better",
            "found by id, by text or by place, and named in the feedback",
            "rebuild::test_cells_with_hidden_tests_are_recognised_by_what_students_got",
        ),
        Feature(
            "Answers that may be in a cell without metadata",
            "better",
            "wait for a person; in nbgrader they are lost",
            "grading::test_work_without_a_name_waits_for_a_person",
        ),
        Feature(
            "A cell that reaches the time limit",
            "better",
            "is stopped and the others run",
            "limits::test_a_cell_is_stopped_and_the_others_run",
        ),
        Feature(
            "A kernel that dies",
            "better",
            "costs the cells that had not finished, and no others",
            "limits::test_finished_cells_keep_their_scores",
        ),
        Feature(
            "A test that reads the notebook it stands in",
            "same",
            "but without its hidden tests",
            "execution::test_a_notebook_lies_beside_itself_without_what_is_hidden",
        ),
        Feature(
            "Lines for the shell, `%pip`, cell magics of other programs",
            "not",
            "because no shell enters the jail: they say so, and the cell goes on",
            "kernels::test_a_line_for_the_shell_fails_as_one_does_and_the_cell_goes_on",
        ),
        Feature("The network", "not", "because a submission could ask others there for its answers", "jail::test_no_network"),
        Feature(
            "Tags and other metadata of a student's own cells",
            "not",
            "because only text and attached pictures are taken from a submission; tags of the source count",
            "submission::test_only_five_things_of_a_cell_are_taken",
        ),
        Feature(
            "Stopped runs",
            "better",
            "go on where they stopped, and every run can be undone",
            "cli::test_interrupted_grading_goes_on",
        ),
        Feature(
            "A gradebook of an older nbgrader",
            "better",
            "`autograder upgrade` carries it over, and keeps a copy",
            "upgrading::test_an_old_gradebook_keeps_its_points",
        ),
    ],
    "Afterwards": [
        Feature(
            "`nbgrader autograde` on the same course",
            "same",
            "reads the same scores from our notebooks",
            "nbgrader_equality::test_scores_survive_nbgraders_own_reading",
        ),
        Feature(
            "Manual grading, comments and tasks in formgrader",
            "same",
            "outputs and prose are made inert first",
            "/tests/test_formgrader.py::test_formgrader_lists_and_shows_our_grades",
        ),
        Feature(
            "Feedback",
            "better",
            "in nbgrader's folder, without hidden tests and active content",
            "feedback::test_pages_stand_where_nbgrader_has_them_and_stale_ones_go",
        ),
        Feature(
            "Drawings in SVG, formulas and Markdown in outputs",
            "same",
            "shown as pictures and typeset text that run nothing",
            "feedback::test_tables_pictures_and_formulas_stay",
        ),
        Feature(
            "Figures that run a program, sounds, films, pages of others",
            "not",
            "because formgrader and feedback would run or load what a student wrote; what is left out is named in its place",
            "feedback::test_what_no_page_shows_is_named_where_it_stood",
        ),
        Feature(
            "Export as CSV",
            "better",
            "with verdict and trust, and safe to open in a spreadsheet",
            "export::test_one_row_for_each_student_and_assignment",
        ),
    ],
}

_STANDINGS = {"same": "same", "better": "better", "not": "not", "nbgrader": "nbgrader's own"}


def path_and_name(test: str) -> tuple[str, str]:
    """Where a feature's test is, from the repository's root, and its name."""
    place, name = test.split("::")
    return (place[1:] if place.startswith("/") else f"autograder/tests/test_{place}.py"), name


def page(compared: list[str]) -> str:
    """The page's text.

    Parameters
    ----------
    compared
        What the students of the class that both graders have graded did.
    """
    lines = [_HEAD.rstrip(), _COMPARISON.rstrip(), "", ", ".join(name.replace("_", " ") for name in compared) + "."]
    for heading, features in FEATURES.items():
        lines += ["", f"## {heading}", "", "| nbgrader's feature | here | shown by |", "| --- | --- | --- |"]
        for feature in features:
            path, name = path_and_name(feature.test)
            here = f"{feature.standing}: {feature.words}" if feature.words else feature.standing
            lines.append(f"| {feature.what} | {here} | `{path}::{name}` |")
    lines += [
        "",
        "## Options",
        "",
        "A class without an option stands for all the others of it. Options under the names of older versions mean the same.",
        "Paths begin at the course, wherever the command is started.",
        "",
    ]
    lines += ["| option | here | how, or why not |", "| --- | --- | --- |"]
    lines += [f"| `c.{name}` | {_STANDINGS[found.standing]} | {found.because} |" for name, found in sorted(OPTIONS.items())]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    from test_nbgrader_equality import STUDENTS

    PAGE.write_text(page(list(STUDENTS)), encoding="utf-8")
