"""Lecture 02, one step of a recurrent network."""

import keras
import numpy as np

from tests.variants import variant


@variant("the second state, by hand")
def _():
    """The state of the first step is not carried on."""
    return np.tanh(0.5)


@variant("smallest distance between two of these states")
def _(x, W_ax, b_a):
    """W_aa is left out: the state is a function of the word alone."""
    return np.linalg.norm(np.tanh(W_ax @ x[4] + b_a) - np.tanh(W_ax @ x[7] + b_a))


@variant("words until less than 0.01 is left, w_aa = 0.5")
def _(latch, plain):
    """The recurrent weight is 0.8, not 0.5."""
    return int(np.argmax(abs(latch(0.8, ["“", *plain])) < 0.01))


@variant("what w_aa = 3 still holds after 1,000 words")
def _(latch, plain):
    """The recurrent weight is 1."""
    return latch(1, ["“", *plain])[-1]


@variant("difference at Teddy")
def _(second, roosevelt, predictions):
    """The network reads from the right."""
    return abs(predictions(roosevelt[::-1])[len(roosevelt) - 5] - second[4])


@variant("what is left of the start after 40 words, radius 0.5")
def _(near):
    """The matrix is scaled to 0.9."""
    return near


@variant("the same, radius 0.9")
def _(half):
    """The matrix is scaled to 0.5."""
    return half


@variant("the same, radius 1.8")
def _(near):
    """The matrix is scaled to 0.9."""
    return near


@variant("distance of the two states after 1,000 steps, radius 0.81")
def _(stubborn, scaled):
    """The matrix is symmetric: its radius bounds what one step can stretch."""
    symmetric = scaled(stubborn + stubborn.T, 0.81)
    a, b = np.array([0.5, -0.5]), np.array([-0.5, 0.5])
    for _ in range(1000):
        a, b = np.tanh(symmetric @ a), np.tanh(symmetric @ b)
    return np.linalg.norm(a - b)


@variant("what is left of the start, radius 1.8, loud words")
def _(above):
    """The words are as quiet as before."""
    return above


@variant("norm after 50 steps, ReLU, s = 2")
def _(last):
    """The state goes through tanh."""
    return last["tanh, s = 2"]


@variant("norm after 50 steps, ReLU, s = 1")
def _(last):
    """The state goes through tanh."""
    return last["tanh, s = 1"]


@variant("norm after 50 steps, tanh, s = 2, largest of 20")
def _(curves):
    """The state goes through ReLU."""
    return curves["ReLU, s = 2"][:, -1].max()


@variant("largest difference between the two forms")
def _(wrong, long_form):
    """The vectors are stacked the other way round."""
    return abs(wrong - long_form).max()


@variant("share of W_ax in W_a")
def _(wide, W_a):
    """W_aa is counted."""
    return wide["W_aa"].size / W_a.size


@variant("largest difference from Keras")
def _(layer, batch, held):
    """The layer starts from a state of zero."""
    return abs(keras.ops.convert_to_numpy(layer(batch))[0] - np.stack(held)).max()


@variant("largest difference between the three, as printed")
def _(a):
    """The state on the right is that of the step before."""
    return abs(a[4] - a[7]).max()
