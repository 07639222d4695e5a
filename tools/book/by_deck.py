"""The index by deck: the lectures' equations and the glossary's terms, under the decks that their sections follow."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from markdown_it.renderer import RendererHTML
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser
from nbformat import NotebookNode

from tools.book.links import ROOT, slug

_HEAD = """# Equations and terms by deck

Every equation of the lectures, and every term of the [glossary](glossary.md), with the section that explains it, under each deck that this
section follows. [Where each topic went](decks.md) goes by topic instead.
"""
_BEYOND = "Beyond the decks"
_INTRODUCED = re.compile(r"\*\*(\d{3})\*\* (.+?)[,.](?= \*\*\d{3}\*\*|\n\n)", re.DOTALL)
_DECKS = re.compile(r"\d{3}(?:, \d{3})*")
_LINK = re.compile(r"\]\(([^()#\s]+\.ipynb)#([^()]*?)\)")
_TERM = re.compile(r"^\| (.+?) \| .+? \| \[\d\d\]\((.+?)\) \|$", re.MULTILINE)
_AT_THE_END = ("Errata", "Recap", "Check yourself")


@dataclass
class Topic:
    """A row of the tables in lectures/README.md: what decks say, and the sections of lectures that follow them.

    Parameters
    ----------
    text
        The row's first column that does not name the decks.
    decks
        Their numbers.
    sections
        Each with its lecture's file and its anchor.
    """

    text: str
    decks: set[str]
    sections: list[tuple[str, str]]


@dataclass
class Section:
    """A section of a lecture: what stands between its heading and the next.

    Parameters
    ----------
    lecture
        The file's name.
    headings
        Its own and those above it, the lecture's title first.
    equations
        Those that stand by themselves, in TeX.
    bold
        What is printed in bold.
    text
        All of its text, with the heading.
    """

    lecture: str
    headings: tuple[str, ...]
    equations: list[str] = field(default_factory=list)
    bold: list[str] = field(default_factory=list)
    text: str = ""

    @property
    def link(self) -> str:
        return f"lectures/{self.lecture}" + (f"#{slug(self.headings[-1])}" if len(self.headings) > 1 else "")


def index(lectures: dict[str, NotebookNode]) -> str:
    """The page, as Markdown.

    Parameters
    ----------
    lectures
        By their file's name.
    """
    listed = (ROOT / "lectures" / "README.md").read_text(encoding="utf-8")
    glossary = (ROOT / "lectures" / "GLOSSARY.md").read_text(encoding="utf-8")
    decks = {number: " ".join(title.split()) for number, title in _INTRODUCED.findall(listed)}
    topics = topics_of(listed)
    found = [section for name, notebook in lectures.items() for section in sections(name, notebook)]
    followed = {id(section): decks_of(section, topics) for section in found}
    terms = []
    for term, name in sorted(_TERM.findall(glossary), key=lambda item: item[0].casefold()):
        section = place(term, [section for section in found if section.lecture == name], topics)
        named = {deck for topic in topics if _pattern(term).search(topic.text) for deck in topic.decks}
        terms.append((f"[{term}]({section.link})", followed[id(section)] | named))

    parts = [_HEAD]
    for deck, title in [*decks.items(), ("", _BEYOND)]:

        def belongs(those: set[str], deck: str = deck) -> bool:
            return deck in (those or {""})

        parts += [
            f"## {deck} {title}".replace("  ", " "),
            f"Terms: {', '.join(link for link, those in terms if belongs(those))}.",
        ]
        for section in found:
            if section.equations and belongs(followed[id(section)]):
                parts.append(f"{section.lecture[:2]} · [{section.headings[-1]}]({section.link})")
                parts += [f"$$\n{equation}\n$$" for equation in section.equations]
    return "\n\n".join(parts) + "\n"


def sections(lecture: str, notebook: NotebookNode) -> list[Section]:
    """The sections of a lecture in their order; the first is what stands below its title."""
    parser = create_md_parser(MdParserConfig(enable_extensions={"dollarmath"}, dmath_allow_labels=False), RendererHTML)
    found: list[Section] = []
    for cell in notebook.cells:
        if cell.cell_type != "markdown":
            continue
        tokens = parser.parse(cell.source)
        for before, token in zip([None, *tokens], tokens, strict=False):
            if before is not None and before.type == "heading_open":
                level = int(before.tag[1])
                above = found[-1].headings[: level - 1] if found else ()
                found.append(Section(lecture, (*above, token.content), text=f"{token.content}\n"))
            elif token.type == "math_block":
                found[-1].equations.append(token.content.strip())
            elif token.type == "inline":
                found[-1].bold += re.findall(r"\*\*(.+?)\*\*", token.content, re.DOTALL)
                found[-1].text += token.content + "\n"
    return found


def topics_of(listed: str) -> list[Topic]:
    """The rows of the tables in lectures/README.md that name decks and lead to sections."""
    topics = []
    for cells in (row.split(" | ") for row in re.findall(r"^\| (.+) \|$", listed, re.MULTILINE)):
        decks = next((cell for cell in cells if _DECKS.fullmatch(cell)), None)
        places = [(name, slug(anchor)) for name, anchor in _LINK.findall(cells[-1])]
        if decks and places:
            text = next(cell for cell in cells if cell != decks)
            topics.append(Topic(text, set(decks.split(", ")), places))
    return topics


def decks_of(section: Section, topics: list[Topic]) -> set[str]:
    """The decks that a section follows: its own, or else those of the nearest section around it that follows any."""
    for heading in reversed(section.headings):
        here = (section.lecture, slug(heading))
        if decks := {deck for topic in topics if here in topic.sections for deck in topic.decks}:
            return decks
    return set()


def place(term: str, lecture: list[Section], topics: list[Topic]) -> Section:
    """The section of a lecture that explains a term.

    That is the one whose heading has it; or else where a topic of the decks that names it went; or else where it is in bold; or else
    where it first stands, the end of the lecture last of all.

    Raises
    ------
    LookupError
        If the lecture does not have the term.
    """
    word = _pattern(term)
    went = {there for topic in topics if word.search(topic.text) for there in topic.sections}
    lecture = sorted(lecture, key=lambda section: section.headings[-1].startswith(_AT_THE_END))
    ways: list[Callable[[Section], object]] = [
        lambda section: len(section.headings) > 1 and word.search(section.headings[-1]),
        lambda section: (section.lecture, slug(section.headings[-1])) in went,
        lambda section: any(re.fullmatch(rf"{word.pattern}\w*\W*", bold, re.IGNORECASE) for bold in section.bold),
        lambda section: word.search(section.text),
    ]
    for fits in ways:
        for section in lecture:
            if fits(section):
                return section
    raise LookupError(f"The glossary says that a lecture explains {term!r}, but its text does not have it.")


def _pattern(term: str) -> re.Pattern[str]:
    """What finds a term in a text. An abbreviation in brackets stands for it."""
    words = [re.escape(word).replace(r"\ ", r"\s+") for word in re.findall(r"[^()]+?(?= \(|\)|$)", term)]
    return re.compile(rf"\b(?:{'|'.join(words)})", re.IGNORECASE)
