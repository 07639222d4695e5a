"""Assignment 04: taggers and readers in Keras, their masks and parameters, states that are carried, and a model that learns.

`words`, `n_x`, `n_a` are the sizes of the vocabulary, of an embedding and of a state; `ids` are sentences of ids from 1 on.
"""

from functools import partial

import keras
import numpy as np
from autograder.check import Case, Check, Requirements, close
from autograder.kernels.jail import Limits
from keras import layers as L
from unroll import data
from unroll.checks.models import hand_over
from unroll.text import Vocabulary

requirements = Requirements(
    packages=("numpy", "unroll-course", "keras", "tensorflow"),
    limits=Limits(seconds=180, cell_seconds=60, memory=3 << 30, processes=128),
)


def net(words, n_x, *read, out, f="softmax", mask=True, rows=0):
    """The model that most exercises ask for, but for what reads the words."""
    return keras.Sequential(
        [keras.Input((None,)), L.Embedding(words + rows, n_x, mask_zero=mask), *read, L.Dense(out, activation=f)]
    )


def functional(words, n_x, read, out, mask=True):
    """The same the other way; `read(x, ids)` makes states of what the Embedding gives."""
    ids = keras.Input((None,), dtype="int32")
    return keras.Model(ids, L.Softmax()(L.Dense(out)(read(L.Embedding(words, n_x, mask_zero=mask)(ids), ids))))


def sizes(rng, *names):
    """Numbers for `words` and for these names, no two of which are alike."""
    chosen = rng.choice(np.arange(2, 10), size=len(names), replace=False)
    return {"words": int(rng.integers(12, 90))} | dict(zip(names, map(int, chosen), strict=True))


def two_batches(*names, labels=None):
    """Cases of a check on a model with these sizes; `labels` names the one that is the number of classes."""

    def cases(rng):
        for label, (m, T) in {"a batch": (4, 6), "one sentence": (1, 4)}.items():
            inputs = sizes(rng, *names)
            given = {"ids": rng.integers(1, inputs["words"], size=(m, T))}
            if labels:
                given["labels"] = rng.integers(inputs[labels], size=(m, T))
            yield Case(label, basic=label == "a batch", given=given, **inputs)

    return cases


def name_mistakes(check, build, mistakes):
    """A dict holds other arguments for `build`; anything else is the whole mistake."""
    for sentence, mistake in mistakes.items():
        check.misconception(sentence)(partial(build, **mistake) if isinstance(mistake, dict) else mistake)


NO_LAST_STATE = "return_sequences=True stands at the last recurrent layer: there is an output for every word, where one is asked."
LAST_STATE_ONLY = "return_sequences=True is missing: only the last state comes out, where every word needs one."
A_ROW_MORE = "The Embedding has a row too many: `words` counts the id 0 already."
WIDTHS_SWAPPED = "n_x and n_a are swapped: n_x is the width of the Embedding, n_a the units of the recurrent layer."
SIGMOIDS = "Every class has a sigmoid of its own: one class of several is asked for, so the outputs have to add up to 1."
NO_SOFTMAX = "The softmax is missing: the outputs are logits."
UNMASKED = "Padding is not marked: the Embedding needs mask_zero=True, and a Masking layer after it finds no step of zeros."

# rnn_tagger --------------------------------------------------------------------------------------------------------
rnn_tagger = Check("rnn_tagger")
rnn_tagger.ask_for("output shape", "parameters", "recurrent layers", "sees later words", "outputs are")
rnn_tagger.cases(two_batches("n_x", "n_a", "tags"))


def tagger(words, n_x, n_a, tags, *, kind=L.SimpleRNN, sequences=True, mask=False, **others):
    return net(words, n_x, kind(n_a, return_sequences=sequences), out=tags, mask=mask, **others)


