"""Assignment 04: taggers and readers in Keras, their masks and parameters, states that are carried, and a model that learns.

A reference has a switch, which is a keyword-only parameter, for each mistake that students make; without switches it is right.
`words`, `n_x` and `n_a` are the sizes of the vocabulary, an embedding and a state. Padding has the id 0; cases contain none, and
its effect is tested by adding some.
"""

from functools import partial

import keras
import numpy as np
from autograder.check import Case, Check, Requirements, changed, close
from autograder.kernels.jail import Limits
from keras import layers as L
from keras.ops import convert_to_numpy
from unroll import data
from unroll.checks.models import hand_over
from unroll.text import Vocabulary

requirements = Requirements(
    packages=("numpy", "unroll-course", "keras", "tensorflow"),
    limits=Limits(seconds=180, cell_seconds=60, memory=3 << 30, processes=128),
)


masked = partial(L.Embedding, mask_zero=True)


def stacked(words, n_x, *layers, table=L.Embedding):
    """Layers above an Embedding."""
    return keras.Sequential([keras.Input((None,)), table(words, n_x), *layers])


def functional(words, n_x, *layers, mask=True):
    """The same as a functional model; a layer may be any function."""
    ids = keras.Input((None,), dtype="int32")
    x = L.Embedding(words, n_x, mask_zero=mask)(ids)
    for layer in layers:
        x = layer(x)
    return keras.Model(ids, x)


def recurrent(kind, units, every=False):
    """Layers one above the other; the topmost returns its last state, or `every` state."""
    *lower, top = units
    return [*(kind(n, return_sequences=True) for n in lower), kind(top, return_sequences=every)]


def ending(out, f=("softmax",)):
    """A Dense, and the activations that its outputs go through."""
    return [L.Dense(out), *map(L.Activation, f)]


def last(states):
    return states[:, -1]


def sizes(rng, *names):
    """Sizes for `words` and for these names, all different."""
    chosen = rng.choice(np.arange(2, 10), size=len(names), replace=False)
    return {"words": int(rng.integers(12, 90))} | dict(zip(names, map(int, chosen), strict=True))


def two_batches(*names):
    """The cases of a check on a model with these sizes, the last of which is the number of classes."""

    def cases(rng):
        for label, shape in {"a batch": (3, 5), "one sentence": (1, 4)}.items():
            inputs = sizes(rng, *names)
            given = {"ids": rng.integers(1, inputs["words"], size=shape), "labels": rng.integers(inputs[names[-1]], size=shape)}
            yield Case(label, basic=label == "a batch", given=given, **inputs)

    return cases


LEFT_ON = "return_sequences=True is left on: there is an output for every word instead of one for the sentence."
MISSING = "return_sequences=True is missing: only the last state comes out, but every word needs one."
UNMASKED = "Padding is not marked: the Embedding needs mask_zero=True, and a Masking layer after it finds no step of zeros."
A_ROW_MORE = "The Embedding has one row too many: `words` already counts the id 0."
NO_SOFTMAX = "The softmax is missing: the outputs are logits."
SIGMOIDS = "Every class has its own sigmoid, but only one class is right, so the outputs must add up to 1."
TWICE = "The softmax is applied twice, and no probability comes near 1."
POOLED = "The states of all steps are pooled: the answer should come from the last state alone."
SWAPPED = "n_x and n_a are swapped: n_x is the width of the Embedding, n_a the units of the recurrent layer."
WRONG_OUTPUTS = {SIGMOIDS: dict(f=["sigmoid"]), NO_SOFTMAX: dict(f=[]), TWICE: dict(f=["softmax", "softmax"])}

# rnn_tagger --------------------------------------------------------------------------------------------------------
rnn_tagger = Check("rnn_tagger")
rnn_tagger.ask_for("output shape", "parameters", "recurrent layers", basic=("outputs are",))
rnn_tagger.cases(two_batches("n_x", "n_a", "tags"))


@rnn_tagger.reference
def tagger(words, n_x, n_a, tags, *, every=True, f=("softmax",)):
    return stacked(words, n_x, L.SimpleRNN(n_a, return_sequences=every), *ending(tags, f))


