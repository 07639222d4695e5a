"""Thousands of damaged notebooks and archives are accepted or refused with a sentence, never with a traceback.

Each comes from a number: a failure names it, and ``mutant(number, notebook)`` makes the same upload again.
"""

import copy
import gzip
import io
import json
import random
import signal
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
from autograder.intake.collect import collect
from autograder.intake.rebuild import rebuild
from autograder.intake.submission import Rejected, read_submission

BATCH = 50
PATIENCE_SECONDS = 60  # for a whole batch, which takes less than one
JUNK = [
    None, True, 0, -1, 4.5, 1e308, 10**400, float("nan"), "", "x" * 10_000, "\ud800", "\0", "\u202e", "../../x", [], {},
    [[]] * 50, {"cell_type": "code"}, {"grade_id": "step", "points": 99}, json.loads("[" * 45 + "]" * 45), "code", "step",
]  # fmt: skip
NAMES = [
    "ps1.ipynb", "ps1.ipynb", "a/ps1.ipynb", "PS1.IPYNB", "../ps1.ipynb", "/tmp/ps1.ipynb", "a/../../b", "C:\\ps1.ipynb", "con",
    "x" * 300, "a\0b", "a\nb", "timestamp.txt", "feedback/x", "data/more/x.csv", ".", "./ps1.ipynb", "ps1.ipynb/x", "e\u0301", "é",
]  # fmt: skip


def mutant(number: int, notebook: bytes) -> tuple[str, bytes]:
    """The name and the content of an upload."""
    chance = random.Random(number)
    student = f"s{number}"
    if chance.random() < 0.6:
        return f"{student}.ipynb", _damaged_notebook(chance, notebook)
    suffix, content = _archive(chance, notebook)
    for _ in range(chance.choice([0, 0, 1, 2])):
        content = _damaged_bytes(chance, content)
    return student + suffix, content


def _damaged_notebook(chance: random.Random, notebook: bytes) -> bytes:
    content = notebook
    if chance.random() < 0.7:
        value = json.loads(notebook)
        for _ in range(chance.randint(1, 6)):
            _damage(chance, value)
        content = json.dumps(value, ensure_ascii=True).encode()
    if chance.random() < 0.1:
        content = content.decode().encode(chance.choice(["utf-8-sig", "utf-16", "utf-32", "utf-7"]))
    if chance.random() < 0.4:
        content = _damaged_bytes(chance, content)
    return content


def _damage(chance: random.Random, value) -> None:
    """Change one place in a JSON value and keep it valid."""
    places, pending = [], [value]
    while pending:
        container = pending.pop()
        keys = list(container) if isinstance(container, dict) else range(len(container))
        places += [(container, key) for key in keys]
        pending += [container[key] for key in keys if isinstance(container[key], dict | list)]
    if not places:
        return
    container, key = chance.choice(places)
    what = chance.choice(["junk", "junk", "delete", "another's", "wrap", "text", "rename", "repeat"])
    if what == "junk":
        container[key] = copy.deepcopy(chance.choice(JUNK))
    elif what == "delete":
        del container[key]
    elif what == "another's":
        other, place = chance.choice(places)
        container[key] = copy.deepcopy(other[place])
    elif what == "wrap":
        container[key] = chance.choice([[container[key]], {"source": container[key]}])
    elif what == "text":
        container[key] = str(container[key])[: chance.randint(0, 30)]
    elif what == "rename" and isinstance(container, dict):
        container[chance.choice(["cells", "source", "metadata", "nbgrader", "id", "attachments", "new"])] = container.pop(key)
    elif what == "repeat" and isinstance(container, list):
        container[key:key] = [copy.deepcopy(container[key]) for _ in range(chance.choice([1, 3, 200]))]


def _damaged_bytes(chance: random.Random, content: bytes) -> bytes:
    start, end = sorted(chance.randint(0, len(content)) for _ in range(2))
    what = chance.choice(["flip", "cut", "drop", "double", "move", "insert"])
    if what == "flip":
        changed = bytearray(content)
        for _ in range(chance.randint(1, 20)):
            if changed:
                changed[chance.randrange(len(changed))] = chance.randrange(256)
        return bytes(changed)
    if what == "cut":
        return content[:end]
    if what == "drop":
        return content[:start] + content[end:]
    if what == "double":
        return content[:end] + content[start:]
    if what == "move":
        return content[start:end] + content[:start] + content[end:]
    return content[:start] + chance.randbytes(chance.choice([1, 8, 5000])) + content[start:]