rnn_tagger.reference(lambda words, n_x, n_a, tags: tagger(words, n_x, n_a, tags))
rnn_tagger.alternative("marking padding")(lambda words, n_x, n_a, tags: tagger(words, n_x, n_a, tags, mask=True))
name_mistakes(rnn_tagger, tagger, {
    LAST_STATE_ONLY: dict(sequences=False),
    A_ROW_MORE: dict(rows=1),
    SIGMOIDS: dict(f="sigmoid"),
    NO_SOFTMAX: dict(f=None),
    WIDTHS_SWAPPED: lambda words, n_x, n_a, tags: tagger(words, n_a, n_x, tags),
    "The units are the tags: the state has n_a units, and a Dense makes tags of them.": lambda words, n_x, n_a, tags: tagger(
        words, n_x, tags, tags
    ),
    "The recurrent layer is an LSTM, where a SimpleRNN is asked for.": dict(kind=L.LSTM),
    "The recurrent layer is a GRU, where a SimpleRNN is asked for.": dict(kind=L.GRU),
    "The sentence is read both ways: what comes later is not yet known.": dict(
        kind=lambda *units, **given: L.Bidirectional(L.SimpleRNN(*units, **given))
    ),
    "No layer carries a state from word to word: a Dense sees one word at a time.": lambda words, n_x, n_a, tags: net(
        words, n_x, L.Dense(n_a, activation="tanh"), out=tags
    ),
})  # fmt: skip


@rnn_tagger.alternative("functional")
def _(words, n_x, n_a, tags):
    return functional(words, n_x, lambda x, ids: L.SimpleRNN(n_a, return_sequences=True)(x), tags)


@rnn_tagger.alternative("a cell in an RNN, a Dense at every step")
def _(words, n_x, n_a, tags):
    steps = [L.RNN(L.SimpleRNNCell(n_a), return_sequences=True), L.TimeDistributed(L.Dense(tags)), L.Activation("softmax")]
    return keras.Sequential([keras.Input((None,), dtype="int32"), L.Embedding(words, n_x), *steps])


# count_parameters --------------------------------------------------------------------------------------------------
count_parameters = Check("count_parameters")
count_parameters.compare = close(rtol=1e-9)
GATES = {"SimpleRNN": 1, "GRU": 3, "LSTM": 4}


def count(kind, T, n_x, n_a, layers, both_ways, *, gates=GATES, biases=None, reads=None, ways=2, steps=lambda T: 1):
    total, width = 0, n_x
    for _ in range(layers):
        bias = (biases or {"SimpleRNN": 1, "GRU": 2, "LSTM": 1})[kind]
        total += gates[kind] * (n_a * (n_a + width) + bias * n_a) * (ways if both_ways else 1) * steps(T)
        width = reads(n_x, n_a, both_ways) if reads else n_a * (2 if both_ways else 1)
    return total


count_parameters.reference(lambda kind, T, n_x, n_a, layers, both_ways: count(kind, T, n_x, n_a, layers, both_ways))
ONE_BIAS = dict.fromkeys(GATES, 1)
name_mistakes(count_parameters, count, {
    "The GRU is given one bias; with reset_after=True, as in Keras, it has two for each gate.": dict(biases=ONE_BIAS),
    "No bias is counted.": dict(biases=dict.fromkeys(GATES, 0)),
    "Every layer is given two biases: only Keras's GRU has them.": dict(biases=dict.fromkeys(GATES, 2)),
    "The gates are left out: a GRU has three sets of weights and an LSTM four.": dict(gates=dict.fromkeys(GATES, 1)),
    "The candidate is left out: beside two or three gates it has weights of its own.": dict(
        gates={"SimpleRNN": 1, "GRU": 2, "LSTM": 3}
    ),
    "The steps are counted: all T share one set of weights.": dict(steps=lambda T: T),
    "Both ways are counted as one: each direction has weights of its own.": dict(
        ways=1, reads=lambda n_x, n_a, both_ways: n_a * (1 + both_ways)
    ),
    "Every layer reads n_x numbers: those above the first read the states below.": dict(reads=lambda n_x, n_a, both_ways: n_x),
    "Every layer above reads n_a numbers: where the one below goes both ways they are 2 n_a.": dict(
        reads=lambda n_x, n_a, both_ways: n_a
    ),
    "n_x and n_a are swapped.": lambda kind, T, n_x, n_a, layers, both_ways: count(kind, T, n_a, n_x, layers, both_ways),
})  # fmt: skip


