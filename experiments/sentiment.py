"""Is a sentence good or bad? A ladder of models on made-up reviews and on SST-2, for lecture 13.

Run as ``python -m experiments.sentiment`` from the root of the repository; about a quarter of an hour on one idle core, the part
"sst2" only where its data are. It writes, in ``utils/src/unroll/measured/sentiment.json``, two parts, each with its seeds and
conditions:

``made_up``
    "accuracy" and "shuffled" (the words of each review in random order): from a model to a kind of review to every seed.
``sst2``
    From a model to every seed: "accuracy" on the test set, "shuffled" with the words of each sentence in random order, "negated" on
    those of its sentences that hold a word of negation, "dev", and "seconds" of training; "bins", the test sentences by the
    confidence of the answer, from 0.5 to 1 in ten bins: "count", mean "confidence" and share "right"; "answers", a 1 for each test
    sentence that is right and a 0 for each that is wrong. Besides, the accuracy of "majority", the "parameters" of each model,
    how many test sentences are "with_negation", and "surest": of the dev sentences that the bidirectional LSTM of seed 0 has wrong
    the surest twelve, by number and probability of "good".
"""

import os
import time

import keras
import numpy as np
from unroll import data
from unroll.data.reviews import KINDS
from unroll.text import Vocabulary, pad
from unroll.training import dataset

from experiments.reader import Restarted
from experiments.record import Record, machine

SEEDS, REAL_SEEDS = range(10), range(3)
MODELS = ("bag of words", "average", "LSTM", "bidirectional LSTM")
NEGATIONS = {"not", "n't", "no", "never", "nothing", "neither", "nor", "without", "hardly", "lacks", "lacking"}
MADE_UP = (
    "made-up reviews (data.opinions), drawn with each seed: 3200 to train on and 1000 new ones of each kind; embeddings and LSTM 16 "
    "wide, last state; Adam at rate 0.01, batches of 32, 6 epochs"
)
REAL = (
    "SST-2: 6920 sentences to train on, no phrases, no pretrained vectors, words that occur twice; embeddings 64 wide, LSTM of 64 units, "
    "the mean of its states over all words; half of the embeddings and of what the logistic unit sees dropped; Adam at rate 0.003, "
    "batches of 100, 5 epochs (bag of words 30, average 12); weights are the mean of those after three epochs in a row, which three "
    "dev chooses (872 sentences); 1821 to test on"
)
EPOCHS, AVERAGED = {"bag of words": 30, "average": 12, "LSTM": 5, "bidirectional LSTM": 5}, 3
STEPS, REAL_STEPS = 16, 56  # longest sentences


def network(kind: str, words: int, steps: int, width: int, dropout: float = 0.0, pooled: bool = False) -> keras.Model:
    """From ids of shape (m, steps) to the logit of "good", of shape (m, 1).

    Parameters
    ----------
    kind
        One of `MODELS`.
    words
        Size of the vocabulary.
    steps
        Length of all sentences, which are padded with 0: then nothing is compiled twice.
    width
        Of the embeddings, and units of an LSTM.
    dropout
        Of the embeddings, and of what the logistic unit sees.
    pooled
        Whether an LSTM gives the mean of its states over all words. Otherwise it gives the last.
    """
    ids = keras.Input((steps,), dtype="int32")
    if kind == "bag of words":
        real = keras.ops.cast(ids[..., None] != 0, "float32")
        scores = keras.layers.Embedding(words, 1, embeddings_initializer="zeros")(ids)
        return keras.Model(ids, keras.ops.sum(scores * real, axis=1))
    x = keras.layers.Dropout(dropout)(keras.layers.Embedding(words, width, mask_zero=True)(ids))
    if kind != "average":
        reader = keras.layers.LSTM(width, return_sequences=pooled)
        x = (keras.layers.Bidirectional(reader) if kind == "bidirectional LSTM" else reader)(x)
    if kind == "average" or pooled:
        x = keras.layers.GlobalAveragePooling1D()(x)
    return keras.Model(ids, keras.layers.Dense(1)(keras.layers.Dropout(dropout)(x)))


def compiled(model: keras.Model, rate: float, at_once: int) -> Restarted:
    """Ready to be trained from many starts; `at_once` is the number of steps in one compiled call."""
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), loss, jit_compile=False, steps_per_execution=at_once)
    return Restarted(model)


def coded(sentences: list[list[str]], vocabulary: Vocabulary, steps: int) -> np.ndarray:
    ids = pad([vocabulary.encode(sentence) for sentence in sentences])[0]
    return np.pad(ids, ((0, 0), (0, steps - ids.shape[1])))


def probabilities(model: keras.Model, ids: np.ndarray) -> np.ndarray:
    logits = model.predict(dataset(ids, np.zeros(len(ids)), batch_size=256, shuffle=False), verbose=0)[:, 0]
    return 1 / (1 + np.exp(-logits.astype("float64")))


def accuracy(p: np.ndarray, good: np.ndarray) -> float:
    return round(float(np.mean((p > 0.5) == good)), 4)


def shuffled(sentences: list[list[str]]) -> list[list[str]]:
    rng = np.random.default_rng(0)
    return [rng.permutation(sentence).tolist() for sentence in sentences]


