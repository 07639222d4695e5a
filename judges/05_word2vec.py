"""Assignment 05: pairs of words, subsampling, negatives, the loss and its gradients, a model, neighbours, a score, vectors of a language.

A reference has a switch, which is a keyword-only parameter, for each mistake that students make; without switches it is right.
"""

from collections.abc import Callable
from functools import partial
from itertools import count

import numpy as np
from autograder.check import Case, Check, Requirements, changed, close, overwriting
from autograder.kernels.jail import Limits
from unroll import data

PACKAGES = ("numpy", "unroll-course", "keras", "tensorflow")
requirements = Requirements(PACKAGES, Limits(seconds=180, cell_seconds=60, memory=3 << 30, processes=128))


def until(good, draw):
    """The first draw that is good."""
    return next(each for each in (draw() for _ in count()) if good(each))


def all_tell(check, draw):
    """The first drawn inputs to which every misconception that is not about an edge gives another answer than the reference."""

    def good(inputs):
        right = check.solution(*inputs.values())
        with np.errstate(all="ignore"):
            wrong = [each(*inputs.values()) for sentence, each in check.misconceptions.items() if sentence not in EDGES]
        return not any(check.compare.same(right, each) for each in wrong)

    return until(good, draw)


EDGES = set()  # sentences of misconceptions that ordinary inputs do not show


def at_edges(sentence):
    EDGES.add(sentence)
    return sentence


# window_pairs ------------------------------------------------------------------------------------------------------
window_pairs = Check("window_pairs")
window_pairs.compare = close(returns=("centres", "contexts"))


@window_pairs.reference
def pairs(ids, sentence, reach, *, near=lambda gap, reach: (gap != 0) & (abs(gap) <= reach), values=lambda ids, where: ids[where],
          order=lambda centre, context: np.arange(len(centre))):  # fmt: skip
    place = np.arange(len(ids))
    gap = place - place[:, None]
    centre, context = np.nonzero(near(gap, reach[:, None]) & (sentence == sentence[:, None]))
    first = order(centre, context)
    return values(ids, centre[first]), values(ids, context[first])


@window_pairs.cases
def _(rng):
    def text(*lengths, reach=(1, 4), words=30):
        numbers = np.repeat(np.cumsum(rng.integers(1, 4, size=len(lengths))), lengths)
        return {
            "ids": rng.integers(3, words, size=len(numbers)),
            "sentence": numbers,
            "reach": rng.integers(*reach, size=len(numbers)),
        }

    def repeated():
        given = text(7, 5, words=5)
        given["ids"][[2, 3]] = given["ids"][9]
        return given

    yield Case("two sentences", **all_tell(window_pairs, lambda: text(6, 5)), basic=True)
    yield Case("a sentence with windows of all widths", **all_tell(window_pairs, lambda: text(9, 2, reach=(1, 5))), basic=True)
    yield Case("a word occurs twice in a window", **repeated())
    yield Case("windows wider than the sentence", **text(4, 3, 2, reach=(6, 9)))
    yield Case("some words reach nowhere", **text(6, 4, reach=(0, 2)))
    yield Case("sentences of one word", **text(1, 1, 1))
    yield Case("called twice", **text(5, 1, 4), calls=2)


window_pairs.mistakes({
    "Only the words to the right of the centre are taken: a window has two sides.": dict(near=lambda gap, r: (gap > 0) & (gap <= r)),
    "Only the words to the left of the centre are taken: a window has two sides.": dict(near=lambda gap, r: (gap < 0) & (-gap <= r)),
    "The centre is paired with itself.": dict(near=lambda gap, reach: abs(gap) <= reach),
    "The last word within reach is left out on the right, as range leaves out its end.": dict(
        near=lambda gap, reach: (gap != 0) & (-reach <= gap) & (gap < reach)
    ),
    "The window ends one word too early on both sides.": dict(near=lambda gap, reach: (gap != 0) & (abs(gap) < reach)),
    "The windows reach into the next sentence.": dict(sentence=np.zeros_like),
    "The reach of the context decides, where that of the centre should.": dict(
        near=lambda gap, reach: (gap != 0) & (abs(gap) <= reach.T)
    ),
    "All centres have the reach of the first.": dict(reach=lambda reach: np.full_like(reach, reach[0])),
    "All centres have the widest reach.": dict(reach=lambda reach: np.full_like(reach, reach.max())),
    "Centres and contexts are swapped.": lambda *inputs: pairs(*inputs)[::-1],
    "The pairs come distance by distance, where they should come centre by centre.": dict(
        order=lambda centre, context: np.argsort(abs(centre - context), kind="stable")
    ),
    "The places of the words come out, not their ids.": dict(values=lambda ids, where: where),
    at_edges("A pair of two equal ids is left out, though the words stand at two places."): lambda ids, *rest: [
        each[np.not_equal(*pairs(ids, *rest))] for each in pairs(ids, *rest)
    ],
})  # fmt: skip

window_pairs.alternative("as lists")(lambda *inputs: [each.tolist() for each in pairs(*inputs)])
window_pairs.alternative("as one array")(lambda *inputs: np.stack(pairs(*inputs)))


@window_pairs.alternative("word by word")
def _(ids, sentence, reach):
    found = [
        (ids[i], ids[j])
        for i in range(len(ids))
        for j in range(max(0, i - reach[i]), min(len(ids), i + reach[i] + 1))
        if j != i and sentence[j] == sentence[i]
    ]
    return [each[0] for each in found], [each[1] for each in found]


# thin_out ----------------------------------------------------------------------------------------------------------
thin_out = Check("thin_out")
thin_out.compare = close()


@thin_out.reference
def thinned(ids, counts, s, seed, *, share=lambda counts, ids: counts[ids] / counts.sum(), keep=lambda f, s: np.sqrt(s / f) + s / f,
            stays=np.less, numbers=lambda seed, ids, kept: np.random.default_rng(seed).random(len(ids))):  # fmt: skip
    kept = keep(share(counts, ids), s)
    return ids[stays(numbers(seed, ids, kept), kept)]