@count_parameters.cases
def _(rng):
    for label, kind, layers, both_ways in (
        ("a SimpleRNN", "SimpleRNN", 1, False), ("a GRU", "GRU", 1, False), ("an LSTM", "LSTM", 1, False),
        ("a deep GRU", "GRU", 3, False), ("an LSTM both ways", "LSTM", 1, True), ("a deep GRU both ways", "GRU", 3, True),
        ("a deep SimpleRNN both ways", "SimpleRNN", 2, True),
    ):  # fmt: skip
        n_x, n_a = map(int, rng.choice(np.arange(10, 200), size=2, replace=False))
        inputs = dict(kind=kind, T=int(rng.integers(5, 60)), n_x=n_x, n_a=n_a, layers=layers, both_ways=both_ways)
        yield Case(label, basic=layers == 1 and not both_ways, **inputs)


@count_parameters.alternative("from the shapes of the arrays")
def _(kind, T, n_x, n_a, layers, both_ways):
    n, ways = GATES[kind] * n_a, 1 + both_ways
    shapes = [[(n_x if layer == 0 else ways * n_a, n), (n_a, n), (2, n) if kind == "GRU" else (n,)] for layer in range(layers)]
    return ways * sum(int(np.prod(shape)) for arrays in shapes for shape in arrays)


@count_parameters.alternative("in closed form")
def _(kind, T, n_x, n_a, layers, both_ways):
    ways, bias = 2 if both_ways else 1, 2 if kind == "GRU" else 1
    return GATES[kind] * ways * n_a * (n_x + (layers - 1) * ways * n_a + layers * (n_a + bias))


@count_parameters.alternative("by building it")
def _(kind, T, n_x, n_a, layers, both_ways):
    model = keras.Sequential([keras.Input((T, n_x))])
    for _ in range(layers):
        layer = getattr(L, kind)(n_a, return_sequences=True)
        model.add(L.Bidirectional(layer) if both_ways else layer)
    return model.count_params()


# masked_reader, phrase_reader --------------------------------------------------------------------------------------
masked_reader, phrase_reader = Check("masked_reader"), Check("phrase_reader")
for check in (masked_reader, phrase_reader):
    check.ask_for("output shape", "parameters", "recurrent layers", "padding changes nothing", "outputs are")
masked_reader.cases(two_batches("n_x", "n_a", "classes"))
phrase_reader.cases(two_batches("n_x", "filters", "n_a", "classes"))


def reader(words, n_x, n_a, classes, *, kind=L.LSTM, sequences=False, **others):
    return net(words, n_x, kind(n_a, return_sequences=sequences), out=classes, **others)


masked_reader.reference(lambda words, n_x, n_a, classes: reader(words, n_x, n_a, classes))
name_mistakes(masked_reader, reader, {
    UNMASKED: dict(mask=False),
    NO_LAST_STATE: dict(sequences=True),
    A_ROW_MORE: dict(rows=1),
    SIGMOIDS: dict(f="sigmoid"),
    NO_SOFTMAX: dict(f=None),
    WIDTHS_SWAPPED: lambda words, n_x, n_a, classes: reader(words, n_a, n_x, classes),
    "The recurrent layer is a GRU, where an LSTM is asked for.": dict(kind=L.GRU),
    "The recurrent layer is a SimpleRNN, where an LSTM is asked for.": dict(kind=L.SimpleRNN),
})  # fmt: skip


@masked_reader.alternative("a cell in an RNN")
def _(words, n_x, n_a, classes):
    return net(words, n_x, L.RNN(L.LSTMCell(n_a)), out=classes)


@masked_reader.alternative("functional, the mask handed over")
def _(words, n_x, n_a, classes):
    return functional(words, n_x, lambda x, ids: L.LSTM(n_a)(x, mask=keras.ops.not_equal(ids, 0)), classes, mask=False)


