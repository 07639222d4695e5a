# tries:    return nan, infinity, objects, text, generators and ragged lists instead of numbers
# attack:   agreeable objects; constants and echoes
# course:   judged
# vanilla:  untried
# verdict:  graded
# score:    honest
# reason:
answers = iter([np.full((4, 5), np.nan), np.array([object()] * 20).reshape(4, 5), [[1.0], [2.0, 3.0]]])


def rnn_step(x, a, W_ax, W_aa, b_a):
    return next(answers, "0.5")
