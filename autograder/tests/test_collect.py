"""Uploads land where they belong, hostile ones are refused one by one, and receipts record what arrived when."""

import io
import os
import stat
import tarfile
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nbformat
import numpy as np
import pytest
from autograder.course import CourseError
from autograder.intake.archive import Bounds, Refused, read_archive
from autograder.intake.collect import collect
from autograder.intake.receipts import receipts
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder import cli

FRIDAY = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
TINY = Bounds(count=10, size=1 << 20, ratio=10)


@pytest.fixture
def uploads(tmp_path) -> Path:
    folder = tmp_path / "uploads"
    folder.mkdir()
    return folder


@pytest.fixture
def notebook(small_course) -> bytes:
    return nbformat.writes(small_course.notebook()).encode()


def put(path: Path, content: bytes, time: datetime = FRIDAY) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (time.timestamp(), time.timestamp()))
    return path


def zipped(**files: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def tarred(*entries: tuple[tarfile.TarInfo, bytes], mode: str = "w") -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as archive:
        for info, content in entries:
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return stream.getvalue()


def submitted(small_course, student: str) -> dict[str, bytes]:
    folder = small_course.course.folder("submitted", "ps1", student)
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def run(small_course, source: Path, **options) -> dict[str, str]:
    """Why each entry was refused, by name; empty if it was collected."""
    return {receipt.origin: receipt.refused for receipt in collect(small_course.course, "ps1", source, **options)}


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("ada.ipynb", lambda nb: nb),
        ("ada (1).ipynb", lambda nb: nb),
        ("ada.zip", lambda nb: zipped(**{"ps1.ipynb": nb})),
        ("ada.tgz.zip", lambda nb: zipped(**{"homework/my notebook.ipynb": nb, "__MACOSX/homework/._ps1.ipynb": b"x"})),
        ("ada.tar.gz", lambda nb: tarred((tarfile.TarInfo("ps1.ipynb"), nb), mode="w:gz")),
        ("ada/ps1/ps1.ipynb", lambda nb: nb),
        ("ada/hand-in.zip", lambda nb: zipped(**{"ps1.ipynb": nb})),
    ],
)
def test_every_form_of_upload_lands_in_its_place(small_course, uploads, notebook, name, pack):
    put(uploads / name, pack(notebook))
    assert set(run(small_course, uploads).values()) == {""}
    assert submitted(small_course, "ada")["ps1.ipynb"] == notebook


def test_an_archive_of_uploads_is_collected_like_a_folder(small_course, tmp_path, notebook):
    inner = zipped(**{"ps1.ipynb": notebook, "data.txt": b"mine"})
    outer = put(tmp_path / "class.zip", zipped(**{"ada.ipynb": notebook, "bob.zip": inner, "eve/ps1.ipynb": notebook}))
    assert run(small_course, outer) == {"ada.ipynb": "", "bob.zip": "", "eve": ""}
    assert submitted(small_course, "bob")["data.txt"] == b"mine"
    assert small_course.course.students("ps1") == (["ada", "bob", "eve"], {})


def test_what_tools_made_is_left_out_and_what_went_out_does_not_count(small_course, uploads, notebook, tmp_path, monkeypatch):
    monkeypatch.setattr(Bounds, "count", 3)
    for name in ("a.png", "b.png"):
        put(small_course.path / "source" / "ps1" / name, b"x")
    kept = {"ps1.ipynb": notebook, "a.png": b"x", "b.png": b"x", "own.txt": b"x"}
    files = kept | {f"venv/lib/{number}.py": b"x" for number in range(20)} | {".git/config": b"x"}
    for name, content in files.items():
        put(uploads / "ada" / name, content)
    put(uploads / "bob.zip", zipped(**files))
    put(uploads / "eve.tar", tarred(*((tarfile.TarInfo(name), content) for name, content in files.items())))
    whole = put(tmp_path / "class.zip", zipped(**{f"{who}/{name}": files[name] for name in files for who in ("yan", "zoe")}))
    found = [receipt for source in (uploads, whole) for receipt in collect(small_course.course, "ps1", source)]
    assert [(receipt.student, receipt.refused) for receipt in found] == [
        (who, "") for who in ("ada", "bob", "eve", "yan", "zoe")
    ]
    for receipt in found:
        assert receipt.left_out == [".git", "venv"]
        assert submitted(small_course, receipt.student).keys() == {*kept, "timestamp.txt"}
    put(uploads / "bob.zip", zipped(**files, **{f"{number}.txt": b"x" for number in range(3)}))
    assert run(small_course, uploads)["bob.zip"] == "it contains more than 5 files"


