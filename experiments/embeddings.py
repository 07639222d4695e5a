"""Lecture 10's runs over ten seeds: what a network expects after a word in a place where that word never stood.

Run as ``python -m experiments.embeddings`` from the root of the repository; it takes a minute of CPU time and writes
``utils/src/unroll/measured/embeddings.json``.

``glasses``
    The neural language model on `data.a_glass_of`: P(juice | a glass of apple) and P(car | to drive a Porsche), with E learnt ("learnt")
    and with frozen one-hot vectors in its place ("one-hot").
"""

import keras
import numpy as np
from unroll import data
from unroll.text import Vocabulary
from unroll.training import dataset

from experiments.record import Record

SEEDS = range(10)
SENTENCES, N, UNITS, BATCH, RATE, EPOCHS = 2000, 8, 32, 64, 0.005, 4
ASKED = {"apple": ("a glass of apple", "juice"), "Porsche": ("to drive a Porsche", "car")}
CONDITIONS = (
    f"{SENTENCES} sentences of data.a_glass_of, drawn with the seed; n = {N} or one-hot, {UNITS} hidden units, Adam({RATE}), "
    f"batches of {BATCH}, {EPOCHS} epochs"
)


def glasses(seed: int, way: str) -> dict[str, float]:
    words = [word for sentence in data.a_glass_of(np.random.default_rng(seed), SENTENCES) for word in sentence]
    vocabulary = Vocabulary.build(words)
    windows = np.lib.stride_tricks.sliding_window_view(vocabulary.encode(words), 5)
    keras.utils.set_random_seed(seed)
    model = network(len(vocabulary), way)
    model.compile(keras.optimizers.Adam(RATE), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(dataset(windows[:, :4], windows[:, 4], batch_size=BATCH), epochs=EPOCHS, verbose=0)
    found = {}
    for word, (begun, follows) in ASKED.items():
        logits = model(vocabulary.encode(begun.split())[None])
        found[word] = round(float(keras.ops.softmax(logits)[0, vocabulary.encode([follows])[0]]), 4)
    return found


def network(tokens: int, way: str) -> keras.Model:
    one_hot = keras.layers.Embedding(tokens, tokens, embeddings_initializer=keras.initializers.Identity(), trainable=False)
    first = keras.layers.Embedding(tokens, N) if way == "learnt" else one_hot
    hidden = keras.layers.Dense(UNITS, activation="tanh")
    return keras.Sequential(
        [keras.Input((4,), dtype="int32"), first, keras.layers.Flatten(), hidden, keras.layers.Dense(tokens)]
    )


def main() -> None:
    record = Record("embeddings")
    record.under(CONDITIONS, SEEDS, "glasses")
    for way in ("learnt", "one-hot"):
        for seed in record.missing("glasses", way, "apple"):
            record.add({("glasses", way, word): p for word, p in glasses(seed, way).items()})


if __name__ == "__main__":
    main()
