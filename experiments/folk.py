"""A character model of folk tunes: jigs of the Nottingham collection. For lecture 17.

Run as ``python -m experiments.folk`` from the root of the repository, with the data in ``UNROLL_DATA_MIRROR`` or a network; about ten
minutes on two idle cores. It writes ``utils/src/unroll/measured/folk.json``: how many tunes there are, the share of full "bars" in the
collection, the model's "parameters"; and for each seed the "nats" per character of held-out tunes, the share of full bars before
training ("bars untrained") and after it ("bars written"), the longest run of bars in a "written" tune that a tune of the collection has
too ("copied"), and "seconds" of training. Of seed 0 it keeps four "tunes", with their keys.
"""

import re
import time
from fractions import Fraction

import keras
import numpy as np
from unroll import data
from unroll.text import EOS, Vocabulary, pad
from unroll.training import dataset
from unroll.tunes import bars, length

from experiments.record import Record, machine

SEEDS = range(3)
UNITS, BATCH, EPOCHS, RATE, WRITTEN, LONGEST = 192, 16, 50, 3e-3, 100, 320
CONDITIONS = (
    "the Nottingham collection's tunes in 6/8 with one key, chords and repeats left out, each once, up to 320 characters, the key in "
    f"front; a tenth held out at random; embedding of 24, GRU of {UNITS}, dropout 0.3; Adam at rate {RATE:g} falling to 0 along a cosine, batches of "
    f"{BATCH}, {EPOCHS} epochs, the last one counts; {WRITTEN} tunes drawn at temperature 0.8"
)


def jigs(tunes: list[str]) -> list[str]:
    """Tunes in 6/8 with one key: ``D:f|ecc c2f|…`` without the space."""
    found = {}
    for tune in tunes:
        metres, keys = (re.findall(rf"^{field}: ?(\S+)", tune, re.MULTILINE) for field in "MK")
        units = re.findall(r"^L: ?(\S+)", tune, re.MULTILINE)
        if metres[-1:] == ["6/8"] and len(keys) == 1 and set(units) <= {"1/8"} and (body := "|".join(bars(tune))):
            found[f"{keys[0]}:{body}"] = None
    return [tune for tune in found if len(tune) < LONGEST]


def full(tunes: list[str]) -> float:
    """The share of bars that last six eighths, over all tunes."""
    lengths = [length(bar) for tune in tunes for bar in tune.partition(":")[2].split("|")]
    return round(float(np.mean([one == Fraction(6) for one in lengths])), 4)


def copied(tune: str, collection: set[tuple[str, ...]]) -> int:
    """The most bars in a row that a tune of the collection has too."""
    written = tune.partition(":")[2].split("|")
    runs = [end - start for start in range(len(written)) for end in range(start + 1, len(written) + 1)
            if tuple(written[start:end]) in collection]  # fmt: skip
    return max(runs, default=0)


def network(characters: int) -> keras.Model:
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            layers.Embedding(
                characters, 24, mask_zero=True, embeddings_initializer=keras.initializers.RandomNormal(stddev=0.5)
            ),
            layers.GRU(UNITS, return_sequences=True),
            layers.Dropout(0.3),
            layers.Dense(characters),
        ]
    )


def write(model: keras.Model, vocabulary: Vocabulary, seed: int) -> list[str]:
    """Draw tunes, a character after the other."""
    rng = np.random.default_rng(seed)
    embed, gru, _, scores = model.layers
    start = vocabulary.encode([EOS])[0]
    state, token, drawn = np.zeros((WRITTEN, UNITS), dtype="float32"), np.full(WRITTEN, start), []
    for _ in range(LONGEST):
        state = gru.cell(keras.ops.convert_to_numpy(embed(token)), [state])[0]  # without its mask
        logits = keras.ops.convert_to_numpy(scores(state)).astype("float64")[:, 2:] / 0.8  # neither padding nor <UNK>
        token = (logits + rng.gumbel(size=logits.shape)).argmax(axis=1) + 2
        drawn.append(token)
    return ["".join(vocabulary.decode(row)).partition(EOS)[0] for row in np.transpose(drawn)]


def run(record: Record, seed: int, train: list[str], test: list[str]) -> None:
    vocabulary = Vocabulary.build(character for tune in train + test for character in tune)
    (x, y), (x_test, y_test) = (
        (
            pad([vocabulary.encode([EOS, *tune]) for tune in tunes])[0],
            pad([vocabulary.encode([*tune, EOS]) for tune in tunes])[0],
        )
        for tunes in (train, test)
    )
    keras.utils.set_random_seed(seed)
    model = network(len(vocabulary))
    record.once(model.count_params, "parameters")
    untrained = full(write(model, vocabulary, seed))
    rate = keras.optimizers.schedules.CosineDecay(RATE, EPOCHS * -(-len(x) // BATCH))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate, clipnorm=1.0), loss, jit_compile=keras.backend.backend() == "jax")
    start = time.perf_counter()
    model.fit(dataset(x, y, batch_size=BATCH), epochs=EPOCHS, verbose=0)
    seconds = round(time.perf_counter() - start)
    total = 0.0
    for row, target in zip(x_test, y_test, strict=True):
        logits = keras.ops.convert_to_numpy(model(row[None]))[0].astype("float64")
        log_p = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
        total -= log_p[np.arange(len(target)), target][target != 0].sum()
    written = write(model, vocabulary, seed)
    collection = {
        tuple(known[start:end])
        for known in (tune.partition(":")[2].split("|") for tune in train + test)
        for start in range(len(known))
        for end in range(start + 1, len(known) + 1)
    }
    found = {
        "nats": round(total / int((y_test != 0).sum()), 4),
        "bars untrained": untrained,
        "bars written": full(written),
        "copied": max(copied(tune, collection) for tune in written),
        "seconds": seconds,
    }
    if seed == 0:
        whole = [tune for tune in written if full([tune]) > 0.9 and 8 <= tune.count("|") < 20 and copied(tune, collection) < 4]
        record.once(lambda: whole[:4], "tunes")
    record.add({(what,): value for what, value in found.items()})


def main() -> None:
    record = Record("folk")
    record.under(CONDITIONS, SEEDS)
    record.once(machine, "machine")
    tunes = jigs(data.load("nottingham"))
    if len(tunes) < 200:
        raise SystemExit("The collection is not here: set UNROLL_DATA_MIRROR, or run this with a network.")
    order = np.random.default_rng(0).permutation(len(tunes))
    held_out = len(tunes) // 10
    test, train = [tunes[place] for place in order[:held_out]], [tunes[place] for place in order[held_out:]]
    record.once(lambda: {"train": len(train), "held out": len(test)}, "count")
    record.once(lambda: full(tunes), "bars")
    for seed in record.missing("nats"):
        run(record, seed, train, test)


if __name__ == "__main__":
    main()
