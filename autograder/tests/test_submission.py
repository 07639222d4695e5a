"""Submissions are not trusted: any input gives a notebook or one clear sentence."""

import json
import os
from datetime import datetime
from pathlib import Path

import nbformat
import pytest
from autograder.intake import submission
from autograder.intake.submission import Rejected, parse_notebook, parse_timestamp, read_submission
from autograder.transcript import Remark
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook, new_output

GOOD = nbformat.writes(new_notebook(cells=[new_code_cell("x = 1")]))


def parsed(content: bytes) -> nbformat.NotebookNode | str:
    """Return the notebook or the sentence; anything else fails the test."""
    try:
        notebook = parse_notebook(content)
    except Rejected as error:
        sentence = f"ps1.ipynb{error}"
        assert "\n" not in sentence and 10 < len(sentence) < 400
        sentence.encode()
        return sentence
    assert set(notebook) == {"cells", "metadata", "nbformat", "nbformat_minor"}
    assert set(notebook.metadata) <= {"language"} and len(notebook.metadata.get("language", "")) <= 40
    for cell in notebook.cells:
        assert cell.cell_type in ("code", "markdown", "raw") and isinstance(cell.source, str)
        assert set(cell.metadata) <= {"grade_id"}
    json.dumps(notebook, ensure_ascii=False).encode()
    return notebook


def damaged(**changes) -> bytes:
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []} | changes).encode()


CODE = {"cell_type": "code", "metadata": {}, "source": "x", "outputs": [], "execution_count": None, "id": "a"}

REJECTED = {
    "nothing": (b"", "is empty"),
    "white": (b" \n\t\r\n", "is empty"),
    "NUL": (b"\0\0\0\0", "line 1"),
    "cut off": (GOOD[:40].encode(), "line"),
    "third line": (b'{"cells": [\n\n', "line 3"),
    "UTF-32": (GOOD.encode("utf-32"), "line 1"),
    "UTF-16, cut off": (GOOD.encode("utf-16")[:41], "not UTF-8"),
    "latin-1": (b'{"cells": "\xe9"}', "byte 11 is not UTF-8"),
    "a list": (b"[]", "no nbformat number"),
    "null": (b"null", "no nbformat number"),
    "a number": (b"1" * 5000, "is not a notebook"),
    "no format": (b"{}", "no nbformat number"),
    "format as text": (damaged(nbformat="4"), "no nbformat number"),
    "format 99": (damaged(nbformat=99), "is not a notebook"),
    "format -1": (damaged(nbformat=-1), "is not a notebook"),
    "format 0": (damaged(nbformat=0), "is not a notebook"),
    "cells of text": (damaged(cells="abc"), "is not a notebook"),
    "cells of numbers": (damaged(cells=[1, 2]), "is not a notebook"),
    "no source": (damaged(cells=[{"cell_type": "code"}]), "is not a notebook"),
    "strange type": (damaged(cells=[CODE | {"cell_type": "shell"}]), "is not a notebook"),
    "source is a number": (damaged(cells=[CODE | {"source": 7}]), "is not a notebook"),
    "deep": (b"[" * 100_000, "nested too deeply"),
    "deep in metadata": (damaged(metadata=json.loads('{"a":' * 60 + "1" + "}" * 60)), "nested too deeply"),
    "many cells": (damaged(cells=[CODE] * 5001), "more than 5,000 cells"),
    "many values": (damaged(metadata={"a": [0] * 600_000}), "more than 500,000 values"),
    "not JSON": (b"import os\n", "line 1"),
    "merge conflict": (GOOD.replace("x = 1", 'x"\n<<<<<<< HEAD').encode(), "line"),
}


@pytest.mark.parametrize("what", REJECTED)
def test_what_is_no_notebook_is_said_in_a_sentence(what):
    content, words = REJECTED[what]
    assert words in parsed(content)


