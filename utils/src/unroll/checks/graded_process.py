"""The process that runs a notebook at the desk as the grader will: ``python -m unroll.checks.graded_process JOB.json``.

The grader's jail has no packages but the assignment's, no files but the interpreter's, no network and no one to ask. Here these are
refused to the notebook's own code, which is enough for an honest one. Nothing is locked in: it is the student's own computer.
"""

import builtins
import contextlib
import errno
import importlib
import json
import os
import random
import site
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from unroll.checks import desk, finding
from unroll.checks.display import explain
from unroll.checks.marking import Report, place_in_cell
from unroll.checks.trial import OutOfTime, within

_OURS = {"__main__", "unroll"}  # whose imports are looked at: a library's own may go anywhere
_CONFIG = Config({"HistoryManager": {"enabled": False}, "InteractiveShell": {"colors": "NoColor", "enable_tip": False}})


class Refusals:
    """What the notebook's code asked for and does not get, since it was last read.

    Parameters
    ----------
    modules
        Top-level names of what can be imported, besides Python's own library; None if that is not known.
    hidden
        Folders of the student's, whose files do not exist.
    work
        The folder that the notebook runs in; beside it is an empty home.
    """

    def __init__(self, modules: Sequence[str] | None, hidden: Sequence[Path], work: Path) -> None:
        self._present = None if modules is None else {*modules, *sys.stdlib_module_names, *_OURS}
        self._loaded = {name.partition(".")[0] for name in sys.modules}
        shown = [sys.prefix, sys.base_prefix, site.getusersitepackages(), *sys.path, str(work.parent)]
        self._shown = tuple(form for each in shown if each for form in _forms(each))
        self._work = tuple(_forms(str(work)))
        self._hidden = tuple(form for each in hidden for form in _forms(str(each)))
        self._found: dict[str, None] = {}

    def read(self) -> list[str]:
        found, self._found = list(self._found), {}
        return found

    def install(self) -> None:
        """Refuse from now on, for as long as this process lives."""
        imported, imported_by_name = builtins.__import__, importlib.import_module

        def import_(name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> ModuleType:
            if level == 0:
                self._import(name, (globals or {}).get("__name__", "__main__"))
            return imported(name, globals, locals, fromlist, level)

        def import_module(name: str, package: str | None = None) -> ModuleType:
            self._import(name, sys._getframe(1).f_globals.get("__name__", "__main__"))
            return imported_by_name(name, package)

        def input_(prompt: object = "") -> str:
            self._found["it asks for input, and no one answers where this is graded"] = None
            raise EOFError("no one answers where this is graded")

        builtins.__import__, importlib.import_module, builtins.input = import_, import_module, input_
        sys.addaudithook(self._audit)

    def _import(self, name: str, importer: str) -> None:
        top, ours = name.partition(".")[0], importer.partition(".")[0]
        if self._present is None or top in self._present:
            return
        # IPython imports for the notebook in magics such as %matplotlib, and has imported for itself by now.
        if ours in _OURS or (ours == "IPython" and top not in self._loaded):
            self._found[
                f"{top} does not exist where this is graded; remove the import, or keep it out of the cells that are graded"
            ] = None
            raise ModuleNotFoundError(f"No module named {top!r}", name=top)

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(arguments[0], (str, bytes, os.PathLike)):
            self._open(os.fsdecode(arguments[0]), str(arguments[1] or "r"))
        elif event in ("socket.connect", "socket.getaddrinfo"):
            host = arguments[1][0] if event == "socket.connect" and isinstance(arguments[1], tuple) else arguments[0]
            if isinstance(host, (str, bytes)) and os.fsdecode(host) not in ("localhost", "127.0.0.1", "::1"):
                self._found["it uses the network, which does not exist where this is graded"] = None
                raise OSError(errno.ENETUNREACH, "Network is unreachable")

    def _open(self, path: str, mode: str) -> None:
        there = os.path.abspath(path)
        theirs = _below(there, self._hidden) and not _below(there, self._shown)
        if theirs or (mode.startswith("r") and _below(there, self._work) and not os.path.exists(there)):
            self._found[f"it opens {os.path.basename(path)}; no file of yours exists where this is graded"] = None
        if theirs:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)


def _forms(folder: str) -> set[str]:
    return {os.path.abspath(folder), os.path.realpath(folder)}


def _below(path: str, folders: tuple[str, ...]) -> bool:
    return any(path == folder or path.startswith(folder + os.sep) for folder in folders)


class _Shell(InteractiveShell):
    """A shell that starts no programs, cannot be left, and shows nothing."""

    def system(self, *_: Any, **__: Any) -> None:
        pass

    def getoutput(self, *_: Any, **__: Any) -> None:
        pass

    def enable_gui(self, *_: Any, **__: Any) -> None:
        pass

    def ask_exit(self) -> None:
        pass

    def showtraceback(self, *_: Any, **__: Any) -> None:
        pass

    def showsyntaxerror(self, *_: Any, **__: Any) -> None:
        pass


def main() -> None:
    job = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    shell = _Shell.instance(config=_CONFIG)
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002, students use it
    refusals = Refusals(job["modules"], [Path(each) for each in job["hidden"]], Path.cwd())
    for path in Path.cwd().glob("*.npz"):
        finding.find(next(iter(finding.loaded(path).questions)))  # reading it takes longer than most cells do
    for name in job["imports"]:
        with contextlib.suppress(ImportError):  # the cell will say so
            importlib.import_module(name)  # before a cell's time begins, as the grader does
    reports: list[Report] = []
    desk.recorded = reports
    with open(job["events"], "w", encoding="utf-8") as events:
        refusals.install()
        started = time.monotonic()
        for number, source in job["cells"]:
            said = _run(shell, source, job["cell_seconds"])
            event = {"cell": number, "said": said, "refused": refusals.read(), "reports": [_summary(each) for each in reports]}
            reports.clear()
            events.write(json.dumps(event | {"seconds": time.monotonic() - started}) + "\n")
            events.flush()


def _run(shell: Any, source: str, seconds: float) -> str:
    """Run a cell; gives a line about the error that ended it, empty if none did."""
    try:
        with within(seconds):
            result = shell.run_cell(source, store_history=False, silent=True)
    except OutOfTime as stop:
        return f"it ran for {seconds:g} s and was stopped" + (f" ({stop})" if str(stop) else "")
    error = result.error_before_exec or result.error_in_exec
    if error is None:
        return ""
    place, trace = "", error.__traceback__
    while trace is not None:
        place = place_in_cell(trace.tb_frame.f_code.co_filename, trace.tb_lineno) or place
        trace = trace.tb_next
    said = " ".join(str(error).split())[:200]
    return f"{type(error).__name__}: {said}" + (f" ({place})" if place else "")


def _summary(report: Report) -> dict[str, Any]:
    failed = [row for row in report.rows if not row.passed]
    hints = [explain(row, row.hint) for row in failed if row.hint]
    why = next(iter([*filter(None, [report.advice]), *hints, *(row.detail for row in failed)]), "")
    return {
        "name": report.name,
        "share": report.share,
        "cases": len(report.rows),
        "failed": len(failed),
        "unwritten": report.unwritten,
        "why": why,
    }


if __name__ == "__main__":
    main()
