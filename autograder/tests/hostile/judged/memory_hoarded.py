# tries:    allocate memory until there is none left
# attack:   memory
# course:   judged
# vanilla:  untried
# verdict:  memory limit
# score:    honest
# reason:   ran out of memory
held = []
while True:
    held.append(bytearray(1 << 22))
