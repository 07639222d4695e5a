"""Lecture 03, backpropagation through time."""

import numpy as np

from tests.variants import variant


@variant("gradient of w_ax, by hand")
def _(without_path):
    """The path from step 2 back to step 1 is left out."""
    return without_path


@variant("loss of the untrained network on the sentence")
def _(total):
    """The losses of the words are averaged."""
    return total / 9


@variant("random networks of 500 that lose more than by saying 0.5")
def _(untrained, unsure):
    """The losses of the words are averaged."""
    return (untrained / 9 > unsure).sum()


@variant("best epsilon, both sides")
def _(best):
    """The difference is taken on one side."""
    return best["one side"]


@variant("best epsilon, one side")
def _(best):
    """The difference is taken on both sides."""
    return best["both sides"]


@variant("smallest error, both sides")
def _(median):
    """The difference is taken on one side."""
    return median["one side"].min()


@variant("error of float32 at an epsilon of 1e-5")
def _(median, near):
    """Everything is float64."""
    return median["both sides"][near]


@variant("wrong rows of the gradient as it is")
def _(forgotten):
    """The path from the next step is left out."""
    return forgotten


@variant("wrong rows, a path forgotten")
def _(right):
    """The path is there."""
    return right


@variant("largest difference from Keras")
def _(as_keras_has_it, apart_from_keras):
    """The path from the next step is left out."""
    return max(apart_from_keras(as_keras_has_it(k=1)).values())


@variant("gradient at cat, whole, compared with that at food")
def _(columns):
    """The walk is cut at every fourth step."""
    return columns[1, 1] / columns[1, -1]


@variant("gradient at cat, k = 4")
def _(columns):
    """The walk is not cut."""
    return columns[0, 1]


@variant("held-out nats per character")
def _(pairs):
    """Only the character before is known."""
    return pairs


@variant("held-out nats per character, by pairs")
def _(singles):
    """Not even the character before is known."""
    return singles


@variant("share of gradients that were clipped")
def _(lengths):
    """The limit is 2.5."""
    return np.mean(np.array(lengths) > 2.5)


@variant("share of what it writes that is not in the data")
def _(train, names):
    """The model repeats what it has read."""
    return np.mean([name not in names for name in train[:100]])


@variant("share of W_aa's gradient that the formula finds")
def _(part_aa, summed_up):
    """The path through word 2 is kept, not that through word 1."""
    return np.linalg.norm(part_aa[2]) / np.linalg.norm(summed_up.W_aa)


@variant("share of W_ax's gradient that the formula finds")
def _(part_ax, summed_up):
    """All paths are kept."""
    return np.linalg.norm(sum(part_ax.values())) / np.linalg.norm(summed_up.W_ax)
