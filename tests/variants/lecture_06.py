"""Lecture 06, long short-term memory."""

import keras
import numpy as np

from tests.variants import variant


@variant("c after ten steps with both gates open")
def _():
    """The forget gate is 1 - Γ_u, as in a GRU: the cell is a mixture."""
    u, c = 0.999, 0.0
    for _ in range(10):
        c = u * np.tanh(20) + (1 - u) * c
    return c


@variant("largest difference between our LSTM and Keras's")
def _(keras_lstm, sentence, ours):
    """The blocks are in the order f, u, c, o."""
    return abs(keras.ops.convert_to_numpy(keras_lstm("fuco")(sentence[None]))[0] - ours).max()


@variant("derivative of the cell with a held, largest difference from Γ_f")
def _(off_following):
    """The state follows the cell: the detours count too."""
    return off_following


@variant("words until less than a thousandth is left on the straight road")
def _():
    """The number of words is rounded down."""
    return int(np.log(0.001) / np.log(1 / (1 + np.exp(-1))))


@variant("factor of one step, b_f = 4, b_u = 0")
def _(sigmoid):
    """The straight road alone, without the detours."""
    return sigmoid(4)


@variant("factor of one step, b_f = 4, b_u = -4")
def _(factors):
    """The update bias stays at 0."""
    return factors[4, 0]


@variant("accuracy at 50 words, b_f = 1 as in Keras")
def _(fitted):
    """Both biases fit the distance."""
    return fitted


@variant("accuracy at 50 words, b_f = log 50, b_u = -log 50")
def _(default):
    """The biases are Keras's."""
    return default


@variant("mean Γ_f after the subject")
def _(recording):
    """Keras's first block is taken for the forget gate."""
    return recording.gates["Γ_u"][0, 2:].mean()


@variant("largest |c| before the verb")
def _(recording):
    """The cell is a mixture of candidates, as in a GRU."""
    return abs(recording.candidates[0]).max()


@variant("GRU, lowest share right from 25 words on")
def _(verdicts):
    """The gated layer is a plain RNN."""
    return verdicts["SimpleRNN"][24:].min()


@variant("LSTM, lowest share right from 25 words on")
def _(verdicts):
    """The gated layer is a plain RNN."""
    return verdicts["SimpleRNN"][24:].min()


@variant("SimpleRNN, lowest share right from 25 words on")
def _(verdicts):
    """It is only asked at the distance that it was trained at."""
    return verdicts["SimpleRNN"][24]


@variant("adding, SimpleRNN, share right")
def _(lstm_right):
    """The plain layer is an LSTM."""
    return lstm_right


@variant("adding, GRU with b_u = -log 30, share right")
def _(y):
    """Always 0.5."""
    return np.mean(abs(y - 0.5) < 0.04)


@variant("adding, LSTM with b_f = log 30, share right")
def _(y):
    """Always 0.5."""
    return np.mean(abs(y - 0.5) < 0.04)
