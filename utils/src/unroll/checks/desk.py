"""``check(name, thing)``: the line that students run and that grade cells contain."""

import html
import os
from dataclasses import replace
from importlib import resources
from pathlib import Path

from unroll.checks import exam, frozen
from unroll.checks.absent import absent_module
from unroll.checks.display import as_html, as_text, not_written
from unroll.checks.marking import Report, Row, ask, examine, mark


class CheckFailed(AssertionError):
    """A check failed under ``nbgrader validate`` or ``nbgrader autograde``, which look for errors."""


def check(name: str, thing: object) -> None:
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
    cases, notes = _find(name)
    missing = None if cases.modules is None else absent_module(thing, cases.modules)
    if missing is not None:
        said = f"{missing} does not exist where this is graded, and would stop your work there; do without it"
        report = Report(name, (Row("what it imports", False, said),), 0.0, notes)
    else:
        questions = cases.questions[name]
        answers = [examine(ask(thing, question.arguments, question.calls), question) for question in questions]
        report = replace(mark(name, questions, answers, cases.comparisons[name]), notes=notes)
    if os.environ.get("NBGRADER_EXECUTION"):
        if not report.passed:
            raise CheckFailed("\n" + as_text(report))
        print(as_text(report))
        return
    _show(report)


def _show(report: Report) -> None:
    text = not_written(report) if report.unwritten else as_text(report)
    try:
        from IPython import get_ipython
        from IPython.display import display
    except ImportError:
        print(text)
        return
    if get_ipython() is None:
        print(text)
        return
    page = "".join(f"<div>{html.escape(line)}</div>" for line in text.splitlines()) if report.unwritten else as_html(report)
    display({"text/plain": text, "text/html": page}, raw=True)


def _find(name: str) -> tuple[frozen.FrozenChecks, tuple[str, ...]]:
    """Find the public cases of `name`, first next to the notebook, then in the package."""
    beside, damaged = {}, []
    for path in sorted(Path.cwd().glob("*.npz")):
        try:
            beside[path.name] = frozen.load(path)
        except ValueError as error:  # or it is someone's own data
            damaged.append(str(error))
    folder = resources.files("unroll") / "public"
    packaged = {path.name: path for path in sorted(Path(str(folder)).glob("*.npz"))}
    for filename, cases in beside.items():
        if name in cases.questions:
            notes: tuple[str, ...] = ()
            if filename in packaged and frozen.load(packaged[filename]).release != cases.release:
                notes = (
                    f"{filename} next to this notebook and the installed unroll are from different releases. The file next to "
                    "the notebook was used; if your numbers look right, reinstall unroll.",
                )
            return cases, notes
    names = {known for cases in beside.values() for known in cases.questions}
    for path in packaged.values():
        cases = frozen.load(path)
        if name in cases.questions:
            return cases, tuple(sentence for sentence in damaged if sentence.startswith(path.name))
        names |= cases.questions.keys()
    known = ", ".join(sorted(names)) or "none; reinstall unroll-course"
    raise LookupError(" ".join([f"There is no check named {name!r}. Known checks: {known}.", *damaged]))