def own_draws_for_the_frequent(seed, ids, kept):
    """A number only for words that may go; the others have 0."""
    u = np.zeros(len(ids))
    u[kept < 1] = np.random.default_rng(seed).random(np.count_nonzero(kept < 1))
    return u


@thin_out.cases
def _(rng):
    def text(many, s, V=14, often=lambda rank: 1000 / rank):
        counts = rng.permutation(often(np.arange(1, V + 1))).astype(int) + rng.integers(5, 20, size=V)
        ids = rng.choice(V, size=many, p=counts / counts.sum())
        return {"ids": ids, "counts": counts, "s": s, "seed": int(rng.integers(1, 1 << 30))}

    def unseen():
        given = text(60, 0.02)
        given["counts"][np.setdiff1d(np.arange(14), given["ids"][:20])] = 0
        return given | {"ids": given["ids"][given["counts"][given["ids"]] > 0]}

    yield Case("a text of 150 words", **all_tell(thin_out, lambda: text(150, rng.uniform(0.01, 0.02))), basic=True)
    yield Case("a smaller s", **all_tell(thin_out, lambda: text(200, rng.uniform(0.003, 0.005), V=40)), basic=True)
    yield Case("some words of the vocabulary have never been counted", **unseen())
    yield Case("every word is rare", **text(30, 0.9))
    yield Case("one word again and again", **text(40, 0.1, V=1))
    yield Case("no words", **text(0, 0.01))
    yield Case("called twice", **text(80, 0.01), calls=2)


thin_out.mistakes({
    "Those words stay that should go.": dict(stays=np.greater_equal),
    "The fraction stands on its head, and the frequent words stay: it is s / f, not f / s.": dict(
        keep=lambda f, s: np.sqrt(f / s) + f / s
    ),
    "The second term is missing: that is the formula of the paper, not of the program.": dict(keep=lambda f, s: np.sqrt(s / f)),
    "The root is missing: s / f alone.": dict(keep=lambda f, s: s / f),
    "f is the count of a word, where it should be its share of all words.": dict(share=lambda counts, ids: counts[ids]),
    "f is the share of a word in these ids, where it should come from counts.": dict(
        share=lambda counts, ids: np.bincount(ids)[ids] / len(ids)
    ),
    "f is compared with the most frequent word's count, not with the sum.": dict(share=lambda counts, ids: counts[ids] / counts.max()),
    "One number is drawn for each id of the vocabulary: all occurrences of a word stay, or none.": dict(
        numbers=lambda seed, ids, kept: np.random.default_rng(seed).random(1 + max(ids, default=0))[ids]
    ),
    "Numbers are drawn only for words that may go, where every word should have one.": dict(numbers=own_draws_for_the_frequent),
    "Nothing is drawn: every word with a share above s goes.": lambda ids, counts, s, seed: ids[counts[ids] / counts.sum() <= s],
    "The seed is not used: the generator is always made from 0.": dict(seed=lambda seed: 0),
    "The numbers come from NumPy's old generator, np.random.seed, not from np.random.default_rng.": dict(
        numbers=lambda seed, ids, kept: np.random.RandomState(seed % (1 << 32)).random(len(ids))
    ),
})  # fmt: skip

thin_out.alternative("as a list")(lambda *inputs: thinned(*inputs).tolist())
thin_out.alternative("np.minimum, a table for all ids")(
    lambda ids, counts, s, seed: ids[
        np.random.default_rng(seed).random(len(ids)) < np.minimum(1, thin_out_table(counts, s))[ids]
    ]
)


def thin_out_table(counts, s):
    f = np.maximum(counts, 1e-9) / counts.sum()
    return (np.sqrt(f / s) + 1) * s / f


@thin_out.alternative("word by word")
def _(ids, counts, s, seed):
    rng, kept = np.random.default_rng(seed), []
    for i in ids:
        f = counts[i] / sum(counts)
        if rng.random() < (s / f) ** 0.5 + s / f:
            kept.append(i)
    return np.array(kept)


# negative_shares ---------------------------------------------------------------------------------------------------
negative_shares = Check("negative_shares")
negative_shares.compare = close()


@negative_shares.reference
def shares(counts, power, reserved, *, base=np.asarray, finish=lambda weights: weights / weights.sum()):
    drawn = (counts > 0) & (np.arange(len(counts)) >= reserved)
    return finish(np.where(drawn, np.where(drawn, base(counts), 1.0) ** power, 0))


@negative_shares.cases
def _(rng):
    def words(V, power, reserved, never=2, most=900):
        counts = rng.permutation(rng.choice(np.arange(2, most), size=V, replace=False))
        counts[[0, -1]] = 1
        counts[rng.choice(np.arange(reserved, V - 1), size=never, replace=False)] = 0
        return {"counts": counts, "power": power, "reserved": reserved}

    yield Case("the power 3/4", **words(9, 0.75, 3), basic=True)
    yield Case("another power", **words(8, rng.uniform(0.3, 0.6), 2), basic=True)
    yield Case("the power 1: as often as they occur", **words(7, 1, 1))
    yield Case("the power 0: all that occur alike", **words(8, 0, 2))
    yield Case("nothing is reserved", **words(6, 0.75, 0, never=0))
    yield Case("one word is left", **words(6, 0.75, 3, never=2))
    yield Case("called twice", **words(7, 0.5, 2), calls=2)


