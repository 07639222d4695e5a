"""Facts about models: each is right for models with and without the property, whatever the weights."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from unroll.checks import Question, examine, facts  # noqa: E402
from unroll.checks.marking import Answer, ask  # noqa: E402
from unroll.checks.models import hand_over, rebuild  # noqa: E402

pytestmark = pytest.mark.slow
layers = keras.layers
WORDS = 9
IDS = np.random.default_rng(0).integers(1, WORDS, size=(3, 4))


def model(*middle, out=3, f="softmax", mask=True, ids=(None,)):
    embedding = layers.Embedding(WORDS, 3, mask_zero=mask)
    return keras.Sequential([keras.Input(ids), embedding, *middle, layers.Dense(out, activation=f)])


def graph(read):
    ids = keras.Input((None,), dtype="int32")
    return keras.Model(ids, read(layers.Embedding(WORDS, 3, mask_zero=True)(ids)))


def fact(name: str, subject, **given):
    (found,) = facts.find(subject, (name,), {"ids": IDS, **given})
    return found


def every(kind, units=4, **settings):
    return kind(units, return_sequences=True, **settings)


def both_ways(layer, **settings):
    return layers.Bidirectional(layer, **settings)


def test_every_fact_says_what_it_is():
    for name, function in facts.FACTS.items():
        assert function.__doc__ and name.replace(" ", "_") == function.__name__


def test_shape_and_parameters():
    tagger, reader = model(every(layers.SimpleRNN)), model(layers.GRU(4))
    assert fact("output shape", tagger) == "(3, 4, 3)" and fact("output shape", reader) == "(3, 3)"
    assert fact("parameters", tagger) == 9 * 3 + 4 * (3 + 4 + 1) + 3 * (4 + 1)
    assert fact("parameters", reader) == 9 * 3 + 3 * 4 * (3 + 4 + 2) + 3 * (4 + 1)
    tagger.layers[0].trainable = False
    assert fact("parameters", tagger) == 4 * (3 + 4 + 1) + 3 * (4 + 1)


def test_a_frozen_table_counts_in_a_budget():
    reader = model(layers.Dropout(0.1), layers.LSTM(2))
    size = reader.count_params()
    for trainable in (True, False):
        reader.layers[0].trainable = trainable
        assert fact("parameters in budget", reader, budget=size) == f"at most {size}"
        assert fact("parameters in budget", reader, budget=size - 1) == f"more than {size - 1}"
    assert fact("parameters in budget", reader, budget=None) == "any number"


def test_a_gru_counts_alike_with_either_bias():
    counts = {
        fact("parameters with one bias a gate", model(wrapped(layers.GRU(4, return_sequences=True, **settings))))
        for settings in (dict(reset_after=True), dict(reset_after=False))
        for wrapped in (both_ways, lambda gru: both_ways(layers.RNN(gru.cell, return_sequences=True)))
    }
    assert counts == {9 * 3 + 2 * 3 * 4 * (3 + 4 + 1) + 3 * (8 + 1)}


def test_cells_are_the_same_in_one_layer_that_reads_both_ways_and_in_two():
    def by_hand(x):
        back = keras.ops.flip(every(layers.GRU, go_backwards=True)(x), axis=1)
        return layers.Dense(3)(layers.Concatenate()([every(layers.GRU)(x), back]))

    assert fact("recurrent cells", graph(by_hand)) == "GRU 4, GRU 4"
    assert fact("recurrent cells", model(both_ways(every(layers.GRU)))) == "GRU 4, GRU 4"
    assert fact("recurrent cells", model(every(layers.LSTM), layers.SimpleRNN(3))) == "LSTM 4, SimpleRNN 3"


def beside(layer):
    """A recurrent layer without effect: its output is multiplied by 0."""

    def read(x):
        silent = layers.Dense(3, kernel_initializer="zeros", use_bias=False, trainable=False)
        return layers.Dense(2)(layers.Add()([silent(layer(x)), layers.GlobalAveragePooling1D()(x)]))

    return graph(read)


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        (lambda: model(every(layers.SimpleRNN)), "SimpleRNN 4"),
        (lambda: model(every(layers.LSTM), layers.GRU(5)), "LSTM 4, GRU 5"),
        (lambda: model(layers.RNN(layers.LSTMCell(4))), "LSTM 4"),
        (lambda: model(layers.RNN([layers.GRUCell(4), layers.GRUCell(5)])), "GRU 4, GRU 5"),
        (lambda: model(layers.GRU(4, go_backwards=True)), "GRU 4 backwards"),
        (lambda: model(layers.RNN(layers.GRUCell(4), go_backwards=True)), "GRU 4 backwards"),
        (lambda: model(both_ways(layers.GRU(4))), "GRU 4 both ways"),
        (lambda: model(both_ways(layers.RNN(layers.GRUCell(4)))), "GRU 4 both ways"),
        (lambda: model(both_ways(layers.GRU(4), merge_mode="sum")), "GRU 4 both ways, summed"),
        (lambda: model(both_ways(layers.GRU(4), merge_mode="ave")), "GRU 4 both ways, averaged"),
        (lambda: model(both_ways(layers.GRU(4), merge_mode="mul")), "GRU 4 both ways, multiplied"),
        (lambda: graph(lambda x: layers.Concatenate()(both_ways(every(layers.GRU), merge_mode=None)(x))), "GRU 4 both ways"),
        (lambda: model(keras.Sequential([keras.Input((None, 3)), layers.GRU(4)])), "GRU 4"),
        (lambda: model(layers.GlobalAveragePooling1D()), "none"),
        (lambda: beside(layers.LSTM(4)), "none"),
    ],
)
def test_recurrent_layers_that_matter(build, expected):
    assert fact("recurrent layers", build()) == expected


def test_a_layer_after_which_weights_are_zero_does_not_count():
    """The architecture is right, but the model does not use it."""
    inert = model(every(layers.LSTM), layers.GRU(4))
    kernel, bias = inert.layers[-1].get_weights()
    inert.layers[-1].set_weights([0 * kernel, bias])
    assert fact("recurrent layers", inert) == "none"


def test_looking_for_layers_that_matter_leaves_the_weights_alone():
    subject = model(every(layers.LSTM), layers.GRU(4))
    before = subject.get_weights()
    assert fact("recurrent layers", subject) == "LSTM 4, GRU 4"
    assert all(map(np.array_equal, before, subject.get_weights()))


@pytest.mark.parametrize("kind", [layers.SimpleRNN, layers.GRU, layers.LSTM])
def test_padding(kind):
    assert fact("padding changes nothing", model(kind(4))) == "yes"
    assert fact("padding changes nothing", model(kind(4), mask=False)) == "no"
    assert fact("padding changes nothing", model(every(kind), mask=False)) == "yes"  # words know nothing of what follows
    assert fact("padding changes nothing", model(both_ways(every(kind)))) == "yes"
    assert fact("padding changes nothing", model(both_ways(every(kind)), mask=False)) == "no"


def test_a_mask_that_is_lost_on_the_way():
    convolution = layers.Conv1D(4, 3, padding="causal")
    with pytest.warns(UserWarning, match="destroy the mask"):
        assert fact("padding changes nothing", model(convolution, layers.LSTM(4))) == "no"


@pytest.mark.parametrize("kind", [layers.SimpleRNN, layers.GRU, layers.LSTM])
def test_what_can_reach_what(kind):
    """Even through eight words, and through cells that forget almost everything with Keras's initial weights."""
    ids = np.random.default_rng(1).integers(1, WORDS, size=(2, 8))
    for subject, earlier, later in (
        (model(every(kind)), "yes", "no"),
        (model(every(kind, go_backwards=True)), "yes", "yes"),  # it starts with the last word and ends with the first
        (model(both_ways(every(kind))), "yes", "yes"),
        (model(layers.Dense(4, activation="tanh")), "no", "no"),
        (model(kind(4)), "yes", "no"),
    ):
        assert facts.find(subject, ("sees earlier words", "sees later words"), {"ids": ids}) == (earlier, later)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (dict(f="softmax"), "probabilities that add up to 1"),
        (dict(f="sigmoid"), "numbers from 0 to 1"),
        (dict(f=None), "any numbers"),
        (dict(f="tanh"), "numbers from -1 to 1"),
        (dict(f="relu"), "numbers from 0 up"),
        (dict(f="sigmoid", out=1), "numbers from 0 to 1"),
        (dict(f=None, out=1), "any numbers"),
        (dict(f="softmax", out=1), "numbers from 0 to 1"),
    ],
)
def test_outputs(settings, expected):
    assert fact("outputs are", model(layers.GRU(4), **settings)) == expected


