"""How a class did as a whole: quartiles, how well each check tells students apart, and the assignment before."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from nbgrader.api import Gradebook

from autograder.records.gradebook import standings

_FEW = 8  # students; with fewer, a correlation says nothing
_FELL = 0.3  # share of the points


@dataclass(frozen=True)
class Spread:
    """Mean and quartiles of the scores."""

    mean: float
    lower: float
    median: float
    upper: float

    @classmethod
    def of(cls, scores: Sequence[float]) -> "Spread | None":
        """None if there are no scores.

        Examples
        --------
        >>> Spread.of([0.0, 10.0, 20.0, 30.0])
        Spread(mean=15.0, lower=7.5, median=15.0, upper=22.5)
        """
        if not scores:
            return None
        lower, median, upper = statistics.quantiles(scores, method="inclusive") if len(scores) > 1 else [scores[0]] * 3
        return cls(statistics.mean(scores), lower, median, upper)


def discrimination(shares: Sequence[float], rest: Sequence[float]) -> float | None:
    """How well a part tells strong students from weak ones: its correlation with the points of the rest.

    Parameters
    ----------
    shares
        Each student's share of the part's points.
    rest
        The same students' points in everything else.

    Returns
    -------
    r
        Pearson's, from -1 to 1; None with few students or if all have the same.
    """
    if len(shares) < _FEW or len(set(shares)) == 1 or len(set(rest)) == 1:
        return None
    return statistics.correlation(shares, rest)


@dataclass(frozen=True)
class Comparison:
    """The same students in the last assignment that was graded.

    Parameters
    ----------
    assignment
        Its name.
    before, now
        Median share of the points of the students who have both.
    fell
        Students who lost most, with both shares: those who may need help.
    """

    assignment: str
    before: float
    now: float
    fell: list[tuple[str, float, float]]


def compared(gradebook: Gradebook, name: str, shares: dict[str, float]) -> Comparison | None:
    """Compare with the assignment before this one, by name; None if none was graded for the same students."""
    earlier = sorted(assignment.name for assignment in gradebook.assignments if assignment.name < name)
    for other in reversed(earlier):
        known = {who: s.score / s.max_score for who, s in standings(gradebook, other).items() if s.max_score and who in shares}
        if known:
            both = [(student, known[student], shares[student]) for student in known]
            fell = sorted((b for b in both if b[1] - b[2] >= _FELL), key=lambda b: b[2] - b[1])
            return Comparison(other, statistics.median(b[1] for b in both), statistics.median(b[2] for b in both), fell)
    return None
