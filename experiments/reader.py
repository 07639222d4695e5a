"""Networks that read "the cats … were" up to the verb, compiled once and trained from many starts."""

from functools import cache

import keras
import numpy as np
from unroll import data
from unroll.text import Vocabulary
from unroll.training import dataset

UNITS, WIDTH, BATCH = 32, 16, 32
AT_ONCE = 25  # steps in one compiled call, which saves a third of the time
CELLS = {"SimpleRNN": keras.layers.SimpleRNN, "GRU": keras.layers.GRU, "LSTM": keras.layers.LSTM}


def network(words: int, layer: keras.Layer, embeddings: keras.Initializer | str = "uniform") -> keras.Sequential:
    """From ids of shape (m, T) to the probability of "were", of shape (m, 1)."""
    model = keras.Sequential(
        [
            keras.layers.Embedding(words, WIDTH, embeddings_initializer=embeddings),
            layer,
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.build((None, None))
    return model


@cache
def sentences(seed: int, count: int, distance: int, distractors: bool = False, vocabulary: Vocabulary | None = None):
    """Ids up to the verb, labels, and the vocabulary."""
    drawn, plural = data.agreement(np.random.default_rng(seed), count, distance, distractors)
    vocabulary = vocabulary or Vocabulary.build(word for sentence in drawn for word in sentence)
    return np.array([vocabulary.encode(sentence)[:-2] for sentence in drawn]), plural, vocabulary


class Restarted:
    """A compiled model that goes back to its first step: compiling costs more than most of these trainings.

    Parameters
    ----------
    model
        Built and compiled. Whatever weights it has, every training brings its own.
    """

    def __init__(self, model: keras.Model):
        self.model = model
        model.optimizer.build(model.trainable_variables)
        self._optimizer = [variable.numpy() for variable in model.optimizer.variables]

    def start(self, fresh: keras.Model) -> keras.Model:
        """The compiled model with the weights of another one and an optimizer that has not made a step."""
        self.model.set_weights(fresh.get_weights())
        for variable, value in zip(self.model.optimizer.variables, self._optimizer, strict=True):
            variable.assign(value)
        return self.model


def compiled(cell: str, words: int, optimizer: keras.Optimizer) -> Restarted:
    """A network to be trained with `learn`."""
    model = network(words, CELLS[cell](UNITS))
    model.compile(optimizer, "binary_crossentropy", metrics=["accuracy"], jit_compile=True, steps_per_execution=AT_ONCE)
    return Restarted(model)


def accuracy(model: keras.Model, x: np.ndarray, y: np.ndarray) -> float:
    return round(float(model.evaluate(dataset(x, y, batch_size=len(x), shuffle=False), verbose=0)[1]), 4)


def learn(model: keras.Model, x: np.ndarray, y: np.ndarray, held_out: int, epochs: int) -> float:
    """Train until all of the last `held_out` are right, or to the end. Gives the share that is right."""
    for _ in range(epochs):
        model.fit(dataset(x[:-held_out], y[:-held_out], batch_size=BATCH), verbose=0)
        right = accuracy(model, x[-held_out:], y[-held_out:])
        if right == 1:
            break
    return right