rnn_tagger.mistakes({
    MISSING: dict(every=False), A_ROW_MORE: dict(words=lambda words: words + 1), **WRONG_OUTPUTS,
    SWAPPED: lambda words, n_x, n_a, tags: tagger(words, n_a, n_x, tags),
    "The recurrent layer has a unit for every tag: it has n_a, and a Dense makes tags of them.":
        lambda words, n_x, n_a, tags: tagger(words, n_x, tags, tags),
    "No layer carries a state from word to word: a Dense sees one word at a time.":
        lambda words, n_x, n_a, tags: stacked(words, n_x, L.Dense(n_a, activation="tanh"), *ending(tags)),
})  # fmt: skip
rnn_tagger.alternative("functional")(lambda V, n_x, n, k: functional(V, n_x, *recurrent(L.SimpleRNN, [n], True), *ending(k)))


@rnn_tagger.alternative("padding marked, the softmax in the Dense")
def _(words, n_x, n_a, tags):
    return stacked(words, n_x, L.SimpleRNN(n_a, return_sequences=True), L.Dense(tags, activation="softmax"), table=masked)


@rnn_tagger.alternative("a cell in an RNN, a Dense at every step")
def _(words, n_x, n_a, tags):
    layers = [L.RNN(L.SimpleRNNCell(n_a), return_sequences=True), L.TimeDistributed(L.Dense(tags)), L.Softmax()]
    return keras.Sequential([keras.Input((None,), dtype="int32"), L.Embedding(words, n_x), *layers])


# count_parameters --------------------------------------------------------------------------------------------------
count_parameters = Check("count_parameters")
count_parameters.compare = close(rtol=1e-9)
GATES = {"SimpleRNN": 1, "GRU": 3, "LSTM": 4}


@count_parameters.reference
def count(kind, T, n_x, n_a, depth, both_ways, *, gates=GATES, bias=lambda kind: 1 + (kind == "GRU"), ways=2,
          above=lambda n_x, n_a, ways: n_a * ways):  # fmt: skip
    total, width = 0, n_x
    for _ in range(depth):
        total += gates[kind] * n_a * (width + n_a + bias(kind)) * (ways if both_ways else 1)
        width = above(n_x, n_a, 2 if both_ways else 1)
    return total


count_parameters.mistakes({
    "The GRU is given one bias: with reset_after=True, as Keras has it, there are two for each gate.": dict(bias=lambda kind: 1),
    "No bias is counted.": dict(bias=lambda kind: 0),
    "Every layer is given two biases: of Keras's layers only the GRU has them.": dict(bias=lambda kind: 2),
    "The gates are left out: a GRU has three sets of weights and an LSTM four.": dict(gates=dict.fromkeys(GATES, 1)),
    "The candidate is left out: it has weights too, like the gates.": dict(gates={"SimpleRNN": 1, "GRU": 2, "LSTM": 3}),
    "The weights are counted at every step: all T steps share them.": lambda kind, T, *sizes: T * count(kind, T, *sizes),
    "Both directions are counted as one: each has weights of its own.": dict(ways=1),
    "Every layer reads n_x numbers: those above the lowest read the states below.": dict(above=lambda n_x, n_a, ways: n_x),
    "Every layer above reads n_a numbers: where the one below goes both ways they are 2 n_a.":
        dict(above=lambda n_x, n_a, ways: n_a),
    "n_x and n_a are swapped.": lambda kind, T, n_x, n_a, depth, both_ways: count(kind, T, n_a, n_x, depth, both_ways),
})  # fmt: skip


@count_parameters.cases
def _(rng):
    for label, kind, depth, both_ways in (
        ("a SimpleRNN", "SimpleRNN", 1, False), ("a GRU", "GRU", 1, False), ("an LSTM", "LSTM", 1, False),
        ("a deep GRU", "GRU", 3, False), ("an LSTM both ways", "LSTM", 1, True), ("a deep GRU both ways", "GRU", 3, True),
        ("a deep SimpleRNN both ways", "SimpleRNN", 2, True),
    ):  # fmt: skip
        n_x, n_a = map(int, rng.choice(np.arange(10, 200), size=2, replace=False))
        inputs = dict(kind=kind, T=int(rng.integers(5, 60)), n_x=n_x, n_a=n_a, depth=depth, both_ways=both_ways)
        yield Case(label, basic=depth == 1 and not both_ways, **inputs)