ACCEPTED = {
    "byte order mark": b"\xef\xbb\xbf" + GOOD.encode(),
    "CRLF": GOOD.replace("\n", "\r\n").encode(),
    "NUL in a cell": damaged(cells=[CODE | {"source": "x\0"}]),
    "lone surrogate": damaged(cells=[CODE | {"source": "'\ud800'"}]),
    "unknown keys": damaged(cells=[CODE | {"new": 1, "metadata": {"nbgrader": {"schema_version": 99, "zzz": []}}}], more=1),
    "later minor": damaged(nbformat_minor=99, cells=[CODE]),
    "same id twice": damaged(cells=[CODE, CODE]),
    "metadata gone": damaged(cells=[CODE | {"metadata": {}}]),
    "deep outputs": damaged(cells=[CODE | {"outputs": json.loads("[" * 100 + "]" * 100)}]),
    "many outputs": damaged(cells=[CODE | {"outputs": [[0] * 600_000]}]),
    "format 3": json.dumps(
        {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"cells": []}]}
    ).encode(),
}


@pytest.mark.parametrize("what", ACCEPTED)
def test_what_is_odd_yet_a_notebook_is_taken(what):
    assert not isinstance(parsed(ACCEPTED[what]), str)


def test_only_five_things_of_a_cell_are_taken():
    attachments = {"a.png": {"image/png": "aGk="}}
    nbgrader = {"grade_id": "q", "points": 99, "solution": True}
    words = {
        "cell_type": "markdown",
        "source": "w",
        "id": "b",
        "metadata": {"nbgrader": nbgrader, "e": 1},
        "attachments": attachments,
    }
    cell = parsed(damaged(cells=[words], metadata={"kernelspec": {"name": "evil", "display_name": "evil"}})).cells[0]
    assert dict(cell) == {
        "cell_type": "markdown",
        "source": "w",
        "id": "b",
        "metadata": {"grade_id": "q"},
        "attachments": attachments,
    }
    cell = parsed(
        damaged(cells=[words | {"attachments": {"a": {"image/png": 7}}, "metadata": {"nbgrader": {"grade_id": ["q"]}}}])
    ).cells[0]
    assert "attachments" not in cell and cell.metadata == {}


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
_keys = ("cell_type", "source", "metadata", "outputs", "id", "attachments", "execution_count", "input", "level", "language")
_cell = st.fixed_dictionaries(
    {}, optional={key: _json for key in _keys} | {"cell_type": st.sampled_from(["code", "markdown", "raw", "heading"]) | _json}
)
_like_a_notebook = st.fixed_dictionaries(
    {"nbformat": st.integers(-1, 6) | _json},
    optional={"nbformat_minor": st.integers(0, 9) | _json, "metadata": _json, "cells": st.lists(_cell, max_size=3) | _json,
              "worksheets": st.lists(st.fixed_dictionaries({"cells": st.lists(_cell, max_size=2)}), max_size=2) | _json},
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(_json | _like_a_notebook)
def test_any_json(value):
    parsed(json.dumps(value).encode())


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")))
@example(b"\xff\xfe")
@example(b'"\\ud800"')
def test_any_bytes(content):
    parsed(content)


# Folders


def read(folder: Path, wanted=("ps1",)):
    return read_submission(folder, "ada", "ps1", list(wanted))


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / "ps1.ipynb").write_text(GOOD)
    return tmp_path


def test_an_honest_submission(folder):
    (folder / "data").mkdir()
    (folder / "data" / "x.csv").write_bytes(b"1,2")
    (folder / "timestamp.txt").write_text("2026-01-02 03:04:05 UTC\n")
    found = read(folder)
    assert list(found.notebooks) == ["ps1"] and found.problems == {}
    assert found.files == {"data/x.csv": b"1,2"}
    assert (found.timestamp.year, found.timestamp.hour) == (2026, 3)
    assert found.digest == read(folder).digest


@pytest.mark.parametrize("change", ["content", "name", "new file"])
def test_the_digest_tells_submissions_apart(folder, change):
    (folder / "a").write_bytes(b"1")
    before = read(folder).digest
    if change == "content":
        (folder / "a").write_bytes(b"2")
    elif change == "name":
        (folder / "a").rename(folder / "b")
    else:
        (folder / "c").touch()
    assert read(folder).digest != before


