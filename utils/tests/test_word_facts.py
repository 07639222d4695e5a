"""Facts about models that read words: which vectors they hold, which names they find, and how they pool what they read."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from unroll.checks import facts  # noqa: E402
from unroll.checks.functions import stretches  # noqa: E402

pytestmark = pytest.mark.slow
layers = keras.layers
VECTORS = np.random.default_rng(0).normal(size=(7, 3))
TAGS = np.array([[1, 2, 0, 3, -1], [0, 5, 6, 6, 1]])


def reading(*tables):
    """A model that reads the same ids with an Embedding for each of these settings."""
    ids = keras.Input((None,), dtype="int32")
    parts = [layers.Embedding(7, **{"output_dim": 3, **settings})(ids) for settings in tables]
    return keras.Model(ids, layers.Concatenate()(parts) if len(parts) > 1 else parts[0])


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ([{"weights": [VECTORS]}], "as given, trained"),
        ([{}, {"weights": [VECTORS], "trainable": False}], "as given, frozen"),
        ([{}], "others than those given"),
        ([{"weights": [VECTORS[::-1]], "trainable": False}], "others than those given"),
        ([{"weights": [VECTORS[:, :2]], "output_dim": 2}], "others than those given"),
    ],
    ids=["trained", "frozen, beside another", "at random", "in another order", "too narrow"],
)
def test_vectors_that_were_given(settings, said):
    subject = reading(*settings)
    assert facts.find(subject, ("word vectors",), {"ids": np.ones((1, 2), int), "vectors": VECTORS}) == (said,)


def saying(table):
    """A model whose scores for each id are a row of the table; ids are read as they are."""
    ids = keras.Input((None,), dtype="int32")
    return keras.Model(ids, layers.Embedding(*np.shape(table), weights=[np.array(table)])(ids))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "F1 of at least 70%"),
        ({(0, 4): 3}, "F1 of at least 70%"),  # where no tag is asked for
        ({(0, 1): 0}, "F1 of at least 70%"),  # 3 of 4 names
        ({(0, 1): 0, (1, 3): 0}, "F1 of 50%"),
        ({(0, 0): 2}, "F1 of at least 70%"),  # an I that begins a name
        ({(0, 0): 0, (0, 1): 0, (0, 3): 0, (1, 1): 0, (1, 4): 0}, "hardly any"),
    ],
    ids=["all right", "beyond the end", "one border wrong", "two borders wrong", "repaired", "none"],
)
def test_names_that_are_found(changes, said):
    ids = np.maximum(TAGS, 0)
    for place, tag in changes.items():
        ids[place] = tag
    assert facts.find(saying(np.eye(7)), ("names found",), {"ids": ids, "tags": TAGS, "enough": 0.7}) == (said,)


def test_names_need_scores_for_each_word():
    ids = keras.Input((None,), dtype="int32")
    pooled = keras.Model(ids, layers.GlobalAveragePooling1D()(layers.Embedding(7, 7)(ids)))
    given = {"ids": np.maximum(TAGS, 0), "tags": TAGS, "enough": 0.7}
    assert facts.find(pooled, ("names found",), given) == ("not a row of scores for each word",)


@pytest.mark.parametrize(
    ("pooled", "said"),
    [
        (layers.GlobalAveragePooling1D(), "as their mean"),
        (lambda a: keras.ops.sum(a, axis=1), "as something that grows with their number, such as a sum"),
        (lambda a: keras.ops.sum(a, axis=1) / 9, "as something that grows with their number, such as a sum"),
        (layers.GlobalMaxPooling1D(), "by one or a few of them, such as the last or the largest"),
        (lambda a: a[:, -1], "by one or a few of them, such as the last or the largest"),
        (lambda a: a, "not at all"),
    ],
    ids=["mean", "sum", "a share of the sum", "largest", "last", "none"],
)
@pytest.mark.parametrize("cell", [layers.GRU, layers.SimpleRNN])
def test_words_that_are_pooled(cell, pooled, said):
    ids = keras.Input((None,), dtype="int32")
    states = layers.Bidirectional(cell(3, return_sequences=True))(layers.Embedding(7, 4)(ids))
    model = keras.Model(ids, layers.Dense(1)(pooled(states)))
    assert facts.find(model, ("words pooled",), {"ids": np.array([[3, 5, 1, 6], [2, 2, 4, 1]])}) == (said,)


def test_stretches_of_one_tag():
    assert stretches(np.array([2, 2, 0, 1, 3, 3])) == [(2, 0, 2), (1, 3, 4), (3, 4, 6)]
    assert stretches(np.array([-1, 0])) == [(-1, 0, 1)]
    assert stretches(np.zeros(0, int)) == stretches(np.zeros(4, int)) == []
