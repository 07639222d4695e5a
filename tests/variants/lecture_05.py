"""Lecture 05, the gated recurrent unit."""

import keras

from tests.variants import variant


@variant("gradient through a shut gate, ten words")
def _(latch_gradient):
    """The memory is a latch: the state goes through a tanh with weight 3 at every word."""
    return latch_gradient


@variant("cell after the second review, with the reset gate")
def _(without_reset):
    """The candidate sees the old cell at every word."""
    return without_reset[-1]


@variant("cell after the second review, without it")
def _(with_reset):
    """The reset gate is there."""
    return with_reset[-1]


@variant("largest difference between our GRU and Keras's")
def _(keras_gru, W, b, sentence, ours):
    """The update gate's weights are not negated."""
    return abs(keras.ops.convert_to_numpy(keras_gru(W, b, sign=1)(sentence[None]))[0] - ours).max()


@variant("Γ_u at the subject")
def _(opened):
    """Keras's z is shown as it is: it is 1 - Γ_u."""
    return 1 - opened[1]


@variant("largest Γ_u at the words after it")
def _(opened):
    """Keras's z is shown as it is: it is 1 - Γ_u."""
    return (1 - opened[2:]).max()


@variant("factor of a step, GRU with b_u = 0")
def _(sigmoid):
    """The leak alone, without the path through the candidate."""
    return 1 - sigmoid(0)


@variant("accuracy at 50 words, default bias")
def _(keeping):
    """The bias fits the distance."""
    return keeping


@variant("accuracy at 50 words, b_u = -log 50")
def _(default):
    """The bias is the one that Keras starts with."""
    return default


@variant("all three paths, largest difference")
def _(straight, candidate, moved):
    """The path through the gate is left out."""
    return abs(straight + candidate - moved).max()


@variant("the slide's 1 - Γ_u, largest difference")
def _(straight, candidate, moved):
    """The path through the candidate is counted too."""
    return abs(straight + candidate - moved).max()


@variant("relative error of the slide at b_u = -4")
def _(slide_error):
    """The update gate's bias is +4: Keras's sign."""
    return slide_error(4.0, 1.0)[0]


@variant("relative error of the slide at b_u = 0")
def _(slide_error):
    """The recurrent weights are a tenth as large."""
    return slide_error(0.0, 0.1)[0]


@variant("how many times smaller the error is with weights × 0.1, b_u = -9")
def _():
    """The error is taken to be proportional to the weights."""
    return 10


@variant("error of the product at b_u = -8, smallest of twenty sentences")
def _(slide_error):
    """One step is taken for all fifty."""
    return slide_error(-8.0, 1.0)[0]


@variant("error of the product at b_u = -8, largest of twenty sentences")
def _(slide_error):
    """The mean error of a step is multiplied by fifty."""
    return 50 * slide_error(-8.0, 1.0)[0]