@count_parameters.alternative("from the shapes of the arrays")
def _(kind, T, n_x, n_a, depth, both_ways):
    n, ways = GATES[kind] * n_a, 1 + both_ways
    shapes = [[(n_x if layer == 0 else ways * n_a, n), (n_a, n), (2, n) if kind == "GRU" else (n,)] for layer in range(depth)]
    return ways * sum(int(np.prod(shape)) for arrays in shapes for shape in arrays)


@count_parameters.alternative("in closed form")
def _(kind, T, n_x, n_a, depth, both_ways):
    ways, bias = 2 if both_ways else 1, 2 if kind == "GRU" else 1
    return GATES[kind] * ways * n_a * (n_x + (depth - 1) * ways * n_a + depth * (n_a + bias))


@count_parameters.alternative("by building it")
def _(kind, T, n_x, n_a, depth, both_ways):
    model = keras.Sequential([keras.Input((T, n_x))])
    for _ in range(depth):
        layer = getattr(L, kind)(n_a, return_sequences=True)
        model.add(L.Bidirectional(layer) if both_ways else layer)
    return model.count_params()


# deep_reader -------------------------------------------------------------------------------------------------------
deep_reader = Check("deep_reader")
deep_reader.ask_for("output shape", "parameters", "recurrent layers", "padding changes nothing",
                    basic=("outputs are", "steps read at once"))  # fmt: skip


@deep_reader.reference
def deep(words, n_x, units, classes, *, every=False, then=(), f=("softmax",), table=masked):
    return stacked(words, n_x, *recurrent(L.LSTM, units, every), *then, *ending(classes, f), table=table)


@deep_reader.cases
def _(rng):
    for label, shape, layers in (("two layers", (3, 4), 2), ("three layers", (2, 3), 3)):
        inputs = sizes(rng, "n_x", "classes", *range(layers))
        units = [inputs.pop(layer) for layer in range(layers)]
        yield Case(label, basic=layers == 2, units=units, **inputs, given={"ids": rng.integers(1, 12, size=shape)})


deep_reader.mistakes({
    UNMASKED: dict(table=L.Embedding), LEFT_ON: dict(every=True), A_ROW_MORE: dict(words=lambda words: words + 1), **WRONG_OUTPUTS,
    POOLED: dict(every=True, then=[L.GlobalAveragePooling1D()]),
    "The layers are in the wrong order: units[0] belongs to the one that reads the words.": dict(units=lambda units: units[::-1]),
    "All layers are as wide as the lowest.": dict(units=lambda units: units[:1] * len(units)),
})  # fmt: skip
deep_reader.alternative("functional")(lambda V, n_x, n, k: functional(V, n_x, *recurrent(L.LSTM, n), L.Dense(k, "softmax")))
deep_reader.alternative("last of all")(lambda V, n_x, n, k: functional(V, n_x, *recurrent(L.LSTM, n, True), last, *ending(k)))
deep_reader.alternative("cells in one RNN")(
    lambda V, n_x, n, k: functional(V, n_x, L.RNN(list(map(L.LSTMCell, n))), *ending(k))
)

# phrase_reader -----------------------------------------------------------------------------------------------------
phrase_reader = Check("phrase_reader")
phrase_reader.ask_for("output shape", "parameters", "recurrent layers", "padding changes nothing",
                      basic=("outputs are", "steps read at once", "after the convolution"))  # fmt: skip
phrase_reader.cases(two_batches("n_x", "filters", "n_a", "classes"))


def three_words(filters, width=3, activation="relu", **more):
    return L.Conv1D(filters, width, padding="causal", activation=activation, **more)


def real(ids):
    return ids != 0


@phrase_reader.reference
def phrases(words, n_x, filters, n_a, classes, *, convolve=three_words, marked=True, every=False, then=(), f=("softmax",)):
    ids = keras.Input((None,))
    x = convolve(filters)(L.Embedding(words, n_x)(ids))
    y = L.LSTM(n_a, return_sequences=every)(x, mask=ids != 0 if marked else None)
    for layer in (*then, *ending(classes, f)):
        y = layer(y)
    return keras.Model(ids, y)