def test_a_softmax_of_a_softmax_never_comes_near_1():
    twice = keras.Sequential([*model(layers.GRU(4)).layers, layers.Softmax()])
    assert fact("outputs are", twice) == "probabilities that add up to 1, but never come near 1"


def test_outputs_that_happen_to_lie_between_0_and_1_are_any_numbers():
    """A trained model with small logits shows it only with other weights."""
    logits = model(layers.GRU(4), f=None, out=1)
    kernel, bias = logits.layers[-1].get_weights()
    logits.layers[-1].set_weights([0 * kernel, bias + 0.5])
    assert fact("outputs are", logits) == "any numbers"
    assert np.array_equal(logits.layers[-1].get_weights()[1], bias + 0.5)


LABELS = np.random.default_rng(2).integers(3, size=IDS.shape)
OF_LOGITS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
OF_PROBABILITIES = "sparse_categorical_crossentropy"


@pytest.mark.parametrize(
    ("f", "loss", "expected"),
    [
        ("softmax", OF_PROBABILITIES, "yes"),
        ("softmax", keras.losses.sparse_categorical_crossentropy, "yes"),
        (None, OF_LOGITS, "yes"),
        ("softmax", OF_LOGITS, "no, it takes probabilities for logits"),
        (None, OF_PROBABILITIES, "no, it takes logits for probabilities"),
        ("softmax", keras.losses.SparseCategoricalCrossentropy(reduction="sum"), "no"),
        ("softmax", None, "not compiled with a loss of Keras"),
    ],
)
def test_the_loss_is_the_cross_entropy_of_the_outputs(f, loss, expected):
    subject = model(every(layers.GRU), f=f)
    if loss is not None:
        subject.compile("adam", loss)
    assert fact("loss is cross entropy", rebuild(hand_over(subject)), labels=LABELS) == expected


