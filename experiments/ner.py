"""Taggers of names: what the form of a word adds, and what embeddings from unlabelled text add, for lecture 12.

Run as ``python -m experiments.ner`` from the root of the repository; about six minutes on one idle core. It writes, in
``utils/src/unroll/measured/ner.json``, two parts, each with its seeds and conditions:

``features``
    "f1": from a model ("words", "+ capitals", "+ endings", "+ characters") to "seen" and "unseen" names, the F1 of every seed.
``transfer``
    "f1": from where the embeddings come from ("scratch", "frozen", "tuned") to the number of labelled sentences to every
    seed, on unseen names.
"""

from functools import cache

import keras
import numpy as np
from gensim.models import Word2Vec
from unroll import data
from unroll.forms import capitals, ending, spell
from unroll.spans import score_spans
from unroll.text import Vocabulary, pad
from unroll.training import dataset

from experiments.reader import AT_ONCE, Restarted
from experiments.record import Record

SEEDS = range(10)
UNITS, WIDTH, BATCH = 32, 32, 32
FEATURES = {"words": 0, "+ capitals": 1, "+ endings": 2, "+ characters": 3}  # each model has those before it as well
LABELLED, STEPS = 1600, 200
SIZES = [50, 200, 800]
RAW = 10_000
# A compiled model has one shape: steps, and entries of its tables.
SHAPE = {"T": 16, "words": 1000, "endings": 400, "letters": 80}
NETWORK = f"embeddings {WIDTH} wide, a bidirectional GRU of {UNITS} units, a dense layer; Adam at rate 0.01, batches of {BATCH}"
RARE = "a word that occurs once in the labelled sentences is <UNK>"
LADDER = (
    f"made-up sentences (data.named_entities), drawn with each seed: {LABELLED} labelled ones, {STEPS} steps; F1 over 1000 new "
    f"sentences with the names seen and 1000 with unseen ones; {RARE}; {NETWORK}"
)
TRANSFER = (
    f"made-up sentences (data.named_entities), drawn with each seed; words alone, {STEPS} steps; F1 over 1000 sentences with unseen "
    f"names; from scratch, {RARE}; frozen and tuned, embeddings by skip-gram (gensim, 5 negative words, window 3, 10 epochs) from "
    f"{RAW} other sentences without labels, in half of which are the unseen names; {NETWORK}"
)


class Coder:
    """From sentences to arrays, with the words, endings and letters of the labelled ones, and from logits to tags."""

    def __init__(self, sentences, tags, words: Vocabulary | None = None):
        every = [word for sentence in sentences for word in sentence]
        self.words = words or Vocabulary.build(every, SHAPE["words"], min_count=2)
        self.endings = Vocabulary.build(map(ending, every), SHAPE["endings"], min_count=2)
        self.letters = Vocabulary.build("".join(every), SHAPE["letters"])
        self.capitals = Vocabulary(["lower", "Capital", "CAPITALS", "miXed", "digits", "mark"])
        self.tags = Vocabulary.build(tag for sentence in tags for tag in sentence)

    def inputs(self, sentences, features: int) -> dict[str, np.ndarray]:
        found = {
            "words": pad([self.words.encode(sentence) for sentence in sentences])[0],
            "capitals": pad([self.capitals.encode(map(capitals, sentence)) for sentence in sentences])[0],
            "endings": pad([self.endings.encode(map(ending, sentence)) for sentence in sentences])[0],
            "letters": spell(sentences, self.letters),
        }
        return {name: self._wide(found[name]) for name in list(found)[: features + 1]}

    def targets(self, tags) -> np.ndarray:
        return self._wide(pad([self.tags.encode(row) for row in tags])[0])

    def tagged(self, logits: np.ndarray, sentences) -> list[list[str]]:
        best = 3 + logits[..., 3:].argmax(axis=-1)  # <PAD>, <UNK> and <EOS> are no tags
        return [self.tags.decode(row[: len(sentence)]) for row, sentence in zip(best, sentences, strict=True)]

    def _wide(self, ids: np.ndarray) -> np.ndarray:
        return np.pad(ids, [(0, 0), (0, SHAPE["T"] - ids.shape[1])] + [(0, 0)] * (ids.ndim - 2))


