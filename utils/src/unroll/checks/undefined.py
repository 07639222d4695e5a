"""``check("softmax", softmax)`` before softmax exists: one line, in the place of Python's traceback."""

import os
import re
import sys
from typing import Any

from unroll import showing

_CALLED = r"\bcheck\(\s*[\"'][^\"']*[\"']\s*,\s*{}\b"


def watch() -> None:
    """Show one line for that error in this notebook from here on; every other error is shown as ever, and while grading, all are."""
    if "NBGRADER_EXECUTION" in os.environ or "UNROLL_JUDGE" in os.environ:
        return
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is not None and not shell.custom_exceptions:
        shell.set_custom_exc((NameError,), _shown)


def _shown(shell: Any, kind: type[BaseException], error: NameError, trace: Any, tb_offset: int | None = None) -> None:
    source = shell.user_ns.get("In", [""])[-1]
    in_the_cell = trace is not None and (trace.tb_next is None or trace.tb_next.tb_next is None)
    if in_the_cell and error.name and re.search(_CALLED.format(re.escape(error.name)), source):
        said = f"{error.name}: the cell that defines it was not run yet"
        showing.show(said, showing.lines(said))
    else:
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
