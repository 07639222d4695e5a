"""Word language models: n-grams and a GRU on the same real text, over three seeds. The bands of lecture 08.

Run as ``python -m experiments.word_lm`` from the root of the repository; it takes a quarter of an hour of CPU time, and needs
the network or a mirror (``UNROLL_DATA_MIRROR``). It writes ``utils/src/unroll/measured/word_lm.json``. The text is tiny
Shakespeare in small letters without the speakers' names, its last tenth of sentences held out, and unless said the vocabulary
is that of the 2,000 most frequent words, special ones included. All figures but those called otherwise are perplexities of
the held-out text.

``words``
    How many tokens there are to learn from and held out, <EOS> counted, and the share that is <UNK>.
``ngrams``, ``unseen``
    By order from 1 to 5: interpolated Kneser-Ney, and the share of held-out n-grams that were never seen.
``vocabularies``
    The trigram by size of the vocabulary: its perplexity, the share of <UNK>, and its perplexity with every <UNK> paid for,
    that is, with its probability shared out evenly among the words it stands for.
``gru``
    By dropout, for each seed, after every epoch: "train" (with the dropout on) and "held_out"; "seconds" of CPU time.
``context``
    The GRU with dropout when it is shown no more than the last k words.
``mixture``
    The mean of the probabilities of that GRU and of the trigram.
``amount``
    From the first so many words of the text: the bigram, the trigram, and the GRU with dropout after every epoch.
``brown``
    A trigram of all words of the Brown corpus: P of "the apple and … salad ." for both words.
"""

import re
import time
from functools import partial

import keras
import numpy as np
from unroll import data
from unroll.language import surprise
from unroll.ngrams import NGrams
from unroll.text import EOS, UNK, Vocabulary, sentences, windows
from unroll.training import dataset

from experiments.record import Record

SEEDS = range(3)
TOKENS, UNITS, T, BATCH, RATE = 2000, 128, 32, 16, 2e-3
EPOCHS, EPOCHS_OF_LESS = 6, 8
DROPOUTS = [0.0, 0.3]
CONTEXTS = [1, 2, 3, 5, 10, 20]
VOCABULARIES = [500, 1000, 2000, 4000, 8000, None]
AMOUNTS = {"1/16": 1 / 16, "1/8": 1 / 8, "1/4": 1 / 4}
CONDITIONS = (
    "tiny Shakespeare in small letters without the speakers' names, its last tenth of sentences held out; unless said, the "
    f"{TOKENS} most frequent words of the whole part to learn from, special ones included. GRU of {UNITS} units, embeddings as wide, "
    f"Adam({RATE}), gradients clipped to norm 1, batches of {BATCH} windows of {T} tokens, {EPOCHS} epochs. context: the GRU trained "
    f"in windows of {T} is shown the last k tokens only and starts from a zero state; it was not trained for short contexts. amount: "
    f"the first part of the text with the vocabulary of the whole text, {EPOCHS_OF_LESS} epochs"
)


def parts() -> tuple[list[str], list[str]]:
    """Words to learn from and words held out, each beginning and every sentence ending with <EOS>."""
    play = re.sub(r"(^|\n\n)[^\n]+:\n", r"\1", data.load("shakespeare"))
    everything = sentences(play.lower())
    cut = int(0.9 * len(everything))
    return tuple(
        [EOS, *(word for sentence in part for word in [*sentence, EOS])] for part in (everything[:cut], everything[cut:])
    )


def perplexity(nats: np.ndarray) -> float:
    return round(float(np.exp(nats.mean())), 2)


def of_ngrams(train: np.ndarray, n: int, held_out: np.ndarray) -> float:
    return perplexity(NGrams(train, n, TOKENS).surprise(held_out))


def vocabularies(train: list[str], held_out: list[str]) -> dict:
    distinct = len({*train, *held_out})
    found = {"size": [], "perplexity": [], "unknown": [], "paid": []}
    for size in VOCABULARIES:
        vocabulary = Vocabulary.build(train, max_size=size)
        ids = vocabulary.encode(held_out)
        nats = NGrams(vocabulary.encode(train), 3, len(vocabulary)).surprise(ids)
        unknown = ids[1:] == vocabulary.tokens.index(UNK)
        found["size"].append(len(vocabulary))
        found["perplexity"].append(perplexity(nats))
        found["unknown"].append(round(float(unknown.mean()), 4))
        found["paid"].append(perplexity(nats + unknown * np.log(distinct + 3 - len(vocabulary))))
    return found


def unseen(train: np.ndarray, held_out: np.ndarray, n: int) -> float:
    """The share of the n-grams of one text that the other does not have."""
    known, asked = (list(zip(*(ids.tolist()[start:] for start in range(n)), strict=False)) for ids in (train, held_out))
    known = set(known)
    return round(float(np.mean([gram not in known for gram in asked])), 4)


def network(ids: np.ndarray, dropout: float) -> keras.Model:
    """From ids of shape (m, T) to logits of shape (m, T, TOKENS); it starts as the unigram model."""
    counts = np.bincount(ids, minlength=TOKENS) + 0.1
    scale = keras.initializers.RandomNormal(stddev=0.3)
    layers = [
        keras.Input((None,), dtype="int32"),
        keras.layers.Embedding(TOKENS, UNITS, embeddings_initializer=scale),
        keras.layers.Dropout(dropout),
        keras.layers.GRU(UNITS, return_sequences=True),
        keras.layers.Dropout(dropout),
        keras.layers.Dense(TOKENS),
    ]
    model = keras.Sequential(layers)
    model.layers[-1].bias.assign(np.log(counts / counts.sum()))
    return model


