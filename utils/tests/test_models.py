"""Keras models as answers: what crosses, and that only Keras's own layers are ever built."""

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from unroll.checks.models import HandedOver, ModelError, hand_over, is_model, rebuild  # noqa: E402

pytestmark = pytest.mark.slow
layers = keras.layers
IDS = np.array([[3, 1, 4, 1], [5, 2, 6, 5]])


def sequential(*middle):
    return keras.Sequential([keras.Input((None,)), layers.Embedding(9, 3, mask_zero=True), *middle, layers.Dense(2)])


def graph(read):
    """`read(x, ids)` is what comes between the Embedding and the Dense."""
    ids = keras.Input((None,), dtype="int32")
    return keras.Model(ids, layers.Dense(2)(read(layers.Embedding(9, 3)(ids), ids)))


def convolved(x, ids):
    return layers.LSTM(4)(layers.Conv1D(4, 3, padding="causal", activation="relu")(x), mask=keras.ops.not_equal(ids, 0))


def masked_by_a_layer(x, ids):
    embedding = layers.Embedding(9, 3, mask_zero=True)
    return layers.GRU(4)(embedding(ids), mask=embedding.compute_mask(ids))


def apart(x, ids):
    return layers.Concatenate()(layers.Bidirectional(layers.GRU(4), merge_mode=None)(x))


TABLE = np.random.default_rng(1).normal(size=(9, 3))
MODELS = {
    "sequential": lambda: sequential(layers.SimpleRNN(4, return_sequences=True)),
    "both ways": lambda: sequential(layers.Bidirectional(layers.LSTM(4), merge_mode="sum")),
    "stacked cells": lambda: sequential(layers.RNN([layers.GRUCell(4), layers.LSTMCell(5)])),
    "a model in a model": lambda: sequential(keras.Sequential([keras.Input((None, 3)), layers.GRU(4), layers.Dense(3)])),
    "regularised": lambda: sequential(layers.GRU(4, kernel_regularizer="l2", recurrent_constraint="unit_norm")),
    "batch normalisation": lambda: sequential(layers.BatchNormalization(), layers.GRU(4)),
    "a mask by hand": lambda: graph(convolved),
    "the Embedding's mask": lambda: graph(masked_by_a_layer),
    "put side by side": lambda: graph(apart),
    "the last of all states": lambda: graph(lambda x, ids: layers.LSTM(4, return_sequences=True)(x)[:, -1]),
    "comparison and cast": lambda: graph(lambda x, ids: layers.GRU(4)(x, mask=keras.ops.cast(ids > 0, "bool"))),
    "an initializer with a table": lambda: keras.Sequential(
        [keras.Input((None,)), layers.Embedding(9, 3, embeddings_initializer=keras.initializers.Constant(TABLE)), layers.GRU(4)]
    ),
    "flipped, padded, softmax": lambda: graph(
        lambda x, ids: keras.ops.softmax(layers.GRU(4)(keras.ops.flip(layers.ZeroPadding1D((2, 0))(x), axis=1)) * 2 + 1)
    ),
    "reshaped, without the last axis": lambda: graph(
        lambda x, ids: layers.GRU(4)(keras.ops.squeeze(keras.ops.expand_dims(x, -1), -1)[..., :2])
    ),
    "stateful": lambda: keras.Sequential(
        [keras.Input(batch_shape=(2, None)), layers.Embedding(9, 3), layers.GRU(4, stateful=True)]
    ),
}


@pytest.mark.parametrize("build", MODELS.values(), ids=MODELS)
def test_what_is_rebuilt_computes_the_same(build):
    model = build()
    again = rebuild(hand_over(model))
    assert again is not model
    np.testing.assert_array_equal(np.asarray(again(IDS)), np.asarray(model(IDS)))
    assert hand_over(again) == hand_over(model)


def test_handed_over_models_differ_by_configuration_weights_or_loss():
    one = hand_over(MODELS["sequential"]())
    other = replace(one, weights=(one.weights[0] + 1, *one.weights[1:]))
    assert one == replace(one) and one != other and one != replace(one, weights=one.weights[1:])
    assert one != replace(one, loss="{}") and one != replace(one, config="{}") and one != "a model"


@pytest.mark.parametrize(
    ("loss", "kind"),
    [
        ("sparse_categorical_crossentropy", "SparseCategoricalCrossentropy"),
        (keras.losses.sparse_categorical_crossentropy, "SparseCategoricalCrossentropy"),
        (keras.losses.SparseCategoricalCrossentropy(from_logits=True), "SparseCategoricalCrossentropy"),
        ("binary_crossentropy", "BinaryCrossentropy"),
        ("mse", "MeanSquaredError"),
    ],
    ids=["string", "function", "object", "another string", "short name"],
)
def test_a_loss_of_keras_crosses(loss, kind):
    model = MODELS["sequential"]()
    model.compile("adam", loss)
    again = rebuild(hand_over(model))
    assert type(again.loss).__name__ == kind
    if isinstance(loss, keras.Loss):
        assert again.loss.get_config() == loss.get_config()


def test_of_a_loss_of_ones_own_only_the_name_crosses():
    model = MODELS["sequential"]()
    model.compile("adam", lambda y, outputs: keras.ops.mean(outputs))
    assert hand_over(model).loss == '"<lambda>"'
    assert hand_over(MODELS["sequential"]()).loss is None


def test_states_cross_and_are_no_difference():
    model = keras.Sequential([keras.Input(batch_shape=(1, None, 2)), layers.LSTM(3, stateful=True)])
    before = hand_over(model)
    model(np.ones((1, 4, 2)))
    after = hand_over(model)
    assert before == after and not np.array_equal(before.states[0], after.states[0])
    x = np.full((1, 1, 2), 0.5)
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(rebuild(after)(x)), keras.ops.convert_to_numpy(model(x)))


