"""Encoders and decoders for lecture 14: a pair that adds, the order in which sums are read, and attention on dates.

Run as ``python -m experiments.seq2seq`` from the root of the repository; about ten minutes on two idle cores. It writes, in
``utils/src/unroll/measured/``, ``adder.npz`` with the weights of the pair that adds in float16, and ``seq2seq.json`` with three parts,
each with its seeds and conditions:

``adder``
    After every epoch the loss in training ("loss"), the share of held-out sums that are right ("exact"), and of held-out answers with
    three digits the share of right hundreds, tens, units and <EOS> ("places"); "exact_float16" is that of the stored weights.
``order``
    From the order in which questions are read to the share of unseen sums ("exact") and of their characters ("characters") that are
    right, for every seed.
``attention``
    "exact": from the kind of attention to the share of unseen dates that are right, for every seed.
"""

import time
from functools import cache

import keras
import numpy as np
from unroll import data
from unroll.seq2seq import encoder_decoder
from unroll.text import EOS, Vocabulary, pad
from unroll.training import dataset

from experiments.reader import AT_ONCE, Restarted
from experiments.record import MEASURED, Record, machine
from experiments.training import climbing_cosine

SIGNS = Vocabulary("0123456789+")
SIZE = {"embedding": 16, "units": 128}
HELD_OUT, LEARNT, BATCH, EPOCHS, RATE = 4000, 56_000, 64, 16, 4e-3
ADDER = (
    f"sums of up to three digits (data.sums, seed 0), {HELD_OUT} held out and {LEARNT} to learn from, read from right to left; GRUs of "
    f"{SIZE['units']} units, embeddings {SIZE['embedding']} wide, one seed; {EPOCHS} epochs in batches of {BATCH}; Adam, gradients clipped to "
    f"norm 1, rate up to {RATE} in the first twentieth of the steps and down to 0 along a cosine"
)
SEEDS = range(10)
SMALL, SUMS, SUM_EPOCHS = {"embedding": 16, "units": 64}, 16_000, 6
ORDER = (
    f"{SUMS} sums of up to three digits, drawn with each seed, and 1000 unseen ones; GRUs of {SMALL['units']} units, embeddings "
    f"{SMALL['embedding']} wide; {SUM_EPOCHS} epochs in batches of {BATCH}; Adam, gradients clipped to norm 1, rate up to {RATE} in the first "
    "twentieth of the steps and down to 0 along a cosine"
)
DAYS, DAY_BATCH, DAY_RATE, LETTERS = 6400, 64, 1e-2, 37
ATTENTION = (
    f"{DAYS} dates (data.dates), drawn with each seed, and 1000 unseen ones; an encoder of 32 units that reads both ways, a decoder of 64; "
    "without attention the decoder starts from the encoder's last states, with attention from zero; "
    f"one epoch in batches of {DAY_BATCH}, Adam at rate {DAY_RATE}, gradients clipped to norm 1"
)


def arrays(vocabulary: Vocabulary, pairs, *, backward: bool, T_x: int, T_y: int):
    """What the encoder reads, what the decoder reads, and what it has to write, padded to one length each."""
    x = [vocabulary.encode(question[::-1] if backward else question) for question, _ in pairs]
    y = [vocabulary.encode([EOS, *answer, EOS]) for _, answer in pairs]
    wide = (pad(rows)[0] for rows in (x, [row[:-1] for row in y], [row[1:] for row in y]))
    return tuple(np.pad(ids, [(0, 0), (0, T - ids.shape[1])]) for ids, T in zip(wide, (T_x, T_y, T_y), strict=True))


def apart(coded: tuple[np.ndarray, ...], count: int) -> list[tuple[np.ndarray, ...]]:
    """The first so many examples, and the others."""
    return [tuple(part[chosen] for part in coded) for chosen in (slice(count), slice(count, None))]


def right(model: keras.Model, x, y_in, y) -> np.ndarray:
    """Which characters are right, given the right ones before them; padding counts as right. All of a row: an exact match."""
    logits = keras.ops.convert_to_numpy(model([x, y_in], training=False))
    return (logits.argmax(axis=-1) == y) | (y == 0)


def compiled(model: keras.Model, rate) -> keras.Model:
    """With XLA, which halves the time of such short sequences."""
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate, clipnorm=1.0), loss, jit_compile=True, steps_per_execution=AT_ONCE)
    return model


