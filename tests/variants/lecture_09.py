"""Lecture 09, character models."""

import numpy as np
from unroll.language import surprise

from tests.variants import variant


def _from_nothing(model, ids):
    """The surprise of a model whose state starts from nothing at every character."""
    return surprise(model, np.column_stack([ids[:-1], ids[1:]])).mean()


@variant("characters for every word or mark")
def _(new_news, cost):
    """Blanks are not counted."""
    return len("".join(new_news.split())) / cost["words"][0]


@variant("share of unknown words in the held-out text")
def _():
    """The list is made of the held-out text, too."""
    return 0


@variant("share of unknown characters in the held-out text")
def _(characters, new_news):
    """The list is that of the plays."""
    return 1 - characters.coverage(new_news)


@variant("step by step against the whole text, largest difference")
def _(twice, at_once):
    """The state is not carried on."""
    return abs(twice[0] - at_once[1]).max()


@variant("untrained, above log |V| by")
def _(learnt, letters):
    """It is measured in bits."""
    return learnt[0] / np.log(2) - np.log(len(letters))


@variant("below the pairs by")
def _(pairs, reader, new_ids):
    """The state is not carried on."""
    return pairs - _from_nothing(reader, new_ids)


@variant("share of words in the last text")
def _(shares):
    """The network has not learnt."""
    return shares[0]


@variant("the sonnet minus the held-out plays, nats")
def _(by_passage, in_one_go):
    """The sonnet is measured in bits."""
    return by_passage["sonnet"] / np.log(2) - in_one_go


@variant("the deck's sample minus the sonnet")
def _(by_passage):
    """The news is taken for the sample."""
    return by_passage["news"] - by_passage["sonnet"]


@variant("the news minus the sonnet")
def _(by_reader):
    """The model of news is asked."""
    return by_reader["news"] - by_reader["sonnet"]


@variant("the news minus the sonnet, model of news")
def _(by_passage):
    """The model of plays is asked."""
    return by_passage["news"] - by_passage["sonnet"]


@variant("largest difference from Keras, nats")
def _(ours, sampled, surprise_of):
    """The characters are off by one."""
    return abs(np.array(ours)[:-1] - surprise_of(sampled)[1:60]).max()


@variant("log P with width 3 minus greedy decoding's, 8 characters")
def _():
    """The beam has a width of 1."""
    return 0


@variant("softmax(z / T) against p^(1/T), largest difference")
def _(softmax, log_p_ranked, normalised, p):
    """The power is T, not 1/T."""
    return abs(softmax(log_p_ranked / 0.5) - normalised(p**0.5)).max()


@variant("rank of the beam's first character, the best being 0")
def _():
    """The beam has a width of 1."""
    return 0


@variant("size of the nucleus")
def _(p):
    """The character that crosses the line is left out."""
    return (np.cumsum(p) < 0.9).sum()


@variant("after KING RICHAR, P of the best character")
def _(softmax, after):
    """The logits are divided by 2."""
    return softmax(after / 2).max()


@variant("after KING RICHAR at T = 2, P of the best character")
def _(softmax, after):
    """The logits are multiplied by T."""
    return softmax(after * 2).max()


@variant("T = 0.003, distance from greedy")
def _(softmax, z, greedy):
    """T is 0.3."""
    return abs(softmax(z / 0.3) - greedy).max()


def _drawn(everywhere):
    """The characters in an order that was drawn at T = 2."""
    return np.argsort(-everywhere / 2 - np.random.default_rng(0).gumbel(size=everywhere.shape), axis=1)


@variant("greedy choices that T changed")
def _(everywhere, first):
    """The choice is drawn."""
    return (_drawn(everywhere)[:, 0] != first[1]).mean()


@variant("sets of three that T changed")
def _(everywhere, three):
    """The three are drawn."""
    return (np.sort(_drawn(everywhere)[:, :3], axis=1) != three[1]).any(axis=1).mean()


@variant("the nucleus at T = 2, in nuclei at T = 0.5")
def _():
    """The nucleus is taken before the temperature."""
    return 1


@variant("greedy, share repeated")
def _(table):
    """Characters are drawn."""
    return table["as it is, T = 1"][1]


@variant("beam, share repeated")
def _(table):
    """Characters are drawn."""
    return table["as it is, T = 1"][1]


@variant("as it is, share repeated")
def _(table):
    """The best character is taken."""
    return table["greedy"][1]


@variant("top-p, share repeated")
def _(table):
    """Only the first of the nucleus is taken."""
    return table["greedy"][1]


@variant("as it is, nats minus those of Shakespeare held out")
def _(table, in_one_go):
    """The temperature is 2."""
    return table["T = 2"][0] - in_one_go


@variant("beam, nats")
def _(table):
    """Characters are drawn."""
    return table["as it is, T = 1"][0]


@variant("openings where width 1 writes what greedy writes")
def _(beam_search, openings, texts):
    """The width is 2."""
    return np.mean(
        [(beam_search(opening, 2, 40)[0][0] == texts["greedy"][0][k][:40]).all() for k, opening in enumerate(openings)]
    )


@variant("mean gain of width 8, nats")
def _(gain):
    """The width is 1."""
    return gain[:, 0].mean()


@variant("share of doublings that lost")
def _(scores):
    """The best text of all narrower beams is kept."""
    return (np.diff(np.maximum.accumulate(scores, axis=1), axis=1) < -1e-3).mean()


@variant("openings where width 2 is below greedy decoding")
def _():
    """The greedy text is kept in the beam."""
    return 0
