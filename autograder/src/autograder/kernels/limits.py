"""The resource limits of a submission, and their defaults."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """The resource limits of one submission. A limit is for the whole run unless it says otherwise.

    Parameters
    ----------
    seconds
        Wall-clock time of the whole run.
    cell_seconds
        Wall-clock time of one cell.
    memory
        Bytes of private memory over all processes of the jail, not counting what the warm parent shares or imports need.
    processes
        Processes and threads at one time.
    disk
        Bytes of files, which are kept in memory; /tmp, /dev/shm and the home folder share them.
    output
        Bytes of output kept per cell.
    cpu_seconds
        CPU time of all processes together; None for as much as one busy core uses in the wall-clock time.
    """

    seconds: float = 120.0
    cell_seconds: float = 30.0
    memory: int = 1 << 30
    processes: int = 64
    disk: int = 128 << 20
    output: int = 1 << 20
    cpu_seconds: float | None = None

    @property
    def cpu(self) -> int:
        """Whole seconds of CPU time."""
        return int(self.cpu_seconds or self.seconds) + 1

    @property
    def files(self) -> int:
        """Files and folders that may exist at one time."""
        return max(4096, self.disk >> 14)


# For a run of the instructor's own notebook, which may never end. Someone waits for it.
PATIENT = Limits(seconds=1200, cell_seconds=600, memory=64 << 30, processes=2048, cpu_seconds=36_000)
