"""Assignment 07: ids and marks of negation, log odds, a signed average, a loss of stars, calibration, errors, two models.

Words are ids from 1 on, and 0 is padding; the label 1 stands for a good review, 0 for a bad one. A reference has a switch, which is a
keyword-only parameter, for each mistake that students make; without switches it is right.
"""

from collections.abc import Callable
from functools import partial

import keras
import numpy as np
from autograder.check import Case, Check, Requirements, close
from autograder.kernels.jail import Limits
from keras import layers as L
from unroll import data
from unroll.text import Vocabulary, pad, tokenise

PACKAGES = ("numpy", "unroll-course", "keras", "tensorflow")
requirements = Requirements(PACKAGES, Limits(seconds=240, cell_seconds=60, memory=3 << 30, processes=128))
FILLING = "soup waiter dessert good slow friendly bland fresh stale lovely menu wine music was really the bread care".split()


def sigmoid(z):
    return (1 + np.tanh(z / 2)) / 2


# review_ids --------------------------------------------------------------------------------------------------------
review_ids = Check("review_ids")
review_ids.compare = close(returns=("ids", "left out"))


def without_middle(found, head, T):
    return found[:head] + found[head + len(found[T:]) :]


@review_ids.reference
def cut_in_the_middle(reviews, ids_of, T, head, *, split=tokenise, low=str.lower, number=lambda ids_of, word: ids_of.get(word, 1),
                      keep=without_middle, place=lambda kept: slice(len(kept)),
                      lost=lambda found, T: len(found[T:])):  # fmt: skip
    ids, left_out = np.zeros((len(reviews), T), int), []
    for row, review in zip(ids, reviews, strict=True):
        found = [number(ids_of, word) for word in split(low(review))]
        kept = keep(found, head, T)
        row[place(kept)] = kept
        left_out.append(lost(found, T))
    return ids, left_out


@review_ids.cases
def _(rng):
    numbers = rng.choice(np.arange(2, 10**6), size=40, replace=False).tolist()
    ids_of = dict(zip([*FILLING, "didn't", "not", ".", ",", "!"], numbers, strict=False))

    def written(*words):
        """A review of these tokens, as people write: no blank in front of marks."""
        return "".join(word if word in tuple(".,!?;") else f" {word}" for word in words).strip()

    def some(count):
        return rng.choice(FILLING, size=count).tolist()

    def given(*lengths, T, head):
        return {"reviews": [written(*some(n - 1), ".") for n in lengths], "ids_of": ids_of, "T": T, "head": head}

    a, b = map(int, rng.integers(2, 5, size=2))
    strange = [written(*some(a), "Gnocchi", ",", *some(2), "zesty", "?"), written("meh", *some(b), ";", *some(1))]
    loud = [
        written(*some(2), "DIDN'T", *some(a), "!", "!", "!"),
        written(*(word.upper() for word in some(b)), ",", *some(2), "Not", "!"),
    ]
    yield Case("room for all", basic=True, **given(5 + a, 4, 6 + b, T=12, head=3))
    yield Case("longer than T", basic=True, **given(12 + a, 20, 13 + b, T=9, head=a))
    yield Case("some are longer than T", **given(4, 9 + b, 3, 15, T=8, head=1 + a))
    yield Case("it just fits, and one word more or less", **given(7, 6, 8, T=7, head=b))
    yield Case("the beginning alone", **given(11 + a, 6, T=8, head=8))
    yield Case("the end alone", **given(11 + b, 5, 9, T=8, head=0))
    yield Case("room for one word", **given(5, 1 + a, 1, T=1, head=0))
    yield Case("words that are not in the dictionary", reviews=strange, ids_of=ids_of, T=12, head=4)
    yield Case("capitals, apostrophes and marks", reviews=loud, ids_of=ids_of, T=16, head=5)
    yield Case("a review without a word", reviews=["", written(*some(a + 2)), "  \n"], ids_of=ids_of, T=5, head=2)
    yield Case("one review", **given(17, T=6 + a, head=b))
    yield Case("called twice", calls=2, **given(9 + a, 12, 5, T=7, head=4))


def doubled(found, head, T):
    """Two cuts that overlap where a review is short."""
    return (found[:head] + (found[-(T - head) :] if head < T else []))[:T]


review_ids.mistakes({
    "The first T words are kept: of a long review the middle should go.": dict(keep=lambda found, head, T: found[:T]),
    "The last T words are kept: of a long review the middle should go.": dict(keep=lambda found, head, T: found[-T:]),
    "The end of a long review stands before its beginning.": dict(
        keep=lambda found, head, T: found if len(found) <= T else found[len(found) - T + head :] + found[:head]
    ),
    "head words are taken from the end, where they should be taken from the beginning.": dict(
        keep=lambda found, head, T: without_middle(found, T - head, T)
    ),
    "A review with room for all is cut in two as well, and has words twice or lacks some.": dict(keep=doubled),
    "Padding stands in front of the words: it should stand behind them.": dict(place=lambda kept: slice(-len(kept) or 10**6, None)),
    "Words that are not in the dictionary are dropped: they should be 1.": dict(
        split=lambda text: [word for word in tokenise(text) if word in {*FILLING, "didn't", "not", ".", ",", "!"}]
    ),
    "Words that are not in the dictionary become padding: they should be 1.": dict(number=lambda ids_of, word: ids_of.get(word, 0)),
    "Capitals stay: every word should be in lower case before it is looked up.": dict(low=str),
    "The text is split at blanks, so that a mark sticks to the word before it.": dict(split=str.split),
    "Marks are dropped: each of them is a token too.": dict(
        split=lambda text: [word for word in tokenise(text) if word[0].isalpha()]
    ),
    "An apostrophe splits a word in two.": dict(split=lambda text: tokenise(text.replace("'", " "))),
    "left_out is below 0 where there is room: no word is left out then.": dict(lost=lambda found, T: len(found) - T),
    "left_out counts words that are not in the dictionary: it should count those without a place.": dict(
        lost=lambda found, T: found.count(1)
    ),
    "left_out says how many words are kept.": dict(lost=lambda found, T: min(len(found), T)),
})  # fmt: skip