negative_shares.mistakes({
    "The power is applied to the ids, where it should be applied to the counts.": dict(base=lambda counts: np.arange(len(counts))),
    "The power is not used.": dict(power=lambda power: 1),
    "The power is always 3/4, whatever `power` says.": dict(power=lambda power: 0.75),
    "The power is negative: the rarer a word, the more often it is drawn.": dict(power=lambda power: -power),
    "The power is applied to the shares after the division, and they do not add up to 1.": lambda counts, power, reserved: (
        shares(counts, 1, reserved) ** power
    ),
    "The reserved ids have a share too.": dict(reserved=lambda reserved: 0),
    "The reserved ids lose their shares after the division, and the rest does not add up to 1.":
        lambda counts, power, reserved: shares(counts, power, 0) * (np.arange(len(counts)) >= reserved),
    "One id too many is reserved.": dict(reserved=lambda reserved: reserved + 1),
    "The reserved ids have no places in the result, and all others move up.":
        lambda counts, power, reserved: shares(counts, power, reserved)[reserved:],
    "What is raised to the power is not divided by its sum.": dict(finish=np.asarray),
    "A softmax is taken, where a division by the sum is asked for.": dict(finish=lambda weights: np.exp(weights) / np.exp(weights).sum()),
    "0 to the power 0 is 1: words that never occur have a share.": lambda counts, power, reserved: (
        shares(counts + (counts == 0) * (power == 0), power, reserved)
    ),
    "The counts are changed in place.": overwriting(shares, "counts", lambda result, counts, power, reserved:
        np.where(np.arange(len(counts)) < reserved, 0, counts)),
})  # fmt: skip

negative_shares.accept_other_forms()


@negative_shares.alternative("word by word")
def _(counts, power, reserved):
    weights = [float(n) ** power if i >= reserved and n else 0 for i, n in enumerate(counts)]
    return [weight / sum(weights) for weight in weights]


# draw_negatives ----------------------------------------------------------------------------------------------------
draw_negatives = Check("draw_negatives")
draw_negatives.compare = close()


def all_but_the_target(shares, targets):
    return np.where(np.arange(len(shares)) == targets[:, None], 0, shares)


@draw_negatives.reference
def negatives(shares, targets, u, *, left=all_but_the_target, whole=lambda sums: sums[:, -1:], below=np.less_equal):
    sums = np.cumsum(left(shares, targets), axis=1)
    return below((sums / whole(sums))[:, None, :], u[:, :, None]).sum(axis=2)


def plain(shares, targets, u):
    return negatives(shares, targets, u, left=lambda shares, targets: np.tile(shares, (len(targets), 1)))


@draw_negatives.cases
def _(rng):
    def batch(m, k, V, reserved=2, dtype="float64"):
        weights = np.where(np.arange(V) < reserved, 0, rng.uniform(0.5, 4, size=V)).astype(dtype)
        u = rng.random(size=(m, k)).astype(dtype)
        return {
            "shares": weights / weights.sum(),
            "targets": rng.choice(rng.permutation(np.arange(reserved, V))[:4], size=m),
            "u": u,
        }

    def two_words():
        given = batch(4, 3, 6)
        given["shares"] = np.zeros(6)
        given["shares"][[2, 5]] = 0.5
        given["targets"] = rng.permutation([2, 5, 2, 5])
        return given

    yield Case("a batch", **all_tell(draw_negatives, lambda: batch(7, 6, 10)), basic=True)
    yield Case("all sizes alike", **all_tell(draw_negatives, lambda: batch(8, 8, 8)), basic=True)
    yield Case("u is 0", **batch(5, 2, 8) | {"u": np.zeros((5, 2))})
    yield Case("the target has no share itself", **batch(4, 6, 7) | {"targets": np.array([0, 1, 0, 1])})
    yield Case("only one other word is left", **two_words())
    yield Case("one pair, one negative", **batch(1, 1, 6))
    yield Case("float32", **batch(4, 5, 9, dtype="float32"))
    yield Case("called twice", **batch(5, 4, 7), calls=2)


draw_negatives.mistakes({
    "The target can be drawn as its own negative.": plain,
    "Where the target is drawn, the next id takes its place: the word behind it then has two shares.":
        lambda shares, targets, u: (lambda drawn: drawn + (drawn == targets[:, None]))(plain(shares, targets, u)),
    "The target's share is taken out, but what is left is not divided by its sum, and an id comes out that does not exist.":
        dict(whole=np.ones_like),
    "The target's share is taken out, but what is left is not divided by its sum, and argmax, which finds nothing, says 0.":
        lambda *inputs: (lambda drawn: np.where(drawn == len(inputs[0]), 0, drawn))(negatives(*inputs, whole=np.ones_like)),
    "The targets of all pairs are left out, where only the pair's own should be.": dict(
        left=lambda shares, targets: np.tile(np.where(np.isin(np.arange(len(shares)), targets), 0, shares), (len(targets), 1))
    ),
    "The target of the first pair is left out for all pairs.": dict(targets=lambda targets: np.full_like(targets, targets[0])),
    "The target is deleted from the table, and all ids after it are one too small.":
        lambda shares, targets, u: (lambda drawn: drawn - (drawn > targets[:, None]))(negatives(shares, targets, u)),
    "All words are drawn alike: the shares are not used.": dict(shares=np.ones_like),
    "The most frequent word is always taken.": lambda shares, targets, u: np.zeros_like(u, int) + all_but_the_target(
        shares, targets
    ).argmax(axis=1, keepdims=True),
    "The running sum is taken from the last id.": dict(u=lambda u: 1 - u),
    at_edges("The sum may equal u, where it should be greater: at u = 0 the id 0 is drawn."): dict(below=np.less),
})  # fmt: skip

draw_negatives.alternative("as lists")(lambda *inputs: negatives(*inputs).tolist())
draw_negatives.alternative("u stretched instead")(
    lambda shares, targets, u: [
        [np.searchsorted(sums, each * sums[-1], side="right") for each in row]
        for sums, row in zip(np.cumsum(all_but_the_target(shares, targets), axis=1), u, strict=True)
    ]
)


