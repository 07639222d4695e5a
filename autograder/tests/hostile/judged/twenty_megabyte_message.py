# tries:    one message of twenty megabytes
# attack:   floods of output
# course:   judged
# vanilla:  kept whole [V]
# verdict:  output limit
# score:    honest
# reason:   which was cut
from IPython.display import display

display({"text/plain": "x" * 20_000_000}, raw=True)
