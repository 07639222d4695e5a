"""Run the command, and end it while it records a submission.

usage: python cut_off.py NUMBER SECONDS ARGUMENT...

It ends SECONDS after it has begun to record its submission number NUMBER, as if killed: by SIGALRM, which Python leaves to Linux.
"""

import signal
import sys

from autograder.cli import main
from autograder.records.gradebook import Recorder


def cut_off(number: int, seconds: float) -> None:
    record, begun = Recorder.record, 0

    def counted(self: Recorder, *arguments):
        nonlocal begun
        begun += 1
        if begun == number:
            signal.setitimer(signal.ITIMER_REAL, seconds)
        return record(self, *arguments)

    Recorder.record = counted


if __name__ == "__main__":
    _, number, seconds, *arguments = sys.argv
    cut_off(int(number), float(seconds))
    sys.argv[1:] = arguments
    main()