def test_a_loss_for_other_labels_is_an_error():
    subject = model(every(layers.GRU))
    subject.compile("adam", "categorical_crossentropy")
    question = Question("", (), (), None, facts=("loss is cross entropy",), given={"ids": IDS, "labels": LABELS})
    found = examine(Answer(hand_over(subject)), question)
    assert str(found.error).startswith("ValueError: Arguments `target` and `output` must have the same")


def test_a_loss_given_as_a_list():
    subject = model(every(layers.GRU))
    subject.compile("adam", [OF_PROBABILITIES])
    assert fact("loss is cross entropy", rebuild(hand_over(subject)), labels=LABELS) == "yes"


def test_the_students_own_loss_is_refused_in_words_and_only_where_it_is_asked_for():
    subject = model(every(layers.GRU))
    subject.compile("adam", lambda y, y_hat: OF_LOGITS(y, y_hat))
    given = {"ids": IDS, "labels": LABELS}
    refused = examine(ask(subject, ()), Question("", (), (), None, facts=("loss is cross entropy",), given=given))
    assert str(refused.error).startswith(
        "ModelError: the loss <lambda> cannot be handed over: a judged model may only have one of Keras's for classes"
    )
    passed = examine(ask(subject, ()), Question("", (), (), None, facts=("output shape",), given=given))
    assert passed.error is None


@pytest.mark.parametrize(
    ("compiled", "expected"),
    [
        (lambda: keras.optimizers.Adam(0.01), "Adam, learning rate 0.01"),
        (lambda: "adam", "Adam, learning rate 0.001"),
        (lambda: keras.optimizers.SGD(keras.optimizers.schedules.CosineDecay(0.1, 9)), "SGD, learning rate 0.1"),
        (lambda: type("Mine", (keras.optimizers.Adam,), {})(0.01), "none of Keras's"),
    ],
    ids=["an object", "a name", "a schedule", "the student's own"],
)
def test_the_optimizer(compiled, expected):
    subject = model(every(layers.GRU))
    subject.compile(compiled(), OF_PROBABILITIES)
    assert fact("optimizer", rebuild(hand_over(subject))) == expected


