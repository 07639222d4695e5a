"""A tagger of names in real text, as well as it needs to be: the full profile of lecture 12.

Run as ``python -m experiments.tagging`` from the root of the repository; it takes about fifteen minutes on two idle cores, and
needs the network or a mirror (``UNROLL_DATA_MIRROR``). It writes ``utils/src/unroll/measured/tagging.json``: for each of the data
sets "wikiann" (English) and "wnut17", the "parameters" of the network and, for every seed, the "seconds" of training and the span
F1 in percent on the development set ("dev") and the test set ("test"), of the likeliest row of tags that is legal in BIO, and of the
likeliest tag of each word by itself ("dev, words alone", "test, words alone"). Sizes and epochs were chosen on the development
set; the test set is read once for each seed.
"""

import time

import keras
import numpy as np
from unroll import data
from unroll.forms import capitals, ending, spell
from unroll.spans import score_spans
from unroll.text import Vocabulary, pad

from experiments.record import Record, machine
from experiments.training import by_length

SEEDS = range(3)
EPOCHS = {"wikiann": 4, "wnut17": 12}
BATCH, RATE, DROPOUT, HIDDEN, LONGEST = 32, 0.003, 0.5, 0.3, 64
SIZES = {"words": 100, "capitals": 8, "endings": 24, "letters": 24}  # of the embeddings
LETTERS, CONVOLVED, UNITS = 15, 64, 100
CONDITIONS = (
    "the published split; span F1 in percent, micro-averaged, after the last epoch; a bidirectional LSTM of {units} units over embeddings "
    "of the word in lower case, its capitals, its last three letters, and a convolution over its letters ({sizes} wide), nothing "
    "pretrained; what occurs once in training is <UNK>, and so is a share of {hidden} of all words, drawn for each batch; dropout {dropout} "
    "before and after the LSTM; {epochs} epochs in batches of {batch} of similar length; Adam, gradients clipped to norm 1, rate from {rate} to 0 "
    "along a cosine; words after the {longest}th of a sentence are tagged O"
)


class Coder:
    """From words to ids, by the vocabularies of the training sentences, and from logits to tags."""

    def __init__(self, sentences, tags):
        words = [word for sentence in sentences for word in sentence]
        self.words = Vocabulary.build(map(str.lower, words), min_count=2)
        self.capitals = Vocabulary.build(map(capitals, words))
        self.endings = Vocabulary.build(map(ending, words), min_count=2)
        self.letters = Vocabulary.build("".join(words), min_count=2)
        self.tags = Vocabulary.build(tag for row in tags for tag in row)

    def inputs(self, sentences) -> dict[str, np.ndarray]:
        return {
            "words": pad([self.words.encode(map(str.lower, sentence)) for sentence in sentences])[0],
            "capitals": pad([self.capitals.encode(map(capitals, sentence)) for sentence in sentences])[0],
            "endings": pad([self.endings.encode(map(ending, sentence)) for sentence in sentences])[0],
            "letters": spell(sentences, self.letters, longest=LETTERS),
        }

    def targets(self, tags) -> np.ndarray:
        return pad([self.tags.encode(row) for row in tags])[0]

    def tagged(self, logits: np.ndarray) -> tuple[list[str], list[str]]:
        """The likeliest legal row of tags, found by Viterbi's algorithm, and the likeliest tag of each word by itself."""
        scores = logits[:, 3:].astype(float)  # <PAD>, <UNK> and <EOS> are no tags
        names = self.tags.decode(range(3, len(self.tags)))
        follows = np.array([[0 if legal(tag, after) else -np.inf for after in names] for tag in ["O", *names]])
        best, came_from = scores[0] + follows[0], []
        for row in scores[1:]:
            paths = best[:, None] + follows[1:]  # from the tag of the word before, in rows, to this one's
            came_from.append(paths.argmax(axis=0))
            best = paths.max(axis=0) + row
        path = [int(best.argmax())]
        for places in reversed(came_from):
            path.append(int(places[path[-1]]))
        return [names[place] for place in reversed(path)], [names[place] for place in scores.argmax(axis=1)]


