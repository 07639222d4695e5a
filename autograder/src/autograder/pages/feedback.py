"""Feedback: a page for each student with the score, the work, the judge's report and the graders' comments.

It contains nothing hidden. A kernel that has run a hidden cell can print its source later, so from the first such cell on no
output is shown, only scores and the judge's sentences. :mod:`autograder.pages.escaping` cleans the rest.
"""

import re
from dataclasses import dataclass, field
from gettext import NullTranslations
from pathlib import Path

import nbformat
from markupsafe import Markup
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Gradebook, MissingEntry, SubmittedAssignment, SubmittedNotebook

from autograder.assignment import Assignment, Source
from autograder.course import Course, CourseError
from autograder.files import write_file
from autograder.notebook import grade_id_of
from autograder.pages import escaping, recorded, templates
from autograder.pages.language import Language, course_language
from autograder.records.gradebook import open_gradebook
from autograder.records.journal import Entry, Journal
from autograder.records.late_penalty import after_penalty

_OUR_ERRORS = ("NotRun", "TimeLimit")  # what the grader puts there instead of an output
_PICTURES = ("image/png", "image/jpeg")
_RENDERED = 500_000  # characters of a notebook's cells; what comes after them is shown as plain text


def write_feedback(course: Course, name: str, students: list[str] | None = None) -> list[Path]:
    """Write the feedback pages of one assignment to nbgrader's folder.

    Parameters
    ----------
    course
        The course.
    name
        The assignment.
    students
        Only these; None for all, which also removes the pages of students who are no longer graded.

    Returns
    -------
    paths
        The pages: one per student and notebook, including rejected submissions.

    Raises
    ------
    CourseError
        If nothing, or not a named student, is graded yet, the source has changed since, or a page cannot be written.

    Examples
    --------
    >>> write_feedback(Course.load("."), "01_rnn_step", ["ada"])  # doctest: +SKIP
    [PosixPath('feedback/ada/01_rnn_step/01_rnn_step.html')]
    """
    assignment = Assignment(course, name)
    entries = _entries(course, assignment, students)
    language = course_language(course)
    written = []
    with open_gradebook(course) as gradebook:
        for student, entry in sorted(entries.items()):
            folder = course.folder("feedback", name, student)
            page_of = (
                _rejected(assignment, entry, language)
                if entry.score is None
                else _graded(course, assignment, gradebook, entry, language)
            )
            paths = [write_file(folder / f"{notebook}.html", page) for notebook, page in page_of.items()]
            _remove_others(folder, paths)
            written += paths
    if students is None:
        everyone = course.folder("feedback", name).parent
        for folder in everyone.iterdir() if everyone.exists() else ():
            if folder.name not in entries and (folder / name).is_dir():
                _remove_others(folder / name, [])
    return written


def _entries(course: Course, assignment: Assignment, students: list[str] | None) -> dict[str, Entry]:
    name = assignment.name
    entries = Journal(course.journal).latest(name)
    if not entries:
        raise CourseError(f"{name} has not been graded yet. Run `autograder grade {name}` first.")
    if students is not None:
        unknown = [student for student in students if student not in entries]
        if unknown:
            raise CourseError(f"{', '.join(unknown)}: no graded submission for {name}. Run `autograder grade {name}` first.")
        entries = {student: entries[student] for student in students}
    if any(entry.score is not None and entry.source != assignment.digest for entry in entries.values()):
        # A page hides what the source hides now, so it must be the source that was executed.
        raise CourseError(
            f"The source or the judge of {name} has changed since it was graded. Run `autograder grade {name}` again; it keeps "
            "manual scores."
        )
    return entries


def _remove_others(folder: Path, keep: list[Path]) -> None:
    for path in set(folder.glob("*.html")) - set(keep):
        path.unlink()


def _rejected(assignment: Assignment, entry: Entry, language: Language) -> dict[str, str]:
    return {
        notebook: templates.render("rejected.html", language, entry=entry, notebook=notebook) for notebook in assignment.sources
    }


