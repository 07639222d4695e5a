"""Pages of the book that are files of the repository, or sections of them."""

import re
from dataclasses import dataclass

from tools.book.links import ROOT, with_links


@dataclass(frozen=True)
class Page:
    """A page, and the file it is made from.

    Parameters
    ----------
    name
        The page's, without ending.
    file
        In the repository.
    section
        The heading whose section the page is. It ends at the next heading of the first or second level. None: all of it.
    title
        In place of the heading.
    """

    name: str
    file: str
    section: str | None = None
    title: str | None = None


PAGES = (
    Page("lectures", "lectures/README.md", "# Lectures"),
    Page("decks", "lectures/README.md", "## Where each topic of the decks went"),
    Page("errata", "lectures/README.md", "## Errata of the decks"),
    Page("glossary", "lectures/GLOSSARY.md"),
    Page("results", "experiments/results.md"),
    Page("students", "README.md", "## You want to learn", "For students"),
    Page("instructors", "README.md", "## You teach", "For instructors"),
    Page("security", "autograder/SECURITY.md"),
    Page("contributing", "CONTRIBUTING.md"),
    Page("architecture", "ARCHITECTURE.md"),
)


def page_of_file() -> dict[str, str]:
    """The page of each file that has one; of a file with several, the first."""
    pages = {"README.md": "index.md"}
    for page in PAGES:
        pages.setdefault(page.file, f"{page.name}.md")
    return pages


def page_text(page: Page, pages: dict[str, str]) -> str:
    """A page's Markdown, for MyST. `pages` says where links lead."""
    text = (ROOT / page.file).read_text(encoding="utf-8")
    if page.section:
        text = section(text, page.section)
    if page.title:
        text = re.sub(r"\A# .*", f"# {page.title}", text)
    return with_links(text, page.file, f"{page.name}.md", pages)


def section(text: str, heading: str) -> str:
    """A section of a text, its heading at the first level.

    Raises
    ------
    LookupError
        If the text has no such heading.
    """
    found = re.search(rf"^{re.escape(heading)}\n.*?(?=^##? |\Z)", text, re.MULTILINE | re.DOTALL)
    if not found:
        raise LookupError(f"No section {heading!r}.")
    level = len(heading) - len(heading.lstrip("#"))
    return re.sub(rf"^#{{{level - 1}}}(?=#+ )", "", found[0], flags=re.MULTILINE)
