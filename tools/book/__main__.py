"""Build the book: gather what it consists of in site/build/source, then let Sphinx write site/build/html."""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from tests.executed import LECTURES, executed
from tools.book.by_deck import index
from tools.book.downloads import link_downloads
from tools.book.lecture import lecture_page, ways_to_run
from tools.book.links import ROOT, with_links
from tools.book.pages import PAGES, page_of_file, page_text
from tools.npm import PACKAGES, SITE, install

# What MathJax needs to set TeX in HTML, and where it lies on the site; the rest of its packages is for other formats.
_MATHJAX = {
    "mathjax/tex-chtml.js": "tex-chtml.js",
    "mathjax/a11y": "a11y",
    "mathjax/input/tex/extensions": "input/tex/extensions",
    "@mathjax/mathjax-newcm-font/chtml": "fonts/mathjax-newcm-font/chtml",
}

_WITHOUT_LITE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Not built</title>
<p>The notebooks that run in the browser were not built. Run <code>make lite</code>, then load this page again.</p>
"""


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
    figures = source / "pictures" / "figures"
    for old in source.iterdir():
        if old.name not in ("pictures", "mathjax"):
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    figures.mkdir(parents=True, exist_ok=True)
    shutil.copy(SITE / "conf.py", source)
    shutil.copytree(SITE / "static", source / "static")
    shutil.copytree(SITE / "pages", source, dirs_exist_ok=True)
    for package, part in _MATHJAX.items():
        this, there = PACKAGES / package, source / "mathjax" / "mathjax" / part
        there.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(this, there, dirs_exist_ok=True) if this.is_dir() else shutil.copy(this, there)

    pages = page_of_file() | {f"lectures/{name}": f"lectures/{name}" for name in lectures}
    for page in PAGES:
        (source / f"{page.name}.md").write_text(page_text(page, pages), encoding="utf-8")
    (source / "by_deck.md").write_text(index(lectures), encoding="utf-8")
    (source / "lectures").mkdir()
    for name, notebook in lectures.items():
        file = f"lectures/{name}"
        made = lecture_page(notebook, figures, "../_static/figures")
        made.cells.insert(1, ways_to_run(file))
        for cell in made.cells:
            if cell.cell_type == "markdown":
                cell.source = with_links(cell.source, file, file, pages)
        nbformat.write(made, source / file)


def build(source: Path, html: Path) -> int:
    """Let Sphinx write the pages; its exit status. A warning is an error."""
    notebooks = html / "lite" / "notebooks" / "index.html"
    if not notebooks.exists():  # `make lite` writes the real one
        notebooks.parent.mkdir(parents=True, exist_ok=True)
        notebooks.write_text(_WITHOUT_LITE, encoding="utf-8")
    status = _sphinx("html", source, html)
    link_downloads(html)
    return status


def build_epub(source: Path, into: Path) -> int:
    """Let Sphinx write unroll.epub into a folder, which is emptied first; its exit status."""
    shutil.rmtree(into, ignore_errors=True)  # whatever lies there goes into the book
    settings = ("html_math_renderer=mathml", "html_static_path=static,pictures", "exclude_patterns=**/*.wav")
    return _sphinx("epub", source, into, *(part for setting in settings for part in ("-D", setting)))


def _sphinx(builder: str, source: Path, into: Path, *settings: str) -> int:
    arguments = [
        "-q",
        "-W",
        "--keep-going",
        "-b",
        builder,
        "-d",
        source.parent / f"doctrees-{builder}",
        *settings,
        source,
        into,
    ]
    return subprocess.run([sys.executable, "-m", "sphinx", *arguments], cwd=ROOT).returncode


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.book", description="Build the web book.")
    parser.add_argument("--epub", action="store_true", help="build an EPUB instead")
    epub = parser.parse_args().epub
    install()
    made, html = SITE / "build", SITE / "build" / "html"
    gather({path.name: executed(path) for path in LECTURES}, made / "source")
    if epub:
        status, file = build_epub(made / "source", made / "epub"), html / "unroll.epub"
        if status == 0:
            html.mkdir(exist_ok=True)
            shutil.copy(made / "epub" / file.name, file)
            link_downloads(html)
    else:
        status, file = build(made / "source", html), html / "index.html"
    if status == 0:
        print(file.relative_to(ROOT))
    return status


if __name__ == "__main__":
    sys.exit(main())
