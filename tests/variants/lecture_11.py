"""Lecture 11, word2vec."""

import keras
import numpy as np

from tests.variants import variant


@variant("how far king's vector is pushed")
def _(y_hat, y):
    """The gradient is y - y_hat without the softmax: every wrong word is pushed alike."""
    return 1 / len(y_hat) + 0 * y[2]


@variant("largest distance from PMI minus log k")
def _(E_4, theta_4, pmi):
    """The logarithm of k is forgotten."""
    return abs(E_4 @ theta_4.T - pmi).max()


@variant("what a word of 1 % gains by the power 3/4")
def _(share):
    """The shares are not made to sum to 1 again."""
    return (share**0.75)[2] / share[2]


@variant("share of pairs with the target among five negatives")
def _(P_target):
    """Negatives are drawn as often as they occur."""
    return 1 - np.sum(P_target * (1 - P_target) ** 5)


@variant("share of the text thrown away")
def _(counts, kept):
    """The probability to keep is taken for the one to throw away."""
    return np.sum(counts * kept) / counts.sum()


@variant("loss by hand over Keras's")
def _(products, real, by_keras):
    """Both take the mean over the candidates."""
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    return float(loss(real[:64], products)) / by_keras


@variant("half the width of the interval, gensim")
def _(drawn_again):
    """The standard error is taken for the interval."""
    values = drawn_again["gensim, 5 epochs"]
    return np.std(values) / np.sqrt(len(values))


@variant("ρ of gensim after 1 epoch")
def _(rho):
    """The run of five epochs is looked at."""
    return rho["gensim, 5 epochs"]


@variant("product with itself minus product with others")
def _(all_products, own):
    """The product with itself is compared with itself."""
    return own - np.diag(all_products).mean()


@variant("softmax, 30,000 words over 1,000")
def _(slower):
    """The time of the six words is taken."""
    return slower[1]


@variant("six words, 30,000 words over 1,000")
def _(slower):
    """The time of the softmax is taken."""
    return slower[0]


@variant("gensim over Keras, words per second")
def _(seconds):
    """The seconds are divided the other way round."""
    return seconds["gensim, 1 epoch"] / seconds["Keras, 1 epoch"]
