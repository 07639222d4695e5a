"""Run one submission: its notebooks in a jailed kernel, with the judge outside."""

import asyncio
import hashlib
import hmac
import json
import tempfile
from dataclasses import dataclass, field
from pathlib import Path, PurePath

import numpy as np
from nbformat import NotebookNode
from nbgrader import utils
from unroll.checks import Report
from unroll.checks.sentences import about, joined, said

from autograder.assignment import Assignment, is_automatic
from autograder.course import CourseError
from autograder.intake.rebuild import rebuild
from autograder.intake.submission import Submission
from autograder.judging.examiner import Examiner
from autograder.judging.judge import Judge, read_judge, submission_key
from autograder.kernels.devices import GPUS, Device, NoDevice, lend
from autograder.kernels.parent import CannotJail, ready_parent
from autograder.kernels.provisioner import JailedKernelManager
from autograder.notebook import grade_id_of, pack, unpack
from autograder.requirements import KernelRequirements
from autograder.running.canary import canaries
from autograder.running.model_examiner import ModelExaminer
from autograder.running.notebook_client import CellRunner, Stopped
from autograder.running.outputs import error_of, failed_outputs, judged_outputs
from autograder.transcript import JudgedCell, Remark, Transcript, Verdict, environment_digest

_OUT_OF_MEMORY = {"MemoryError", "_ArrayMemoryError"}  # Python's, and NumPy's for an array
_IMPORTED = (".py", ".so", ".pyc", ".pyd")
# Read from the current folder, the latter by pytest; other programs read theirs from hidden folders.
_SETTINGS = {"matplotlibrc", "conftest.py", "pytest.ini", "pytest.toml", "pyproject.toml", "tox.ini", "setup.cfg"}
_NARROWLY = 0.1  # share of the memory limit by which the same work may vary between runs


@dataclass(frozen=True)
class Job:
    """Everything a worker needs to run one submission, independent of the machine it was made on.

    Parameters
    ----------
    student, assignment
        Whose submission, and for which assignment.
    notebooks
        Rebuilt notebooks, packed, by name.
    checks
        Names of the checks in each judged cell, by notebook and grade id.
    files
        Other files next to the notebooks.
    judge
        Source of the judge module, or None.
    requirements
        What the kernel needs.
    key
        Seeds the hidden cases.
    jailed
        False runs the kernel without a jail, if an instructor insists.
    recognised, lost
        As in :class:`autograder.intake.rebuild.Rebuilt`, by notebook; for the records.
    """

    student: str
    assignment: str
    notebooks: dict[str, str]
    checks: dict[str, dict[str, tuple[str, ...]]]
    files: dict[str, bytes] = field(repr=False)
    judge: str | None
    requirements: KernelRequirements
    key: bytes = field(repr=False)
    jailed: bool = True
    recognised: dict[str, tuple[str, ...]] = field(default_factory=dict)
    lost: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def remarks(self) -> dict[Remark, str]:
        """What had happened to the cells, in sentences for the student and the instructor."""
        found, lost = ([name for names in each.values() for name in names] for each in (self.recognised, self.lost))
        what = {
            Remark.RECOGNISED: (said("cells that came back without nbgrader's metadata were recognised"), found),
            Remark.LOST: (said("not found, but perhaps in a cell without nbgrader's metadata, so a person looks"), lost),
        }
        return {kind: about(each, ", ".join(names)) for kind, (each, names) in what.items() if names}


def prepare(
    assignment: Assignment,
    requirements: KernelRequirements,
    student: str,
    notebooks: dict[str, NotebookNode],
    files: dict[str, bytes],
    key: bytes,
    jailed: bool = True,
) -> Job:
    """Make the job for one submission: notebooks rebuilt from the source, and the instructor's files over the student's.

    A test may read the notebook that it stands in, as with nbgrader: it lies beside, without hidden tests.
    """
    sources = assignment.sources
    rebuilt = {name: rebuild(sources[name].graded, theirs, sources[name].release) for name, theirs in notebooks.items()}
    files = files | {f"{name}.ipynb": pack(sources[name].unhidden(each.notebook)).encode() for name, each in rebuilt.items()}
    return Job(
        student=student,
        assignment=assignment.name,
        notebooks={name: pack(each.notebook) for name, each in rebuilt.items()},
        checks={name: source.checks for name, source in sources.items()},
        files=beside(files, assignment.files_over(files)),
        judge=assignment.judge.source,
        requirements=requirements,
        key=key,
        jailed=jailed,
        recognised={name: each.recognised for name, each in rebuilt.items()},
        lost={name: each.lost for name, each in rebuilt.items()},
    )


def submission_job(
    assignment: Assignment, requirements: KernelRequirements, submission: Submission, secret: bytes, jailed: bool = True
) -> Job:
    """Make the job for a submission as it was handed in; the course's secret decides which hidden cases are drawn for it."""
    key = submission_key(secret, assignment.name, submission.student, submission.digest)
    return prepare(assignment, requirements, submission.student, submission.notebooks, submission.files, key, jailed)


