"""Exercises of lecture 08: the probability of a sentence, a smoothed table of pairs, and two models mixed."""

import numpy as np
from autograder.check import Case, Check, close

# sentence_log_p ----------------------------------------------------------------------------------------------------
sentence_log_p = Check("sentence_log_p")
sentence_log_p.compare = close()


@sentence_log_p.reference
def log_p(ids, P, end, *, parts=lambda ids, end: [[end], ids, [end]]):
    path = np.concatenate(parts(ids, end))
    return np.log(P[path[:-1], path[1:]]).sum()


@sentence_log_p.cases
def _(rng):
    def sentence(words):
        V = int(rng.integers(5, 9))
        P, end = rng.dirichlet(np.ones(V), size=V), int(rng.integers(V))
        return {"ids": rng.choice(np.delete(np.arange(V), end), size=words), "P": P, "end": end}

    yield Case("five words", basic=True, **sentence(5))
    yield Case("twenty words", basic=True, **sentence(20))
    yield Case("one word", **sentence(1))
    yield Case("no word", **sentence(0))
    yield Case("two thousand words", **sentence(2000))


sentence_log_p.mistakes(
    {
        "The end of the sentence is not predicted: <EOS> is missing behind the last word.": dict(
            parts=lambda ids, end: [[end], ids]
        ),
        "The first word is not predicted: P(first | <EOS>) is missing.": dict(parts=lambda ids, end: [ids, [end]]),
        "Rows and columns are swapped: P[i, j] is the probability of j after i.": dict(P=np.transpose),
    }
)


@sentence_log_p.misconception("The probability is returned, not its logarithm.")
def _(ids, P, end):
    return np.exp(log_p(ids, P, end))


@sentence_log_p.misconception("The logarithm is that to base 2, where the natural one is asked for.")
def _(ids, P, end):
    return log_p(ids, P, end) / np.log(2)


sentence_log_p.accept_other_forms()


# smoothed_pairs ----------------------------------------------------------------------------------------------------
smoothed_pairs = Check("smoothed_pairs")
smoothed_pairs.compare = close()


@smoothed_pairs.reference
def _(ids, V, k):
    counts = np.full((V, V), k)
    np.add.at(counts, (ids[:-1], ids[1:]), 1)
    return counts / counts.sum(axis=1, keepdims=True)


@smoothed_pairs.cases
def _(rng):
    def text(words, V, used):
        return {"ids": rng.integers(used, size=words), "V": V, "k": rng.uniform(0.05, 2)}

    twice = np.tile(rng.permutation(5), 2)
    yield Case("forty words", basic=True, **text(40, 5, 5))
    yield Case("words that never come", basic=True, **text(30, 7, 4))
    yield Case("one word, no pair", **text(1, 3, 3))
    yield Case("a word that only comes last", ids=np.append(twice, 5), V=6, k=rng.uniform(0.05, 2))


def counted(ids, V):
    counts = np.zeros((V, V))
    np.add.at(counts, (ids[:-1], ids[1:]), 1)
    return counts


def of_rows(counts, k):
    return counts.sum(axis=1, keepdims=True) + k * len(counts)


smoothed_pairs.mistakes({
    "k is added to the count below the line once, where each of the V words needs it.":
        lambda ids, V, k: (counted(ids, V) + k) / (counted(ids, V).sum(axis=1, keepdims=True) + k),
    "k is added below the line alone.": lambda ids, V, k: counted(ids, V) / of_rows(counted(ids, V), k),
    "The columns sum to 1, where the rows should.":
        lambda ids, V, k: (counted(ids, V) + k) / of_rows(counted(ids, V).T, k).T,
    "The whole table sums to 1: these are probabilities of pairs, not of a word after another.":
        lambda ids, V, k: (counted(ids, V) + k) / (counted(ids, V) + k).sum(),
    "The last word counts as one that something followed.":
        lambda ids, V, k: (counted(ids, V) + k) / (np.bincount(ids, minlength=V)[:, None] + k * V),
})  # fmt: skip

smoothed_pairs.accept_other_forms()


# mixed_perplexity --------------------------------------------------------------------------------------------------
mixed_perplexity = Check("mixed_perplexity")
mixed_perplexity.compare = close()


@mixed_perplexity.reference
def _(p, q, share):
    return np.exp(-np.log(share * p + (1 - share) * q).mean())


@mixed_perplexity.cases
def _(rng):
    def two(tokens):
        return {
            "p": rng.uniform(0.001, 0.6, size=tokens),
            "q": rng.uniform(0.001, 0.6, size=tokens),
            "share": rng.uniform(0.1, 0.4),
        }

    zero = two(9)
    zero["p"][rng.integers(9, size=3)] = 0
    yield Case("eight tokens", basic=True, **two(8))
    yield Case("thirty tokens", basic=True, **two(30))
    yield Case("one token", **two(1))
    yield Case("the first model has zeros", **zero)


def perplexity(p):
    return np.exp(-np.log(p).mean())


mixed_perplexity.mistakes({
    "The perplexities are mixed, where the probabilities should be.":
        lambda p, q, share: share * perplexity(p) + (1 - share) * perplexity(q),
    "The logarithms are mixed, where the probabilities should be.":
        lambda p, q, share: perplexity(p) ** share * perplexity(q) ** (1 - share),
    "The probabilities are averaged before the logarithm is taken.":
        lambda p, q, share: 1 / (share * p + (1 - share) * q).mean(),
    "The share of the first model is given to the second.": dict(share=lambda share: 1 - share),
})  # fmt: skip

mixed_perplexity.accept_other_forms()
