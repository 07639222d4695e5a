"""What sacrebleu says about made-up corpora, for lecture 15 and for the test of `unroll.bleu`.

Run as ``python -m experiments.bleu`` from the root of the repository; it takes a few seconds. It writes
``utils/src/unroll/measured/bleu.json``: the "version" of sacrebleu, and for every seed its BLEU with and without smoothing
("smoothed", "plain") and its "chrf" of the corpus that `random_corpus` draws.
"""

import logging
from importlib.metadata import version
from itertools import zip_longest

import numpy as np
import sacrebleu

from experiments.record import Record

SEEDS = range(100)
WORDS = "the a cat dog mat is on sits".split()
CONDITIONS = (
    "for each seed, five candidates of 0 to 12 words with one to three references of 1 to 12, all drawn from eight words, and the "
    "candidate's beginning from a reference; tokenize none, smooth_method exp or none, effective_order off; chrF2"
)
METRICS = {
    "smoothed": sacrebleu.BLEU(tokenize="none", smooth_method="exp"),
    "plain": sacrebleu.BLEU(tokenize="none", smooth_method="none"),
    "chrf": sacrebleu.CHRF(),
}
Corpus = tuple[list[list[str]], list[list[list[str]]]]


def random_corpus(seed: int) -> Corpus:
    """Candidates, and the references of each."""
    rng = np.random.default_rng(seed)
    candidates, references = [], []
    for _ in range(5):
        known = [rng.choice(WORDS, size=rng.integers(1, 13)).tolist() for _ in range(rng.integers(1, 4))]
        candidates.append(known[0][: rng.integers(13)] + rng.choice(WORDS, size=rng.integers(4)).tolist())
        references.append(known)
    return candidates, references


def by_sacrebleu(metric, corpus: Corpus) -> float:
    logging.getLogger("sacrebleu").setLevel(logging.ERROR)  # it warns of texts that look tokenised, which these are
    candidates, references = corpus
    streams = zip_longest(*([" ".join(words) for words in known] for known in references))
    return metric.corpus_score([" ".join(words) for words in candidates], list(streams)).score


def main() -> None:
    record = Record("bleu")
    record.under(CONDITIONS, SEEDS)
    record.once(lambda: version("sacrebleu"), "version")
    for name, metric in METRICS.items():
        record.found[name] = [by_sacrebleu(metric, random_corpus(seed)) for seed in SEEDS]
    record.write()


if __name__ == "__main__":
    main()