def tagger(tags: int, features: int, frozen: bool = False) -> keras.Model:
    """A model that reads the words and the first so many of capitals, endings and letters."""
    ids = {name: keras.Input((SHAPE["T"],), dtype="int32", name=name) for name in ("words", "capitals", "endings")}
    ids["letters"] = keras.Input((SHAPE["T"], 12), dtype="int32", name="letters")
    parts = [keras.layers.Embedding(SHAPE["words"], WIDTH, mask_zero=True, trainable=not frozen, name="vectors")(ids["words"])]
    if features >= 1:
        parts.append(keras.layers.Embedding(9, 4)(ids["capitals"]))
    if features >= 2:
        parts.append(keras.layers.Embedding(SHAPE["endings"], 16)(ids["endings"]))
    if features >= 3:
        letters = keras.layers.Embedding(SHAPE["letters"], 16)(ids["letters"])
        parts.append(keras.ops.max(keras.layers.Conv2D(32, (1, 3), padding="same", activation="relu")(letters), axis=2))
    x = keras.layers.Concatenate()(parts) if features else parts[0]
    a = keras.layers.Bidirectional(keras.layers.GRU(UNITS, return_sequences=True))(x)
    return keras.Model({name: ids[name] for name in list(ids)[: features + 1]}, keras.layers.Dense(tags)(a))


@cache
def compiled(tags: int, features: int, frozen: bool) -> Restarted:
    model = tagger(tags, features, frozen)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.01), loss, jit_compile=True, steps_per_execution=AT_ONCE)
    return Restarted(model)


def trained(coder: Coder, features: int, sentences, tags, vectors=None, frozen: bool = False):
    """A tagger after so many steps, each with a batch of its own order, however few sentences there are."""
    start = tagger(len(coder.tags), features, frozen)
    if vectors is not None:
        start.get_layer("vectors").set_weights([vectors])
    model = compiled(len(coder.tags), features, frozen).start(start)
    rng = np.random.default_rng(0)
    order = np.concatenate([rng.permutation(len(sentences)) for _ in range(STEPS * BATCH // len(sentences))])
    inputs = {name: array[order] for name, array in coder.inputs(sentences, features).items()}
    model.fit(dataset(inputs, coder.targets(tags)[order], batch_size=BATCH, shuffle=False), verbose=0)
    return model


def f1(model: keras.Model, coder: Coder, features: int, sentences, tags) -> float:
    inputs = coder.inputs(sentences, features)
    logits = model.predict(dataset(inputs, np.zeros(len(sentences)), batch_size=250, shuffle=False), verbose=0)
    return round(score_spans(tags, coder.tagged(logits, sentences)).f1, 4)


def drawn(seed: int, count: int, unseen: bool = False):
    return data.named_entities(np.random.default_rng(seed), count, unseen)


def features(record: Record) -> None:
    record.under(LADDER, SEEDS, "features")
    for name, number in FEATURES.items():
        place = "features", "f1", name
        for seed in record.missing(*place, "seen"):
            keras.utils.set_random_seed(seed)
            sentences, tags = drawn(seed, LABELLED)
            coder = Coder(sentences, tags)
            model = trained(coder, number, sentences, tags)
            asked = {"seen": drawn(1000 + seed, 1000), "unseen": drawn(2000 + seed, 1000, unseen=True)}
            record.add({(*place, names): f1(model, coder, number, *new) for names, new in asked.items()})


@cache
def read_without_labels(seed: int) -> tuple[Vocabulary, np.ndarray]:
    """The vocabulary of the text without labels, and a vector for each of its words."""
    text = drawn(3000 + seed, RAW // 2)[0] + drawn(4000 + seed, RAW // 2, unseen=True)[0]
    trained = Word2Vec(text, vector_size=WIDTH, window=3, sg=1, negative=5, min_count=1, epochs=10, seed=seed, workers=1)
    vocabulary = Vocabulary.build((word for sentence in text for word in sentence), SHAPE["words"])
    vectors = np.zeros((SHAPE["words"], WIDTH), dtype="float32")
    for number, word in enumerate(vocabulary.tokens[3:], 3):
        vectors[number] = trained.wv[word]
    return vocabulary, vectors


def transfer(record: Record) -> None:
    record.under(TRANSFER, SEEDS, "transfer")
    for seed in SEEDS:
        for way in ("scratch", "frozen", "tuned"):
            for size in SIZES:
                place = "transfer", "f1", way, str(size)
                if seed not in record.missing(*place):
                    continue
                sentences, tags = (part[:size] for part in drawn(seed, LABELLED))
                words, vectors = (None, None) if way == "scratch" else read_without_labels(seed)
                keras.utils.set_random_seed(seed)
                coder = Coder(sentences, tags, words)
                model = trained(coder, 0, sentences, tags, vectors, frozen=way == "frozen")
                record.add({place: f1(model, coder, 0, *drawn(2000 + seed, 1000, unseen=True))})


def main() -> None:
    record = Record("ner")
    features(record)
    transfer(record)


if __name__ == "__main__":
    main()
