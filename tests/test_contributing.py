"""The worked examples of CONTRIBUTING.md, carried out unchanged in a copy of the tree."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "CONTRIBUTING.md").read_text()
EXAMPLES = {
    part.partition("\n")[0]: part
    for part in PAGE.partition("\n## Worked examples\n")[2].partition("\n## ")[0].split("\n### ")[1:]
}
BLOCK = re.compile(r"(?P<step>[^\n]*)\n\n```(?P<kind>\w+)\n(?P<content>.*?)^```$", re.MULTILINE | re.DOTALL)
NEW = re.compile(r"New file `(.+?)`")
END = re.compile(r"At the end of `(.+?)`")
BELOW = re.compile(r"In `(.+?)`, below `(.+?)`(?!`)")
LAST = re.compile(r"In `(.+?)`, above the last line")
TABLE = re.compile(r"As the last row of the first table of `(.+?)`")


@pytest.fixture
def copy(tmp_path) -> Path:
    """The tree with an environment of its own: the packages are those of this one, `unroll` and the autograder the copy's."""
    copy = tmp_path / "unroll"
    leave = shutil.ignore_patterns(
        ".git", ".venv", ".executed", "course", "text", "mirror", "__pycache__", ".*_cache", ".hypothesis"
    )
    shutil.copytree(ROOT, copy, ignore=leave, symlinks=True)
    venv.create(copy / ".venv", symlinks=True)
    ours, theirs = Path(sysconfig.get_path("purelib")), next((copy / ".venv/lib").glob("*/site-packages"))
    for folder in ours.glob("unroll_*.dist-info"):
        shutil.copytree(folder, theirs / folder.name)
    for listing in (ours / "unroll.pth", ours / "autograder.pth"):
        (theirs / listing.name).write_text(listing.read_text().replace(str(ROOT), str(copy)))
    (theirs / "zz_packages.pth").write_text(f"{ours}\n")
    programs = Path(sys.executable).parent
    for program in programs.iterdir():
        place = copy / ".venv/bin" / program.name
        if program.name == "autograder":
            place.write_text(program.read_text().replace(str(programs), str(place.parent)))
            place.chmod(0o755)
        elif not place.exists():
            place.symlink_to(program)
    (copy / ".venv/share").symlink_to(programs.parent / "share")
    (copy / ".venv/.ready").touch()
    return copy


def carry_out(example: str, copy: Path) -> list[str]:
    """Do what an example says, block after block; returns what each shell block printed."""
    printed = []
    for block in BLOCK.finditer(EXAMPLES[example]):
        step, content = block["step"], block["content"]
        if block["kind"] == "sh":
            printed.append(shell(content, copy))
        elif found := NEW.match(step):
            path = copy / found[1]
            assert not path.exists()
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
        elif found := END.match(step):
            path = copy / found[1]
            path.write_text(path.read_text() + content)
        elif found := BELOW.match(step):
            insert(copy / found[1], content, lambda line, start=found[2]: line.startswith(start))
        elif found := LAST.match(step):
            path = copy / found[1]
            *lines, last = path.read_text().splitlines(keepends=True)
            path.write_text("".join([*lines, content, last]))
        elif found := TABLE.match(step):
            insert(copy / found[1], content, lambda line: line.startswith("|"))
        else:
            pytest.fail(f"What is to be done with the block below {step!r}?")
    return printed


def insert(path: Path, content: str, wanted) -> None:
    """Below the first line that is wanted and those wanted directly after it."""
    lines = path.read_text().splitlines(keepends=True)
    place = next(number for number, line in enumerate(lines) if wanted(line))
    while wanted(lines[place]):
        place += 1
    path.write_text("".join([*lines[:place], content, *lines[place:]]))


def shell(commands: str, copy: Path) -> str:
    plain = {
        name: value for name, value in os.environ.items() if name not in ("UNROLL_DATA_MIRROR", "VIRTUAL_ENV", "PYTHONPATH")
    }
    done = subprocess.run(
        ["bash", "-euc", commands], cwd=copy, env=plain, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert done.returncode == 0, done.stdout[-6000:]
    return done.stdout


def is_in_style(copy: Path) -> bool:
    return bool(shell(".venv/bin/ruff check judges utils && .venv/bin/ruff format --check judges utils", copy))


def test_there_are_four_examples():
    assert list(EXAMPLES) == ["Add a data set", "Add a plot", "Add a lecture", "Add an assignment"]
    assert PAGE.count("\n```sh\n") == sum(part.count("\n```sh\n") for part in EXAMPLES.values())


def test_add_a_data_set(copy):
    measured, loaded, *_ = carry_out("Add a data set", copy)
    assert loaded
    entry = (copy / "utils/src/unroll/data/datasets.py").read_text()
    size, sha256 = re.findall(r"\b(?:\d+|[0-9a-f]{64})\b", measured)[:2]
    assert f'("proverbs.txt", {size}, "{sha256}")' in entry
    assert "['A rolling stone gathers no moss.', " in loaded
    assert "public domain" in loaded
    assert is_in_style(copy)


def test_add_a_plot(copy):
    (tested,) = carry_out("Add a plot", copy)
    assert re.search(r"\d+ passed", tested)
    assert is_in_style(copy)


def test_add_a_lecture(jail, copy):
    (tested,) = carry_out("Add a lecture", copy)
    assert (copy / "lectures/99_echo.ipynb").exists() and not (copy / "text/lectures/99_echo.py").exists()
    assert int(re.search(r"(\d+) passed", tested)[1]) >= 7 and "skipped" not in tested


def test_add_an_assignment(jail, copy):
    (tested,) = carry_out("Add an assignment", copy)
    assert "✗" not in tested and "✓ the instructor's own notebook gets all points: 100 of 100" in tested
    assert re.search(r"\d+ passed", tested) and "skipped" not in tested
    released = (copy / "assignments/99_leaky/99_leaky.ipynb").read_text()
    assert "leaky_sum" in released and "keep * s + value" not in released
    at_the_desk = shell(
        'cd assignments/99_leaky && ../../.venv/bin/python -c "\nfrom unroll import check\nimport numpy as np\n'
        "check('leaky_sum', lambda x, keep: np.cumsum(x))\"",
        copy,
    )
    assert "the numbers you get when nothing is forgotten" in at_the_desk
    assert is_in_style(copy)