review_ids.accept_other_forms()


# negated -----------------------------------------------------------------------------------------------------------
negated = Check("negated")
negated.compare = close()


def is_negation(word, negations):
    return word in negations or word.endswith("n't")


@negated.reference
def turned_round(words, negations, ends, *, low=str.lower, negates=is_negation, ended=lambda word, ends: word in ends,
                 then=lambda odd, negation: odd != negation,
                 marked=lambda odd, negation, end: odd and not negation and not end):  # fmt: skip
    odd, marks = False, np.empty(len(words), bool)
    for t, word in enumerate(map(low, words)):
        negation, end = negates(word, negations), ended(word, ends)
        marks[t] = marked(odd, negation, end)
        odd = then(odd, negation) and not end
    return marks


@negated.cases
def _(rng):
    negations = ["not", "no", "never", "nothing", "lacking"]
    no, nor = (lambda: str(rng.choice(negations))), (lambda: str(rng.choice(["don't", "wasn't", "didn't", "isn't"])))

    def some(low, high=None):
        return rng.choice(FILLING, size=int(rng.integers(low, (high or low + 2) + 1))).tolist()

    def given(*words, ends=(".", ",", "!", "but")):
        return {"words": [word for part in words for word in ([part] if isinstance(part, str) else part)],
                "negations": negations, "ends": list(ends)}  # fmt: skip

    yield Case("one negation", basic=True, **given(some(1, 9), no(), some(2, 9), ".", some(1, 9)))
    yield Case(
        "a negation in two clauses", basic=True, **given(some(1, 6), no(), some(1, 6), ",", some(1, 6), no(), some(2, 6))
    )
    yield Case("a clause without a negation", **given(some(2), no(), some(2), ",", some(3), ",", some(1), no(), some(2)))
    yield Case("a word ends the clause", **given(some(1), no(), some(2), "but", some(3), "."))
    yield Case("two negations in a clause", **given(some(1), no(), some(2), no(), some(2), ",", some(2), "."))
    yield Case("three negations in a clause", **given(no(), some(1), no(), some(2), no(), some(2), "!"))
    yield Case("two negations in a row", **given(some(2), no(), no(), some(3), ",", no(), some(1), "."))
    yield Case("a word with n't", **given(some(2), nor(), some(2), ".", some(1), nor(), no(), some(2), "."))
    yield Case("in capitals", **given("Not", some(2), "BUT", some(2), "WASN'T", some(2), "But", some(1), no().upper(), some(2)))
    yield Case("words that begin with a negation, or contain one", **given(some(1), "notable", some(1), "another", some(1), no(), "nonsense",
                                                         some(1), ".", "cannot", some(1)))  # fmt: skip
    yield Case(
        "other ends", **given(some(1), no(), some(1), "but", some(1), ",", some(1), ";", some(2), ends=(";", "although"))
    )
    yield Case("no negation", **given(some(9, 30), ".", some(9, 30)))
    yield Case("the last word is a negation", **given(some(1), no(), some(2, 9), nor()))
    yield Case("called twice", calls=2, **given(some(1), nor(), some(2), "but", no(), some(2)))


def whole_clauses(words, negations, ends):
    """The words before a negation as well."""
    kinds = [(is_negation(word.lower(), negations), word.lower() in ends) for word in words]
    clause = np.cumsum([False, *(end for _, end in kinds[:-1])])
    odd = np.bincount(clause, weights=[negation for negation, _ in kinds]) % 2 == 1
    return odd[clause] & [not negation and not end for negation, end in kinds]


negated.mistakes({
    "A second negation in a clause does not turn the words back.": dict(then=lambda odd, negation: odd or negation),
    "Only the word right after a negation is marked: all words up to the end of the clause should be.": dict(
        then=lambda odd, negation: negation
    ),
    "Nothing ends a clause: a negation marks all words up to the end of the review.": dict(ended=lambda word, ends: False),
    "Only punctuation ends a clause, where words in `ends` do so too.": dict(ends=lambda ends: [x for x in ends if not x.isalpha()]),
    "The words before the negation are marked too.": whole_clauses,
    "The negations themselves are marked.": dict(marked=lambda odd, negation, end: (odd or negation) and not end),
    "A negation behind another one is marked: negations never are.": dict(marked=lambda odd, negation, end: odd and not end),
    "The end of a clause is marked with it.": dict(marked=lambda odd, negation, end: odd and not negation),
    "Words that end in n't are not taken for negations.": dict(negates=lambda word, negations: word in negations),
    "Capitals make another word: compare words in lower case.": dict(low=str),
    "Words that contain a negation are taken for one, such as nothing in nothingness: compare whole words.": dict(
        negates=lambda word, negations: any(each in word for each in negations) or word.endswith("n't")
    ),
    "True and False are swapped: True stands for a word that is turned round.": dict(
        marked=lambda odd, negation, end: not (odd and not negation and not end)
    ),
})  # fmt: skip

