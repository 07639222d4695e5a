"""What real nbgrader courses set, or write in their sources, is honoured, or named as not supported."""

import shutil
import sqlite3
import sys
from datetime import timedelta
from pathlib import Path

import nbformat
import nbgrader
import pytest
from autograder.assignment import Assignment
from autograder.cli import main
from autograder.course import Course, CourseError
from autograder.intake.submission import read_submission
from autograder.kernels.limits import Limits
from autograder.options import not_honoured, unread
from autograder.records.gradebook import open_gradebook
from autograder.records.late_penalty import LatePenalties
from autograder.records.measured_limits import limits_for
from courses import graded_cell
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder import autotests

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


@pytest.fixture
def elsewhere(monkeypatch, tmp_path_factory) -> Path:
    """The command is started from another folder than the course's."""
    folder = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.chdir(folder)
    return folder


def test_paths_in_the_configuration_begin_at_the_course(small_course, configured, elsewhere):
    course = configured('c.CourseDirectory.root = "."', 'c.CourseDirectory.db_url = "sqlite:///grades/class.db"')
    assert course.root == str(small_course.path) and course.gradebook_file == small_course.path / "grades" / "class.db"


def test_options_have_the_meaning_of_their_old_names(small_course, configured):
    course = configured('c.NbGrader.db_url = "sqlite:///class.db"', "c.AutogradeApp.create_student = False")
    assert course.gradebook_file == small_course.path / "class.db"
    assert [each.split(" is ")[0] for each in not_honoured(course.config, "grade")] == ["c.Autograde.create_student"]


def test_a_configuration_may_import_what_lies_beside_it(small_course, configured, elsewhere):
    (small_course.path / "late_as_a_class.py").write_text(HALF)
    course = configured("from late_as_a_class import Half", "c.AssignLatePenalties.plugin_class = Half")
    assert LatePenalties(course)._plugin.late_submission_penalty("ada", 8.0, 1.0) == 4.0
    assert str(small_course.path) not in sys.path


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("c.CourseDirectory.course_id = 3", "'course_id' trait .* expected a unicode string, not the int 3"),
        ("c.Course.limits = 3", "'limits' trait .* expected a dict, not the int 3"),
        ("raise SystemExit(0)", "cannot be read: SystemExit: 0"),
    ],
)
def test_a_configuration_that_cannot_be_is_named(configured, line, says):
    with pytest.raises(CourseError, match=says):
        configured(line)


@pytest.mark.parametrize(
    "line",
    [
        "c.Execute.timeout = '30'",
        "c.InstantiateTests.autotest_filename = 3",
        "c.LimitOutput.max_lines = 'many'",
        "c.IgnorePattern.pattern = '('",
        "c.Autograde.exclude_overwriting = ['answers.py']",
        "c.Autograde.exclude_overwriting = {'ps1': 'answers.py'}",
        "c.LateSubmissionPlugin.penalty_method = 'half'",
    ],
)
def test_an_option_of_a_step_that_cannot_be_is_named_before_anyone_is_graded(
    small_course, configured, monkeypatch, capfd, line
):
    small_course.hand_in("ada")
    configured(line)
    monkeypatch.setattr(sys, "argv", ["autograder", "grade", "ps1", "--no-jail", "--course", str(small_course.path)])
    with pytest.raises(SystemExit) as end:
        main()
    said = capfd.readouterr()
    assert end.value.code == 2 and "nbgrader_config.py: " in said.err and "Traceback" not in said.err + said.out
    assert not small_course.course.journal.exists()


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
    added = configured('c.Autograde.exclude_overwriting.update({"ps1": ["answers.py"]})')
    assert Assignment(added, "ps1").replaced == {"helper.py"}


def test_a_late_penalty_may_lie_beside_its_configuration(small_course, configured):
    (small_course.path / "late_by_half.py").write_text(HALF)
    penalties = LatePenalties(configured('c.AssignLatePenalties.plugin_class = "late_by_half.Half"'))
    assert penalties._plugin.late_submission_penalty("ada", 8.0, timedelta(days=1).total_seconds()) == 4.0