def test_names_that_only_windows_refuses_are_taken_in_and_told(small_course, uploads, notebook, capsys):
    odd = ("aux.py", "plot 10:22.png", "NUL", "data /x")
    put(uploads / "ada.zip", zipped(**{"ps1.ipynb": notebook}, **dict.fromkeys(odd, b"x")))
    cli.collect("ps1", uploads, course=small_course.path)
    assert submitted(small_course, "ada").keys() == {"ps1.ipynb", *odd, "timestamp.txt"}
    assert "of ada.zip Windows cannot store: NUL, aux.py, data /x, plot 10:22.png" in capsys.readouterr().out


def test_the_receipt_has_the_time_of_the_upload_and_not_what_the_student_says(small_course, uploads, notebook):
    honest = zipped(**{"ps1.ipynb": notebook, "timestamp.txt": b"2020-01-01 00:00:00 UTC", "submission_secret.txt": b"x"})
    put(uploads / "ada.zip", honest)
    ((receipt),) = collect(small_course.course, "ps1", uploads)
    assert datetime.fromisoformat(receipt.time) == FRIDAY
    assert submitted(small_course, "ada")["timestamp.txt"].decode() == FRIDAY.isoformat()
    assert set(receipt.files) == {"ps1.ipynb"}
    assert list(receipts(small_course.course)) == [receipt]


def test_the_later_of_two_uploads_counts(small_course, uploads, notebook):
    other = notebook.replace(b"tanh", b"sinh")
    put(uploads / "ada (1).ipynb", other, FRIDAY + timedelta(hours=1))
    put(uploads / "ada.ipynb", notebook)
    outcome = run(small_course, uploads)
    assert outcome["ada (1).ipynb"] == "" and "later upload" in outcome["ada.ipynb"]
    assert submitted(small_course, "ada")["ps1.ipynb"] == other
    (uploads / "ada (1).ipynb").unlink()
    assert "later upload" in run(small_course, uploads)["ada.ipynb"]
    assert submitted(small_course, "ada")["ps1.ipynb"] == other


@pytest.mark.parametrize(
    "stamp, is_later",
    [
        (b"2099-11-20 18:00:00.000000 UTC", True),  # nbgrader's own form
        (b"2000-11-20 18:00:00.000000 UTC", False),
        (b"yesterday evening", False),
        (b"\xff\xfe", False),
        (b"", False),
        (b"9" * 500_000, False),
    ],
)
def test_whatever_the_standing_timestamp_says_collecting_goes_on(small_course, uploads, notebook, stamp, is_later):
    put(uploads / "ada.ipynb", notebook)
    assert run(small_course, uploads) == {"ada.ipynb": ""}
    (small_course.course.folder("submitted", "ps1", "ada") / "timestamp.txt").write_bytes(stamp)
    put(uploads / "bob.ipynb", notebook)
    found = run(small_course, uploads)
    assert found == {"ada.ipynb": "a later upload has already been collected" if is_later else "", "bob.ipynb": ""}


def test_a_hard_link_among_the_uploads_is_refused(small_course, uploads, notebook, tmp_path):
    put(uploads / "ada.ipynb", notebook)
    os.link(put(tmp_path / "gradebook.db", notebook), uploads / "eve.ipynb")
    assert run(small_course, uploads) == {"ada.ipynb": "", "eve.ipynb": "it is a hard link to a file elsewhere"}


def test_a_link_that_takes_a_files_place_while_we_read_is_not_followed(small_course, uploads, notebook, tmp_path, monkeypatch):
    secret, look = put(tmp_path / "secret", b"secret"), os.lstat
    put(uploads / "ada.ipynb", notebook)
    put(uploads / "eve" / "ps1.ipynb", notebook)
    put(uploads / "eve" / "a.txt", b"honest")

    def swap(name, **where):
        status = look(name, **where)
        if name == "a.txt":
            (uploads / "eve" / "a.txt").unlink()
            (uploads / "eve" / "a.txt").symlink_to(secret)
        return status

    monkeypatch.setattr(os, "lstat", swap)
    assert run(small_course, uploads) == {"ada.ipynb": "", "eve": "it cannot be read: Too many levels of symbolic links"}


def test_a_path_too_long_to_be_written_is_refused(small_course, uploads, notebook):
    put(uploads / "ada.ipynb", notebook)
    put(uploads / "eve" / "ps1.ipynb", notebook)
    put(uploads / "eve" / "/".join(["d" * 150] * 10) / "x.txt", b"x")
    found = run(small_course, uploads)
    assert found["ada.ipynb"] == "" and "too long a path" in found["eve"]


