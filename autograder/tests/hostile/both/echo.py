# tries:    return an input, in the right shape
# attack:   constants and echoes
# course:   both
# vanilla:  untried
# verdict:  graded
# score:    honest
# reason:
def rnn_step(x, a, W_ax, W_aa, b_a):
    return a + b_a
