"""What gate biases decide, over three seeds: the bands of lectures 05 and 06.

Run as ``python -m experiments.gates`` from the root of the repository; it takes nine minutes of CPU time. It writes
``utils/src/unroll/measured/gates.json``:

``bias``
    Agreement at a distance of 50 words without distractors: held-out accuracy against the bias that keeps the cell. That is
    the bias of Keras's z in a GRU (-b_u) and b_f in an LSTM; "LSTM, both" sets b_u = -b_f as well (Tallec and Ollivier).
``distractors``
    Agreement at a distance of 25 words with two distractors; the same model is then asked at 25, 26, 50, 100 and 200 words.
``adding``
    The adding problem at T = 100: mean squared error after every epoch, and the share answered to within 0.04.
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
UNITS = 32
BIASES = [0, 1, 2, 4, 6]
DISTANCES = [25, 26, 50, 100, 200]
TARGET = Path(__file__).parents[1] / "utils/src/unroll/measured/gates.json"

LAYERS = {"SimpleRNN": keras.layers.SimpleRNN, "GRU": keras.layers.GRU, "LSTM": keras.layers.LSTM}


def recurrent(kind: str, n_x: int, keep: float | None, both: bool = False) -> keras.Layer:
    """A layer of UNITS units whose gates start with the bias `keep` towards keeping, or as Keras has it if that is None.

    In a GRU that is the bias of z, in an LSTM that of f. With `both`, an LSTM's update gate starts at ``-keep``.
    """
    layer = LAYERS[kind](UNITS)
    layer.build((None, None, n_x))
    if keep is None:
        return layer
    W_x, W_a, b = layer.get_weights()
    if kind == "GRU":
        b[0, :UNITS] = keep
    else:
        b[UNITS : 2 * UNITS] = keep
        b[:UNITS] = -keep if both else 0
    layer.set_weights([W_x, W_a, b])
    return layer


def reader(kind: str, words: int, keep: float | None, rate: float, both: bool = False) -> keras.Model:
    """From a sentence up to its verb to the probability of "were"."""
    layers = [
        keras.layers.Embedding(words, 16),
        recurrent(kind, 16, keep, both),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
    model = keras.Sequential(layers)
    model.compile(keras.optimizers.Adam(rate, clipnorm=1.0), "binary_crossentropy", metrics=["accuracy"])
    return model


def sentences(seed: int, count: int, distance: int, distractors: bool, vocabulary: Vocabulary | None = None):
    """Ids up to the verb, labels, and the vocabulary."""
    drawn, plural = data.agreement(np.random.default_rng(seed), count, distance, distractors)
    vocabulary = vocabulary or Vocabulary.build(word for sentence in drawn for word in sentence)
    return np.array([vocabulary.encode(sentence)[:-2] for sentence in drawn]), plural, vocabulary


def accuracy(model: keras.Model, x: np.ndarray, y: np.ndarray) -> float:
    held_out = dataset(x, y, batch_size=500, shuffle=False)
    return round(float(model.evaluate(held_out, verbose=0)[1]), 4)


def learn(model: keras.Model, x: np.ndarray, y: np.ndarray, held_out, epochs: int) -> float:
    """Train until everything held out is right, or to the end."""
    for _ in range(epochs):
        model.fit(dataset(x, y, batch_size=32), verbose=0)
        right = accuracy(model, *held_out)
        if right == 1:
            break
    return right


def bias_sweep() -> dict:
    found = {}
    for name, both in {"GRU": False, "LSTM": False, "LSTM, both": True}.items():
        found[name] = {str(bias): [] for bias in BIASES}
        for bias in BIASES:
            for seed in SEEDS:
                keras.utils.set_random_seed(seed)
                x, y, vocabulary = sentences(seed, 5000, 50, False)
                model = reader(name[:4].strip(","), len(vocabulary), float(bias), 0.01, both)
                found[name][str(bias)].append(learn(model, x[:4000], y[:4000], (x[4000:], y[4000:]), epochs=2))
        print("bias", name, found[name], flush=True)
    return found


def distractors() -> dict:
    cells = {
        "SimpleRNN, rate 0.001": ("SimpleRNN", None, 0.001),
        "SimpleRNN, rate 0.01": ("SimpleRNN", None, 0.01),
        "GRU, default": ("GRU", None, 0.01),
        "LSTM, default": ("LSTM", None, 0.01),
        "GRU, log 50": ("GRU", np.log(50), 0.01),
        "LSTM, log 50": ("LSTM", np.log(50), 0.01),
    }
    found = {}
    for name, (kind, keep, rate) in cells.items():
        found[name] = {str(distance): [] for distance in DISTANCES}
        for seed in SEEDS:
            keras.utils.set_random_seed(seed)
            x, y, vocabulary = sentences(seed, 5000, 25, True)
            model = reader(kind, len(vocabulary), keep, rate, both=True)
            learn(model, x[:4000], y[:4000], (x[4000:], y[4000:]), epochs=2)
            for distance in DISTANCES:
                x, y, _ = sentences(100 + seed, 1000, distance, True, vocabulary)
                found[name][str(distance)].append(accuracy(model, x, y))
        print("distractors", name, found[name], flush=True)
    return found


def adding() -> dict:
    cells = {
        "SimpleRNN, rate 0.001": ("SimpleRNN", None, 0.001),
        "SimpleRNN, rate 0.0003": ("SimpleRNN", None, 0.0003),
        "GRU, default": ("GRU", None, 0.01),
        "LSTM, default": ("LSTM", None, 0.01),
        "GRU, log 100": ("GRU", np.log(100), 0.01),
        "LSTM, log 100": ("LSTM", np.log(100), 0.01),
    }
    found = {}
    for name, (kind, keep, rate) in cells.items():
        found[name] = {"error": [], "right": []}
        for seed in SEEDS:
            keras.utils.set_random_seed(seed)
            x, y = data.adding_problem(np.random.default_rng(seed), 7000, 100)
            model = keras.Sequential([recurrent(kind, 2, keep, both=True), keras.layers.Dense(1)])
            model.compile(keras.optimizers.Adam(rate, clipnorm=1.0), "mse")
            errors = []
            for _ in range(3):
                model.fit(dataset(x[:6000], y[:6000], batch_size=32), verbose=0)
                off = model.predict(x[6000:], batch_size=500, verbose=0)[:, 0] - y[6000:]
                errors.append(round(float(np.mean(off**2)), 6))
            found[name]["error"].append(errors)
            found[name]["right"].append(round(float(np.mean(abs(off) < 0.04)), 4))
        print("adding", name, found[name], flush=True)
    return found


def main() -> None:
    found = {
        "command": "python -m experiments.gates",
        "versions": {
            "python": platform.python_version(), "keras": keras.__version__, "backend": keras.backend.backend(),
            "numpy": np.__version__,
        },
        "seeds": SEEDS,
        "bias": bias_sweep(),
        "distractors": distractors(),
        "adding": adding(),
    }  # fmt: skip
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
