# tries:    a read of address 0, after honest work
# attack:   sudden death
# course:   judged
# vanilla:  no grade at all [V]
# verdict:  crashed
# score:    10
# reason:   signal 11
# %% scale
import ctypes

ctypes.string_at(0)
