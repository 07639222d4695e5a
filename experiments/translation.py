"""French into English on the captions of Multi30k: the full profile of lecture 15.

Run as ``python -m experiments.translation`` from the root of the repository; it needs the network or a mirror
(``UNROLL_DATA_MIRROR``). It writes ``utils/src/unroll/measured/translation.json``: for each model, "attention" and "no attention", its
"parameters", and for every seed the "seconds" of training, the BLEU of greedy decoding on the development set after every epoch
("curve"), and on the test set the BLEU of greedy decoding ("greedy"), of beams ("beam"), the chrF of the beams ("chrf"), and the
power of the length by which their sums are divided ("alpha"), which the development set chooses; "dev" is its BLEU. What decides was
chosen on the development set, and the test set is read once for each seed. Text is lower-cased and tokenised as distributed, and
scored without further tokenisation. On a GPU a run takes four to five minutes. On two cores it has not been run to its
end. There the first 110 steps took 0.9 s each under JAX, with the compilation for every new shape, and 0.5 s without, so 16 epochs of 454
steps take 65 to 110 minutes, and the development set comes on top. Under TensorFlow a step takes 1.4 s, and 16 epochs nearly three hours.
"""

import time

import keras
import numpy as np
from keras import layers, ops
from unroll import data
from unroll.bleu import corpus_bleu, corpus_chrf
from unroll.text import EOS, Vocabulary, pad

from experiments.record import Record, machine
from experiments.training import by_length, climbing_cosine

SEEDS = {"attention": range(3), "no attention": range(1)}
BATCH, EPOCHS, RATE, SMOOTHING, DROPOUT = 64, 16, 1e-3, 0.1, 0.4
WIDTH, READS, WRITES = 256, 256, 512
BEAMS, POWERS = 5, (0.0, 0.5, 1.0)
CONDITIONS = (
    f"Multi30k, French to English, 29,000 pairs to train on, 1,014 dev, 1,000 test 2016; words that occur once are <UNK>; embeddings of "
    f"{WIDTH}, an encoder of GRUs of {READS} that reads both ways, a decoder of two GRUs of {WRITES}, the second of which reads what "
    f"attention to the states of the first gives; nothing pretrained; {DROPOUT} of embeddings and of what the softmax sees dropped, "
    f"targets smoothed by {SMOOTHING}; {EPOCHS} epochs in batches of {BATCH} of similar length; Adam, gradients clipped to norm 1, rate up to "
    f"{RATE} in the first twentieth of the steps and down to 0 along a cosine; {BEAMS} beams"
)
FAR = -1e9


class Translator:
    """Encoder and decoder: in one piece to be trained, and in two to translate.

    Parameters
    ----------
    french, english
        Sizes of the vocabularies.
    attention
        Whether the decoder looks at the encoder's states. Without it, it only starts from the last ones.
    """

    def __init__(self, french: int, english: int, attention: bool):
        start = keras.initializers.RandomNormal(stddev=0.1)
        self._of_x, self._of_y = (
            layers.Embedding(size, WIDTH, mask_zero=True, embeddings_initializer=start) for size in (french, english)
        )
        self._encoder = layers.Bidirectional(layers.GRU(READS, return_sequences=True, return_state=True))
        self._starts = [layers.Dense(WRITES, activation="tanh") for _ in range(2)]
        self._decoder, self._second = (layers.GRU(WRITES, return_sequences=True, return_state=True) for _ in range(2))
        self._query = layers.Dense(2 * READS, use_bias=False) if attention else None
        self._narrow, self._scores = layers.Dense(WIDTH, activation="tanh"), layers.Dense(english)
        self._drop = layers.Dropout(DROPOUT)
        x, reads = keras.Input((None,), dtype="int32"), keras.Input((None,), dtype="int32")
        h, *states = self._read(x)
        self.whole = keras.Model([x, reads], self._write(x, h, reads, states)[0])
        self.encoder = keras.Model(x, [h, *states])
        given = [keras.Input((None, 2 * READS)), keras.Input((WRITES,)), keras.Input((WRITES,))]
        self.step = keras.Model([x, reads, *given], self._write(x, given[0], reads, given[1:]))

    def _read(self, x):
        h, ahead, back = self._encoder(self._drop(self._of_x(x)))
        return h, *(start(layers.Concatenate()([ahead, back])) for start in self._starts)

    def _write(self, x, h, reads, states):
        s, first = self._decoder(self._drop(self._of_y(reads)), initial_state=states[0])
        seen = [s]
        if self._query:
            scores = ops.matmul(self._query(s), ops.transpose(h, (0, 2, 1)))
            alpha = ops.softmax(scores + FAR * ops.cast(ops.equal(x, 0), "float32")[:, None, :])
            seen.append(ops.matmul(alpha, h))
        upper, second = self._second(ops.concatenate(seen, axis=-1), initial_state=states[1])
        narrow = self._narrow(ops.concatenate([upper, *seen], axis=-1))
        return self._scores(self._drop(narrow)), first, second


