"""The command ``autograder``: its subcommands in order, and what belongs to the whole process."""

import errno
import logging
import sys
from typing import cast

import typer
from traitlets import TraitError

# nbformat imports jsonschema, which uses this package, if installed, to check addresses. Building its grammar takes 1.5 s
# at every start, and no notebook needs it.
cast(dict[str, object], sys.modules).setdefault("rfc3987_syntax", None)

from autograder.commands.keeping import cluster, doctor, forget, upgrade  # noqa: E402
from autograder.commands.making import publish, rehearse, release  # noqa: E402
from autograder.commands.marking import collect, grade, regrade, verify  # noqa: E402
from autograder.commands.returning import export, feedback, report, term  # noqa: E402
from autograder.commands.shared import INTERRUPTED, NOT_ALL_GRADED, WRONG_USAGE  # noqa: E402
from autograder.console import err  # noqa: E402
from autograder.course import CONFIG, CourseError  # noqa: E402
from autograder.kernels.devices import hide_gpus  # noqa: E402

app = typer.Typer(
    help="Release, rehearse and grade the assignments of an nbgrader course, in jailed kernels with a judge outside.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode="markdown",
)
_MAKING, _MARKING = (release, publish, rehearse), (collect, grade, regrade, verify)
_RETURNING, _KEEPING = (feedback, report, export, term), (forget, upgrade, cluster, doctor)
for command in (*_MAKING, *_MARKING, *_RETURNING, *_KEEPING):  # in the order of the help
    app.command()(command)

_READ_ONLY = (errno.EROFS, errno.EACCES, errno.EPERM)
_MAKE_WRITABLE = "Make it writable for you, or name another folder with c.Course.work_directory in nbgrader_config.py."
_GOES_ON = "Recorded results are kept; run the same command again to continue."


def _set_up_process() -> None:
    """Change what belongs to the whole process; only this command does, never what it calls."""
    hide_gpus()
    logging.getLogger("tornado.application").setLevel(logging.CRITICAL)  # database errors, which are raised as well


def main() -> None:
    """Run the command; errors in the course print one sentence, and so does Ctrl-C."""
    _set_up_process()
    try:
        app()
    except SystemExit as end:
        if end.code == INTERRUPTED:
            err.print(f"Stopped. {_GOES_ON}")
        raise
    except CourseError as error:
        err.print(str(error), markup=False)
        sys.exit(WRONG_USAGE)
    except TraitError as error:  # nbgrader's steps look at their options when they are made
        err.print(f"{CONFIG}: {error}", markup=False)
        sys.exit(WRONG_USAGE)
    except OSError as error:
        advice = _MAKE_WRITABLE if error.errno in _READ_ONLY else _GOES_ON
        err.print(f"Stopped: {error}. {advice}", markup=False)
        sys.exit(NOT_ALL_GRADED)
