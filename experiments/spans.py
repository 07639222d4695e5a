"""What seqeval says about random tags, for lecture 12 and for the test of `unroll.spans`.

Run as ``python -m experiments.spans`` from the root of the repository, in an environment with seqeval (which the course does
not install: it is published as source alone); it takes a few seconds. It writes ``utils/src/unroll/measured/spans.json``: its
"version" of seqeval, and the "f1" of every seed, the micro average over the fifty sentences that `random_tags` draws.
"""

from importlib.metadata import version

import numpy as np

from experiments.record import Record

SEEDS = range(100)
CHOICES = ["O", "O", *(f"{mark}-{kind}" for mark in "BI" for kind in ("PER", "LOC", "ORG"))]
CONDITIONS = (
    "for each seed, fifty sentences of 1 to 12 words with two rows of random tags (a quarter O, B and I of three kinds, whatever came "
    "before); micro-averaged F1 of the second row given the first, in seqeval's default mode"
)


def random_tags(seed: int) -> tuple[list[list[str]], list[list[str]]]:
    """Two taggings of fifty sentences."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(1, 13, size=50)
    true, predicted = ([rng.choice(CHOICES, size=length).tolist() for length in lengths] for _ in range(2))
    return true, predicted


def by_seqeval(seed: int) -> float:
    from seqeval.metrics import f1_score

    return float(f1_score(*random_tags(seed), zero_division=0))


def main() -> None:
    record = Record("spans")
    record.under(CONDITIONS, SEEDS)
    record.once(lambda: version("seqeval"), "version")
    record.found["f1"] = [by_seqeval(seed) for seed in SEEDS]
    record.write()


if __name__ == "__main__":
    main()