@dataclass
class GradedCell:
    """A graded cell, its points, and why some are missing.

    Parameters
    ----------
    score, points, extra
        Points earned without extra credit, the most that can be earned, and extra credit.
    waits
        True until a person has given points.
    to_confirm
        True for a person's points from before the cell was graded again.
    why
        What shows why points are missing.
    """

    grade_id: str
    title: Markup
    anchor: str
    score: float
    points: float
    extra: float
    waits: bool
    to_confirm: bool
    why: list[Markup] = field(default_factory=list)

    @property
    def lost(self) -> bool:
        return not self.waits and self.score < self.points


@dataclass
class Block:
    """A piece of the page: a notebook cell with everything that belongs to it."""

    kind: str
    source: Markup | None = None
    outputs: list[Markup] = field(default_factory=list)
    question: GradedCell | None = None
    comment: Markup | None = None
    withheld: bool = False  # True for the first cell without outputs


def _graded(course: Course, assignment: Assignment, gradebook: Gradebook, entry: Entry, language: Language) -> dict[str, str]:
    try:
        submission = gradebook.find_submission(entry.assignment, entry.student)
    except MissingEntry as error:
        raise CourseError(
            f"The gradebook has no submission by {entry.student} for {entry.assignment}, but the journal does. "
            f"Run `autograder grade {entry.assignment}` again."
        ) from error
    notebooks = {notebook.name: notebook for notebook in submission.notebooks}
    result, hidden_before = {}, False
    # In the order of execution: notebooks share a folder, so one can pass what it has seen to the next.
    for name, source in assignment.sources.items():
        if name not in notebooks:
            continue
        path = course.folder("autograded", assignment.name, entry.student) / f"{name}.ipynb"
        builder = _Builder(source, entry, notebooks[name], hidden_before, language)
        result[name] = _page(builder, submission, notebooks[name], entry, path)
        hidden_before = hidden_before or builder.hides
    return result


def _page(builder: "_Builder", submission: SubmittedAssignment, notebook: SubmittedNotebook, entry: Entry, path: Path) -> str:
    blocks = []
    if path.exists():
        try:
            executed = nbformat.read(path, as_version=4)
        except (ValueError, OSError) as error:
            raise CourseError(f"{path} cannot be read: {error}. Run `autograder grade {entry.assignment}` again.") from error
        blocks = [builder.block(cell) for cell in executed.cells if cell.source.strip() or cell.get("outputs")]
    penalty = notebook.late_submission_penalty
    total = after_penalty(submission.score, submission.late_submission_penalty)
    return templates.render(
        "feedback.html",
        builder.language,
        entry=entry,
        notebook=notebook.name,
        handed_in=path.exists(),
        score=after_penalty(notebook.score, penalty),
        most=notebook.max_score,
        penalty=penalty,
        late=submission.total_seconds_late,
        total=(total, submission.max_score) if len(submission.notebooks) > 1 else None,
        waiting=sum(question.points for question in builder.questions.values() if question.waits),
        questions=list(builder.questions.values()),
        lost=[question for question in builder.questions.values() if question.lost],
        blocks=blocks,
    )


