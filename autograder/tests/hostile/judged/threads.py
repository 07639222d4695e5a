# tries:    start threads until no more can start
# attack:   forks and threads
# course:   judged
# vanilla:  untried
# verdict:  graded
# score:    honest
# reason:
import threading

stop = threading.Event()
try:
    while True:
        threading.Thread(target=stop.wait, daemon=True).start()
except RuntimeError:
    stop.set()
