"""The file that an experiment writes: what is there is not run again, and results of other conditions do not mix."""

import json
from itertools import pairwise, product
from types import SimpleNamespace

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr
from unroll.bleu import corpus_bleu, corpus_chrf
from unroll.results import results
from unroll.spans import score_spans
from unroll.training import dataset

from experiments.bleu import METRICS, by_sacrebleu, random_corpus
from experiments.captions import captioner
from experiments.pytorch import KINDS, in_torch
from experiments.reader import Restarted
from experiments.record import Record
from experiments.results import TABLE, captions, every_row, short_table, table
from experiments.spans import by_seqeval, random_tags
from experiments.tagging import Coder, legal
from experiments.translation import beam_search
from experiments.word2vec import paired
from tools.readme import README


def run(folder, seeds, conditions="ten words"):
    """An experiment whose result is its seed, tenfold. Gives the seeds that it has run."""
    record = Record("toy", folder)
    record.under(conditions, seeds, "reach")
    ran = record.missing("reach", "accuracy", "GRU")
    for seed in ran:
        record.add({("reach", "accuracy", "GRU"): 10 * seed})
    return ran


def test_only_the_missing_seeds_are_run(tmp_path):
    assert run(tmp_path, range(2)) == [0, 1]
    assert run(tmp_path, range(4)) == [2, 3]
    assert run(tmp_path, range(4)) == []
    written = json.loads((tmp_path / "toy.json").read_text())
    assert written["reach"] == {"conditions": "ten words", "seeds": [0, 1, 2, 3], "accuracy": {"GRU": [0, 10, 20, 30]}}
    assert written["command"] == "python -m experiments.toy"


def test_a_command_that_was_stopped_goes_on(tmp_path):
    record = Record("toy", tmp_path)
    record.under("ten words", range(3), "reach")
    record.add({("reach", "accuracy", "GRU"): 0})
    assert run(tmp_path, range(3)) == [1, 2]


def test_what_is_found_once_is_found_once(tmp_path):
    found = iter([1, 2])
    for _ in range(2):
        Record("toy", tmp_path).once(lambda: next(found), "text", "words")
    assert Record("toy", tmp_path).found["text"] == {"words": 1}


def test_results_under_other_conditions_do_not_mix(tmp_path):
    run(tmp_path, range(2))
    with pytest.raises(SystemExit, match=r"toy\.json has other conditions of reach: 'ten words', not '20 words'\. Delete"):
        run(tmp_path, range(2), "20 words")


def test_results_of_other_versions_do_not_mix(tmp_path):
    run(tmp_path, range(2))
    written = json.loads((tmp_path / "toy.json").read_text())
    written["versions"]["numpy"] = "0.1"
    (tmp_path / "toy.json").write_text(json.dumps(written))
    with pytest.raises(SystemExit, match="other versions"):
        Record("toy", tmp_path)


def test_the_captioner_of_the_results_table_has_the_parameters_that_it_says():
    assert {row.parameters for row in captions()} == {captioner("no places").count_params()}


def test_the_results_table_is_that_of_the_stored_results():
    stored = TABLE.read_text()
    assert table(every_row()) in stored, "make results writes it"
    assert short_table(every_row()) in README.read_text(), "make results writes it"
    assert all(line.count("|") == 13 for line in stored.splitlines() if line.startswith("|"))


class Bigrams:
    """In place of a translator: the next word depends on the last one alone."""

    def __init__(self, logits: np.ndarray):
        self.logits, self.encoder, self.step = logits, SimpleNamespace(), SimpleNamespace()
        self.encoder.predict_on_batch = lambda x: (x, np.zeros((len(x), 1)))
        self.step.predict_on_batch = lambda given: (logits[given[1]], *given[3:])


@given(st.integers(0, 10**6))
def test_many_beams_find_the_likeliest_translation(seed):
    logits = np.random.default_rng(seed).normal(size=(5, 5))
    logits[:, 2] += 2  # <EOS>, so that long sentences are unlikely
    log_p = logits - np.log(
        np.exp(logits[:, 2:]).sum(axis=1, keepdims=True)
    )  # ids 0 and 1, padding and <UNK>, are never written
    every = {
        words: sum(log_p[one, two] for one, two in pairwise((2, *words, 2)))
        for length in range(7)
        for words in product((3, 4), repeat=length)
    }
    (ends,) = beam_search(Bigrams(logits), np.zeros((1, 3), int), eos=2, unknown=1, beams=64)
    total, words = max(ends)
    assert total == pytest.approx(max(every.values()))
    assert total == pytest.approx(every[tuple(words)])


