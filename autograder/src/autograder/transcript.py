"""The result of executing one submission: everything the coordinator needs to record it."""

import hashlib
import json
import math
import platform
import sys
from dataclasses import asdict, dataclass, field, is_dataclass
from enum import StrEnum
from functools import cache
from importlib import metadata
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

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


class Remark(StrEnum):
    """A kind of thing that explains a score, or that a person should know before trusting it."""

    OTHER_ASSIGNMENT = "another assignment"
    OTHER_LANGUAGE = "another language"
    UNTOUCHED = "untouched"
    MISSING = "missing package or file"
    LEFT_OUT = "left out"
    NO_TIME = "no time"
    RECOGNISED = "recognised"
    LOST = "lost"
    OLDER_RELEASE = "an older release"


@dataclass(frozen=True)
class JudgedCell:
    """What a judged cell was asked and answered.

    Parameters
    ----------
    remark
        What is said below the judge's reports.
    asked, answers
        By check: a digest of its questions, and the answers as text (:mod:`autograder.judging.answers`). Without what is too large.
    """

    remark: str
    asked: dict[str, str]
    answers: dict[str, str]


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
    judged
        What the reports were made from, by notebook and grade id.
    runs
        2 if it was executed a second time, alone.
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
    judged: dict[str, dict[str, JudgedCell]] = field(default_factory=dict)
    runs: int = 1


def write_transcript(transcript: Transcript) -> bytes:
    """A transcript as JSON."""
    return json.dumps(asdict(transcript)).encode()


def read_transcript(data: bytes) -> Transcript:
    """Read what :func:`write_transcript` writes, and nothing else: it may come from anyone.

    Raises
    ------
    ValueError
        If it is anything else.
    """
    try:
        transcript: Transcript = _read(Transcript, json.loads(data))
    except (TypeError, KeyError, OverflowError, RecursionError) as error:
        raise ValueError(f"not a transcript ({type(error).__name__}: {error})") from error
    return transcript


def _read(kind: Any, value: Any) -> Any:
    """The value as this kind of thing, which JSON has made plain."""
    origin, of = get_origin(kind), get_args(kind)
    if is_dataclass(kind):
        kinds = get_type_hints(kind)
        return kind(**{name: _read(kinds[name], each) for name, each in _of(dict, value).items()})  # type: ignore[operator]
    if origin is UnionType:  # with None
        return None if value is None else _read(of[0], value)
    if origin is dict:
        return {_read(of[0], key): _read(of[1], each) for key, each in _of(dict, value).items()}
    if origin in (list, tuple):
        return origin(_read(of[0], each) for each in _of(list, value))
    if kind is float:
        number = float(_of(int, value) if type(value) is int else _of(float, value))
        if not math.isfinite(number):
            raise TypeError("a number that is not finite")
        return number
    return kind(_of(str, value)) if issubclass(kind, StrEnum) else _of(kind, value)


def _of(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise TypeError(f"{type(value).__name__} instead of {kind.__name__}")
    if isinstance(value, str):
        value.encode()  # a lone surrogate cannot be written to a file
    if isinstance(value, int) and abs(value) >= 2**63:
        raise TypeError("a number beyond 64 bits")  # as a float it may be too large
    return value


@cache
def environment_digest() -> str:
    """Digest of this Python and all installed packages."""
    installed = {f"{each.name}=={each.version}" for each in metadata.distributions()}
    return hashlib.sha256("\n".join([sys.version, platform.machine(), *sorted(installed)]).encode()).hexdigest()
