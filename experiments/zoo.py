"""Regions in DNA and activities in clips, with and without what they need. For lecture 17.

Run as ``python -m experiments.zoo`` from the root of the repository; about ten minutes on two idle cores. It writes, in
``utils/src/unroll/measured/zoo.json``, two parts, each with its seeds and conditions:

``dna``
    By the direction of reading: "letters", the share of letters with the right label, and "regions", of the strands with a region the
    share of those labelled without a mistake.
``video``
    "accuracy" by model: "last frame", "mean of the frames", "GRU"; and "GRU, shuffled", trained and tested on clips whose frames are in
    random order.
"""

import keras
import numpy as np
from unroll import data
from unroll.data.clips import ACTIVITIES
from unroll.data.strands import LETTERS
from unroll.training import dataset

from experiments.reader import Restarted
from experiments.record import Record

SEEDS = range(10)
DNA = (
    "2000 strands of 36 letters to train on and 1000 new ones (data.strands), drawn with each seed; GRU of 32, or one of 32 in each "
    "direction; Adam at rate 0.01, batches of 50, 10 epochs"
)
VIDEO = (
    "1500 clips of six activities to train on and 1200 new ones (data.clips), drawn with each seed; each frame through a dense layer of 32 "
    "(ReLU), then a GRU of 32 (or the mean of the frames, or the last one); Adam at rate 0.005, batches of 50, 8 epochs"
)


def one_hot(drawn: list[str]) -> np.ndarray:
    return np.array([[[letter == each for each in LETTERS] for letter in strand] for strand in drawn], dtype="float32")


def tagger(both_ways: bool) -> keras.Model:
    layers = keras.layers
    reader = layers.GRU(32, return_sequences=True)
    return keras.Sequential([keras.Input((None, 4)), layers.Bidirectional(reader) if both_ways else reader, layers.Dense(1)])


def watcher(kind: str) -> keras.Model:
    layers = keras.layers
    frames = keras.Input((8, 12, 24))
    seen = layers.Dense(32, activation="relu")(layers.Reshape((8, 288))(frames))
    if kind == "last frame":
        found = seen[:, -1]
    else:
        found = layers.GlobalAveragePooling1D()(seen) if kind == "mean of the frames" else layers.GRU(32)(seen)
    return keras.Model(frames, layers.Dense(len(ACTIVITIES))(found))


def dna(record: Record) -> None:
    record.under(DNA, SEEDS, "dna")
    for name in ("both ways", "forward"):
        model = tagger(name == "both ways")
        loss = keras.losses.BinaryCrossentropy(from_logits=True)
        model.compile(keras.optimizers.Adam(0.01), loss, jit_compile=keras.backend.backend() == "jax")
        trained = Restarted(model)
        for seed in record.missing("dna", "letters", name):
            (drawn, y), (new, y_new) = (
                data.strands(np.random.default_rng(1000 * part + seed), count, T=36) for part, count in ((0, 2000), (1, 1000))
            )
            keras.utils.set_random_seed(seed)
            running = trained.start(tagger(name == "both ways"))
            running.fit(dataset(one_hot(drawn), y[..., None].astype("float32"), batch_size=50), epochs=10, verbose=0)
            right = (keras.ops.convert_to_numpy(running(one_hot(new)))[..., 0] > 0) == y_new
            regions = right[y_new.any(axis=1)].all(axis=1)
            found = {"letters": right.mean(), "regions": regions.mean()}
            record.add({("dna", what, name): round(float(value), 4) for what, value in found.items()})


def video(record: Record) -> None:
    record.under(VIDEO, SEEDS, "video")
    for name in ("last frame", "mean of the frames", "GRU", "GRU, shuffled"):
        kind = name.partition(",")[0]
        model = watcher(kind)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(keras.optimizers.Adam(0.005), loss, jit_compile=keras.backend.backend() == "jax")
        trained = Restarted(model)
        for seed in record.missing("video", "accuracy", name):
            parts = [data.clips(np.random.default_rng(1000 * part + seed), count) for part, count in ((0, 1500), (1, 1200))]
            if kind != name:
                parts = [(in_any_order(np.random.default_rng(seed), clips), y) for clips, y in parts]
            (x, y), (new, y_new) = parts
            keras.utils.set_random_seed(seed)
            running = trained.start(watcher(kind))
            running.fit(dataset(x, y, batch_size=50), epochs=8, verbose=0)
            answers = keras.ops.convert_to_numpy(running(new)).argmax(axis=1)
            record.add({("video", "accuracy", name): round(float(np.mean(answers == y_new)), 4)})


def in_any_order(rng: np.random.Generator, clips: np.ndarray) -> np.ndarray:
    """The frames of each clip in an order of its own."""
    order = rng.permuted(np.tile(np.arange(clips.shape[1]), (len(clips), 1)), axis=1)
    return np.take_along_axis(clips, order[:, :, None, None], axis=1)


def main() -> None:
    record = Record("zoo")
    dna(record)
    video(record)


if __name__ == "__main__":
    main()
