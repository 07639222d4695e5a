"""The result of executing one submission: everything the coordinator needs to record it."""

import hashlib
import platform
import sys
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib import metadata

from unroll.checks import Report


class Verdict(StrEnum):
    """How a submission's run ended."""

    GRADED = "graded"
    TIME = "time limit"
    CPU = "CPU limit"
    MEMORY = "memory limit"
    OUTPUT = "output limit"
    CRASHED = "crashed"
    TAMPERED = "tampered"
    REJECTED = "rejected"
    STUMBLED = "the grader failed"
    FAULT = "our fault"

    @property
    def has_grade(self) -> bool:
        """True unless the submission still waits for a grade."""
        return self is not Verdict.FAULT


@dataclass
class Transcript:
    """The outcome of one submission.

    Parameters
    ----------
    student, assignment
        Whose submission, and for which assignment.
    verdict, reason
        How it ended, and a sentence if that is unusual.
    notebooks
        Executed notebooks, packed (:func:`autograder.notebook.pack`), by name; nbgrader scores them as the judge did.
    reports
        The judge's reports by notebook and grade id.
    environment
        Digest of the Python and the packages it ran with.
    seconds, cpu, memory
        Wall-clock and CPU seconds, and peak bytes beyond the warm parent.
    processes
        The largest number of processes and threads at one time.
    by_chance
        True if it might end differently when run again, alone.
    stumbled
        True if code of ours raised an error while it judged the submission; what was finished before counts.
    """

    student: str
    assignment: str
    verdict: Verdict
    reason: str = ""
    notebooks: dict[str, str] = field(default_factory=dict)
    reports: dict[str, dict[str, list[Report]]] = field(default_factory=dict)
    environment: str = ""
    seconds: float = 0.0
    cpu: float = 0.0
    memory: int = 0
    processes: int = 0
    by_chance: bool = False
    stumbled: bool = False


@cache
def environment_digest() -> str:
    """Digest of this Python and all installed packages."""
    installed = {f"{each.name}=={each.version}" for each in metadata.distributions()}
    return hashlib.sha256("\n".join([sys.version, platform.machine(), *sorted(installed)]).encode()).hexdigest()
