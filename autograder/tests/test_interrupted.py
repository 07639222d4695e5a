"""A step that is killed before any of its changes to the disk loses nothing, and running it again completes it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from autograder.files import replacing, write_folder
from autograder.intake.collect import collect
from autograder.release import release
from autograder.running import workers
from autograder.transcript import Transcript, Verdict

from autograder import files, grading

INTERRUPT = Path(__file__).with_name("interrupt.py")
# What each step replaces, and at how many moments at least it can be killed.
REPLACED = {
    "collect": (["submitted/ada/ps1"], 6),
    "release": (["release/ps1", "public/ps1.npz"], 6),
    "feedback": (["feedback/ada/ps1/ps1.html"], 2),
    "export": (["grades.csv"], 2),
    "undo": (["autograded/ada/ps1", ".autograder/journal.jsonl"], 6),
}


def hand_in(small, folder: Path, scale: str, time: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(small.notebook(scale=f"def scale(x):\n    return {scale}"), folder / "ps1.ipynb")
    (folder / "notes.txt").write_text(scale)
    os.utime(folder, (time, time))


@pytest.fixture(scope="module")
def course(make_small_course, tmp_path_factory) -> Path:
    """A course in which each step has something old to replace."""
    path = tmp_path_factory.mktemp("interrupted") / "course"
    path.mkdir()
    (path / "nbgrader_config.py").write_text('c = get_config()\nc.Course.public_directory = "public"\n')
    small = make_small_course(path)
    release(small.course, "ps1")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workers, "run_job", _run_nothing)
        for time, scale in enumerate(("2 * x", "3 * x", "4 * x"), start=1):
            hand_in(small, path / "uploads" / "ada", scale, 1_700_000_000 + time)
            if time < 3:
                assert not [receipt.refused for receipt in collect(small.course, "ps1", path / "uploads") if receipt.refused]
                grading.grade(small.course, "ps1", jobs=1)
    for page in ("feedback/ada/ps1/ps1.html", "grades.csv"):
        (path / page).parent.mkdir(parents=True, exist_ok=True)
        (path / page).write_text("old")
    return path


def _run_nothing(job, gpu) -> Transcript:
    return Transcript(job.student, job.assignment, Verdict.GRADED, notebooks=dict(job.notebooks))


def content(path: Path) -> dict[str, bytes] | bytes | None:
    """A file, or the files of a folder by name; None if nothing is there."""
    if path.is_dir():
        return {str(p.relative_to(path)): p.read_bytes() for p in path.rglob("*") if p.is_file()}
    return path.read_bytes() if path.exists() else None


@pytest.mark.slow
@pytest.mark.parametrize("exchange", ["yes", "no"])
@pytest.mark.parametrize("step", REPLACED)
def test_killed_at_every_moment(course, tmp_path, step, exchange):
    start = shutil.copytree(course, tmp_path / "course")
    if step == "release":
        source = start / "source" / "ps1" / "ps1.ipynb"
        source.write_text(source.read_text().replace("import numpy as np", "import numpy as np  # changed"))
    done = subprocess.run(
        [sys.executable, str(INTERRUPT), step, str(start), str(tmp_path / "runs"), exchange], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    *killed, through = sorted((tmp_path / "runs").iterdir(), key=lambda run: int(run.name))
    places, moments = REPLACED[step]
    assert len(killed) >= moments
    for place in places:
        old, new = content(start / place), content(through / "killed" / place)
        assert old and new and old != new
        seen = []
        for run in killed:
            found = content(run / "killed" / place)
            if found is None:  # possible between two renames, where the system cannot exchange two folders
                assert exchange == "no" and isinstance(old, dict)
                found = content((run / "killed" / place).with_name(f".{Path(place).name}.old"))
            assert found in (old, new), f"{place} is neither the old nor the new one when killed at moment {run.name}"
            seen.append(found == new)
            assert content(run / "again" / place) == new
            left = [
                path.name for path in (run / "again" / place).parent.iterdir() if path.name.endswith((".new", ".old", ".gone"))
            ]
            assert left == []
        assert seen == sorted(seen), "what was new is old again"


@pytest.mark.parametrize("exchange", [True, False])
def test_what_was_there_stays_when_the_new_one_cannot_be_written(tmp_path, monkeypatch, exchange):
    if not exchange:
        monkeypatch.setattr(files, "_exchange", lambda one, other: False)
    folder = tmp_path / "ps1"
    write_folder(folder, {"a": b"old", "b/c": b"old"})
    with pytest.raises(ValueError, match="half"), replacing(folder) as fresh:
        fresh.mkdir()
        (fresh / "a").write_bytes(b"new")
        raise ValueError("half of it")
    assert content(folder) == {"a": b"old", "b/c": b"old"}
    write_folder(folder, {"a": b"new"})
    assert content(folder) == {"a": b"new"} and [path.name for path in tmp_path.iterdir()] == ["ps1"]


def test_a_link_is_replaced_and_not_followed(tmp_path):
    write_folder(tmp_path / "theirs", {"a": b"theirs"})
    (tmp_path / "ps1").symlink_to(tmp_path / "theirs")
    write_folder(tmp_path / "ps1", {"a": b"new"})
    assert content(tmp_path / "ps1") == {"a": b"new"} and not (tmp_path / "ps1").is_symlink()
    assert content(tmp_path / "theirs") == {"a": b"theirs"}
