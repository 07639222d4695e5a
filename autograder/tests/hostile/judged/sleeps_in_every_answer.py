# tries:    every answer takes longer than a cell is allowed
# attack:   endless loop; talking to the judge
# course:   judged
# vanilla:  untried
# verdict:  time limit
# score:    honest
# reason:   was stopped; the others were run
import time


def rnn_step(x, a, W_ax, W_aa, b_a):
    time.sleep(60)