def adder() -> dict:
    pairs = data.sums(np.random.default_rng(0), HELD_OUT + LEARNT)
    held_out, learnt = apart(arrays(SIGNS, pairs, backward=True, T_x=7, T_y=5), HELD_OUT)
    three = np.array([len(answer) == 3 for _, answer in pairs[:HELD_OUT]])
    keras.utils.set_random_seed(0)
    model = compiled(encoder_decoder(len(SIGNS), **SIZE), climbing_cosine(RATE, EPOCHS * LEARNT // BATCH))
    batches = dataset(learnt[:2], learnt[2], batch_size=BATCH)
    log: dict[str, list] = {"seconds": [], "loss": [], "exact": [], "places": []}
    start = time.perf_counter()
    for epoch in range(1, EPOCHS + 1):
        log["loss"].append(round(model.fit(batches, verbose=0).history["loss"][0], 4))
        log["seconds"].append(round(time.perf_counter() - start))
        are_right = right(model, *held_out)
        log["exact"].append(round(float(are_right.all(axis=1).mean()), 4))
        log["places"].append(are_right[three, :4].mean(axis=0).round(4).tolist())
        print("adder", epoch, *(column[-1] for column in log.values()), flush=True)
    halves = [weight.astype("float16") for weight in model.get_weights()]
    model.set_weights([half.astype("float32") for half in halves])
    exact = round(float(right(model, *held_out).all(axis=1).mean()), 4)
    np.savez_compressed(MEASURED / "adder.npz", vocabulary="".join(SIGNS.tokens[3:]), **SIZE, **{
        f"weight_{number}": half for number, half in enumerate(halves)
    })  # fmt: skip
    return {"held_out": HELD_OUT, "parameters": model.count_params(), "machine": machine(), **log, "exact_float16": exact}


@cache
def small_adder() -> Restarted:
    return Restarted(compiled(encoder_decoder(len(SIGNS), **SMALL), climbing_cosine(RATE, SUM_EPOCHS * SUMS // BATCH)))


def order(record: Record) -> None:
    record.under(ORDER, SEEDS, "order")
    for seed in SEEDS:
        for way in ("forward", "backward"):
            if seed not in record.missing("order", "exact", way):
                continue
            pairs = data.sums(np.random.default_rng(seed), SUMS + 1000)
            new, learnt = apart(arrays(SIGNS, pairs, backward=way == "backward", T_x=7, T_y=5), 1000)
            keras.utils.set_random_seed(seed)
            model = small_adder().start(encoder_decoder(len(SIGNS), **SMALL))
            model.fit(dataset(learnt[:2], learnt[2], batch_size=BATCH), epochs=SUM_EPOCHS, verbose=0)
            are_right = right(model, *new)
            exact, characters = are_right.all(axis=1).mean(), are_right[new[2] > 0].mean()
            record.add({
                ("order", "exact", way): round(float(exact), 4),
                ("order", "characters", way): round(float(characters), 4),
            })  # fmt: skip


def reader_of_dates(letters: int, kind: str) -> keras.Model:
    """From dates and what the decoder reads to logits, as in the lecture."""
    x, y_in = keras.Input((LETTERS,), dtype="int32"), keras.Input((11,), dtype="int32")
    embed_x, embed_y = (
        keras.layers.Embedding(letters, 16, mask_zero=True, embeddings_initializer=keras.initializers.RandomNormal(stddev=0.5))
        for _ in range(2)
    )
    encoder = keras.layers.Bidirectional(keras.layers.GRU(32, return_sequences=True, return_state=True))
    a, *last = encoder(embed_x(x))
    decoder = keras.layers.GRU(64, return_sequences=True)
    s = decoder(embed_y(y_in), initial_state=keras.layers.Concatenate()(last)) if kind == "none" else decoder(embed_y(y_in))
    if kind == "dot":
        c = keras.layers.Attention()([s, a])
    elif kind == "additive":
        hidden_s, hidden_a = (keras.layers.Dense(64, use_bias=False)(states) for states in (s, a))
        c = keras.layers.AdditiveAttention()([hidden_s, a, hidden_a])
    seen = s if kind == "none" else keras.layers.Concatenate()([c, s])
    return keras.Model([x, y_in], keras.layers.Dense(letters)(keras.layers.Dense(64, activation="tanh")(seen)))


@cache
def compiled_reader(letters: int, kind: str) -> Restarted:
    return Restarted(compiled(reader_of_dates(letters, kind), DAY_RATE))


def attention(record: Record) -> None:
    record.under(ATTENTION, SEEDS, "attention")
    for seed in SEEDS:
        for kind in ("none", "dot", "additive"):
            if seed not in record.missing("attention", "exact", kind):
                continue
            days = data.dates(np.random.default_rng(seed), DAYS + 1000)
            letters = Vocabulary(sorted({sign for day in days for text in day for sign in text}))
            new, learnt = apart(arrays(letters, days, backward=False, T_x=LETTERS, T_y=11), 1000)
            keras.utils.set_random_seed(seed)
            model = compiled_reader(len(letters), kind).start(reader_of_dates(len(letters), kind))
            model.fit(dataset(learnt[:2], learnt[2], batch_size=DAY_BATCH), verbose=0)
            record.add({("attention", "exact", kind): round(float(right(model, *new).all(axis=1).mean()), 4)})


def main() -> None:
    record = Record("seq2seq")
    record.under(ADDER, [0], "adder")
    if "loss" not in record.found["adder"]:
        record.found["adder"] |= adder()
        record.write()
    order(record)
    attention(record)


if __name__ == "__main__":
    main()
