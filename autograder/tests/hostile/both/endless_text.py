# tries:    five million characters in fifty long lines
# attack:   floods of output
# course:   both
# vanilla:  kept whole [V]
# verdict:  output limit
# score:    honest
# reason:   more than 256 kB, which was cut
for _ in range(50):
    print("x" * 100_000)
