"""Encoder and decoder in Keras: build a pair, and load one that adds."""

from importlib import resources

import keras
import numpy as np

from unroll.text import Vocabulary


def encoder_decoder(tokens: int, *, embedding: int, units: int) -> keras.Model:
    """Build an encoder and a decoder over the same tokens: a GRU that starts where another one has stopped.

    Parameters
    ----------
    tokens
        Number of ids in the vocabulary. Id 0 is padding, and both GRUs skip it.
    embedding, units
        Sizes of the two embeddings and of the two GRUs.

    Returns
    -------
    keras.Model
        Maps the ids of the sources, (m, T_x), and those that the decoder reads, (m, T_y), to the logits of what it writes, of shape
        (m, T_y, tokens). Its layers are named ``of_x``, ``encoder``, ``of_y``, ``decoder`` and ``scores``. Not compiled.

    Examples
    --------
    >>> encoder_decoder(14, embedding=8, units=16).output_shape
    (None, None, 14)
    """
    x, y_in = keras.Input((None,), dtype="int32"), keras.Input((None,), dtype="int32")
    embed_x, embed_y = (_embedding(tokens, embedding, name) for name in ("of_x", "of_y"))
    _, a = keras.layers.GRU(units, return_state=True, name="encoder")(embed_x(x))
    s = keras.layers.GRU(units, return_sequences=True, name="decoder")(embed_y(y_in), initial_state=a)
    return keras.Model([x, y_in], keras.layers.Dense(tokens, name="scores")(s))


def adder() -> tuple[keras.Model, Vocabulary]:
    """Load an encoder and decoder that add, and that took longer to train than a lecture lasts.

    ``python -m experiments.seq2seq`` trained it on sums of up to three digits, read from right to left; ``results("seq2seq")`` has
    its log.

    Returns
    -------
    model : keras.Model
        As `encoder_decoder` builds it.
    vocabulary : Vocabulary
        The signs and their ids.
    """
    with (resources.files("unroll") / "measured" / "adder.npz").open("rb") as file:
        stored = dict(np.load(file, allow_pickle=False))
    vocabulary = Vocabulary(str(stored["vocabulary"]))
    model = encoder_decoder(len(vocabulary), embedding=int(stored["embedding"]), units=int(stored["units"]))
    model.set_weights([stored[f"weight_{number}"].astype("float32") for number in range(len(model.weights))])
    return model, vocabulary


def _embedding(tokens: int, width: int, name: str) -> keras.layers.Embedding:
    start = keras.initializers.RandomNormal(stddev=0.5)  # Keras's own, within ±0.05, tells a GRU hardly anything at first
    return keras.layers.Embedding(tokens, width, mask_zero=True, embeddings_initializer=start, name=name)