@draw_negatives.alternative("one after another")
def _(shares, targets, u):
    drawn = np.zeros(u.shape, dtype=int)
    for i, target in enumerate(targets):
        p = shares.astype(float)
        p[target] = 0
        p /= p.sum()
        for j, number in enumerate(u[i]):
            while p[: drawn[i, j] + 1].sum() <= number:
                drawn[i, j] += 1
    return drawn


# sampling_loss -----------------------------------------------------------------------------------------------------
sampling_loss = Check("sampling_loss")
sampling_loss.compare = close()


@sampling_loss.reference
def mean_loss(right, wrong, *, cost=lambda x: np.logaddexp(0, x), negative=lambda each: each.sum(axis=1), over=np.mean, sign=1):
    return over(cost(-sign * right) + negative(cost(sign * wrong)))


def overflows(x):
    return np.log(1 + np.exp(x))


def of_probability(shift):
    """Minus the logarithm of sigmoid(-x), to which something is added."""
    return lambda x: -np.log(1 / (1 + np.exp(x)) + shift)


@sampling_loss.cases
def _(rng):
    def logits(m, k, dtype="float64"):
        return {"right": 2 * rng.normal(size=m).astype(dtype), "wrong": 2 * rng.normal(size=(m, k)).astype(dtype)}

    far = logits(4, 3)
    far["right"] += rng.permutation([1000, -1000, 0, 0])
    far["wrong"][1:, 0] += rng.permutation([1000, -1000, 0])
    sure = {"right": rng.uniform(-60, -40, size=3), "wrong": rng.uniform(40, 60, size=(3, 2))}
    yield Case("a batch", **logits(5, 4), basic=True)
    yield Case("all sizes alike", **logits(6, 6), basic=True)
    yield Case("logits near 1000 and -1000", **far)
    yield Case("wrong by 50", **sure)
    yield Case("one pair, one negative", **logits(1, 1))
    yield Case("float32", **logits(3, 5, dtype="float32"))
    yield Case("called twice", **logits(4, 2), calls=2)


sampling_loss.mistakes({
    "The mean over the candidates is taken, where each pair's losses should be added up, as Keras takes it.":
        lambda right, wrong: mean_loss(right, wrong) / (1 + wrong.shape[1]),
    "The losses of the negatives are averaged, where they should be added up.": dict(negative=lambda each: each.mean(axis=1)),
    "The sum over the batch is taken instead of the mean.": dict(over=np.sum),
    "The negatives are pulled closer like the right word: their sign is missing.": dict(wrong=np.negative),
    "Right and wrong are exchanged: both signs are turned.": dict(sign=-1),
    "The negatives are left out.": dict(negative=lambda each: 0),
    "The losses of the negatives are subtracted.": dict(negative=lambda each: -each.sum(axis=1)),
    "The sign of the whole is wrong.": lambda *inputs: -mean_loss(*inputs),
    "The logarithm is missing.": dict(cost=lambda x: -1 / (1 + np.exp(x))),
    "The logarithm has base 2.": lambda *inputs: mean_loss(*inputs) / np.log(2),
    "The exponential of a large logit overflows, or its sigmoid is rounded to 0 before the logarithm.": dict(cost=overflows),
    "1e-12 is added before the logarithm, and no loss is above 28.": dict(cost=of_probability(1e-12)),
    "1e-7 is added before the logarithm, and no loss is above 16.": dict(cost=of_probability(1e-7)),
})  # fmt: skip

sampling_loss.accept_other_forms()
sampling_loss.equivalent("mean_loss: np.logaddexp(0, x) → np.logaddexp(x, 0)", reason="A sum has no order.")
sampling_loss.alternative("log1p of the size")(changed(mean_loss, cost=lambda x: np.maximum(x, 0) + np.log1p(np.exp(-abs(x)))))


@sampling_loss.alternative("pair by pair")
def _(right, wrong):
    total = 0.0
    for one, others in zip(right, wrong, strict=True):
        total += np.logaddexp(0, -one) + sum(np.logaddexp(0.0, each) for each in others)
    return total / len(right)


# sampling_gradients ------------------------------------------------------------------------------------------------
sampling_gradients = Check("sampling_gradients")
sampling_gradients.compare = close(returns=("dE", "dtheta"))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def added(table, ids, rows):
    """In each row of a table, the sum of all rows that belong to its id."""
    return np.einsum("iv,in->vn", ids.ravel()[:, None] == np.arange(len(table)), rows.reshape(ids.size, table.shape[1]))


def overwritten(table, ids, rows):
    """In each row of a table, the last of the rows that belong to its id."""
    result = np.zeros_like(table)
    result[ids] += rows
    return result


@sampling_gradients.reference
def gradients(E, theta, centres, candidates, *, squash=sigmoid, y=lambda d: np.arange(d.shape[1]) == 0, error=lambda d, y: d - y,
              divide=lambda d: len(d), into=added, counts=1):  # fmt: skip
    e, t = E[centres][:, None, :], theta[candidates]
    d = squash((e * t).sum(axis=2))
    d = (error(d, y(d)) / divide(d))[:, :, None]
    return into(E, centres, (d * t * counts).sum(axis=1)), into(theta, candidates, d * e)


@sampling_gradients.cases
def _(rng):
    def tables(m, k, V, n, dtype="float64", replace=True):
        E, theta = rng.normal(size=(2, V, n)).astype(dtype)
        ids = rng.choice(V, size=(m, 2 + k), replace=replace)
        return {"E": E, "theta": theta, "centres": ids[:, 0], "candidates": ids[:, 1:]}

    hit = tables(4, 3, 9, 5)
    hit["candidates"][:, 2] = hit["candidates"][:, 0]
    alone = tables(2, 1, 9, 4, replace=False)
    yield Case("words occur again and again", **tables(9, 3, 7, 4), basic=True)
    yield Case("no word occurs twice", **alone, basic=True)
    yield Case("all sizes alike", **tables(5, 4, 5, 5))
    yield Case("a negative is the right word by accident", **hit)
    yield Case("one pair", **tables(1, 4, 6, 3))
    yield Case("float32", **tables(4, 2, 6, 3, dtype="float32"))
    yield Case("called twice", **tables(3, 3, 6, 4), calls=2)


