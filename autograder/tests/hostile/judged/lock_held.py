# tries:    signal to a fellow student (lock_looked_for) by locking a file that all jails see and by opening it repeatedly
# attack:   locks as channels
# course:   judged
# vanilla:  untried
# verdict:  graded
# score:    honest
# reason:
import fcntl
import time

path, end = np.__path__[0] + "/py.typed", time.monotonic() + 2
with open(path) as held:
    for lock in (fcntl.flock, fcntl.lockf):
        try:
            lock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            continue
    while time.monotonic() < end:
        open(path).close()
        time.sleep(0.02)