def test_a_late_penalty_that_is_not_there_is_named(configured):
    course = configured('c.AssignLatePenalties.plugin_class = "nowhere.P"')
    with pytest.raises(CourseError, match=r"the late penalty 'nowhere\.P' cannot be loaded: .*module is installed, or lies in"):
        LatePenalties(course)


@pytest.mark.parametrize(
    "metadata",
    [
        {"kernelspec": {"name": "ir", "display_name": "R"}},
        {"kernelspec": {"name": "ir", "display_name": "R"}, "language_info": {"name": "python"}},
        {"kernelspec": {"name": "julia-1.11", "display_name": "Julia 1.11.2"}},
        {"kernelspec": {"name": "xcpp17", "display_name": "C++17"}},
        {"kernelspec": {"name": "own", "display_name": "Own", "language": "sage"}, "language_info": {"name": "python"}},
        {"kernelspec": None, "language_info": {"name": "R"}},
    ],
)
def test_a_source_in_another_language_is_refused_whatever_tells_it(edited, metadata):
    with pytest.raises(CourseError, match="only Python can be graded"):
        edited(lambda notebook: notebook.update(metadata=metadata))


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {"kernelspec": {"name": "python3.11", "display_name": "x"}},
        {"kernelspec": {"name": "xpython", "display_name": "x"}, "language_info": {"name": "R"}},
        {"kernelspec": {"name": "our-course", "display_name": "x"}},
        {"kernelspec": {"name": "python3", "display_name": "x", "language": "ipython"}},
        {"kernelspec": {"name": "python3", "display_name": "x", "language": "Python 3"}},
        {"kernelspec": {"name": "python3", "display_name": "x", "language": None}},
        {"kernelspec": ["python3"], "language_info": None},
    ],
)
def test_python_is_python_under_any_name(edited, metadata):
    released = edited(lambda notebook: notebook.update(metadata=metadata)).sources["ps1"].release
    assert any("raise NotImplementedError()" in cell.source for cell in released.cells)


@pytest.mark.parametrize("where", ["kernelspec", "language_info"])
def test_a_source_in_another_language_is_refused(edited, where):
    def to_r(notebook):
        notebook.metadata.pop("kernelspec")
        named = {"kernelspec": {"name": "ir", "display_name": "R", "language": "R"}, "language_info": {"name": "R"}}
        notebook.metadata[where] = named[where]

    with pytest.raises(CourseError, match=r"ps1\.ipynb is in R .*only Python"):
        edited(to_r)


@pytest.mark.parametrize(
    ("version", "advice"), [(0, "nbgrader update"), (1, "nbgrader update"), (2, "nbgrader update"), (99, "Upgrade nbgrader")]
)
def test_a_source_of_another_nbgrader_is_refused_with_what_to_do(edited, version, advice):
    def older(notebook):
        for cell in notebook.cells:
            if "nbgrader" in cell.metadata:
                cell.metadata.nbgrader.schema_version = version

    with pytest.raises(CourseError, match=advice):
        edited(older)


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("points", -3, r"cannot be read: cell 'step-check': -3 is less than the minimum of 0$"),
        ("points", "ten", r"cannot be read: cell 'step-check': 'ten' is not of type 'number'$"),
        ("points", float("nan"), r"cell 'step-check': nan is no number of points\.$"),
        ("points", float("inf"), r"cell 'step-check': inf is no number of points\.$"),
        ("points", None, r"cannot be read: cell 'step-check': "),
        ("grade_id", "step check", r"cannot be read: cell 'step check': 'step check' does not match "),
        ("grade_id", "step", r"cannot be read: Duplicate grade id: step$"),
        ("schema_version", "three", r"cannot be read: cell 'step-check': "),
        ("grade", [], r"cannot be read: cell 'step-check': \[\] is not of type 'boolean'$"),
    ],
)
def test_odd_metadata_of_a_source_is_one_sentence_with_its_cell(edited, key, value, says):
    def odd(notebook):
        notebook.cells[2].metadata.nbgrader[key] = value

    with pytest.raises(CourseError, match=says) as refused:
        edited(odd)
    assert "\n" not in str(refused.value)