negated.alternative("as a list")(lambda *inputs: [bool(mark) for mark in turned_round(*inputs)])
negated.alternative("with reversed strides")(lambda *inputs: turned_round(*inputs)[::-1].copy()[::-1])


@negated.alternative("clause by clause")
def _(words, negations, ends):
    marks, clause = np.zeros(len(words), bool), []
    for t, word in enumerate([each.lower() for each in words]):
        if word in ends:
            clause = []
        elif is_negation(word, negations):
            clause.append(t)
        elif len(clause) % 2:
            marks[t] = True
    return marks


# log_odds ----------------------------------------------------------------------------------------------------------
log_odds = Check("log_odds")
log_odds.compare = close()


def log_ratio(good, bad):
    return np.log(good) - np.log(bad)


@log_odds.reference
def numbers_of_words(ids, labels, V, alpha, *, count=lambda hit: hit.any(axis=1), side=lambda labels, y: labels == y,
                     share=lambda n, alpha, m: (n + alpha) / (n + alpha).sum(), compare=log_ratio):  # fmt: skip
    there = count(ids[:, :, None] == np.arange(1, V))
    shares = [share(there[side(labels, y)].sum(axis=0), alpha, side(labels, y).sum()) for y in (1, 0)]
    return np.concatenate([[0.0], compare(*shares)])


@log_odds.cases
def _(rng):
    def drawn(*lengths, T=None, V=8, alpha=None, labels=None):
        m, T = len(lengths), T or max(lengths)
        ids = rng.integers(1, V, size=(m, T)) * (np.arange(T) < np.array(lengths)[:, None])
        labels = rng.permutation((np.arange(m) + rng.integers(2)) % 2) if labels is None else np.array(labels)
        return {"ids": ids, "labels": labels, "V": V, "alpha": float(rng.uniform(0.3, 2)) if alpha is None else alpha}

    often, rare = drawn(6, 5, 6, 4, V=12), drawn(4, 6, 3, 5, V=15)
    for row in range(3):
        often["ids"][row, :4] = often["ids"][row, 0]
    rare["ids"][rare["ids"] > 9] = 3
    yield Case("no padding", basic=True, **drawn(7, 7, 7, 7, 7, V=9))
    yield Case("padding at the end", basic=True, **drawn(8, 3, 5, 6, 2, 7, T=9, V=12))
    yield Case("words that come often in one review", **often)
    yield Case("words that never come", **rare)
    yield Case("more bad reviews than good ones", **drawn(3, 4, 3, 5, 6, 2, 4, labels=rng.permutation([1, 1, 0, 0, 0, 0, 0])))
    yield Case("no good review", **drawn(4, 5, 3, labels=[0, 0, 0]))
    yield Case("no bad review", **drawn(4, 2, 5, labels=[1, 1, 1]))
    yield Case("one review is all padding", **drawn(4, 0, 5, 3, 4))
    yield Case("a small alpha", **drawn(4, 5, 3, 6, alpha=0.001))
    yield Case("a whole alpha", **drawn(5, 5, 3, 6, alpha=int(rng.integers(2, 9))))
    yield Case("all sizes alike", **drawn(6, 5, 6, 3, 6, 6, V=6))
    yield Case("called twice", calls=2, **drawn(5, 6, 2, 4))


def with_padding(ids, labels, V, alpha):
    """As if 0 were a word like the others."""
    return numbers_of_words(ids + 1, labels, V + 1, alpha)[1:]


log_odds.mistakes({
    "Every time that a word comes is counted, where a review should count once for each of its words.": dict(
        count=lambda hit: hit.sum(axis=1)
    ),
    "Padding is counted like a word: r_0 is not 0, and the sums are too large.": with_padding,
    "Padding is counted in the sums below the bars.": lambda *inputs: with_padding(*inputs) * (np.arange(inputs[2]) > 0),
    "The logarithm is missing.": dict(compare=lambda good, bad: good / bad),
    "The logarithm has the base 2.": dict(compare=lambda good, bad: np.log2(good / bad)),
    "Good and bad are swapped.": dict(compare=lambda good, bad: log_ratio(bad, good)),
    "The shares are subtracted, where their logarithms should be.": dict(compare=np.subtract),
    "alpha is not used.": dict(share=lambda n, alpha, m: n / n.sum()),
    "alpha is added above the bars alone: it belongs to every count, so the sums have it as well.": dict(
        share=lambda n, alpha, m: (n + alpha) / n.sum()
    ),
    "alpha is added once to each sum: it belongs to every count, so a sum has it once for each word.": dict(
        share=lambda n, alpha, m: (n + alpha) / (n.sum() + alpha)
    ),
    "alpha is always 1.": dict(alpha=lambda alpha: 1),
    "The counts are not divided by their sums.": dict(share=lambda n, alpha, m: n + alpha),
    "The counts are divided by the number of reviews, where they should be divided by their sum.": dict(
        share=lambda n, alpha, m: (n + alpha) / (m + 2 * alpha)
    ),
    "The good reviews are compared with all, where they should be compared with the bad ones.": dict(
        side=lambda labels, y: labels >= y
    ),
})  # fmt: skip