def _archive(chance: random.Random, notebook: bytes) -> tuple[str, bytes]:
    """A zip or tar of a few files, some with names, types or sizes that no honest upload has."""
    files = [(chance.choice(NAMES), _content(chance, notebook)) for _ in range(chance.randint(1, 5))]
    files[0] = ("ps1.ipynb", files[0][1])
    stream = io.BytesIO()
    if chance.random() < 0.5:
        with zipfile.ZipFile(stream, "w", chance.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])) as archive:
            for name, content in files:
                info = zipfile.ZipInfo(name.replace("\0", "") or "x")
                info.external_attr = chance.choice([0, 0, 0o100644, 0o120777, 0o010644, 0o040755]) << 16
                archive.writestr(info, content)
        return ".zip", stream.getvalue()
    with tarfile.open(fileobj=stream, mode="w", format=chance.choice([tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])) as archive:
        for name, content in files:
            info = tarfile.TarInfo(name)
            info.type = chance.choice(
                [tarfile.REGTYPE] * 6 + [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE]
            )
            info.linkname, info.mtime = "../../../source/ps1/ps1.ipynb", chance.choice([0, 1e9, 1e12])
            info.size = len(content) if info.isreg() else 0
            archive.addfile(info, io.BytesIO(content))
    return chance.choice([(".tar", stream.getvalue()), (".tar.gz", gzip.compress(stream.getvalue()))])


def _content(chance: random.Random, notebook: bytes) -> bytes:
    if chance.random() < 0.05:
        return bytes(chance.choice([2 << 20, 60 << 20]))
    return chance.choice([notebook, _damaged_notebook(chance, notebook), b"", b"1,2,3"])


class Hangs(BaseException):
    """An exception that the code under test does not catch."""


@contextmanager
def in_time(what: str) -> Iterator[None]:
    def stop(*_):
        raise Hangs(f"{what} takes more than {PATIENCE_SECONDS} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(PATIENCE_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def outside(folder: Path) -> dict[Path, tuple]:
    """Everything that collecting submissions must not touch."""
    own = ("submitted", "uploads", "not_collected", ".autograder/attempts", ".autograder/collected")
    kept = {path: path.lstat() for path in folder.rglob("*") if not any(path.is_relative_to(folder / part) for part in own)}
    return {
        path: (s.st_mode, s.st_size, s.st_mtime_ns)
        for path, s in kept.items()
        if path.name != "receipts.jsonl" and path.is_file()
    }


numbers = [range(0, 200), *(pytest.param(range(n, n + 500), marks=pytest.mark.soak) for n in range(1000, 11_000, 500))]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Duplicate name")  # in archives of our own making
@pytest.mark.parametrize("numbers", numbers, ids=lambda numbers: str(numbers.start))
def test_mutants_are_taken_or_refused(small_course, tmp_path, numbers):
    source = small_course.assignment.sources["ps1"].graded
    notebook = nbformat.writes(small_course.notebook(end="print(1)")).encode()
    uploads, submitted = tmp_path / "uploads", tmp_path / "submitted"
    uploads.mkdir()
    assert small_course.course.records.is_dir()
    before, taken = outside(tmp_path), 0
    for start in range(numbers.start, numbers.stop, BATCH):
        made = [mutant(number, notebook) for number in range(start, start + BATCH)]
        for name, content in made:
            (uploads / name).write_bytes(content)
        with in_time(f"collecting {start} to {start + BATCH - 1}"):
            receipts = {receipt.origin: receipt for receipt in collect(small_course.course, "ps1", uploads)}
        assert set(receipts) == {name for name, _ in made}
        for name, receipt in receipts.items():
            folder = submitted / name.partition(".")[0] / "ps1"
            assert folder.exists() != bool(receipt.refused), name
            assert receipt.refused.isprintable() and "Traceback" not in receipt.refused
            (uploads / name).unlink()
            if receipt.refused:
                continue
            found = [path for path in folder.rglob("*") if not path.is_dir()]
            assert all(path.is_file() and not path.is_symlink() for path in found), name
            assert {str(path.relative_to(folder)) for path in found} == {*receipt.files, "timestamp.txt"}, name
            with in_time(f"reading {name}"):
                taken += _is_read(folder, source, name)
    assert outside(tmp_path) == before
    assert len(numbers) / 20 < taken < len(numbers)


def _is_read(folder: Path, source: nbformat.NotebookNode, name: str) -> bool:
    """Read and rebuild a submission; return False if it is rejected with a sentence."""
    try:
        submission = read_submission(folder, name, "ps1", ["ps1"])
    except Rejected as error:
        assert str(error).isprintable(), name
        return False
    if "ps1" not in submission.notebooks:
        assert submission.problems["ps1"].startswith("ps1.ipynb") and "\n" not in submission.problems["ps1"], name
        return False
    rebuilt = rebuild(source, submission.notebooks["ps1"]).notebook
    nbformat.validate(nbformat.reads(nbformat.writes(rebuilt).encode(), as_version=4))
    ids = [cell.metadata.nbgrader.grade_id for cell in rebuilt.cells if "nbgrader" in cell.metadata]
    assert ids == [cell.metadata.nbgrader.grade_id for cell in source.cells if "nbgrader" in cell.metadata], name
    return True
