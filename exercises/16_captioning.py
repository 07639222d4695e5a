"""Exercises of lecture 16: a convolution, weights over a grid, and exact match of captions."""

import numpy as np
from autograder.check import Case, Check, close

# convolution_layer -------------------------------------------------------------------------------------------------
convolution_layer = Check("convolution_layer")
convolution_layer.compare = close()


@convolution_layer.reference
def convolved(x, W, b, *, squash=lambda a: a.clip(0)):
    k = len(W)
    windows = np.lib.stride_tricks.sliding_window_view(x, (k, k), axis=(0, 1))
    return squash(np.einsum("ijcuv,uvcf->ijf", windows, W) + b)


@convolution_layer.cases
def _(rng):
    def picture(rows, columns, channels, k, filters):
        return {
            "x": rng.normal(size=(rows, columns, channels)),
            "W": rng.normal(size=(k, k, channels, filters)),
            "b": rng.normal(size=filters),
        }

    yield Case("three channels, four filters", basic=True, **picture(6, 7, 3, 3, 4))
    yield Case("one channel, one filter", **picture(5, 5, 1, 2, 1))
    yield Case("a filter as large as the picture", **picture(4, 4, 2, 4, 3))
    yield Case("a filter of one pixel", **picture(3, 5, 2, 1, 2))


convolution_layer.mistakes(
    {
        "The bias is not added.": dict(b=np.zeros_like),
        "Negative answers are not set to 0.": dict(squash=lambda a: a),
        "The filter is turned round first.": dict(W=lambda W: W[::-1, ::-1]),
        "Rows and columns of the filter are swapped.": dict(W=lambda W: W.swapaxes(0, 1)),
    }
)


@convolution_layer.misconception("The bias is added after negative answers were set to 0.")
def _(x, W, b):
    return convolved(x, W, np.zeros_like(b)) + b


convolution_layer.accept_other_forms()


# grid_weights ------------------------------------------------------------------------------------------------------
grid_weights = Check("grid_weights")
grid_weights.compare = close()


@grid_weights.reference
def weights_over(s, a):
    e = a @ s
    shares = np.exp(e - e.max())
    return shares / shares.sum()


@grid_weights.cases
def _(rng):
    def look(rows, columns, n, size=1.0):
        return {"s": size * rng.normal(size=n), "a": rng.normal(size=(rows, columns, n))}

    yield Case("three rows, four columns", basic=True, **look(3, 4, 5))
    yield Case("as many rows as columns", **look(4, 4, 3))
    yield Case("one row", **look(1, 6, 4))
    yield Case("one place", **look(1, 1, 3))
    yield Case("large scores", **look(3, 3, 4, size=1000))


def softmax(e, axis):
    shares = np.exp(e - e.max(axis=axis, keepdims=True))
    return shares / shares.sum(axis=axis, keepdims=True)


grid_weights.mistakes(
    {
        "Each row has a softmax of its own, where all places share one.": lambda s, a: softmax(a @ s, 1),
        "Each column has a softmax of its own, where all places share one.": lambda s, a: softmax(a @ s, 0),
    }
)


@grid_weights.misconception("The scores are returned, without a softmax.")
def _(s, a):
    return a @ s


@grid_weights.misconception("The scores are divided by the square root of their width, which is not asked for.")
def _(s, a):
    return weights_over(s / np.sqrt(len(s)), a)


@grid_weights.misconception("The exponential of a large score is infinite: subtract the largest score first.")
def _(s, a):
    return np.exp(a @ s) / np.exp(a @ s).sum()


grid_weights.accept_other_forms()


# captions_right ----------------------------------------------------------------------------------------------------
captions_right = Check("captions_right")
captions_right.compare = close()


@captions_right.reference
def judged(written, right, end):
    after_end = np.cumsum(right == end, axis=1) - (right == end) > 0
    return ((written == right) | after_end).all(axis=1)


@captions_right.cases
def _(rng):
    def pairs(m, T, end=2):
        right = rng.integers(3, 9, size=(m, T))
        lengths = rng.integers(1, T - 1, size=m)
        right[np.arange(m), lengths] = end
        right[np.arange(T) > lengths[:, None]] = 0
        written = right.copy()
        written[:, -1] = rng.integers(3, 9, size=m)
        return written, right, lengths

    def some_wrong(m, T):
        written, right, lengths = pairs(m, T)
        order = rng.permutation(m)
        wrong, too_long = order[: m // 3], order[m // 3 : 2 * m // 3]
        written[wrong, rng.integers(lengths[wrong])] = 9
        written[too_long, lengths[too_long]] = 9
        return {"written": written, "right": right, "end": 2}

    yield Case("some are wrong, some too long", basic=True, **some_wrong(9, 7))
    yield Case("many captions", basic=True, **some_wrong(30, 8))
    written, right, _ = pairs(4, 6)
    yield Case("all are right, and the rest differs", written=written, right=right, end=2)
    endless = rng.integers(3, 9, size=(2, 5))
    other = endless.copy()
    other[1, -1] = 9
    yield Case("no end", written=endless, right=other, end=2)
    written, right, lengths = pairs(3, 7)
    written[np.arange(3), lengths - 1] = 2
    yield Case("stopped too early", written=written, right=right, end=2)


@captions_right.misconception("The end is not compared: a caption that goes on counts as right.")
def _(written, right, end):
    return ((written == right) | (np.cumsum(right == end, axis=1) > 0)).all(axis=1)


@captions_right.misconception("What comes after the end is compared as well.")
def _(written, right, end):
    return np.all(written == right, axis=1)


@captions_right.misconception("Only the first word is compared.")
def _(written, right, end):
    return written[:, 0] == right[:, 0]


@captions_right.misconception("The share of right words is returned, where each caption is right or wrong as a whole.")
def _(written, right, end):
    return (written == right).mean(axis=1)
