"""What an assignment needs of the kernel that runs it: as its judge says it, and complete."""

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
        What a submission may use up; if None a multiple of what the instructor's own run takes
        (:mod:`autograder.records.measured_limits`).
    threads
        Threads per submission; parallel submissions shrink to match.
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

    def within(self, limits: Limits) -> "KernelRequirements":
        """The same with these limits, whatever the judge says of them."""
        return KernelRequirements(self.packages, limits, self.threads, self.gpu)


@dataclass(frozen=True)
class KernelRequirements:
    """Complete requirements, from which a kernel can be started.

    Parameters
    ----------
    packages, threads, gpu
        As :class:`Requirements` has them.
    limits
        What a submission may use up.
    """

    packages: tuple[str, ...]
    limits: Limits
    threads: int = 1
    gpu: Gpu = "no"