def with_autotest(*lines: str):
    """Change a notebook: one cell with these lines."""
    test = graded_cell(new_code_cell("\n".join(lines)), "made", grade=True, locked=True, points=1)
    return lambda notebook: notebook.update(cells=[test])


@pytest.mark.parametrize("line", ["### AUTOTEST x", "    ### HASHED AUTOTEST f(1)"])
def test_tests_without_templates_are_not_passed_over(edited, line):
    with pytest.raises(CourseError, match=r"ps1\.ipynb: its AUTOTEST lines .*there is no autotests\.yml"):
        edited(with_autotest(line))


@pytest.fixture
def templates(small_course):
    """nbgrader's own, for the course."""
    shutil.copy(Path(nbgrader.__file__).parent / "docs/source/user_guide/autotests.yml", small_course.path)


@pytest.mark.slow
@pytest.mark.usefixtures("templates")
def test_a_sources_tests_are_made_once(small_course, edited, monkeypatch, tmp_path_factory):
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    (small_course.path / "source" / "ps1" / "number.txt").write_text("42")
    first = edited(with_autotest("import random", "### AUTOTEST int(open('number.txt').read()); random.random()"))
    made = first.sources["ps1"].graded.cells[-1].source
    assert '== """42"""' in made and "AUTOTEST" not in made
    monkeypatch.setattr(autotests, "run_kernel", None)
    again = Assignment(small_course.course, "ps1")
    assert again.sources["ps1"].graded == first.sources["ps1"].graded


@pytest.mark.slow
@pytest.mark.usefixtures("templates")
def test_a_source_that_fails_while_its_tests_are_made_is_named(edited):
    with pytest.raises(
        CourseError, match=r"ps1\.ipynb: .* its cell 'made' ends with NameError: name 'nowhere' is not defined\.$"
    ):
        edited(with_autotest("### AUTOTEST nowhere"))


@pytest.mark.slow
@pytest.mark.usefixtures("templates")
def test_an_autotest_line_in_a_cell_without_points_is_named(edited):
    cells = [new_markdown_cell("Try it."), new_code_cell("### AUTOTEST 1 + 1")]
    with pytest.raises(CourseError, match=r"its cell number 2 has such a line, and must be an autograded test\.$"):
        edited(lambda notebook: notebook.update(cells=cells))


@pytest.mark.slow
@pytest.mark.usefixtures("templates")
def test_a_source_that_never_ends_while_its_tests_are_made_is_named(edited, monkeypatch):
    monkeypatch.setattr(Course, "cell_timeout", 1.5)
    with pytest.raises(CourseError, match=r"its cell 'made' runs for more than 1\.5 s; c\.Execute\.timeout .* changes that\.$"):
        edited(with_autotest("while True: pass", "### AUTOTEST 1"))


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
        ("c.NotebookClient.timeout = 8", 8),
        ("c.Execute.timeout = 900; c.Course.limits = {'ps1': {'cell_seconds': 8}}", 8),
        ("c.Execute.timeout = -1", Limits().cell_seconds),
        ("", Limits().cell_seconds),
    ],
)
def test_a_cell_may_take_as_long_as_in_nbgrader(configured, line, seconds):
    limits = limits_for(configured(line), "ps1", "any source", named=None)
    assert limits.cell_seconds == seconds and limits.seconds >= seconds
    assert limits_for(configured(line), "ps1", "any source", named=Limits(cell_seconds=5)).cell_seconds in (5, 8)


