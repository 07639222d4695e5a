"""Grade a class: read submissions, execute them in parallel, record them one by one. A run can be interrupted at any point."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from nbformat import NotebookNode
from sqlalchemy.exc import SQLAlchemyError

from autograder.assignment import Assignment
from autograder.course import Course, CourseError
from autograder.files import write_folder
from autograder.intake.remarks import remarks_on
from autograder.intake.roster import course_roster
from autograder.intake.submission import Rejected, Submission, read_submission
from autograder.notebook import pack
from autograder.pages.harmless import make_harmless
from autograder.records.answers import keep_run, kept_run
from autograder.records.backup import Backup
from autograder.records.gradebook import Recorder, due_date, enter_students, open_gradebook, save_assignment, standings
from autograder.records.health import health_of, read_health, write_health
from autograder.records.journal import Entry, Journal
from autograder.records.measured_limits import about_to_measure, is_measured, kernel_requirements, remember, unmeasured
from autograder.requirements import KernelRequirements
from autograder.running.again import judge_again
from autograder.running.courier import DistantWorkers, cluster_workers
from autograder.running.execution import Job, beside, run_digest, stumbled_on, submission_job
from autograder.running.own_run import measuring_job, reference_jobs
from autograder.running.workers import Workers, local_workers
from autograder.transcript import Remark, Transcript, Verdict

_WAITING, _BUSY = 0.3, 0.9  # CPU share; a submission that waits or loops would do the same alone


@dataclass
class Grading:
    """The result of one run over one assignment.

    Parameters
    ----------
    assignment
        Its name.
    entries
        One per submission, by student, including those of earlier runs.
    unchanged
        Students whose submission and source have not changed since an earlier run, and were not executed again.
    judged_again
        Students whose answers, kept from an earlier run, were judged again without executing anything.
    slots
        Number of submissions run in parallel.
    absent, strangers
        Students on the course's roster who have not handed in, and those who have but are not on it; none without a roster.
    waiting
        Number of graded submissions with an answer that waits for a person.
    """

    assignment: str
    entries: dict[str, Entry] = field(default_factory=dict)
    unchanged: list[str] = field(default_factory=list)
    judged_again: list[str] = field(default_factory=list)
    slots: int = 0
    absent: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    waiting: int = 0

    @property
    def ungraded(self) -> list[Entry]:
        """Entries of submissions without a grade."""
        return [entry for entry in self.entries.values() if entry.score is None]


def grade(
    course: Course,
    name: str,
    students: list[str] | None = None,
    jobs: int | None = None,
    jailed: bool = True,
    progress: Callable[[int, int], None] = lambda done, total: None,
    scheduler: str | None = None,
    force: bool = False,
    tell: Callable[[str], None] = lambda sentence: None,
) -> Grading:
    """Grade the submissions of one assignment and record them.

    Parameters
    ----------
    students
        Only these; None for all.
    jobs
        Number of submissions to run in parallel on this machine; if None, as many as the cores allow.
    jailed
        False runs student code without a jail.
    progress
        Called with the number of submissions done and their total.
    scheduler
        Address of the Dask scheduler whose workers run the submissions; None for this machine.
    force
        True runs submissions again that have not changed since they were graded.
    tell
        Called with a sentence before the instructor's own notebook is measured, which may take long, and if it cannot be.

    Raises
    ------
    CourseError
        If the assignment, the gradebook or suitable workers are missing. Results recorded so far are kept.
    ConnectionError
        If the workers are gone.
    """
    assignment = Assignment(course, name)
    roster = course_roster(course)
    requirements = kernel_requirements(assignment)
    somewhere: contextlib.AbstractContextManager[Workers | DistantWorkers]
    if scheduler is None:
        somewhere = local_workers(requirements, jobs, jailed)
    else:
        somewhere = cluster_workers(requirements, scheduler, course.certificates, jailed)
    with somewhere as workers:
        if assignment.judge.requirements.limits is None and not is_measured(course, name, assignment.digest):
            tell(about_to_measure(assignment))
            for _, transcript in workers.run(iter([measuring_job(assignment, jailed)]), alone=True):
                remember(course, name, assignment.digest, transcript)
                if (why_not := unmeasured(assignment, transcript)) is not None:
                    tell(why_not)
            requirements = kernel_requirements(assignment)
        backup = Backup.begin(course)
        save_assignment(course, assignment)
        journal = Journal(course.journal)
        grading = Grading(name, slots=workers.slots)
        found, refused = course.students(name)
        if roster is not None:
            grading.absent, grading.strangers = roster.absent([*found, *refused]), roster.strangers(found)
        for student, wrong in refused.items():
            if students is None or student in students:
                grading.entries[student] = _not_graded(student, name, f"its folder was skipped: {wrong}")
        chosen = [student for student in found if students is None or student in students]
        total = len(chosen) + len(grading.entries)
        with open_gradebook(course) as gradebook:
            if roster is not None:
                enter_students(gradebook, {person.id: person.in_gradebook for person in roster.people})
            extensions = roster.extensions(name, due_date(gradebook, name)) if roster else {}
            recorder = Recorder(course, gradebook, assignment, extensions)
            late = {} if force else recorder.late()  # a gradebook that was replaced by hand lacks some
            earlier = {student: entry for student, entry in journal.latest(name).items() if student in late}
            moved = {student for student, entry in earlier.items() if entry.score is not None and entry.late != late[student]}
            work = _Work(course, assignment, requirements, recorder, journal, grading, earlier, moved, jailed, backup)
            progress(len(grading.entries), total)
            for _ in work.run(chosen, workers, with_references=students is None and bool(chosen)):
                progress(len(grading.entries), total)
            scored = {student for student, entry in grading.entries.items() if entry.score is not None}
            grading.waiting = sum(each.waits for student, each in standings(gradebook, name).items() if student in scored)
        if work.of_references:
            _look_after_health(course, assignment, work.of_references, tell)
    if len(grading.unchanged) == len(chosen):
        backup.discard()
    return grading


def _look_after_health(
    course: Course, assignment: Assignment, transcripts: list[Transcript], tell: Callable[[str], None]
) -> None:
    """Record what the instructor's own notebooks got beside the class, for the report."""
    health = health_of(assignment.digest, transcripts)
    if health is None:
        return  # tried again next time
    write_health(course, assignment.name, health)
    if not health.is_sound:
        what, _, said = health.flaws[0]
        tell(f"{assignment.name}: its own notebook lost points, beside the class: {what}: {said}. The report says more.")