def smoothed_loss(y, logits):
    """Cross-entropy with a share of each target spread over all words, the mean over words that are no padding."""
    log_p = ops.log_softmax(logits)
    right = ops.take_along_axis(log_p, ops.cast(y, "int32")[..., None], axis=-1)[..., 0]
    losses = -(1 - SMOOTHING) * right - SMOOTHING * ops.mean(log_p, axis=-1)
    real = ops.cast(y != 0, "float32")
    return ops.sum(losses * real) / ops.sum(real)


def wide(rows) -> np.ndarray:
    """Padded to a multiple of 8, so that few shapes are compiled."""
    ids = pad(rows)[0]
    return np.pad(ids, [(0, 0), (0, -ids.shape[1] % 8)])


class Corpus:
    """Pairs of sentences, their words as ids."""

    def __init__(self, pairs, french: Vocabulary, english: Vocabulary):
        self.references = [[target.split()] for target, _ in pairs]
        self.x = [french.encode(source.split()) for _, source in pairs]
        self.y = [english.encode([EOS, *target.split(), EOS]) for target, _ in pairs]


def translate(model: Translator, corpus: Corpus, english: Vocabulary, beams: int, powers=(0.0,)) -> list[list[list[str]]]:
    """The best of the beams of each sentence, once for each power of the length that their sums are divided by."""
    chosen: dict[int, list[list[str]]] = {}
    eos, unknown = english.encode([EOS, "<UNK>"])
    for batch in by_length(corpus.x, 128):
        finished = beam_search(model, wide([corpus.x[i] for i in batch]), eos, unknown, beams)
        for i, ends in zip(batch, finished, strict=True):
            best = [max(ends, key=lambda end: end[0] / (len(end[1]) + 1) ** power)[1] for power in powers]
            chosen[i] = [english.decode(ids) for ids in best]
    return [[chosen[i][place] for i in range(len(corpus.x))] for place in range(len(powers))]