def convolved(f="relu", filters=4, **settings):
    return model(
        layers.Conv1D(filters, 3, activation=f, **{"padding": "causal"} | settings), layers.LSTM(4), mask=False, ids=(None,)
    )


LONG = np.random.default_rng(5).integers(1, WORDS, size=(3, 6))


def pooled(kind):
    return model(every(kind), layers.GlobalAveragePooling1D())


@pytest.mark.parametrize("kind", [layers.SimpleRNN, layers.GRU, layers.LSTM])
def test_steps_that_are_read_at_once(kind):
    """A last state reads one word besides what it carries; pooled states read them all, the reverse reads the first."""
    cell = {"SimpleRNN": layers.SimpleRNNCell, "GRU": layers.GRUCell, "LSTM": layers.LSTMCell}[kind.__name__]
    for subject, steps, forwards in (
        (model(kind(4)), "0", "yes"),
        (model(every(kind), kind(4)), "0", "yes"),
        (model(layers.RNN([cell(4), cell(3)])), "0", "yes"),
        (pooled(kind), "0, 1, 2, 3, 4, 5", "no"),
        (model(kind(4, use_bias=False)), "0", "yes"),
        (model(kind(4, go_backwards=True)), "5", "no"),
        (model(both_ways(kind(4))), "0, 5", "no"),
    ):
        assert facts.find(subject, ("steps read at once", "first half comes through states"), {"ids": LONG}) == (
            steps,
            forwards,
        )


@pytest.mark.parametrize(
    ("build", "steps"),
    [
        (lambda: convolved(), "0, 1, 2"),
        (lambda: convolved(dilation_rate=2), "0, 2, 4"),
        (lambda: convolved(padding="same"), "0, 1"),
        (lambda: convolved(padding="valid"), "0, 1, 2"),
    ],
    ids=["causal", "dilated", "same", "valid"],
)
def test_words_of_a_convolution(build, steps):
    assert fact("steps read at once", build(), ids=LONG) == steps


@pytest.mark.parametrize(
    ("f", "expected"),
    [("relu", "those above 0"), ("gelu", "those above 0"), (None, "both"), ("leaky_relu", "both"), ("tanh", "small ones")],
)
def test_what_comes_out_of_a_convolution(f, expected):
    for filters in (2, 4, 9):
        assert fact("after the convolution", convolved(f, filters)) == expected
    assert fact("after the convolution", model(layers.GRU(4))) == "there is no Conv1D"


def test_a_mask_on_id_0_is_seen():
    assert fact("skips id 0", model(every(layers.GRU))) == "yes"
    assert fact("skips id 0", model(every(layers.GRU), mask=False)) == "no"


def stateful(kind=layers.GRU, **settings):
    return keras.Sequential(
        [
            keras.Input(batch_shape=(3, None)),
            layers.Embedding(WORDS, 3),
            every(kind, stateful=True, **settings),
            layers.Dense(2),
        ]
    )


def test_states_that_are_carried():
    assert fact("same answer twice", model(every(layers.GRU))) == "yes"
    assert fact("same answer twice", stateful()) == "no"


@pytest.mark.parametrize("kind", [layers.SimpleRNN, layers.GRU, layers.LSTM])
def test_in_two_pieces(kind):
    whole = keras.Sequential([keras.Input((None,)), layers.Embedding(WORDS, 3), every(kind), layers.Dense(2)])
    whole.set_weights([np.random.default_rng(3).normal(size=weight.shape) for weight in whole.get_weights()])
    given = {"whole": np.asarray(whole(IDS))}
    twin, stranger = stateful(kind), stateful(kind)
    twin.set_weights(whole.get_weights())
    twin(IDS)  # whatever it has read before does not count
    assert fact("in two pieces", twin, **given) == "the same as in one"
    assert fact("in two pieces", whole, **given) == "others than in one from the second piece on"
    assert fact("in two pieces", stranger, **given) == "others than in one"
    assert fact("in two pieces", model(kind(4), out=2), **given) == "others than in one"


