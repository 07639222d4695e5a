"""Public cases on disk: one .npz per assignment, written at release and read at the student's desk."""

import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from unroll.checks import wire
from unroll.checks.comparison import Comparison
from unroll.checks.marking import Answer, Question, Raised

_FORMAT = 2


@dataclass(frozen=True)
class FrozenChecks:
    """The public cases of one assignment.

    Parameters
    ----------
    release
        Identifies the release they were frozen with.
    questions, comparisons
        By name of the check.
    modules
        Top-level names of what can be imported while grading, besides Python's own library; None if that is not known.
    notebooks
        The released notebooks, as JSON, by name: what a student's saved notebook is rebuilt from.
    seconds, cell_seconds
        How long the whole run, and one cell of it, may take while it is graded; None if that is not known.
    """

    release: str
    questions: dict[str, list[Question]]
    comparisons: dict[str, Comparison]
    modules: tuple[str, ...] | None = None
    notebooks: Mapping[str, str] = field(default_factory=dict)
    seconds: float | None = None
    cell_seconds: float | None = None


def save(path: Path, frozen: FrozenChecks) -> None:
    """Write public cases. Values that cannot be sent over the wire cannot be frozen either (WireError)."""
    content = {
        "format": _FORMAT,
        "release": frozen.release,
        "modules": frozen.modules,
        "notebooks": dict(frozen.notebooks),
        "seconds": frozen.seconds,
        "cell_seconds": frozen.cell_seconds,
        "checks": {
            name: {"comparison": asdict(frozen.comparisons[name]), "questions": [_question_out(q) for q in questions]}
            for name, questions in frozen.questions.items()
        },
    }
    tree, arrays = wire.to_tree(content)
    path.parent.mkdir(parents=True, exist_ok=True)
    named: dict[str, Any] = {f"a{number}": array for number, array in enumerate(arrays)}
    named["tree"] = np.array(json.dumps(tree))
    np.savez_compressed(path, **named)


def load(path: Path) -> FrozenChecks:
    """Read public cases.

    Raises
    ------
    ValueError
        If the file is damaged or has another format; the message says what to do.
    """
    try:
        # np.load tries other formats for a file that does not start like a .npz, and its errors are long.
        if not zipfile.is_zipfile(path):
            raise zipfile.BadZipFile("not a .npz file")
        with np.load(path, allow_pickle=False) as file:
            arrays = iter([file[f"a{number}"] for number in range(len(file.files) - 1)])
            content = wire.from_tree(json.loads(str(file["tree"])), lambda *_: next(arrays))
        if content["format"] != _FORMAT:
            raise _OtherFormat(f"{path.name} belongs to another version of unroll; install the version that came with it")
        checks = content["checks"]
        questions = {name: [_question_in(q) for q in check["questions"]] for name, check in checks.items()}
        comparisons = {name: _comparison_in(check["comparison"]) for name, check in checks.items()}
    except _OtherFormat:
        raise
    except (OSError, EOFError, LookupError, TypeError, ValueError, StopIteration, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(f"{path.name} is damaged ({error}); copy it again from the assignment") from error
    rest = {name: content[name] for name in ("modules", "notebooks", "seconds", "cell_seconds") if name in content}
    return FrozenChecks(content["release"], questions, comparisons, **rest)


def check_names(path: Path) -> list[str]:
    """Only the names of a file's checks, in the order of its notebooks, which is quick: no cases are read."""
    with np.load(path, allow_pickle=False) as file:
        content = json.loads(str(file["tree"]))["d"]
    text = " ".join(content.get("notebooks", {"d": {}})["d"].values())
    return sorted(content["checks"]["d"], key=lambda name: text.find(f'check(\\"{name}\\"'))


class _OtherFormat(ValueError):
    pass


def _question_out(question: Question) -> dict[str, object]:
    fields = {name: getattr(question, name) for name in Question.__dataclass_fields__ if name != "mistakes"}
    fields["given"] = dict(question.given)
    return {**fields, "mistakes": [[sentence, asdict(answer)] for sentence, answer in question.mistakes]}


def _question_in(fields: dict[str, Any]) -> Question:
    mistakes = tuple((sentence, _answer_in(answer)) for sentence, answer in fields["mistakes"])
    return Question(**{**fields, "mistakes": mistakes})


def _answer_in(fields: dict[str, Any]) -> Answer:
    return Answer(**{**fields, "error": fields["error"] and Raised(**fields["error"])})


def _comparison_in(fields: dict[str, Any]) -> Comparison:
    return Comparison(**fields)