class _Builder:
    """Turn the executed cells of one notebook into blocks, one by one."""

    def __init__(self, source: Source, entry: Entry, notebook: SubmittedNotebook, withheld: bool, language: Language) -> None:
        self._source, self._entry, self.language = source, entry, language
        self._words = language.words
        self._released = _by_grade_id(source.release)
        self._complete = _by_grade_id(source.graded)
        self._hidden = source.hidden
        self.hides = any(self._complete[grade_id].cell_type == "code" for grade_id in self._hidden)
        self._withheld, self._said = withheld, False
        self._left = _RENDERED
        self._comments = {comment.name: comment.comment for comment in notebook.comments if comment.comment}
        scores = {grade.name: grade for grade in notebook.grades}
        titles = question_titles(source.release)
        graded = [i for i, cell in self._complete.items() if (utils.is_grade(cell) or utils.is_task(cell)) and i in scores]
        self.questions = {
            grade_id: GradedCell(
                grade_id,
                titles.get(grade_id, Markup("")),
                f"question-{number}",
                scores[grade_id].score - (scores[grade_id].extra_credit or 0.0),
                float(self._complete[grade_id].metadata.nbgrader.points),
                scores[grade_id].extra_credit or 0.0,
                scores[grade_id].needs_manual_grade and scores[grade_id].manual_score is None,
                scores[grade_id].needs_manual_grade and scores[grade_id].manual_score is not None,
            )
            for number, grade_id in enumerate(graded, start=1)
        }

    def block(self, cell: NotebookNode) -> Block:
        grade_id = grade_id_of(cell)
        if grade_id not in self._complete:
            grade_id = None
        if cell.cell_type == "code" and grade_id in self._hidden:
            self._withheld = True
        block = Block(
            "code" if cell.cell_type == "code" else "prose", question=self.questions.get(grade_id) if grade_id else None
        )
        source = self._shown(cell, grade_id)
        if source is not None:
            prose = cell.cell_type == "markdown"
            self._left -= len(source)
            if self._left < 0:
                block.source = Markup("<pre>{}</pre>" if prose else "{}").format(escaping.text(source))
            else:
                block.source = escaping.markdown(source, cell.get("attachments")) if prose else escaping.code(source)
            block.kind = block.kind if prose or cell.cell_type == "code" else "raw"
        if grade_id in self._comments:
            block.comment = escaping.markdown(self._words.gettext(self._comments[grade_id]))
            if block.question:
                block.question.why.append(Markup('<div class="prose" dir="auto">{}</div>').format(block.comment))
        if cell.cell_type != "code":
            return block
        if self._withheld:
            block.withheld, self._said = not self._said, True
            block.outputs = self._verdict(grade_id) if grade_id in self._source.checks else []
        elif grade_id in self._source.checks:
            block.outputs = _judged(cell.outputs, self.language)
        else:
            block.outputs = [shown for output in cell.outputs if (shown := _output(output, self.language)) is not None]
        if block.question and grade_id in self._source.checks:
            block.question.why += block.outputs
        elif block.question and not self._withheld:
            block.question.why += [shown for output in cell.outputs if (shown := _failure(output, self.language)) is not None]
        return block

    def _shown(self, cell: NotebookNode, grade_id: str | None) -> str | None:
        """The cell's text, if it is the student's or was given to students."""
        if grade_id is None:
            return cell.source
        released = self._released.get(grade_id)
        given = released.source if released is not None else None
        if utils.is_solution(self._complete[grade_id]):
            # Without an answer, the cell has the source's text, including the mark scheme.
            return cell.source if cell.source != self._complete[grade_id].source else given
        if grade_id in self._hidden and cell.cell_type == "code":
            return None
        return given

    def _verdict(self, grade_id: str) -> list[Markup]:
        """The judge's result, without any text from the kernel."""
        shares = self._entry.shares.get(grade_id)
        if shares is None:
            return [Markup('<div class="output"><p>{}</p></div>').format(self._words.gettext("This cell did not finish."))]
        words = []
        for check, share in shares.items():
            hints = Markup("").join(
                Markup("<em>{}</em>").format(recorded.translated(hint, self.language))
                for hint in self._entry.hints.get(check, [])
            )
            earned = self._words.gettext("%(share)s of its points") % {"share": f"{share:.0%}"}
            words.append(Markup("<p><code>{}</code>: {}</p>{}").format(check, earned, hints))
        return [Markup('<div class="output judge">{}</div>').format(Markup("").join(words))]


def _by_grade_id(notebook: NotebookNode) -> dict[str, NotebookNode]:
    return {grade_id: cell for cell in notebook.cells if (grade_id := grade_id_of(cell))}


