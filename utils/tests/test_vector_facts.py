"""Facts about models of word vectors: each is right for models with and without the property, whatever the weights."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from unroll.checks import facts  # noqa: E402

pytestmark = pytest.mark.slow
layers = keras.layers
V = 12
IDS = np.random.default_rng(0).integers(V, size=(4, 5))
LABELS = np.eye(1, 4).repeat(4, axis=0)


def fact(name, model, **given):
    (found,) = facts.find(model, (name,), {"ids": IDS, "labels": LABELS, **given})
    return found


def scorer(tables=2, normalize=False, f=None, loss=None, start="zeros", last=False):
    ids = keras.Input((None,), dtype="int32")
    both = [layers.Embedding(V, 3, embeddings_initializer=start) for _ in range(tables)]
    centre, others = (ids[:, -1:], ids[:, :-1]) if last else (ids[:, :1], ids[:, 1:])
    scores = layers.Dot(axes=2, normalize=normalize)([both[-1](others), both[0](centre)])
    model = keras.Model(ids, layers.Activation(f)(layers.Flatten()(scores)))
    if loss:
        model.compile("adam", loss)
    return model


def table(vectors):
    model = keras.Sequential([keras.Input((None,), dtype="int32"), layers.Embedding(*vectors.shape)])
    model.set_weights([vectors])
    return model


def test_scores_are():
    assert fact("scores are", scorer()) == "products of vectors from two tables"
    assert fact("scores are", scorer(tables=1)) == "products of vectors from one table"
    assert fact("scores are", scorer(normalize=True)) == "cosines of vectors from two tables"
    assert fact("scores are", scorer(last=True)) == "products of vectors from two tables, the last word with those before"
    assert fact("scores are", scorer(f="tanh")) == "other numbers"


def test_the_loss_of_yes_or_no():
    said = {
        kind: fact("loss of yes or no", scorer(loss=loss))
        for kind, loss in {
            "none": None,
            "logits": keras.losses.BinaryCrossentropy(from_logits=True),
            "probabilities": keras.losses.BinaryCrossentropy(),
            "squares": keras.losses.MeanSquaredError(),
            "softmax": keras.losses.CategoricalCrossentropy(from_logits=True),
        }.items()
    }
    assert said == {
        "none": "not compiled with a loss of Keras",
        "logits": "binary cross-entropy of logits",
        "probabilities": "binary cross-entropy of probabilities",
        "squares": "another",
        "softmax": "another",
    }
    assert (
        fact("loss of yes or no", scorer(loss=keras.losses.MeanSquaredError()), labels=LABELS[:, :2])
        == "one for outputs of another shape"
    )


def test_nearer_to_its_like():
    rng = np.random.default_rng(1)
    group = np.arange(V) % 3
    word = np.repeat(np.arange(V), 20)
    like, other = (word + 3) % V, (word + rng.choice([1, 2, 4, 5], size=len(word))) % V
    second = rng.random(len(word)) < 0.5
    given = {
        "ids": np.column_stack([word, np.where(second, like, other), np.where(second, other, like)]),
        "labels": second.astype(int),
    }
    in_groups = np.eye(3)[group] + rng.normal(scale=0.01, size=(V, 3))
    assert fact("nearer to its like", table(in_groups), enough=0.99, **given) == "at least 99%"
    assert fact("nearer to its like", table(np.ones((V, 3))), enough=0.99, **given) == "no better than a guess"
    assert fact("nearer to its like", table(-in_groups), enough=0.99, **given) == "at least 99%"
    mixed = np.where(np.arange(V)[:, None] % 4 < 3, in_groups, rng.normal(size=(V, 3)))
    assert fact("nearer to its like", table(mixed), enough=0.99, **given).endswith("%")
    assert (
        fact("nearer to its like", table(in_groups + np.nan), enough=0.99, **given) == "not one vector of numbers for each word"
    )
    assert fact("nearer to its like", scorer(), enough=0.99, **given) == "not one vector of numbers for each word"
