"""Build the book: gather what it consists of in site/build/source, then let Sphinx write site/build/html."""

import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from tests.executed import LECTURES, executed
from tools.book.lecture import lecture_page
from tools.book.links import ROOT, with_links
from tools.book.pages import PAGES, page_of_file, page_text

SITE = ROOT / "site"
PACKAGES = SITE / "node_modules"
# What MathJax needs to set TeX in HTML, and where it lies on the site; the rest of its packages is for other formats.
_MATHJAX = {
    "mathjax/tex-chtml.js": "tex-chtml.js",
    "mathjax/a11y": "a11y",
    "mathjax/input/tex/extensions": "input/tex/extensions",
    "@mathjax/mathjax-newcm-font/chtml": "fonts/mathjax-newcm-font/chtml",
}


def install() -> None:
    """Install what package-lock.json names, unless it is there.

    Raises
    ------
    SystemExit
        If npm is missing or fails.
    """
    done = PACKAGES / ".package-lock.json"
    if done.exists() and done.stat().st_mtime >= (SITE / "package-lock.json").stat().st_mtime:
        return
    npm = shutil.which("npm")
    if npm is None:
        sys.exit(
            "The book sets its mathematics with MathJax, which npm installs. Install Node.js with npm, then run this again."
        )
    if subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=SITE).returncode:
        sys.exit(f"npm could not install what {SITE / 'package-lock.json'} names. `npm ci` in that folder says why.")


def gather(lectures: dict[str, NotebookNode], source: Path) -> None:
    """Write what Sphinx reads into a folder, which is emptied first, all but its pictures.

    Parameters
    ----------
    lectures
        The executed lectures, by their file's name.
    source
        The folder.
    """
    source.mkdir(parents=True, exist_ok=True)
    figures = source / "built" / "figures"
    for old in source.iterdir():
        if old.name != "built":
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    figures.mkdir(parents=True, exist_ok=True)
    shutil.copy(SITE / "conf.py", source)
    shutil.copytree(SITE / "static", source / "static")
    shutil.copytree(SITE / "pages", source, dirs_exist_ok=True)
    for package, part in _MATHJAX.items():
        this, there = PACKAGES / package, source / "built" / "mathjax" / part
        there.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(this, there, dirs_exist_ok=True) if this.is_dir() else shutil.copy(this, there)

    pages = page_of_file() | {f"lectures/{name}": f"lectures/{name}" for name in lectures}
    for page in PAGES:
        (source / f"{page.name}.md").write_text(page_text(page, pages), encoding="utf-8")
    (source / "lectures").mkdir()
    for name, notebook in lectures.items():
        file = f"lectures/{name}"
        made = lecture_page(notebook, figures, "../_static/figures")
        for cell in made.cells:
            if cell.cell_type == "markdown":
                cell.source = with_links(cell.source, file, file, pages)
        nbformat.write(made, source / file)


def build(source: Path, html: Path) -> int:
    """Let Sphinx write the pages; its exit status. A warning is an error."""
    arguments = ["-q", "-W", "--keep-going", "-d", source.parent / "doctrees", source, html]
    return subprocess.run([sys.executable, "-m", "sphinx", *arguments], cwd=ROOT).returncode


def main() -> int:
    install()
    source, html = SITE / "build" / "source", SITE / "build" / "html"
    gather({path.name: executed(path) for path in LECTURES}, source)
    status = build(source, html)
    if status == 0:
        print(f"{html.relative_to(ROOT)}/index.html")
    return status


if __name__ == "__main__":
    sys.exit(main())
