"""Character language models in Keras: build one, run it step by step, measure its surprise, load a trained one."""

from collections.abc import Callable
from importlib import resources

import keras
import numpy as np
from keras import ops

from unroll.text import Vocabulary


def character_model(
    tokens: int, *, embedding: int, units: int, dropout: float = 0.0, streams: int | None = None
) -> keras.Model:
    """Build a model that maps ids of shape (m, T) to the logits of the next id, of shape (m, T, tokens): an embedding, a GRU
    and a dense layer.

    Parameters
    ----------
    tokens
        Number of ids in the vocabulary.
    embedding, units
        Sizes of the embedding and of the GRU.
    dropout
        Share of the embedding and of the states that is dropped in training.
    streams
        Make the model stateful, for batches of this many texts. Each text continues in the next batch where it stopped.

    Returns
    -------
    keras.Model
        Not compiled.

    Examples
    --------
    >>> character_model(30, embedding=8, units=16).output_shape
    (None, None, 30)
    """
    ids = keras.Input(batch_shape=(streams, None), dtype="int32")
    x = keras.layers.Dropout(dropout)(keras.layers.Embedding(tokens, embedding)(ids))
    a = keras.layers.GRU(units, return_sequences=True, stateful=streams is not None)(x)
    return keras.Model(ids, keras.layers.Dense(tokens)(keras.layers.Dropout(dropout)(a)))


def next_logits(model: keras.Model) -> Callable[[int], np.ndarray]:
    """Run a model one step at a time, and predict what comes next after everything it has read.

    Parameters
    ----------
    model
        A chain of embedding, SimpleRNN, GRU or LSTM, and dense layers, as built by `character_model`.

    Returns
    -------
    callable
        Takes the next id and returns the logits of the one after it, of shape (tokens,). It keeps its state; another call of
        `next_logits` starts from the beginning.
    """
    layers = [layer for layer in model.layers if not isinstance(layer, (keras.layers.InputLayer, keras.layers.Dropout))]
    states = {layer.name: layer.cell.get_initial_state(batch_size=1) for layer in layers if hasattr(layer, "cell")}

    def step(number: int) -> np.ndarray:
        x = ops.convert_to_tensor(np.array([number]), dtype="int32")
        for layer in layers:
            if layer.name in states:
                before = states[layer.name]
                x, states[layer.name] = layer.cell(x, before if isinstance(before, list) else [before], training=False)
            else:
                x = layer(x)
        return ops.convert_to_numpy(x)[0]

    return step


def surprise(model: keras.Model, ids: np.ndarray) -> np.ndarray:
    """Measure how much each token surprises a model, given the tokens before it: ``-log P(y<t> | y<1> … y<t-1>)``, in nats.

    Its mean is the cross-entropy; divided by log 2 it counts bits; ``exp`` of the mean is the perplexity.

    Parameters
    ----------
    model
        Maps ids of shape (m, T) to logits of shape (m, T, tokens).
    ids
        One text, of shape (T,), or m texts of the same length, of shape (m, T).

    Returns
    -------
    numpy.ndarray, shape (T - 1,) or (m, T - 1)
        The first token has nothing before it and is not counted.
    """
    texts = np.atleast_2d(ids)
    logits = model.predict(texts[:, :-1], batch_size=len(texts), verbose=0).astype("float64")
    logits -= logits.max(axis=-1, keepdims=True)
    of_next = np.take_along_axis(logits, texts[:, 1:, None], axis=-1)[..., 0]
    nats = np.log(np.exp(logits).sum(axis=-1)) - of_next
    return nats.reshape((*np.shape(ids)[:-1], -1))


def shakespeare() -> tuple[keras.Model, Vocabulary]:
    """Load a character model of Shakespeare that took longer to train than a lecture lasts.

    ``python -m experiments.char_lm`` trained it on the first 90 % of tiny Shakespeare; ``results("char_lm")`` has its log.

    Returns
    -------
    model : keras.Model
        Maps ids of shape (m, T) to logits of shape (m, T, tokens).
    vocabulary : Vocabulary
        The characters and their ids.
    """
    with (resources.files("unroll") / "measured" / "shakespeare.npz").open("rb") as file:
        stored = dict(np.load(file, allow_pickle=False))
    vocabulary = Vocabulary(str(stored["vocabulary"]))
    model = character_model(len(vocabulary), embedding=int(stored["embedding"]), units=int(stored["units"]))
    model.set_weights([stored[f"weight_{number}"].astype("float32") for number in range(len(model.weights))])
    return model, vocabulary
