"""The hostile corpus: one file per attack, with what it tries and the required outcome.

``both/``, ``judged/`` and ``watched/`` contain what a student writes into cells, by the courses in which it is tried. ``files/``
change the submitted notebook file or folder: ``make`` takes the student's notebook and returns the file or a folder
(a Path is a link); ``before`` returns what was handed in and graded earlier. In ``uploads/``, ``upload`` returns the contents
of the collected folder. A file may set STUDENT; by default the student is named after the file.

In cell files, a line ``# %% PLACE`` starts an extra cell before the cell with that grade id (or ``start``, ``end``; the default is
``step-check``), or the solution cell ``scale``. Whatever comes before the first such line goes into the solution cell ``step``,
below a wrong solution; if there is nothing, ``step`` is solved correctly. ``scale`` is always solved correctly. The header's
``verdict``, ``score`` and ``reason`` are the same for both courses, or ``judged | watched``; a score of ``honest`` is the
value of the honest half of the work.

Run this file to update the table in SECURITY.md from the headers.
"""

import json
import re
import runpy
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

FOLDER = Path(__file__).parent
SECURITY = FOLDER.parents[1] / "SECURITY.md"
COURSES = ("judged", "watched")
MOST = 15  # automatic points: 10 for step, 5 for scale
HONEST = 5.0
_POINTS = {"honest": HONEST, "none": None}
RIGHT = {
    "step": "def rnn_step(x, a, W_ax, W_aa, b_a):\n    return np.tanh(x @ W_ax.T + a @ W_aa.T + b_a)",
    "scale": "def scale(x):\n    return 3 * x",
}
WRONG = "def rnn_step(x, a, W_ax, W_aa, b_a):\n    return x\n\n\n"
REFUSED = "refused"  # by collect; all other verdicts are grade's
_FIELDS = ("tries", "attack", "course", "vanilla", "verdict", "score", "reason")
_MARKS = ("<!-- attacks -->", "<!-- /attacks -->")

# The kinds of attack. Every row has a file, or a test named in test_hostile.
ROWS = {
    "Falsifying the result inside the kernel": (
        "comparisons replaced",
        "an AST transformer",
        "an input transformer",
        "a number before the error",
        "errors hidden",
        "agreeable objects",
        "expected values read",
        "fake modules",
        "patched later",
        "honest only while graded",
        "answers for the visible inputs",
        "talking to the judge",
        "a model of inert layers",
        "constants and echoes",
        "a library in the student's place",
        "public labels learnt by heart",
        "canaries left alone",
    ),
    "Tampering with the notebook": (
        "test cell deleted",
        "cell copied or split",
        "schema version 99",
        "unknown metadata",
        "flags changed",
        "cell type, order or kernel changed",
        "metadata removed",
        "malformed JSON",
        "wrong nbformat",
        "100 MB",
        "deep nesting",
        "NUL, BOM, CRLF, lone surrogates",
        "renamed file",
        "no file",
    ),
    "Uploads": (
        "path traversal",
        "absolute paths",
        "zip and tar bombs",
        "nested archives",
        "a million tiny files",
        "devices, FIFOs, hard links",
        "case clashes",
        "Windows devices",
        "a link to the solution",
        "names of students",
        "two submissions of one student",
        "a dishonest timestamp",
    ),
    "Resources and the life of the kernel": (
        "endless loop",
        "interrupts swallowed or ignored",
        "the GIL held",
        "sudden death",
        "stack overflow",
        "killing its own group",
        "memory",
        "forks and threads",
        "disk, inodes and /dev/shm",
        "daemons",
        "floods of output",
        "worker or coordinator killed",
        "input and debugger",
        "noise on stderr",
    ),
    "Secrets, other people, the instructor": (
        "files of the course",
        "environment and sockets of the host",
        "/proc of the parent",
        "connection files and ports",
        "inherited descriptors",
        "what the next student will run",
        "a package before the instructor's module",
        "kernel calls",
        "locks as channels",
        "markup in outputs",
        "control characters",
        "formulas in names",
        "pickles and models",
    ),
}


@dataclass(frozen=True)
class Outcome:
    """The required outcome of an attack in one course; no score if there is no grade."""

    verdict: str
    score: float | None
    reason: str


