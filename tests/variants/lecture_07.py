"""Lecture 07, recurrent networks in Keras."""

import numpy as np

from tests.variants import variant


@variant("largest change, second biases of the gates moved")
def _(change_without, in_candidate):
    """The candidate's second bias is moved, which the reset gate multiplies."""
    return change_without(in_candidate)


@variant("in two halves, largest difference")
def _(second, in_one_go):
    """The state is not reset before the text begins again."""
    return abs(second - in_one_go).max()


@variant("in two halves without a reset")
def _(third, in_one_go):
    """The layer does not keep its state from one call to the next."""
    return abs(third - in_one_go).max()


@variant("with the mask, 20 steps of padding move the answer by")
def _(moved):
    """The mask does not reach the layer."""
    return moved["no mask"]


@variant("without it, by")
def _(moved):
    """The mask reaches the layer after all."""
    return moved["mask"]


@variant("Keras's accuracy of 'always 0' with a mask")
def _(accuracy):
    """Padding is counted as right."""
    return accuracy[False]


@variant("Keras's accuracy of 'always 0' without one")
def _(accuracy):
    """Padding is left out."""
    return accuracy[True]


@variant("two rows of states by hand against Keras, largest difference")
def _(from_left, from_right, both_rows):
    """The backward states are not turned round."""
    return abs(np.concatenate([from_left, from_right[:, ::-1]], axis=-1) - both_rows).max()


@variant("forward, hint after")
def _(shares):
    """The network sees the end of the sentence."""
    return shares["bidirectional"][0]


@variant("backward, hint before")
def _(shares):
    """The network sees the beginning of the sentence."""
    return shares["bidirectional"][1]


@variant("bidirectional, the lower of the two")
def _(shares):
    """Its backward half reads from the left, too."""
    return min(shares["forward"])


@variant("accuracy over all words that Keras reports for the forward one")
def _(shares):
    """The ambiguous words are counted, not all."""
    return sum(shares["forward"]) / 2


@variant("sum of the votes against the whole model, largest difference")
def _(states_of, president, W_ahead, W_back, b_y, sigmoid, whole_model):
    """The halves of W_y are exchanged."""
    ahead, back = states_of(president)
    return abs(sigmoid(ahead @ W_back + back @ W_ahead + b_y) - whole_model).max()


@variant("share within five words, GRU as Keras starts it")
def _(away):
    """All words count alike."""
    return (abs(away) <= 5).mean()


@variant("share within five words, with b_u = -4")
def _(sensitivity, layers, near):
    """Keras's z is taken for the update gate, so that the sign of its bias is wrong."""
    return sensitivity(layers.GRU, b_u=4)[near].sum()


@variant("three layers by hand against Keras, largest difference")
def _(W, b, x, T, deep):
    """A layer reads the layer below one step late."""
    a = {(l, t): np.zeros(4) for l in W for t in (-1, 0)} | {(0, 0): np.zeros(x.shape[-1])}
    for t in range(1, T + 1):
        a[0, t] = x[0, t - 1]
        for l in W:
            below = a[l - 1, t if l == 1 else t - 1]
            a[l, t] = np.tanh(W[l] @ np.concatenate([a[l, t - 1], below]) + b[l])
    return abs(np.array([a[3, t] for t in range(1, T + 1)]) - np.asarray(deep(x[:1]))[0]).max()


@variant("NumPy against Keras, largest of all differences")
def _(numpy_states, keras_states):
    """The decks' GRU is held against Keras's default one."""
    return abs(numpy_states["GRU, reset_after=False"] - keras_states["GRU"]).max()


@variant("PyTorch's stored states against Keras, largest of all differences")
def _(cells, over_time, in_our_letters, layers, n_x, torch_states):
    """A model is carried over with z and r exchanged."""
    draw = np.random.default_rng(0)
    sentence = draw.normal(size=(1, 5, n_x)).astype("float32")
    layer = layers.GRU(6)
    layer.build((None, None, n_x))
    layer.set_weights([draw.normal(scale=0.5, size=weight.shape) for weight in layer.get_weights()])
    W, b = in_our_letters(layer, "urc")
    W["u"], W["r"], b["u"], b["r"] = -W["r"], -W["u"], -b["r"], -b["u"]
    return abs(over_time(cells["GRU"][2], W, b, sentence[0]) - torch_states["GRU"]).max()
