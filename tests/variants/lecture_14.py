"""Lecture 14, sequence to sequence."""

import numpy as np

from tests.variants import variant


@variant("Keras's loss minus the mean over characters")
def _(by_keras, untrained):
    """Padding counts."""
    return abs(by_keras - untrained.mean())


@variant("exact match of the small pair")
def _(small, right, x, y_in, y):
    """Characters are counted, not answers."""
    return right(small, x, y_in, y)[y != 0].mean()


@variant("exact match of the small pair")
def _(small, right, arrays, test):
    """The questions are not turned round."""
    return right(small, *arrays(test, backward=False)).all(axis=1).mean()


@variant("sums that only one of the two ways gets right")
def _(small, test, x, y_in, counts, write, text_of, right, y):
    """The taught decoder's first input is left out, so that it reads what it has to predict."""
    written = np.array([text_of(row) for row in write(small, x)[0]])
    exact = written == [answer for _, answer in test]
    unshifted = np.where(counts, np.concatenate([y_in[:, 1:], y_in[:, :1]], axis=1), 0)
    return sum(exact != right(small, x, unshifted, y).all(axis=1))


@variant("exact match on unseen sums of two three-digit numbers")
def _(model, right, arrays, test, both_three):
    """The questions are not turned round."""
    return right(model, *arrays(test, backward=False)).all(axis=1)[both_three].mean()


@variant("first place, own past minus right past")
def _(gap):
    """The second place is taken for the first."""
    return abs(gap["small"][1] - gap["small"][0])[:, 1].max()


@variant("small pair, own past minus right past")
def _(small, x, y_in, y, nats, counts):
    """The right characters are fed as the model's own."""
    return (nats(small, x, y_in, y) - nats(small, x, y_in, y))[counts].mean()


@variant("exact match on sums of two four-digit numbers")
def _(model, arrays, data, text_of, write):
    """Sums of up to three digits are drawn."""
    pairs = data.sums(np.random.default_rng(1), 500)
    written = [text_of(row) for row in write(model, arrays(pairs)[0])[0]]
    return np.mean([text == answer for text, (_, answer) in zip(written, pairs, strict=True)])


@variant("derived gradient of the context, largest difference")
def _(alpha, a, numeric):
    """The mean is not taken off."""
    return abs(alpha[:, None] * a - numeric).max()


@variant("weight of a padded place with score 0")
def _(softmax):
    """The score is taken out."""
    return softmax(np.array([2.0, 1.0, -1e9]))[2]


@variant("dot and additive attention against Keras's, largest difference")
def _(queries, a, attend, by_layer):
    """The padded place is not masked."""
    context, _ = attend(queries @ a.T, a, np.array([True, True, True]))
    return abs(np.asarray(by_layer["dot"][0])[0] - context).max()


@variant("dot and additive attention against Keras's, largest difference")
def _(queries, a, by_layer):
    """The softmax runs over the steps of the decoder, not over the states of the encoder."""
    scores = np.where([True, True, False], queries @ a.T, -1e9)
    weights = np.exp(scores) / np.exp(scores).sum(axis=0).clip(1e-12)
    return abs(np.asarray(by_layer["dot"][0])[0] - weights @ a).max()


@variant("exact match on unseen days, dot")
def _(readers, right, asked_x, asked_y_in, asked_y):
    """The encoder reads the dates of other days."""
    return right(readers["dot"][0], asked_x[::-1], asked_y_in, asked_y).all(axis=1).mean()


@variant("exact match on unseen days, additive")
def _(readers, right, asked_x, asked_y_in, asked_y):
    """The encoder reads the dates of other days."""
    return right(readers["additive"][0], asked_x[::-1], asked_y_in, asked_y).all(axis=1).mean()


@variant("dot, weight on the year's digits while writing the year")
def _(readers, asked_x, asked_y_in, places_of_year, convert_to_numpy):
    """The weights are those of the steps after the year."""
    weights = convert_to_numpy(readers["dot"][1]([asked_x, asked_y_in]))[:, 5:9]
    return np.take_along_axis(weights, np.repeat(places_of_year[:, None], 4, axis=1), axis=2).sum(axis=2).mean()


@variant("additive, weight on the year's digits while writing the year")
def _(readers, asked_x, asked_y_in, places_of_year, convert_to_numpy):
    """The weights are those of the steps after the year."""
    weights = convert_to_numpy(readers["additive"][1]([asked_x, asked_y_in]))[:, 5:9]
    return np.take_along_axis(weights, np.repeat(places_of_year[:, None], 4, axis=1), axis=2).sum(axis=2).mean()


@variant("dot, most weight on the very digit of the year")
def _(readers, asked_x, asked_y_in, places_of_year, convert_to_numpy):
    """Each row is compared with the digit after its own."""
    weights = convert_to_numpy(readers["dot"][1]([asked_x, asked_y_in]))[:, :4]
    return (weights.argmax(axis=2) == places_of_year + 1).mean()


@variant("exact match without the mask")
def _(exact_days):
    """The mask is still there."""
    return exact_days["dot"]


@variant("largest weight of a padded place")
def _(unmasked_looks, asked_x, asked_y_in, convert_to_numpy):
    """The states of the padding are not masked."""
    weights = convert_to_numpy(unmasked_looks([asked_x, asked_y_in]))
    return weights.max(axis=1)[asked_x == 0].max()


@variant("P(596 | 535+61)")
def _(model, nats, arrays):
    """The mean over the characters is taken for the sum, of an answer that is wrong."""
    return np.exp(-nats(model, *arrays([("535+61", "597")])).mean())