log_odds.accept_other_forms()
log_odds.equivalent(
    "numbers_of_words: (n + alpha).sum() → (n + alpha).mean()", reason="Both are divided by V - 1, which cancels."
)


# signed_average ----------------------------------------------------------------------------------------------------
signed_average = Check("signed_average")
signed_average.compare = close()


@signed_average.reference
def averaged(E, ids, signs, *, real=lambda ids: ids > 0, count=lambda there, signs: there.sum(axis=1).clip(1)):
    there = real(ids)
    total = (E[ids] * (signs * there)[:, :, None]).sum(axis=1)
    return total / count(there, signs)[:, None]


@signed_average.cases
def _(rng):
    def drawn(*lengths, T=None, V=9, n=3, turned=0.4, dtype="float64"):
        m, T = len(lengths), T or max(lengths)
        ids = rng.integers(1, V, size=(m, T)) * (np.arange(T) < np.array(lengths)[:, None])
        E = rng.normal(loc=1, size=(V, n)).astype(dtype)
        return {"E": E, "ids": ids, "signs": np.where(rng.random((m, T)) < turned, -1, 1)}

    gaps, even = drawn(6, 5, 6, 4), drawn(4, 2, 4)
    gaps["ids"][:, [0, 2]] = 0
    even["signs"][:, ::2], even["signs"][:, 1::2] = 1, -1
    yield Case("no padding", basic=True, **drawn(5, 5, 5))
    yield Case("padding at the end", basic=True, **drawn(6, 3, 4, 2, T=7, n=4))
    yield Case("padding in front and within", **gaps)
    yield Case("no word is turned round", **drawn(3, 5, 4, turned=0))
    yield Case("every word is turned round", **drawn(5, 2, 4, turned=1))
    yield Case("every other word is turned round", **even)
    yield Case("one review is all padding", **drawn(4, 0, 3))
    yield Case("reviews of one word", **drawn(1, 1, 1, T=4))
    yield Case("one review, one number a word", **drawn(5, n=1))
    yield Case("all sizes alike", **drawn(4, 3, 4, 2, V=4, n=4))
    yield Case("float32", **drawn(5, 4, 2, dtype="float32"))
    yield Case("called twice", calls=2, **drawn(3, 5, 4, T=6))


signed_average.mistakes({
    "Padding is averaged in: row 0 of E is added, and its places are counted.": dict(real=np.ones_like),
    "Padding is not added, but its places are counted.": dict(count=lambda there, signs: np.full(len(there), there.shape[1])),
    "Row 0 of E is added for padding.": lambda E, ids, signs: (
        (E[ids] * signs[:, :, None]).sum(axis=1) / np.maximum((ids > 0).sum(axis=1), 1)[:, None]
    ),
    "The sum of the signs is below the bar: it should be the number of words.": dict(count=lambda there, signs: (there * signs).sum(axis=1)),
    "A review without words gives 0 / 0: its average should be 0.": dict(count=lambda there, signs: there.sum(axis=1)),
    "The sum is not divided.": dict(count=lambda there, signs: np.ones(len(there))),
    "The signs are not used.": dict(signs=np.abs),
    "The signs are swapped: -1 turns a vector round.": dict(signs=np.negative),
    "Words that are turned round are left out of the sum: they should be subtracted.": dict(
        signs=lambda signs: np.maximum(signs, 0)
    ),
    "The id 1 is left out as well: padding is 0 alone.": dict(real=lambda ids: ids > 1),
})  # fmt: skip

signed_average.accept_other_forms()


# star_loss ---------------------------------------------------------------------------------------------------------
star_loss = Check("star_loss")
star_loss.compare = close(returns=("loss", "d_logits"))


def cost(z, q):
    return np.logaddexp(0, z) - q * z


@star_loss.reference
def loss_and_slopes(logits, stars, *, target=lambda stars: (stars - 1) / 4, asked=lambda stars: stars > 0, each=cost,
                    slope=lambda z, q: sigmoid(z) - q, count=lambda rated: rated.sum().clip(1),
                    kept=lambda slopes, rated: slopes * rated):  # fmt: skip
    z, rated = logits.ravel(), asked(stars)
    q, n = target(stars), count(rated)
    return (each(z, q) * rated).sum() / n, (kept(slope(z, q), rated) / n)[:, None]


