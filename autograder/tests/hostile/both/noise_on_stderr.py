# tries:    nothing: honest work that warns on stderr whenever it is called
# attack:   noise on stderr
# course:   both
# vanilla:  0 points
# verdict:  graded
# score:    15 | honest
# reason:
import sys


def rnn_step(x, a, W_ax, W_aa, b_a):
    print("deprecated", file=sys.stderr)
    return np.tanh(x @ W_ax.T + a @ W_aa.T + b_a)
