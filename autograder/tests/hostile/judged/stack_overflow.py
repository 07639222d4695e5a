# tries:    recursion through C until the stack overflows, after honest work
# attack:   stack overflow
# course:   judged
# vanilla:  untried
# verdict:  crashed
# score:    10
# reason:   signal 11
# %% scale
import sys

sys.setrecursionlimit(10**9)


class Deep:
    def __repr__(self):
        return repr([self])


repr(Deep())
