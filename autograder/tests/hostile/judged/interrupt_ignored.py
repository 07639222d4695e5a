# tries:    an endless loop that ignores SIGINT, after honest work
# attack:   interrupts swallowed or ignored
# course:   judged
# vanilla:  no grade at all [V]
# verdict:  time limit
# score:    10
# reason:   could not be interrupted
# %% scale
import signal

signal.signal(signal.SIGINT, signal.SIG_IGN)
while True:
    pass
