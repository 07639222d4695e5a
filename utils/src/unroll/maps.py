"""Maps of word vectors: t-SNE, which puts vectors of many entries on a plane so that neighbours stay neighbours.

van der Maaten and Hinton, Visualizing Data using t-SNE, Journal of Machine Learning Research 9 (2008).
"""

import numpy as np

_HALVINGS = 50  # of the interval that holds a point's precision
_EXAGGERATION, _EXAGGERATED_STEPS = 12, 100
_SMALLEST = 1e-12


def affinities(vectors: np.ndarray, perplexity: float) -> np.ndarray:
    """Turn distances into probabilities: how likely each pair is, if every point picks neighbours with a bell curve of its own.

    Parameters
    ----------
    vectors
        Of shape (m, n).
    perplexity
        The effective number of neighbours of each point. It sets the width of its bell curve.

    Returns
    -------
    numpy.ndarray, shape (m, m)
        Symmetric, 0 on the diagonal, and summing to 1.

    Raises
    ------
    ValueError
        If the perplexity is not between 1 and m - 1.
    """
    if not 1 <= perplexity < len(vectors):
        raise ValueError(f"{len(vectors)} points allow a perplexity from 1 to {len(vectors) - 1}, not {perplexity}.")
    distances = squared_distances(vectors)
    np.fill_diagonal(distances, np.inf)
    distances -= distances.min(axis=1, keepdims=True)
    low, high = np.zeros(len(vectors)), np.full(len(vectors), np.inf)
    precision = np.ones(len(vectors))
    for _ in range(_HALVINGS):
        P = np.exp(-distances * precision[:, None])
        P /= P.sum(axis=1, keepdims=True)
        too_many = _entropy(P) > np.log(perplexity)
        low, high = np.where(too_many, precision, low), np.where(too_many, high, precision)
        precision = np.where(np.isinf(high), 2 * low, (low + np.where(np.isinf(high), 0, high)) / 2)
    return (P + P.T) / (2 * len(vectors))


def tsne(vectors: np.ndarray, *, perplexity: float = 30, seed: int = 0, steps: int = 500) -> np.ndarray:
    """Place points on a plane by t-SNE: all pairs, gradient descent with momentum, from a random start.

    Its time grows with the square of the number of points; a thousand are the limit of patience.

    Parameters
    ----------
    vectors
        Of shape (m, n).
    perplexity
        As for `affinities`.
    seed
        Of the random start.
    steps
        Of gradient descent. In the first 100, all affinities are multiplied by 12, which lets clusters find together.

    Returns
    -------
    numpy.ndarray, shape (m, 2)
        Centred. Directions, and distances between far points, mean nothing.

    Examples
    --------
    >>> two_clusters = np.repeat([[0.0, 0.0], [9.0, 9.0]], 5, axis=0) + np.random.default_rng(0).normal(size=(10, 2))
    >>> plane = tsne(two_clusters, perplexity=3)
    >>> plane.shape
    (10, 2)
    """
    P = np.maximum(affinities(vectors, perplexity), _SMALLEST)
    places = np.random.default_rng(seed).normal(scale=1e-4, size=(len(vectors), 2))
    velocity, gains = np.zeros_like(places), np.ones_like(places)
    rate = max(len(vectors) / _EXAGGERATION / 4, 50)  # the automatic one of scikit-learn
    for step in range(steps):
        early = step < _EXAGGERATED_STEPS
        slope = gradient(P * _EXAGGERATION if early else P, places)
        gains = np.maximum(np.where(slope * velocity < 0, gains + 0.2, gains * 0.8), 0.01)
        velocity = (0.5 if early else 0.8) * velocity - rate * gains * slope
        places = places + velocity
        places -= places.mean(axis=0)
    return places


def gradient(P: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Gradient of the Kullback-Leibler divergence between the affinities and those of points on the plane.

    Parameters
    ----------
    P
        As `affinities` gives them.
    places
        Of shape (m, 2). Their own affinities are those of Student's t distribution with one degree of freedom.

    Returns
    -------
    numpy.ndarray, shape (m, 2)
    """
    closeness = 1 / (1 + squared_distances(places))
    np.fill_diagonal(closeness, 0)
    pull = (P - closeness / closeness.sum()) * closeness
    return 4 * (pull.sum(axis=1)[:, None] * places - pull @ places)


def squared_distances(vectors: np.ndarray) -> np.ndarray:
    """Squared Euclidean distances between all rows, of shape (m, m)."""
    vectors = np.asarray(vectors, dtype=float)
    squares = (vectors**2).sum(axis=1)
    return np.maximum(squares[:, None] + squares - 2 * vectors @ vectors.T, 0)


def _entropy(P: np.ndarray) -> np.ndarray:
    """Of each row, in nats; 0 log 0 counts as 0."""
    return -(P * np.log(np.maximum(P, _SMALLEST))).sum(axis=1)