@pytest.mark.parametrize("stamp", [b"", b"tomorrow", b"\xff\xfe", b"9999999-99-99", b"2026-01-01 00:00:00 " + b"9" * 400])
def test_a_dishonest_receipt_is_none(folder, stamp):
    (folder / "timestamp.txt").write_bytes(stamp)
    assert read(folder).timestamp is None


@pytest.mark.parametrize(
    "form", ["{} UTC", "\ufeff{} UTC\r\n", "2026-11-20T18:00", "2026-11-20T21:30+03:30", "20.11.2026 19:00 CET"]
)
def test_a_receipt_may_write_the_time_in_any_form(folder, form):
    (folder / "timestamp.txt").write_bytes(form.format("2026-11-20 18:00:00.000000").encode())
    assert read(folder).timestamp == datetime(2026, 11, 20, 18) and read(folder).remarks == {}


def test_of_a_receipt_beyond_all_measure_little_is_read(folder):
    with open(folder / "timestamp.txt", "wb") as file:
        file.truncate(1200 << 20)
    found = read(folder)
    assert (found.timestamp, found.stamp) == (None, None)
    assert found.remarks == {Remark.NO_TIME: "timestamp.txt is too large; no lateness was counted"}


def test_what_is_left_out_is_told(folder, monkeypatch):
    monkeypatch.setattr(submission, "NOTEBOOK_BYTES", len(GOOD))
    (folder / "model.h5").write_bytes(b"x" * (len(GOOD) + 1))
    (folder / "data").symlink_to(folder / "nowhere")
    said = "left out: 'data' (a link or a device), 'model.h5' (larger than 0 MB)"
    assert read(folder).remarks == {Remark.LEFT_OUT: said}
    for number in range(9):
        os.mkfifo(folder / f"pipe {number}")
    assert read(folder).remarks[Remark.LEFT_OUT].endswith("and 6 more")
    found = read_submission(folder, "ada", "ps1", ["ps1"], {"model.h5"})
    assert found.remarks[Remark.LEFT_OUT].endswith("and 5 more")


def test_paths_too_long_to_be_written_are_refused(folder, monkeypatch):
    """They can be read from folder to folder, but no system call takes them whole."""
    monkeypatch.chdir(folder)
    for _ in range(30):
        os.mkdir("d" * 200)
        os.chdir("d" * 200)
    Path("x.txt").write_bytes(b"x")
    with pytest.raises(Rejected, match="a path of more than 1,000 bytes"):
        read(folder)


def test_a_missing_and_a_renamed_notebook(tmp_path):
    assert read(tmp_path).problems == {"ps1": "ps1.ipynb is missing"}
    (tmp_path / "ps1 (1).ipynb").write_text(GOOD)
    found = read(tmp_path)
    assert found.problems == {"ps1": "ps1.ipynb is missing; there is 'ps1 (1).ipynb' instead"}
    assert found.notebooks == {} and found.files == {}


@pytest.mark.parametrize("kind", ["link", "dangling link", "FIFO", "folder"])
def test_what_is_no_file_is_left_alone(tmp_path, kind):
    secret = tmp_path / "secret.ipynb"
    secret.write_text(GOOD.replace("x = 1", "the solution"))
    folder = tmp_path / "ada"
    folder.mkdir()
    for name in ("ps1.ipynb", "notes.txt"):
        if kind == "FIFO":
            os.mkfifo(folder / name)
        elif kind == "folder":
            (folder / name).mkdir()
        else:
            (folder / name).symlink_to(secret if kind == "link" else tmp_path / "nowhere")
    found = read(folder)
    assert found.notebooks == {} and found.files == {}
    assert found.problems == {"ps1": "ps1.ipynb is a link or a device, not a file"}