def test_students_who_are_excluded_are_not_graded(small_course, configured):
    for student in ("ada", "bob", "eve"):
        small_course.hand_in(student)
    assert configured('c.CourseDirectory.student_id_exclude = "bob, eve"').students("ps1") == (["ada"], {})


def test_files_that_the_course_ignores_are_left_out(small_course, configured):
    folder = small_course.hand_in("ada")
    for name in ("film.mp4", "raw/x.csv", "data.csv", "ps1_old.ipynb"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("x")
        (small_course.path / "source" / "ps1" / name).parent.mkdir(exist_ok=True)
        (small_course.path / "source" / "ps1" / name).write_text("x")
    (folder / "timestamp.txt").write_text("2026-01-09 12:00:00 UTC")
    course = configured('c.CourseDirectory.ignore = ["*.mp4", "raw", "ps1*", "*.txt"]')
    found = read_submission(folder, "ada", "ps1", ["ps1"], ignore=course.ignore)
    assert set(found.files) == {"data.csv"} and "ps1" in found.notebooks and found.timestamp is not None
    (small_course.path / "source" / "ps1" / "ps1_old.ipynb").unlink()
    assert set(Assignment(course, "ps1").files) == {"data.csv"}


def test_a_course_whose_path_is_a_pattern_keeps_its_solutions(make_small_course, tmp_path):
    """nbgrader's search for the files beside a notebook finds the notebook itself there."""
    assert make_small_course(tmp_path / "[2026] course").assignment.files == {}


def test_a_step_that_is_switched_off_is_left_out(small_course, configured):
    course = configured("c.ClearSolutions.enabled = False")
    released = Assignment(course, "ps1").sources["ps1"].release
    assert any("### BEGIN SOLUTION" in cell.source for cell in released.cells)


@pytest.mark.parametrize(
    ("line", "command", "said"),
    [
        ("c.Autograde.create_student = False", "grade", ["c.Autograde.create_student is not honoured: "]),
        ("c.Autograde.force = True", "grade", ["c.Autograde.force is not honoured: use --force."]),
        ("c.Execute.timeout = -1", "grade", ["c.Execute.timeout is not honoured: each cell has a limit"]),
        ("c.Execute.timeout = None", "grade", ["c.Execute.timeout is not honoured: each cell has a limit"]),
        ("c.Execute.startup_timeout = 5", "grade", ["c.Execute.startup_timeout is not honoured: our kernels"]),
        ("c.GenerateAssignment.preprocessors = []", "release", ["c.GenerateAssignment.preprocessors is not honoured: "]),
        ("c.GenerateFeedback.preprocessors.append(str)", "feedback", ["c.GenerateFeedback.preprocessors is not honoured: "]),
        ("c.GenerateFeedback.preprocessors = []", "grade", []),
        ("c.Execute.timeout = 5; c.Exchange.root = '/x'; c.ClearSolutions.code_stub = {}; c.Other.x = 1", "grade", []),
    ],
)
def test_an_option_that_is_not_honoured_is_named(configured, line, command, said):
    found = not_honoured(configured(line).config, command)
    assert len(found) == len(said) and all(map(str.startswith, found, said))


def test_a_configuration_outside_the_course_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "jupyter"))
    (tmp_path / "jupyter").mkdir()
    before = unread(str(tmp_path))
    outside = tmp_path / "jupyter" / "nbgrader_config.py"
    outside.touch()
    (new,) = set(unread(str(tmp_path))) - set(before)
    assert new.startswith(f"{outside} is not read; ")


def test_a_name_with_brackets_is_a_name(small_course):
    for student in ("Ada [34]", "Ada [12]", "Ada 1", "{eve}"):
        small_course.hand_in(student)
    students, refused = small_course.course.students("ps1")
    assert students == ["Ada 1", "Ada [34]", "{eve}"]
    assert refused == {"Ada [12]": "nbgrader takes its name for a pattern, which 'Ada 1' matches"}
