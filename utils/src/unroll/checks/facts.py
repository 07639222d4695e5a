"""Facts about a model that do not depend on its random initial weights.

A case names the facts it asks for and gives the inputs for them: ``ids``, a batch without padding, and whatever else
a fact needs. A model with two inputs, an encoder and a decoder, gets those for the second one as ``read``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import numpy as np

from unroll.checks.pair_facts import decoder_starts_from, exact_answers, looks_ahead
from unroll.checks.translation_facts import greedy_translations
from unroll.checks.vector_facts import loss_of_yes_or_no, nearer_to_its_like, scores_are
from unroll.checks.word_facts import names_found, word_vectors, words_pooled

_SAME = 1e-5
_LOSS = 1e-3
_PROBABILITIES = "probabilities that add up to 1"
_ANY = "any numbers"
_MORE_PADDING = 3
_LOUD = 0.7  # with Keras's initial weights, an effect is too small to measure five steps later
_GUESS = 0.1
_OTHER_WEIGHTS = 3
_EXTREME = 300.0
_NEAR_ONE = 0.9
_ROWS = 16  # of ids that are drawn to find out what an output depends on
_FAINT = 0.1  # weights so small that the layers above a convolution tell its large outputs apart
_KERNEL = 30.0  # times these: of a convolution, whose outputs then differ by about 1
_BIAS = 10.0  # of a convolution, whose outputs then all have its sign
_FIRST_WORDS = 8


def find(model: Any, names: tuple[str, ...], given: Mapping[str, Any]) -> tuple[object, ...]:
    """The named facts of a Keras model, in order.

    If random weights could hide a fact, it is found with weights drawn here, large enough to tell an existing path
    from a missing one. The model keeps them.

    Parameters
    ----------
    model
        A `keras.Model`.
    names
        Keys of FACTS.
    given
        The inputs for them, by name.
    """
    subject = Subject(model, given)
    found = {name: FACTS[name](subject) for name in names if FACTS[name] not in _OF_DRAWN_WEIGHTS}
    if len(found) < len(set(names)):
        subject = Subject(model, given)
        subject.draw_weights()
    return tuple(found[name] if name in found else FACTS[name](subject) for name in names)


class Subject:
    """A model, the inputs for facts about it, and its outputs, which several facts need.

    Parameters
    ----------
    model
        A `keras.Model`.
    given
        The inputs, by name.
    """

    def __init__(self, model: Any, given: Mapping[str, Any]) -> None:
        self.model, self.given = model, given
        self.ids = np.asarray(given["ids"])

    def draw_weights(self, seed: int = 0, scale: float = _LOUD) -> None:
        """Replace the trainable weights by random ones."""
        rng = np.random.default_rng(seed)
        for weight in self.model.trainable_weights:
            weight.assign(rng.normal(scale=scale, size=weight.shape))

    def run(self, ids: np.ndarray, reset: bool = True, read: np.ndarray | None = None) -> np.ndarray:
        """The model's outputs, from a state of 0 or, with `reset` False, from the current state.

        The second input, if there is one, is `read`, or the ``read`` that is given.
        """
        if reset:
            for layer in self.recurrent:
                if layer.stateful:
                    layer.reset_state()
        second = self.given.get("read") if read is None else read
        inputs = ids if second is None else [ids, np.asarray(second)]
        return _array(self.model(inputs, training=False)).astype("float64")

    @cached_property
    def outputs(self) -> np.ndarray:
        """The outputs for the given ids."""
        return self.run(self.ids)

    @property
    def layers(self) -> list[Any]:
        """The layers, and those of models inside the model."""
        return list(_layers(self.model))

    @cached_property
    def recurrent(self) -> list[Any]:
        """The recurrent layers, from the input upwards."""
        return [layer for layer in self.layers if _description(layer)]

    @cached_property
    def layers_that_matter(self) -> list[Any]:
        """The recurrent layers whose weights affect the outputs."""
        return [layer for layer in self.recurrent if _differs(self.with_other_weights([layer], 0), self.outputs)]

    @property
    def labels(self) -> np.ndarray:
        return np.asarray(self.given["labels"])

    @property
    def one_output_a_step(self) -> bool:
        return self.outputs.ndim == 3 and self.outputs.shape[1] == self.ids.shape[1]

    def with_another_word(self, position: int) -> np.ndarray:
        """The outputs with a different word at a position."""
        other = self.ids.copy()
        other[:, position] = np.where(other[:, position] == 1, 2, 1)
        return self.run(other)

    def with_extreme_weights(self) -> np.ndarray:
        """The outputs for the first words with weights so large that they come to the ends of their range."""
        kept = self.model.get_weights()
        self.draw_weights(1, _EXTREME)
        outputs = self.run(self.ids[:, :_FIRST_WORDS])
        self.model.set_weights(kept)
        return outputs

    @cached_property
    def read_at_once(self) -> list[int]:
        """How many steps before the last the words stand that reach the last output although no layer carries a state on."""
        rng, T = np.random.default_rng(0), self.ids.shape[1]
        ids = rng.integers(1, self.ids.max() + 1, size=(_ROWS, T))
        others = np.tile(ids, (T, 1, 1))  # at [i] the word i steps before the last is another
        for back in range(T):
            others[back, :, T - 1 - back] = 1 + ids[:, T - 1 - back] % max(self.ids.max(), 2)
        kept = self.model.get_weights()
        self.draw_weights(1)
        outputs = self.without_states(np.concatenate([ids[None], others]).reshape(-1, T)).reshape(T + 1, _ROWS, -1)
        self.model.set_weights(kept)
        return [back for back in range(T) if _differs(outputs[0], outputs[1 + back])]

    def without_states(self, ids: np.ndarray) -> np.ndarray:
        """The outputs where no recurrent layer carries a state from one step to the next."""
        with _without_states(self.recurrent):
            return self.run(ids)

    def with_other_weights(self, layers: list[Any], seed: int) -> np.ndarray:
        """The outputs with different weights in these layers."""
        kept = [layer.get_weights() for layer in layers]
        rng = np.random.default_rng([seed, 1])
        for layer, weights in zip(layers, kept, strict=True):
            layer.set_weights([rng.normal(size=weight.shape).astype(weight.dtype) for weight in weights])
        outputs = self.run(self.ids)
        for layer, weights in zip(layers, kept, strict=True):
            layer.set_weights(weights)
        return outputs

    def right(self, outputs: np.ndarray) -> float:
        """The share of labels, 0 or 1, that the outputs predict, one number per sentence, above or below 0.5."""
        return float(np.mean((outputs.ravel() > 0.5) == (self.labels == 1)))


def _layers(model: Any) -> Iterator[Any]:
    """The layers of a model and of the models inside it."""
    for layer in model.layers:
        if hasattr(layer, "layers"):
            yield from _layers(layer)
        else:
            yield layer


def _array(tensor: Any) -> np.ndarray:
    import keras

    array: np.ndarray = keras.ops.convert_to_numpy(tensor)
    return array


def _yes(value: object) -> str:
    return "yes" if value else "no"


def _differs(one: np.ndarray, other: np.ndarray) -> bool:
    return one.shape != other.shape or not bool(np.all(np.abs(one - other) <= _SAME))


def output_shape(subject: Subject) -> str:
    """The shape of the outputs for ``ids``."""
    return str(subject.outputs.shape)


def parameters(subject: Subject) -> int:
    """The number of trainable parameters."""
    return sum(int(np.prod(weight.shape)) for weight in subject.model.trainable_weights)


def parameters_with_one_bias_a_gate(subject: Subject) -> int:
    """The number of trainable parameters, where a GRU with ``reset_after=True`` counts like one without."""
    cells = [cell for layer in subject.recurrent for cell in _cells(layer)]
    twice = {id(cell.bias) for cell in cells if getattr(cell, "reset_after", False) and cell.use_bias}
    return sum(int(np.prod(weight.shape[id(weight) in twice :])) for weight in subject.model.trainable_weights)


def recurrent_layers(subject: Subject) -> str:
    """Kind, units and directions of each recurrent layer whose weights affect the outputs, from the input upwards."""
    return ", ".join(filter(None, map(_description, subject.layers_that_matter))) or "none"


def recurrent_cells(subject: Subject) -> str:
    """Kind and units of the cells of these layers, one for each direction, whichever way it reads."""
    return ", ".join(_names(cell for layer in subject.layers_that_matter for cell in _cells(layer))) or "none"


def _names(cells: Iterable[Any]) -> Iterator[str]:
    return (f"{type(cell).__name__.removesuffix('Cell')} {cell.units}" for cell in cells)


def _cells(layer: Any) -> Iterator[Any]:
    """The cells of a recurrent layer, in both directions if it has two."""
    import keras

    if isinstance(layer, keras.layers.Bidirectional):
        yield from _cells(layer.forward_layer)
        yield from _cells(layer.backward_layer)
    else:
        yield from getattr(layer.cell, "cells", [layer.cell])


@contextmanager
def _without_states(layers: list[Any]) -> Iterator[None]:
    """Recurrent layers whose cells read a previous state of 0 at every step."""
    cells = [cell for layer in layers for cell in _cells(layer)]
    for cell in cells:
        cell.call = _of_no_state(cell.call)
    for layer in layers:
        for one in (getattr(layer, "forward_layer", layer), getattr(layer, "backward_layer", layer)):
            one.use_cudnn = False  # cuDNN would not call the cells
    try:
        yield
    finally:
        for cell in cells:
            del cell.call


def _of_no_state(call: Callable[..., Any]) -> Callable[..., Any]:
    import keras

    def from_zero(inputs: Any, states: Any, **more: Any) -> Any:
        return call(inputs, keras.tree.map_structure(keras.ops.zeros_like, states), **more)

    return from_zero


def _description(layer: Any) -> str | None:
    import keras

    if isinstance(layer, keras.layers.Bidirectional):
        # Separate directions may be concatenated later, which shows in the parameters.
        merge = {"sum": ", summed", "ave": ", averaged", "mul": ", multiplied"}.get(layer.merge_mode, "")
        inside = _description(layer.forward_layer)
        return inside and f"{inside} both ways{merge}"
    if isinstance(layer, (keras.layers.SimpleRNN, keras.layers.GRU, keras.layers.LSTM)):
        return f"{type(layer).__name__} {layer.units}" + (" backwards" if layer.go_backwards else "")
    if isinstance(layer, keras.layers.RNN):
        return ", ".join(name + (" backwards" if layer.go_backwards else "") for name in _names(_cells(layer)))
    return None


def padding_changes_nothing(subject: Subject) -> str:
    """Whether the outputs for ``ids`` stay the same when steps with the id 0 are appended."""
    longer = subject.run(np.pad(subject.ids, ((0, 0), (0, _MORE_PADDING))))
    if subject.one_output_a_step:
        longer = longer[:, : subject.ids.shape[1]]
    return _yes(not _differs(subject.outputs, longer))


def sees_later_words(subject: Subject) -> str:
    """Whether the output at the first step depends on the last word of ``ids``."""
    other = subject.with_another_word(-1)
    return _yes(subject.one_output_a_step and _differs(subject.outputs[:, 0], other[:, 0]))


def sees_earlier_words(subject: Subject) -> str:
    """Whether the last output depends on the first word of ``ids``."""
    last = (slice(None), -1) if subject.one_output_a_step else slice(None)
    return _yes(_differs(subject.outputs[last], subject.with_another_word(0)[last]))


def outputs_are(subject: Subject) -> str:
    """What the outputs for ``ids`` can be: probabilities of the classes, numbers in a range, or any numbers."""
    several = [subject.outputs, subject.with_extreme_weights()]
    low, high = min(outputs.min() for outputs in several), max(outputs.max() for outputs in several)
    if low >= 0 and high <= 1:
        if all(outputs.shape[-1] > 1 and np.abs(outputs.sum(axis=-1) - 1).max() < _SAME for outputs in several):
            return _PROBABILITIES if high > _NEAR_ONE else f"{_PROBABILITIES}, but never come near 1"
        return "numbers from 0 to 1"
    if low >= 0:
        return "numbers from 0 up"
    return "numbers from -1 to 1" if low >= -1 and high <= 1 else _ANY


def loss_is_cross_entropy(subject: Subject) -> str:
    """Whether the compiled loss, for ``ids`` and ``labels``, is the cross-entropy of the model's outputs.

    Outputs that add up to 1 are treated as probabilities, any numbers as logits; a loss that does the opposite is reported.
    """
    if getattr(subject.model, "loss", None) is None:
        return "not compiled with a loss of Keras"
    outputs = subject.outputs.astype("float32")
    measured = float(np.mean(_array(subject.model.loss(subject.labels, outputs))))
    of_probabilities, of_logits = (_cross_entropy(subject.labels, outputs, logits) for logits in (False, True))
    kind = outputs_are(subject)
    if kind not in (_PROBABILITIES, _ANY):
        return f"no, the outputs are {kind}"
    probabilities = kind == _PROBABILITIES
    right, mistaken = (of_probabilities, of_logits) if probabilities else (of_logits, of_probabilities)
    if abs(measured - right) < _LOSS * right:
        return "yes"
    if abs(measured - mistaken) < _LOSS * mistaken:
        return "no, it takes probabilities for logits" if probabilities else "no, it takes logits for probabilities"
    return "no"


def _cross_entropy(labels: np.ndarray, outputs: np.ndarray, logits: bool) -> float:
    import keras

    return float(np.mean(_array(keras.losses.sparse_categorical_crossentropy(labels, outputs, from_logits=logits))))


def optimizer(subject: Subject) -> str:
    """The optimizer that the model is compiled with, and its learning rate."""
    import keras

    found = getattr(subject.model, "optimizer", None)
    if found is None:
        return "not compiled"
    rate = float(_array(found.learning_rate))
    if isinstance(found, keras.optimizers.SGD) and rate == 0:
        return "none of Keras's"
    return f"{type(found).__name__}, learning rate {rate:.3g}"


def steps_read_at_once(subject: Subject) -> str:
    """Which words the last state reads, in steps before the last word, besides what earlier states carry to it."""
    return ", ".join(map(str, subject.read_at_once)) or "none"


def first_half_comes_through_states(subject: Subject) -> str:
    """Whether the words of the first half reach the output only as what states carry forwards.

    They do not where states of every step are pooled, or where a layer reads backwards.
    """
    return _yes(all(back < subject.ids.shape[1] / 2 for back in subject.read_at_once))


def after_the_convolution(subject: Subject) -> str:
    """Which outputs of a Conv1D reach the layers above: those above 0, below 0, or both; small ones or large ones too."""
    import keras

    layers = [layer for layer in subject.layers if isinstance(layer, keras.layers.Conv1D)]
    if not layers:
        return "there is no Conv1D"
    kept, reached = subject.model.get_weights(), []
    for sign in (-1, 1):
        subject.draw_weights(1, _FAINT)
        for layer in layers:
            layer.kernel.assign(_KERNEL * layer.kernel)
            if layer.use_bias:
                layer.bias.assign(np.full(layer.bias.shape, sign * _BIAS))
        outputs = subject.run(subject.ids)
        reached.append(_differs(outputs, subject.with_another_word(-1)))
    subject.model.set_weights(kept)
    return {
        (False, True): "those above 0", (True, False): "those below 0", (True, True): "both", (False, False): "small ones",
    }[reached[0], reached[1]]  # fmt: skip


def skips_id_0(subject: Subject) -> str:
    """Whether a 0 in front of ``ids`` changes nothing at the steps after it, as where a mask leaves it out."""
    longer = subject.run(np.pad(subject.ids, ((0, 0), (1, 0))))
    return _yes(subject.one_output_a_step and not _differs(longer[:, 1:], subject.outputs))


def same_answer_twice(subject: Subject) -> str:
    """Whether the same ``ids`` give the same outputs again, so that no state is carried from one batch to the next."""
    once = subject.run(subject.ids)
    return _yes(not _differs(once, subject.run(subject.ids, reset=False)))


def in_two_pieces(subject: Subject) -> str:
    """Compare the outputs for ``ids`` in two consecutive pieces with ``whole``, the right outputs."""
    whole = np.asarray(subject.given["whole"], dtype=float)
    pieces = np.array_split(subject.ids, 2, axis=1)
    outputs = [subject.run(pieces[0]), subject.run(pieces[1], reset=False)]
    if outputs[0].ndim != 3 or _differs(outputs[0], whole[:, : pieces[0].shape[1]]):
        return "others than in one"
    together = np.concatenate(outputs, axis=1)
    return "others than in one from the second piece on" if _differs(together, whole) else "the same as in one"


def accuracy(subject: Subject) -> str:
    """The share of ``ids`` whose output, one number from 0 to 1, predicts their label; anything from ``enough`` up is the same.

    The two labels are about equally frequent, so a share near one half, which depends on the draw, is called a guess.
    """
    if subject.outputs.size != len(subject.ids):
        return "not one number a sentence"
    right, enough = subject.right(subject.outputs), subject.given["enough"]
    if right >= enough:
        return f"at least {enough:.0%}"
    return "no better than a guess" if abs(right - 0.5) < _GUESS else f"{right:.0%}"


def parameters_in_budget(subject: Subject) -> str:
    """Whether there are at most ``budget`` parameters, frozen ones too; without a budget, any number of them is the same."""
    budget = subject.given.get("budget")
    if budget is None:
        return "any number"
    return f"{'more than' if subject.model.count_params() > budget else 'at most'} {budget:,}"


def decided_by_a_recurrent_layer(subject: Subject) -> str:
    """Whether the accuracy is lost when the recurrent layers get different weights."""
    if subject.outputs.size != len(subject.ids) or not subject.recurrent:
        return "no"
    others = [subject.right(subject.with_other_weights(subject.recurrent, seed)) for seed in range(_OTHER_WEIGHTS)]
    return _yes(np.mean(others) < subject.right(subject.outputs) - _GUESS)


FACTS: dict[str, Callable[[Subject], object]] = {
    function.__name__.replace("_", " "): function
    for function in (
        output_shape, parameters, parameters_with_one_bias_a_gate, recurrent_layers, recurrent_cells, padding_changes_nothing, sees_later_words, sees_earlier_words, outputs_are,
        steps_read_at_once, first_half_comes_through_states, after_the_convolution, skips_id_0, loss_is_cross_entropy, optimizer,
        same_answer_twice, in_two_pieces, accuracy, parameters_in_budget, decided_by_a_recurrent_layer, word_vectors, names_found,
        scores_are, loss_of_yes_or_no, nearer_to_its_like, words_pooled, exact_answers, looks_ahead, decoder_starts_from,
        greedy_translations,
    )
}  # fmt: skip
_OF_DRAWN_WEIGHTS = {
    padding_changes_nothing, sees_later_words, sees_earlier_words, skips_id_0, loss_is_cross_entropy, same_answer_twice,
    scores_are, loss_of_yes_or_no, words_pooled, looks_ahead, decoder_starts_from,
}  # fmt: skip