@masked_reader.alternative("the last of all states")
def _(words, n_x, n_a, classes):
    return functional(words, n_x, lambda x, ids: L.LSTM(n_a, return_sequences=True)(x)[:, -1], classes)


def phrases(words, n_x, filters, n_a, classes, *, mask=lambda ids: keras.ops.not_equal(ids, 0), read=L.LSTM, width=3, **to_read):
    def states(x, ids):
        x = L.Conv1D(filters, width, padding="causal", activation="relu")(x) if width else x
        return read(n_a, **to_read)(x, mask=mask(ids))

    return functional(words, n_x, states, classes, mask=False)


phrase_reader.reference(lambda words, n_x, filters, n_a, classes: phrases(words, n_x, filters, n_a, classes))
name_mistakes(phrase_reader, phrases, {
    "The LSTM reads padding: the mask ends at the Conv1D, or padding=\"same\" shows the last word what follows it.": dict(
        mask=lambda ids: None
    ),
    NO_LAST_STATE: dict(return_sequences=True),
    "Filters and units are swapped: the Conv1D has `filters`, the LSTM n_a.": lambda words, n_x, filters, n_a, classes: phrases(
        words, n_x, n_a, filters, classes
    ),
    "The Conv1D looks at another number of words than three.": dict(width=2),
    "The Conv1D is left out: the LSTM reads single words.": dict(width=None),
    "The recurrent layer is a GRU, where an LSTM is asked for.": dict(read=L.GRU),
})  # fmt: skip


@phrase_reader.alternative("a cell in an RNN")
def _(words, n_x, filters, n_a, classes):
    return phrases(words, n_x, filters, n_a, classes, read=lambda n: L.RNN(L.LSTMCell(n)))


@phrase_reader.alternative("the mask that the Embedding makes")
def _(words, n_x, filters, n_a, classes):
    ids = keras.Input((None,), dtype="int32")
    embedding = L.Embedding(words, n_x, mask_zero=True)
    convolved = L.Conv1D(filters, 3, padding="causal", activation="relu")(embedding(ids))
    last = L.LSTM(n_a)(convolved, mask=embedding.compute_mask(ids))
    return keras.Model(ids, L.Dense(classes, activation="softmax")(last))


@phrase_reader.alternative("the last of all states")
def _(words, n_x, filters, n_a, classes):
    def last(x, ids):
        x = L.ReLU()(L.Conv1D(filters, 3, padding="causal")(x))
        return L.LSTM(n_a, return_sequences=True)(x, mask=keras.ops.not_equal(ids, 0))[:, -1]

    return functional(words, n_x, last, classes, mask=False)


# two_way_tagger ----------------------------------------------------------------------------------------------------
two_way_tagger = Check("two_way_tagger")
two_way_tagger.ask_for(
    "output shape", "parameters", "recurrent layers", "padding changes nothing", "sees later words", "outputs are"
)
two_way_tagger.cases(two_batches("n_x", "n_a", "tags"))


def both_ways(words, n_x, n_a, tags, *, kind=L.GRU, sequences=True, merge="concat", one_way=None, **others):
    layer = kind(n_a, return_sequences=sequences, **(one_way or {}))
    return net(words, n_x, layer if one_way is not None else L.Bidirectional(layer, merge_mode=merge), out=tags, **others)


