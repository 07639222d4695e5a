"""Lecture 04, vanishing gradients."""

import numpy as np

from tests.variants import variant


def without_slope(drawn, with_radius, radius):
    """By how many powers of ten the gradient of twenty networks grows over 50 steps, tanh's slope taken for 1."""
    W = [with_radius(drawn(seed)[0], radius) for seed in range(20)]
    return np.array([np.log10(np.linalg.norm(np.ones(32) @ np.linalg.matrix_power(W_aa, 50)) / 32**0.5) for W_aa in W])


@variant("log10 of the gradient through the latch, ten words")
def _():
    """The slope of tanh is left out."""
    return np.log10(3.0**10)


@variant("radius 0.8, decades gained over 50 steps, median of 20")
def _(drawn, with_radius):
    """The slope of tanh is left out."""
    return np.median(without_slope(drawn, with_radius, 0.8))


@variant("radius 1, decades gained over 50 steps, median of 20")
def _(drawn, with_radius):
    """The slope of tanh is left out."""
    return np.median(without_slope(drawn, with_radius, 1.0))


@variant("radius 1.5, networks of 20 whose gradient grew")
def _(drawn, with_radius):
    """The slope of tanh is left out."""
    return (without_slope(drawn, with_radius, 1.5) > 0).sum()


@variant("radius 2, networks of 20 whose gradient grew")
def _(drawn, with_radius):
    """The slope of tanh is left out."""
    return (without_slope(drawn, with_radius, 2.0) > 0).sum()


@variant("radius 3, networks of 20 whose gradient grew")
def _(drawn, with_radius):
    """The slope of tanh is left out."""
    return (without_slope(drawn, with_radius, 3.0) > 0).sum()


@variant("largest singular value of a matrix with radius 0.81")
def _(stubborn):
    """The largest eigenvalue is taken."""
    return np.abs(np.linalg.eigvals(stubborn)).max()


@variant("log10 of the gradient to the start, radius 0.81, 50 steps")
def _(stubborn):
    """The slopes of tanh are left out."""
    return np.log10(np.linalg.norm(np.ones(2) @ np.linalg.matrix_power(stubborn, 50)))


@variant("share of the last 5 of 60 steps in the sum of these norms")
def _(contributions, x, W_ax, orthogonal, b_a):
    """The matrix is orthogonal."""
    sizes = np.linalg.norm(contributions(x, W_ax, orthogonal, b_a), axis=(1, 2))
    return sizes[-5:].sum() / sizes.sum()


@variant("orthogonal, share left after 100 steps")
def _(untrained):
    """The small Gaussian start is taken."""
    return untrained["N(0, 0.05)"][0] / untrained["N(0, 0.05)"][-1]


@variant("N(0, 0.05), log10 of the share left after 10 steps")
def _(untrained):
    """Glorot's start is taken."""
    return np.log10(untrained["Glorot"][-11] / untrained["Glorot"][-1])


@variant("orthogonal, distance 50, held-out accuracy")
def _(accuracy, lost, ids):
    """The small Gaussian start is taken."""
    return accuracy(lost, ids)


@variant("N(0, 0.05), distance 50, held-out accuracy")
def _(accuracy, kept, ids):
    """The orthogonal start is taken."""
    return accuracy(kept, ids)


@variant("orthogonal, subjects exchanged")
def _(accuracy, kept, ids):
    """The subjects stay where they are."""
    return accuracy(kept, ids)


@variant("rate 0.001, largest singular value after 5 updates")
def _(fast_value):
    """The rate is 0.01."""
    return fast_value


@variant("rate 0.01, largest singular value after 5 updates")
def _(slow_value):
    """The rate is 0.001."""
    return slow_value


@variant("one unit, loss at the end without clipping")
def _(height, trails):
    """The gradient is clipped."""
    return height(*trails["clipped to norm 0.5"][-1])


@variant("one unit, loss at the end with clipping")
def _(height, trails):
    """The gradient is not clipped."""
    return height(*trails["no clipping"][-1])


@variant("unclipped: share of the 60 losses that are not finite")
def _(runs):
    """The gradient is clipped."""
    return np.mean(~np.isfinite(runs["global_clipnorm 1"]))


@variant("by norm: median of the last ten losses")
def _(runs):
    """The first ten losses are taken, in which the network has not settled."""
    return np.median(runs["global_clipnorm 1"][:10])


@variant("by value: median of the last ten losses")
def _(runs):
    """The first ten losses are taken, in which the network has not settled."""
    return np.median(runs["clipvalue 0.1"][:10])
