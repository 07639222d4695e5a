"""Run one submission: its notebooks in a jailed kernel, the judge beside it."""

import asyncio
import hmac
import tempfile
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePath

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from nbgrader.preprocessors import Execute
from unroll.checks import Report

from autograder.assignment import Assignment, is_automatic
from autograder.check import Requirements
from autograder.examiner import Examiner
from autograder.judge import Judge, load_judge
from autograder.kernels.parent import CannotJail, warm_parent
from autograder.kernels.provisioner import JailedKernelManager
from autograder.outputs import error_of, failed_outputs, judged_outputs
from autograder.rebuild import rebuild
from autograder.transcript import Transcript, Verdict

_GRACE_SECONDS = 2.0
_START_SECONDS = 60
_LINE = 5000  # characters kept of one line of a traceback, or of a result
_OUTPUTS = 500  # streams and displays kept of one cell
_CARRIERS = 10  # errors kept of one cell, and results: the first decides
_CELLS = 16  # a notebook's output is bounded by so many times a cell's


@dataclass(frozen=True)
class Job:
    """All that a worker needs to run one submission.

    Parameters
    ----------
    student, assignment
        Whose, and what for.
    notebooks
        Rebuilt notebooks as JSON text, by name.
    checks
        Names of the checks of each judged cell, by notebook and grade id.
    files
        Other files that the notebooks find beside them.
    judge
        Path of the judge module, or None.
    requirements
        What the kernel needs.
    key
        What the hidden cases are drawn from.
    jailed
        False runs the kernel without walls, where an instructor insists.
    """

    student: str
    assignment: str
    notebooks: dict[str, str]
    checks: dict[str, dict[str, tuple[str, ...]]]
    files: dict[str, bytes] = field(repr=False)
    judge: Path | None
    requirements: Requirements
    key: bytes = field(repr=False)
    jailed: bool = True


def prepare(
    assignment: Assignment,
    student: str,
    notebooks: dict[str, NotebookNode],
    files: dict[str, bytes],
    key: bytes,
    jailed: bool = True,
) -> Job:
    """Make the job of one submission: its notebooks rebuilt from the source, the instructor's files over the student's."""
    rebuilt = {name: rebuild(assignment.sources[name].graded, theirs) for name, theirs in notebooks.items()}
    return Job(
        student=student,
        assignment=assignment.name,
        notebooks={name: nbformat.writes(notebook) for name, notebook in rebuilt.items()},
        checks={name: source.checks for name, source in assignment.sources.items()},
        files=beside(files, assignment.file_contents),
        judge=assignment.judge.path,
        requirements=assignment.judge.requirements,
        key=key,
        jailed=jailed,
    )


def beside(theirs: dict[str, bytes], ours: dict[str, bytes]) -> dict[str, bytes]:
    """The instructor's files, and those of the student's that do not stand in their place: as a file where a folder of ours
    belongs, below a file of ours, or as a package where we have a module."""
    folders = {str(parent) for name in ours for parent in PurePath(name).parents}
    taken = {*ours, *(name.removesuffix(".py") for name in ours if name.endswith(".py"))}
    kept = {
        name: content
        for name, content in theirs.items()
        if name not in folders and not taken & {name, *map(str, PurePath(name).parents)}
    }
    return kept | ours


class _Stopped(Exception):
    """The kernel is gone, or has to go."""

    def __init__(self, verdict: Verdict, reason: str) -> None:
        super().__init__(reason)
        self.verdict, self.reason = verdict, reason


def run_job(job: Job) -> Transcript:
    """Execute a submission and return what came of it; never raises for anything that the submission does."""
    transcript = Transcript(job.student, job.assignment, Verdict.GRADED)
    try:
        runtime = warm_parent(job.requirements.packages).runtime
        with tempfile.TemporaryDirectory(prefix="work-", dir=runtime, ignore_cleanup_errors=True) as work:
            _run_in(work, job, transcript)
    except CannotJail as error:
        transcript.verdict, transcript.reason = Verdict.FAULT, str(error)
    return transcript