sampling_gradients.mistakes({
    "Where a word occurs several times, only the last of its gradients is kept: [ids] += rows adds once for each id.": dict(
        into=overwritten
    ),
    "The sign is wrong: it is sigmoid minus 1 or 0, not the other way round.": dict(error=lambda d, y: y - d),
    "The sum over the pairs is not divided by their number.": dict(divide=lambda d: 1),
    "The sum is divided by the candidates too, as Keras does.": dict(divide=lambda d: d.size),
    "All candidates count as wrong.": dict(y=np.zeros_like),
    "All candidates count as right.": dict(y=np.ones_like),
    "The last candidate counts as the right one.": dict(y=lambda d: np.arange(d.shape[1]) == d.shape[1] - 1),
    "The sigmoid is missing.": dict(squash=np.asarray),
    "A softmax over the candidates stands where each has a sigmoid of its own.": dict(
        squash=lambda x: np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)
    ),
    "The derivative of the sigmoid is multiplied in: that belongs to a squared error.": dict(error=lambda d, y: (d - y) * d * (1 - d)),
    "Only the right word changes the vector of the centre, where the negatives push it as well.": dict(counts=np.eye(99)[:1].T),
    "dE and dtheta are swapped.": lambda *inputs: gradients(*inputs)[::-1],
    "The rows of the batch come out, where tables as large as E and theta should.": dict(into=lambda table, ids, rows: rows),
    "The gradient of a word is the mean over its occurrences, not their sum divided by the pairs.": lambda E, theta, c, t: [
        each * len(c) / np.maximum(1, np.bincount(ids.ravel(), minlength=len(E)))[:, None]
        for each, ids in zip(gradients(E, theta, c, t), (c, t), strict=True)
    ],
})  # fmt: skip

sampling_gradients.accept_other_forms()


@sampling_gradients.alternative("np.add.at")
def _(E, theta, centres, candidates):
    dE, dtheta = np.zeros_like(E), np.zeros_like(theta)
    d = sigmoid(np.einsum("mn,mkn->mk", E[centres], theta[candidates]))
    d[:, 0] -= 1
    np.add.at(dE, centres, np.einsum("mk,mkn->mn", d, theta[candidates]) / len(centres))
    np.add.at(dtheta, candidates, d[:, :, None] * E[centres][:, None] / len(centres))
    return dE, dtheta


# skip_gram_model ---------------------------------------------------------------------------------------------------
def network(V, n, *, one=False, multiply=lambda layers: layers.Dot(axes=2), parts=(slice(0, 1), slice(1, None)),
            end=lambda layers: layers.Flatten(), loss="BinaryCrossentropy", logits=True, optimizer="Adam", rate=0.01, rows=0):  # fmt: skip
    from keras import Input, Model, layers, losses, optimizers

    ids = Input((None,))
    E = layers.Embedding(V + rows, n)
    theta = E if one else layers.Embedding(V + rows, n)
    e, t = E(ids[:, parts[0]]), theta(ids[:, parts[1]])
    model = Model(ids, end(layers)(multiply(layers)([t, e])))
    model.compile(getattr(optimizers, optimizer)(rate), getattr(losses, loss)(from_logits=logits))
    return model


def into_sigmoid(layers):
    return lambda x: layers.Activation("sigmoid")(layers.Flatten()(x))


skip_gram_model = Check("skip_gram_model")
skip_gram_model.reference(network)
skip_gram_model.ask_for("output shape", "parameters", "scores are", "loss of yes or no", "optimizer", "outputs are")
skip_gram_model.mistakes({
    "There is one table: centres and candidates need vectors of their own.": dict(one=True),
    "The scores are cosines: the vectors are brought to length 1 before they are multiplied.": dict(
        multiply=lambda layers: layers.Dot(axes=2, normalize=True)
    ),
    "The last id of a row is taken for the centre.": dict(parts=(slice(-1, None), slice(None, -1))),
    "The centre is among its own candidates.": dict(parts=(slice(0, 1), slice(None))),
    "The tables have one row too many: V counts all ids.": dict(rows=1),
    "V and n are swapped.": lambda V, n: network(n, V, rows=V),
    "The model ends in a sigmoid, but logits are asked for.": dict(end=into_sigmoid, logits=False),
    "The model ends in a sigmoid, and the loss takes its output for logits.": dict(end=into_sigmoid),
    "The loss takes logits for probabilities: from_logits=True is missing.": dict(logits=False),
    "The loss is a softmax over the candidates, where each of them is right or wrong by itself.": dict(loss="CategoricalCrossentropy"),
    "The learning rate is Adam's default: 0.01 is asked for.": dict(rate=0.001),
    "The optimizer is plain gradient descent: Adam is asked for.": dict(optimizer="SGD"),
})  # fmt: skip


@skip_gram_model.cases
def _(rng):
    V = int(rng.integers(20, 40))
    for label, m, k in (("five negatives", 4, 5), ("two negatives", 6, 2)):
        labels = np.eye(1, 1 + k).repeat(m, axis=0)
        yield Case(label, basic=k == 5, V=V, n=3 + k, given={"ids": rng.integers(V, size=(m, 2 + k)), "labels": labels})


@skip_gram_model.alternative("multiplied and added up")
def _(V, n):
    from keras import Input, Model, layers, losses, ops, optimizers

    ids = Input((None,), dtype="int32")
    scores = ops.sum(layers.Embedding(V, n)(ids[:, :1]) * layers.Embedding(V, n)(ids[:, 1:]), axis=-1)
    model = Model(ids, scores)
    model.compile(optimizers.Adam(learning_rate=0.01), losses.BinaryCrossentropy(from_logits=True))
    return model


