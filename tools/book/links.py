"""Links of the repository's files, as the book has them."""

import os
import re
from pathlib import Path

from tools.address import ROOT, address

REPOSITORY = address()

# An anchor may hold `$a^{<0>}$`, but no bracket.
_LINK = re.compile(r"\]\(([^()#\s]+)(?:#([^()]*?))?\)")


def slug(title: str) -> str:
    """The anchor of a heading, or of what Jupyter makes of it: its words with hyphens between them, without mathematics."""
    return "-".join(re.findall(r"\w+", re.sub(r"\$[^$]*\$", "", title).lower()))


def with_links(text: str, file: str, page: str, pages: dict[str, str]) -> str:
    """A file's text, whose links to other files lead to their pages, or to the repository for files that have none.

    Parameters
    ----------
    text
        Markdown.
    file
        Where it stands in the repository, such as ``lectures/README.md``: its links are relative to that.
    page
        The page that it is on, such as ``lectures.md``.
    pages
        The page of each file that has one.
    """

    def replace(link: re.Match[str]) -> str:
        target = os.path.normpath(Path(file).parent / link[1])
        if not (ROOT / target).exists():  # an address, or code that looks like a link
            return link[0]
        if target not in pages:
            return f"]({REPOSITORY}/blob/main/{target})"
        anchor = f"#{slug(link[2])}" if link[2] else ""
        return f"]({os.path.relpath(pages[target], Path(page).parent)}{anchor})"

    return _LINK.sub(replace, text)
