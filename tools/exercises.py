"""Freeze the public cases of the exercises in lectures: ``python -m tools.exercises``.

``exercises/05_gru.py``, which has the form of a judge, becomes ``utils/src/unroll/public/05_gru.npz``, where ``check`` finds it.
Nothing is graded, so a student's function may import what it likes.
"""

import hashlib
from pathlib import Path

from autograder.judging.judge import load_judge
from unroll.checks import frozen

ROOT = Path(__file__).parent.parent
EXERCISES = sorted((ROOT / "exercises").glob("[0-9][0-9]_*.py"))


def public_file(path: Path) -> Path:
    """Where the public cases of a lecture's exercises lie."""
    return ROOT / "utils" / "src" / "unroll" / "public" / f"{path.stem}.npz"


def public_cases(path: Path) -> frozen.FrozenChecks:
    """The public cases of all checks in a module of exercises."""
    judge = load_judge(path)
    release = hashlib.sha256((judge.source or "").encode()).hexdigest()
    return judge.public_checks(list(judge.checks), release)


def main() -> None:
    for path in EXERCISES:
        frozen.save(public_file(path), public_cases(path))
        print(public_file(path).relative_to(ROOT))


if __name__ == "__main__":
    main()
