"""The students' repository: what is in it, what never is, and what a second `publish` leaves alone."""

import nbformat
import pytest
from autograder.course import Course, CourseError
from autograder.publish import MANIFEST, publish
from autograder.release import release
from courses import SmallCourse
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from typer.testing import CliRunner

from autograder import cli

LEAK = "    a_next = np.tanh(x @ W_ax.T + a @ W_aa.T + b_a)\n    return a_next, squash(a_next @ W_ya.T)"


@pytest.fixture
def published(small_course: SmallCourse, tmp_path_factory):
    """A course with a lecture and a page for students, released, and a function that publishes it."""
    root = small_course.path
    (root / "lectures").mkdir()
    ran = new_code_cell("1 + 1", outputs=[new_output("stream", text="2")], execution_count=7)
    nbformat.write(new_notebook(cells=[new_markdown_cell("# 00"), ran]), root / "lectures" / "00.ipynb")
    (root / "student").mkdir()
    (root / "student" / "README.md").write_text("For students.\n")
    settings = 'c.Course.published = ["lectures"]\nc.Course.student_directory = "student"\n'
    (root / "nbgrader_config.py").write_text(settings)
    release(small_course.course, "ps1")
    folder = tmp_path_factory.mktemp("there") / "students"
    return lambda: publish(Course.load(root), folder), root, folder


def files(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_students_get_what_is_for_them_and_nothing_else(published):
    run, root, folder = published
    (root / "lectures" / ".ipynb_checkpoints").mkdir()
    (root / "lectures" / ".ipynb_checkpoints" / "00-checkpoint.ipynb").write_text("{}")
    done = run()
    assert files(folder) == {*done.written, MANIFEST}
    assert files(folder) == {"README.md", "lectures/00.ipynb", "release/ps1/ps1.ipynb", "release/ps1/ps1.npz", MANIFEST}
    assert nbformat.read(folder / "lectures" / "00.ipynb", as_version=4).cells[1].outputs == []
    assert "BEGIN SOLUTION" not in (folder / "release" / "ps1" / "ps1.ipynb").read_text()


def test_a_second_time_writes_only_what_changed(published):
    run, root, folder = published
    run()
    (folder / "exam-dates.md").write_text("June\n")
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
    assert run().written == []
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()} == before
    (root / "student" / "README.md").write_text("For all students.\n")
    (root / "lectures" / "01.md").write_text("One.\n")
    assert run().written == ["README.md", "lectures/01.md"]
    assert {path for path in before if path.stat().st_mtime_ns != before[path]} == {folder / "README.md", folder / MANIFEST}


def test_what_is_published_no_longer_is_removed_if_it_is_ours(published):
    run, root, folder = published
    for name in ("old.md", "noted.md", "deep/alone.md"):
        (root / "lectures" / name).parent.mkdir(exist_ok=True)
        (root / "lectures" / name).write_text(f"{name}\n")
    run()
    (folder / "lectures" / "noted.md").write_text("The instructor's note.\n")
    (folder / "lectures" / "theirs.md").write_text("Theirs.\n")
    for name in ("old.md", "noted.md", "deep/alone.md"):
        (root / "lectures" / name).unlink()
    done = run()
    assert (done.removed, done.kept) == (["lectures/deep/alone.md", "lectures/old.md"], ["lectures/noted.md"])
    assert not (folder / "lectures" / "deep").exists()
    assert {"lectures/noted.md", "lectures/theirs.md"} < files(folder)


def test_a_file_changed_in_the_repository_is_not_overwritten(published):
    run, root, folder = published
    run()
    (folder / "README.md").write_text("Changed in the repository.\n")
    (root / "lectures" / "01.md").write_text("One.\n")
    with pytest.raises(CourseError, match=r"not as `publish` left them:\n  README.md\n"):
        run()
    assert (folder / "README.md").read_text() == "Changed in the repository.\n"
    assert not (folder / "lectures" / "01.md").exists(), "all or nothing"


@pytest.mark.parametrize("place", ["lectures/notes.md", "lectures/00.ipynb", "student/README.md"])
def test_a_solution_in_what_is_published_is_refused(published, place):
    run, root, folder = published
    judge = root / "judges" / "ps1.py"
    judge.write_text(judge.read_text() + SOLUTION_OF_TWO_LINES)
    text = "As in\n\n    first = np.maximum(x, 0.25)\n\n    return first - x.mean()   \n"
    if place.endswith(".ipynb"):
        nbformat.write(new_notebook(cells=[new_code_cell(text)]), root / place)
    else:
        (root / place).write_text(text)
    release(Course.load(root), "ps1")
    with pytest.raises(CourseError, match=rf"judge of 'two_lines'.*{place.removeprefix('student/')}"):
        run()
    assert not folder.exists()
    (root / place).unlink()
    run()


SOLUTION_OF_TWO_LINES = """

two_lines = Check("two_lines")


@two_lines.reference
def _(x):
    first = np.maximum(x, 0.25)
    return first - x.mean()


@two_lines.cases
def _(rng):
    yield Case("numbers", x=rng.normal(size=5), basic=True)
"""


def test_a_release_older_than_its_source_is_refused(published):
    run, root, _ = published
    judge = root / "judges" / "ps1.py"
    judge.write_text(judge.read_text() + "\n# A remark.\n")
    with pytest.raises(CourseError, match="run `autograder release ps1`"):
        run()


@pytest.mark.parametrize("named", [".", "source", "judges/ps1.py", "gradebook.db"])
def test_the_course_s_own_folders_are_never_published(published, named):
    run, root, folder = published
    (root / "nbgrader_config.py").write_text(f"c.Course.published = [{named!r}]\n")
    with pytest.raises(CourseError, match="students must not see"):
        run()
    assert not folder.exists()


def test_a_repository_around_the_course_is_refused(published):
    _, root, _ = published
    for folder in (root, root.parent):
        with pytest.raises(CourseError, match="holds the course itself"):
            publish(Course.load(root), folder)


def test_the_command_lists_what_it_wrote(published):
    _, root, folder = published
    done = CliRunner().invoke(cli.app, ["publish", str(folder), "--course", str(root)])
    assert done.exit_code == 0
    assert "written  lectures/00.ipynb" in done.output
    assert "4 written, 0 as they were, 0 removed" in done.output
