"""What an assignment needs of the kernel that runs it."""

from dataclasses import dataclass
from typing import Literal, get_args

from autograder.kernels.limits import Limits

Gpu = Literal["no", "if there", "must"]


@dataclass(frozen=True)
class Requirements:
    """What an assignment needs of the kernel that runs it; a judge may define one as ``requirements``.

    Parameters
    ----------
    packages
        Distributions that can be imported. Everything else does not exist in the jail.
    limits
        What a submission may use up; if None a multiple of what the instructor's own run takes (:mod:`autograder.running.own_run`).
    threads
        With how many a submission computes, so many fewer run at a time.
    gpu
        ``"must"`` have one, to itself; take one ``"if there"`` is any; or ``"no"``.
    """

    packages: tuple[str, ...] = ("numpy", "unroll-course")
    limits: Limits | None = None
    threads: int = 1
    gpu: Gpu = "no"

    def __post_init__(self) -> None:
        if self.gpu not in get_args(Gpu):
            raise ValueError(f"gpu is {self.gpu!r}; it must be one of {', '.join(map(repr, get_args(Gpu)))}")
        if self.threads < 1:
            raise ValueError(f"threads is {self.threads}; a submission needs one at least")
