"""What sharing weights across positions changes, and how much text a vocabulary covers: for lectures 00 and 01.

Run as ``python -m experiments.sequences`` from the root of the repository; it takes a minute of CPU time, and needs
the network or a mirror (``UNROLL_DATA_MIRROR``) for the Brown corpus. It writes ``utils/src/unroll/measured/sequences.json``:

``accuracy``
    Name or not, ten seeds: of a standard network, one that reads word by word and a recurrent one, on all words of new
    sentences, on words at positions where training never had them ("moved"), and on words with two meanings.
``coverage``
    The share of the running words of one third of Brown that the vocabulary of the other two thirds covers, by its size. The
    third is that of the pages 0, 3, 6, …, then 1, 4, 7, …, then 2, 5, 8, …, a page being 100 sentences.
"""

from itertools import chain

import keras
import numpy as np
from unroll import data
from unroll.text import Vocabulary
from unroll.training import dataset

from experiments.record import Record

SEEDS = range(10)
UNITS = 32
SIZES = [10_000, 30_000, None]
MOVED = "wizards witches painters writers harry hermione ali hassan".split()
DOUBLE = "rose lily pearl ivy jade ruby".split()
CONDITIONS = (
    f"sentences of nine words, 2000 to train on and 480 to ask, drawn with each seed; one-hot words; {UNITS} units of tanh; "
    "Adam(0.01), batches of 64, 4 epochs"
)


def networks(words: int) -> dict[str, keras.Model]:
    """Three ways from one-hot words to a probability for each of nine words."""
    dense, sigmoid = keras.layers.Dense, {"activation": "sigmoid"}
    return {
        "standard": keras.Sequential([
            keras.Input((9, words)), keras.layers.Flatten(), dense(UNITS, activation="tanh"), dense(9, **sigmoid),
            keras.layers.Reshape((9, 1)),
        ]),
        "word by word": keras.Sequential([keras.Input((None, words)), dense(UNITS, activation="tanh"), dense(1, **sigmoid)]),
        "recurrent": keras.Sequential([
            keras.Input((None, words)), keras.layers.SimpleRNN(UNITS, return_sequences=True), dense(1, **sigmoid),
        ]),
    }  # fmt: skip


def accuracy(seed: int) -> dict[str, dict[str, float]]:
    """The accuracy of each network on each question."""
    rng = np.random.default_rng(seed)
    train, new, moved = data.people(rng, 2000), data.people(rng, 480), data.people(rng, 480, moved=True)
    vocabulary = Vocabulary.build(word for sentence in train[0] for word in sentence)
    one_hot = np.eye(len(vocabulary), dtype="float32")

    def ids(sentences):
        return np.array([vocabulary.encode(sentence) for sentence in sentences])

    def share_right(model, examples, asked):
        sentences, is_name = examples
        given = model.predict(one_hot[ids(sentences)], batch_size=480, verbose=0)[..., 0]
        chosen = np.isin(ids(sentences), vocabulary.encode(asked))
        return round(float(((given > 0.5) == is_name)[chosen].mean()), 4)

    keras.utils.set_random_seed(seed)
    found = {}
    for name, model in networks(len(vocabulary)).items():
        model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")
        model.fit(dataset(one_hot[ids(train[0])], train[1][..., None], batch_size=64), epochs=4, verbose=0)
        questions = {"new": (new, vocabulary.tokens), "moved": (moved, MOVED), "two meanings": (new, DOUBLE)}
        found[name] = {question: share_right(model, *asked) for question, asked in questions.items()}
    return found


def coverage() -> dict[str, list[float]]:
    """The coverage of each third by vocabulary size; the largest size is everything that was read."""
    sentences = [[token.lower() for token in sentence if token.isalpha()] for sentence in data.load("brown")]
    if len(sentences) < 50_000:
        raise SystemExit("This needs the Brown corpus itself.")
    pages = [list(chain(*sentences[start : start + 100])) for start in range(0, len(sentences), 100)]
    found = {str(size or "all"): [] for size in SIZES}
    for third in range(3):
        read = [word for number, page in enumerate(pages) if number % 3 != third for word in page]
        unread = [word for number, page in enumerate(pages) if number % 3 == third for word in page]
        for size in SIZES:
            found[str(size or "all")].append(round(Vocabulary.build(read, max_size=size).coverage(unread), 4))
    return found


def main() -> None:
    record = Record("sequences")
    record.under(CONDITIONS, SEEDS)
    for seed in record.missing("accuracy", "recurrent", "two meanings"):
        found = accuracy(seed)
        record.add({("accuracy", name, question): share for name in found for question, share in found[name].items()})
    record.once(coverage, "coverage")


if __name__ == "__main__":
    main()
