"""A course on disk: where its sources, submissions, judges and results are, according to nbgrader's configuration."""

import contextlib
import logging
import os
import secrets
import sys
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path, PurePath

from nbgrader.apps import AutogradeApp, GenerateAssignmentApp, GenerateFeedbackApp
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from traitlets import Dict, Float, Int, List, TraitError, Unicode
from traitlets.config import Config, PyFileConfigLoader

from autograder.names import wrong_with_name

CONFIG = "nbgrader_config.py"
ROSTER = "roster.csv"
_SECRET_BYTES = 32


class CourseError(Exception):
    """A request cannot be carried out; the message says what is wrong, where, and what to do."""


class Course(CourseDirectory):
    """nbgrader's course directory, with the folders that Unroll adds.

    Set them in nbgrader_config.py, as in ``c.Course.judges_directory = "judges"``.
    """

    judges_directory = Unicode("judges", help="Folder of the judges, NN_name.py for assignment NN_name.").tag(config=True)
    work_directory = Unicode(".", help="Folder for reports, exports and the grader's own records.").tag(config=True)

    limits = Dict(help="Limits that override others, by assignment, as in {'ps1': {'seconds': 300}}.").tag(config=True)

    public_directory = Unicode("", help="Where release also puts the public cases: the `public` folder of unroll.").tag(
        config=True
    )

    published = List(
        Unicode(), help="Files and folders of the course that `publish` writes for students, besides the released assignments."
    ).tag(config=True)
    worked_directory = Unicode("worked", help="Folder of the solutions that students may see, which `publish` adds.").tag(
        config=True
    )
    language = Unicode("en", help="Language of the feedback pages: en, fa, or one with a catalogue in `translations/`.").tag(
        config=True
    )
    student_directory = Unicode("", help="Folder whose files `publish` puts at the top of the students' repository.").tag(
        config=True
    )

    weights = Dict(Float(), help="What each assignment counts in the term; 1 if it is not there, 0 leaves it out.").tag(
        config=True
    )
    drop_lowest = Int(0, min=0, help="How many of a student's lowest assignments do not count in the term.").tag(config=True)
    extra_credit = List(Unicode(), help="Assignments that only add to the term.").tag(config=True)

    @classmethod
    def load(cls, root: Path) -> "Course":
        """Read the course at `root`, as nbgrader would if started there.

        Raises
        ------
        CourseError
            If there is no such folder, or its configuration cannot be read.
        """
        root = Path(root).resolve()
        if not root.is_dir():
            raise CourseError(f"There is no folder {root}. Name the course with --course FOLDER.")
        try:
            config = _configuration(root)
            course = cls(config=config, parent=None)
        except TraitError as error:
            raise CourseError(f"{root / CONFIG}: {error}") from error
        wanted = os.path.join("{nbgrader_step}", "{student_id}", "{assignment_id}")
        if course.directory_structure != wanted:
            raise CourseError(f"{CONFIG}: directory_structure must be {wanted!r}; other structures are not supported.")
        return course

    @property
    def work(self) -> Path:
        folder = Path(self.root, self.work_directory)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @property
    def records(self) -> Path:
        """Folder of the grader's own records: journal and secret."""
        folder = self.work / ".autograder"
        folder.mkdir(exist_ok=True)
        return folder

    @property
    def journal(self) -> Path:
        """The journal, which records what has been graded."""
        return self.records / "journal.jsonl"

    @property
    def certificates(self) -> Path:
        """Folder of the credentials for a Dask scheduler."""
        return self.records / "tls"

    @property
    def secret(self) -> bytes:
        """The seed of hidden cases, made at first use; anyone who has it can predict them."""
        path = self.records / "secret"
        try:
            with (
                contextlib.suppress(FileExistsError),
                open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as new,
            ):
                new.write(secrets.token_bytes(_SECRET_BYTES))
        except OSError as error:
            path.unlink(missing_ok=True)  # on a full disk it was made, but is empty
            raise CourseError(
                f"{path} cannot be written: {error.strerror}. Free space or fix its permissions, then run this again."
            ) from error
        secret = path.read_bytes()
        if len(secret) != _SECRET_BYTES:
            raise CourseError(
                f"{path} is damaged: it holds {len(secret)} bytes instead of {_SECRET_BYTES}. Bring it back from a backup, or "
                "delete it; without the old one, all submissions get new hidden cases and are graded again."
            )
        return secret

    @property
    def cell_timeout(self) -> float | None:
        """``c.Execute.timeout``, the seconds that a cell may take; None where nbgrader's configuration sets no limit, as with -1."""
        if not any("timeout" in self.config.get(section, ()) for section in Execute.section_names()):
            return None
        timeout = Execute(config=self.config).timeout
        return timeout if timeout and timeout > 0 else None

    @property
    def roster_file(self) -> Path | None:
        """The list of students, in the work folder or beside the configuration; None if there is none. Raises CourseError for two."""
        places = dict.fromkeys(Path(folder, ROSTER).resolve() for folder in (self.work, self.root))
        found = [path for path in places if path.exists()]
        if len(found) > 1:
            raise CourseError(f"There are two rosters, {found[0]} and {found[1]}. Remove one of them.")
        return found[0] if found else None

    @property
    def gradebook_file(self) -> Path | None:
        """The gradebook file, or None if it is on a database server."""
        url = make_url(self.db_url)
        return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None

    def folder(self, step: str, assignment: str, student: str = ".") -> Path:
        """The folder of one assignment in one of nbgrader's directories (``source``, ``submitted`` …)."""
        return Path(self.format_path(getattr(self, f"{step}_directory"), student, assignment))

    def judge_file(self, assignment: str) -> Path:
        return Path(self.root, self.judges_directory, f"{assignment}.py")

    def assignments(self) -> list[str]:
        """Names of the assignments that have a source."""
        source = self.folder("source", ".")
        return sorted(path.name for path in source.glob("*") if any(path.glob("*.ipynb")))

    def require_assignment(self, name: str) -> None:
        """Raise CourseError, naming the known assignments, unless this one has a source notebook."""
        known = self.assignments()
        if name in known:
            return
        source = self.folder("source", ".").resolve()
        if not known:
            raise CourseError(
                f"No assignment has a source notebook in {source}. Is {self.root} the course? "
                "Name another one with --course FOLDER."
            )
        raise CourseError(f"There is no assignment {name!r} in {source}. Available: {', '.join(known)}.")

    def students(self, assignment: str) -> tuple[list[str], dict[str, str]]:
        """Find who has submitted.

        Returns
        -------
        students
            Those with usable names, sorted, but for those that ``c.CourseDirectory.student_id_exclude`` lists.
        refused
            What is wrong with the name, for each other folder.
        """
        submitted = Path(self.root, self.submitted_directory)
        students, refused = [], {}
        folders = sorted(submitted.iterdir()) if submitted.is_dir() else []
        excluded = {name.strip() for name in self.student_id_exclude.split(",")}
        for folder in folders:
            if folder.name in excluded:
                continue
            try:
                (folder / assignment).lstat()
            except PermissionError as error:  # it may hold a submission
                refused[folder.name] = f"it cannot be read: {error.strerror}"
                continue
            except OSError:
                continue
            wrong = wrong_with_name(folder.name) or _means_another(folder.name, (other.name for other in folders))
            if wrong is None and (folder.is_symlink() or (folder / assignment).is_symlink()):
                wrong = "it is a link"
            if wrong is None and not (folder / assignment).is_dir():
                wrong = "it is not a folder"
            if wrong:
                refused[folder.name] = wrong
            else:
                students.append(folder.name)
        return students, refused