class MyModel(keras.Model):
    pass


@keras.saving.register_keras_serializable("mine")
class MyDense(layers.Dense):
    pass


@pytest.mark.parametrize(
    ("build", "reason"),
    [
        (lambda: sequential(layers.Lambda(lambda x: x)), "it contains a Lambda, .* write the operation in a functional model"),
        (lambda: sequential(MyDense(3)), "it contains a MyDense"),
        (
            lambda: sequential(layers.Bidirectional(layers.GRU(4)), layers.Dense(3, activation=MyDense(3))),
            "it contains a MyDense",
        ),
        (MyModel, "of the class MyModel cannot be handed over"),
        (lambda: keras.Sequential([layers.Embedding(9, 3), layers.GRU(4)]), "start it with keras.Input"),
    ],
    ids=["Lambda", "own layer", "own activation", "own model", "not built"],
)
def test_what_cannot_be_handed_over_says_why(build, reason):
    with pytest.raises(ModelError, match=reason):
        hand_over(build())


def forged(change) -> HandedOver:
    """An honest model with a changed configuration."""
    honest = hand_over(MODELS["sequential"]())
    config = json.loads(honest.config)
    return replace(honest, config=json.dumps(change(config) or config))


def layer_of(config: dict, name: str) -> dict:
    return next(each for each in config["config"]["layers"] if each["class_name"] == name)


def set_in(name: str, **changes):
    return lambda config: layer_of(config, name).update(changes)


def set_setting(name: str, setting: str, value):
    return lambda config: layer_of(config, name)["config"].update({setting: value})


FUNCTION = {"class_name": "function", "config": "system", "registered_name": "function"}
FORGERIES = {
    "builtins": set_in("SimpleRNN", module="builtins"),
    "os": set_in("SimpleRNN", module="os", class_name="system"),
    "builtins eval": set_in("SimpleRNN", module="builtins", class_name="eval", registered_name="eval"),
    "no module": set_in("SimpleRNN", module=None),
    "a module within Keras": set_in("SimpleRNN", module="keras.src.layers.core.lambda_layer", class_name="Lambda"),
    "a Lambda": set_in("SimpleRNN", class_name="Lambda"),
    "registered as another": set_in("SimpleRNN", registered_name="mine>MyDense"),
    "a class name that is a list": set_in("SimpleRNN", class_name=["SimpleRNN"]),
    "a function of os": set_setting("SimpleRNN", "activation", FUNCTION | {"module": "os"}),
    "a pickled lambda": set_setting("SimpleRNN", "activation", {"class_name": "__lambda__", "config": {"value": "gASVAAAA"}}),
    "a foreign initializer": set_setting(
        "SimpleRNN", "kernel_initializer", {"module": "os", "class_name": "Zeros", "config": {}}
    ),
    "a layer alone": lambda config: layer_of(config, "SimpleRNN"),
    "a list": lambda config: [config],
}


@pytest.mark.parametrize("change", FORGERIES.values(), ids=FORGERIES)
def test_whatever_is_not_on_the_list_is_never_built(change, monkeypatch):
    built = []
    monkeypatch.setattr(keras.saving, "deserialize_keras_object", lambda *given, **named: built.append(given))
    with pytest.raises(ModelError):
        rebuild(forged(change))
    assert not built


@pytest.mark.parametrize(
    "config",
    ["", "null", "7", "{", "[" * 100_000, '{"a":' * 5_000 + "1" + "}" * 5_000, "{}", '{"class_name": "Sequential"}'],
    ids=["nothing", "null", "a number", "half", "nested lists", "nested dicts", "empty", "no configuration"],
)
def test_what_is_no_configuration_is_refused(config):
    with pytest.raises(ModelError):
        rebuild(HandedOver(config, ()))


def test_models_nested_without_end_are_refused():
    honest = json.loads(hand_over(MODELS["sequential"]()).config)
    inner = honest
    for _ in range(200):
        inner = {**honest, "config": {**honest["config"], "layers": [inner]}}
    with pytest.raises(ModelError):
        rebuild(HandedOver(json.dumps(inner), ()))


@pytest.mark.parametrize("depth", ["outside", "inside"])
def test_how_a_model_was_compiled_is_never_read(depth):
    """A compile_config may name anything, so neither that of the model nor that of one within it reaches Keras."""
    honest = hand_over(MODELS["a model in a model"]())
    config = json.loads(honest.config)
    target = config if depth == "outside" else layer_of(config, "Sequential")
    target["compile_config"] = {"optimizer": "adam", "loss": "mse"}
    again = rebuild(replace(honest, config=json.dumps(config)))
    inner = next(layer for layer in again.layers if isinstance(layer, keras.Sequential))
    assert not again.compiled and not inner.compiled


def test_weights_must_fit():
    honest = hand_over(MODELS["sequential"]())
    for weights in ((), honest.weights[:-1], (*honest.weights, np.zeros(2)), tuple(w.T for w in honest.weights)):
        with pytest.raises(ModelError, match="cannot be rebuilt"):
            rebuild(replace(honest, weights=weights))


def test_a_loss_that_is_not_on_the_list_is_refused():
    honest = hand_over(MODELS["sequential"]())
    for loss in (
        "{",
        '{"module": "os", "class_name": "system", "config": {}}',
        '{"module": "keras.losses", "class_name": "Loss"}',
    ):
        with pytest.raises(ModelError):
            rebuild(replace(honest, loss=loss))


def test_keras_is_not_imported_to_see_that_something_is_no_model():
    code = "import sys; from unroll.checks.models import is_model; assert not is_model(3) and 'keras' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
    assert is_model(MODELS["sequential"]()) and not is_model(layers.Dense(3)) and not is_model(keras.Model)
