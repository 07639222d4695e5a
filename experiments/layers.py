"""What a second direction changes, and what more layers cost: for lecture 07.

Run as ``python -m experiments.layers`` from the root of the repository; it takes a quarter of an hour on one core. It writes,
in ``utils/src/unroll/measured/layers.json``, two parts, each with its seeds and conditions:

``directions``
    Sentences with a word of two senses (`unroll.data.two_senses`), ten seeds: the share of these words judged right, by the
    direction in which the network reads and the side on which the sentence tells.
``depth``
    A character model of names with one to three layers of GRU, three seeds, once with 64 units each and once with so many that
    all have about 30,000 parameters: by the number of layers, their parameters, and for each seed the held-out nats per
    character after every epoch and the seconds of CPU an epoch. The runs stop before a plateau.
"""

import time

import keras
import numpy as np
from unroll import data
from unroll.text import EOS, Vocabulary, pad
from unroll.training import dataset

from experiments.record import Record

TRAIN, HELD_OUT, EPOCHS, RATE, EMBEDDING = 15_000, 3_000, 8, 0.005, 16
WIDTHS = {"64 units": [64, 64, 64], "30,000 parameters": [92, 55, 43]}
DIRECTIONS = (
    "1000 sentences that tell after the word and 1000 that tell before it, as many held out, drawn with each seed; "
    "embedding and GRU of 16, masked; Adam(0.01), batches of 32, 3 epochs"
)
DEPTH = (
    f"{TRAIN} names to train on and {HELD_OUT} held out, drawn with each seed from the whole list, where some stand more "
    f"than once; embedding of {EMBEDDING}, masked; Adam({RATE}), gradients clipped to norm 1, batches of 64, {EPOCHS} epochs, which "
    "is before a plateau: nearly every run is best in its last epoch, so the figures do not tell which depth is best"
)


def two_sided(seed: int, count: int):
    """Sentences that tell after the word, then as many that tell before it: words, tags, and the place of the word."""
    rng = np.random.default_rng(seed)
    parts = [data.two_senses(rng, count, hint) for hint in ("after", "before")]
    return [*parts[0][0], *parts[1][0]], [*parts[0][1], *parts[1][1]], np.concatenate([parts[0][2], parts[1][2]])


def directions(record: Record) -> None:
    record.under(DIRECTIONS, range(10), "directions")
    for name in ("forward", "backward", "bidirectional"):
        right = "directions", "right", name
        for seed in record.missing(*right, "after"):
            after, before = right_by_side(name, seed)
            record.add({(*right, "after"): after, (*right, "before"): before})


def right_by_side(name: str, seed: int) -> tuple[float, float]:
    """The share of words judged right where the sentence tells after the word, and where it tells before it."""
    words, tags, _ = two_sided(seed, 1000)
    new_words, new_tags, places = two_sided(100 + seed, 1000)
    vocabulary = Vocabulary.build(word for sentence in words for word in sentence)
    turn = -1 if name == "backward" else 1
    x, new_x = (pad([vocabulary.encode(row[::turn]) for row in rows])[0] for rows in (words, new_words))
    y, new_y = (pad([row[::turn] for row in rows])[0] for rows in (tags, new_tags))
    at = places if turn == 1 else np.array([len(row) for row in new_words]) - 1 - places
    keras.utils.set_random_seed(seed)
    layer = keras.layers.GRU(16, return_sequences=True)
    layers = [
        keras.layers.Embedding(len(vocabulary), 16, mask_zero=True),
        keras.layers.Bidirectional(layer) if name == "bidirectional" else layer,
        keras.layers.Dense(1, activation="sigmoid"),
    ]
    model = keras.Sequential(layers)
    model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")
    model.fit(dataset(x, y[..., None].astype("float32"), batch_size=32), epochs=3, verbose=0)
    says = model.predict(new_x, batch_size=500, verbose=0)[..., 0] > 0.5
    right = np.take_along_axis(says == new_y, at[:, None], axis=1)[:, 0]
    return round(float(right[:1000].mean()), 4), round(float(right[1000:].mean()), 4)


def depth(record: Record) -> None:
    seeds = range(3)
    record.under(DEPTH, seeds, "depth")
    for label, widths in WIDTHS.items():
        part = "depth", "runs", label
        record.once(lambda widths=widths: widths, *part, "units")
        done = len(record.found["depth"]["runs"][label].get("nats", []))
        for layers, units in list(enumerate(widths, 1))[done:]:
            parameters, nats, seconds = zip(*(train_deep(layers, units, seed) for seed in seeds), strict=True)
            record.add({(*part, "parameters"): parameters[0], (*part, "nats"): nats, (*part, "seconds"): seconds})


def train_deep(layers: int, units: int, seed: int) -> tuple[int, list[float], float]:
    """Parameters of the layers, held-out nats per character after every epoch, and seconds of CPU an epoch."""
    names = data.load("names")
    vocabulary = Vocabulary.build("".join(names))
    end = vocabulary.encode([EOS])
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
    return sum(cell.count_params() for cell in cells), nats, round((time.process_time() - start) / EPOCHS, 2)


def nats_per_character(model: keras.Model, held_out) -> float:
    """Average over all characters equally, whatever the length of a name; Keras's own mean weights batches."""
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
    record = Record("layers")
    directions(record)
    depth(record)


if __name__ == "__main__":
    main()
