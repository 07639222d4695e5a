"""Skip-gram in Keras beside gensim's on the Brown corpus, with the same options: lecture 11.

Run as ``python -m experiments.word2vec`` from the root of the repository; it takes about ten minutes on one idle core, and the Brown
corpus comes from the network or a mirror (``UNROLL_DATA_MIRROR``). It writes ``utils/src/unroll/measured/word2vec.json``.

``words`` counts the words of the text, ``parameters`` the numbers that are trained, ``covered`` the pairs of WordSim-353 with both
words in the text; ``people`` is what people said of these pairs. By program, for each seed: ``rho``, Spearman's correlation with
people; ``cosines``, from which it comes, in the order of the pairs; and ``seconds`` of CPU time. ``difference`` is the mean ``rho``
of Keras less that of gensim, with its interval.

The learning rates come from a few shorter runs with seed 100, which is not among those here.
"""

import time

import numpy as np
from gensim.models import Word2Vec
from scipy.stats import rankdata, spearmanr
from unroll import data
from unroll.text import Vocabulary
from unroll.word2vec import skip_gram_vectors

from experiments.record import Record, machine

SEEDS, EPOCHS = range(5), 8
SIZE, WINDOW, NEGATIVE, THRESHOLD = 50, 5, 5, 1e-4
BATCH, RATE, ALPHA = 16384, 0.02, 0.05
CONDITIONS = (
    f"the Brown corpus in small letters, words that occur five times or more; vectors of {SIZE} entries, window {WINDOW}, "
    f"{NEGATIVE} negatives, s = {THRESHOLD:g}, {EPOCHS} epochs; Keras: Adam({RATE:g}), batches of {BATCH} pairs; gensim: rate "
    f"{ALPHA:g}, falling to 0.0001, one thread; rates chosen on another seed"
)
DRAWS = 2000


def encoded() -> tuple[list[np.ndarray], Vocabulary]:
    """The sentences as ids of words that occur often enough; the others and what is no word are left out."""
    text = [[word.lower() for word in sentence if word[0].isalnum()] for sentence in data.load("brown")]
    vocabulary = Vocabulary.build((word for sentence in text for word in sentence), min_count=5)
    return [ids[ids > 2] for ids in map(vocabulary.encode, text)], vocabulary


def by_gensim(text: list[np.ndarray], vocabulary: Vocabulary, seed: int) -> np.ndarray:
    words = [vocabulary.decode(ids) for ids in text]
    trained = Word2Vec(
        words, vector_size=SIZE, window=WINDOW, min_count=1, sg=1, negative=NEGATIVE, sample=THRESHOLD, epochs=EPOCHS,
        alpha=ALPHA, seed=seed, workers=1,
    ).wv  # fmt: skip
    vectors = np.zeros((len(vocabulary), SIZE), "float32")
    vectors[vocabulary.encode(trained.index_to_key)] = trained.vectors
    return vectors


def by_keras(text: list[np.ndarray], vocabulary: Vocabulary, seed: int) -> np.ndarray:
    return skip_gram_vectors(
        text, len(vocabulary), size=SIZE, window=WINDOW, negative=NEGATIVE, threshold=THRESHOLD, epochs=EPOCHS, batch_size=BATCH,
        rate=RATE, seed=seed,
    )  # fmt: skip


PROGRAMS = {"Keras": by_keras, "gensim": by_gensim}


def covered(vocabulary: Vocabulary) -> list[tuple[str, str, float]]:
    asked = [(first.lower(), second.lower(), score) for first, second, score in data.load("wordsim353")]
    return [pair for pair in asked if pair[0] in vocabulary and pair[1] in vocabulary]


def cosines(vectors: np.ndarray, vocabulary: Vocabulary) -> np.ndarray:
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    first, second = (vocabulary.encode(words) for words in list(zip(*covered(vocabulary), strict=True))[:2])
    return (unit[first] * unit[second]).sum(axis=1)


def paired(found: dict) -> dict[str, object]:
    """The mean correlation of Keras less that of gensim, and its 95 % interval: pairs of words and seeds are drawn again, with
    replacement, the same pairs for both programs."""
    people, rng, drawn = np.array(found["people"]), np.random.default_rng(0), []
    runs = [np.array(found[program]["cosines"]) for program in PROGRAMS]
    for _ in range(DRAWS):
        pairs = rng.integers(len(people), size=len(people))
        means = []
        for of_one in runs:
            again = of_one[rng.integers(len(of_one), size=len(of_one))][:, pairs]
            means.append(np.corrcoef(rankdata(people[pairs]), rankdata(again, axis=1))[0, 1:].mean())
        drawn.append(means[0] - means[1])
    mean = np.subtract(*(np.mean(found[program]["rho"]) for program in PROGRAMS))
    return {"mean": round(float(mean), 4), "interval": np.percentile(drawn, [2.5, 97.5]).round(4).tolist()}


def main() -> None:
    record = Record("word2vec")
    record.under(CONDITIONS, SEEDS)
    record.once(machine, "machine")
    text, vocabulary = encoded()
    people = [score for *_, score in covered(vocabulary)]
    counts = {"words": sum(map(len, text)), "parameters": 2 * SIZE * len(vocabulary), "covered": len(people), "people": people}
    for key, value in counts.items():
        record.once(lambda value=value: value, key)
    for name, program in PROGRAMS.items():
        for seed in record.missing(name, "rho"):
            start = time.process_time()
            vectors = program(text, vocabulary, seed)
            seconds = time.process_time() - start
            of_pairs = cosines(vectors, vocabulary).round(4)
            record.add({
                (name, "rho"): round(float(spearmanr(people, of_pairs).statistic), 4),
                (name, "cosines"): of_pairs.astype(float).round(4).tolist(),
                (name, "seconds"): round(seconds, 1),
            })  # fmt: skip
    record.found["difference"] = paired(record.found)
    record.write()


if __name__ == "__main__":
    main()
