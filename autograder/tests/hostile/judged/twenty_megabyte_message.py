# tries:    one message of twenty megabytes, more than the grader takes
# attack:   floods of output
# course:   judged
# vanilla:  kept whole [V]
# verdict:  graded
# score:    honest
# reason:
from IPython.display import display

display({"text/plain": "x" * 20_000_000}, raw=True)
