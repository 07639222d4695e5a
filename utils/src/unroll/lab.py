"""The course in JupyterLab: ``python -m unroll.lab`` brings the student's copies up to date and opens the start page.

The settings in ``jupyter/`` show Markdown as a page, keep Lab from asking for news, and hide what is meant for instructors, where it
is installed.
"""

import os
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from unroll.start import PAGE, WORK, CannotStart, bring, tell

SETTINGS = Path(__file__).parent / "jupyter"

# When Lab has ended, Python would wait for threads of its event loop, which sometimes wait for ever.
_LAB = """
import os, sys
from jupyterlab.labapp import main
try:
    status = main()
except SystemExit as end:
    status = end.code
if isinstance(status, str):
    print(status, file=sys.stderr)
    status = 1
sys.stdout.flush()
sys.stderr.flush()
os._exit(status or 0)
"""


def main() -> None:
    root = Path.cwd()
    if not (root / PAGE).is_file():
        sys.exit(f"There is no {PAGE} in {root}. Go to the folder of the course, and try again.")
    if find_spec("jupyterlab") is None:
        sys.exit(f"JupyterLab is not installed in this environment. Install it: {sys.executable} -m pip install jupyterlab")
    try:
        tell(bring(root))
    except CannotStart as error:
        sys.exit(str(error))
    sys.exit(run(command(sys.argv[1:]), environment()))


def command(arguments: list[str]) -> list[str]:
    """What starts Lab at the start page; as root, in a container, Lab wants to be told that this is meant."""
    as_root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return [sys.executable, "-c", _LAB, f"--LabApp.default_url=/lab/tree/{WORK}/{PAGE}", *as_root, *arguments]


def environment() -> dict[str, str]:
    """The environment for Lab: our settings come before those of the machine."""
    others = os.environ.get("JUPYTER_CONFIG_PATH")
    return {**os.environ, "JUPYTER_CONFIG_PATH": os.pathsep.join([str(SETTINGS), *([others] if others else [])])}


def run(command: list[str], environment: dict[str, str]) -> int:
    """Run Lab until it ends, and return its exit status.

    At a terminal, Ctrl-C goes to Lab alone, which asks and then ends with 0. If make got it too, it would report an error.
    """
    if not hasattr(os, "tcsetpgrp") or not sys.stdin.isatty():
        return subprocess.run(command, env=environment).returncode
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)  # we take the terminal back although it is not ours then
    lab = subprocess.Popen(command, env=environment, process_group=0)
    signal.signal(signal.SIGTERM, lambda *_: lab.terminate())
    os.tcsetpgrp(sys.stdin.fileno(), lab.pid)
    try:
        return lab.wait()
    finally:
        os.tcsetpgrp(sys.stdin.fileno(), os.getpgrp())


if __name__ == "__main__":
    main()
