# tries:    fifty million characters, and one line of twenty megabytes
# attack:   floods of output
# course:   both
# vanilla:  kept whole [V]
# verdict:  output limit
# score:    honest
# reason:   more than 256 kB, which was cut
for _ in range(50):
    print("x" * 1_000_000)
print("x" * 20_000_000)
