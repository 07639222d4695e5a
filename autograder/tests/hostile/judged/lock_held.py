# tries:    a lock on a file that all jails see is held, as a sign to a fellow student (lock_looked_for)
# attack:   locks as channels
# course:   judged
# vanilla:  untried
# verdict:  graded
# score:    honest
# reason:
import fcntl
import time

file = open(np.__file__)
for lock in (
    lambda: fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB),
    lambda: fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB),
):
    try:
        lock()
    except OSError:
        pass
time.sleep(2)