def _run_in(work: str, job: Job, transcript: Transcript) -> None:
    judge = load_judge(job.judge)
    for name, content in job.files.items():
        path = Path(work, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    for name, text in job.notebooks.items():
        notebook = nbformat.reads(text, as_version=4)
        transcript.reports[name] = asyncio.run(_run_notebook(job, name, notebook, judge, work, transcript))
        # A lone surrogate that the kernel has sent cannot be written to a file.
        transcript.notebooks[name] = nbformat.writes(notebook).encode(errors="replace").decode()


async def _run_notebook(job: Job, name: str, notebook: NotebookNode, judge: Judge, work: str, transcript: Transcript) -> dict:
    checks, reports = job.checks.get(name, {}), {}
    seed = int.from_bytes(hmac.digest(job.key, b"seed", "sha256")[:8], "little")  # the kernel sees it, and not the key
    limits = job.requirements.limits
    manager = JailedKernelManager(job.requirements.packages, limits, work, seed, job.jailed)
    client = _Client(notebook, manager, limits.output)
    done = 0
    try:
        await client.start()
        examiner = Examiner(judge.checks, lambda check: judge.hidden_questions(check, job.key), client.judge_channel)
        try:
            for index, cell in enumerate(notebook.cells):
                names = checks.get(cell.metadata.get("nbgrader", {}).get("grade_id"), ())
                if names:
                    examiner.begin(names)
                try:
                    in_time = await client.run(index, limits.cell_seconds)
                finally:
                    judged = examiner.finish()
                if names:
                    reports[cell.metadata.nbgrader.grade_id] = judged
                    cell.outputs = judged_outputs(cell.metadata.nbgrader.points, judged, _remark(cell))
                if not in_time:
                    transcript.verdict = Verdict.TIME
                    transcript.reason = f"a cell ran for {limits.cell_seconds:g} s and was stopped; the others were run"
                done = index + 1
        finally:
            await examiner.close()
    except _Stopped as stop:
        transcript.verdict, transcript.reason = stop.verdict, stop.reason
        _give_up(notebook, done, stop)
    finally:
        ending = await client.stop()
    transcript.seconds += ending.get("seconds", 0.0)
    transcript.cpu += ending.get("cpu", 0.0)
    transcript.memory = max(transcript.memory, ending.get("memory", 0))
    if transcript.verdict is Verdict.GRADED and _ran_out_of_memory(notebook, reports):
        transcript.verdict, transcript.reason = Verdict.MEMORY, "a cell ran out of memory; the others were run"
    return reports


def _ran_out_of_memory(notebook: NotebookNode, reports: dict[str, list[Report]]) -> bool:
    details = [row.detail for judged in reports.values() for report in judged for row in report.rows]
    return any("MemoryError" in text for text in [*details, *map(error_of, notebook.cells)])


def _remark(cell: NotebookNode) -> str:
    error = error_of(cell)
    return f"The cell itself ended with {error}" if error else ""


def _give_up(notebook: NotebookNode, done: int, stop: _Stopped) -> None:
    """Say in every grade cell that was not finished why it has no points."""
    for cell in notebook.cells[done:]:
        if is_automatic(cell):
            cell.outputs = failed_outputs("NotRun", str(stop.verdict), f"This cell did not finish: {stop.reason}.")


class _Client:
    """An nbclient that ends a cell at its limit and tells how its kernel died."""

    def __init__(self, notebook: NotebookNode, manager: JailedKernelManager, output_bytes: int) -> None:
        self._manager = manager
        self._nbclient = _BoundedClient(
            notebook,
            km=manager,
            allow_errors=True,
            coalesce_streams=True,  # when a kernel flushes is no part of what it said
            record_timing=False,
            startup_timeout=_START_SECONDS,
        )
        self._nbclient.output_bytes = output_bytes

    async def start(self) -> None:
        await self._nbclient.async_start_new_kernel()
        try:
            await self._nbclient.async_start_new_kernel_client()
        except RuntimeError as error:
            raise CannotJail(f"The kernel did not answer: {error}") from error

    @property
    def judge_channel(self):
        return self._manager.provisioner.judge_channel

    async def run(self, index: int, seconds: float) -> bool:
        """Execute a cell. Returns False if it had to be interrupted; raises _Stopped if the kernel is lost with it."""
        cell = self._nbclient.nb.cells[index]
        if cell.cell_type != "code" or not cell.source.strip():
            return True
        # Without this a later cell could rewrite what stands in an earlier, judged one, through a display id.
        self._nbclient.reset_execution_trackers()
        in_time = True
        running = asyncio.create_task(self._nbclient.async_execute_cell(cell, index))
        if not await _done(running, seconds):
            await self._manager.interrupt_kernel()
            if not await _done(running, _GRACE_SECONDS):
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
                raise _Stopped(Verdict.TIME, f"a cell ran for more than {seconds:g} s and could not be interrupted")
            in_time = False
        try:
            await running
        except DeadKernelError as error:
            await asyncio.wait_for(self._manager.provisioner.wait(), 10)
            raise self._death() from error
        except Exception as error:  # what a kernel sends can make nbclient raise anything
            raise _Stopped(Verdict.CRASHED, f"its kernel sent what no kernel sends ({type(error).__name__})") from error
        if not in_time:
            cell.outputs += failed_outputs(
                "TimeLimit", f"more than {seconds:g} s", f"Stopped: this cell ran for {seconds:g} s."
            )
        return in_time

    def _death(self) -> _Stopped:
        ending = self._manager.provisioner.ending or {}
        reason = ending.get("reason")
        if ending.get("event") != "ended" or reason == "keeper died":
            raise CannotJail(f"The jail broke down: {ending.get('why') or 'its keeper died'}.")
        for verdict in (Verdict.TIME, Verdict.CPU, Verdict.MEMORY):
            if reason == verdict:
                return _Stopped(verdict, f"the {verdict} was reached")
        code = ending.get("code")
        return _Stopped(Verdict.CRASHED, f"its kernel died ({'signal' if (code or 0) < 0 else 'exit status'} {abs(code or 0)})")

    async def stop(self) -> dict:
        """End the kernel and return what its keeper reported."""
        if self._nbclient.kc is not None:
            self._nbclient.kc.stop_channels()
        provisioner = self._manager.provisioner
        if provisioner is None:
            return {}
        await self._manager.shutdown_kernel(now=True)
        return provisioner.ending or {}


class _BoundedClient(NotebookClient):
    """Keeps at most `output_bytes` of a cell's streams and displays. Errors and results, which carry scores, are kept, cut."""

    output_bytes = 1 << 20
    _said: dict[int, int]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, on_cell_executed=partial(Execute.on_cell_executed, None), **kwargs)
        self._said = {}
        self._spent = 0

    def process_message(self, msg, cell, cell_index):
        kind, content = msg["msg_type"], msg["content"]
        if kind in ("stream", "display_data", "update_display_data", "comm_open", "comm_msg"):
            before = self._said.get(cell_index, 0)
            self._said[cell_index] = before + len(repr(content))
            over = self._said[cell_index] > self.output_bytes or len(cell.outputs) > _OUTPUTS
            if over or self._spent > _CELLS * self.output_bytes:
                if before <= self.output_bytes:
                    self._said[cell_index] = self.output_bytes + 1  # said once
                    text = f"[the rest of this cell's output is left out: more than {self.output_bytes >> 10} kB]\n"
                    cell.outputs.append(nbformat.v4.new_output("stream", name="stdout", text=text))
                return None
            self._spent += self._said[cell_index] - before
        elif kind in ("error", "execute_result") and sum(o.output_type == kind for o in cell.outputs) >= _CARRIERS:
            return None
        elif kind == "error":
            lines = [] if self._spent > _CELLS * self.output_bytes else content["traceback"]
            content["traceback"] = [str(line)[:_LINE] for line in lines][:100]
            content["evalue"] = str(content["evalue"])[:_LINE]
            content["ename"] = str(content["ename"])[:_LINE]
            self._spent += len(repr(content))
        elif kind == "execute_result" and len(repr(content)) > self.output_bytes:
            content["data"] = {"text/plain": str(content["data"].get("text/plain", ""))[:_LINE]}
        return super().process_message(msg, cell, cell_index)


async def _done(task: asyncio.Task, seconds: float) -> bool:
    finished, _ = await asyncio.wait({task}, timeout=seconds)
    return bool(finished)