def legal(tag: str, after: str) -> bool:
    """An I- follows the B- or I- of its kind; whatever else may follow anything."""
    return not after.startswith("I-") or tag[2:] == after[2:]


def network(coder: Coder) -> keras.Model:
    ids = {name: keras.Input((None,), dtype="int32", name=name) for name in ("words", "capitals", "endings")}
    ids["letters"] = keras.Input((None, LETTERS), dtype="int32", name="letters")
    parts = {
        name: keras.layers.Embedding(len(getattr(coder, name)), width, mask_zero=name == "words")(ids[name])
        for name, width in SIZES.items()
    }
    letters = keras.layers.Conv2D(CONVOLVED, (1, 3), padding="same", activation="relu")(parts.pop("letters"))
    x = keras.layers.Concatenate()([*parts.values(), keras.ops.max(letters, axis=2)])
    x = keras.layers.Dropout(DROPOUT)(x)
    a = keras.layers.Bidirectional(keras.layers.LSTM(UNITS, return_sequences=True))(x)
    return keras.Model(ids, keras.layers.Dense(len(coder.tags))(keras.layers.Dropout(DROPOUT)(a)))


def trained(coder: Coder, sentences, tags, epochs: int) -> keras.Model:
    model, rng = network(coder), np.random.default_rng(0)
    steps = epochs * len(by_length(sentences, BATCH))
    optimizer = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(RATE, steps), clipnorm=1.0)
    model.compile(optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    for _ in range(epochs):
        for chosen in by_length(sentences, BATCH, rng):
            x, y = coder.inputs([sentences[i] for i in chosen]), coder.targets([tags[i] for i in chosen])
            hidden = (rng.random(x["words"].shape) < HIDDEN) & (x["words"] > 0)
            model.train_on_batch(x | {"words": np.where(hidden, 1, x["words"])}, y)  # 1 is <UNK>
    return model


def f1(model: keras.Model, coder: Coder, sentences, tags) -> list[float]:
    """In percent: of legal rows of tags, and of each word's own likeliest tag."""
    cut = [sentence[:LONGEST] for sentence in sentences]
    found: dict[int, list[list[str]]] = {}
    for chosen in by_length(cut, BATCH):
        logits = model.predict_on_batch(coder.inputs([cut[i] for i in chosen]))
        for i, row in zip(chosen, logits, strict=True):
            rest = ["O"] * (len(sentences[i]) - len(cut[i]))
            found[i] = [tagged + rest for tagged in coder.tagged(row[: len(cut[i])])]
    return [round(100 * score_spans(tags, [found[i][way] for i in range(len(sentences))]).f1, 2) for way in (0, 1)]


def measure(record: Record, name: str) -> None:
    sizes = ", ".join(f"{name} {width}" for name, width in SIZES.items())
    settings = {
        "units": UNITS,
        "sizes": sizes,
        "dropout": DROPOUT,
        "batch": BATCH,
        "rate": RATE,
        "hidden": HIDDEN,
        "longest": LONGEST,
    }
    record.under(CONDITIONS.format(epochs=EPOCHS[name], **settings), SEEDS, name)
    splits = {split: tuple(zip(*pairs, strict=True)) for split, pairs in data.load(name).items()}
    sentences, tags = ([row[:LONGEST] for row in part] for part in splits["train"])
    coder = Coder(sentences, tags)
    record.once(lambda: network(coder).count_params(), name, "parameters")
    record.once(machine, name, "machine")
    for seed in record.missing(name, "test"):
        keras.utils.set_random_seed(seed)
        start = time.monotonic()
        model = trained(coder, sentences, tags, EPOCHS[name])
        seconds = round(time.monotonic() - start)
        found: dict[str, float] = {"seconds": seconds}
        for split in ("dev", "test"):
            found[split], found[f"{split}, words alone"] = f1(model, coder, *splits[split])
        record.add({(name, key): value for key, value in found.items()})


def main() -> None:
    record = Record("tagging")
    for name in EPOCHS:
        measure(record, name)


if __name__ == "__main__":
    main()
