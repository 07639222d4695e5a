"""How far "the cats …" reach "were": held-out accuracy by distance, for lectures 04, 05 and 06.

Run as ``python -m experiments.agreement`` from the root of the repository; about a quarter of an hour on one idle core. It
writes, in ``utils/src/unroll/measured/agreement.json``, the part ``reach``, over ten seeds:

``distances``
    Words from the subject to the verb.
``accuracy``
    From a model to a distance to the accuracy of every seed on 1,000 sentences that were not trained on. The models differ in
    the recurrent layer alone.

and the part ``one_changed``: the same for the first of these models with one thing changed, over three seeds.
"""

from functools import cache

import keras

from experiments import reader
from experiments.record import Record

SEEDS = {"reach": range(10), "one_changed": range(3)}
DISTANCES = [10, 25, 50, 100]
TRAIN, TEST, EPOCHS, RATE = 4000, 1000, 3, 0.001
CONDITIONS = (
    f"{reader.UNITS} units; embeddings {reader.WIDTH} wide, uniform within 0.05 unless said; {TRAIN} sentences to train on and {TEST} held "
    f"out, drawn with each seed; Adam({RATE}) unless said, no clipping, batches of {reader.BATCH}, at most {EPOCHS} epochs (fewer if all "
    "that is held out is right)"
)


def normal(stddev: float) -> keras.Initializer:
    """A new initializer for every model, because it draws its seed when created."""
    return keras.initializers.RandomNormal(stddev=stddev)


# From a model's name to its kind of cell, what its layer has that Keras would do otherwise, its word vectors, and its rate.
MODELS = {
    "SimpleRNN, orthogonal": ("SimpleRNN", dict, "uniform", RATE),
    "SimpleRNN, Glorot": ("SimpleRNN", lambda: {"recurrent_initializer": "glorot_uniform"}, "uniform", RATE),
    "SimpleRNN, N(0, 0.05)": ("SimpleRNN", lambda: {"recurrent_initializer": normal(0.05)}, "uniform", RATE),
    "GRU": ("GRU", dict, "uniform", RATE),
    "LSTM": ("LSTM", dict, "uniform", RATE),
    "SimpleRNN, orthogonal, rate 0.01": ("SimpleRNN", dict, "uniform", 0.01),
    "SimpleRNN, orthogonal, embeddings N(0, 1)": ("SimpleRNN", dict, "normal", RATE),
}


@cache
def compiled(cell: str, words: int, rate: float) -> reader.Restarted:
    return reader.compiled(cell, words, keras.optimizers.Adam(rate))


def accuracy(name: str, distance: int, seed: int) -> float:
    cell, options, embeddings, rate = MODELS[name]
    keras.utils.set_random_seed(seed)
    x, y, vocabulary = reader.sentences(seed, TRAIN + TEST, distance)
    layer = reader.CELLS[cell](reader.UNITS, **options())
    start = reader.network(len(vocabulary), layer, normal(1.0) if embeddings == "normal" else embeddings)
    return reader.learn(compiled(cell, len(vocabulary), rate).start(start), x, y, TEST, EPOCHS)


def main() -> None:
    record = Record("agreement")
    for part, seeds in SEEDS.items():
        record.under(CONDITIONS, seeds, part)
        record.found[part]["distances"] = DISTANCES
    for name in MODELS:
        part = "one_changed" if name.startswith("SimpleRNN, orthogonal, ") else "reach"
        for distance in DISTANCES:
            place = part, "accuracy", name, str(distance)
            for seed in record.missing(*place):
                record.add({place: accuracy(name, distance, seed)})


if __name__ == "__main__":
    main()