def _configuration(root: Path) -> Config:
    """What the course's configuration says, as nbgrader reads it when it is started there.

    nbgrader looks for modules, and for files that the configuration names, in the folder that it is started from.

    Raises
    ------
    CourseError
        If it cannot be read.
    TraitError
        If an option that an old name stands for has a value of another type.
    """
    config = Config()
    if (root / CONFIG).exists():
        sys.path.insert(0, str(root))
        try:
            config = PyFileConfigLoader(CONFIG, path=str(root)).load_config()
        except (Exception, SystemExit) as error:  # it is a program
            raise CourseError(f"{root / CONFIG} cannot be read: {type(error).__name__}: {error}") from error
        finally:
            sys.path.remove(str(root))
    silent = logging.Logger("nbgrader", level=logging.CRITICAL + 1)
    for command in (AutogradeApp, GenerateAssignmentApp, GenerateFeedbackApp):  # which know the names that options had before
        command(log=silent)._load_config(config)
    for section, option in (("CourseDirectory", "root"), ("IncludeHeaderFooter", "header"), ("IncludeHeaderFooter", "footer")):
        if isinstance(named := config[section].get(option), str) and named:
            config[section][option] = str(root / named)
    config.CourseDirectory.setdefault("root", str(root))
    with contextlib.suppress(ArgumentError):  # said when the gradebook is opened
        url = make_url(config.CourseDirectory.get("db_url", ""))
        if url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:"):
            config.CourseDirectory.db_url = str(url.set(database=str(root / str(url.database))))
    return config


def is_ignored(name: str | PurePath, patterns: Iterable[str]) -> bool:
    """Whether ``c.CourseDirectory.ignore`` leaves out a file: a part of its path matches one of the patterns.

    nbgrader's own function looks for matches on disk, and finds none in a course whose path has brackets.
    """
    return any(fnmatchcase(part, pattern) for part in PurePath(name).parts for pattern in patterns)


def files_below(folder: Path, ignore: Iterable[str]) -> list[Path]:
    """The files and links below a folder, sorted, but for those that `is_ignored` names; links to folders are not entered."""
    paths = (Path(parent, name) for parent, _, names in os.walk(folder) for name in names)
    return sorted(path for path in paths if not is_ignored(path.relative_to(folder), ignore))


def _means_another(name: str, names: Iterable[str]) -> str | None:
    """What is wrong with a name that nbgrader, which takes brackets for a pattern, could mistake for another's."""
    if not set("*?[") & set(name):
        return None  # it matches itself alone, and a class of thousands need not be gone through for each of them
    for other in names:
        if other != name and fnmatchcase(other, name):
            return f"nbgrader takes its name for a pattern, which {other!r} matches"
    return None
