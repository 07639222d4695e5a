# tries:    announce a check, receive its question, and give no answer until the cell ends
# attack:   talking to the judge
# course:   judged
# vanilla:  untried
# verdict:  graded
# score:    honest
# reason:
import unroll
from unroll.checks import exam


def check(name, thing):
    exam._send({"check": name})
    exam._receive()
    globals().update(check=unroll.check)
