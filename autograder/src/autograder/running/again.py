"""Judge a kept run again: a changed comparison, weight or hint needs no kernel."""

from nbformat import NotebookNode
from unroll.checks import Report, mark

from autograder.course import CourseError
from autograder.judging.answers import asked_digest, unpack_answers
from autograder.judging.judge import Judge, read_judge
from autograder.notebook import grade_id_of, pack, unpack
from autograder.records.answers import KeptRun
from autograder.running.execution import Job, judge_path, run_digest
from autograder.running.outputs import judged_outputs
from autograder.transcript import JudgedCell, Transcript, Verdict


def judge_again(job: Job, kept: KeptRun | None) -> Transcript | None:
    """The transcript that a job would have, from the answers of an earlier run.

    Returns
    -------
    transcript
        None if the job must be executed: a kernel would run something else, be asked something else, or not all answers are kept.
    """
    if kept is None or kept.run != run_digest(job):
        return None
    transcript = Transcript(
        job.student,
        job.assignment,
        Verdict.GRADED,
        environment=kept.environment,
        seconds=kept.seconds,
        cpu=kept.cpu,
        memory=kept.memory,
        processes=kept.processes,
        judged=kept.judged,
    )
    try:
        judge = read_judge(job.judge, judge_path(job))
        for name, text in job.notebooks.items():
            notebook, cells = unpack(text), kept.judged.get(name, {})
            _bring_outputs(notebook, unpack(kept.notebooks[name]))
            transcript.reports[name] = {
                grade_id: _reports(judge, job, checks, cells[grade_id]) for grade_id, checks in job.checks[name].items()
            }
            for cell in notebook.cells:
                grade_id = grade_id_of(cell)
                if grade_id in transcript.reports[name]:
                    reports = transcript.reports[name][grade_id]
                    cell.outputs = judged_outputs(cell.metadata.nbgrader.points, reports, cells[grade_id].remark)
            transcript.notebooks[name] = pack(notebook)
    except (_Changed, KeyError, ValueError, CourseError):
        return None  # executing it says what is wrong, if anything is
    return transcript


class _Changed(Exception):
    """The questions are not those that were answered."""


def _reports(judge: Judge, job: Job, checks: tuple[str, ...], kept: JudgedCell) -> list[Report]:
    reports = []
    for name in checks:
        try:
            questions = judge.hidden_questions(name, job.key)
        except Exception as error:  # whatever a judge raises
            raise _Changed from error
        if kept.asked[name] != asked_digest(questions):
            raise _Changed
        reports.append(mark(name, questions, unpack_answers(kept.answers[name]), judge.checks[name].compare))
    return reports


def _bring_outputs(notebook: NotebookNode, executed: NotebookNode) -> None:
    """Copy the outputs of the code cells, which are the same in both, in the same order."""
    ran = [cell for cell in executed.cells if cell.cell_type == "code"]
    for cell, before in zip([cell for cell in notebook.cells if cell.cell_type == "code"], ran, strict=True):
        cell.outputs, cell.execution_count = before.outputs, before.execution_count
