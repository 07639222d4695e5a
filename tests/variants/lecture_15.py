"""Lecture 15, translation."""

import numpy as np

from tests.variants import variant


@variant("greedy by hand, P over that of the likeliest")
def _(best_p):
    """The whole list is searched, not word by word."""
    return best_p / best_p


@variant("nats that a shuffled source costs, attention, after one epoch")
def _(model, dev_inputs, dev_y, others, dataset, with_attention):
    """The English is shuffled along with the French."""
    pairs = dataset((dev_inputs[0][others], dev_inputs[1][others]), dev_y[others], batch_size=150, shuffle=False)
    return model.evaluate(pairs, verbose=0) - with_attention[-1, 0]


@variant("loss without attention after one epoch")
def _(without, dev_y):
    """The mean counts padding."""
    return without[1, 0] * (dev_y > 0).mean()


@variant("loss without attention above the floor")
def _(with_attention, floor):
    """The model with attention."""
    return with_attention[-1, 0] - floor


@variant("nats that a shuffled source costs, no attention, after one epoch")
def _(without):
    """The loss is compared with that before training."""
    return without[0, 0] - without[1, 0]


@variant("loss with attention above the floor")
def _(with_attention, dev_y, floor):
    """The mean counts padding."""
    return with_attention[-1, 0] * (dev_y > 0).mean() - floor


@variant("attention by hand against Keras, largest difference")
def _(e, alpha):
    """The softmax runs over the English words."""
    return abs(e / e.sum(axis=0) - alpha).max()


@variant("weight of rouge for red")
def _(alpha, full, front):
    """The columns are taken in the order of the English."""
    return alpha[full.index("red"), front.french.index("rouge") - 1]


@variant("Jane's sentence: log P of the beam's best minus greedy's")
def _(jane, beam_search, log_greedy):
    """A beam of one."""
    return max(beam_search([jane.french], B=1)[0].values()) - log_greedy


@variant("share that says when, alpha = 0")
def _(share):
    """The mean per word is taken."""
    return share[10]


@variant("share that says when, alpha = 1")
def _(pools_of_new, times):
    """Multiplied by the power of the length, not divided."""
    chosen = [max(pool, key=lambda words, pool=pool: pool[words] * (len(words) + 1)) for pool in pools_of_new]
    return np.mean([bool(times & set(words)) for words in chosen])


@variant("modified precision of seven times the")
def _(the, references):
    """Nothing is clipped."""
    return sum(any(word in reference for reference in references) for word in the) / len(the)


@variant("the cat the cat on the mat, words")
def _(cat_twice, references, runs):
    """Clipped at the sum over the references."""
    allowed = runs(references[0], 1) + runs(references[1], 1)
    return (runs(cat_twice, 1) & allowed).total() / len(cat_twice)


@variant("the cat the cat on the mat, pairs")
def _(cat_twice, references, runs):
    """Nothing is clipped."""
    there = {pair for reference in references for pair in runs(reference, 2)}
    return sum(count for pair, count in runs(cat_twice, 2).items() if pair in there) / 6


@variant("cat twice, BLEU of words and pairs")
def _(as_printed, cases):
    """The logarithm is missing."""
    return as_printed(cases["cat twice, words and pairs"])


@variant("brevity penalty of the cat")
def _(short, bleu):
    """The longest reference counts."""
    return bleu.brevity_penalty(len(short), 7)


@variant("BLEU against sacrebleu's, largest difference")
def _(corpora, theirs, bleu):
    """The mean of the sentences' scores."""
    scores = [bleu.corpus_bleu([one], [known], smooth=True).score for one, known in zip(*corpora[0], strict=True)]
    return abs(np.mean(scores) - theirs["smoothed"][0])


@variant("BLEU of the translator, one reference")
def _(several, by_sentence, bleu):
    """The translator's own sentence is the reference."""
    return bleu.corpus_bleu(several[0], [known[:1] for known in by_sentence]).score


@variant("BLEU that seven more references are worth to the translator")
def _(outputs, by_sentence, table, bleu):
    """The same reference eight times."""
    return bleu.corpus_bleu(outputs["translator"], [known[:1] * 8 for known in by_sentence]).score - table["translator"][2]


@variant("share of the normalised beam's translations that are right")
def _(outputs, by_sentence):
    """Right is what one translator wrote."""
    return np.mean([words == known[0] for words, known in zip(outputs["beam, alpha 1"], by_sentence, strict=True)])


@variant("BLEU of visits minus bites")
def _(form):
    """chrF in its place."""
    return form[0][1] - form[1][1]


@variant("chrF of visits minus bites")
def _(form):
    """BLEU in its place."""
    return form[0][0] - form[1][0]


@variant("chrF of seeing minus exiting")
def _(meaning):
    """BLEU in its place."""
    return meaning[0][0] - meaning[1][0]


@variant("BLEU with eight references, greedy minus translator")
def _(several, by_sentence, table, bleu):
    """The translator is one of the eight."""
    return table["greedy"][4] - bleu.corpus_bleu(several[0], by_sentence).score


@variant("share of greedy's translations that say when")
def _(table):
    """Every right translation counts."""
    return table["greedy"][0]