def question_titles(notebook: NotebookNode) -> dict[str, Markup]:
    """The heading above each graded cell."""
    titles: dict[str, Markup] = {}
    heading = ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            outside = re.sub(r"^(```|~~~).*?^\1", "", cell.source, flags=re.MULTILINE | re.DOTALL)
            found = re.findall(r"^ {0,3}#{1,6}[ \t]+(.+?)[ \t#]*$", outside, flags=re.MULTILINE)
            heading = found[-1] if found else heading
        if heading and (utils.is_grade(cell) or utils.is_task(cell)):
            line = re.sub(r"</?h1>", "", escaping.markdown(f"# {heading}")).strip()
            titles[cell.metadata.nbgrader.grade_id] = Markup(line)
    return titles


def _judged(outputs: list[NotebookNode], language: Language) -> list[Markup]:
    """The judge's report: its table if there is one, otherwise its lines."""
    for output in outputs:
        if output.output_type == "display_data":
            dirty = output.data.get("text/html")
            words = recorded.translated_html(dirty, language) if dirty else _lines(output.data.get("text/plain", ""))
        elif output.output_type == "error":
            words = _our_error(output, language)
        else:
            continue
        return [Markup('<div class="output judge">{}</div>').format(words)]
    return []


def _our_error(output: NotebookNode, language: Language) -> Markup:
    """What stands for a cell that was not run, or not to its end."""
    return Markup("").join(
        Markup('<p class="bad">{}</p>').format(recorded.translated(line, language)) for line in output.traceback
    )


def _lines(words: str) -> Markup:
    """The judge's plain text, with ticks, crosses and hints marked up."""
    kinds = {"  ✓": "good", "  ✗": "bad", "   ": "hint"}
    lines = [(kinds.get(line[:3]), escaping.text(line.strip() if line[:3] == "   " else line)) for line in words.split("\n")]
    marked = [Markup('<span class="{}">{}</span>').format(kind, line) if kind else line for kind, line in lines]
    # A hint is a block element, and ends its line itself.
    breaks = ["" if kind == "hint" else "\n" for kind, _ in lines]
    return Markup("<pre>{}</pre>").format(Markup("").join(line + end for line, end in zip(marked, breaks, strict=True)))


def _output(output: NotebookNode, language: Language) -> Markup | None:
    """What a cell printed, raised or displayed; None if a page cannot show it."""
    if output.output_type == "stream":
        kind = "stderr" if output.name == "stderr" else "stdout"
        shown: Markup | None = Markup('<pre class="{}">{}</pre>').format(kind, escaping.text(output.text))
    elif output.output_type == "error" and output.ename in _OUR_ERRORS:
        shown = _our_error(output, language)
    elif output.output_type == "error":
        lines = "\n".join(output.traceback) or f"{output.ename}: {output.evalue}"
        shown = Markup('<pre class="error">{}</pre>').format(escaping.text(lines))
    else:
        shown = _display(output.data, language.words)
        if missing := escaping.left_out(output.data):
            note = language.words.gettext("left out: %(what)s") % {"what": missing}
            shown = (shown or Markup()) + Markup('<p class="quiet">[{}]</p>').format(note)
    return shown and Markup('<div class="output">{}</div>').format(shown)


def _failure(output: NotebookNode, language: Language) -> Markup | None:
    """What nbgrader takes for a failed test: an error, or anything on stderr."""
    failed = output.output_type == "error" or (output.output_type == "stream" and output.name == "stderr")
    return _output(output, language) if failed else None


def _display(data: dict, words: NullTranslations) -> Markup | None:
    plain = str(data.get("text/plain", ""))
    for kind in _PICTURES:
        if isinstance(data.get(kind), str):
            return escaping.picture(kind, data[kind], words.gettext("a picture that this cell drew"))
    if isinstance(data.get("image/svg+xml"), str):
        return escaping.drawing(data["image/svg+xml"], words.gettext("a picture that this cell drew"))
    if isinstance(data.get("text/html"), str) and not escaping.is_heavy(data["text/html"]):
        cleaned = escaping.clean(data["text/html"])
        if cleaned.striptags().strip() or "<img src" in cleaned:
            return cleaned
    for kind in ("text/markdown", "text/latex"):
        if isinstance(data.get(kind), str):
            return escaping.markdown(data[kind])
    return Markup("<pre>{}</pre>").format(escaping.text(plain)) if plain else None