@skip_gram_model.alternative("an einsum")
def _(V, n):
    from keras import Input, Model, layers, losses, ops, optimizers

    ids = Input((None,), dtype="int32")
    e = layers.Embedding(V, n, embeddings_initializer="zeros")(ids[:, 0])
    model = Model(ids, ops.einsum("mn,mkn->mk", e, layers.Embedding(V, n)(ids[:, 1:])))
    model.compile(optimizers.Adam(1e-2), losses.BinaryCrossentropy(from_logits=True), metrics=["accuracy"])
    return model


@skip_gram_model.alternative("each table for all ids, cut afterwards")
def _(V, n):
    from keras import Input, Model, layers, losses, optimizers

    ids = Input((None,), dtype="int64")
    e, t = (layers.Embedding(V, n)(ids) for _ in range(2))
    scores = layers.Dot(axes=2)([e[:, :1], t[:, 1:]])
    model = Model(ids, layers.Flatten()(scores))
    model.compile(optimizers.Adam(0.01), [losses.BinaryCrossentropy(from_logits=True)])
    return model


# most_alike --------------------------------------------------------------------------------------------------------
most_alike = Check("most_alike")
most_alike.compare = close()


def unit(vectors):
    length = np.sqrt((vectors**2).sum(axis=1, keepdims=True))
    return vectors / np.where(length > 0, length, 1)


def ranked(scores):
    return np.argsort(-scores, kind="stable")


@most_alike.reference
def alike(vectors, plus, minus, k, *, before=unit, to=unit, closeness=np.matmul, rank=ranked, asked=np.append):
    direction = before(vectors)[plus].sum(axis=0) - before(vectors)[minus].sum(axis=0)
    order = rank(closeness(to(vectors), direction))
    return order[np.isin(order, asked(plus, minus), invert=True)][:k]


def by_the_largest(vectors):
    largest = abs(vectors).max(axis=1, keepdims=True)
    return vectors / np.where(largest > 0, largest, 1)


def with_nan(vectors):
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@most_alike.cases
def _(rng):
    def words(V, p, q, k, n=4, dtype="float64"):
        vectors = rng.normal(size=(V, n)) * rng.permutation(np.geomspace(0.05, 20, V))[:, None]
        chosen = rng.permutation(V)
        return {"vectors": vectors.astype(dtype), "plus": chosen[:p], "minus": chosen[p : p + q], "k": k}

    def with_zeros():
        given = words(9, 2, 1, 6)
        given["vectors"][rng.choice(np.setdiff1d(np.arange(9), [*given["plus"], *given["minus"]]), size=2, replace=False)] = 0
        return given

    def ties():
        given = words(12, 1, 0, 6, n=16)
        signs = rng.choice([-1.0, 1.0], size=(3, 16))
        given["vectors"] = signs[rng.permutation(np.repeat(np.arange(3), 4))]
        return given

    analogy = all_tell(most_alike, lambda: words(12, 2, 1, 4))
    yield Case("an analogy", **analogy, basic=True)
    yield Case("three words and two taken away", **all_tell(most_alike, lambda: words(14, 3, 2, 5)), basic=True)
    yield Case("the nearest to one word", **words(10, 1, 0, 3))
    yield Case("zero vectors", **until(nan_tells, with_zeros))
    yield Case("words with the same vector", **ties())
    yield Case("more than there are", **words(6, 2, 1, 9))
    yield Case("float32", **words(9, 2, 1, 2, dtype="float32"))
    yield Case("called twice", **words(8, 2, 1, 3), calls=2)


def nan_tells(given):
    with np.errstate(all="ignore"):
        return not np.array_equal(alike(*given.values()), alike(*given.values(), to=with_nan))


most_alike.mistakes({
    "The words of the question come out as answers.": dict(asked=lambda plus, minus: []),
    "Only the words of plus are left out: those of minus come out as answers.": dict(asked=lambda plus, minus: plus),
    "The first places are cut off, as if the words of the question always came first.": lambda vectors, plus, minus, k: alike(
        vectors, plus, minus, len(vectors), asked=lambda *_: []
    )[len(plus) + len(minus) :][:k],
    "The vectors are added before they are brought to length 1.": dict(before=np.asarray),
    "Nothing is brought to length 1, and long vectors win.": dict(before=np.asarray, to=np.asarray),
    "Vectors are divided by their largest number, where they should be brought to length 1.": dict(
        before=by_the_largest, to=by_the_largest
    ),
    "The words of minus are added.": lambda vectors, plus, minus, k: alike(
        np.where(np.isin(np.arange(len(vectors)), minus)[:, None], -vectors, vectors), plus, minus, k
    ),
    "minus is not used for the direction.": lambda vectors, plus, minus, k: alike(
        np.where(np.isin(np.arange(len(vectors)), minus)[:, None], 0, vectors), plus, minus, k
    ),
    "The least alike come out.": dict(rank=lambda scores: ranked(-scores)),
    "The distance decides, where the cosine should.": dict(
        closeness=lambda units, direction: -((units - direction) ** 2).sum(axis=1), to=np.asarray, before=np.asarray
    ),
    at_edges("A zero vector is divided by its length 0, and nan comes last, where its cosine should count as 0."): dict(to=with_nan),
    at_edges("Of equally alike words the higher id comes first."): dict(rank=lambda scores: np.argsort(scores, kind="stable")[::-1]),
})  # fmt: skip

most_alike.equivalent(
    "unit: (vectors ** 2).sum(axis=1, keepdim… → (vectors ** 2).mean(axis=1, keepdim…", reason="All have one length."
)
most_alike.equivalent("unit: 1 → 2", reason="Half of a zero vector is a zero vector.")
most_alike.alternative("as a list")(lambda *inputs: alike(*inputs).tolist())


