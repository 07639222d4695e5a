"""unroll.maps: affinities have the perplexity that was asked for, the gradient is that of the divergence, clusters stay together."""

import numpy as np
import pytest
from unroll.maps import affinities, gradient, squared_distances, tsne

VECTORS = np.random.default_rng(0).normal(size=(30, 5))
CLUSTERS = np.repeat(10 * np.eye(3, 6), 8, axis=0) + np.random.default_rng(1).normal(size=(24, 6))


def divergence(P, places):
    closeness = 1 / (1 + squared_distances(places))
    np.fill_diagonal(closeness, 0)
    Q = closeness / closeness.sum()
    off = ~np.eye(len(P), dtype=bool)
    return np.sum(P[off] * np.log(P[off] / Q[off]))


def test_affinities_are_a_symmetric_distribution_over_pairs():
    P = affinities(VECTORS, 7)
    np.testing.assert_allclose(P, P.T)
    assert P.sum() == pytest.approx(1)
    assert (np.diag(P) == 0).all()


def test_each_point_of_a_regular_polygon_has_as_many_neighbours_as_the_perplexity():
    angles = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    P = affinities(np.column_stack([np.cos(angles), np.sin(angles)]), 4)
    rows = P * len(P)  # all points are alike, so symmetrising has changed nothing
    off = rows > 0
    entropy = -np.sum(rows * np.log(rows, where=off, out=np.zeros_like(rows)), axis=1)
    np.testing.assert_allclose(np.exp(entropy), 4, rtol=1e-6)


def test_the_gradient_is_that_of_the_divergence():
    P, places = affinities(VECTORS[:8], 3), np.random.default_rng(2).normal(size=(8, 2))
    numerical = np.zeros_like(places)
    for place in np.ndindex(places.shape):
        step = np.zeros_like(places)
        step[place] = 1e-5
        numerical[place] = (divergence(P, places + step) - divergence(P, places - step)) / 2e-5
    np.testing.assert_allclose(gradient(P, places), numerical, rtol=1e-5, atol=1e-8)


def test_clusters_stay_together_and_seeds_differ():
    one, other = (tsne(CLUSTERS, perplexity=5, seed=seed, steps=300) for seed in (0, 1))
    for plane in (one, other):
        distances = squared_distances(plane)
        np.fill_diagonal(distances, np.inf)
        assert (distances.argmin(axis=1) // 8 == np.arange(24) // 8).all()
    assert abs(one - other).max() > 1
    np.testing.assert_array_equal(one, tsne(CLUSTERS, perplexity=5, seed=0, steps=300))


def test_a_perplexity_that_the_points_do_not_allow_is_an_error():
    with pytest.raises(ValueError, match="30 points allow a perplexity from 1 to 29, not 30"):
        affinities(VECTORS, 30)
