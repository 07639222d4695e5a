"""Exercises of lecture 05: what is left in a cell, of what it is made, and the bias that keeps it."""

import numpy as np
from autograder.check import Case, Check, close

# share_left --------------------------------------------------------------------------------------------------------
share_left = Check("share_left")
share_left.compare = close()


@share_left.reference
def _(u):
    return np.cumprod(1 - u, axis=0)


def gates(rng, *shape):
    return rng.uniform(0.02, 0.9, size=shape)


@share_left.cases
def _(rng):
    opened = gates(rng, 5, 3)
    opened[2, int(rng.integers(3))] = 1
    yield Case("six words, four units", basic=True, u=gates(rng, 6, 4))
    yield Case("as many words as units", basic=True, u=gates(rng, 4, 4))
    yield Case("one word", u=gates(rng, 1, 5))
    yield Case("one unit", u=gates(rng, 7, 1))
    yield Case("a gate opens all the way", u=opened)


share_left.mistakes(
    {
        "A gate of u keeps 1 - u, not u.": lambda u: np.cumprod(u, axis=0),
        "The losses are added, where each should be a share of what is left.": lambda u: 1 - np.cumsum(u, axis=0),
        "Each word is taken alone: what the words before have left is not used.": lambda u: 1 - u,
        "The units are multiplied with each other: the words are the rows.": lambda u: np.cumprod(1 - u, axis=1),
    }
)

share_left.accept_other_forms()


# candidate_weights -------------------------------------------------------------------------------------------------
candidate_weights = Check("candidate_weights")
candidate_weights.compare = close()


@candidate_weights.reference
def _(u):
    kept = 1 - u
    return u * np.append(np.cumprod(kept[:0:-1])[::-1], 1)


@candidate_weights.cases
def _(rng):
    opened, shut = gates(rng, 6), gates(rng, 6)
    opened[3], shut[[1, 5]] = 1, 0
    yield Case("six words", basic=True, u=gates(rng, 6))
    yield Case("ten words", basic=True, u=gates(rng, 10))
    yield Case("one word", u=gates(rng, 1))
    yield Case("a gate opens all the way", u=opened)
    yield Case("two gates are shut", u=shut)


candidate_weights.mistakes({
    "A candidate is not scaled down by the words that come after it.": lambda u: u,
    "A candidate is scaled down by its own word as well.": lambda u: u * np.cumprod((1 - u)[::-1])[::-1],
    "A candidate is scaled down by the words before it, where those after it overwrite it.":
        lambda u: u * np.append(1, np.cumprod(1 - u)[:-1]),
})  # fmt: skip

candidate_weights.accept_other_forms()


# bias_that_keeps ---------------------------------------------------------------------------------------------------
bias_that_keeps = Check("bias_that_keeps")
bias_that_keeps.compare = close()


@bias_that_keeps.reference
def _(share, words):
    u = 1 - share ** (1 / words)
    return np.log(u / (1 - u))


@bias_that_keeps.cases
def _(rng):
    yield Case("three distances", basic=True, share=rng.uniform(0.3, 0.9), words=rng.integers(5, 300, size=3))
    yield Case("near and far", basic=True, share=rng.uniform(0.3, 0.9), words=np.array([2, rng.integers(500, 900)]))
    yield Case("one word", share=rng.uniform(0.1, 0.9), words=np.array([1]))
    yield Case("hardly anything is to be left", share=rng.uniform(0.01, 0.1), words=rng.integers(2, 60, size=2))


@bias_that_keeps.misconception("The sign is that of Keras's z, which is 1 - u.")
def _(share, words):
    u = 1 - share ** (1 / words)
    return np.log((1 - u) / u)


@bias_that_keeps.misconception("The losses are added: each word is to lose the same part of what there was at the start.")
def _(share, words):
    u = (1 - share) / words
    return np.log(u / (1 - u))


@bias_that_keeps.misconception("The logarithm of u is taken, where the sigmoid has to be turned round.")
def _(share, words):
    return np.log(1 - share ** (1 / words))


bias_that_keeps.accept_other_forms()
