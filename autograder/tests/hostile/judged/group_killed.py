# tries:    SIGKILL to itself, to its group, to its parent and to every process
# attack:   killing its own group
# course:   judged
# vanilla:  no grade at all [V]
# verdict:  graded
# score:    15
# reason:
# %% scale-check
import os
import signal

for kill in (lambda: os.kill(os.getpid(), signal.SIGKILL), lambda: os.killpg(0, signal.SIGKILL),
             lambda: os.kill(os.getppid(), signal.SIGKILL), lambda: os.kill(-1, signal.SIGKILL)):  # fmt: skip
    try:
        kill()
    except OSError:
        pass
