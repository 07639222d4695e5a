"""Facts about models that translate, and the stand-ins of assignment 10."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from unroll.checks import facts  # noqa: E402
from unroll.checks.functions import evened_shares, mild_penalty, places_agreed, wandering_words  # noqa: E402

pytestmark = pytest.mark.slow
layers = keras.layers
EOS, WORDS = 2, 10
CHAIN = {3: 4, 4: 5, 5: 6, 6: 7, 7: EOS}  # the source says what comes first


def translator(chain=CHAIN, sources=True, every=True):
    """A model that begins with the first word of its source, and goes on as the chain says."""
    x, reads = keras.Input((None,), dtype="int32"), keras.Input((None,), dtype="int32")
    after = np.zeros((WORDS, WORDS))
    after[list(chain), list(chain.values())] = 5
    first = layers.Embedding(WORDS, WORDS, weights=[np.eye(WORDS) * sources])(x)[:, :1]
    scores = layers.Embedding(WORDS, WORDS, weights=[after])(reads) + first
    return keras.Model([x, reads], scores if every else scores[:, -1])


def said_of(model, references, enough, right=0):
    given = {
        "ids": np.array([[3, 1], [4, 1]]),
        "references": np.array(references),
        "eos": EOS,
        "enough": enough,
        "right": right,
    }
    return facts.find(model, ("greedy translations",), given)[0]


RIGHT = [[[3, 4, 5, 6, 7], [9, 9, 9, 9, 9]], [[9, 0, 0, 0, 0], [4, 5, 6, 7, 0]]]
LONGER = [[[3, 4, 5, 6, 7, 8, 9, 8]], [[4, 5, 6, 7, 8, 9, 8, 0]]]  # BLEU is e to the 1 - 15 / 9
OTHERS = [[[3, 4, 5, 6, 9]], [[4, 5, 6, 7, 0]]]
ONE_ROW = "not a row of scores for each word that is read"


@pytest.mark.parametrize(
    ("model", "references", "wanted", "said"),
    [
        ({}, RIGHT, (99.9,), "BLEU of at least 99.9, at least 0% right"),
        ({}, RIGHT, (99.9, 0.9), "BLEU of at least 99.9, at least 90% right"),
        ({}, LONGER, (50,), "BLEU of at least 50, at least 0% right"),
        ({}, LONGER, (50, 0.9), "BLEU of at least 50, but hardly any right"),
        ({}, LONGER, (60,), "BLEU of 51"),
        ({}, OTHERS, (75, 0.9), "BLEU of at least 75, but only 50% right"),
        ({}, OTHERS, (99, 0.9), "BLEU of 80"),  # 8/9, 6/7, 4/5 and 2/3 match
        ({"chain": {}}, RIGHT, (50,), "without an end"),
        ({"sources": False, "chain": {EOS: 9, 9: EOS}}, RIGHT, (50,), "the same for every source"),
        ({"every": False}, RIGHT, (50,), ONE_ROW),
    ],
)
def test_what_a_model_writes(model, references, wanted, said):
    assert said_of(translator(**model), references, *wanted) == (said if said == ONE_ROW else f"2 translations: {said}")


def test_a_model_of_one_input_is_refused():
    ids = keras.Input((None,), dtype="int32")
    assert said_of(keras.Model(ids, layers.Embedding(WORDS, WORDS)(ids)), RIGHT, 50) == ONE_ROW


def test_places_at_which_references_agree():
    matched, total = places_agreed([1, 2, 3, 1], [[1, 2, 9], [9, 9, 3, 1, 5]], 3)
    assert (matched.tolist(), total.tolist()) == ([4, 2, 0], [5, 5, 5])
    assert places_agreed([], [[1]], 2)[0].tolist() == [0, 0]


def test_shares_and_penalty():
    assert evened_shares(np.array([[1, 0], [2, 0]]), np.array([[2, 1], [4, 1]]), True) == pytest.approx([3.5 / 8, 0.5 / 4])
    assert evened_shares(np.array([[1, 0]]), np.array([[2, 1]]), False) == pytest.approx([1 / 4, 0])
    assert mild_penalty([3, 2], [[4, 6], [2]]) == (7, 0.5)


def test_a_wandering_decoder():
    state = np.array([0.3, -1.0, 2.0])
    log_p, after = wandering_words(state, 1)
    assert np.exp(log_p).sum() == pytest.approx(1)
    assert after == pytest.approx(np.sin(2 * state + 2 * np.array([1, 2, 3])))
    assert not np.allclose(log_p, wandering_words(after, 1)[0])
    assert wandering_words(state.astype("float32"), 1)[1].dtype == np.float32