@star_loss.cases
def _(rng):
    def drawn(m, lowest=1, far=0, dtype="float64", stars=None):
        stars = rng.permutation((np.arange(m) + rng.integers(9)) % (6 - lowest) + lowest) if stars is None else np.array(stars)
        return {"logits": (2 * rng.normal(size=(m, 1)) + far).astype(dtype), "stars": stars}

    far = rng.permutation([1000, -1000, 0, 800, -800, 40])[:, None]
    yield Case("all have stars", basic=True, **drawn(7))
    yield Case("some have none", basic=True, **drawn(10, lowest=0))
    yield Case("one star and five", **drawn(6, stars=rng.permutation([1, 1, 1, 5, 5, 5])))
    yield Case("three stars", **drawn(4, stars=[3] * 4))
    yield Case("most have none", **drawn(8, stars=rng.permutation([0] * 7 + [int(rng.integers(1, 6))])))
    yield Case("logits near 1000, 0 and -1000", **drawn(6, far=far))
    yield Case("far on the wrong side", **drawn(4, far=np.array([[900], [-900], [50], [-50]]), stars=[1, 5, 1, 5]))
    yield Case("one review", **drawn(1))
    yield Case("no review has stars", **drawn(3, stars=[0] * 3))
    yield Case("float32", **drawn(8, lowest=0, dtype="float32"))
    yield Case("called twice", calls=2, **drawn(9, lowest=0))


def crossed(logits, stars):
    """What broadcasting makes of (m, 1) and (m,): every logit meets the stars of every review."""
    rated = stars > 0
    n, q = max(rated.sum(), 1), (stars - 1) / 4
    return (cost(logits, q) * rated).sum() / n, (sigmoid(logits) - q) * rated / n


def rounded(z, q, small=0.0):
    p = np.clip(sigmoid(z), small, 1 - small)
    return -q * np.log(p) - (1 - q) * np.log(1 - p)


star_loss.mistakes({
    "Logits of shape (m, 1) and stars of shape (m,) are broadcast to (m, m): every logit meets the stars of every review.": crossed,
    "Reviews without stars count, with a target of -1/4.": dict(asked=lambda stars: stars >= 0),
    "Reviews without stars count as if they had one.": dict(stars=lambda stars: np.maximum(stars, 1)),
    "The sum is divided by all reviews, where it should be divided by those with stars.": dict(count=len),
    "Nothing is divided by the number of reviews with stars.": dict(count=lambda rated: 1),
    "Where no review has stars, 0 is divided by 0.": dict(count=lambda rated: rated.sum()),
    "Reviews without stars have a slope: the loss does not depend on their logits, so it should be 0.": dict(
        kept=lambda slopes, rated: slopes
    ),
    "The target is 1 from four stars on and 0 below: it should go from 0 to 1 in quarters.": dict(target=lambda stars: stars > 3),
    "The target is a fifth of the stars, and one star gives 0.2: it should give 0.": dict(target=lambda stars: stars / 5),
    "The target is a quarter of the stars: one star should give 0, and five 1.": dict(target=lambda stars: stars / 4),
    "The logits go through a sigmoid twice.": dict(logits=sigmoid),
    "The sign of d_logits is wrong.": dict(slope=lambda z, q: q - sigmoid(z)),
    "The slope has a factor of the sigmoid's derivative, which cancels with the logarithm's.": dict(
        slope=lambda z, q: (sigmoid(z) - q) * sigmoid(z) * sigmoid(-z)
    ),
    "d_logits is that of the sum: the mean's is smaller by the number of reviews with stars.": lambda logits, stars: (
        loss_and_slopes(logits, stars)[0], loss_and_slopes(logits, stars)[1] * max((stars > 0).sum(), 1)
    ),
    "Only q log ŷ is there: (1 - q) log(1 - ŷ) is missing.": dict(each=lambda z, q: q * np.logaddexp(0, -z)),
    "The exponential of a large logit overflows.": dict(each=lambda z, q: np.log(1 + np.exp(z)) - q * z),
    "ŷ is rounded to 0 or 1 before its logarithm is taken: write the loss out in z.": dict(each=rounded),
    "ŷ is kept 1e-7 away from 0 and 1, and no review costs more than 16.": dict(each=lambda z, q: rounded(z, q, small=1e-7)),
})  # fmt: skip

star_loss.accept_other_forms()
star_loss.equivalent("cost: np.logaddexp(0, z) → np.logaddexp(z, 0)", reason="A sum has no order.")


# calibration -------------------------------------------------------------------------------------------------------
calibration = Check("calibration")
calibration.compare = close(returns=("counts", "gaps", "error"))


@calibration.reference
def promises(p, labels, bins, *, place=lambda p, bins: (p * bins).astype(int).clip(max=bins - 1), sure=lambda p, bins: p,
             kept=lambda p, labels: labels, size=np.abs, total=lambda sizes, counts: (sizes * counts).sum() / counts.sum(),
             least=1):  # fmt: skip
    in_bin = np.arange(bins)[:, None] == place(p, bins)
    counts = in_bin.sum(axis=1)
    gaps = (in_bin * (sure(p, bins) - kept(p, labels))).sum(axis=1) / counts.clip(least)
    return counts, gaps, total(size(gaps), counts)