two_way_tagger.reference(lambda words, n_x, n_a, tags: both_ways(words, n_x, n_a, tags))
name_mistakes(two_way_tagger, both_ways, {
    "The directions are added up: they should stand side by side, as [a→, a←].": dict(merge="sum"),
    "The directions are averaged: they should stand side by side, as [a→, a←].": dict(merge="ave"),
    "The directions are multiplied: they should stand side by side, as [a→, a←].": dict(merge="mul"),
    "The sentence is read forwards alone: no word knows what comes after it.": dict(one_way={}),
    "The sentence is read backwards alone, which also turns the outputs round.": dict(one_way={"go_backwards": True}),
    UNMASKED + " Read backwards, it comes first.": dict(mask=False),
    LAST_STATE_ONLY: dict(sequences=False),
    "Each direction has half the units: n_a are asked for in each.": lambda words, n_x, n_a, tags: both_ways(
        words, n_x, max(n_a // 2, 1), tags
    ),
    "Both layers are LSTMs, where GRUs are asked for.": dict(kind=L.LSTM),
    "Both layers are SimpleRNNs, where GRUs are asked for.": dict(kind=L.SimpleRNN),
    SIGMOIDS: dict(f="sigmoid"),
    NO_SOFTMAX: dict(f=None),
})  # fmt: skip


@two_way_tagger.alternative("a cell in an RNN")
def _(words, n_x, n_a, tags):
    return both_ways(words, n_x, n_a, tags, kind=lambda n, **given: L.RNN(L.GRUCell(n), **given))


@two_way_tagger.alternative("functional, put side by side by hand")
def _(words, n_x, n_a, tags):
    apart = L.Bidirectional(L.GRU(n_a, return_sequences=True), merge_mode=None)
    return functional(words, n_x, lambda x, ids: L.Concatenate()(apart(x)), tags)


@two_way_tagger.alternative("two layers given, the mask handed over")
def _(words, n_x, n_a, tags):
    there = L.GRU(n_a, return_sequences=True)
    back = L.GRU(n_a, return_sequences=True, go_backwards=True)
    read = L.Bidirectional(there, backward_layer=back)
    return functional(words, n_x, lambda x, ids: read(x, mask=keras.ops.not_equal(ids, 0)), tags, mask=False)


# deep_reader -------------------------------------------------------------------------------------------------------
deep_reader = Check("deep_reader")
deep_reader.ask_for("output shape", "parameters", "recurrent layers", "padding changes nothing")


@deep_reader.cases
def _(rng):
    for label, (m, T), layers in (("three layers", (3, 5), 3), ("two layers", (1, 4), 2)):
        inputs = sizes(rng, "n_x", "classes", *range(layers))
        units = [inputs.pop(layer) for layer in range(layers)]
        yield Case(label, basic=layers == 3, units=units, **inputs, given={"ids": rng.integers(1, 12, size=(m, T))})


def deep(words, n_x, units, classes, *, kind=L.LSTM, top=False, **others):
    layers = [kind(n, return_sequences=top or number < len(units)) for number, n in enumerate(units, start=1)]
    return net(words, n_x, *layers, out=classes, **others)


deep_reader.reference(lambda words, n_x, units, classes: deep(words, n_x, units, classes))
name_mistakes(deep_reader, deep, {
    NO_LAST_STATE: dict(top=True),
    "The layers stand in the wrong order: units[0] belongs to the layer that reads the words.": (
        lambda words, n_x, units, classes: deep(words, n_x, units[::-1], classes)
    ),
    "Only the lowest layer is there.": lambda words, n_x, units, classes: deep(words, n_x, units[:1], classes),
    "Only the topmost layer is there.": lambda words, n_x, units, classes: deep(words, n_x, units[-1:], classes),
    "All layers are as wide as the lowest.": lambda words, n_x, units, classes: deep(words, n_x, units[:1] * len(units), classes),
    UNMASKED: dict(mask=False),
    "The layers are GRUs, where LSTMs are asked for.": dict(kind=L.GRU),
})  # fmt: skip


@deep_reader.alternative("functional")
def _(words, n_x, units, classes):
    def climb(x, ids):
        for n in units[:-1]:
            x = L.LSTM(n, return_sequences=True)(x)
        return L.LSTM(units[-1])(x)

    return functional(words, n_x, climb, classes)


@deep_reader.alternative("stacked cells in one RNN")
def _(words, n_x, units, classes):
    return net(words, n_x, L.RNN([L.LSTMCell(n) for n in units]), out=classes)


@deep_reader.alternative("the last of all states")
def _(words, n_x, units, classes):
    stack = keras.Sequential([L.LSTM(n, return_sequences=True) for n in units])
    return functional(words, n_x, lambda x, ids: stack(x)[:, -1], classes)


# compiled_tagger ---------------------------------------------------------------------------------------------------
compiled_tagger = Check("compiled_tagger")
compiled_tagger.ask_for("output shape", "parameters", "recurrent layers", "loss is cross entropy")
compiled_tagger.cases(two_batches("n_x", "n_a", "tags", labels="tags"))


def compiled(words, n_x, n_a, tags, *, f=None, loss=None, sequences=True, kind=L.GRU, mask=True):
    """Softmax and a loss that takes probabilities; `f` and `loss` change either."""
    model = net(words, n_x, kind(n_a, return_sequences=sequences), out=tags, f=f or "softmax", mask=mask)
    model.compile("adam", loss or "sparse_categorical_crossentropy")
    return model


FROM_LOGITS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
compiled_tagger.reference(lambda words, n_x, n_a, tags: compiled(words, n_x, n_a, tags))
name_mistakes(compiled_tagger, compiled, {
    "The softmax is applied twice: the model has one, and from_logits=True adds another.": dict(loss=FROM_LOGITS),
    "The logits are taken for probabilities: from_logits=True is missing, or the softmax.": dict(f="linear"),
    "The loss wants the tags one-hot: for ids there is SparseCategoricalCrossentropy.": dict(loss="categorical_crossentropy"),
    "The model is never compiled.": lambda words, n_x, n_a, tags: both_ways(words, n_x, n_a, tags, one_way={}),
    LAST_STATE_ONLY: dict(sequences=False),
    "The recurrent layer is an LSTM, where a GRU is asked for.": dict(kind=L.LSTM),
    "The recurrent layer is a SimpleRNN, where a GRU is asked for.": dict(kind=L.SimpleRNN),
})  # fmt: skip


@compiled_tagger.alternative("logits")
def _(words, n_x, n_a, tags):
    return compiled(words, n_x, n_a, tags, f="linear", loss=FROM_LOGITS)


@compiled_tagger.alternative("the loss as a function")
def _(words, n_x, n_a, tags):
    return compiled(words, n_x, n_a, tags, loss=keras.losses.sparse_categorical_crossentropy, mask=False)


@compiled_tagger.alternative("functional, the loss as an object")
def _(words, n_x, n_a, tags):
    model = functional(words, n_x, lambda x, ids: L.RNN(L.GRUCell(n_a), return_sequences=True)(x), tags)
    model.compile(optimizer=keras.optimizers.SGD(), loss=keras.losses.SparseCategoricalCrossentropy())
    return model


# stateful_twin, in_pieces ------------------------------------------------------------------------------------------
stateful_twin, in_pieces = Check("stateful_twin"), Check("in_pieces")
stateful_twin.ask_for("output shape", "parameters", "recurrent layers", "in two pieces")
in_pieces.compare = close(rtol=1e-5, atol=1e-6)


def loud(rng, model):
    """The model with weights that make themselves heard some steps later."""
    model.set_weights([rng.normal(scale=0.7, size=weight.shape) for weight in model.get_weights()])
    return model


@stateful_twin.cases
def _(rng):
    for label, kinds, (m, T) in (("one layer", [L.GRU], (3, 6)), ("two layers", [L.LSTM, L.SimpleRNN], (2, 7))):
        words, n_x, n_a, tags = sizes(rng, "n_x", "n_a", "tags").values()
        layers = [kind(n_a + number, return_sequences=True) for number, kind in enumerate(kinds)]
        model = loud(rng, net(words, n_x, *layers, out=tags, mask=False))
        ids = rng.integers(1, words, size=(m, T))
        given = {"ids": ids, "whole": np.asarray(model(ids))}
        yield Case(label, basic=len(kinds) == 1, model=hand_over(model), m=m, given=given)


def twin(model, m, *, stateful=lambda number: True, weights=True):
    """A copy of `model` for batches of m; `stateful` says which of its layers keep their states."""
    copy = keras.Sequential([keras.Input(batch_shape=(m, None))])
    for number, layer in enumerate(model.layers):
        config = layer.get_config()
        if "stateful" in config:
            config["stateful"] = stateful(number)
        copy.add(type(layer).from_config(config))
    if weights:
        copy.set_weights(model.get_weights())
    return copy


stateful_twin.reference(lambda model, m: twin(model, m))
name_mistakes(stateful_twin, twin, {
    "The twin forgets: without stateful=True every piece starts from a state of 0.": dict(stateful=lambda number: False),
    "Only the lowest recurrent layer keeps its state: every one of them needs stateful=True.": dict(
        stateful=lambda number: number == 1
    ),
    "The twin has weights of its own: those of the model are never copied.": dict(weights=False),
    "The twin does not know how many sentences it reads: its Input needs batch_shape=(m, None).": lambda model, m: twin(
        model, None
    ),
})  # fmt: skip


@stateful_twin.alternative("functional")
def _(model, m):
    x = ids = keras.Input(batch_shape=(m, None), dtype="int32")
    for layer in model.layers:
        kept = {"stateful": True} if isinstance(layer, L.RNN) else {}
        x = type(layer).from_config({**layer.get_config(), **kept})(x)
    copy = keras.Model(ids, x)
    copy.set_weights(model.get_weights())
    return copy


@stateful_twin.alternative("the configuration changed")
def _(model, m):
    config = model.get_config()
    for each in config["layers"]:
        settings = each["config"]
        settings.update({name: new for name, new in {"stateful": True, "batch_shape": (m, None)}.items() if name in settings})
    copy = keras.Sequential.from_config(config)
    for ours, theirs in zip(copy.layers, model.layers, strict=True):
        ours.set_weights(theirs.get_weights())
    return copy


@stateful_twin.alternative("cloned")
def _(model, m):
    def clone(layer):
        config = layer.get_config()
        return type(layer).from_config(config | ({"stateful": True} if hasattr(layer, "stateful") else {}))

    copy = keras.models.clone_model(model, input_tensors=keras.Input(batch_shape=(m, None)), clone_function=clone)
    copy.set_weights(model.get_weights())
    return copy


@in_pieces.cases
def _(rng):
    for label, (m, T, k), calls in (
        ("pieces of three", (3, 9, 3), 1), ("a shorter piece at the end", (3, 8, 3), 1), ("word by word", (1, 4, 1), 1),
        ("called twice", (2, 8, 2), 2),
    ):  # fmt: skip
        words, n_x, n_a, classes = sizes(rng, "n_x", "n_a", "classes").values()
        layers = [L.Embedding(words, n_x), L.GRU(n_a, stateful=True), L.Dense(classes, activation="softmax")]
        model = loud(rng, keras.Sequential([keras.Input(batch_shape=(m, None)), *layers]))
        x = rng.integers(1, words, size=(m, T))
        yield Case(label, basic=label == "pieces of three", calls=calls, twin=hand_over(model), x=x, k=k)


def reset(model):
    for layer in model.layers:
        if hasattr(layer, "reset_state"):
            layer.reset_state()


def read_pieces(twin, x, k, *, cut=lambda x, k: [x[:, t : t + k] for t in range(0, x.shape[1], k)], before=reset, between=None,
                axis=1):  # fmt: skip
    before(twin)
    outputs = []
    for piece in cut(x, k):
        outputs.append(np.asarray(twin(piece)))
        if between:
            between(twin)
    return np.stack(outputs, axis)


in_pieces.reference(lambda twin, x, k: read_pieces(twin, x, k))
in_pieces.alternative("lists")(lambda twin, x, k: read_pieces(twin, x, k).tolist())
name_mistakes(in_pieces, read_pieces, {
    "The states are never reset: those of the call before are still there.": dict(before=lambda model: None),
    "The states are reset after every piece: each begins anew.": dict(between=reset),
    "The last piece is left out where it is shorter than k.": dict(
        cut=lambda x, k: [x[:, t : t + k] for t in range(0, x.shape[1] - k + 1, k)]
    ),
    "x is cut into k pieces: k is how many steps there are in a piece.": dict(cut=lambda x, k: np.array_split(x, k, axis=1)),
    "Every piece is read together with all before it, which the states hold already.": dict(
        cut=lambda x, k: [x[:, : t + k] for t in range(0, x.shape[1], k)]
    ),
    "The pieces come first: the sentences of the batch do, as everywhere.": dict(axis=0),
    "Only the output after the last piece is returned.": lambda twin, x, k: read_pieces(twin, x, k)[:, -1],
    "Only the last word of each piece is read.": dict(cut=lambda x, k: [x[:, t : t + 1] for t in range(k - 1, x.shape[1], k)]),
})  # fmt: skip


@in_pieces.alternative("into an array, by its layers")
def _(twin, x, k):
    embedding, gru, dense = twin.layers
    gru.reset_state()
    said = np.zeros((*x.shape[:1], -(-x.shape[1] // k), dense.units), "float32")
    for number in range(said.shape[1]):
        said[:, number] = dense(gru(embedding(x[:, number * k : (number + 1) * k])))
    return said


@in_pieces.alternative("every beginning from the start")
def _(twin, x, k):
    said = []
    for end in range(k, x.shape[1] + k, k):
        reset(twin)
        said.append(twin(x[:, :end]))
    return np.transpose(said, (1, 0, 2))


# agreement ---------------------------------------------------------------------------------------------------------
agreement = Check("agreement")
agreement.ask_for("output shape", "outputs are", "accuracy", "decided by a recurrent layer")
DISTANCE = 40
KNOWN, PLURAL = data.agreement(np.random.default_rng(0), 2000, DISTANCE)
VOCABULARY = Vocabulary(sorted({word for sentence in KNOWN for word in sentence}))


@agreement.cases
def _(rng):
    for label, enough in (("better than guessing", 0.7), ("hardly ever wrong", 0.97)):
        sentences, labels = data.agreement(rng, int(rng.integers(200, 300)), DISTANCE)
        ids = np.array([VOCABULARY.encode(sentence)[:-2] for sentence in sentences])
        yield Case(label, basic=enough < 0.9, given={"ids": ids, "labels": labels, "enough": enough})


NUMBER = np.zeros((len(VOCABULARY), 1))  # of a noun: -1 or 1
NUMBER[VOCABULARY.encode(sentence[1] for sentence in KNOWN), 0] = 2 * PLURAL - 1


def latch(read=None, weights=([[5]], [[3]], [0]), *, out=1, f="sigmoid", sign=1):
    """A model that nobody has to train: its state is thrown to 1 or -1 by the subject, and stays there."""
    model = net(len(VOCABULARY), 1, read or L.SimpleRNN(1), out=out, f=f, mask=False)
    model.set_weights([NUMBER, *map(np.array, weights), np.full((1, out), 5.0 * sign), np.zeros(out)])
    return model


agreement.reference(lambda: latch())
name_mistakes(agreement, latch, {
    "Nothing of the subject is left at the verb: the state is overwritten on the way there, or it was trained with the verb in "
    "sight.": dict(weights=([[5]], [[0.1]], [0])),
    "No recurrent layer decides: the words are averaged, or one of them is picked out.": lambda: latch(
        L.GlobalAveragePooling1D(), weights=()
    ),
    "The labels have changed places: 1 stands for were.": dict(sign=-1),
    "There are two outputs, where one number is asked for: the probability of were.": dict(out=2, f="softmax"),
    "The sigmoid is missing: the output is a logit.": dict(f="linear"),
    NO_LAST_STATE: lambda: latch(L.SimpleRNN(1, return_sequences=True)),
})  # fmt: skip


@agreement.alternative("an LSTM whose gates stay open")
def _():
    return latch(L.LSTM(1), weights=([[0, 0, 3, 0]], [[0, 0, 0, 0]], [9, 9, 0, 9]))


@agreement.alternative("both ways")
def _():
    return latch(L.Bidirectional(L.SimpleRNN(1), merge_mode="sum"), weights=2 * ([[5]], [[3]], [0]))


@agreement.alternative("a cell in an RNN that counts")
def _():
    return latch(L.RNN(L.SimpleRNNCell(1, activation="linear")), weights=([[1]], [[1]], [0]))
