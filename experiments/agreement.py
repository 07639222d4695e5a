"""How far "the cats …" reach "were": held-out accuracy by distance over three seeds, the bands of lectures 04, 05 and 06.

Run as ``python -m experiments.agreement`` from the root of the repository; about six minutes on two cores. It writes
``utils/src/unroll/measured/agreement.json``:

``conditions``
    What all models share. All else is as Keras has it.
``distances``
    Words from the subject to the verb.
``accuracy``
    From a model to, for each distance, the accuracy of every seed on 1,000 sentences that were not trained on.

The first five models differ in the recurrent layer alone. The last two are the first of them again, with one thing changed.
"""

import json
import platform
from pathlib import Path

import keras
import numpy as np
from unroll import data
from unroll.text import Vocabulary
from unroll.training import dataset

SEEDS = [0, 1, 2]
DISTANCES = [10, 25, 50, 100]
UNITS, WIDTH = 32, 16
TRAIN, TEST, EPOCHS, BATCH, RATE = 4000, 1000, 3, 32, 0.001
TARGET = Path(__file__).parents[1] / "utils/src/unroll/measured/agreement.json"


def normal(stddev: float) -> keras.Initializer:
    """A new one for every model: an initializer draws its seed when it is made."""
    return keras.initializers.RandomNormal(stddev=stddev)


LAYERS = {
    "SimpleRNN, orthogonal": lambda: keras.layers.SimpleRNN(UNITS),
    "SimpleRNN, Glorot": lambda: keras.layers.SimpleRNN(UNITS, recurrent_initializer="glorot_uniform"),
    "SimpleRNN, N(0, 0.05)": lambda: keras.layers.SimpleRNN(UNITS, recurrent_initializer=normal(0.05)),
    "GRU": lambda: keras.layers.GRU(UNITS),
    "LSTM": lambda: keras.layers.LSTM(UNITS),
    "SimpleRNN, orthogonal, rate 0.01": lambda: keras.layers.SimpleRNN(UNITS),
    "SimpleRNN, orthogonal, embeddings N(0, 1)": lambda: keras.layers.SimpleRNN(UNITS),
}


def reader(name: str, words: int) -> keras.Model:
    """From a sentence up to its verb to the probability of "were"."""
    start = normal(1.0) if name.endswith("embeddings N(0, 1)") else "uniform"
    embedding = keras.layers.Embedding(words, WIDTH, embeddings_initializer=start)
    model = keras.Sequential([embedding, LAYERS[name](), keras.layers.Dense(1, activation="sigmoid")])
    rate = 0.01 if name.endswith("rate 0.01") else RATE
    model.compile(keras.optimizers.Adam(rate), "binary_crossentropy", metrics=["accuracy"])
    return model


def accuracy(name: str, distance: int, seed: int) -> float:
    """Train until everything held out is right, or to the end."""
    keras.utils.set_random_seed(seed)
    sentences, plural = data.agreement(np.random.default_rng(seed), TRAIN + TEST, distance)
    vocabulary = Vocabulary.build(word for sentence in sentences for word in sentence)
    ids = np.array([vocabulary.encode(sentence)[:-2] for sentence in sentences])
    model = reader(name, len(vocabulary))
    held_out = dataset(ids[TRAIN:], plural[TRAIN:], batch_size=TEST, shuffle=False)
    for _ in range(EPOCHS):
        model.fit(dataset(ids[:TRAIN], plural[:TRAIN], batch_size=BATCH), verbose=0)
        right = float(model.evaluate(held_out, verbose=0)[1])
        if right == 1:
            break
    keras.backend.clear_session()
    return round(right, 4)


def main() -> None:
    found = {}
    for name in LAYERS:
        found[name] = {str(distance): [accuracy(name, distance, seed) for seed in SEEDS] for distance in DISTANCES}
        print(name, found[name], flush=True)
    written = {
        "command": "python -m experiments.agreement",
        "versions": {
            "python": platform.python_version(), "keras": keras.__version__, "backend": keras.backend.backend(),
            "numpy": np.__version__,
        },
        "seeds": SEEDS,
        "conditions": {
            "units": UNITS, "embedding": f"{WIDTH} wide, uniform within 0.05", "optimizer": f"Adam({RATE}), no clipping",
            "training sentences": TRAIN, "held-out sentences": TEST, "epochs": f"at most {EPOCHS}", "batch": BATCH,
        },
        "distances": DISTANCES,
        "accuracy": found,
    }  # fmt: skip
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps(written, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