phrase_reader.mistakes({
    LEFT_ON: dict(every=True), **WRONG_OUTPUTS, POOLED: dict(every=True, then=[L.GlobalAveragePooling1D()]),
    'The LSTM reads padding: the mask ends at the Conv1D, or padding="same" shows the last word what comes after it.':
        dict(marked=False),
    "Filters and units are swapped: the Conv1D has `filters`, the LSTM n_a.":
        lambda words, n_x, filters, n_a, classes: phrases(words, n_x, n_a, filters, classes),
    "The Conv1D looks at two words instead of three.": dict(convolve=partial(three_words, width=2)),
    "The Conv1D is left out: the LSTM reads single words.": dict(convolve=lambda filters: L.Activation("linear")),
    "The Conv1D has no ReLU: numbers below 0 come out of it.": dict(convolve=partial(three_words, activation=None)),
    "The Conv1D has a tanh, where a ReLU is asked for.": dict(convolve=partial(three_words, activation="tanh")),
    "The three words are not neighbours: the Conv1D is dilated.": dict(convolve=partial(three_words, dilation_rate=2)),
})  # fmt: skip


@phrase_reader.alternative("a cell in an RNN")
def _(words, n_x, filters, n_a, classes):
    ids = keras.Input((None,), dtype="int32")
    mask = keras.ops.not_equal(ids, 0)
    read = L.RNN(L.LSTMCell(n_a))(three_words(filters)(L.Embedding(words, n_x)(ids)), mask=mask)
    return keras.Model(ids, L.Dense(classes, activation=keras.ops.softmax)(read))


@phrase_reader.alternative("the last of all states, a ReLU of its own")
def _(words, n_x, filters, n_a, classes):
    ids = keras.Input((None,), dtype="int32")
    x = keras.ops.relu(three_words(filters, activation=None)(L.Embedding(words, n_x)(ids)))
    states = L.LSTM(n_a, return_sequences=True)(x, mask=real(ids))
    return keras.Model(ids, L.Dense(classes, activation="softmax")(last(states)))


@phrase_reader.alternative("the mask that the Embedding makes")
def _(words, n_x, filters, n_a, classes):
    ids, embedding = keras.Input((None,), dtype="int32"), L.Embedding(words, n_x, mask_zero=True)
    convolved = L.ReLU()(L.Conv1D(filters, 3, padding="causal")(embedding(ids)))
    return keras.Model(ids, L.Dense(classes, activation="softmax")(L.LSTM(n_a)(convolved, mask=embedding.compute_mask(ids))))


# two_way_tagger ----------------------------------------------------------------------------------------------------
two_way_tagger = Check("two_way_tagger")
two_way_tagger.ask_for("output shape", "parameters with one bias a gate", "recurrent cells", "padding changes nothing",
                       basic=("outputs are", "sees later words", "sees earlier words"))  # fmt: skip
two_way_tagger.cases(two_batches("n_x", "n_a", "tags"))


@two_way_tagger.reference
def two_ways(words, n_x, n_a, tags, *, every=True, merge="concat", f=("softmax",), table=masked):
    gru = L.GRU(n_a, return_sequences=every)
    return stacked(words, n_x, L.Bidirectional(gru, merge_mode=merge), *ending(tags, f), table=table)


