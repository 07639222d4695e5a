# tries:    a loop in C that never releases the GIL
# attack:   the GIL held
# course:   judged
# vanilla:  untried
# verdict:  time limit
# score:    10
# reason:   could not be interrupted
# %% scale
import itertools

sum(itertools.repeat(1))
