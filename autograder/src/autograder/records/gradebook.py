"""Into nbgrader's gradebook: what nbgrader would have written, in one transaction for each submission."""

import contextlib
import re
import sqlite3
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import (
    Base,
    Comment,
    Grade,
    Gradebook,
    InvalidEntry,
    MissingEntry,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.dbutil import ALEMBIC_DIR
from nbgrader.preprocessors import IgnorePattern, LimitOutput, SaveCells
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.exc import OperationalError
from unroll.checks.sentences import said

from autograder.assignment import Assignment, is_automatic
from autograder.course import CONFIG, Course, CourseError
from autograder.files import replacing
from autograder.notebook import unpack
from autograder.records.backup import damaged
from autograder.records.changed_cells import follow_source
from autograder.records.damage import damage_of_content, means_damage
from autograder.records.late_penalty import LatePenalties, after_penalty
from autograder.transcript import Transcript

_TEXT = 128  # characters in nbgrader's columns of students
_BUSY_MILLISECONDS = 30_000
_OF_CONTENT = (None, sqlite3.SQLITE_ERROR)  # errors about what the file holds, such as no UTF-8 or no such table
# nbgrader follows these for every submission. Without an index each step reads the rows of the whole class.
_LOOKED_UP = (("submitted_notebook", "assignment_id"), ("grade", "notebook_id"), ("comment", "notebook_id"))
_ASTRAY = said("This cell was not handed in under its name. Its text may be in a cell beside it.")


@contextlib.contextmanager
def open_gradebook(course: Course) -> Iterator[Gradebook]:
    """Open the course's gradebook; make it if there is none.

    Raises
    ------
    CourseError
        If the database cannot be opened or written.
    """
    try:
        if course.gradebook_file is None or course.gradebook_file.exists():
            _make_tables(course.db_url)
        else:
            with replacing(course.gradebook_file) as fresh:
                _make_tables(f"sqlite:///{fresh}")
        gradebook = Gradebook(course.db_url, course.course_id)
    except CourseError:
        raise
    except Exception as error:
        if means_damage(getattr(error, "orig", None)):
            raise damaged(course, _first_line(error)) from error
        raise CourseError(f"The gradebook {course.db_url} cannot be opened: {_first_line(error)}") from error
    try:
        if course.db_url.startswith("sqlite"):
            gradebook.db.execute(text("PRAGMA journal_mode=WAL"))
            gradebook.db.execute(text(f"PRAGMA busy_timeout={_BUSY_MILLISECONDS}"))
        with _refusals_told(course):
            for table, column in _LOOKED_UP:
                gradebook.db.execute(text(f"CREATE INDEX IF NOT EXISTS {table}_by_{column} ON {table} ({column})"))
            gradebook.db.commit()
            yield gradebook
    finally:
        gradebook.close()


@contextlib.contextmanager
def _refusals_told(course: Course) -> Iterator[None]:
    """Report in a sentence that the database is damaged or cannot be written."""
    try:
        yield
    except (CourseError, OSError):
        raise  # known to have another reason, such as a worker that is gone
    except Exception as error:
        # nbgrader reports a refusal as an invalid entry
        cause = error.__context__ if isinstance(error, InvalidEntry) else error
        if means_damage(getattr(cause, "orig", None)):
            raise damaged(course, _first_line(cause)) from error
        refused = isinstance(cause, OperationalError) and getattr(cause.orig, "sqlite_errorcode", None) not in _OF_CONTENT
        if not refused and (path := course.gradebook_file) is not None:
            what = damage_of_content(path)
            if what is not None:
                raise damaged(course, what) from error
        if not isinstance(cause, OperationalError):
            raise
        raise CourseError(
            f"The gradebook {course.db_url} cannot be written: {_first_line(cause)}. Close other programs that use it, check "
            "whether the disk is full, and run the same command again; recorded results are kept."
        ) from error


def _make_tables(url: str) -> None:
    """Make a gradebook's tables where there are none, as nbgrader does, but without a process of its own and changes to PATH."""
    engine = create_engine(url)
    try:
        if not inspect(engine).get_table_names():
            from alembic.script import ScriptDirectory  # loads Mako and Pygments, which nothing else needs

            version = ScriptDirectory(ALEMBIC_DIR).get_current_head()
            with engine.begin() as connection:
                Base.metadata.create_all(connection)
                connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
                connection.execute(text("INSERT INTO alembic_version (version_num) VALUES (:version)"), {"version": version})
        else:
            _require_this_version(engine)
    finally:
        engine.dispose()


def _require_this_version(engine: Engine) -> None:
    """Raise CourseError for a gradebook of an older nbgrader, because the first query would fail."""
    if not _has_all_columns(engine):
        raise CourseError(
            f"The gradebook {engine.url} was made by an older nbgrader. `autograder upgrade` carries it over, and keeps a copy in a "
            "safe place; so does `nbgrader db upgrade`. After that the same command works."
        )


def is_of_this_version(url: str) -> bool:
    """Whether a gradebook has all tables and columns of the nbgrader that is installed."""
    engine = create_engine(url)
    try:
        return _has_all_columns(engine)
    finally:
        engine.dispose()


def _has_all_columns(engine: Engine) -> bool:
    tables = inspect(engine)
    there = {name: {column["name"] for column in tables.get_columns(name)} for name in tables.get_table_names()}
    return all(set(table.columns.keys()) <= there.get(name, set()) for name, table in Base.metadata.tables.items())


def _first_line(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).splitlines()[0]


@dataclass(frozen=True)
class Standing:
    """What the gradebook has for one submission.

    Parameters
    ----------
    score, max_score
        Points after the late penalty, and the most that can be earned.
    penalty
        Points taken off for lateness.
    waits
        True while an answer waits for a person.
    timestamp
        When it was handed in (UTC), if a receipt says so.
    """

    score: float
    max_score: float
    penalty: float
    waits: bool
    timestamp: datetime | None


def standings(gradebook: Gradebook, assignment: str) -> dict[str, Standing]:
    """What the gradebook has for each student who handed in an assignment; nothing if it does not know the assignment."""
    S = SubmittedAssignment
    columns = (S.student_id, S.score, S.max_score, S.late_submission_penalty, S.needs_manual_grade, S.timestamp)
    try:
        found = gradebook.db.query(*columns).filter(S.assignment_id == gradebook.find_assignment(assignment).id)
    except MissingEntry:
        return {}
    return {
        student: Standing(after_penalty(score, penalty), float(most), penalty or 0.0, bool(waits), timestamp)
        for student, score, most, penalty, waits, timestamp in found
    }


def due_date(gradebook: Gradebook, assignment: str) -> datetime | None:
    """When an assignment is due; None if the gradebook does not say."""
    due = next((each.duedate for each in gradebook.assignments if each.name == assignment), None)
    return due and due.replace(tzinfo=UTC)  # nbgrader keeps it in UTC


def save_assignment(course: Course, assignment: Assignment) -> None:
    """Update an assignment's cells in the gradebook from its source, as nbgrader's release does, also after students handed in.

    Raises
    ------
    CourseError
        If points or comments that a person gave would be lost with a cell.
    """
    with open_gradebook(course) as gradebook:
        gradebook.update_or_create_assignment(assignment.name)
        for source in assignment.sources.values():
            follow_source(gradebook, assignment.name, source)
    for source in assignment.sources.values():
        where = {"assignment": assignment.name, "notebook": source.name, "student": ".", "db_url": course.db_url}
        try:
            with _refusals_told(course):
                SaveCells(config=course.config).preprocess(source.graded, {"nbgrader": where})
        except RuntimeError as error:
            raise CourseError(
                f"{error}. Its graded cells have changed since the release; release it under another name, or remove "
                f"the assignment from the gradebook with `nbgrader db assignment remove {assignment.name}`."
            ) from error


def enter_students(gradebook: Gradebook, students: Mapping[str, Mapping[str, str]]) -> None:
    """Write what a roster says of students into the gradebook. Other students stay, and so does what the roster leaves out.

    Parameters
    ----------
    students
        By id, what to enter in nbgrader's ``first_name``, ``last_name``, ``email`` and ``lms_user_id``.
    """
    known = {student.id: student for student in gradebook.db.query(Student)}
    for name, columns in students.items():
        student = known.get(name)
        if student is None:
            student = Student(id=name)
            gradebook.db.add(student)
        for column, value in columns.items():
            if value and getattr(student, column) != value[:_TEXT]:
                setattr(student, column, value[:_TEXT])
    gradebook.db.commit()


class Recorder:
    """Write transcripts into a gradebook.

    Parameters
    ----------
    course
        Provides the configuration: late penalties, output limits.
    gradebook
        An open gradebook.
    assignment
        The assignment, whose cells are already in the gradebook (:func:`save_assignment`).
    extensions
        How long after the due date a student may hand in. Of the others, what the gradebook has holds.
    """

    def __init__(
        self,
        course: Course,
        gradebook: Gradebook,
        assignment: Assignment,
        extensions: Mapping[str, timedelta] | None = None,
    ) -> None:
        self._db, self._course, self._extensions = gradebook.db, course, extensions or {}
        found = gradebook.find_assignment(assignment.name)
        self._id, self._due = found.id, found.duedate
        # Plain values by notebook, because SQLAlchemy would read these rows again after each commit, one by one.
        self._graded, self._commented = (
            {book.id: {cell.id: cell.name for cell in (*getattr(book, kind), *book.task_cells)} for book in found.notebooks}
            for kind in ("grade_cells", "solution_cells")
        )
        self._late = LatePenalties(course)
        self._cleaners = [step(config=course.config) for step in (IgnorePattern, LimitOutput)]
        try:
            re.compile(self._cleaners[0].pattern)
        except re.error as error:
            raise CourseError(f"{CONFIG}: c.IgnorePattern.pattern is no regular expression: {error}.") from error

    def record(
        self, transcript: Transcript, timestamp: datetime | None, lost: Mapping[str, Container[str]] | None = None
    ) -> dict[str, NotebookNode]:
        """Write the scores of one submission in one transaction.

        Parameters
        ----------
        timestamp
            When the submission was handed in.
        lost
            Grade ids of solutions that may be in the notebook without their name, by notebook. They wait for a person, and so
            does every test that failed beside lost code.

        Returns
        -------
        notebooks
            The executed notebooks by name, with outputs cut as in nbgrader.
        """
        try:
            executed = self._record(transcript, timestamp, lost or {})
            self._db.commit()
        except BaseException:
            self._db.rollback()
            raise
        return executed

    def _record(
        self, transcript: Transcript, timestamp: datetime | None, lost: Mapping[str, Container[str]]
    ) -> dict[str, NotebookNode]:
        submission = self._submission(transcript.student)
        self._time(submission, timestamp)
        cut = {}
        for notebook in submission.notebooks:
            executed = transcript.notebooks.get(notebook.name)
            if executed is None:
                self._nothing_handed_in(notebook)
            else:
                cut[notebook.name] = self._scores(notebook, executed, lost.get(notebook.name, ()))
        self._db.flush()
        for notebook in submission.notebooks:
            if notebook.name in transcript.notebooks:
                self._db.expire(notebook, ["score"])
                self._late.assign(submission, notebook)
        return cut

    def late(self) -> dict[str, float]:
        """Of each student whose submission is in the gradebook, how many seconds it is late, by due date and extensions as they are now."""
        S = SubmittedAssignment
        late = {}
        for student, handed_in, extension in self._db.query(S.student_id, S.timestamp, S.extension).filter_by(
            assignment_id=self._id
        ):
            longer = self._extensions.get(student, extension) or timedelta()
            over = None if handed_in is None or self._due is None else handed_in - (self._due + longer)
            late[student] = max(over.total_seconds(), 0.0) if over else 0.0
        return late

    def record_ungraded(self, student: str, timestamp: datetime | None) -> None:
        """Record that a submission waits for a person, and remove any earlier score."""
        try:
            submission = self._submission(student)
            self._time(submission, timestamp)
            for notebook in submission.notebooks:
                notebook.late_submission_penalty = None
                for grade in notebook.grades:
                    grade.auto_score, grade.needs_manual_grade = None, True
            self._db.commit()
        except BaseException:
            self._db.rollback()
            raise

    def standing(self, student: str) -> dict[str, float]:
        """A recorded submission's ``score`` after late penalties, ``max_score``, the seconds it was ``late``, and their ``penalty``."""
        submission = self._submission(student)
        self._db.expire(submission)
        penalty = submission.late_submission_penalty or 0.0
        score = after_penalty(submission.score, penalty)
        return {"score": score, "max_score": submission.max_score, "late": submission.total_seconds_late, "penalty": penalty}

    def _time(self, submission: SubmittedAssignment, timestamp: datetime | None) -> None:
        if timestamp is not None:
            submission.timestamp = timestamp
        if submission.student_id in self._extensions:
            submission.extension = self._extensions[submission.student_id]

    def _submission(self, student: str) -> SubmittedAssignment:
        """The submission's rows, created with one row per graded cell if they do not exist."""
        query = self._db.query(SubmittedAssignment).filter_by(assignment_id=self._id, student_id=student)
        submission = query.one_or_none()
        if submission is not None:
            return submission
        if self._db.get(Student, student) is None:
            self._db.add(Student(id=student))
            self._db.flush()
        submission = SubmittedAssignment(assignment_id=self._id, student_id=student)
        self._db.add(submission)
        self._db.flush()
        for notebook in self._graded:
            theirs = SubmittedNotebook(notebook_id=notebook, assignment_id=submission.id)
            self._db.add(theirs)
            self._db.flush()
            self._db.add_all(Grade(cell_id=cell, notebook_id=theirs.id) for cell in self._graded[notebook])
            self._db.add_all(Comment(cell_id=cell, notebook_id=theirs.id) for cell in self._commented[notebook])
        self._db.flush()
        return submission

    @staticmethod
    def _nothing_handed_in(notebook: SubmittedNotebook) -> None:
        for grade in notebook.grades:
            grade.auto_score, grade.needs_manual_grade = 0, False

    def _scores(self, notebook: SubmittedNotebook, executed: str, lost: Container[str]) -> NotebookNode:
        content = unpack(executed)
        for cleaner in self._cleaners:
            content, _ = cleaner(content, {})
        cells = {cell.metadata.nbgrader.grade_id: cell for cell in content.cells if "nbgrader" in cell.metadata}
        lost_code = any(name in lost and cell.cell_type == "code" for name, cell in cells.items())
        for grade in notebook.grades:
            name = self._graded[notebook.notebook_id].get(grade.cell_id)
            cell = cells.get(name)
            if cell is None or not utils.is_grade(cell):
                continue  # a task, which a person grades
            grade.auto_score, most = utils.determine_grade(cell)
            if name in lost:
                grade.auto_score = None
            unsure = lost_code and is_automatic(cell) and grade.auto_score < most
            grade.needs_manual_grade = unsure or grade.manual_score is not None or grade.auto_score is None
        for comment in notebook.comments:
            name = self._commented[notebook.notebook_id].get(comment.cell_id)
            cell = cells.get(name)
            if cell is not None and (utils.is_solution(cell) or utils.is_task(cell)):
                untouched = cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell)
                nothing = _ASTRAY if name in lost else said("No response.")
                comment.auto_comment = nothing if untouched and not utils.is_task(cell) else None
        return content
