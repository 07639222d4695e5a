"""What gate biases decide: for lectures 05 and 06.

Run as ``python -m experiments.gates`` from the root of the repository; about a quarter of an hour on one idle core. It
writes, in ``utils/src/unroll/measured/gates.json``, three parts, each with its seeds and conditions:

``starting_bias``
    Agreement without distractors, "accuracy" held out: from a cell to the starting bias that keeps the cell to every seed.
    That is the bias of Keras's z in a GRU (-b_u) and b_f in an LSTM; "LSTM, both" sets b_u = -b_f as well (Tallec and
    Ollivier).
``across_distractors``
    Agreement with two distractors, "accuracy" of one model at several distances: from a cell to a distance to every seed.
``adding_problem``
    Three seeds. "cells": from a cell to its mean squared "error" after each epoch, and to the share "right" to within 0.04, for
    every seed.
"""

from functools import cache

import keras
import numpy as np
from unroll import data
from unroll.training import dataset

from experiments import reader
from experiments.reader import CELLS, UNITS, WIDTH
from experiments.record import Record

SEEDS, ADDING_SEEDS = range(10), range(3)
BIASES = {"GRU": [0, 1, 1.25, 1.5, 1.75, 2, 4, 6], "LSTM": [0, 1, 1.5, 2, 3, 4, 6], "LSTM, both": [0, 1, 1.5, 2, 4, 6]}
DISTANCES = [25, 26, 50, 100, 200]
READERS = (
    f"{UNITS} units; embeddings {WIDTH} wide, uniform within 0.05; 4000 sentences to train on and 1000 held out, drawn with each "
    f"seed; Adam with gradients clipped to norm 1, batches of {reader.BATCH}, at most 2 epochs (1 if all that is held out is right)"
)
BIAS = f"agreement at 50 words, no distractors; rate 0.01; {READERS}"
ACROSS = f"agreement, trained at 25 words with two distractors, asked 1000 new sentences at each distance; {READERS}"
ADDING = (
    f"adding problem at T = 100; {UNITS} units; 6000 sequences to train on and 1000 held out, drawn with each seed; Adam with "
    f"gradients clipped to norm 1, batches of {reader.BATCH}, 3 epochs"
)


def cells(T: int) -> dict[str, tuple[str, float | None, float]]:
    """From a name to the kind of cell, the bias towards keeping (log T, with b_u = -log T in an LSTM) and the rate."""
    return {
        "GRU, default": ("GRU", None, 0.01),
        "LSTM, default": ("LSTM", None, 0.01),
        f"GRU, log {T}": ("GRU", np.log(T), 0.01),
        f"LSTM, log {T}": ("LSTM", np.log(T), 0.01),
    }


def recurrent(kind: str, n_x: int, keep: float | None, both: bool = False) -> keras.Layer:
    """A layer of UNITS units whose gates start with the bias `keep` towards keeping, or as Keras has it if that is None.

    In a GRU that is the bias of z, in an LSTM that of f. With `both`, an LSTM's update gate starts at ``-keep``.
    """
    layer = CELLS[kind](UNITS)
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


def adam(rate: float) -> keras.Optimizer:
    return keras.optimizers.Adam(rate, clipnorm=1.0)


@cache
def compiled(kind: str, words: int, rate: float) -> reader.Restarted:
    return reader.compiled(kind, words, adam(rate))


def trained(seed: int, kind: str, keep: float | None, rate: float, both: bool, distance: int, distractors: bool):
    """A model, its held-out accuracy, and the vocabulary."""
    keras.utils.set_random_seed(seed)
    x, y, vocabulary = reader.sentences(seed, 5000, distance, distractors)
    start = reader.network(len(vocabulary), recurrent(kind, WIDTH, keep, both))
    model = compiled(kind, len(vocabulary), rate).start(start)
    return model, reader.learn(model, x, y, 1000, epochs=2), vocabulary


def starting_bias(record: Record) -> None:
    record.under(BIAS, SEEDS, "starting_bias")
    for name, biases in BIASES.items():
        kind, both = name.split(",")[0], name.endswith("both")
        for bias in biases:
            place = "starting_bias", "accuracy", name, str(bias)
            for seed in record.missing(*place):
                record.add({place: trained(seed, kind, float(bias), 0.01, both, 50, False)[1]})


def across_distractors(record: Record) -> None:
    record.under(ACROSS, SEEDS, "across_distractors")
    plain = {f"SimpleRNN, rate {rate}": ("SimpleRNN", None, rate) for rate in (0.001, 0.01)}
    for name, (kind, keep, rate) in {**plain, **cells(50)}.items():
        place = "across_distractors", "accuracy", name
        for seed in record.missing(*place, str(DISTANCES[0])):
            model, _, vocabulary = trained(seed, kind, keep, rate, True, 25, True)
            found = {}
            for distance in DISTANCES:
                x, y, _ = reader.sentences(100 + seed, 1000, distance, True, vocabulary)
                found[*place, str(distance)] = reader.accuracy(model, x, y)
            record.add(found)


@cache
def compiled_adder(kind: str, rate: float) -> reader.Restarted:
    model = adder(CELLS[kind](UNITS))
    model.compile(adam(rate), "mse", jit_compile=True, steps_per_execution=reader.AT_ONCE)
    return reader.Restarted(model)


def adder(layer: keras.Layer) -> keras.Model:
    return keras.Sequential([keras.Input((None, 2)), layer, keras.layers.Dense(1)])


def adding_problem(record: Record) -> None:
    record.under(ADDING, ADDING_SEEDS, "adding_problem")
    plain = {f"SimpleRNN, rate {rate}": ("SimpleRNN", None, rate) for rate in (0.001, 0.0003)}
    for name, (kind, keep, rate) in {**plain, **cells(100)}.items():
        place = "adding_problem", "cells", name
        for seed in record.missing(*place, "right"):
            keras.utils.set_random_seed(seed)
            x, y = data.adding_problem(np.random.default_rng(seed), 7000, 100)
            model = compiled_adder(kind, rate).start(adder(recurrent(kind, 2, keep, both=True)))
            errors = []
            for _ in range(3):
                model.fit(dataset(x[:6000], y[:6000], batch_size=32), verbose=0)
                off = model.predict(x[6000:], batch_size=1000, verbose=0)[:, 0] - y[6000:]
                errors.append(round(float(np.mean(off**2)), 6))
            record.add({(*place, "error"): errors, (*place, "right"): round(float(np.mean(abs(off) < 0.04)), 4)})


def main() -> None:
    record = Record("gates")
    starting_bias(record)
    across_distractors(record)
    adding_problem(record)


if __name__ == "__main__":
    main()
