"""unroll.word2vec: pairs are those of the windows, thinning keeps rare words, and words of like company get like vectors."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from unroll.word2vec import keep_probability, pairs, skip_gram, skip_gram_vectors  # noqa: E402

SENTENCES = [np.arange(3, 12), np.array([20, 21]), np.array([30]), np.array([], int)]


def all_pairs(sentence, width):
    return {(a, b) for i, a in enumerate(sentence) for j, b in enumerate(sentence) if 0 < abs(i - j) <= width}


def test_pairs_of_width_one_are_the_neighbours():
    drawn = pairs(SENTENCES, window=1, rng=np.random.default_rng(0))
    expected = set().union(*(all_pairs(sentence.tolist(), 1) for sentence in SENTENCES))
    assert sorted(zip(*(ids.tolist() for ids in drawn), strict=True)) == sorted(expected)


def test_pairs_stay_in_the_window_and_in_the_sentence():
    rng = np.random.default_rng(0)
    seen = {pair for _ in range(50) for pair in zip(*(ids.tolist() for ids in pairs(SENTENCES, 4, rng)), strict=True)}
    assert seen == set().union(*(all_pairs(sentence.tolist(), 4) for sentence in SENTENCES))


def test_near_words_are_drawn_more_often():
    text = [np.arange(10_000)]
    centres, contexts = pairs(text, window=5, rng=np.random.default_rng(0))
    shares = np.bincount(abs(centres - contexts))[1:] / 20_000
    np.testing.assert_allclose(shares, [1, 0.8, 0.6, 0.4, 0.2], atol=0.02)


def test_rare_words_are_kept_and_frequent_ones_thinned_out():
    kept = keep_probability(np.array([0, 10, 990, 9000]), threshold=0.01)
    np.testing.assert_allclose(kept, [1, 1, np.sqrt(0.01 / 0.099), np.sqrt(0.01 / 0.9)])


def test_the_model_multiplies_a_word_with_each_candidate():
    model = skip_gram(tokens=6, size=3)
    E, theta = np.random.default_rng(0).normal(size=(2, 6, 3)).astype("float32")
    model.get_layer("E").set_weights([E])
    model.get_layer("theta").set_weights([theta])
    products = keras.ops.convert_to_numpy(model([np.array([[4], [2]]), np.array([[0, 1], [5, 5]])]))
    np.testing.assert_allclose(products, [[theta[0] @ E[4], theta[1] @ E[4]], [theta[5] @ E[2]] * 2], rtol=1e-5)


@pytest.mark.slow
def test_words_of_like_company_get_like_vectors():
    """Words 3 and 4 stand between 5 and 6, words 7 and 8 between 9 and 10."""
    rng = np.random.default_rng(0)
    text = [
        np.array([5, rng.choice([3, 4]), 6]) if rng.random() < 0.5 else np.array([9, rng.choice([7, 8]), 10])
        for _ in range(2000)
    ]
    vectors = skip_gram_vectors(text, tokens=11, size=8, window=2, threshold=1, epochs=10, rate=0.01, batch_size=128)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    assert unit[3] @ unit[4] > 0.9 and unit[7] @ unit[8] > 0.9
    assert unit[3] @ unit[7] < 0.5
    again = skip_gram_vectors(text, tokens=11, size=8, window=2, threshold=1, epochs=10, rate=0.01, batch_size=128)
    np.testing.assert_allclose(vectors, again, rtol=1e-4, atol=1e-5)
