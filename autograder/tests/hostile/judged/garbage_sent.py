# tries:    bytes that are not a message
# attack:   talking to the judge
# course:   judged
# vanilla:  untried
# verdict:  graded
# score:    0
# reason:
from unroll.checks import exam


def check(name, thing):
    exam._send({"check": name})
    exam._receive()
    exam.channel().sendall(b"\xff" * 64)
