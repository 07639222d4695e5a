# tries:    close the judge's channel during an examination
# attack:   talking to the judge; inherited descriptors
# course:   judged
# vanilla:  untried
# verdict:  graded
# score:    0
# reason:
import socket

from unroll.checks import exam


def check(name, thing):
    exam._send({"check": name})
    exam.channel().shutdown(socket.SHUT_RDWR)
