"""What a second direction and more layers buy, over three seeds: the bands of lecture 07.

Run as ``python -m experiments.layers`` from the root of the repository; it takes a quarter of an hour on one core. It writes
``utils/src/unroll/measured/layers.json``:

``directions``
    Sentences with a word of two senses (`unroll.data.two_senses`): the share of these words judged right, by the direction in
    which the network reads and the side on which the sentence tells.
``depth``
    A character model of names with one to three layers of GRU, once with 64 units each and once with so many that all have
    about 30,000 parameters: parameters, held-out nats per character after every epoch, and seconds of CPU an epoch.
"""

import json
import platform
import time
from pathlib import Path

import keras
import numpy as np
from unroll import data
from unroll.text import EOS, Vocabulary, pad
from unroll.training import dataset

SEEDS = [0, 1, 2]
TRAIN, HELD_OUT, EPOCHS, RATE, EMBEDDING = 15_000, 3_000, 8, 0.005, 16
WIDTHS = {"64 units": [64, 64, 64], "30,000 parameters": [92, 55, 43]}
TARGET = Path(__file__).parents[1] / "utils/src/unroll/measured/layers.json"


def two_sided(seed: int, count: int):
    """Sentences that tell after the word, then as many that tell before it: words, tags, and the place of the word."""
    rng = np.random.default_rng(seed)
    parts = [data.two_senses(rng, count, hint) for hint in ("after", "before")]
    return [*parts[0][0], *parts[1][0]], [*parts[0][1], *parts[1][1]], np.concatenate([parts[0][2], parts[1][2]])


def directions() -> dict:
    found = {name: {"after": [], "before": []} for name in ("forward", "backward", "bidirectional")}
    for seed in SEEDS:
        words, tags, _ = two_sided(seed, 1000)
        new_words, new_tags, places = two_sided(100 + seed, 1000)
        vocabulary = Vocabulary.build(word for sentence in words for word in sentence)
        for name in found:
            turn = -1 if name == "backward" else 1
            x, new_x = (pad([vocabulary.encode(row[::turn]) for row in rows])[0] for rows in (words, new_words))
            y, new_y = (pad([row[::turn] for row in rows])[0] for rows in (tags, new_tags))
            at = places if turn == 1 else np.array([len(row) for row in new_words]) - 1 - places
            keras.utils.set_random_seed(seed)
            layer = keras.layers.GRU(16, return_sequences=True)
            model = keras.Sequential(
                [
                    keras.layers.Embedding(len(vocabulary), 16, mask_zero=True),
                    keras.layers.Bidirectional(layer) if name == "bidirectional" else layer,
                    keras.layers.Dense(1, activation="sigmoid"),
                ]
            )
            model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")
            model.fit(dataset(x, y[..., None].astype("float32"), batch_size=32), epochs=3, verbose=0)
            says = model.predict(new_x, batch_size=500, verbose=0)[..., 0] > 0.5
            right = np.take_along_axis(says == new_y, at[:, None], axis=1)[:, 0]
            found[name]["after"].append(round(float(right[:1000].mean()), 4))
            found[name]["before"].append(round(float(right[1000:].mean()), 4))
        print("directions", seed, found, flush=True)
    return found


def depth() -> dict:
    names = data.load("names")
    vocabulary = Vocabulary.build("".join(names))
    end = vocabulary.encode([EOS])
    found = {}
    for label, widths in WIDTHS.items():
        found[label] = {"units": widths, "parameters": [], "nats": [], "seconds": []}
        for layers, units in enumerate(widths, 1):
            runs, seconds = [], []
            for seed in SEEDS:
                order = np.random.default_rng(seed).permutation(len(names))[: TRAIN + HELD_OUT]
                ids, _ = pad([np.concatenate([end, vocabulary.encode(names[number]), end]) for number in order])
                y = ids[:, 1:]
                x = np.where(y == 0, 0, ids[:, :-1])  # the last <EOS> of a shorter name is no input
                keras.utils.set_random_seed(seed)
                cells = [keras.layers.GRU(units, return_sequences=True) for _ in range(layers)]
                embedding = keras.layers.Embedding(len(vocabulary), EMBEDDING, mask_zero=True)
                model = keras.Sequential([embedding, *cells, keras.layers.Dense(len(vocabulary))])
                loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
                model.compile(keras.optimizers.Adam(RATE, clipnorm=1.0), loss)
                held_out = dataset(x[TRAIN:], y[TRAIN:], batch_size=500, shuffle=False)
                start, nats = time.process_time(), []
                for _ in range(EPOCHS):
                    model.fit(dataset(x[:TRAIN], y[:TRAIN], batch_size=64), verbose=0)
                    nats.append(nats_per_character(model, held_out))
                runs.append(nats)
                seconds.append(round((time.process_time() - start) / EPOCHS, 2))
            found[label]["parameters"].append(sum(cell.count_params() for cell in cells))
            found[label]["nats"].append(runs)
            found[label]["seconds"].append(seconds)
            print("depth", label, layers, [min(run) for run in runs], seconds, flush=True)
    return found


def nats_per_character(model: keras.Model, held_out) -> float:
    """Over all characters alike, whatever the length of a name: Keras's own mean weighs batches, not characters."""
    total = count = 0.0
    for x, y in held_out:
        x, y = np.asarray(x), np.asarray(y)
        logits = model.predict_on_batch(x)
        logits = logits - logits.max(axis=-1, keepdims=True)
        log_p = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
        real = y != 0
        total -= np.take_along_axis(log_p, y[..., None], axis=-1)[..., 0][real].sum()
        count += real.sum()
    return round(float(total / count), 4)


def main() -> None:
    found = {
        "command": "python -m experiments.layers",
        "versions": {
            "python": platform.python_version(), "keras": keras.__version__, "backend": keras.backend.backend(),
            "numpy": np.__version__,
        },
        "seeds": SEEDS,
        "directions": directions(),
        "depth": depth(),
    }  # fmt: skip
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
