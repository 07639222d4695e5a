# tries:    a message of ninety thousand brackets, to overflow the reader's stack
# attack:   talking to the judge; stack overflow
# course:   judged
# vanilla:  untried
# verdict:  graded
# score:    0
# reason:
import struct

from unroll.checks import exam


def check(name, thing):
    exam._send({"check": name})
    exam._receive()
    exam.channel().sendall(struct.pack("<II", 90_000, 0) + b"[" * 90_000)
