# tries:    memory is taken until there is no more
# attack:   memory
# course:   judged
# vanilla:  untried
# verdict:  memory limit
# score:    honest
# reason:   ran out of memory
held = []
while True:
    held.append(bytearray(1 << 22))