@calibration.cases
def _(rng):
    def drawn(m, bins, p=None):
        p = rng.uniform(size=m) if p is None else np.array(p)
        return {"p": p, "labels": (rng.random(len(p)) < p**2).astype(int), "bins": bins}

    a, b = int(rng.integers(12, 20)), int(rng.integers(3, 7))
    ends = rng.permutation([0, 0, 1, 1, 1, *rng.uniform(size=a)])
    crowd = rng.permutation([*rng.uniform(0.8, 1, size=a), *rng.uniform(0, 0.3, size=2)])
    yield Case("every bin has some", basic=True, **drawn(a, 3, rng.permutation([0.1, 0.5, 0.9, *rng.uniform(size=a - 3)])))
    yield Case("many answers, ten bins", basic=True, **drawn(100 + a, 10))
    yield Case("empty bins", **drawn(a, 10, crowd))
    yield Case("0 and 1 are among them", **drawn(a, b, ends))
    yield Case(
        "on the borders of bins", **drawn(2 * a, 4, rng.permutation([*rng.integers(0, 5, size=a) / 4, *rng.uniform(size=a)]))
    )
    yield Case("on every border", **drawn(9 + a, 8, [*np.arange(9) / 8, *rng.uniform(size=a)]))
    yield Case("one bin", **drawn(a, 1))
    yield Case("one answer", **drawn(1, b))
    yield Case("more bins than answers", **drawn(b, 25))
    yield Case("called twice", calls=2, **drawn(a, 5))


def confidences(p, labels, bins):
    return promises(np.maximum(p, 1 - p), ((p > 0.5) == labels).astype(int), bins)


def equally_full(p, labels, bins):
    """Bins with as many answers each, as far as that goes."""
    parts = np.array_split(np.argsort(p, kind="stable"), bins)
    gaps = [(p[part] - labels[part]).mean() if len(part) else 0.0 for part in parts]
    return (
        [len(part) for part in parts],
        gaps,
        sum(abs(gap) * len(part) for gap, part in zip(gaps, parts, strict=True)) / len(p),
    )


calibration.mistakes({
    "Answers of exactly 1 are in no bin: they belong to the last.": dict(place=lambda p, bins: (p * bins).astype(int)),
    "An answer on a border is in the lower bin: it belongs to the upper one.": dict(
        place=lambda p, bins: np.maximum(np.ceil(p * bins) - 1, 0)
    ),
    "Answers go to the nearest border, where they should go to the bin that they are in.": dict(
        place=lambda p, bins: np.minimum(np.rint(p * bins), bins - 1)
    ),
    "The confidence is compared with the share that is right: here ŷ is compared with the share that is good.": confidences,
    "The bins are equally full, where they should be equally wide.": equally_full,
    "The middle of the bin stands for its answers: it should be their mean.": dict(
        sure=lambda p, bins: (np.minimum((p * bins).astype(int), bins - 1) + 0.5) / bins
    ),
    "ŷ goes through a sigmoid, but it is a probability already.": dict(p=sigmoid),
    "An empty bin has 0 / 0: its gap should be 0.": dict(least=0),
    "The gaps have the other sign: a gap is the mean of ŷ minus the share of good reviews.": dict(
        sure=lambda p, bins: -p, kept=lambda p, labels: -labels
    ),
    "The gaps have lost their signs.": lambda *inputs: tuple(map(np.abs, promises(*inputs))),
    "Gaps of different signs cancel in the error: it is the mean of their sizes.": dict(size=np.asarray),
    "The error weighs all bins alike: a bin should count as many times as it has answers.": dict(total=lambda sizes, counts: sizes.mean()),
    "The error weighs all bins alike that are not empty: a bin should count as many times as it has answers.": dict(
        total=lambda sizes, counts: sizes[counts > 0].mean()
    ),
    "The error is the largest gap: it should be the weighted mean.": dict(total=lambda sizes, counts: sizes.max()),
    "The error is not divided by the number of answers.": dict(total=lambda sizes, counts: (sizes * counts).sum()),
})  # fmt: skip

calibration.accept_other_forms()


# surest_errors -----------------------------------------------------------------------------------------------------
surest_errors = Check("surest_errors")
surest_errors.compare = close()


@surest_errors.reference
def first_wrong(logits, labels, k, *, good=lambda z: z > 0, sure=np.abs, wrong=np.not_equal):
    places = np.flatnonzero(wrong(good(logits), labels))
    order = np.argsort(-sure(logits[places]), kind="stable")
    return places[order][:k]


@surest_errors.cases
def _(rng):
    def drawn(m, k, wrong=0.5, z=None):
        z = 2 * rng.normal(size=m) if z is None else np.array(z, float)
        return {"logits": z, "labels": ((z > 0) != (rng.random(len(z)) < wrong)).astype(int), "k": k}

    small = rng.permutation([*rng.uniform(0.05, 0.45, size=6), *rng.uniform(-0.5, -0.05, size=4), 2.5, -2.5])
    tied = rng.choice([-3, -2, -1, 1, 2, 3], size=60)
    zeros = drawn(10, 10, z=rng.permutation([0, 0, 0, *rng.normal(size=7)]))
    zeros["labels"][zeros["logits"] == 0] = rng.permutation([0, 1, 1])
    large = rng.permutation([40.0, 45, 50, 60, -800, -1000, -900, 1, -1]) + rng.uniform(size=9)
    yield Case("five of many", basic=True, **drawn(30, 5))
    yield Case("three of many", basic=True, **drawn(25, 3, wrong=0.3))
    yield Case("logits between 0 and 0.5", **drawn(12, 9, wrong=0.6, z=small))
    yield Case("logits of exactly 0", **zeros)
    yield Case("equally sure", **drawn(60, 40, wrong=0.6, z=tied))
    yield Case("fewer errors than k", **drawn(12, 40, wrong=0.4))
    yield Case("large logits", **drawn(9, 6, wrong=0.9, z=large))
    yield Case("all are wrong", **drawn(9, 4, wrong=1))
    yield Case("no error", **drawn(int(rng.integers(5, 500)), 3, wrong=0))
    yield Case("one error is asked for", **drawn(20, 1))
    yield Case("called twice", calls=2, **drawn(15, 4))


