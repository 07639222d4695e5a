"""npm's packages of the web book and of the browser's notebooks."""

import shutil
import subprocess
import sys

from tools.address import ROOT

SITE = ROOT / "site"
PACKAGES = SITE / "node_modules"


def install() -> None:
    """Install what package-lock.json names, unless it is there.

    Raises
    ------
    SystemExit
        If npm is missing or fails.
    """
    done = PACKAGES / ".package-lock.json"
    if done.exists() and done.stat().st_mtime >= (SITE / "package-lock.json").stat().st_mtime:
        return
    npm = shutil.which("npm")
    if npm is None:
        sys.exit(
            "MathJax for the book and Python for the browser come from npm. Install Node.js with npm, then run this again."
        )
    if subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=SITE).returncode:
        sys.exit(f"npm could not install what {SITE / 'package-lock.json'} names. `npm ci` in that folder says why.")
