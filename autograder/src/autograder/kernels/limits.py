"""What a submission may use up, and how much of it where no one says otherwise."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What one submission may use up. A limit holds for the whole run unless it says otherwise.

    Parameters
    ----------
    seconds
        Wall clock time of the whole run.
    cell_seconds
        Wall clock time of one cell.
    memory
        Bytes of private memory, over all processes of the jail, beyond what the warm parent shares or imports take.
    processes
        Processes and threads at a time.
    disk
        Bytes of files, all of them in memory; /tmp, /dev/shm and the home folder share them.
    output
        Bytes of output kept of one cell.
    cpu_seconds
        Processor time of all processes together; None for as much as one busy core has in the wall clock time.
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
        """Whole seconds of processor time."""
        return int(self.cpu_seconds or self.seconds) + 1

    @property
    def files(self) -> int:
        """Files and folders that may exist at a time."""
        return max(4096, self.disk >> 14)
