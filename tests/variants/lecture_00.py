"""Lecture 00, sequences."""

import numpy as np

from tests.variants import variant


@variant("bound words at new positions, standard network")
def _(on_moved):
    """The recurrent network is asked."""
    return on_moved["recurrent"]


@variant("bound words at new positions, recurrent network")
def _(on_moved):
    """Every position has weights of its own."""
    return on_moved["standard"]


@variant("standard network at unseen positions, lowest probability")
def _(beliefs):
    """The positions of training are asked."""
    return beliefs["standard"][:, [0, 2]].min()


@variant("standard network at unseen positions, highest probability")
def _(beliefs):
    """The positions of training are asked."""
    return beliefs["standard"][:, [0, 2]].max()


@variant("weights of harry that moved at positions 2, 4, 5 and 6")
def _(harry):
    """The positions of training are counted."""
    return np.count_nonzero(harry[[0, 2]])


@variant("rose, lily, …: word by word")
def _(scores):
    """All words are asked, not those with two meanings."""
    return scores[1, 0]


@variant("rose, lily, …: recurrent")
def _(scores):
    """The network does not see the word before."""
    return scores[1, 2]


@variant("parameters, standard over recurrent, nine words")
def _(standard_size, recurrent_size):
    """The standard network is counted for one word."""
    return standard_size(1) / recurrent_size