@dataclass(frozen=True)
class Attack:
    """One file of the corpus.

    Parameters
    ----------
    path
        Of the file.
    tries, vanilla
        What it tries, and what nbgrader does.
    rows
        Of ROWS.
    outcomes
        By course.
    """

    path: Path
    tries: str
    vanilla: str
    rows: tuple[str, ...]
    outcomes: dict[str, Outcome]

    @property
    def name(self) -> str:
        return self.path.stem

    @cached_property
    def _made(self) -> dict:
        return runpy.run_path(str(self.path)) if self.path.parent.name in ("files", "uploads") else {}

    @property
    def student(self) -> str:
        return self._made.get("STUDENT", self.name)

    @property
    def function(self):
        """The function that makes the file or the uploads; None if the attack is only cells."""
        return self._made.get("make") or self._made.get("upload")

    @property
    def is_upload(self) -> bool:
        return "upload" in self._made

    @property
    def before(self):
        return self._made.get("before")

    def notebook(self, release: str) -> bytes:
        """The release with the attack's cells, or with half of the work done if the attack is on the file."""
        if self._made:
            return assemble(release, [("step", WRONG), ("scale", RIGHT["scale"])])
        body = self.path.read_text(encoding="utf-8").split("\n", len(_FIELDS))[-1]
        solution, *others = re.split(r"^# %%[ ]*", body, flags=re.MULTILINE)
        cells = [("step", WRONG + solution if solution.strip() else RIGHT["step"]), ("scale", RIGHT["scale"])]
        for each in others:
            place, _, source = each.partition("\n")
            cells.append((place or "step-check", source))
        return assemble(release, cells)


def assemble(release: str, cells: list[tuple[str, str]]) -> bytes:
    """Insert cells into a released notebook, by place."""
    content = json.loads(release)

    def position(place: str) -> int:
        ids = [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in content["cells"]]
        return {"start": 0, "end": len(ids)}[place] if place in ("start", "end") else ids.index(place)

    for number, (place, source) in enumerate(cells):
        source = source.strip("\n")
        if place in RIGHT:
            content["cells"][position(place)]["source"] = source
        else:
            own = {"cell_type": "code", "id": f"own-{number}", "metadata": {}, "outputs": [], "execution_count": None}
            content["cells"].insert(position(place), own | {"source": source})
    return json.dumps(content).encode()


def load() -> list[Attack]:
    """Read the headers of all files; a wrong header is an AssertionError with its file."""
    return [_read(path) for path in sorted(FOLDER.glob("*/*.py"))]


def _read(path: Path) -> Attack:
    lines = path.read_text(encoding="utf-8").splitlines()[: len(_FIELDS)]
    fields = [re.fullmatch(rf"# {name}:\s*(.*)", line) for name, line in zip(_FIELDS, lines, strict=True)]
    assert all(fields), f"{path}: the header must have the fields {', '.join(_FIELDS)}, in this order"
    tries, attack, course, vanilla, verdict, score, reason = (match[1].strip() for match in fields)
    courses = COURSES if course == "both" else (course,)
    assert set(courses) <= set(COURSES), f"{path}: no course {course!r}"
    rows = tuple(attack.split("; "))
    unknown = set(rows) - {row for section in ROWS.values() for row in section}
    assert not unknown, f"{path}: no such attack: {', '.join(unknown)}"
    outcomes = {}
    for name in courses:
        place = COURSES.index(name)
        found, points, words = (_of_each(text)[place] for text in (verdict, score, reason))
        outcomes[name] = Outcome(found, _POINTS[points] if points in _POINTS else float(points), words)
    return Attack(path, tries, vanilla, rows, outcomes)


def _of_each(text: str) -> list[str]:
    """A field's value in each course: the same, or ``judged | watched``."""
    parts = [part.strip() for part in text.split("|")]
    return parts if len(parts) == len(COURSES) else parts * len(COURSES)


def table() -> str:
    """The table in SECURITY.md: for each attack, what it tries, what nbgrader does, and what we do."""
    attacks, lines = load(), []
    for section, rows in ROWS.items():
        lines += ["", f"### {section}", "", "| attack | nbgrader 0.9.6 | ours |", "| --- | --- | --- |"]
        kind = [attack for attack in attacks if attack.rows[0] in rows]
        for attack in sorted(kind, key=lambda each: rows.index(each.rows[0])):
            vanilla = "–" if attack.vanilla == "untried" else attack.vanilla
            lines.append(f"| {_cell(attack.tries)} | {_cell(vanilla)} | {_cell(_ours(attack))} |")
    return "\n".join([*lines, ""])


def _ours(attack: Attack) -> str:
    told = {
        course: f"{outcome.verdict}" if outcome.score is None else f"{outcome.verdict}, {outcome.score:g} of {MOST}"
        for course, outcome in attack.outcomes.items()
    }
    if len(set(told.values())) == 1 and len(told) == len(COURSES):
        return told["judged"]
    return "; ".join(f"{course}: {words}" for course, words in told.items())


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")


def with_table(text: str) -> str:
    """SECURITY.md with the table up to date."""
    before, _, rest = text.partition(_MARKS[0])
    _, _, after = rest.partition(_MARKS[1])
    return before + _MARKS[0] + "\n" + table() + "\n" + _MARKS[1] + after


if __name__ == "__main__":
    SECURITY.write_text(with_table(SECURITY.read_text(encoding="utf-8")), encoding="utf-8")