def member(name: str, **fields) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    for field, value in fields.items():
        setattr(info, field, value)
    return info


def _damaged_member(notebook: bytes) -> bytes:
    content = bytearray(zipped(**{"ada.ipynb": notebook, "eve.ipynb": b"x" * 5000, "zoe.ipynb": notebook}))
    content[content.index(b"eve.ipynb") + len(b"eve.ipynb") + 4] ^= 0xFF
    return bytes(content)


IN_A_CLASS = {
    "link.tar": (lambda nb: tarred((member("eve.ipynb", type=tarfile.SYMTYPE, linkname="/etc/passwd"), b"")), "is a link"),
    "time.tar": (lambda nb: tarred((member("eve.ipynb", mtime=2**45), nb)), ""),
    "damaged.zip": (_damaged_member, "is damaged"),
}


@pytest.mark.parametrize("name", IN_A_CLASS)
def test_in_an_archive_of_a_class_one_odd_entry_costs_one_student(small_course, tmp_path, notebook, name):
    make, reason = IN_A_CLASS[name]
    content = make(notebook)
    if name.endswith(".tar"):
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            (odd,) = archive.getmembers()
        honest = (member("ada.ipynb"), notebook), (member("./zoe.ipynb"), notebook)
        content = tarred(honest[0], (odd, notebook if odd.isreg() else b""), honest[1])
    found = run(small_course, put(tmp_path / name, content))
    assert found.pop("ada.ipynb") == found.pop("zoe.ipynb") == ""
    assert reason in found["eve.ipynb"] and bool(reason) == bool(found["eve.ipynb"])


def test_a_tar_of_the_current_folder_is_read(small_course, uploads, notebook):
    put(uploads / "ada.tar", tarred((member("./", type=tarfile.DIRTYPE), b""), (member("./ps1.ipynb"), notebook)))
    assert run(small_course, uploads) == {"ada.tar": ""}


def _link() -> bytes:
    info = tarfile.TarInfo("ps1.ipynb")
    info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
    return tarred((info, b""))


def _hard_link() -> bytes:
    info = tarfile.TarInfo("ps1.ipynb")
    info.type, info.linkname = tarfile.LNKTYPE, "../../secret"
    return tarred((info, b""))


def _device(kind: bytes) -> bytes:
    info = tarfile.TarInfo("ps1.ipynb")
    info.type = kind
    return tarred((info, b""))


def _zip_link() -> bytes:
    info = zipfile.ZipInfo("ps1.ipynb")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(info, "/etc/passwd")
    return stream.getvalue()


def _tar_bomb_in_a_header() -> bytes:
    info = tarfile.TarInfo("ps1.ipynb")
    info.pax_headers = {"comment": "0" * (200 << 20)}
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz", format=tarfile.PAX_FORMAT, compresslevel=1) as archive:
        archive.addfile(info)
    return stream.getvalue()


HOSTILE = {
    "parent.zip": (lambda: zipped(**{"../../gradebook.db": b"x", "ps1.ipynb": b"{}"}), "not a path inside"),
    "absolute.zip": (lambda: zipped(**{"/etc/cron.d/x": b"x"}), "not a path inside"),
    "drive.zip": (lambda: zipped(**{"C:ps1.ipynb": b"x"}), "not a path inside"),
    "backslash.zip": (lambda: zipped(**{"..\\x.ipynb": b"x"}), "not a path inside"),
    "case.zip": (lambda: zipped(**{"ps1.ipynb": b"x", "PS1.ipynb": b"y"}), "except for case"),
    "folder clash.zip": (lambda: zipped(**{"data": b"x", "data/x": b"y"}), "except for case"),
    "turned.zip": (lambda: zipped(**{"ps1\u202egpj.ipynb": b"x"}), "invisible"),
    "newline.zip": (lambda: zipped(**{"a\nb.ipynb": b"x"}), "invisible"),
    "bomb.zip": (lambda: zipped(**{"ps1.ipynb": bytes(200 << 20)}), "times its size"),
    "ratio.zip": (lambda: zipped(**{"ps1.ipynb": bytes(30 << 20)}), "times its size"),
    "large.zip": (lambda: zipped(**{"ps1.ipynb": np.random.default_rng(0).bytes(51 << 20)}), "larger than"),
    "many.zip": (lambda: zipped(**{f"{n}.txt": b"" for n in range(20_000)}), "more than 500 files"),
    "link.zip": (_zip_link, "link or a device"),
    "link.tar": (_link, "link or a device"),
    "hard.tar": (_hard_link, "link or a device"),
    "fifo.tar": (lambda: _device(tarfile.FIFOTYPE), "link or a device"),
    "block.tar": (lambda: _device(tarfile.BLKTYPE), "link or a device"),
    "header.tar.gz": (_tar_bomb_in_a_header, ""),
    "text.zip": (lambda: b"this is no zip", "not a readable archive"),
    "text.tar": (lambda: b"this is no tar", "not a readable archive"),
    "text.7z": (lambda: b"this is no 7z", ""),
    "empty.zip": (lambda: zipped(), "no ps1.ipynb"),
    "picture.png": (lambda: b"\x89PNG", "no ps1.ipynb"),
    "*.ipynb": (lambda: b"{}", "its name has one of"),
    ".hidden.ipynb": (lambda: b"{}", ""),
}


