"""Character language models on real text, as long as they need: the full profile of lectures 08 and 09.

Run as ``python -m experiments.char_lm`` from the root of the repository; it takes about an hour on one idle core, and needs
the network or a mirror (``UNROLL_DATA_MIRROR``). It writes, in ``utils/src/unroll/measured/``,

``char_lm.json``
    ``shakespeare``: tiny Shakespeare, the first 90 % to learn from and the last 10 % held out, nats per character after every
    epoch, and what the model wrote at some of them; of the weights in float16, nats per character of the text read in one go
    ("held_out_float16"), and the same with its standard error beside windows that each start from nothing ("read").
    ``names``: distinct names in random order, 80 / 10 / 10, over three seeds.
``shakespeare.npz``
    The weights of the model of Shakespeare in float16, which ``unroll.language.shakespeare`` loads.
"""

import math
import time

import keras
import numpy as np
from unroll import data
from unroll.language import character_model, next_logits, surprise
from unroll.text import Vocabulary, pad
from unroll.training import dataset

from experiments.record import MEASURED, Record, machine

STREAMS, T, EPOCHS, RATE, DROPOUT = 32, 64, 18, 2e-3, 0.4
SIZE = {"embedding": 64, "units": 512}
STAGES = [1, 2, 4, 8, EPOCHS]
WINDOW = 256  # nanoGPT's
NAME_SEEDS = range(3)
NAME_EPOCHS, NAME_UNITS = 14, 192
SHAKESPEARE = (
    "tiny Shakespeare, the first 90 % of its characters to train on and the last 10 % held out; a GRU of {units} units between an "
    f"embedding of {{embedding}} and a dense layer, dropout {DROPOUT} after the embedding and after the GRU; one seed; {EPOCHS} epochs; "
    f"{STREAMS} streams of the text side by side, read in windows of {T} whose states carry on to the next window; AdamW with weight "
    f"decay 0.01, gradients clipped to norm 1, rate up to {RATE} in 200 steps and down to 0 along a cosine"
).format(**SIZE)
NAMES = (
    "distinct names in one random order, first tenth to test, second tenth dev, the rest to train on; a GRU of "
    f"{NAME_UNITS} units, embedding of 32, dropout 0.25; {NAME_EPOCHS} epochs, batches of 64; AdamW with weight decay 0.02, gradients "
    "clipped to norm 1, rate down from 0.004 to 0 along a cosine"
)


