# tries:    os._exit in the middle, after honest work
# attack:   sudden death
# course:   both
# vanilla:  no grade at all [V]
# verdict:  crashed
# score:    10
# reason:   exit status 3
# %% scale
import os

os._exit(3)
