"""Grade a class: read, execute in parallel, record one by one, in an order that can be broken off anywhere."""

import logging
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import dask
import nbformat
from distributed import Client, Future, LocalCluster, as_completed

from autograder.assignment import Assignment
from autograder.backup import Backup
from autograder.course import Course
from autograder.execution import Job, beside, prepare, run_job
from autograder.gradebook import Recorder, open_gradebook, save_assignment
from autograder.harmless import make_harmless
from autograder.journal import Entry, Journal
from autograder.judge import submission_key
from autograder.kernels.parent import close_parents
from autograder.submission import Rejected, Submission, read_submission
from autograder.transcript import Transcript, Verdict

# Dask insists on a web server; it shall have nothing to say, and to nobody but this machine.
_NO_PAGES = {"distributed.scheduler.http.routes": [], "distributed.worker.http.routes": []}
logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what goes wrong in a job is told by its transcript
_WAITING, _BUSY = 0.3, 0.9  # share of the processor: one that waits or loops would do so alone as well
_CARRIED = ("timestamp.txt", "submission_secret.txt")


@dataclass
class Grading:
    """What came of one run over one assignment.

    Parameters
    ----------
    assignment
        Its name.
    entries
        One for each submission, by student; those of earlier runs included.
    unchanged
        Students whose submission and source are those of an earlier run, and were not executed again.
    """

    assignment: str
    entries: dict[str, Entry] = field(default_factory=dict)
    unchanged: list[str] = field(default_factory=list)

    @property
    def ungraded(self) -> list[Entry]:
        """Entries of submissions without a grade."""
        return [entry for entry in self.entries.values() if entry.score is None]


def default_jobs() -> int:
    return len(os.sched_getaffinity(0))


