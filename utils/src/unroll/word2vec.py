"""Word vectors by skip-gram with negative sampling, in Keras.

Mikolov, Sutskever, Chen, Corrado and Dean, Distributed Representations of Words and Phrases and their Compositionality (2013).
"""

from collections.abc import Iterable, Sequence

import keras
import numpy as np

from unroll.training import dataset

_POWER = 0.75  # of a word's count, in the distribution of the negatives


def keep_probability(counts: np.ndarray, threshold: float) -> np.ndarray:
    """How likely an occurrence of each word is to be kept when frequent words are thinned out: sqrt(threshold / share), at most 1.

    Parameters
    ----------
    counts
        How often each word occurs.
    threshold
        The share of the text from which a word is thinned out, such as 1e-3.

    Returns
    -------
    numpy.ndarray
        Of the shape of `counts`; 1 for words that do not occur.

    Examples
    --------
    >>> keep_probability(np.array([90, 9, 1]), threshold=0.01)
    array([0.10540926, 0.33333333, 1.        ])
    """
    share = counts / counts.sum()
    return np.minimum(1, np.sqrt(threshold / np.maximum(share, threshold)))


def pairs(sentences: Iterable[np.ndarray], window: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw all pairs of a word and a neighbour. The width of the window is drawn for each word, from 1 to `window`.

    Parameters
    ----------
    sentences
        Each an array of ids; no pair reaches across two of them.
    window
        The most words on each side.
    rng
        A NumPy random generator.

    Returns
    -------
    centres, contexts : numpy.ndarray of int, shape (m,)
        In no particular order.

    Examples
    --------
    >>> centres, contexts = pairs([np.array([3, 4, 5])], window=1, rng=np.random.default_rng(0))
    >>> sorted(zip(centres.tolist(), contexts.tolist()))
    [(3, 4), (4, 3), (4, 5), (5, 4)]
    """
    sentences = list(sentences)
    ids = np.concatenate([*sentences, np.array([], int)])
    sentence_of = np.repeat(np.arange(len(sentences)), [len(sentence) for sentence in sentences])
    width = rng.integers(1, window + 1, size=len(ids))
    centres, contexts = [], []
    for distance in range(1, window + 1):
        near = sentence_of[distance:] == sentence_of[:-distance]
        left, right = ids[:-distance], ids[distance:]
        for centre, other, reaches in ((left, right, width[:-distance]), (right, left, width[distance:])):
            drawn = near & (reaches >= distance)
            centres.append(centre[drawn])
            contexts.append(other[drawn])
    return np.concatenate(centres), np.concatenate(contexts)


def skip_gram(tokens: int, size: int) -> keras.Model:
    """Build the model: two tables of vectors, and the products of a word's vector with those of some candidates.

    Parameters
    ----------
    tokens
        Number of ids.
    size
        Entries of a vector.

    Returns
    -------
    keras.Model
        From ``(centre, candidates)`` of shapes (m, 1) and (m, 1 + k) to logits of shape (m, 1 + k). Not compiled. The first table, in
        the layer ``E``, is the embedding; the second, in ``theta``, starts at 0.
    """
    centre, candidates = keras.Input((1,), dtype="int32"), keras.Input((None,), dtype="int32")
    start = keras.initializers.RandomUniform(-0.5 / size, 0.5 / size)
    e = keras.layers.Embedding(tokens, size, embeddings_initializer=start, name="E")(centre)
    theta = keras.layers.Embedding(tokens, size, embeddings_initializer="zeros", name="theta")(candidates)
    products = keras.layers.Dot(axes=2)([theta, e])
    return keras.Model([centre, candidates], keras.layers.Flatten()(products))


def skip_gram_vectors(
    sentences: Sequence[np.ndarray], tokens: int, *, size: int = 100, window: int = 5, negative: int = 5,
    threshold: float = 1e-3, epochs: int = 5, batch_size: int = 1024, rate: float = 2e-3, seed: int = 0,
) -> np.ndarray:  # fmt: skip
    """Train word vectors on a text: skip-gram with negative sampling and subsampling, by Adam.

    In every epoch frequent words are thinned out, pairs are drawn and negatives are drawn, all of them again.

    Parameters
    ----------
    sentences
        Each an array of ids below `tokens`.
    tokens
        Number of ids, such as ``len(vocabulary)``.
    size
        Entries of a vector.
    window, threshold
        As for `pairs` and `keep_probability`.
    negative
        Negatives for each pair.
    epochs
        Times through the text.
    batch_size, rate
        Of the training.
    seed
        Of everything that is drawn. It is set with ``keras.utils.set_random_seed``.

    Returns
    -------
    numpy.ndarray, shape (tokens, size)
        One row for each id. Ids that never occur keep their random start.

    Examples
    --------
    >>> text = [np.array([3, 4, 5, 6])] * 10
    >>> skip_gram_vectors(text, tokens=7, size=8, epochs=1).shape
    (7, 8)
    """
    keras.utils.set_random_seed(seed)
    rng = np.random.default_rng(seed)
    counts = np.bincount(np.concatenate(sentences), minlength=tokens)
    keep = keep_probability(counts, threshold)
    cumulative = np.cumsum(counts**_POWER) / np.sum(counts**_POWER)
    model = skip_gram(tokens, size)
    model.compile(keras.optimizers.Adam(rate), keras.losses.BinaryCrossentropy(from_logits=True))
    for _ in range(epochs):
        kept = [sentence[rng.random(len(sentence)) < keep[sentence]] for sentence in sentences]
        centres, contexts = pairs(kept, window, rng)
        order = rng.permutation(len(centres))
        negatives = np.searchsorted(cumulative, rng.random((len(centres), negative)))
        candidates = np.column_stack([contexts, negatives])[order]
        real = np.zeros(candidates.shape, "float32")
        real[:, 0] = 1
        batches = dataset((centres[order, None], candidates), real, batch_size=batch_size, shuffle=False)
        model.fit(batches, verbose=0)
    return model.get_layer("E").get_weights()[0]