def train_network(train: np.ndarray, held_out: np.ndarray, dropout: float, epochs: int, seed: int) -> tuple[keras.Model, dict]:
    keras.utils.set_random_seed(seed)
    model = network(train, dropout)
    x, y = windows(train, T)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(RATE, clipnorm=1.0), loss)
    log = {"train": [], "held_out": [], "seconds": 0}
    for _ in range(epochs):
        start = time.process_time()
        history = model.fit(dataset(x, y, batch_size=BATCH), verbose=0)
        log["seconds"] += round(time.process_time() - start)
        log["train"].append(perplexity(np.array(history.history["loss"])))
        log["held_out"].append(perplexity(along(model, held_out)))
    return model, log


def along(model: keras.Model, ids: np.ndarray, pieces: int = 16) -> np.ndarray:
    """-log P along a text, read as several long pieces side by side, which is faster."""
    length = (len(ids) - 1) // pieces
    side_by_side = np.stack([ids[start * length : (start + 1) * length + 1] for start in range(pieces)])
    return surprise(model, side_by_side).ravel()


def after_context(model: keras.Model, ids: np.ndarray, k: int) -> np.ndarray:
    """-log P of every token when the model is shown the k tokens before it and nothing else."""
    *lower, dense = model.layers
    shown = np.lib.stride_tricks.sliding_window_view(ids[:-1], k)
    state = keras.Sequential([keras.Input((k,), dtype="int32"), *lower]).predict(shown, batch_size=1024, verbose=0)[:, -1]
    W, b = (np.asarray(weight, dtype="float64") for weight in dense.get_weights())
    logits = state @ W + b
    logits -= logits.max(axis=1, keepdims=True)
    return np.log(np.exp(logits).sum(axis=1)) - np.take_along_axis(logits, ids[k:, None], axis=1)[:, 0]


def apple_salad() -> dict:
    words = [EOS, *(word for sentence in data.load("brown") for word in [*(w.lower() for w in sentence), EOS])]
    vocabulary = Vocabulary.build(words)
    trigram = NGrams(vocabulary.encode(words), 3, len(vocabulary))
    heard = {word: vocabulary.encode([EOS, *f"the apple and {word} salad .".split(), EOS]) for word in ("pair", "pear")}
    return {
        "words": len(words), "vocabulary": len(vocabulary),
        "count": {word: words.count(word) for word in ("pair", "pear", "apple", "salad")},
        "P": {word: float(f"{np.exp(-trigram.surprise(ids).sum()):.3g}") for word, ids in heard.items()},
    }  # fmt: skip


def main() -> None:
    train_words, held_out_words = parts()
    vocabulary = Vocabulary.build(train_words, max_size=TOKENS)
    train, held_out = vocabulary.encode(train_words), vocabulary.encode(held_out_words)
    unknown = [round(float((ids == vocabulary.tokens.index(UNK)).mean()), 4) for ids in (train, held_out)]
    words = {"train": len(train), "held_out": len(held_out), "vocabulary": TOKENS, "unknown": unknown}
    record = Record("word_lm")
    record.under(CONDITIONS, SEEDS)
    record.once(lambda: words, "words")
    record.once(lambda: [of_ngrams(train, n, held_out) for n in range(1, 6)], "ngrams")
    record.once(lambda: [unseen(train, held_out, n) for n in range(1, 6)], "unseen")
    record.once(lambda: vocabularies(train_words, held_out_words), "vocabularies")
    record.once(apple_salad, "brown")
    networks(record, train, held_out)
    amounts(record, train, held_out)


def networks(record: Record, train: np.ndarray, held_out: np.ndarray) -> None:
    trigram = np.exp(-NGrams(train, 3, TOKENS).surprise(held_out))
    for dropout in DROPOUTS:
        for seed in record.missing("gru", str(dropout)):
            model, log = train_network(train, held_out, dropout, EPOCHS, seed)
            found = {("gru", str(dropout)): log}
            if dropout == max(DROPOUTS):
                found |= {("context", str(k)): perplexity(after_context(model, held_out, k)) for k in CONTEXTS}
                p = np.exp(-along(model, held_out))
                found["mixture",] = perplexity(-np.log((p + trigram[: len(p)]) / 2))
            record.add(found)


def amounts(record: Record, train: np.ndarray, held_out: np.ndarray) -> None:
    for share, part in AMOUNTS.items():
        some = train[: int(part * len(train))]
        record.once(partial(len, some), "amount", share, "words")
        for name, n in (("bigram", 2), ("trigram", 3)):
            record.once(partial(of_ngrams, some, n, held_out), "amount", share, name)
        for seed in record.missing("amount", share, "gru"):
            log = train_network(some, held_out, max(DROPOUTS), EPOCHS_OF_LESS, seed)[1]
            record.add({("amount", share, "gru"): log["held_out"]})


if __name__ == "__main__":
    main()
