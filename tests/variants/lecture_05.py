"""Lecture 05, the gated recurrent unit."""

import keras

from tests.variants import variant


@variant("largest difference between our GRU and Keras's")
def _(keras_gru, W, b, sentence, ours):
    """The update gate's weights are not negated."""
    return abs(keras.ops.convert_to_numpy(keras_gru(W, b, sign=1)(sentence[None]))[0] - ours).max()


@variant("accuracy at 50 words, b_u = -log 50")
def _(default):
    """The bias is the one that Keras starts with."""
    return default
