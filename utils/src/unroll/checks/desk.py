"""``check(name, thing)``: the line that students run and that grade cells contain."""

import os
from dataclasses import replace

from unroll import showing
from unroll.checks import exam, finding, frozen
from unroll.checks.absent import absent_module
from unroll.checks.display import as_html, as_text, not_written
from unroll.checks.marking import Report, Row, mark
from unroll.checks.models import is_model
from unroll.checks.trial import advice, try_out

_SECONDS = 60.0  # for a check, where nothing else is said

# In the process that runs a notebook as the grader will, the reports on its checks; None anywhere else.
recorded: list[Report] | None = None


class CheckFailed(AssertionError):
    """A check failed under ``nbgrader validate`` or ``nbgrader autograde``, which look for errors."""


class Desk:
    """What students call as ``check``: a check, and what else their desk can do for them."""

    def __call__(self, name: str, thing: object) -> None:
        """Try the public cases of a check on what you wrote, and show the result.

        Works offline, with the cases frozen when the assignment was released. While an assignment is graded, the
        same line answers the grader's own cases instead and shows nothing.

        Parameters
        ----------
        name
            The check's name, as in the notebook.
        thing
            The function you wrote.

        Raises
        ------
        LookupError
            If there is no such check.
        CheckFailed
            Under nbgrader's own commands, if a case fails.
        """
        if exam.channel() is not None:
            exam.sit(name, thing)
            return
        cases, notes = finding.find(name)
        report = replace(_examined(name, thing, cases), notes=notes)
        if recorded is not None:
            recorded.append(report)
        elif os.environ.get("NBGRADER_EXECUTION"):
            if not report.passed:
                raise CheckFailed("\n" + as_text(report))
            print(as_text(report))
        else:
            from unroll import progress

            progress.note(report)
            self._show(report)

    def _show(self, report: Report) -> None:
        if report.unwritten:
            showing.show(not_written(report), showing.lines(not_written(report)))
        else:
            showing.show(as_text(report), as_html(report))

    def all(self) -> None:
        """Before you hand in: run your saved notebook in a new process, as it will be graded, and show what it gets.

        While an assignment is graded, this does nothing.
        """
        if _at_a_desk():
            from unroll.checks.rehearsal import rehearse

            showing.show(*rehearse().shown())

    def doctor(self) -> None:
        """Say what is wrong with your notebook and with what is installed, and repair the saved notebook."""
        if _at_a_desk():
            from unroll import doctor

            doctor.show()

    def progress(self) -> None:
        """Show what you have done, what is next, and which mistakes came back: from a file on this computer alone."""
        if _at_a_desk():
            from unroll import progress

            showing.show(*progress.shown())


def _at_a_desk() -> bool:
    """False while a notebook is graded, or run as it will be graded."""
    return exam.channel() is None and recorded is None and not os.environ.get("NBGRADER_EXECUTION")


def _examined(name: str, thing: object, cases: frozen.FrozenChecks) -> Report:
    """The report on the public cases."""
    questions = cases.questions[name]
    if not callable(thing) and not is_model(thing) and questions[0].arguments:
        kind = {"ndarray": "an array", "NoneType": "None"}.get(type(thing).__name__, f"a {type(thing).__name__}")
        said = f'hand over the function itself, as in check("{name}", {name}), and not what it returns; this is {kind}'
        return Report(name, (Row("what you hand over", False, said),), 0.0)
    # Where a notebook is run as it will be graded, the import itself fails, and each cell has its time.
    here = recorded is None
    missing = absent_module(thing, cases.modules) if cases.modules is not None and here else None
    if missing is not None:
        said = f"{missing} does not exist where this is graded; remove the import, or keep it out of the cells that are graded"
        return Report(name, (Row("what it imports", False, said),), 0.0)
    trial = try_out(thing, questions, (cases.cell_seconds or _SECONDS) if here else None)
    report = mark(name, questions, trial.answers, cases.comparisons[name])
    wrong_parameters = "" if report.passed or not questions[0].arguments else advice(thing, questions[0].names)
    return replace(report, advice=wrong_parameters, printed=trial.printed, warned=trial.warned)


check = Desk()
