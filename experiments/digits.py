"""Spoken digits: voices that a network knows, and voices that it has never heard. For lecture 17.

Run as ``python -m experiments.digits`` from the root of the repository, with the data in ``UNROLL_DATA_MIRROR`` or a network; two hours
on two idle cores. It writes, in ``utils/src/unroll/measured/digits.json``, two parts, each with its seeds and conditions:

``official``
    "accuracy" on the official test set for each seed, "seconds" of training, and "confusion", rows the digit that was said and columns
    the answer, added up over the seeds; the "parameters" of the model.
``speakers``
    "accuracy" by the speaker that was left out: for each seed, the share right of all their recordings.

The stored file was written on a GPU, but for the last two of the six speakers, which ran on two cores: 5 minutes a run.
"""

import time

import keras
import numpy as np
from unroll import data
from unroll.sound import BANDS, log_mel
from unroll.training import dataset

from experiments.reader import Restarted
from experiments.record import Record, machine

SEEDS = range(3)
T, UNITS, BATCH, EPOCHS, RATE = 64, 64, 50, 30, 3e-3
MODEL = (
    f"log-mel of {BANDS} bands, frames of 32 ms every 16 ms, the first {T}, each band less its mean over the recording; two bidirectional "
    f"GRUs of {UNITS}, mean over time, dropout 0.3; Adam at rate {RATE:g} falling to 0 along a cosine, batches of {BATCH}, {EPOCHS} epochs, the "
    "last one counts; in training, time is stretched by up to a quarter, bands are moved by up to two, and noise is added"
)
OFFICIAL = f"FSDD 1.0.10: recordings 0 to 4 of each digit by each speaker to test on, 5 to 49 to train on; {MODEL}"
SPEAKERS = f"FSDD 1.0.10: all 500 recordings of one speaker to test on, all of the other five to train on; {MODEL}"


def features(recordings: list) -> list[np.ndarray]:
    """What the network reads of each recording, of shape (frames, bands)."""
    found = []
    for samples, _, _ in recordings:
        spectrum = log_mel(samples)[:T]
        found.append(spectrum - spectrum.mean(axis=0))
    return found


def padded(sequences: list[np.ndarray]) -> np.ndarray:
    x = np.zeros((len(sequences), T, BANDS), dtype="float32")
    for row, sequence in zip(x, sequences, strict=True):
        row[: len(sequence)] = sequence
    return x


def changed(rng: np.random.Generator, sequences: list[np.ndarray]) -> list[np.ndarray]:
    """As the same words might have been said by others: faster or slower, in a higher or lower voice, with noise."""
    found = []
    for sequence in sequences:
        frames = min(T, max(8, round(len(sequence) * rng.uniform(0.8, 1.25))))
        at = np.linspace(0, len(sequence) - 1, frames)
        low, share = at.astype(int), (at % 1)[:, None]
        stretched = sequence[low] * (1 - share) + sequence[np.minimum(low + 1, len(sequence) - 1)] * share
        bands = np.clip(np.arange(BANDS) + rng.uniform(-2, 2), 0, BANDS - 1)
        low, share = bands.astype(int), bands % 1
        moved = stretched[:, low] * (1 - share) + stretched[:, np.minimum(low + 1, BANDS - 1)] * share
        found.append(moved + 0.2 * rng.normal(size=moved.shape))
    return found


def network() -> keras.Model:
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((T, BANDS)),
            layers.Masking(),
            layers.Bidirectional(layers.GRU(UNITS, return_sequences=True)),
            layers.Dropout(0.3),
            layers.Bidirectional(layers.GRU(UNITS, return_sequences=True)),
            layers.GlobalAveragePooling1D(),
            layers.Dropout(0.3),
            layers.Dense(10),
        ]
    )


def compiled(count: int) -> Restarted:
    """Ready to be trained on so many recordings."""
    model = network()
    rate = keras.optimizers.schedules.CosineDecay(RATE, EPOCHS * -(-count // BATCH))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate, clipnorm=1.0), loss, jit_compile=keras.backend.backend() == "jax")
    return Restarted(model)


def answers(trained: Restarted, seed: int, train: tuple[list, np.ndarray], test: list[np.ndarray]) -> tuple[np.ndarray, float]:
    """What a network says of the test's recordings after training with a seed, and the seconds of training."""
    keras.utils.set_random_seed(seed)
    rng = np.random.default_rng(seed)
    model = trained.start(network())
    start = time.perf_counter()
    for _ in range(EPOCHS):
        model.fit(dataset(padded(changed(rng, train[0])), train[1], batch_size=BATCH), verbose=0)
    seconds = time.perf_counter() - start
    logits = model.predict(dataset(padded(test), np.zeros(len(test)), batch_size=BATCH, shuffle=False), verbose=0)
    return logits.argmax(axis=1), seconds


def official(record: Record, splits: dict) -> None:
    record.under(OFFICIAL, SEEDS, "official")
    record.once(machine, "official", "machine")
    train, test = splits["train"] + splits["dev"], splits["test"]
    x, y, asked = features(train), np.array([digit for _, digit, _ in train]), features(test)
    said = np.array([digit for _, digit, _ in test])
    trained = compiled(len(train))
    record.once(trained.model.count_params, "official", "parameters")
    for seed in record.missing("official", "accuracy"):
        heard, seconds = answers(trained, seed, (x, y), asked)
        confusion = np.array(record.found["official"].get("confusion", np.zeros((10, 10), dtype=int)))
        np.add.at(confusion, (said, heard), 1)
        record.found["official"]["confusion"] = confusion.tolist()
        found = {"accuracy": round(float(np.mean(said == heard)), 4), "seconds": round(seconds)}
        record.add({("official", what): value for what, value in found.items()})


def speakers(record: Record, splits: dict) -> None:
    record.under(SPEAKERS, SEEDS, "speakers")
    recordings = [recording for part in splits.values() for recording in part]
    x, y = features(recordings), np.array([digit for _, digit, _ in recordings])
    voices = np.array([speaker for _, _, speaker in recordings])
    trained = compiled(int(np.sum(voices != voices[0])))
    for voice in sorted(set(voices)):
        known, unknown = np.flatnonzero(voices != voice), np.flatnonzero(voices == voice)
        for seed in record.missing("speakers", "accuracy", voice):
            heard, _ = answers(trained, seed, ([x[place] for place in known], y[known]), [x[place] for place in unknown])
            record.add({("speakers", "accuracy", voice): round(float(np.mean(y[unknown] == heard)), 4)})


def main() -> None:
    record = Record("digits")
    splits = data.load("fsdd")
    if "theo" not in {speaker for _, _, speaker in splits["train"]}:
        raise SystemExit("The recordings are not here: set UNROLL_DATA_MIRROR, or run this with a network.")
    official(record, splits)
    speakers(record, splits)


if __name__ == "__main__":
    main()
