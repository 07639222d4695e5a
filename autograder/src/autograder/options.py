"""What becomes of each option of nbgrader's configuration here: honoured, bettered, or not honoured and named when it is set."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from jupyter_core.paths import jupyter_config_path
from traitlets.config import Config

Standing = Literal["same", "better", "not", "nbgrader"]


@dataclass(frozen=True)
class Option:
    """One option, or all of a class.

    Parameters
    ----------
    standing
        ``same`` as in nbgrader; ``better``; ``not`` honoured; or read by a command of ``nbgrader``'s own, which goes on working
        in the same course.
    because
        How, or why not: a clause.
    commands
        The commands of ours that an instructor might expect to read it.
    """

    standing: Standing
    because: str
    commands: tuple[str, ...] = ("grade",)


_RELEASE = ("release", "grade")
_OWN = Option("nbgrader", "read by nbgrader's own commands, which work in the same course")
_BY_US = "our kernels are started and stopped by the jail, within the limits of `c.Course.limits`"
_PREPARED = Option("same", "nbgrader's own code runs with it", _RELEASE)
_STEPS = "the steps are fixed, so that points, tests and records cannot be changed by one left out"
_FIXED = Option("not", _STEPS, _RELEASE)
_AS_LONG = "a cell may take as long; where it says that there is no limit, ours holds, and the command says so"
_NO_LIMIT = Option("not", "each cell has a limit; c.Course.limits changes it")
_HOOK = "no hook is called; run the function before or after the command"
_EXPORTED = Option("not", "`autograder export` writes one CSV; `nbgrader export` works, too", ("export",))
_PAGE = Option("not", "the page is our own, without hidden tests and active content", ("feedback",))
_COLLECTED = "`autograder collect` reads platforms' exports itself; see its --from and --pattern"

OPTIONS: dict[str, Option] = {
    # Where things are.
    "CourseDirectory": Option("same", "the course is where nbgrader has it", _RELEASE),
    "CourseDirectory.directory_structure": Option("not", "any other structure is refused with a sentence", _RELEASE),
    "CourseDirectory.assignment_id": Option("not", "name the assignment in the command", _RELEASE),
    "CourseDirectory.notebook_id": Option("not", "all notebooks of an assignment are taken together", _RELEASE),
    "CourseDirectory.student_id": Option("not", "use --student"),
    "CourseDirectory.groupshared": Option("not", "files get the permissions of your umask", _RELEASE),
    "CourseDirectory.include": Option("nbgrader", "read when nbgrader's exchange copies folders"),
    "CourseDirectory.max_file_size": Option("nbgrader", "read when nbgrader's exchange copies folders; here 50 MB in all"),
    "CourseDirectory.max_dir_size": Option("nbgrader", "read when nbgrader's exchange copies folders; here 50 MB in all"),
    "CourseDirectory.solution_directory": _OWN,
    "CourseDirectory.source_with_tests_directory": _OWN,
    # The release.
    "IncludeHeaderFooter": Option("better", "found from the course, wherever the command is started", _RELEASE),
    "InstantiateTests": Option(
        "better", "tests are made once for each state of the source, which may have random numbers", _RELEASE
    ),
    "ClearSolutions": _PREPARED,
    "ClearHiddenTests": _PREPARED,
    "ClearMarkScheme": _PREPARED,
    "ClearOutput": _PREPARED,
    "LockCells": _PREPARED,
    "CheckCellMetadata": _PREPARED,
    "ComputeChecksums": _PREPARED,
    "SaveCells": _PREPARED,
    "GenerateAssignment.preprocessors": _FIXED,
    "GenerateAssignment.create_assignment": Option("not", "an assignment with a source is always created", _RELEASE),
    "GenerateAssignment.no_database": Option("not", "the gradebook is always written", ("release",)),
    # Grading.
    "Autograde.exclude_overwriting": Option("same", "these files stay the student's"),
    "Autograde.create_student": Option("not", "a student who hands in is created; `collect --roster` refuses the others"),
    "Autograde.sanitize_preprocessors": Option("not", _STEPS),
    "Autograde.autograde_preprocessors": Option("not", _STEPS),
    "Execute.timeout": Option("same", _AS_LONG),
    "ExecutePreprocessor.timeout": Option("same", _AS_LONG),
    "NotebookClient.timeout": Option("same", _AS_LONG),
    "Execute": Option("not", _BY_US),
    "ExecutePreprocessor": Option("not", _BY_US),
    "NotebookClient": Option("not", _BY_US),
    "OverwriteCells": Option("better", "cells that are missing always come back, and what is repaired is told in the feedback"),
    "OverwriteCells.missing_cell_notification": Option(
        "not", "a cell that comes back is the source's, without a notice above it"
    ),
    "OverwriteKernelspec": Option("better", "the source's kernel is always used"),
    "DeduplicateIds": Option(
        "better", "of two cells with one grade id the last that was filled in counts, and the other runs as the student's own"
    ),
    "IgnorePattern": Option("same", "nbgrader's own code runs with it"),
    "LimitOutput": Option("same", "nbgrader's own code runs with it, after a limit of our own on what is kept at all"),
    "SaveAutoGrades": Option("same", "the same rows are written, in one transaction for each submission"),
    "AssignLatePenalties": Option("same", "the plugin may be installed, or lie beside the configuration"),
    "LateSubmissionPlugin": Option("same", "nbgrader's own code runs with it"),
    # Every converter.
    "BaseConverter.force": Option("not", "use --force"),
    "BaseConverter.permissions": Option("not", "files get the permissions of your umask", (*_RELEASE, "feedback")),
    "BaseConverter.exporter_class": Option(
        "not", "notebooks are written as notebooks, feedback as our own page", (*_RELEASE, "feedback")
    ),
    "BaseConverter.pre_convert_hook": Option("not", _HOOK, (*_RELEASE, "feedback")),
    "BaseConverter.post_convert_hook": Option("not", _HOOK, (*_RELEASE, "feedback")),
    "NbGraderPreprocessor": Option("same", "a step that is switched off is left out, but for those named here", _RELEASE),
    # What comes after.
    "GenerateFeedback": _PAGE,
    "GetGrades": _PAGE,
    "ExportPlugin": _EXPORTED,
    "ExportApp": _EXPORTED,
    "ZipCollectApp": Option("not", _COLLECTED, ("collect",)),
    "ExtractorPlugin": Option("not", _COLLECTED, ("collect",)),
    "FileNameCollectorPlugin": Option("not", _COLLECTED, ("collect",)),
    # nbgrader's own commands.
    **dict.fromkeys(
        ("Exchange", "ExchangeFactory", "ExchangeCollect", "ExchangeFetchAssignment", "ExchangeFetchFeedback"), _OWN
    ),
    **dict.fromkeys(("ExchangeList", "ExchangeReleaseAssignment", "ExchangeReleaseFeedback", "ExchangeSubmit"), _OWN),
    **dict.fromkeys(("Authenticator", "Validator", "NbGraderAPI", "NbGrader", "FormgradeExtension", "QuickStartApp"), _OWN),
    **dict.fromkeys(("DbAssignmentAddApp", "DbAssignmentRemoveApp", "DbStudentAddApp", "DbStudentRemoveApp"), _OWN),
    **dict.fromkeys(("GenerateConfigApp", "GenerateAssignmentApp", "GenerateSolution", "UpdateApp"), _OWN),
    "GenerateSourceWithTests": _OWN,
    # Steps that are never left out.
    **dict.fromkeys(("SaveCells.enabled", "OverwriteCells.enabled", "OverwriteKernelspec.enabled"), _FIXED),
    **dict.fromkeys(("DeduplicateIds.enabled", "SaveAutoGrades.enabled"), _FIXED),
    "AssignLatePenalties.enabled": Option("not", 'c.LateSubmissionPlugin.penalty_method = "none" does it'),
}

# The classes whose options can also be set under another name; the names of nbgrader's older versions are among them.
_ALSO = {
    "Assign": ("GenerateAssignment", "BaseConverter"),
    "GenerateAssignment": ("BaseConverter",),
    "Autograde": ("BaseConverter",),
    "Feedback": ("GenerateFeedback", "BaseConverter"),
    "GenerateFeedback": ("BaseConverter",),
    "CsvExportPlugin": ("ExportPlugin",),
}


def option(section: str, name: str) -> Option | None:
    """What becomes of one option; None for one that is not nbgrader's."""
    sections = (section, *_ALSO.get(section, ()))
    keys = [f"{each}.{name}" for each in sections] + list(sections)
    return next((OPTIONS[key] for key in keys if key in OPTIONS), None)


