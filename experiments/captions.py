"""Captions of made-up scenes, for lecture 16: what the decoder has of the picture, over ten seeds.

Run as ``python -m experiments.captions`` from the root of the repository. It writes ``captions.json`` in
``utils/src/unroll/measured/``, in which "exact" leads from the way to the picture, and from the kind of test, to the share of
captions that are right as a whole, for every seed; "seconds" leads from the way to the time of training, and "parameters" to the
size of the network. The ways:

``both``
    The decoder starts from the sum of the grid and looks at the grid before each word.
``no sum``
    It starts from zero, and looks.
``no looks``
    It starts from the sum, and has nothing else.
``no places``
    Both, but without the channels that tell each pixel its row and column: the network of the lecture.
"""

import time
from functools import cache

import keras
import numpy as np
from unroll import data
from unroll.text import EOS, Vocabulary
from unroll.training import dataset

from experiments.reader import AT_ONCE, Restarted
from experiments.record import Record, machine
from experiments.training import climbing_cosine

WAYS = ("both", "no sum", "no looks", "no places")
KINDS = ("red triangle", "blue circle", "yellow square")
WORDS = Vocabulary.build(word for caption in data.scene_captions() for word in caption.split())
T_Y, GRID, WIDTH, UNITS = 9, 6, 48, 64
SEEDS = range(10)
PAINTED, TESTED, EPOCHS, BATCH, RATE = 12_000, 1000, 7, 64, 4e-3
CONDITIONS = (
    f"{PAINTED} scenes (data.scenes), drawn with each seed, and {TESTED} new ones of each kind; three convolutions to a grid of {GRID} by "
    f"{GRID} places and {WIDTH} channels, a GRU of {UNITS} units; {EPOCHS} epochs in batches of {BATCH}; Adam, gradients clipped to norm 1, "
    f"rate up to {RATE} in the first twentieth of the steps and down to 0 along a cosine"
)


def split() -> dict[str, list[str]]:
    """The captions of training, those held out as sentences, and those with a kind of shape that training does not have."""
    captions = data.scene_captions()
    new_kind = [caption for caption in captions if any(kind in caption for kind in KINDS)]
    known = [caption for caption in captions if caption not in set(new_kind)]
    known = [known[number] for number in np.random.default_rng(1).permutation(len(known))]
    return {"seen": known[len(known) // 5 :], "new sentence": known[: len(known) // 5], "new kind": new_kind}


def drawn(rng: np.random.Generator, captions: list[str], count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pictures with channels for row and column, what the decoder reads, and what it has to write."""
    chosen = [captions[number] for number in rng.integers(len(captions), size=count)]
    images, _ = data.scenes(rng, chosen)
    line = np.linspace(-1, 1, images.shape[1])
    places = np.broadcast_to(np.stack(np.meshgrid(line, line, indexing="ij"), axis=-1), (*images.shape[:3], 2))
    ids = np.zeros((count, T_Y + 1), dtype=int)
    for row, caption in zip(ids, chosen, strict=True):
        row[: len(caption.split()) + 2] = WORDS.encode([EOS, *caption.split(), EOS])
    y = ids[:, 1:]
    return np.concatenate([1 - images, places], axis=-1).astype("float32"), ids[:, :-1] * (y > 0), y


def captioner(way: str) -> keras.Model:
    """From pictures and what the decoder reads to logits."""
    layers = keras.layers
    x, y_in = keras.Input((24, 24, 5)), keras.Input((T_Y,), dtype="int32")
    seen = x[..., :3] if way == "no places" else x
    same = {"padding": "same", "activation": "relu", "kernel_initializer": "he_normal"}
    for filters, size, stride in ((16, 5, 2), (32, 3, 2), (WIDTH, 3, 1)):
        seen = layers.Conv2D(filters, size, strides=stride, **same)(seen)
    grid = layers.Reshape((GRID * GRID, WIDTH))(seen)
    gist = layers.Rescaling(GRID * GRID / 4)(layers.GlobalAveragePooling1D()(grid))
    start = None if way == "no sum" else layers.Dense(UNITS, activation="tanh")(gist)
    embedded = layers.Embedding(
        len(WORDS), 32, mask_zero=True, embeddings_initializer=keras.initializers.RandomNormal(stddev=0.5)
    )(y_in)
    s = layers.GRU(UNITS, return_sequences=True)(embedded, initial_state=start)
    has = s
    if way != "no looks":
        c = layers.Attention()([s, layers.Dense(UNITS)(grid)])
        has = layers.Concatenate()([c, s])
    return keras.Model([x, y_in], layers.Dense(len(WORDS))(layers.Dense(64, activation="tanh")(has)))


@cache
def compiled(way: str) -> Restarted:
    model = captioner(way)
    steps = EPOCHS * -(-PAINTED // BATCH)
    rate = climbing_cosine(RATE, steps)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate, clipnorm=1.0), loss, jit_compile=True, steps_per_execution=AT_ONCE)
    return Restarted(model)


def main() -> None:
    record = Record("captions")
    record.under(CONDITIONS, SEEDS)
    record.once(machine, "machine")
    of_kind = split()
    for seed in SEEDS:
        if all(seed not in record.missing("exact", way, "seen") for way in WAYS):
            continue
        rng = np.random.default_rng(seed)
        x, y_in, y = drawn(rng, of_kind["seen"], PAINTED)
        tests = {name: drawn(rng, captions, TESTED) for name, captions in of_kind.items()}
        for way in WAYS:
            if seed not in record.missing("exact", way, "seen"):
                continue
            keras.utils.set_random_seed(seed)
            model = compiled(way).start(captioner(way))
            record.once(model.count_params, "parameters", way)
            start = time.perf_counter()
            model.fit(dataset((x, y_in), y, batch_size=BATCH), epochs=EPOCHS, verbose=0)
            found = {("seconds", way): round(time.perf_counter() - start)}
            for name, (new_x, new_y_in, new_y) in tests.items():
                logits = model.predict_on_batch((new_x, new_y_in))
                exact = ((logits.argmax(axis=-1) == new_y) | (new_y == 0)).all(axis=1).mean()
                found["exact", way, name] = round(float(exact), 4)
            record.add(found)


if __name__ == "__main__":
    main()
