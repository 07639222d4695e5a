# tries:    a process that leaves its session, ignores signals and tries to outlive the run
# attack:   daemons
# course:   judged
# vanilla:  untried
# verdict:  graded
# score:    honest
# reason:
import os
import signal

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        while True:
            signal.pause()
    os._exit(0)
os.wait()
