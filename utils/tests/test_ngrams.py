"""unroll.ngrams: probabilities sum to 1, agree with a count by hand, and know what follows what."""

import math

import numpy as np
import pytest
from unroll.ngrams import NGrams

A, B, C, D = range(4)
TEXT = [A, B, A, B, A, C, B, A]


@pytest.mark.parametrize("order", [1, 2, 3, 4])
@pytest.mark.parametrize("before", [(), (A,), (B, A), (A, B, A), (D, D, D), (D, A), (C, C, B, A)])
def test_probabilities_sum_to_one_and_none_is_zero(order, before):
    model = NGrams(np.random.default_rng(order).choice(3, size=50, p=[0.6, 0.3, 0.1]), order, tokens=4)
    p = [model.probability(token, before) for token in range(4)]
    assert sum(p) == pytest.approx(1, abs=1e-12) and min(p) > 0


def test_unigrams_by_hand():
    """Counts 4, 3, 1 of 8: one token was seen once and none twice, so the discount is a half, and 1.5 / 8 is shared out."""
    model = NGrams(TEXT, 1, tokens=4)
    expected = np.array([3.5, 2.5, 0.5, 0]) / 8 + 1.5 / 8 / 4
    np.testing.assert_allclose([model.probability(token) for token in range(4)], expected, rtol=1e-12)


def test_bigrams_by_hand():
    """ab 2, ba 3, ac 1, cb 1: two pairs were seen once and one twice, so the discount is 2 / (2 + 2 · 1).

    As continuations, a follows {b}, b follows {a, c}, c follows {a}: 1, 2, 1 of 4, and the discount is 2 / (2 + 2 · 1) too.
    """
    model = NGrams(TEXT, 2, tokens=4)
    lower = np.array([0.5, 1.5, 0.5, 0]) / 4 + 1.5 / 4 / 4
    after_a = np.array([0, 1.5, 0.5, 0]) / 3 + 1 / 3 * lower
    np.testing.assert_allclose([model.probability(token) for token in range(4)], lower, rtol=1e-12)
    np.testing.assert_allclose([model.probability(token, [A]) for token in range(4)], after_a, rtol=1e-12)
    np.testing.assert_allclose([model.probability(token, [D]) for token in range(4)], lower, rtol=1e-12)


def test_only_the_last_tokens_matter():
    model = NGrams(TEXT, 3, tokens=4)
    assert model.probability(C, [C, C, B, A]) == model.probability(C, [B, A]) != model.probability(C, [A])


def test_surprise_is_minus_log_p_along_the_text():
    model = NGrams(TEXT, 3, tokens=4)
    text = [A, C, B, D]
    expected = [model.probability(C, [A]), model.probability(B, [A, C]), model.probability(D, [C, B])]
    np.testing.assert_allclose(model.surprise(np.array(text)), -np.log(expected), rtol=1e-12)


def test_more_context_helps_where_it_decides():
    """Tokens in turns of two: the last token leaves two possibilities, the last two leave one."""
    text = [A, A, B, B] * 50
    one, two, three = (np.exp(NGrams(text, order, tokens=2).surprise(text).mean()) for order in (1, 2, 3))
    assert one == pytest.approx(2, abs=0.01) and two == pytest.approx(2, abs=0.02) and three < 1.1


@pytest.mark.parametrize(("ids", "order"), [([A, B], 3), (TEXT, 0), ([], 1)])
def test_what_cannot_be_counted_is_refused(ids, order):
    with pytest.raises(ValueError, match=f"{len(ids)} tokens has no n-grams of order {order}"):
        NGrams(ids, order, tokens=4)


def test_a_text_of_one_kind():
    assert math.isclose(sum(NGrams([A] * 9, 2, tokens=3).probability(token, [A]) for token in range(3)), 1)
