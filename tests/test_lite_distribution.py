"""Python for the browser: which of Pyodide's packages are taken, and that only those with the right hash are."""

import hashlib
import json
import zipfile

import pytest
import requests

from tools.lite.distribution import NotFound, from_archive, from_release, with_dependencies, write

WANTED = ("micropip", "ssl", "sqlite3", "jedi", "ipython", "numpy", "matplotlib")


def package(name: str, *depends: str) -> dict:
    return {"file_name": f"{name}.whl", "sha256": hashlib.sha256(name.encode()).hexdigest(), "depends": list(depends)}


@pytest.fixture
def core(tmp_path):
    """What npm's package holds, in small."""
    folder = tmp_path / "core"
    folder.mkdir()
    packages = {name: package(name) for name in (*WANTED, "prompt-toolkit", "pandas")}
    packages["ipython"]["depends"] = ["prompt_toolkit"]
    lock = {"info": {"version": "0.27.7"}, "packages": packages}
    (folder / "pyodide-lock.json").write_text(json.dumps(lock))
    for name in ("pyodide.js", "pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip"):
        (folder / name).write_text(name)
    return folder


@pytest.fixture
def archive(tmp_path):
    """Someone's package that has Pyodide's in one of its folders."""
    path = tmp_path / "archive.whl"
    with zipfile.ZipFile(path, "w") as members:
        for name in (*WANTED, "prompt-toolkit", "pandas"):
            members.writestr(f"assets/pyodide/{name}.whl", name)
        members.writestr("assets/__init__.py", "raise SystemExit")
    return path


@pytest.fixture
def wheel(tmp_path):
    path = tmp_path / "unroll_course-0.1.0-py3-none-any.whl"
    path.write_bytes(b"ours")
    return path


def test_the_distribution_holds_what_is_needed_and_ours(core, archive, wheel, tmp_path):
    into = tmp_path / "made"
    write(core, from_archive(archive), wheel, into)
    packages = json.loads((into / "pyodide-lock.json").read_text())["packages"]
    assert set(packages) == {*WANTED, "prompt-toolkit", "unroll-course"}
    assert all((into / package["file_name"]).exists() for package in packages.values())
    ours = packages["unroll-course"]
    assert (ours["imports"], ours["depends"]) == (["unroll"], ["numpy"])
    assert ours["sha256"] == hashlib.sha256(b"ours").hexdigest()


def test_what_is_there_is_not_fetched_again(core, archive, wheel, tmp_path):
    def fetch(file: str) -> bytes:
        raise AssertionError(file)

    write(core, from_archive(archive), wheel, tmp_path / "made")
    write(core, fetch, wheel, tmp_path / "made")


def test_a_package_with_another_hash_is_refused(core, wheel, tmp_path):
    with pytest.raises(NotFound, match=r"\.whl is not the file that Pyodide 0.27.7 names: its hash differs"):
        write(core, lambda file: b"something else", wheel, tmp_path / "made")
    assert not list((tmp_path / "made").glob("*.whl"))


def test_an_archive_says_what_it_lacks(archive, tmp_path):
    with pytest.raises(NotFound, match="archive.whl does not hold scipy.whl"):
        from_archive(archive)("scipy.whl")
    (tmp_path / "page.html").write_text("not found")
    with pytest.raises(NotFound, match="page.html is no ZIP file"):
        from_archive(tmp_path / "page.html")


def test_without_the_release_it_says_what_to_do(core, monkeypatch):
    def get(url: str, timeout: float):
        raise requests.ConnectionError("no network")

    (core / "package.json").write_text('{"version": "0.27.7"}')
    monkeypatch.setattr(requests, "get", get)
    with pytest.raises(NotFound, match=r"v0\.27\.7/full/numpy\.whl cannot be fetched: no network.*make lite WHEELS="):
        from_release(core)("numpy.whl")


def test_dependencies_are_followed_to_the_end():
    packages = {"a": package("a", "b-c"), "b_c": package("b_c", "D"), "d": package("d", "a"), "e": package("e")}
    assert set(with_dependencies(packages, ["A"])) == {"a", "b_c", "d"}