def _not_graded(student: str, assignment: str, reason: str) -> Entry:
    return Entry(student, assignment, "", "", Verdict.REJECTED, reason)


class _Work:
    """The steps of a submission: prepare, execute (elsewhere), record. Those whose deadline has `moved` are recorded again.

    The instructor's own notebooks are executed beside them, once for each state of the source, and are not recorded.
    """

    def __init__(
        self,
        course: Course,
        assignment: Assignment,
        requirements: KernelRequirements,
        recorder: Recorder,
        journal: Journal,
        grading: Grading,
        earlier: dict[str, Entry],
        moved: set[str],
        jailed: bool,
        backup: Backup,
    ) -> None:
        self._backup = backup
        self._requirements = requirements
        self._under_way: dict[str, Submission] = {}
        self._course, self._assignment, self._recorder = course, assignment, recorder
        self._journal, self._grading, self._earlier, self._moved = journal, grading, earlier, moved
        self._secret, self._jailed = course.secret, jailed
        self.of_references: list[Transcript] = []

    def run(self, students: list[str], workers: Workers | DistantWorkers, with_references: bool) -> Iterator[None]:
        """Grade and record each student's submission; yield after each one."""
        again = []
        for job, transcript in workers.run(chain(self._jobs(students), self._references() if with_references else ())):
            if job.student not in self._under_way:
                self.of_references.append(transcript)
            elif _deserves_another_run(transcript, workers.slots):
                del self._under_way[job.student]
                again.append(job.student)
            else:
                self._record(self._under_way.pop(job.student), transcript, job)
                yield
        for job, transcript in workers.run(self._jobs(again), alone=True):
            if transcript.stumbled:  # twice: it would never be graded otherwise
                transcript.verdict = Verdict.STUMBLED
            transcript.runs = 2
            self._record(self._under_way.pop(job.student), transcript, job)
            yield

    def _references(self) -> Iterator[Job]:
        """What runs last, where slots are free."""
        if read_health(self._course, self._assignment.name, self._assignment.digest) is None:
            yield from reference_jobs(self._assignment, self._requirements, self._secret, self._jailed)

    def _jobs(self, students: list[str]) -> Iterator[Job]:
        for student in students:
            prepared = self._prepare(student)
            if prepared is not None:
                self._under_way[student], job = prepared
                yield job

    def _prepare(self, student: str) -> tuple[Submission, Job] | None:
        """Read and rebuild a submission; return None if there is nothing to execute, which is then recorded."""
        submission = self._read(student)
        if submission is None:
            return None
        before = self._earlier.get(student)
        same = (submission.digest, self._assignment.digest)
        if before is not None and (before.submission, before.source) == same and student not in self._moved:
            self._grading.entries[student] = before
            self._grading.unchanged.append(student)
            return None
        if submission.damaged or not submission.notebooks:
            self._leave(submission, "; ".join(submission.damaged or submission.problems.values()))
            return None
        try:
            job = submission_job(self._assignment, self._requirements, submission, self._secret, self._jailed)
            same_work = before is not None and before.submission == submission.digest
            again = judge_again(job, kept_run(self._course, self._assignment.name, student)) if same_work else None
        except Exception as error:
            self._stumble(submission, error)
            return None
        if again is not None:
            self._record(submission, again, job, executed=False)
            self._grading.judged_again.append(student)
            return None
        return submission, job

    def _read(self, student: str) -> Submission | None:
        name = self._assignment.name
        unread = Submission(student, name, Path(), None, {}, {}, {})
        try:
            folder = self._course.folder("submitted", name, student)
            wanted = list(self._assignment.sources)
            return read_submission(folder, student, name, wanted, self._assignment.replaced, self._course.ignore)
        except Rejected as error:
            self._leave(unread, str(error))
        except OSError as error:
            self._leave(unread, f"{Path(str(error.filename)).name!a} cannot be read: {error.strerror}")
        except Exception as error:
            self._stumble(unread, error)
        return None

    def _leave(self, submission: Submission, reason: str, verdict: Verdict = Verdict.REJECTED) -> None:
        """Leave a submission to a person, without a grade."""
        self._recorder.record_ungraded(submission.student, submission.timestamp)
        self._enter(submission, Transcript(submission.student, self._assignment.name, verdict, reason), {}, submission.remarks)

    def _stumble(self, submission: Submission, error: Exception) -> None:
        """Leave a submission to a person on which code of ours fails, so that it neither stops the class nor is tried again for ever.

        Raises
        ------
        Exception
            The error, if it comes from the course, the disk or the gradebook.
        """
        if isinstance(error, (CourseError, OSError, MemoryError, SQLAlchemyError)):
            raise error
        self._leave(submission, stumbled_on(error), Verdict.STUMBLED)

    def _record(self, submission: Submission, transcript: Transcript, job: Job, executed: bool = True) -> None:
        """Record the transcript of a job, and keep what can be judged again if it was executed."""
        if not transcript.verdict.has_grade:
            entry = Entry.of(transcript, submission=submission.digest, source="")
            self._grading.entries[submission.student] = entry  # not recorded, so that the next run tries again
            return
        try:
            notebooks = self._recorder.record(transcript, submission.timestamp, job.lost)
            if executed and transcript.verdict is Verdict.GRADED:
                keep_run(self._course, transcript, run_digest(job))
            remarks = remarks_on(self._assignment, submission, notebooks)
            if Remark.OTHER_ASSIGNMENT not in remarks:  # whose cells are recognised or lost by chance
                remarks |= job.remarks
            self._write_autograded(submission, notebooks)
        except Exception as error:
            self._stumble(submission, error)
        else:
            self._enter(submission, transcript, self._recorder.standing(submission.student), remarks)

    def _enter(
        self, submission: Submission, transcript: Transcript, standing: dict[str, float], remarks: dict[Remark, str]
    ) -> None:
        entry = Entry.of(
            transcript,
            submission=submission.digest,
            source=self._assignment.digest,
            trust=self._trust(),
            remarks=remarks,
            **standing,
        )
        self._journal.write(entry)
        self._grading.entries[submission.student] = entry

    def _trust(self) -> str:
        if not self._jailed:
            return "unjailed"
        return "judged" if self._assignment.judged else "watched"

    def _shown(self, name: str, notebook: NotebookNode) -> str:
        """An executed notebook, made safe for the instructor to open."""
        make_harmless(notebook, set(self._assignment.sources[name].checks))
        return pack(notebook)

    def _write_autograded(self, submission: Submission, notebooks: dict[str, NotebookNode]) -> None:
        """Put the executed notebooks where nbgrader's formgrader looks for them, atomically."""
        files = beside(submission.files, self._assignment.files_over(submission.files)) | {
            f"{name}.ipynb": self._shown(name, notebook).encode() for name, notebook in notebooks.items()
        }
        if submission.stamp is not None:
            files["timestamp.txt"] = submission.stamp
        self._backup.keep(self._course, self._assignment.name, submission.student)
        write_folder(self._course.folder("autograded", self._assignment.name, submission.student), files)


def _deserves_another_run(transcript: Transcript, jobs: int) -> bool:
    """True for our own faults, and for a time limit that others may have caused: it was busy most of the time, but not all."""
    if transcript.verdict is Verdict.FAULT or transcript.by_chance:
        return True
    share = transcript.cpu / transcript.seconds if transcript.seconds else 0.0
    return transcript.verdict is Verdict.TIME and jobs > 1 and _WAITING < share < _BUSY
