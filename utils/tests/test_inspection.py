"""unroll.inspection, compared with what Keras does with masks, and with Keras's own conditions."""

import importlib
import itertools

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from unroll.inspection import not_fused_because, show_layers  # noqa: E402

pytestmark = pytest.mark.slow

layers = keras.layers


def shown(capsys, *stack):
    """The table of a model on word ids, as one dictionary per layer."""
    show_layers(keras.Sequential([keras.Input((None,)), *stack]))
    heads, *rows = capsys.readouterr().out.splitlines()
    starts = [heads.index(word) for word in ("layer", "output", "parameters", "mask", "fused")]
    cut = [[row[start:end].strip() for start, end in itertools.pairwise([*starts, None])] for row in rows]
    return [dict(zip(("layer", "output", "parameters", "mask", "fused"), row, strict=True)) for row in cut]


@pytest.mark.filterwarnings("ignore:Layer 'conv1d")
def test_the_way_of_a_mask(capsys):
    recurrent = layers.Bidirectional(layers.GRU(4, return_sequences=True))
    rows = shown(capsys, layers.Embedding(9, 3, mask_zero=True), recurrent, layers.Dense(2), layers.GlobalAveragePooling1D())
    assert [row["mask"] for row in rows] == ["begins", "goes on", "goes on", "ends here"]
    rows = shown(capsys, layers.Embedding(9, 3, mask_zero=True), layers.Conv1D(4, 3), layers.LSTM(4), layers.Dense(2))
    assert [row["mask"] for row in rows] == ["begins", "lost", "", ""]
    rows = shown(capsys, layers.Embedding(9, 3), layers.LSTM(4))
    assert [row["mask"] for row in rows] == ["", ""]


def test_shapes_and_parameters(capsys):
    rows = shown(
        capsys, layers.Embedding(9, 3), layers.Bidirectional(layers.LSTM(4, return_sequences=True)), layers.SimpleRNN(5)
    )
    assert [row["layer"] for row in rows] == ["Embedding", "Bidirectional(LSTM)", "SimpleRNN"]
    assert [row["output"] for row in rows] == ["(None, None, 3)", "(None, None, 8)", "(None, 5)"]
    assert [row["parameters"] for row in rows] == ["27", "256", "70"]
    assert [row["fused"] for row in rows] == ["", "yes", "there is no fused SimpleRNN"]


def test_what_cannot_be_shown_is_an_error():
    words = keras.Input((None,))
    with pytest.raises(TypeError, match="keras.Sequential, not a Functional"):
        show_layers(keras.Model(words, layers.Embedding(9, 3)(words)))
    with pytest.raises(ValueError, match="not built yet: call it on a batch first"):
        show_layers(keras.Sequential([layers.Embedding(9, 3)]))
    with pytest.raises(TypeError, match="Dense is not a recurrent layer"):
        not_fused_because(layers.Dense(2))


OPTIONS = {
    "activation": ["tanh", "relu"],
    "recurrent_activation": ["sigmoid", "hard_sigmoid"],
    "unroll": [False, True],
    "use_bias": [True, False],
}


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="these are the conditions of Keras on TensorFlow")
@pytest.mark.parametrize("kind", ["GRU", "LSTM"])
def test_the_conditions_are_those_of_keras(kind, monkeypatch):
    rnn = importlib.import_module("keras.src.backend.tensorflow.rnn")  # the package also has a function of this name
    monkeypatch.setattr(rnn, "_is_gpu_available", lambda: True)
    for values in itertools.product(*OPTIONS.values(), [True, False]):
        *common, reset_after = values
        options = dict(zip(OPTIONS, common, strict=True)) | ({"reset_after": reset_after} if kind == "GRU" else {})
        layer = getattr(layers, kind)(3, **options)
        theirs = [getattr(layer.cell, name) for name in ("activation", "recurrent_activation")]
        theirs += [layer.unroll, layer.use_bias] + ([layer.cell.reset_after] if kind == "GRU" else [])
        assert (not_fused_because(layer) == []) == bool(rnn.cudnn_ok(*theirs)), options
    assert not_fused_because(getattr(layers, kind)(3, recurrent_dropout=0.1)) == ["recurrent_dropout is not 0"]
    assert not_fused_because(getattr(layers, kind)(3, use_cudnn=False)) == ["use_cudnn=False"]


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="these are the conditions of Keras on TensorFlow")
@pytest.mark.parametrize(
    ("mask", "reasons"),
    [
        ([[1, 1, 1], [1, 0, 0]], []),
        ([[1, 1, 1], [0, 0, 1]], ["padding comes before a word"]),
        ([[1, 0, 1], [1, 1, 1]], ["padding comes before a word"]),
        ([[1, 1, 1], [0, 0, 0]], ["a row is nothing but padding"]),
    ],
)
def test_masks_that_keras_refuses(mask, reasons):
    rnn = importlib.import_module("keras.src.backend.tensorflow.rnn")  # the package also has a function of this name
    assert not_fused_because(layers.Bidirectional(layers.GRU(3)), np.array(mask)) == reasons
    if reasons:
        with pytest.raises(Exception, match="does not correspond to right-padded sequences"):
            rnn._assert_valid_mask(np.array(mask, dtype=bool))
    else:
        rnn._assert_valid_mask(np.array(mask, dtype=bool))