def beam_search(model: Translator, x: np.ndarray, eos: int, unknown: int, beams: int) -> list[list[tuple[float, list[int]]]]:
    """For each row its finished beams: the sum of log P, and the ids without <EOS>."""
    m, longest = len(x), x.shape[1] + 8
    h, *states = (np.repeat(part, beams, axis=0) for part in model.encoder.predict_on_batch(x))
    x = np.repeat(x, beams, axis=0)
    sums = np.where(np.arange(beams) == 0, 0.0, -np.inf) * np.ones((m, 1))
    written = np.full((m * beams, 1), eos)
    finished: list[list[tuple[float, list[int]]]] = [[] for _ in range(m)]
    for _ in range(longest):
        logits, *states = model.step.predict_on_batch([x, written[:, -1:], h, *states])
        scores = logits[:, 0].astype(float)
        scores[:, [0, unknown]] = -np.inf  # neither padding nor <UNK> is a translation
        scores -= scores.max(axis=1, keepdims=True)
        log_p = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        total = (sums[:, :, None] + log_p.reshape(m, beams, -1)).reshape(m, -1)
        words = log_p.shape[1]
        best = np.argpartition(-total, 2 * beams, axis=1)[:, : 2 * beams]
        best = np.take_along_axis(best, np.argsort(-np.take_along_axis(total, best, axis=1), axis=1), axis=1)
        parents = np.zeros((m, beams), int)
        ids = np.zeros((m, beams), int)
        for row in range(m):
            alive = 0
            for rank, place in enumerate(best[row]):
                parent, word = divmod(int(place), words)
                value = float(total[row, place])
                if word == eos and rank < beams and np.isfinite(value):
                    finished[row].append((value, written[row * beams + parent, 1:].tolist()))
                elif word != eos and alive < beams:
                    parents[row, alive], ids[row, alive], sums[row, alive] = row * beams + parent, word, value
                    alive += 1
        chosen = parents.ravel()
        written = np.concatenate([written[chosen], ids.reshape(-1, 1)], axis=1)
        states = [state[chosen] for state in states]
        if all(len(ends) >= beams for ends in finished):
            break
    for row in range(m):  # what did not end in time
        finished[row] = finished[row] or [(float(sums[row, 0]), written[row * beams, 1:].tolist())]
    return finished


def bleu(outputs: list[list[str]], corpus: Corpus) -> float:
    return round(corpus_bleu(outputs, corpus.references).score, 2)


def trained(model: Translator, corpus: Corpus, seed: int, after_epoch) -> None:
    rng = np.random.default_rng(seed)
    steps = EPOCHS * len(by_length(corpus.y, BATCH))
    model.whole.compile(keras.optimizers.Adam(climbing_cosine(RATE, steps), clipnorm=1.0), smoothed_loss)
    for _ in range(EPOCHS):
        for chosen in by_length(corpus.y, BATCH, rng):
            y = wide([corpus.y[i] for i in chosen])
            model.whole.train_on_batch([wide([corpus.x[i] for i in chosen]), y[:, :-1]], y[:, 1:])
        after_epoch()


def main() -> None:
    record = Record("translation")
    record.once(machine, "machine")
    splits = data.load("multi30k")
    english, french = (
        Vocabulary.build((word for pair in splits["train"] for word in pair[side].split()), min_count=2) for side in (0, 1)
    )
    corpora = {name: Corpus(splits[name], french, english) for name in ("train", "dev", "test")}
    for name, seeds in SEEDS.items():
        record.under(CONDITIONS, seeds, name)
        for seed in record.missing(name, "beam"):
            keras.utils.set_random_seed(seed)
            model = Translator(len(french), len(english), attention=name == "attention")
            record.once(model.whole.count_params, name, "parameters")
            curve: list[float] = []
            clock = [0.0, time.monotonic()]

            def after_epoch(model=model, curve=curve, clock=clock):
                clock[0] += time.monotonic() - clock[1]
                curve.append(bleu(translate(model, corpora["dev"], english, 1)[0], corpora["dev"]))
                print("translation", len(curve), round(clock[0]), curve[-1], flush=True)
                clock[1] = time.monotonic()

            trained(model, corpora["train"], seed, after_epoch)
            on_dev = [bleu(outputs, corpora["dev"]) for outputs in translate(model, corpora["dev"], english, BEAMS, POWERS)]
            alpha = POWERS[int(np.argmax(on_dev))]
            beam = translate(model, corpora["test"], english, BEAMS, (alpha,))[0]
            found = {
                "seconds": round(clock[0]),
                "curve": curve,
                "greedy": bleu(translate(model, corpora["test"], english, 1)[0], corpora["test"]),
                "alpha": alpha,
                "dev": max(on_dev),
                "beam": bleu(beam, corpora["test"]),
                "chrf": round(corpus_chrf(beam, corpora["test"].references), 2),
            }
            record.add({(name, key): value for key, value in found.items()})


if __name__ == "__main__":
    main()