def bins(p: np.ndarray, good: np.ndarray) -> dict[str, list[float]]:
    confidence, right = np.maximum(p, 1 - p), (p > 0.5) == good
    place = np.minimum((20 * (confidence - 0.5)).astype(int), 9)
    count = np.bincount(place, minlength=10)
    means = {
        name: np.bincount(place, values, 10) / np.maximum(count, 1)
        for name, values in {"confidence": confidence, "right": right}.items()
    }
    return {"count": count.tolist(), **{name: np.round(mean, 4).tolist() for name, mean in means.items()}}


def made_up(record: Record) -> None:
    record.under(MADE_UP, SEEDS, "made_up")
    vocabulary = Vocabulary.build(word for review in data.opinions(np.random.default_rng(0), 3200)[0] for word in review)
    for name in MODELS:
        trained = compiled(network(name, len(vocabulary), STEPS, 16), rate=0.01, at_once=25)
        for seed in record.missing("made_up", "accuracy", name, KINDS[0]):
            keras.utils.set_random_seed(seed)
            model = trained.start(network(name, len(vocabulary), STEPS, 16))
            reviews, good, _ = data.opinions(np.random.default_rng(seed), 3200)
            model.fit(dataset(coded(reviews, vocabulary, STEPS), good[:, None], batch_size=32), epochs=6, verbose=0)
            found: dict[tuple[str, ...], object] = {}
            for number, kind in enumerate(KINDS, 1):
                new, labels, _ = data.opinions(np.random.default_rng(1000 * number + seed), 1000, kind)
                for what, asked in (("accuracy", new), ("shuffled", shuffled(new))):
                    found["made_up", what, name, kind] = accuracy(probabilities(model, coded(asked, vocabulary, STEPS)), labels)
            record.add(found)


def sst2(record: Record) -> None:
    record.under(REAL, REAL_SEEDS, "sst2")
    record.once(machine, "sst2", "machine")
    parts = {
        name: ([text.split() for text, _ in rows], np.array([label for _, label in rows]))
        for name, rows in data.load("sst2").items()
    }
    vocabulary = Vocabulary.build((word for sentence in parts["train"][0] for word in sentence), min_count=2)
    (sentences, good), good_on_dev = parts["test"], parts["dev"][1]
    negated = np.array([bool(NEGATIONS & set(sentence)) for sentence in sentences])
    record.once(lambda: round(float(np.mean(good == parts["train"][1].mean().round())), 4), "sst2", "majority")
    record.once(lambda: int(negated.sum()), "sst2", "with_negation")
    ids = {name: coded(part, vocabulary, REAL_STEPS) for name, (part, _) in parts.items()}
    ids_shuffled = coded(shuffled(sentences), vocabulary, REAL_STEPS)
    for name in MODELS:
        size = {"words": len(vocabulary), "steps": REAL_STEPS, "width": 64, "dropout": 0.5, "pooled": True}
        trained = compiled(network(name, **size), rate=0.003, at_once=35)
        record.once(trained.model.count_params, "sst2", "parameters", name)
        for seed in record.missing("sst2", "accuracy", name):
            keras.utils.set_random_seed(seed)
            model = trained.start(network(name, **size))
            start, weights, on_dev, best = time.perf_counter(), [], {}, []
            for epoch in range(1, EPOCHS[name] + 1):
                model.fit(dataset(ids["train"], parts["train"][1][:, None], batch_size=100), verbose=0)
                weights.append(model.get_weights())
                if epoch >= AVERAGED:
                    model.set_weights([np.mean(values, axis=0) for values in zip(*weights[-AVERAGED:], strict=True)])
                    on_dev[epoch] = accuracy(probabilities(model, ids["dev"]), good_on_dev)
                    best = model.get_weights() if on_dev[epoch] == max(on_dev.values()) else best
                    model.set_weights(weights[-1])
            model.set_weights(best)
            seconds = round(time.perf_counter() - start)
            if name == MODELS[-1]:
                p_dev = probabilities(model, ids["dev"])
                record.once(lambda p=p_dev: surest(p, good_on_dev), "sst2", "surest")
            p = probabilities(model, ids["test"])
            found = {
                "accuracy": accuracy(p, good),
                "shuffled": accuracy(probabilities(model, ids_shuffled), good),
                "negated": accuracy(p[negated], good[negated]),
                "dev": max(on_dev.values()),
                "seconds": seconds,
                "bins": bins(p, good),
                "answers": "".join("01"[right] for right in ((p > 0.5) == good).astype(int)),
            }
            record.add({("sst2", what, name): value for what, value in found.items()})


def surest(p: np.ndarray, good: np.ndarray, count: int = 12) -> list[tuple[int, float]]:
    """Of the wrong answers those furthest from one half: their numbers, and what was answered."""
    wrong = np.flatnonzero((p > 0.5) != good)
    order = wrong[np.argsort(-abs(p[wrong] - 0.5))][:count]
    return [(int(number), round(float(p[number]), 4)) for number in order]


def main() -> None:
    record = Record("sentiment")
    made_up(record)
    if "UNROLL_DATA_MIRROR" in os.environ:
        sst2(record)


if __name__ == "__main__":
    main()