def ranks_among_errors(logits, labels, k):
    """Places in the list of errors, not of reviews."""
    places = first_wrong(logits, labels, len(labels))
    return np.searchsorted(np.sort(places), places[:k])


def wrong_of_the_surest(logits, labels, k):
    surest = np.argsort(-np.abs(logits), kind="stable")[:k]
    return surest[(logits[surest] > 0) != labels[surest]]


def last_first(logits, labels, k):
    """Of those equally sure the last one first."""
    return len(labels) - 1 - first_wrong(logits[::-1], labels[::-1], k)


surest_errors.mistakes({
    "Logits from 0 to 0.5 are taken for bad: 0.5 is the threshold of ŷ, and that of a logit is 0.": dict(good=lambda z: z > 0.5),
    "A logit of exactly 0 is taken for good.": dict(good=lambda z: z >= 0),
    "Sorted by the logit itself: one far below 0 is as sure as one far above.": dict(sure=np.asarray),
    "The least sure errors come first.": dict(sure=lambda z: -np.abs(z)),
    "Sorted by ŷ, which is rounded to 0 or 1 for large logits.": dict(sure=lambda z: np.abs(sigmoid(z) - 0.5)),
    "Of two that are equally sure the later one comes first.": last_first,
    "Right answers are listed: only wrong ones should be.": dict(wrong=np.equal),
    "Right answers are listed as well: only wrong ones should be.": dict(wrong=lambda good, labels: np.ones_like(labels)),
    "The k surest answers are taken first, and then the wrong ones of these.": wrong_of_the_surest,
    "The numbers are places in the list of errors: they should be those of the reviews.": ranks_among_errors,
    "All errors are listed, where at most k should be.": dict(k=lambda k: None),
})  # fmt: skip

surest_errors.accept_other_forms()


# mean_reader -------------------------------------------------------------------------------------------------------
mean_reader = Check("mean_reader")
mean_reader.ask_for("output shape", "parameters with one bias a gate", "recurrent cells", "padding changes nothing",
                    "words pooled", basic=("outputs are",))  # fmt: skip


def mean_of_states(a):
    return L.GlobalAveragePooling1D()(a)


@mean_reader.reference
def averaged_states(V, n, n_a, *, cell=L.GRU, ways=True, every=True, mask=True, pool=mean_of_states, merge="concat", f=None):
    ids = keras.Input((None,))
    x = L.Embedding(V, n, mask_zero=mask)(ids)
    a = cell(n_a, return_sequences=every)
    a = L.Bidirectional(a, merge_mode=merge)(x) if ways else a(x)
    return keras.Model(ids, L.Dense(1, activation=f)(pool(a)))


@mean_reader.cases
def _(rng):
    for label, shape in (("many reviews", (24, 5)), ("one review", (1, 4))):
        V, n, n_a = int(rng.integers(12, 40)), *map(int, rng.choice(np.arange(2, 9), size=2, replace=False))
        given = {"ids": np.array([rng.choice(np.arange(1, V), size=shape[1], replace=False) for _ in range(shape[0])])}
        yield Case(label, basic=shape[0] > 1, given=given, V=V, n=n, n_a=n_a)


mean_reader.alternative("a cell in an RNN")(
    lambda *inputs: averaged_states(*inputs, cell=lambda n, **how: L.RNN(L.GRUCell(n), **how))
)
mean_reader.alternative("reset before the product")(
    lambda *inputs: averaged_states(*inputs, cell=lambda n, **how: L.GRU(n, reset_after=False, **how))
)


@mean_reader.alternative("a mask by hand, two layers")
def _(V, n, n_a):
    ids = keras.Input((None,), dtype="int32")
    real = keras.ops.not_equal(ids, 0)
    x = L.Embedding(V, n)(ids)
    there, back = (L.GRU(n_a, return_sequences=True, go_backwards=backwards) for backwards in (False, True))
    a = L.Bidirectional(there, backward_layer=back)(x, mask=real)
    weights = keras.ops.cast(real, "float32")[:, :, None]
    mean = keras.ops.sum(a * weights, axis=1) / keras.ops.sum(weights, axis=1)
    return keras.Model(ids, L.Dense(1)(mean))