def streams(ids: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A text as STREAMS texts read side by side, from a random start: windows whose states carry on from batch to batch."""
    start = rng.integers(T)
    length = (len(ids) - 1 - start) // (STREAMS * T) * T
    used = slice(start, start + STREAMS * length), slice(start + 1, start + 1 + STREAMS * length)
    return tuple(ids[part].reshape(STREAMS, length // T, T).swapaxes(0, 1).reshape(-1, T) for part in used)


def write(model: keras.Model, vocabulary: Vocabulary, count: int = 300) -> str:
    """A sample at temperature 0.8, after a blank line."""
    rng, step, written = np.random.default_rng(0), next_logits(model), ["\n"]
    for _ in range(count):
        logits = step(vocabulary.encode(written[-1:])[0]) / 0.8
        p = np.exp(logits - logits.max())
        written += vocabulary.decode([rng.choice(len(p), p=p / p.sum())])
    return "".join(written[1:])


def judged(model: keras.Model, held_out: np.ndarray) -> dict:
    """Nats per character of a text that is read in one go, and in windows that each start from nothing.

    The standard errors are those of the mean of the windows' means, and of as long pieces of the text read in one go.
    """
    windows = np.lib.stride_tricks.sliding_window_view(held_out, WINDOW + 1)[::WINDOW]
    whole, apart = surprise(model, held_out), surprise(model, windows)
    pieces = whole[: apart.size].reshape(apart.shape)
    nats = round(float(whole.mean()), 4)
    return {
        "held_out_float16": nats,
        "read": {
            "one go": {"nats": nats, "standard_error": standard_error(pieces)},
            f"windows of {WINDOW}": {"nats": round(float(apart.mean()), 4), "standard_error": standard_error(apart)},
        },
    }


def standard_error(nats: np.ndarray) -> float:
    """Of the mean of pieces, of shape (pieces, characters), each piece being one value."""
    means = nats.mean(axis=1)
    return round(float(means.std(ddof=1) / np.sqrt(len(means))), 4)


def shakespeare() -> dict:
    text = data.load("shakespeare")
    cut = int(0.9 * len(text))
    vocabulary = Vocabulary.build(text)
    train, held_out = vocabulary.encode(text[:cut]), vocabulary.encode(text[cut:])
    keras.utils.set_random_seed(0)
    rng = np.random.default_rng(0)
    model = character_model(len(vocabulary), **SIZE, dropout=DROPOUT, streams=STREAMS)
    steps = EPOCHS * (len(train) // (STREAMS * T))
    rate = keras.optimizers.schedules.CosineDecay(0.0, steps - 200, warmup_target=RATE, warmup_steps=200)
    model.compile(
        keras.optimizers.AdamW(rate, weight_decay=0.01, clipnorm=1.0),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    reader = character_model(len(vocabulary), **SIZE)
    side_by_side = held_out[: len(held_out) // 64 * 64].reshape(64, -1)  # quick; the last figure is of the text as a whole
    log = {"epoch": [], "seconds": [], "train": [], "held_out": [], "written": {}}
    start = time.perf_counter()
    for epoch in range(1, EPOCHS + 1):
        for layer in model.layers:
            if hasattr(layer, "reset_state"):
                layer.reset_state()
        history = model.fit(dataset(*streams(train, rng), batch_size=STREAMS, shuffle=False), verbose=0)
        reader.set_weights(model.get_weights())
        log["epoch"].append(epoch)
        log["seconds"].append(round(time.perf_counter() - start))
        log["train"].append(round(history.history["loss"][0], 4))
        log["held_out"].append(round(float(surprise(reader, side_by_side).mean()), 4))
        if epoch in STAGES:
            log["written"][str(epoch)] = write(reader, vocabulary)
        print("shakespeare", epoch, log["seconds"][-1], "s", log["train"][-1], log["held_out"][-1], flush=True)
    halves = [weight.astype("float16") for weight in reader.get_weights()]
    reader.set_weights([half.astype("float32") for half in halves])
    log |= judged(reader, held_out)
    np.savez_compressed(MEASURED / "shakespeare.npz", vocabulary="".join(vocabulary.tokens[3:]), **SIZE, **{
        f"weight_{number}": half for number, half in enumerate(halves)
    })  # fmt: skip
    return {
        "characters": {"train": len(train), "held_out": len(held_out), "distinct": len(vocabulary) - 3},
        "parameters": reader.count_params(),
        **log,
    }


def train_names(record: Record) -> None:
    words = sorted(set(data.load("names")))
    vocabulary = Vocabulary.build("".join(words))
    rest = np.random.default_rng(0).permutation(len(words))
    tenth = len(words) // 10
    ids, mask = pad([np.append(vocabulary.encode(words[i]), 2) for i in rest])
    before = np.concatenate([np.full((len(ids), 1), 2), ids[:, :-1]], axis=1)
    targets = np.where(mask, ids, 0)
    parts = {"test": slice(tenth), "dev": slice(tenth, 2 * tenth), "train": slice(2 * tenth, None)}
    record.once(lambda: {part: len(ids[chosen]) for part, chosen in parts.items()}, "names", "names")
    for seed in record.missing("names", "dev"):
        keras.utils.set_random_seed(seed)
        model = character_model(len(vocabulary), embedding=32, units=NAME_UNITS, dropout=0.25)
        record.once(model.count_params, "names", "parameters")
        steps = NAME_EPOCHS * math.ceil(len(ids[parts["train"]]) / 64)
        model.compile(
            keras.optimizers.AdamW(keras.optimizers.schedules.CosineDecay(4e-3, steps), weight_decay=0.02, clipnorm=1.0),
            keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=0),
        )
        start = time.perf_counter()
        chosen = parts["train"]
        model.fit(dataset(before[chosen], targets[chosen], batch_size=64), epochs=NAME_EPOCHS, verbose=0)
        found = {("names", "seconds"): round(time.perf_counter() - start)}
        for part in ("dev", "test"):
            here = parts[part]
            logits = model.predict(dataset(before[here], targets[here], batch_size=500, shuffle=False), verbose=0)
            logits = logits - logits.max(axis=-1, keepdims=True)
            nats = np.log(np.exp(logits).sum(axis=-1)) - np.take_along_axis(logits, targets[here][..., None], axis=-1)[..., 0]
            found["names", part] = round(float(nats[mask[here]].mean()), 4)
        record.add(found)


def main() -> None:
    record = Record("char_lm")
    record.under(NAMES, NAME_SEEDS, "names")
    record.once(machine, "names", "machine")
    train_names(record)
    record.under(SHAKESPEARE, [0], "shakespeare")
    if "epoch" not in record.found["shakespeare"]:
        record.found["shakespeare"] |= {"machine": machine(), **shakespeare()}
        record.write()


if __name__ == "__main__":
    main()
