"""Lecture 13, sentiment."""

import numpy as np

from tests.variants import variant


@variant("average, by hand minus Keras")
def _(by_hand, by_keras, b_learnt, one):
    """Five steps of padding with vectors of 0 are counted as words."""
    return abs((by_hand - b_learnt[0]) * len(one) / (len(one) + 5) + b_learnt[0] - by_keras)


@variant("logit of the average for completely lacking")
def _(logit, lstm, completely):
    """The LSTM is asked."""
    return logit(lstm, completely)


@variant("logits of the average, difference of the two orders")
def _(logit, lstm, pair):
    """The LSTM is asked."""
    return abs(logit(lstm, pair[0]) - logit(lstm, pair[1]))


@variant("most of the four that additive numbers get right")
def _(tried, counts, wanted):
    """The product of "not" with a word counts as well."""
    products = np.random.default_rng(1).normal(size=(len(tried), 2)) @ (counts[:, :2] * counts[:, 2:]).T
    return ((tried[:, :3] @ counts.T + tried[:, 3:] + 3 * products) * wanted > 0).sum(axis=1).max()


@variant("average on contrast")
def _(right_by):
    """Plain reviews are asked."""
    return right_by["average"]["plain"]


@variant("average on negation")
def _(right_by):
    """The LSTM is asked."""
    return right_by["LSTM"]["negation"]


@variant("LSTM on contrast")
def _(right_by):
    """The average is asked."""
    return right_by["average"]["contrast"]


@variant("LSTM on negation")
def _(right_by):
    """The average is asked."""
    return right_by["average"]["negation"]


@variant("LSTM on contrast, shuffled")
def _(right_by):
    """The words are left in their order."""
    return right_by["LSTM"]["contrast"]


@variant("LSTM on plain, shuffled")
def _(right_shuffled):
    """Contrasts are asked."""
    return right_shuffled["contrast"]


@variant("calibration error after 25 epochs")
def _(calibration_error, after, new_y, rest):
    """The confidence is that of a coin."""
    return calibration_error(0 * after[25][rest], new_y[rest])


@variant("calibration error with a temperature")
def _(before_T):
    """T is 1."""
    return before_T


@variant("share of the twelve surest errors that are wrong labels")
def _(clean_y, new_y):
    """All reviews are asked."""
    return np.mean(clean_y != new_y)