def test_legal_tags_are_told_from_illegal_ones():
    coder = Coder([["Rose", "sings"]], [["B-PER", "I-PER", "O", "B-LOC", "I-LOC"]])
    names = coder.tags.decode(range(3, len(coder.tags)))
    scores = np.full((3, len(coder.tags)), -9.0)
    for row, likes in zip(
        scores, ({"O": 2.0, "B-PER": 1.5}, {"I-PER": 2.0, "I-LOC": 2.1}, {"I-LOC": 2.0, "O": 1.8}), strict=True
    ):
        row[[3 + names.index(tag) for tag in likes]] = list(likes.values())
    assert coder.tagged(scores) == (["B-PER", "I-PER", "O"], ["O", "I-LOC", "I-LOC"])


@given(st.lists(st.lists(st.floats(-50, 50), min_size=5, max_size=5), min_size=1, max_size=4))
def test_viterbi_finds_the_best_of_all_legal_rows(logits):
    coder = Coder([["Rose"]], [["B-PER", "I-PER", "O", "B-LOC", "I-LOC"]])
    names = coder.tags.decode(range(3, len(coder.tags)))
    scores = np.array([[0.0] * 3 + row for row in logits])

    def total(row):
        return sum(scores[t, 3 + names.index(tag)] for t, tag in enumerate(row))

    rows = [row for row in product(names, repeat=len(logits)) if all(legal(*pair) for pair in pairwise(["O", *row]))]
    found = tuple(coder.tagged(scores)[0])
    assert found in rows and total(found) == pytest.approx(max(map(total, rows)))


def test_answers_and_bins_on_sst2_give_the_accuracies():
    stored = results("sentiment")["sst2"]
    for model, accuracies in stored["accuracy"].items():
        right = [np.mean([int(one) for one in answers]) for answers in stored["answers"][model]]
        binned = [np.average(found["right"], weights=found["count"]) for found in stored["bins"][model]]
        np.testing.assert_allclose([right, binned], [accuracies] * 2, rtol=0, atol=1e-4)


def test_cosines_of_word_vectors_give_the_correlations_and_their_difference():
    stored = results("word2vec")
    for program in ("Keras", "gensim"):
        again = [spearmanr(stored["people"], cosines).statistic for cosines in stored[program]["cosines"]]
        np.testing.assert_allclose(again, stored[program]["rho"], rtol=0, atol=1e-4)
    assert paired(stored) == stored["difference"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_stored_column_of_pytorch_is_what_pytorch_gives(kind):
    pytest.importorskip("torch")
    stored = results("pytorch")
    again = [in_torch(kind, seed) for seed in stored["seeds"]]
    np.testing.assert_allclose(again, stored["output"][kind.__name__], rtol=0, atol=1e-6)


def test_f1_is_that_of_seqeval():
    """The stored values are seqeval's, over five thousand sentences with random tags, illegal rows among them."""
    stored = results("spans")
    ours = [score_spans(*random_tags(seed)).f1 for seed in stored["seeds"]]
    np.testing.assert_allclose(ours, stored["f1"], rtol=0, atol=1e-12)
    assert len(ours) == 100 and len(set(ours)) > 80


def test_the_stored_values_of_seqeval_are_what_seqeval_gives():
    pytest.importorskip("seqeval")
    stored = results("spans")
    assert [by_seqeval(seed) for seed in stored["seeds"]] == stored["f1"]


def test_bleu_and_chrf_are_the_stored_ones_and_those_are_sacrebleus():
    stored = results("bleu")
    corpora = [random_corpus(seed) for seed in stored["seeds"]]
    ours = {
        "smoothed": [corpus_bleu(*corpus, smooth=True).score for corpus in corpora],
        "plain": [corpus_bleu(*corpus).score for corpus in corpora],
        "chrf": [corpus_chrf(*corpus) for corpus in corpora],
    }
    for name, scores in ours.items():
        np.testing.assert_allclose(scores, stored[name], rtol=0, atol=1e-9)
        np.testing.assert_allclose([by_sacrebleu(METRICS[name], corpus) for corpus in corpora], stored[name], rtol=0, atol=1e-9)
    assert len(set(ours["smoothed"])) > 80


def test_a_restarted_model_repeats_its_first_training():
    def network():
        return keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])

    keras.utils.set_random_seed(0)
    model, start = network(), network()
    model.compile(keras.optimizers.Adam(0.1), "mse")
    restarted = Restarted(model)
    x = np.random.default_rng(0).normal(size=(8, 3)).astype("float32")

    def trained():
        running = restarted.start(start)
        running.fit(dataset(x, x[:, :1], batch_size=4, shuffle=False), epochs=2, verbose=0)
        return running.get_weights()

    first, second = trained(), trained()
    np.testing.assert_array_equal(first[0], second[0])
    assert abs(first[0] - start.get_weights()[0]).max() > 0.05