@most_alike.alternative("word by word")
def _(vectors, plus, minus, k):
    unit = [v / np.linalg.norm(v) if np.any(v) else v for v in vectors]
    direction = sum(unit[i] for i in plus) - sum((unit[i] for i in minus), np.zeros(len(vectors[0])))
    scores = {i: unit[i] @ direction for i in range(len(unit)) if i not in plus and i not in minus}
    return sorted(scores, key=lambda i: -scores[i])[:k]


@most_alike.alternative("minus infinity for the question")
def _(vectors, plus, minus, k):
    u = vectors / (np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-12)
    direction = u[plus].sum(axis=0) - u[minus].sum(axis=0)
    scores = (u @ direction).astype(float)
    scores[plus] = scores[minus] = -np.inf
    return np.lexsort([np.arange(len(u)), -scores])[: min(k, len(u) - len({*plus, *minus}))]


# rank_correlation --------------------------------------------------------------------------------------------------
rank_correlation = Check("rank_correlation")
rank_correlation.compare = close(returns=("rho", "number"))


def mean_ranks(x, *, ties=0.5):
    """How many are smaller, and of those that are equal this share."""
    return np.sum(x < x[:, None], axis=1) + ties * np.sum(x == x[:, None], axis=1)


def pearson(a, b):
    a, b = (each - each.sum() / max(1, len(each)) for each in (a, b))
    scale = np.sqrt((a**2).sum() * (b**2).sum())
    return (a * b).sum() / scale if scale else np.nan


@rank_correlation.reference
def spearman(cosines, people, known, *, rank=mean_ranks, covered=lambda known: known.all(axis=1), correlate=pearson,
             count=lambda rows: rows.sum()):  # fmt: skip
    rows = covered(known)
    return correlate(rank(cosines[rows]), rank(people[rows])), count(rows)


def of_differences(a, b):
    return 1 - 6 * np.sum((a - b) ** 2) / (len(a) * (len(a) ** 2 - 1))


def dense_ranks(x):
    return np.unique(x, return_inverse=True)[1]


@rank_correlation.cases
def _(rng):
    def asked(many, unknown=0, digits=3, alike=0.5, dtype="float64"):
        people = rng.uniform(0, 10, size=many)
        cosines = alike * people / 10 + (1 - alike) * rng.uniform(-1, 1, size=many)
        known = np.ones((many, 2), bool)
        rows = rng.permutation(many)[: 2 * unknown]
        known[rows, rng.permutation(np.arange(len(rows)) % 2)] = False
        known[rows[:unknown:2]] = False
        cosines[rows] = 0
        return {
            "cosines": np.round(cosines, digits).astype(dtype),
            "people": np.round(people, digits).astype(dtype),
            "known": known,
        }

    def tied():
        return asked(16, unknown=2, digits=0) | {"cosines": rng.integers(-3, 4, size=16) / 4}

    reverse = asked(7)
    reverse["cosines"] = -(reverse["people"] ** 3)
    alike = asked(6)
    alike["people"][:] = 5
    yield Case("some words are not known", **all_tell(rank_correlation, lambda: asked(18, unknown=4, digits=0) | tied_cosines(rng, 18)),
               basic=True)  # fmt: skip
    yield Case("all words are known", **asked(12), basic=True)
    yield Case("many are equal", **tied())
    yield Case("two pairs", **asked(2))
    yield Case("the other way round", **reverse)
    yield Case("people say the same of all", **alike)
    yield Case("one pair is known", **asked(5) | {"known": np.eye(5, 2, dtype=bool) | (np.arange(5)[:, None] == 1)})
    yield Case("no pair is known", **asked(4) | {"known": rng.permuted([[True, False]] * 4, axis=1)})
    yield Case("float32", **asked(9, unknown=1, dtype="float32"))
    yield Case("called twice", **asked(8, unknown=1), calls=2)


def tied_cosines(rng, many):
    return {"cosines": rng.permutation(np.append(rng.integers(-40, 40, size=many - 6), rng.integers(-4, 4, size=6) * 5)) / 40}


rank_correlation.mistakes({
    "The numbers themselves are correlated, not their ranks.": dict(rank=np.asarray),
    "argsort is taken for the ranks: it says which number comes first, not which place a number has.": dict(rank=np.argsort),
    "Equal numbers have different ranks, in the order in which they stand, where they should share the mean.": dict(
        rank=lambda x: np.argsort(np.argsort(x, kind="stable"))
    ),
    "Equal numbers all have the lowest of their ranks, where they should share the mean.": dict(rank=partial(mean_ranks, ties=0)),
    "Equal numbers all have the highest of their ranks, where they should share the mean.": dict(rank=partial(mean_ranks, ties=1)),
    "Equal numbers share a rank and the next number has the next one, where places should be left out.": dict(rank=dense_ranks),
    "The formula with squared differences is used, which is wrong where numbers are equal.": dict(correlate=of_differences),
    "A pair counts if one of its words is known, where both should be.": dict(covered=lambda known: known.any(axis=1)),
    "All pairs count, and an unknown word has the cosine 0.": dict(covered=lambda known: np.ones(len(known), bool)),
    "The number of all pairs is returned, not of those that count.": dict(count=len),
    "The ranks are those among all pairs, where only pairs that count should be ranked.": lambda cosines, people, known: (
        pearson(*(mean_ranks(each)[known.all(axis=1)] for each in (cosines, people))), known.all(axis=1).sum()
    ),
    "The sign is wrong.": dict(people=np.negative),
    at_edges("A correlation that does not exist is said to be 0, where it should be nan."): lambda *inputs: (
        np.nan_to_num(spearman(*inputs)[0]), spearman(*inputs)[1]
    ),
})  # fmt: skip

