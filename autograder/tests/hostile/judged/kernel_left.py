# tries:    exit() in a cell, after honest work
# attack:   sudden death
# course:   judged
# vanilla:  untried
# verdict:  crashed
# score:    10
# reason:   exit status
# %% scale
exit()