def test_linked_folders_are_not_entered(folder, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    (outside / "gradebook.db").write_bytes(b"x")
    (folder / "more").symlink_to(outside)
    assert read(folder).files == {}


def test_one_damaged_notebook_does_not_hide_the_other(folder):
    (folder / "ps2.ipynb").write_bytes(b"{")
    found = read(folder, ["ps1", "ps2"])
    assert list(found.notebooks) == ["ps1"] and "ps2.ipynb is not a notebook: line 1" in found.problems["ps2"]


def test_a_damaged_notebook_is_damaged_whatever_it_is_called(folder):
    (folder / "what is missing.ipynb").write_bytes(b"{")
    found = read(folder, ["ps1", "ps2", "what is missing"])
    assert found.missing == {"ps2"} and len(found.problems) == 2
    assert [why.partition(".ipynb")[0] for why in found.damaged] == ["what is missing"]


def test_large_outputs_are_left_out_and_cost_no_submission(folder):
    outputs = [new_output("stream", text="x" * (25 << 20))]
    (folder / "ps1.ipynb").write_text(nbformat.writes(new_notebook(cells=[new_code_cell("a = 1", outputs=outputs)])))
    (cell,) = read(folder).notebooks["ps1"].cells
    assert cell.source == "a = 1" and "outputs" not in cell


def test_too_large_a_notebook(folder, monkeypatch):
    monkeypatch.setattr(submission, "NOTEBOOK_BYTES", 100)
    (folder / "ps1.ipynb").write_bytes(b"x" * 101)
    assert "is larger than" in read(folder).problems["ps1"]


def test_too_many_files_and_bytes(folder, monkeypatch):
    monkeypatch.setattr(submission, "FILES_BYTES", 10)
    (folder / "a").write_bytes(b"x" * 11)
    with pytest.raises(Rejected, match="more than 500 files, or more than"):
        read(folder)
    (folder / "a").unlink()
    for number in range(501):
        (folder / f"{number}").touch()
    with pytest.raises(Rejected, match="more than 500 files"):
        read(folder)


def test_what_tools_make_is_left_out(folder):
    (folder / "ps1.ipynb").write_text(nbformat.writes(new_notebook()))
    for path in (
        "venv/lib/a.py",
        ".git/config",
        "__pycache__/helper.cpython-311.pyc",
        "data/.ipynb_checkpoints/x.csv",
        "data/x.csv",
    ):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(b"x")
    for number in range(2000):
        (folder / "venv" / f"{number}.py").touch()
    found = read(folder)
    assert found.files == {"data/x.csv": b"x"}
    assert found.remarks == {Remark.LEFT_OUT: "left out: .git, .ipynb_checkpoints, __pycache__, venv"}


def test_a_receipt_that_is_no_time_is_told(folder):
    (folder / "timestamp.txt").write_bytes(b"yester\xffday\n")
    said = r"timestamp.txt says 'yester\ufffdday\n', which is no time; no lateness was counted"
    assert read(folder).remarks == {Remark.NO_TIME: said}
    (folder / "timestamp.txt").write_text("2026-11-20 18:00:00.000000 UTC")
    assert read(folder).remarks == {}


@pytest.mark.parametrize(
    ("metadata", "said"),
    [
        (
            {"kernelspec": {"name": "ir", "display_name": "R", "language": "R"}},
            "ps1.ipynb was written in R, but it was run as Python",
        ),
        ({"language_info": {"name": "julia"}}, "ps1.ipynb was written in julia, but it was run as Python"),
        ({"kernelspec": {"name": "mine", "display_name": "Mine", "language": "python"}}, None),
        ({"kernelspec": [], "language_info": {"name": 7}}, None),
    ],
)
def test_another_language_is_told(folder, metadata, said):
    (folder / "ps1.ipynb").write_text(json.dumps({**json.loads(GOOD), "metadata": metadata}))
    assert read(folder).remarks.get(Remark.OTHER_LANGUAGE) == said


def test_files_that_went_out_with_the_assignment_do_not_count(folder, monkeypatch):
    monkeypatch.setattr(submission, "FILES_COUNT", 3)
    for number in range(9):
        (folder / f"{number}.png").touch()
    with pytest.raises(Rejected):
        read(folder)
    found = read_submission(folder, "ada", "ps1", ["ps1"], {f"{number}.png" for number in range(9)})
    assert found.files == {}


def test_a_million_tiny_files_are_not_all_listed(folder, monkeypatch):
    monkeypatch.setattr(submission, "FILES_COUNT", 3)
    for number in range(8):
        (folder / f"{number}.ipynb").touch()  # not even unknown notebooks
    with pytest.raises(Rejected, match="more than 6 files"):
        read(folder)


@pytest.mark.parametrize("name", ["a\nb", "…", "-rf", "$(x)", "CON", "a" * 255, b"\xff\xfe".decode(errors="surrogateescape")])
def test_odd_names(folder, name):
    (folder / name).write_bytes(b"x")
    found = read(folder)
    assert found.files == {name: b"x"} and found.digest


def test_folders_in_folders_are_refused_before_they_exhaust_python(folder):
    (folder / "/".join(["d"] * 60)).mkdir(parents=True)
    with pytest.raises(Rejected, match="more than 40 deep"):
        read(folder)


def test_many_empty_folders_are_refused(folder):
    for number in range(1001):
        (folder / str(number)).mkdir()
    with pytest.raises(Rejected, match="more than 1000 files and folders"):
        read(folder)


def test_a_link_that_takes_a_files_place_while_we_read_is_not_followed(folder, tmp_path_factory, monkeypatch):
    secret = tmp_path_factory.mktemp("outside") / "secret"
    secret.write_bytes(b"secret")
    (folder / "a.txt").write_bytes(b"honest")
    look = os.lstat

    def swap(name, **where):
        status = look(name, **where)
        if name == "a.txt":
            (folder / "a.txt").unlink()
            (folder / "a.txt").symlink_to(secret)
        return status

    monkeypatch.setattr(os, "lstat", swap)
    with pytest.raises(OSError, match="symbolic links"):
        read(folder)


def test_the_state_of_widgets_is_output(folder):
    notebook = json.loads((folder / "ps1.ipynb").read_text())
    notebook["metadata"]["widgets"] = {"state": {str(number): {"value": [1] * 50} for number in range(12_000)}}
    (folder / "ps1.ipynb").write_text(json.dumps(notebook))
    assert set(read(folder).notebooks) == {"ps1"}


@pytest.mark.parametrize("form", ["without metadata", "UTF-16"])
def test_a_notebook_that_a_tool_has_written_in_another_way_is_read(folder, form):
    before = read(folder).notebooks["ps1"]
    path = folder / "ps1.ipynb"
    if form == "UTF-16":
        path.write_bytes(path.read_text().encode("utf-16"))
    else:
        notebook = json.loads(path.read_text())
        del notebook["metadata"]
        for cell in notebook["cells"]:
            for key in ("metadata", "outputs", "execution_count"):
                cell.pop(key, None)
        path.write_text(json.dumps(notebook))
    found = read(folder)
    texts = [[cell.source for cell in notebook.cells] for notebook in (before, found.notebooks["ps1"])]
    assert texts[0] == texts[1] and found.problems == {}


def test_an_environment_under_any_name_is_left_out(folder):
    packages = folder / "my env" / "lib" / "python3.12" / "site-packages"
    packages.mkdir(parents=True)
    for number in range(2000):
        (packages / f"{number}.py").touch()
    assert read(folder).remarks == {Remark.LEFT_OUT: "left out: site-packages"}


@pytest.mark.parametrize(
    "text",
    [
        "mon",  # a day of this week
        "10",  # a day of this month
        "2026-11-20 18:00:00 " + "A" * 60_000,
        *(
            f"2026-11-20 18:00:00 {zone}"
            for zone in ("/proc/kmsg", ":/proc/kmsg", "../../../proc/kmsg", "Asia/../../kmsg", "///x")
        ),
    ],
)
def test_a_stamp_that_depends_on_today_or_names_a_file_is_no_time(text, monkeypatch):
    monkeypatch.setattr("nbgrader.utils.dateutil.tz.gettz", lambda name: pytest.fail(f"looked for {name}"))
    assert parse_timestamp(text.encode()) is None


def test_a_stamp_may_name_a_time_zone():
    assert parse_timestamp(b"2026-11-20 18:00:00 Asia/Tehran") == datetime(2026, 11, 20, 14, 30)
