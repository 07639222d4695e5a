"""Lecture 08, language models."""

import numpy as np
from unroll.language import surprise
from unroll.ngrams import NGrams

from tests.variants import variant


@variant("sum with <EOS>, up to 30 words")
def _(without_end):
    """The words share all of the probability, and <EOS> has none."""
    return sum(without_end)


@variant("unseen triples, news")
def _(unseen):
    """Pairs are counted."""
    return unseen[1]


@variant("largest difference between ours and NGrams")
def _(tokens, scores):
    """Below the highest order, words are counted as often as they occur."""
    return abs(tokens[3][1:] - scores["counted as they are"]).max()


@variant("bigram over unigram")
def _(train, held_out, V, by_order, perplexity):
    """The counts are of the word before, given the word after."""
    return perplexity(NGrams(train[::-1], 2, V).surprise(held_out)) / by_order[1]


@variant("trigram over bigram")
def _(train, held_out, V, by_order, perplexity):
    """The last two words come in the wrong order."""
    swapped = held_out.copy()
    swapped[:-1:2], swapped[1::2] = held_out[1::2], held_out[:-1:2]
    return perplexity(NGrams(train, 3, V).surprise(swapped)) / by_order[2]


@variant("4-gram over trigram")
def _():
    """The fourth word is never looked at."""
    return 1


@variant("perplexity of the untrained network over the unigram's")
def _(V, by_order):
    """The bias starts at 0."""
    return V / by_order[1]


@variant("GRU over trigram, after four times")
def _(network, held_out, by_order, perplexity):
    """The state starts from nothing at every word."""
    return perplexity(surprise(network, np.column_stack([held_out[:-1], held_out[1:]]))) / by_order[3]


@variant("the best mixture over the network alone")
def _(ours, counted, weights, mixed, perplexity):
    """Logarithms are averaged, which gives no distribution."""
    return min(perplexity((1 - w) * ours + w * counted) for w in weights) / mixed[0]


@variant("true order more probable, unigram")
def _():
    """Two equal probabilities count as a right answer."""
    return 1


@variant("true order more probable, trigram")
def _(told_apart):
    """The words before are not looked at."""
    return told_apart[1]


def _from_nothing(model, ids):
    """The surprise of a model whose state starts from nothing at every word."""
    return surprise(model, np.column_stack([ids[:-1], ids[1:]])).ravel()


@variant("odds for the pear, GRU")
def _(small, gru_of_fruit, heard):
    """The state starts from nothing at every word."""
    pair, pear = (_from_nothing(gru_of_fruit, small.encode(["<EOS>", *heard[fruit]])).sum() for fruit in ("pair", "pear"))
    return np.exp(pair - pear)


@variant("salad after pair minus salad after pear, nats")
def _(by_fruit):
    """The words before the salad are compared."""
    return by_fruit["pair"][3] - by_fruit["pear"][3]


@variant("odds for the pear if she peeled it, GRU")
def _(small, trigram_of_fruit):
    """The trigram is asked."""
    pear, pair = (
        trigram_of_fruit.surprise(small.encode([*"she peeled the small , green".split(), fruit, "."])).sum()
        for fruit in ("pear", "pair")
    )
    return np.exp(pair - pear)


@variant("odds for the pear if she wore it, GRU")
def _(peeled):
    """She peeled it."""
    return peeled