rank_correlation.equivalent(
    "pearson: max(1, len(each)) → max(len(each), 1)", "pearson: max(1, len(each)) → len(each)", "pearson: 1 → 0", reason="It is there for an empty array, whose sum is 0."
)  # fmt: skip
rank_correlation.equivalent(
    "mean_ranks: x < x[:, None] → x > x[:, None]", "mean_ranks: 1 → 0", reason="Both sides are then ranked from the top."
)
rank_correlation.equivalent(
    "pearson: …b).sum() / scale if scale else np.nan → …b).sum() / scale", reason="0 / 0 is nan in NumPy."
)
rank_correlation.equivalent(
    "spearman: correlate(rank(cosines[rows]), rank(people[rows])) → correlate(rank(people[rows]), rank(cosines[rows]))",
    reason="A correlation has no order.",
)
rank_correlation.equivalent(
    "the answer to row 0 for every row", "the answer to the last row for every row", "the answer to step 0 for every step",
    "the answer to the last step for every step", reason="There are no rows. (They count as a change because nan is not equal to nan.)",
)  # fmt: skip
rank_correlation.alternative("as one array")(lambda *inputs: np.array(spearman(*inputs)))
rank_correlation.alternative("corrcoef")(
    changed(spearman, correlate=lambda a, b: np.corrcoef(a, b)[0, 1] if len(a) else np.nan)
)


@rank_correlation.alternative("unique")
def _(cosines, people, known):
    rows = known[:, 0] & known[:, 1]
    ranks = []
    for x in (cosines[rows], people[rows]):
        _, where, many = np.unique(x, return_inverse=True, return_counts=True)
        ranks.append((np.cumsum(many) - (many - 1) / 2)[where])
    if rows.sum() < 2 or any(np.ptp(each) == 0 for each in ranks):
        return float("nan"), int(rows.sum())
    return np.corrcoef(*ranks)[0, 1], int(rows.sum())


# themed_vectors ----------------------------------------------------------------------------------------------------
themed_vectors = Check("themed_vectors")
themed_vectors.ask_for("output shape", "parameters", "nearer to its like")


def as_model(table):
    from keras import Input, Sequential, layers

    model = Sequential([Input((None,), dtype="int32"), layers.Embedding(*table.shape)])
    model.set_weights([table])
    return model


def lift(together, often):
    """How many times more often words meet than by chance."""
    return together * often.sum() / np.outer(often, often)


def factorised(text, V, size, *, window=4, against=lift, scale=np.log, own=0, power=0.5, more=0, shuffle=False):
    """Vectors whose products come near the pointwise mutual information of the words, where it is positive."""
    together = np.zeros((V, V))
    for distance in range(1, 1 + window):
        np.add.at(together, (text[:, :-distance], text[:, distance:]), 1)
    together += together.T
    often = np.maximum(together.sum(axis=1), 1)
    table = np.maximum(scale(np.maximum(against(together, often), 1e-9)), 0)
    left, strength, _ = np.linalg.svd(table + own * np.eye(V))
    table = left[:, : size + more] * strength[: size + more] ** power
    return as_model(np.random.default_rng(0).permutation(table) if shuffle else table)


def like_and_unlike(rng, group, many):
    """Rows of three words: the second or the third is of the first one's group, and a label tells which. The other is as often one that
    stands beside the first as any."""
    inside = np.flatnonzero(group >= 0)
    word = rng.choice(inside, size=many)
    like = [rng.choice(np.flatnonzero((group == group[i]) & (np.arange(len(group)) != i))) for i in word]
    beside = [rng.choice(np.flatnonzero(group == (group[i] + 8) % 16)) for i in word]
    any_other = [rng.choice(inside[group[inside] != group[i]]) for i in word]
    unlike = np.where(rng.random(many) < 0.5, beside, any_other)
    second = rng.random(many) < 0.5
    return {
        "ids": np.column_stack([word, np.where(second, like, unlike), np.where(second, unlike, like)]),
        "labels": second.astype(int),
    }


@themed_vectors.cases
def _(rng):
    for label, sentences, size, enough, weight in (
        ("often right", 2000, 16, 0.8, 4), ("hardly ever wrong", 2000, 16, 0.95, 4),
        ("mostly right, with 4 numbers a word", 2000, 4, 0.85, 3), ("mostly right, from 500 sentences", 500, 8, 0.85, 3),
    ):  # fmt: skip
        text, words, group = data.themed_text(rng, sentences)
        given = like_and_unlike(rng, group, int(rng.integers(500, 700))) | {"enough": enough}
        yield Case(label, basic=weight == 4 and enough < 0.9, weight=weight, text=text, V=len(words), size=size, given=given)


# Annotated, so that no mutants of it are tried: any vectors will do in which words of a group lie together.
FACTORISED: Callable = partial(factorised)


@themed_vectors.reference
def vectors_of(text, V, size, *, make=FACTORISED):
    return make(text, V, size)


themed_vectors.alternative("a narrower window")(lambda text, V, size: factorised(text, V, size, window=3))
themed_vectors.alternative("directions alone")(lambda text, V, size: factorised(text, V, size, power=0.25))
themed_vectors.alternative("logarithms shifted")(
    lambda text, V, size: factorised(text, V, size, scale=lambda ratio: np.log(ratio / 1.2))
)
themed_vectors.mistakes({
    "The vectors have learnt nothing: each word has that of another one.": dict(make=partial(factorised, shuffle=True)),
    "Words lie together that stand beside each other, where those with the same company should, as where one table is multiplied with "
    "itself.": dict(make=partial(factorised, own=30)),
    "The counts themselves are factorised: the frequent words leave no room for the others.": dict(
        make=partial(factorised, against=lambda together, often: together, scale=np.asarray)
    ),
    "There are more numbers for each word than `size`.": dict(make=partial(factorised, more=4)),
})  # fmt: skip