mean_reader.mistakes({
    "Padding is not marked: the Embedding needs mask_zero=True.": dict(mask=False),
    "Padding is averaged in, although the GRU leaves it out: the mean needs the mask too.": dict(
        pool=lambda a: keras.ops.mean(a, axis=1)
    ),
    "Only the last states come out, and there is nothing to average.": dict(every=False, pool=lambda a: a),
    "The states are added up, where their mean is asked for.": dict(pool=lambda a: keras.ops.sum(a, axis=1)),
    "The largest states are taken, where their mean is asked for.": dict(pool=lambda a: keras.ops.max(a, axis=1)),
    "There is an answer for every word: the mean over the words is missing.": dict(pool=lambda a: a),
    "The review is read forwards only.": dict(ways=False),
    "The directions are summed: they should be side by side, as [a→, a←].": dict(merge="sum"),
    "The layer is an LSTM: a GRU is asked for.": dict(cell=L.LSTM),
    "There is a sigmoid at the end: a logit is asked for.": dict(f="sigmoid"),
})  # fmt: skip


# review_reader -----------------------------------------------------------------------------------------------------
review_reader = Check("review_reader")
review_reader.ask_for("output shape", "accuracy", "parameters in budget")

REVIEWS, GOOD, _ = data.opinions(np.random.default_rng(7), 3000)
WORDS = Vocabulary.build(word for review in REVIEWS for word in review)  # both as the notebook has them


@review_reader.cases
def _(rng):
    for label, enough, budget, weight in (
        ("a start", 0.7, None, 3), ("in any order", 0.95, None, 4), ("in any order, with 1,000 parameters", 0.95, 1000, 4),
        ("in any order, with 400 parameters", 0.95, 400, 3),
    ):  # fmt: skip
        reviews, labels, _ = data.opinions(rng, int(rng.integers(560, 640)))
        ids = pad([WORDS.encode(review) for review in reviews])[0]
        yield Case(
            label, basic=enough < 0.9, weight=weight, given={"ids": ids, "labels": labels, "enough": enough, "budget": budget}
        )


def leaning():
    """1 for words that plain reviews use for praise alone, -1 for blame, 0 for the others."""
    plain, labels, _ = data.opinions(np.random.default_rng(8), 1500, "plain")
    ids = pad([WORDS.encode(review) for review in plain])[0]
    share = np.array([labels[(ids == word).any(axis=1)].mean() if (ids == word).any() else 0.5 for word in range(len(WORDS))])
    return (share == 1).astype(float) - (share == 0)


LEANING = leaning()


def rules(turning=True, silencing=True):
    """A table with three numbers a word, and a kernel over nine words, the sixth of which is an adjective that counts.

    Of the four units two are for praise and blame as they stand, and two for praise and blame turned round.
    """
    table, kernel = np.zeros((len(WORDS), 3)), np.zeros((9, 3, 4))
    table[:, 0] = LEANING
    table[WORDS.encode("not never from nothing lacking".split()), 1] = turning
    table[WORDS.encode(["but"]), 1] = -silencing
    table[WORDS.encode(["although", "despite"]), 2] = silencing
    kernel[5, 0] = 1, -1, 1, -1
    kernel[5 - np.array([1, 2, 5]), 1] = -3, -3, 3, 3
    kernel[5 + np.array([2, 3]), 1] = 3, 3, 0, 0  # what "but" follows does not count
    kernel[5 - np.array([2, 4]), 2] = -3
    return table, kernel, np.array([0, 0, -3, -3])


def by_rule(*, wide=0, turning=True, silencing=True, sign=1, pool=True, scale=20, f="sigmoid"):
    """A model that needs no training: each adjective is read with what stands up to five places before and three behind it."""
    ids = keras.Input((None,), dtype="int32")
    table, *weights = rules(turning, silencing)
    weights[0] = np.pad(weights[0], ((0, 0), (0, wide), (0, 0)))
    x = L.Embedding(len(WORDS), 3 + wide, weights=[np.pad(table, ((0, 0), (0, wide)))])(ids)
    convolve, add = L.Conv1D(4, 9, activation="relu"), L.Dense(1, activation=f)
    heard = convolve(L.ZeroPadding1D((5, 3))(x))
    y = add(keras.ops.sum(heard, axis=1) if pool else heard)
    convolve.set_weights(weights)
    add.set_weights([sign * scale * np.array([[1], [-1], [-1], [1]]), np.zeros(1)])
    return keras.Model(ids, y)


# Annotated, so that no mutants of it are tried: any weights will do that read enough of the reviews rightly.
BY_RULE: Callable = by_rule


@review_reader.reference
def reader_of_reviews(*, build=BY_RULE):
    return build()


def built(**how):
    return dict(build=partial(by_rule, **how))


review_reader.mistakes({
    "Every adjective counts as it stands: what words such as not and but make of it is not learnt.": built(
        turning=False, silencing=False
    ),
    "Negation is learnt, but not which of two clauses decides.": built(silencing=False),
    "Good and bad are swapped: the output should be near 1 for good reviews.": built(sign=-1),
    "There is an output for each word, where a review needs one.": built(pool=False),
    "There are more parameters than are asked for: a narrower embedding or fewer units would do.": built(wide=30),
})  # fmt: skip
review_reader.alternative("less sure")(lambda: by_rule(scale=3))
review_reader.alternative("a hard sigmoid")(lambda: by_rule(f="hard_sigmoid"))
review_reader.alternative("surer")(lambda: by_rule(scale=100))
