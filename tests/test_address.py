"""The repository's address stands in one place, and every copy of it follows."""

import re
import shutil
import subprocess

import pytest
from autograder.course import Course
from autograder.release import stale
from unroll.checks import frozen

from tools import address

NAMED = re.compile(r"(?:git\+|git clone )(https://[^\s#\"'`)]+)|colab\.research\.google\.com(/github/[^/\s]+/[^/\s]+)")


def test_every_copy_is_the_same():
    ours = address.address()
    badge = ours.replace("https://github.com/", "/github/")
    named = [
        (str(path.relative_to(address.ROOT)), clone or there)
        for path in address.texts()
        if path.relative_to(address.ROOT).parts[0] != "tests"
        for clone, there in NAMED.findall(path.read_text("utf-8"))
    ]
    assert len(named) > 30 and [each for each in named if each[1] not in (ours, badge)] == []


def test_a_fork_has_its_own(tmp_path):
    (tmp_path / "utils").mkdir()
    shutil.copyfile(address.ROOT / address.PROJECT, tmp_path / address.PROJECT)
    badge = address.address().replace("https://github.com/", "https://colab.research.google.com/github/")
    (tmp_path / "README.md").write_text(f"git clone {address.address()}\n[Colab]({badge}/blob/main/a.ipynb)\n", "utf-8")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run(["git", "add", "."], cwd=tmp_path, check=True)
    assert len(address.move("https://github.com/a/b.git/", tmp_path)) == 2
    assert address.address(tmp_path) == "https://github.com/a/b"
    assert address.install_line(tmp_path) == "unroll-course @ git+https://github.com/a/b#subdirectory=utils"
    assert (tmp_path / "README.md").read_text("utf-8") == (
        "git clone https://github.com/a/b\n[Colab](https://colab.research.google.com/github/a/b/blob/main/a.ipynb)\n"
    )
    for wrong in ("github.com/a/b", ""):
        with pytest.raises(SystemExit, match="is no address"):
            address.move(wrong, tmp_path)


def test_its_releases_are_in_step_with_their_sources(tmp_path):
    name = "01_rnn_step"
    files = [f"judges/{name}.py", f"utils/src/unroll/public/{name}.npz", address.PROJECT, "nbgrader_config.py"]
    files += [f"assignments/{name}/{name}.npz", f"assignments/{name}/{name}.ipynb", f"solutions/{name}/{name}.ipynb"]
    for file in files:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(address.ROOT / file, tmp_path / file)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run(["git", "add", "."], cwd=tmp_path, check=True)
    address.move("https://github.com/a/b", tmp_path)
    course = Course.load(tmp_path)
    assert stale(course, name) != []
    assert [path.name for path in address.move_released(tmp_path)] == 2 * [f"{name}.npz"]
    assert stale(course, name) == []
    assert "git+https://github.com/a/b#" in next(iter(frozen.load(tmp_path / files[1]).notebooks.values()))
