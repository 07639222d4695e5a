"""What real nbgrader courses set, or write in their sources, is honoured, or named as not supported."""

import sqlite3
from datetime import timedelta

import nbformat
import pytest
from autograder.assignment import Assignment
from autograder.course import Course, CourseError
from autograder.kernels.limits import Limits
from autograder.records.gradebook import open_gradebook
from autograder.records.late_penalty import LatePenalties
from autograder.records.measured_limits import limits_for
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

HALF = """
from nbgrader.plugins import BasePlugin

class Half(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return score / 2
"""


@pytest.fixture
def configured(small_course):
    """Write the course's nbgrader_config.py, and load the course."""

    def configure(*lines: str) -> Course:
        (small_course.path / "nbgrader_config.py").write_text("\n".join(["c = get_config()", *lines]) + "\n")
        return Course.load(small_course.path)

    return configure


def test_a_header_lies_where_the_course_says(small_course, configured, monkeypatch, tmp_path_factory):
    nbformat.write(new_notebook(cells=[new_markdown_cell("Be kind.")]), small_course.path / "source" / "header.ipynb")
    course = configured('c.IncludeHeaderFooter.header = "source/header.ipynb"')
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert Assignment(course, "ps1").sources["ps1"].release.cells[0].source == "Be kind."


def test_files_that_students_may_change_are_theirs(small_course, configured):
    for name in ("answers.py", "helper.py"):
        (small_course.path / "source" / "ps1" / name).write_text("whose = 'ours'")
    course = configured('c.Autograde.exclude_overwriting = {"ps1": ["answers.py"], "ps2": ["helper.py"]}')
    assignment = Assignment(course, "ps1")
    handed_in = {"answers.py": b"whose = 'theirs'", "helper.py": b"whose = 'theirs'"}
    assert assignment.files_over(handed_in) == {"helper.py": b"whose = 'ours'"}
    assert set(assignment.files_over({})) == {"answers.py", "helper.py"}


def test_a_late_penalty_may_lie_beside_its_configuration(small_course, configured):
    (small_course.path / "late_by_half.py").write_text(HALF)
    penalties = LatePenalties(configured('c.AssignLatePenalties.plugin_class = "late_by_half.Half"'))
    assert penalties._plugin.late_submission_penalty("ada", 8.0, timedelta(days=1).total_seconds()) == 4.0


def test_a_late_penalty_that_is_not_there_is_named(configured):
    course = configured('c.AssignLatePenalties.plugin_class = "nowhere.P"')
    with pytest.raises(CourseError, match=r"the late penalty 'nowhere\.P' cannot be loaded: .*must be installed, or lie in"):
        LatePenalties(course)


@pytest.mark.parametrize("where", ["kernelspec", "language_info"])
def test_a_source_in_another_language_is_refused(edited, where):
    def to_r(notebook):
        notebook.metadata.pop("kernelspec")
        named = {"kernelspec": {"name": "ir", "display_name": "R", "language": "R"}, "language_info": {"name": "R"}}
        notebook.metadata[where] = named[where]

    with pytest.raises(CourseError, match=r"ps1\.ipynb is in R .*only Python"):
        edited(to_r)


@pytest.mark.parametrize(("version", "advice"), [(1, "nbgrader update"), (2, "nbgrader update"), (99, "Upgrade nbgrader")])
def test_a_source_of_another_nbgrader_is_refused_with_what_to_do(edited, version, advice):
    def older(notebook):
        for cell in notebook.cells:
            if "nbgrader" in cell.metadata:
                cell.metadata.nbgrader.schema_version = version

    with pytest.raises(CourseError, match=advice):
        edited(older)


@pytest.mark.parametrize("line", ["### AUTOTEST x", "    ### HASHED AUTOTEST f(1)"])
def test_tests_that_nbgrader_would_make_are_not_passed_over(edited, line):
    with pytest.raises(CourseError, match=r"ps1\.ipynb, cell 7: .*AUTOTEST.*assert lines"):
        edited(lambda notebook: notebook.cells.append(new_code_cell(f"if True:\n    x = 1\n{line}")))


def test_an_old_gradebook_is_named_with_what_mends_it(small_course):
    with open_gradebook(small_course.course):
        pass
    database = sqlite3.connect(small_course.course.gradebook_file)
    with database:
        database.execute("ALTER TABLE student DROP COLUMN lms_user_id")
    database.close()
    with (
        pytest.raises(CourseError, match=r"older nbgrader.*safe place.*nbgrader db upgrade"),
        open_gradebook(small_course.course),
    ):
        pass


@pytest.mark.parametrize(
    ("line", "seconds"),
    [
        ("c.Execute.timeout = 900", 900),
        ("c.ExecutePreprocessor.timeout = 7", 7),
        ("c.Execute.timeout = 900; c.Course.limits = {'ps1': {'cell_seconds': 8}}", 8),
        ("c.Execute.timeout = -1", Limits().cell_seconds),
        ("", Limits().cell_seconds),
    ],
)
def test_a_cell_may_take_as_long_as_in_nbgrader(configured, line, seconds):
    limits = limits_for(configured(line), "ps1", "any source", named=None)
    assert limits.cell_seconds == seconds and limits.seconds >= seconds
    assert limits_for(configured(line), "ps1", "any source", named=Limits(cell_seconds=5)).cell_seconds in (5, 8)
