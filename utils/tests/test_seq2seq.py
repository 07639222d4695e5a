"""Encoder and decoder in Keras: padding changes nothing, and the pair that adds does add."""

from importlib import resources

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from unroll import data  # noqa: E402
from unroll.results import results  # noqa: E402
from unroll.seq2seq import adder, encoder_decoder  # noqa: E402
from unroll.text import EOS, pad  # noqa: E402

adds = pytest.mark.skipif(
    not (resources.files("unroll") / "measured" / "adder.npz").is_file(), reason="python -m experiments.seq2seq writes it"
)


def logits(model, x, y_in):
    return keras.ops.convert_to_numpy(model([np.array(x), np.array(y_in)]))


def test_padding_of_either_side_changes_nothing():
    keras.utils.set_random_seed(0)
    model = encoder_decoder(14, embedding=4, units=6)
    alone = logits(model, [[5, 6, 7]], [[2, 8]])
    padded = logits(model, [[5, 6, 7, 0, 0], [9] * 5], [[2, 8, 0], [2, 3, 4]])
    np.testing.assert_allclose(padded[0, :2], alone[0], rtol=0, atol=1e-6)


def test_the_decoder_knows_the_whole_source_and_of_the_target_what_it_has_read():
    keras.utils.set_random_seed(0)
    model = encoder_decoder(14, embedding=4, units=6)
    one, other_end, other_source = (
        logits(model, x, y_in) for x, y_in in (([[5, 6]], [[2, 8, 9]]), ([[5, 6]], [[2, 8, 3]]), ([[4, 6]], [[2, 8, 9]]))
    )
    np.testing.assert_array_equal(one[:, :2], other_end[:, :2])
    assert abs(one[:, 2] - other_end[:, 2]).max() > 1e-4
    assert abs(one - other_source).max(axis=-1).min() > 1e-5


@adds
def test_the_adder_is_as_good_as_its_log_says():
    log = results("seq2seq")["adder"]
    pairs = data.sums(np.random.default_rng(0), 60_000)[:4000]
    model, signs = adder()
    x, y = (
        pad([signs.encode(row) for row in rows])[0] for rows in ([q[::-1] for q, _ in pairs], [[*a, EOS] for _, a in pairs])
    )
    y_in, _ = pad([signs.encode([EOS, *answer]) for _, answer in pairs])
    right = ((logits(model, x, y_in).argmax(axis=-1) == y) | (y == 0)).all(axis=1)
    assert right.mean() == pytest.approx(log["exact_float16"], abs=0.0006)
    assert right.mean() > 0.99
