"""Whatever students' folders hold: each has a verdict and a sentence, and the honest neighbours their grade.

Each folder comes from a number: a failure names it, and ``fill(number, folder, notebook)`` makes it again.
"""

import contextlib
import os
import random
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from autograder.grading import grade
from autograder.intake.collect import collect
from autograder.intake.submission import read_submission
from autograder.transcript import Verdict
from test_mutations import mutant

NAMES = [
    "ps1.ipynb", "PS1.IPYNB", "ps1 (1).ipynb", "timestamp.txt", "submission_secret.txt", "feedback", "helper.py", "helper", "data",
    "venv", ".git", "__pycache__", ".hidden", "con", "-rf", "[a]*", "a\nb", "\u202egpj", "é", "e\u0301", "x" * 255, "y" * 120,
    b"\xff\xfe".decode(errors="surrogateescape"), "=1+1", "<script>", "a.ipynb.zip", "…", "ends ", "ends.",
]  # fmt: skip
STAMPS = [
    b"2026-11-20 18:00:00.000000 UTC", b"2026-11-20T18:00:00+00:00", b"2026-11-20 18:00:00 Asia/Tehran", b"yesterday", b"", b"\xff",
    b"9999-12-31 23:59:59 UTC", b"0000-00-00", b"1e400", b"2026-11-20 18:00:00 " + b"9" * 500,
    b"2026-11-20 18:00:00 " + b"A" * 60_000, b"2026-11-20 18:00:00 /proc/kmsg", b"2026-11-20 18:00:00 :/proc/kmsg",
]  # fmt: skip
ODD, MANY = 40, 250  # students of one class, and of one in a soak


def fill(number: int, folder: Path, notebook: bytes) -> None:
    """Put what a student hands in, honest or not, into a folder."""
    chance = random.Random(number)
    folder.mkdir(parents=True)
    if chance.random() < 0.8:
        name, content = "", b""
        while not name.endswith(".ipynb"):
            name, content = mutant(chance.randrange(1 << 30), notebook)
        (folder / "ps1.ipynb").write_bytes(content if chance.random() < 0.5 else notebook)
    if chance.random() < 0.5:
        (folder / "timestamp.txt").write_bytes(chance.choice(STAMPS))
    places = [folder]
    for _ in range(chance.choice([0, 3, 10, 30])):
        place = chance.choice(places[-3:]) / chance.choice(NAMES)
        if not os.path.lexists(place) and len(os.fsencode(place)) < 4000:
            _put(chance, place, notebook)
            places += [place] if place.is_dir() and not place.is_symlink() else []
    if chance.random() < 0.05:
        for count in range(1200):
            (folder / f"{count}.txt").touch()
    if chance.random() < 0.1:
        _dig(folder, chance.choice([3, 60, 1100]), chance.choice(["d", "d" * 200]))


def _put(chance: random.Random, place: Path, notebook: bytes) -> None:
    kind = chance.choice(
        ["file", "file", "file", "folder", "folder", "folder", "link", "pipe", "socket", "hard link", "sparse"]
    )
    if kind == "folder":
        place.mkdir()
    elif kind == "link":
        place.symlink_to(chance.choice(["/etc", "/nowhere", ".", "..", place.name]))
    elif kind == "pipe":
        os.mkfifo(place)
    elif kind == "socket" and len(os.fsencode(place)) < 100:
        with socket.socket(socket.AF_UNIX) as opened:
            opened.bind(str(place))
    elif kind == "hard link" and (place.parent / "ps1.ipynb").is_file():
        os.link(place.parent / "ps1.ipynb", place, follow_symlinks=False)
    elif kind == "sparse":
        with open(place, "wb") as file:
            file.truncate(chance.choice([1 << 20, 51 << 20, 2 << 30]))
    else:
        place.write_bytes(chance.choice([b"", b"x", notebook, chance.randbytes(200)]))
        os.utime(place, (0, chance.choice([0, 1.5e9, -(2**40), 2**40])))


def _dig(folder: Path, depth: int, name: str) -> None:
    """Make folders in folders, beyond any path that a system call takes."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(depth):
        if name not in os.listdir(here):
            os.mkdir(name, dir_fd=here)
        below = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """In memory, where thousands of folders come and go faster; removed by a program, because Python's own function is recursive."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None))
    yield folder
    subprocess.run(["rm", "-rf", folder], check=True)


classes = [range(ODD), *(pytest.param(range(n, n + MANY), marks=pytest.mark.soak) for n in range(1000, 11_000, MANY))]


@pytest.mark.slow
@pytest.mark.parametrize("numbers", classes, ids=lambda numbers: str(numbers.start))
def test_whatever_the_folders_hold_everyone_has_a_verdict(tmp_path, small_course, without_kernels, numbers):
    """Collected by one and graded by the other."""
    notebook = nbformat.writes(small_course.notebook()).encode()
    for number in numbers:
        fill(number, tmp_path / "uploads" / f"s{number}", notebook)
        fill(number, small_course.course.folder("submitted", "ps1", f"s{number}"), notebook)
    for student in ("ada", "zoe"):
        small_course.hand_in(student)
    entries = grade(small_course.course, "ps1", jobs=1).entries
    assert set(entries) == {"ada", "zoe", *(f"s{number}" for number in numbers)}
    assert entries["ada"].verdict is entries["zoe"].verdict is Verdict.GRADED
    (tmp_path / "uploads" / "ada.ipynb").write_bytes(notebook)
    receipts = {receipt.origin: receipt.refused for receipt in collect(small_course.course, "ps1", tmp_path / "uploads")}
    assert receipts.pop("ada.ipynb") in ("", "a later upload has already been collected") and len(receipts) == len(numbers)
    sentences = [(student, each) for student, entry in entries.items() for each in (entry.reason, *entry.remarks.values())]
    for student, sentence in sentences + list(receipts.items()):
        assert "\n" not in sentence and len(sentence) < 500 and "Errno" not in sentence, (student, sentence)
        sentence.encode()
    assert not [student for student, entry in entries.items() if entry.verdict in (Verdict.STUMBLED, Verdict.FAULT)]


@contextlib.contextmanager
def closed(*places: Path) -> Iterator[None]:
    """Let no one read these folders; root, who may read all, is another user meanwhile."""
    user = os.geteuid()
    for place in places:
        place.chmod(0)
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)
        for place in places:
            place.chmod(0o755)


def test_a_folder_that_may_not_be_read_is_named(tmp_path, small_course):
    tmp_path.chmod(0o755)
    submitted, uploads = small_course.hand_in("ada").parents[1], tmp_path / "uploads"
    small_course.hand_in("bob")
    (uploads / "eve").mkdir(parents=True)
    with closed(submitted / "ada", submitted / "bob" / "ps1", uploads / "eve"):
        assert small_course.course.students("ps1") == (["bob"], {"ada": "it cannot be read: Permission denied"})
        with pytest.raises(PermissionError):
            read_submission(submitted / "bob" / "ps1", "bob", "ps1", ["ps1"])
        (receipt,) = collect(small_course.course, "ps1", uploads, dry_run=True)
        assert (receipt.student, receipt.refused) == ("eve", "it cannot be read: Permission denied")