def deciding_by(layer, *weights, out=1, f="sigmoid"):
    """The label is whether the first word is above 4. The embedding encodes it; the layers above have the given weights."""
    subject = keras.Sequential([keras.Input((None,)), layers.Embedding(WORDS, 1), layer, layers.Dense(out, activation=f)])
    table = np.where(np.arange(WORDS) > 4, 1.0, -1.0)[:, None]
    subject.set_weights([table, *map(np.array, weights), np.full((1, out), 9.0), np.zeros(out)])
    return subject


LATCH = ([[1]], [[5]], [0])  # a state of a SimpleRNN that the first word throws to one side, where it stays
FORGETS = ([[0]], [[0]], [0])
FIRST_WORDS = np.random.default_rng(4).integers(1, WORDS, size=(200, 6))
FIRST_WORDS[:, 0] = np.repeat([3, 6], 100)
SAYS = {"ids": FIRST_WORDS, "labels": np.repeat([0, 1], 100), "enough": 0.9}


@pytest.mark.parametrize(
    ("build", "said", "decided"),
    [
        (lambda: deciding_by(layers.SimpleRNN(1), *LATCH), "at least 90%", "yes"),
        (lambda: deciding_by(layers.SimpleRNN(1), [[-1]], *LATCH[1:]), "0%", "no"),
        (lambda: deciding_by(layers.SimpleRNN(1), *FORGETS), "no better than a guess", "no"),
        (lambda: deciding_by(layers.SimpleRNN(1), *LATCH, out=2), "not one number a sentence", "no"),
        (lambda: deciding_by(every(layers.SimpleRNN, 1), *LATCH), "not one number a sentence", "no"),
    ],
    ids=["right", "the wrong way round", "guessing", "two outputs", "an output a word"],
)
def test_accuracy(build, said, decided):
    assert facts.find(build(), ("accuracy", "decided by a recurrent layer"), SAYS) == (said, decided)


def test_accuracy_below_what_is_enough_is_said():
    labels = SAYS["labels"].copy()
    labels[:10], labels[-10:] = 1, 0
    right = deciding_by(layers.SimpleRNN(1), *LATCH)
    assert fact("accuracy", right, **SAYS | {"labels": labels}) == "at least 90%"
    assert fact("accuracy", right, **SAYS | {"labels": labels, "enough": 0.95}) == "90%"


def test_a_recurrent_layer_beside_what_decides():
    """It changes the outputs a little, but not the answers."""
    ids = keras.Input((None,))
    x = layers.Embedding(WORDS, 1)(ids)
    first = layers.Dense(1, activation="sigmoid")(layers.Add()([x[:, 0], layers.SimpleRNN(1)(x)]))
    bypassed = keras.Model(ids, first)
    table = np.where(np.arange(WORDS) > 4, 9.0, -9.0)[:, None]
    bypassed.set_weights([table, *map(np.array, FORGETS), np.ones((1, 1)), np.zeros(1)])
    names = ("recurrent layers", "accuracy", "decided by a recurrent layer")
    assert facts.find(bypassed, names, SAYS) == ("SimpleRNN 1", "at least 90%", "no")


def test_facts_do_not_depend_on_the_order_in_which_they_are_asked_for():
    of_two_inputs = ("unroll.checks.pair_facts", "unroll.checks.translation_facts")
    names = tuple(
        name for name, fact in facts.FACTS.items() if name != "in two pieces" and fact.__module__ not in of_two_inputs
    )
    subject = deciding_by(layers.SimpleRNN(1), *LATCH)
    subject.compile("adam", "binary_crossentropy")
    names = tuple(name for name in names if name != "loss is cross entropy")
    handed = hand_over(subject)
    given = SAYS | {"vectors": np.zeros((WORDS, 1)), "tags": np.zeros(FIRST_WORDS.shape, int)}
    there = facts.find(rebuild(handed), names, given)
    back = facts.find(rebuild(handed), names[::-1], given)
    assert there == back[::-1]


def test_a_model_that_stands_for_itself_is_asked_as_what_a_function_returns():
    subject = model(every(layers.GRU))
    assert ask(subject, ()) == ask(lambda: subject, ())
    question = Question("", (), (), None, facts=("output shape",), given={"ids": IDS})
    assert examine(ask(subject, ()), question).value == ("(3, 4, 3)",)
    assert "a Keras model is asked for, not a list" in examine(ask(lambda: [subject], ()), question).error.message