def grade(
    course: Course,
    name: str,
    students: list[str] | None = None,
    jobs: int | None = None,
    jailed: bool = True,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Grading:
    """Grade the submissions of one assignment and record them.

    Parameters
    ----------
    students
        Only these; None for all.
    jobs
        How many submissions run at a time; the number of cores if None.
    jailed
        False runs student code without walls.
    progress
        Called with the number of submissions done and their total.

    Raises
    ------
    CourseError
        If the assignment, the gradebook or a named student is not there. What is recorded by then stays.
    """
    assignment = Assignment(course, name)
    backup = Backup.begin(course)
    save_assignment(course, assignment)
    journal = Journal(course.journal)
    grading = Grading(name)
    found, refused = course.students(name)
    for student, wrong in refused.items():
        if students is None or student in students:
            grading.entries[student] = _not_graded(student, name, f"its folder is left alone: {wrong}")
    chosen = [student for student in found if students is None or student in students]
    earlier = journal.latest(name)
    total, done = len(chosen) + len(grading.entries), len(grading.entries)
    progress(done, total)
    with open_gradebook(course) as gradebook:
        recorder = Recorder(course, gradebook, assignment)
        work = _Work(course, assignment, recorder, journal, grading, earlier, jailed, backup)
        for _ in work.run(chosen, jobs or default_jobs()):
            done += 1
            progress(done, total)
    if len(grading.unchanged) == len(chosen):
        backup.discard()
    return grading


def _not_graded(student: str, assignment: str, reason: str) -> Entry:
    return Entry(student, assignment, "", "", Verdict.REJECTED, reason)


class _Work:
    """The stations of a submission on its way: prepare, execute (elsewhere), record."""

    def __init__(
        self,
        course: Course,
        assignment: Assignment,
        recorder: Recorder,
        journal: Journal,
        grading: Grading,
        earlier: dict[str, Entry],
        jailed: bool,
        backup: Backup,
    ) -> None:
        self._backup = backup
        self._course, self._assignment, self._recorder = course, assignment, recorder
        self._journal, self._grading, self._earlier = journal, grading, earlier
        self._secret, self._jailed = course.secret, jailed

    def run(self, students: list[str], jobs: int) -> Iterator[str]:
        """Grade each student's submission; yields each student when recorded."""
        pending = iter(students)
        with (
            dask.config.set(_NO_PAGES),
            LocalCluster(
                n_workers=1,
                threads_per_worker=jobs,
                processes=False,
                memory_limit=0,
                dashboard_address="127.0.0.1:0",
                worker_dashboard_address="127.0.0.1:0",
            ) as cluster,
            Client(cluster) as client,
        ):
            try:
                running: dict[Future, Submission] = {}
                again: list[str] = []
                finished = as_completed()
                while True:
                    # Few submissions are held at a time, so that memory stays flat however large the class.
                    while len(running) < 2 * jobs and (student := next(pending, None)) is not None:
                        prepared = self._prepare(student)
                        if prepared is None:
                            yield student
                            continue
                        submission, job = prepared
                        future = client.submit(run_job, job, pure=False, retries=0)
                        running[future] = submission
                        finished.add(future)
                    if not running:
                        break
                    future = next(finished)
                    submission = running.pop(future)
                    transcript = _result(future, submission)
                    if _deserves_another_run(transcript, jobs):
                        again.append(submission.student)
                        continue
                    self._record(submission, transcript)
                    yield submission.student
                for student in again:  # each alone, with the machine to itself
                    if (prepared := self._prepare(student)) is not None:
                        submission, job = prepared
                        future = client.submit(run_job, job, pure=False, retries=0)
                        self._record(submission, _result(future, submission))
                    yield student
            finally:
                close_parents()

    def _prepare(self, student: str) -> tuple[Submission, Job] | None:
        """Read and rebuild a submission; None if there is nothing to execute, which is then on record."""
        name, sources = self._assignment.name, self._assignment.sources
        try:
            submission = read_submission(self._course.folder("submitted", name, student), student, name, list(sources))
        except (Rejected, OSError) as error:
            self._reject(Submission(student, name, Path(), None, {}, {}, {}), str(error))
            return None
        before = self._earlier.get(student)
        if before and (before.submission, before.source) == (submission.digest, self._assignment.digest):
            self._grading.entries[student] = before
            self._grading.unchanged.append(student)
            return None
        damaged = [why for nb, why in submission.problems.items() if "is missing" not in why]
        if damaged or not submission.notebooks:
            self._reject(submission, "; ".join(damaged or submission.problems.values()))
            return None
        key = submission_key(self._secret, name, student, submission.digest)
        job = prepare(self._assignment, student, submission.notebooks, submission.files, key, self._jailed)
        return submission, job

    def _reject(self, submission: Submission, reason: str) -> None:
        self._recorder.record_ungraded(submission.student, submission.timestamp)
        transcript = Transcript(submission.student, self._assignment.name, Verdict.REJECTED, reason)
        self._enter(submission, transcript, {})

    def _record(self, submission: Submission, transcript: Transcript) -> None:
        if not transcript.verdict.has_grade:
            entry = Entry.of(transcript, submission=submission.digest, source="")
            self._grading.entries[submission.student] = entry  # not on record, so that the next run tries again
            return
        texts = self._recorder.record(transcript, submission.timestamp)
        self._write_autograded(submission, texts)
        self._enter(submission, transcript, self._recorder.standing(submission.student))

    def _enter(self, submission: Submission, transcript: Transcript, standing: dict[str, float]) -> None:
        entry = Entry.of(
            transcript,
            submission=submission.digest,
            source=self._assignment.digest,
            trust=self._trust(),
            **standing,
        )
        self._journal.write(entry)
        self._grading.entries[submission.student] = entry

    def _trust(self) -> str:
        if not self._jailed:
            return "unjailed"
        return "judged" if self._assignment.judged else "watched"

    def _shown(self, name: str, text: str) -> str:
        """An executed notebook as it can be opened at the instructor's desk."""
        notebook = nbformat.reads(text, as_version=4)
        make_harmless(notebook, set(self._assignment.sources[name].checks))
        return nbformat.writes(notebook)

    def _write_autograded(self, submission: Submission, notebooks: dict[str, str]) -> None:
        """Put the executed notebooks where nbgrader's formgrader looks for them, all at once."""
        final = self._course.folder("autograded", self._assignment.name, submission.student)
        fresh = final.with_name(f".{final.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        files = beside(submission.files, self._assignment.file_contents) | {
            f"{name}.ipynb": self._shown(name, text).encode() for name, text in notebooks.items()
        }
        for name in _CARRIED:
            source = submission.folder / name
            if source.is_file() and not source.is_symlink():
                files[name] = source.read_bytes()
        for name, content in files.items():
            path = fresh / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        self._backup.keep(self._course, self._assignment.name, submission.student)
        fresh.rename(final)


def _deserves_another_run(transcript: Transcript, jobs: int) -> bool:
    """Our own fault always; a time limit if the neighbours may have taken the time: it was busy for most of it, not for all."""
    if transcript.verdict is Verdict.FAULT or transcript.by_chance:
        return True
    share = transcript.cpu / transcript.seconds if transcript.seconds else 0.0
    return transcript.verdict is Verdict.TIME and jobs > 1 and _WAITING < share < _BUSY


def _result(future: Future, submission: Submission) -> Transcript:
    try:
        return future.result()
    except Exception as error:
        # Whatever goes wrong in our own code is no fault of the student's.
        reason = f"{type(error).__name__}: {error}"
        return Transcript(submission.student, submission.assignment, Verdict.FAULT, reason)