two_way_tagger.mistakes({
    UNMASKED: dict(table=L.Embedding), MISSING: dict(every=False), **WRONG_OUTPUTS,
    "The directions are summed: they should be side by side, as [a→, a←].": dict(merge="sum"),
    "The sentence is read forwards only: no word knows what comes after it.": lambda words, n_x, n_a, tags: stacked(
        words, n_x, L.GRU(n_a, return_sequences=True), *ending(tags), table=masked
    ),
    "Each direction has half the units: n_a are asked for in each.": dict(n_a=lambda n_a: max(n_a // 2, 1)),
})  # fmt: skip
two_way_tagger.alternative("a cell in an RNN")(
    lambda V, n_x, n, k: functional(V, n_x, L.Bidirectional(L.RNN(L.GRUCell(n), return_sequences=True)), *ending(k))
)


@two_way_tagger.alternative("apart at first")
def _(words, n_x, n_a, tags):
    apart = L.Bidirectional(L.GRU(n_a, return_sequences=True), merge_mode=None)
    return functional(words, n_x, apart, L.Concatenate(), L.Dense(tags, activation="softmax"))


@two_way_tagger.alternative("two layers given, the mask handed over")
def _(words, n_x, n_a, tags):
    ids = keras.Input((None,), dtype="int32")
    there, back = (L.GRU(n_a, return_sequences=True, go_backwards=backwards) for backwards in (False, True))
    states = L.Bidirectional(there, backward_layer=back)(L.Embedding(words, n_x)(ids), mask=real(ids))
    return keras.Model(ids, L.Dense(tags, activation="softmax")(states))


# compiled_tagger ---------------------------------------------------------------------------------------------------
compiled_tagger = Check("compiled_tagger")
compiled_tagger.ask_for("output shape", "parameters with one bias a gate", "recurrent layers", "loss is cross entropy")
compiled_tagger.cases(two_batches("n_x", "n_a", "tags"))
NAME = "sparse_categorical_crossentropy"
OF_LOGITS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


@compiled_tagger.reference
def compiled(words, n_x, n_a, tags, *, every=True, f=("softmax",), loss=NAME):
    model = stacked(words, n_x, L.GRU(n_a, return_sequences=every), *ending(tags, f))
    model.compile("adam", loss)
    return model


compiled_tagger.mistakes({
    MISSING: dict(every=False),
    "The softmax is applied twice: the model has one, and from_logits=True adds another.": dict(loss=OF_LOGITS),
    "The logits are taken for probabilities: from_logits=True is missing, or the softmax.": dict(f=[]),
    "The loss wants the tags one-hot: for ids there is SparseCategoricalCrossentropy.": dict(loss="categorical_crossentropy"),
    "The model is never compiled.": dict(loss=None),
    "The model itself applies a softmax twice.": dict(f=["softmax", "softmax"]),
})  # fmt: skip
compiled_tagger.alternative("logits")(changed(compiled, f=[], loss=OF_LOGITS))
compiled_tagger.alternative("the loss in a list")(changed(compiled, loss=[NAME]))
compiled_tagger.alternative("the loss as a function")(changed(compiled, loss=getattr(keras.losses, NAME)))


@compiled_tagger.alternative("functional, the loss as an object")
def _(words, n_x, n_a, tags):
    model = functional(words, n_x, L.GRU(n_a, return_sequences=True), L.Dense(tags, activation="softmax"))
    model.compile(optimizer=keras.optimizers.SGD(), loss=keras.losses.SparseCategoricalCrossentropy())
    return model


# stateful_twin -----------------------------------------------------------------------------------------------------
stateful_twin = Check("stateful_twin")
stateful_twin.ask_for("output shape", "parameters", "recurrent layers", "in two pieces")


@stateful_twin.reference
def remade(model, m, *, batch=lambda m: {"batch_shape": (m, None)}, stateful=lambda number: True):
    """A copy for batches of m; `stateful` says which of its layers keep their states."""
    twin = keras.Sequential([keras.Input(**batch(m))])
    for number, layer in enumerate(model.layers):
        config = layer.get_config()
        if "stateful" in config:
            config["stateful"] = stateful(number)
        twin.add(layer.__class__.from_config(config))
    twin.set_weights(model.get_weights())
    return twin


def loud(rng, words, n_x, layers, out):
    """A model with weights that still matter some steps later."""
    model = stacked(words, n_x, *layers, *ending(out))
    model.set_weights([rng.normal(scale=0.7, size=weight.shape) for weight in model.get_weights()])
    return model


@stateful_twin.cases
def _(rng):
    for label, kind, layers, (m, T) in (("one layer", L.GRU, 1, (3, 6)), ("two layers", L.LSTM, 2, (2, 5))):
        words, n_x, tags, *units = sizes(rng, "n_x", "tags", *range(layers)).values()
        model = loud(rng, words, n_x, recurrent(kind, units, every=True), tags)
        ids = rng.integers(1, words, size=(m, T))
        given = {"ids": ids, "whole": convert_to_numpy(model(ids))}
        yield Case(label, basic=layers == 1, model=hand_over(model), m=m, given=given)


def in_place(model, m):
    for layer in model.layers:
        layer.stateful = True
    return model


stateful_twin.mistakes({
    "The twin forgets: without stateful=True every piece starts from a state of 0.": dict(stateful=lambda number: False),
    "Only the lowest recurrent layer keeps its state: each of them needs stateful=True.": dict(stateful=lambda number: number == 1),
    "The twin has new weights: those of the model are never copied.": dict(model=keras.models.clone_model),
    "The model's own layers are made stateful: the twin needs new layers.": in_place,
    "The twin does not know how many sentences come: its Input needs batch_shape=(m, None).":
        dict(batch=lambda m: {"shape": (None,)}),
})  # fmt: skip
stateful_twin.alternative("batch_size")(changed(remade, batch=lambda m: {"shape": (None,), "batch_size": m, "dtype": "int32"}))


@stateful_twin.alternative("functional, weights layer by layer")
def _(model, m):
    x = ids = keras.Input(batch_shape=(m, None), dtype="int32")
    for layer in model.layers:
        ours = layer.__class__.from_config({**layer.get_config(), **({"stateful": True} if isinstance(layer, L.RNN) else {})})
        x = ours(x)
        ours.set_weights(layer.get_weights())
    return keras.Model(ids, x)


@stateful_twin.alternative("cloned")
def _(model, m):
    def clone(layer):
        return layer.__class__.from_config(layer.get_config() | ({"stateful": True} if hasattr(layer, "stateful") else {}))

    copy = keras.models.clone_model(model, input_tensors=keras.Input(batch_shape=(m, None)), clone_function=clone)
    copy.set_weights(model.get_weights())
    return copy


# in_pieces ---------------------------------------------------------------------------------------------------------
in_pieces = Check("in_pieces")
in_pieces.compare = close(rtol=1e-5, atol=1e-6)
in_pieces.accept_other_forms()


def reset(twin, layers=slice(None)):
    for layer in [layer for layer in twin.layers if isinstance(layer, L.RNN)][layers]:
        layer.reset_state()


@in_pieces.reference
def read(twin, x, k, *, starts=range, piece=lambda x, t, k: x[:, t : t + k], before=reset, between=lambda twin: None, axis=1,
         after=lambda twin: None):  # fmt: skip
    before(twin)
    outputs = []
    for t in starts(0, x.shape[1], k):
        outputs.append(convert_to_numpy(twin(piece(x, t, k))))
        between(twin)
    after(twin)
    return np.stack(outputs, axis)


@in_pieces.cases
def _(rng):
    for label, (m, T, k), layers in (
        ("pieces of three", (3, 6, 3), 1), ("a shorter piece at the end, two layers", (2, 5, 3), 2),
        ("a twin of two layers that has read before", (2, 4, 2), 2),
    ):  # fmt: skip
        words, n_x, classes, *units = sizes(rng, "n_x", "classes", *range(layers)).values()
        model = remade(loud(rng, words, n_x, recurrent(L.GRU, units), classes), m)
        x, earlier = rng.integers(1, words, size=(2, m, T))
        if "read before" in label:
            model(earlier)
        yield Case(label, basic=layers == 1, twin=hand_over(model), x=x, k=k)


in_pieces.mistakes({
    "The states are never reset: those of the previous call are still there.": dict(before=lambda twin: None),
    "The states are reset after the last piece, not before the first: those that the twin came with are still there.":
        dict(before=lambda twin: None, after=reset),
    "Only one layer is reset: each of them keeps a state.": dict(before=partial(reset, layers=slice(1))),
    "The states are reset after every piece: each starts from 0.": dict(between=reset),
    "The last piece is left out if it is shorter than k.": dict(starts=lambda first, T, k: range(first, T - k + 1, k)),
    "Every piece is read together with all before it, which the states already hold.": dict(piece=lambda x, t, k: x[:, : t + k]),
    "Only the first word of each piece is read.": dict(piece=lambda x, t, k: x[:, t : t + 1]),
    "The pieces come first, where the batch should, as everywhere.": dict(axis=0),
    "Only the output after the last piece is returned.": lambda twin, x, k: read(twin, x, k)[:, -1],
})  # fmt: skip


in_pieces.equivalent(
    "read: convert_to_numpy(twin(piece(x, t, k))) → twin(piece(x, t, k))", reason="`np.stack` makes an array of tensors too."
)


@in_pieces.alternative("every beginning from the start")
def _(twin, x, k):
    said = []
    for end in range(k, x.shape[1] + k, k):
        reset(twin)
        said.append(twin(x[:, :end]))
    return np.transpose(said, (1, 0, 2))


# agreement ---------------------------------------------------------------------------------------------------------
agreement = Check("agreement")
agreement.ask_for("output shape", "accuracy", "parameters in budget",
                  basic=("outputs are", "first half comes through states", "decided by a recurrent layer"))  # fmt: skip

DISTANCE = 40
KNOWN, PLURAL = data.agreement(np.random.default_rng(0), 2000, DISTANCE)
VOCABULARY = Vocabulary(sorted({word for sentence in KNOWN for word in sentence}))  # as the notebook has it
NUMBER = np.zeros((len(VOCABULARY), 1))  # of a noun: -1 or 1
NUMBER[VOCABULARY.encode(sentence[1] for sentence in KNOWN), 0] = 2 * PLURAL - 1


@agreement.cases
def _(rng):
    def sentences(label, enough, budget=None, **more):
        drawn, labels = data.agreement(rng, int(rng.integers(150, 250)), DISTANCE)
        ids = np.array([VOCABULARY.encode(sentence)[:-2] for sentence in drawn])
        return Case(label, given={"ids": ids, "labels": labels, "enough": enough, "budget": budget}, **more)

    yield sentences("better than guessing", 0.7, weight=4, basic=True)
    yield sentences("hardly ever wrong", 0.97, weight=5)
    yield sentences("hardly ever wrong, with 1,000 parameters", 0.97, 1000, weight=3)
    yield sentences("hardly ever wrong, with 250 parameters", 0.97, 250, weight=3)


@agreement.reference
def latch(*, layer=lambda: L.SimpleRNN(1), weights=([[5]], [[3]], [0]), out=1, f=("sigmoid",), sign=5.0, n_x=1):
    """A model that needs no training: the subject sets its state to 1 or -1, where it stays."""
    model = stacked(len(NUMBER), n_x, layer(), *ending(out, f))
    kernel = [np.tile(each, (n_x, 1)) for each in weights[:1]]  # it reads the same number n_x times
    model.set_weights([np.tile(NUMBER, n_x), *kernel, *map(np.array, weights[1:]), np.full((1, out), sign), np.zeros(out)])
    return model


agreement.mistakes({
    "Nothing of the subject is left at the verb: its state was overwritten on the way, or the model was trained with the verb "
    "in sight.": dict(weights=([[5]], [[0.1]], [0])),
    "No recurrent layer decides: the words are averaged, or one of them is picked out.":
        dict(layer=L.GlobalAveragePooling1D, weights=()),
    "The labels are swapped: 1 stands for were.": dict(sign=-5.0),
    "There are two outputs instead of one number, the probability of were.": dict(out=2, f=["softmax"]),
    "The sigmoid is missing: the output is a logit.": dict(f=[]),
    LEFT_ON: dict(layer=lambda: L.SimpleRNN(1, return_sequences=True)),
    "There are more parameters than are asked for: a narrower embedding or fewer units would do.": dict(n_x=20),
    "The sentence is read backwards too, where the subject comes almost last and has not to be kept.":
        dict(layer=lambda: L.Bidirectional(L.SimpleRNN(1), merge_mode="sum"), weights=2 * ([[5]], [[3]], [0])),
})  # fmt: skip
COUNTS = dict(layer=lambda: L.LSTM(1), weights=([[0, 0, 3, 0]], [[0, 0, 0, 0]], [9, 9, 0, 9]))
LINEAR = dict(layer=lambda: L.RNN(L.SimpleRNNCell(1, activation="linear")), weights=([[1]], [[1]], [0]))
agreement.alternative("an LSTM that counts")(changed(latch, **COUNTS))
agreement.alternative("a cell in an RNN")(changed(latch, **LINEAR))


@agreement.alternative("the last of all states")
def _():
    states = L.SimpleRNN(1, return_sequences=True)
    model = functional(len(NUMBER), 1, states, last, L.Dense(1, activation="sigmoid"), mask=False)
    model.set_weights(latch().get_weights())
    return model


agreement.equivalent("latch", reason="Any weights will do that keep the subject's number.")