@pytest.mark.slow
def test_hostile_uploads_are_refused_and_touch_no_other(small_course, uploads, notebook, tmp_path):
    put(uploads / "ada.ipynb", notebook)
    for name, (make, _) in HOSTILE.items():
        put(uploads / name, make())
    os.symlink(tmp_path / "judges" / "ps1.py", uploads / "link.ipynb")
    os.mkfifo(uploads / "fifo.ipynb")
    os.link(tmp_path / "judges" / "ps1.py", put(uploads / "mallory" / "x.txt", b"").with_name("ps1.ipynb"))
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if "submitted" not in str(path)}
    outcome = run(small_course, uploads)
    assert outcome.pop("ada.ipynb") == ""
    accepted = [name for name, refused in outcome.items() if not refused]
    assert accepted == []
    for name, (_, reason) in HOSTILE.items():
        assert reason in outcome[name], (name, outcome[name])
    assert "link" in outcome["link.ipynb"] and outcome["fifo.ipynb"] and "hard link" in outcome["mallory"]
    assert small_course.course.students("ps1") == (["ada"], {})
    after = {path: path.stat().st_mtime_ns for path in before if path.name not in (".autograder", tmp_path.name)}
    assert after == {path: time for path, time in before.items() if path in after}


def test_a_refused_upload_leaves_what_was_there(small_course, uploads, notebook):
    put(uploads / "ada.ipynb", notebook)
    run(small_course, uploads)
    put(uploads / "ada.zip", b"broken", FRIDAY + timedelta(hours=1))
    (uploads / "ada.ipynb").unlink()
    assert run(small_course, uploads)["ada.zip"]
    assert submitted(small_course, "ada")["ps1.ipynb"] == notebook


def test_seven_zip_where_the_library_is(small_course, uploads, notebook):
    py7zr = pytest.importorskip("py7zr")
    stream = io.BytesIO()
    with py7zr.SevenZipFile(stream, "w") as archive:
        archive.writestr(notebook, "ps1.ipynb")
    put(uploads / "ada.7z", stream.getvalue())
    assert run(small_course, uploads) == {"ada.7z": ""}


def test_another_pattern(small_course, uploads, notebook):
    put(uploads / "Lovelace, Ada - al815 - ps1.ipynb", notebook)
    assert run(small_course, uploads, pattern=r".* - (?P<student>\w+) - .*") == {"Lovelace, Ada - al815 - ps1.ipynb": ""}
    assert small_course.course.students("ps1")[0] == ["al815"]


@pytest.mark.parametrize("pattern", ["(", "no group"])
def test_a_pattern_that_cannot_work_is_named(small_course, uploads, pattern):
    with pytest.raises(CourseError, match="pattern"):
        run(small_course, uploads, pattern=pattern)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_damaged_archives_are_refused_or_read_and_never_raise(data):
    make, name = data.draw(
        st.sampled_from(
            [
                (lambda: zipped(**{"a/ps1.ipynb": b"{}" * 50, "b.txt": b"b"}), "x.zip"),
                (lambda: tarred((tarfile.TarInfo("ps1.ipynb"), b"{}" * 50), (tarfile.TarInfo("d/x"), b"x")), "x.tar"),
                (lambda: tarred((tarfile.TarInfo("ps1.ipynb"), b"{}" * 50), mode="w:gz"), "x.tar.gz"),
            ]
        )
    )
    content = bytearray(make())
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        upload = read_archive(bytes(content[: data.draw(st.integers(0, len(content)))]), name, TINY)
    except Refused:
        return
    assert all(".." not in path.split("/") and not path.startswith("/") for path in upload.files)
    assert sum(map(len, upload.files.values())) <= TINY.size
