# tries:    exit() in a cell, after honest work
# attack:   sudden death
# course:   judged
# vanilla:  untried
# verdict:  graded
# score:    10
# reason:
# %% scale
exit()