def judge_path(job: Job) -> Path:
    """The path of a job's judge, for messages."""
    return Path(f"{job.assignment}.py")


def run_digest(job: Job) -> str:
    """A digest of all that a kernel runs and has for it. Jobs with the same one differ at most in how answers are judged."""
    code = {
        name: [[grade_id_of(cell), cell.source] for cell in unpack(text).cells if cell.cell_type == "code"]
        for name, text in job.notebooks.items()
    }
    own = {f"{name}.ipynb" for name in job.notebooks}  # what they show follows from the code, the submission and the source
    files = {name: hashlib.sha256(content).hexdigest() for name, content in job.files.items() if name not in own}
    needs = job.requirements
    parts = [
        code,
        files,
        job.checks,
        [*needs.packages],
        needs.threads,
        needs.gpu,
        job.key.hex(),
        job.jailed,
        environment_digest(),
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def beside(theirs: dict[str, bytes], ours: dict[str, bytes]) -> dict[str, bytes]:
    """Combine the instructor's files with those of the student's that neither hide them nor set anything up.

    Of the student's, there is no file in place of a folder of ours, below a file of ours, or that Python imports before a module
    or a package of ours, and none that IPython, Matplotlib or Keras reads from a home folder before the notebook runs.
    """
    folders = {str(parent) for name in ours for parent in PurePath(name).parents}
    code = [PurePath(name) for name in ours if name.endswith(_IMPORTED)]
    packages = {str(parent) for path in code for parent in path.parents}
    modules = set(map(_module, code))

    def is_kept(name: str) -> bool:
        path = PurePath(name)
        module = PurePath(_module(path))
        ways = {name, *map(str, path.parents)}
        if name in folders or ways & {*ours, *modules} or path.parts[0].startswith(".") or name in _SETTINGS:
            return False
        if not name.endswith(_IMPORTED):
            return True
        return str(module) not in modules | packages and not (
            module.name == "__init__" and str(module.parent) in packages - {"."}
        )

    return {name: content for name, content in theirs.items() if is_kept(name)} | ours


def _module(path: PurePath) -> str:
    """The path of what Python imports from a file: helper.cpython-311-x86_64-linux-gnu.so is a helper, too."""
    return str(path.parent / path.name.partition(".")[0])


def run_job(job: Job, gpu: bool = False) -> Transcript:
    """Execute a submission, in a thread that has no event loop; see :func:`execute`."""
    return asyncio.run(execute(job, gpu))


async def execute(job: Job, gpu: bool = False) -> Transcript:
    """Execute a submission and return its transcript. Never raises because of what the submission does.

    Several may be awaited side by side in one event loop.

    Parameters
    ----------
    gpu
        True lends it a GPU of this process.
    """
    requirements = job.requirements
    transcript = Transcript(job.student, job.assignment, Verdict.GRADED, environment=environment_digest())
    try:
        parent = await ready_parent(requirements.packages, job.jailed, requirements.threads)
        work = tempfile.TemporaryDirectory(prefix="work-", dir=parent.runtime, ignore_cleanup_errors=True)
        with lend(gpu) as device, work as folder:
            await _run_in(folder, job, device, transcript)
    except (CannotJail, NoDevice) as error:
        transcript.verdict, transcript.reason = Verdict.FAULT, str(error)
    return transcript


def run_here(job: Job) -> Transcript:
    """Run a job in this process, on a GPU if the assignment uses one.

    Raises
    ------
    CourseError
        If it must have a GPU and there is none.
    """
    if job.requirements.gpu == "must" and not GPUS:
        raise CourseError(f"{job.assignment} must have a GPU, but this machine has none.")
    return run_job(job, gpu=job.requirements.gpu != "no" and bool(GPUS))


async def _run_in(work: str, job: Job, device: Device, transcript: Transcript) -> None:
    judge = read_judge(job.judge, judge_path(job))
    for name, content in job.files.items():
        path = Path(work, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    for name, text in job.notebooks.items():
        notebook = unpack(text)
        transcript.reports[name] = await _run_notebook(job, name, notebook, judge, work, device, transcript)
        transcript.notebooks[name] = pack(notebook)


async def _run_notebook(
    job: Job, name: str, notebook: NotebookNode, judge: Judge, work: str, device: Device, transcript: Transcript
) -> dict[str, list[Report]]:
    checks = job.checks.get(name, {})
    reports: dict[str, list[Report]] = {}
    seed = int.from_bytes(hmac.digest(job.key, b"seed", "sha256")[:8], "little")  # the kernel sees this seed, but not the key
    chance = np.random.default_rng(list(hmac.digest(job.key, b"canaries", "sha256")))
    limits = job.requirements.limits
    manager = JailedKernelManager(job.requirements.packages, limits, work, seed, job.jailed, device, job.requirements.threads)
    runner = CellRunner(notebook, manager, limits.output)
    done = 0
    try:
        await runner.start()
        models = ModelExaminer(job.requirements, job.jailed)
        examiner = Examiner(
            judge.checks, lambda check: judge.hidden_questions(check, job.key), runner.judge_channel, models.examine
        )
        try:
            for index, cell in enumerate(notebook.cells):
                names = checks.get(grade_id_of(cell) or "", ())
                if names:
                    examiner.begin(names)
                try:
                    in_time = await runner.run(index, limits.cell_seconds)
                finally:
                    judged = await examiner.finish()
                if names:
                    reports[cell.metadata.nbgrader.grade_id] = judged
                    remark = _remark(cell)
                    kept = JudgedCell(remark, examiner.asked, examiner.packed)
                    transcript.judged.setdefault(name, {})[cell.metadata.nbgrader.grade_id] = kept
                    cell.outputs = judged_outputs(cell.metadata.nbgrader.points, judged, remark)
                elif is_automatic(cell):
                    _make_gradable(cell)
                if not in_time:
                    transcript.verdict = Verdict.TIME
                    stopped = {"cell": _place(cell), "seconds": f"{limits.cell_seconds:g}"}
                    transcript.reason = _and_the_others(said("%(cell)s ran for %(seconds)s s and was stopped", **stopped))
                elif is_automatic(cell) and not names and not error_of(cell):
                    for canary in canaries(cell.source, chance):
                        if not await runner.fails(canary, index, limits.cell_seconds):
                            transcript.verdict = Verdict.TAMPERED
                            place = cell.metadata.nbgrader.grade_id
                            transcript.reason = said("after the cell %(cell)s a test that must fail passed", cell=place)
                done = index + 1
        finally:
            await examiner.close()
            await models.close()
    except Stopped as stop:
        transcript.verdict, transcript.by_chance = stop.verdict, stop.by_chance
        transcript.reason = said("%(reason)s in %(cell)s", reason=stop.reason, cell=_place(notebook.cells[done]))
        _give_up(notebook, done, stop.verdict, stop.reason)
    except (CannotJail, NoDevice, CourseError, OSError, MemoryError):
        raise  # the machine's fault, or the judge's
    except Exception as error:
        transcript.verdict, transcript.stumbled = Verdict.FAULT, True
        transcript.reason = stumbled_on(error)
        _give_up(notebook, done, transcript.verdict, transcript.reason)
    finally:
        ending = await runner.stop()
    transcript.seconds += ending.get("seconds", 0.0)
    transcript.cpu += ending.get("cpu", 0.0)
    transcript.memory = max(transcript.memory, ending.get("memory", 0))
    transcript.processes = max(transcript.processes, ending.get("processes", 0))
    if transcript.verdict is Verdict.GRADED and _ran_out_of_memory(notebook, reports):
        transcript.verdict, transcript.reason = Verdict.MEMORY, _and_the_others(said("a cell ran out of memory"))
    elif transcript.verdict is Verdict.GRADED and runner.cut_output:
        transcript.verdict = Verdict.OUTPUT
        cut = said("a cell printed more than %(size)s kB, which was cut", size=limits.output >> 10)
        transcript.reason = _and_the_others(cut)
    if transcript.verdict is Verdict.MEMORY:
        transcript.by_chance = abs(transcript.memory - limits.memory) <= _NARROWLY * limits.memory
    return reports


def _and_the_others(sentence: str) -> str:
    return joined([sentence, said("the others were run")])


def _ran_out_of_memory(notebook: NotebookNode, reports: dict[str, list[Report]]) -> bool:
    judged = [row.error for reported in reports.values() for report in reported for row in report.rows]
    return any(error and error.type in _OUT_OF_MEMORY for error in [*judged, *map(error_of, notebook.cells)])


def _make_gradable(cell: NotebookNode) -> None:
    """Put errors before results, because nbgrader uses the first, and put an error before a result it cannot use."""
    cell.outputs.sort(key=lambda output: output.output_type != "error")
    try:
        utils.determine_grade(cell)
    except Exception as error:  # such as more points than the maximum
        cell.outputs[:0] = failed_outputs(type(error).__name__, str(error)[:300], "")


def _remark(cell: NotebookNode) -> str:
    error = error_of(cell)
    return said("The cell itself ended with %(error)s", error=error) if error else ""


def _place(cell: NotebookNode) -> str:
    grade_id = grade_id_of(cell)
    if grade_id:
        return said("cell %(name)s", name=repr(grade_id))
    return said("code cell %(number)s", number=cell.execution_count)


def stumbled_on(error: Exception) -> str:
    """The reason given where code of ours raised an error because of what a submission holds."""
    what = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
    return said("the grader itself failed on it (%(error)s)", error=what)


def _give_up(notebook: NotebookNode, done: int, verdict: Verdict, reason: str) -> None:
    """Say in every unfinished grade cell why it has no points."""
    for cell in notebook.cells[done:]:
        if is_automatic(cell):
            cell.outputs = failed_outputs("NotRun", str(verdict), said("This cell did not finish: %(reason)s.", reason=reason))
