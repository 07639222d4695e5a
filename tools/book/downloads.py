"""Links to the printed lectures and to the EPUB, on the pages, where those files were built."""

import re
from pathlib import Path

# What a page has where its links belong. Nothing is seen of it while it is empty.
OF_A_LECTURE = '<span class="downloads"></span>'
OF_ALL = '<p class="aside downloads"></p>'

_PLACE = re.compile(r'(<(span|p) class="(?:aside )?downloads">).*?(</\2>)')


def link_downloads(html: Path) -> None:
    """Write into the pages of the book which of these files lie beside them. It may be called again when others do.

    Parameters
    ----------
    html
        The book's folder, with ``unroll.epub`` and the folder ``pdf``, or without.
    """
    _write(html / "index.html", [("All lectures as a PDF", "pdf/unroll.pdf"), ("as an EPUB, for e-readers", "unroll.epub")])
    for page in (html / "lectures").glob("*.html"):
        _write(page, [("PDF", f"../pdf/{page.stem}.pdf")])


def _write(page: Path, files: list[tuple[str, str]]) -> None:
    if not page.exists():
        return
    there = [(name, file) for name, file in files if (page.parent / file).exists()]
    links = ", ".join(f'<a href="{file}">{name}</a>' for name, file in there)
    page.write_text(_PLACE.sub(rf"\g<1>{links}\g<3>", page.read_text(encoding="utf-8")), encoding="utf-8")
