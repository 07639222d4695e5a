# tries:    every descriptor is closed, those of the kernel and of the judge included
# attack:   sudden death; inherited descriptors
# course:   judged
# vanilla:  untried
# verdict:  time limit
# score:    10
# reason:
# %% scale
import os

os.closerange(0, 4096)
