"""A release has a version that people can read: it changes with what students get, and older work is named."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import nbformat
import pytest
from autograder.assignment import Assignment, released_version
from autograder.commands.making import release as release_command
from autograder.intake.collect import collect
from autograder.intake.receipts import receipts
from autograder.intake.remarks import remarks_on
from autograder.intake.submission import Submission, parse_notebook, version_said
from autograder.notebook import as_text
from autograder.release import release, stale
from autograder.transcript import Remark
from nbformat.v4 import new_markdown_cell
from unroll.checks import frozen
from unroll.checks.version import Version, version_in
from uploads import put, zipped

OLD = Version(1, "2026-01-31")


@pytest.fixture
def twice(small_course, edited) -> Path:
    """A course whose second release differs from the first; the file that students have of it."""
    release(small_course.course, "ps1")
    edited(lambda notebook: notebook.cells.append(new_markdown_cell("One more word.")))
    release(small_course.course, "ps1")
    return small_course.path / "release" / "ps1" / "ps1.ipynb"


def of(version: Version | None, notebook) -> bytes:
    """A student's notebook that was made from a release."""
    notebook.metadata.update(version.as_metadata() if version else {})
    return nbformat.writes(notebook).encode()


def test_a_version_changes_with_what_students_get_and_not_before(small_course, twice, capsys):
    today = datetime.now(UTC).date().isoformat()
    assert released_version(small_course.course, "ps1") == Version(2, today)
    text = twice.read_text()
    assert as_text(nbformat.reads(text, as_version=4)) == text, "publish writes the normal form"
    judge = small_course.path / "judges" / "ps1.py"
    judge.write_text(judge.read_text() + "\n# a comment\n")
    before = frozen.load(twice.with_name("ps1.npz")).release
    release_command(["ps1"], course=small_course.path)
    public = frozen.load(twice.with_name("ps1.npz"))
    assert public.release != before and public.notebooks == {"ps1": text} and twice.read_text() == text
    assert stale(small_course.course, "ps1") == []
    assert f"released, as release 2 of {today}: 2 files" in capsys.readouterr().out


def test_a_release_from_before_versions_stays_as_it_is_until_the_next(small_course):
    release(small_course.course, "ps1")
    path = small_course.path / "release" / "ps1" / "ps1.ipynb"
    notebook = nbformat.read(path, as_version=4)
    del notebook.metadata["unroll"]
    path.write_text(as_text(notebook))
    assert released_version(small_course.course, "ps1") is None
    assert [said.partition(" in ")[0] for said in stale(small_course.course, "ps1")] == ["ps1.npz"]


def test_work_from_an_older_release_is_named(small_course, twice, tmp_path):
    today = released_version(small_course.course, "ps1")
    files = {
        "ada.ipynb": of(OLD, small_course.notebook()),
        "bob.ipynb": of(today, small_course.notebook()),
        "eve.ipynb": of(None, small_course.notebook()),
    }
    said: list[str] = []
    list(collect(small_course.course, "ps1", put(tmp_path / "x.zip", zipped(files)), tell=said.append))
    assert said[-1] == f"1 student worked on an older release than {today}: ada."
    assert [receipt.release for receipt in receipts(small_course.course)] == [str(OLD), str(today), ""]
    assignment = Assignment(small_course.course, "ps1")

    def remark(content: bytes, time: datetime | None = None) -> str | None:
        submission = Submission("x", "ps1", Path(), time, {"ps1": parse_notebook(content)}, {}, {})
        return remarks_on(assignment, submission, {}).get(Remark.OLDER_RELEASE)

    assert [remark(content) for content in files.values()] == [f"made from {OLD}; there is {today}", None, None]
    assert remark(files["ada.ipynb"], datetime.now(UTC)) and not remark(
        files["ada.ipynb"], datetime.now(UTC) - timedelta(days=1)
    )


@pytest.mark.parametrize(
    "said", ["<script>", "0 of 2026-01-31", "2 of 2026-1-31", "99999 of 2026-01-31", 7, None, {"release": 1}]
)
def test_what_a_student_writes_there_is_no_version(small_course, said):
    notebook = small_course.notebook()
    notebook.metadata["unroll"] = {"release": said}
    content = nbformat.writes(notebook).encode()
    assert version_said(content) is None and version_in(parse_notebook(content).metadata) is None
    notebook.cells[0].source = '"unroll": {"release": "1 of 2026-01-31"}'
    assert version_said(nbformat.writes(notebook).encode()) is None
