"""Build the browser's notebooks: gather what they consist of in site/build/lite, then let JupyterLite write site/build/html/lite."""

import argparse
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tools.address import ROOT
from tools.lite.distribution import NotFound, from_archive, from_release, write
from tools.lite.notebooks import NOTEBOOKS
from tools.npm import PACKAGES, SITE, install

_KERNEL = Path(sys.prefix, "share", "jupyter", "labextensions", "@jupyterlite", "pyodide-kernel-extension")


def build(fetch: Callable[[str], bytes], source: Path, html: Path) -> None:
    """Write the site.

    Parameters
    ----------
    fetch
        Gives Pyodide's packages, as in `tools.lite.distribution.write`.
    source
        A folder for what it is made from. Pyodide's packages in it are used again.
    html
        Where to write it; replaced if it is there.

    Raises
    ------
    NotFound
        If one of Pyodide's packages is not to be had.
    subprocess.CalledProcessError
        If another command fails.
    """
    shutil.copytree(SITE / "lite", source, dirs_exist_ok=True)
    shutil.rmtree(source / "contents", ignore_errors=True)
    for notebook in NOTEBOOKS:
        copy = source / "contents" / notebook
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / notebook, copy)
    write(PACKAGES / "pyodide", fetch, _wheel_of_unroll(source / "built"), source / "static" / "pyodide")

    shutil.rmtree(html, ignore_errors=True)
    # What JupyterLite remembers of an earlier run, it takes for done, though its files are gone.
    for remembered in source.glob(".jupyterlite.doit.*"):
        remembered.unlink()
    command = ["build", "--lite-dir", source, "--output-dir", html, "--contents", source / "contents"]
    command += [f"--LiteBuildConfig.federated_extensions={_KERNEL}", "--piplite-wheels", _wheel_of_comm(source / "built")]
    subprocess.run([sys.executable, "-m", "jupyterlite_core", *command], cwd=source, check=True, stdout=subprocess.DEVNULL)


def _wheel_of_unroll(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    code = f"from flit_core import buildapi; print(buildapi.build_wheel({str(folder)!r}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT / "utils", capture_output=True, text=True, check=True)
    return folder / done.stdout.split()[-1]


def _wheel_of_comm(folder: Path) -> Path:
    """The kernel imports `comm`, and hangs without a word where it finds none; Pyodide has none."""
    locked = re.search(r"^comm==(?:.*\\\n)*.*", (ROOT / "requirements" / "cpu.lock").read_text("utf-8"), re.MULTILINE)
    assert locked is not None
    (folder / "comm.txt").write_text(locked[0], "utf-8")
    download = "pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes".split()
    subprocess.run([sys.executable, "-m", *download, "-d", folder, "-r", folder / "comm.txt"], check=True)
    return next(folder.glob("comm-*.whl"))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.lite", description="Build the notebooks that run in the browser.")
    parser.add_argument(
        "--wheels", type=Path, metavar="FILE", help="a ZIP file with Pyodide's packages; by default they come from its release"
    )
    wheels = parser.parse_args().wheels
    install()
    html = SITE / "build" / "html" / "lite"
    try:
        build(from_archive(wheels) if wheels else from_release(PACKAGES / "pyodide"), SITE / "build" / "lite", html)
    except NotFound as error:
        sys.exit(str(error))
    print(f"{html.relative_to(ROOT)}/index.html")
    return 0


if __name__ == "__main__":
    sys.exit(main())