def not_honoured(config: Config, command: str) -> list[str]:
    """A sentence for each option that is set, is expected to change `command`, and does not.

    Examples
    --------
    >>> not_honoured(Config(Autograde={"create_student": False}), "grade")
    ['c.Autograde.create_student is not honoured: a student who hands in is created; `collect --roster` refuses the others.']
    """
    return [
        f"c.{section}.{name} is not honoured: {found.because}."
        for section, options in sorted(config.items())
        if isinstance(options, Config)
        for name in sorted(options)
        if (found := _NO_LIMIT if _is_no_limit(section, name, options[name]) else option(section, name))
        and found.standing == "not"
        and command in found.commands
    ]


def _is_no_limit(section: str, name: str, value: object) -> bool:
    """Whether an option says, as -1 does, that a cell may take as long as it likes."""
    known = option(section, name)
    return known is not None and known.because == _AS_LONG and (value is None or (isinstance(value, int) and value <= 0))


def unread(root: str) -> list[str]:
    """A sentence for each file that nbgrader would read its configuration from as well."""
    places = [Path(root, "nbgrader_config.json")]
    places += [Path(folder, f"nbgrader_config.{ending}") for folder in jupyter_config_path() for ending in ("py", "json")]
    return [
        f"{path} is not read; what it sets belongs into nbgrader_config.py in the course." for path in places if path.exists()
    ]
