"""What an assignment needs from its kernel: as the judge says, and complete."""

from dataclasses import dataclass
from typing import Literal, get_args

from autograder.kernels.limits import Limits

Gpu = Literal["no", "if there", "must"]


@dataclass(frozen=True)
class Requirements:
    """What an assignment needs from its kernel; a judge may define one as ``requirements``.

    Parameters
    ----------
    packages
        Distributions that can be imported. Everything else does not exist in the jail.
    limits
        The resource limits of a submission; if None, a multiple of what the instructor's own run needs
        (:mod:`autograder.records.measured_limits`).
    threads
        Threads per submission; parallel submissions shrink to match.
    gpu
        ``"must"`` have a GPU of its own, use one ``"if there"`` is one, or ``"no"``.
    """

    packages: tuple[str, ...] = ("numpy", "unroll-course")
    limits: Limits | None = None
    threads: int = 1
    gpu: Gpu = "no"

    def __post_init__(self) -> None:
        if self.gpu not in get_args(Gpu):
            raise ValueError(f"gpu is {self.gpu!r}; it must be one of {', '.join(map(repr, get_args(Gpu)))}")
        if self.threads < 1:
            raise ValueError(f"threads is {self.threads}; a submission needs at least one")

    def within(self, limits: Limits) -> "KernelRequirements":
        """The same requirements with these limits, whatever the judge says."""
        return KernelRequirements(self.packages, limits, self.threads, self.gpu)


@dataclass(frozen=True)
class KernelRequirements:
    """Complete requirements, from which a kernel can be started.

    Parameters
    ----------
    packages, threads, gpu
        As in :class:`Requirements`.
    limits
        The resource limits of a submission.
    """

    packages: tuple[str, ...]
    limits: Limits
    threads: int = 1
    gpu: Gpu = "no"
