"""The judge of assignment 06 counts names as `unroll.spans` does, which was compared with seqeval."""

from pathlib import Path

import numpy as np
import pytest
from autograder.judging.judge import load_judge
from unroll.spans import score_spans

pytestmark = pytest.mark.slow
TAGS = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-ORG", "I-ORG"]


@pytest.fixture(scope="module")
def checks():
    return load_judge(Path(__file__).parents[2] / "judges" / "06_ner.py").checks


def in_words(rows, lengths):
    return [[TAGS[tag] for tag in row[:length]] for row, length in zip(rows, lengths, strict=True)]


def test_scores_of_any_tags_are_those_of_the_package(checks):
    rng = np.random.default_rng(0)
    for _ in range(300):
        true, predicted = rng.integers(0, 7, size=(2, 5, 9))
        lengths = rng.integers(1, 10, size=5)
        words = in_words(true, lengths), in_words(predicted, lengths)
        true[np.arange(9) >= lengths[:, None]] = -1
        everything, *kinds = (score_spans(*words, kind) for kind in (None, "PER", "LOC", "ORG"))
        macro = np.mean([scores.f1 for scores in kinds if scores.true + scores.predicted])
        expected = everything.precision, everything.recall, everything.f1, macro
        assert checks["span_scores"].solution(true, predicted, checks["read_spans"].solution) == pytest.approx(expected)


def test_spans_that_do_not_overlap_come_back(checks):
    rng = np.random.default_rng(1)
    for _ in range(100):
        edges = np.sort(rng.choice(12, size=6, replace=False))
        spans = [(int(rng.integers(3)), int(start), int(end)) for start, end in edges.reshape(3, 2)]
        tags = checks["write_tags"].solution(rng.permutation(spans), 12)
        assert checks["read_spans"].solution(tags) == spans
