"""The repository's address stands in one place, and every copy of it follows."""

import re
import shutil
import subprocess

import pytest

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
    with pytest.raises(SystemExit, match="is no address"):
        address.move("github.com/a/b", tmp_path)
