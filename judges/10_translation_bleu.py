"""Assignment 10: BLEU from clipped counts to a corpus, attention, beam search over a decoder, and a translator.

Words are ids. A reference has a switch, which is a keyword-only parameter, for each mistake that students make; without switches it
is right.
"""

from collections import Counter
from collections.abc import Callable
from functools import partial, reduce
from itertools import count as numbers
from operator import and_, or_

import keras
import numpy as np
from autograder.check import Case, Check, Requirements, close
from autograder.kernels.jail import Limits
from keras import layers as L
from unroll import data
from unroll.checks.functions import evened_shares, mild_penalty, places_agreed, wandering_words
from unroll.text import Vocabulary, pad

PACKAGES = ("numpy", "unroll-course", "keras", "tensorflow")
requirements = Requirements(PACKAGES, Limits(seconds=240, cell_seconds=90, memory=3 << 30, processes=128))


DRAWS = 5000  # at most, for one case


def telling(check, draw, beginnings=None, but=()):
    """Inputs on which misconceptions, all or those whose sentences begin so, give other answers than the reference."""
    told = [each for each in check.misconceptions if beginnings is None or each.startswith(beginnings)]
    told = [each for each in told if not each.startswith(tuple(but))]
    alike = set()
    for _ in range(DRAWS):
        inputs = draw()
        alike = {each for each in told if same(check, inputs, check.misconceptions[each])}
        if not alike:
            return inputs
    raise ValueError(f"{check.name}: no inputs that tell the reference from: {alike}")


def same(check, inputs, mistake):
    """Whether a misconception gives the reference's answer."""
    with np.errstate(all="ignore"):
        try:
            return check.compare.same(check.solution(*inputs.values()), mistake(*inputs.values()))
        except Exception:  # as a student's answer may
            return False


def sentences(rng, length, references, words=5):
    """A candidate made of pieces of its references, and the references; all have about this length and few different words."""
    ids = rng.choice(np.arange(3, 900), size=words, replace=False)
    known = [rng.choice(ids, size=max(length + rng.integers(-2, 3), 1)).tolist() for _ in range(references)]
    cut = int(rng.integers(2, length))
    candidate = known[0][:cut] + known[-1][cut:] + rng.choice(ids, size=rng.integers(3)).tolist()
    return {"candidate": candidate, "references": known}


# clipped_counts ----------------------------------------------------------------------------------------------------
clipped_counts = Check("clipped_counts")
clipped_counts.compare = close(returns=("matched", "total"))


def runs(words, n):
    return Counter(tuple(words[t : t + n]) for t in range(len(words) - n + 1))


def highest(counts):
    return reduce(or_, counts)


def clipped(count, most):
    return (count & most).total()


@clipped_counts.reference
def counted(candidate, references, N, *, run=runs, most=highest, clip=clipped, whole=lambda words, n, count: count.total()):
    matched, total = [], []
    for n in range(1, N + 1):
        count = run(candidate, n)
        matched.append(clip(count, most([run(reference, n) for reference in references])))
        total.append(whole(candidate, n, count))
    return np.array(matched), np.array(total)


@clipped_counts.cases
def _(rng):
    def drawn(*but, N=4, length=14, references=3, words=5):
        return telling(clipped_counts, lambda: sentences(rng, length, references, words) | {"N": N}, but=but)

    one, several = (
        ("Only the", "The references' counts", "The lowest", "The counts of the one"),
        ("Runs that", "The total is below"),
    )
    word, other, third = map(int, rng.choice(np.arange(3, 900), size=3, replace=False))
    yield Case("three references", basic=True, **drawn("The total is below"))
    yield Case("one reference", basic=True, **drawn("The total is below", "The order", *one, references=1))
    yield Case("runs of up to six", **drawn("The total is below", N=6, length=18, references=2, words=3))
    yield Case("words alone", **sentences(rng, 15, 3) | {"N": 1})
    yield Case("one word over and over", candidate=[word] * int(rng.integers(6, 9)), N=3,
               references=[[word, word, other], [other, word, third, word, word], [third]])  # fmt: skip
    yield Case("shorter than n", candidate=[word, other], references=[[third, word, other], [word]], N=int(rng.integers(4, 7)))
    yield Case("no word", candidate=[], references=[[word, other]], N=int(rng.integers(2, 90)))
    yield Case("nothing matches", candidate=[word] * int(rng.integers(4, 9)), references=[[other, third], [third]], N=4)
    yield Case(
        "an empty reference",
        candidate=[word, other, word],
        references=[[], [other, word, third], []],
        N=int(rng.integers(3, 6)),
    )
    yield Case("called twice", calls=2, **drawn(*several))


def one_reference(candidate, references, N):
    """The matches of the reference with most matches, for each n."""
    each = [counted(candidate, [reference], N) for reference in references]
    return np.max([matched for matched, _ in each], axis=0), each[0][1]


def of_any_order(words, n):
    return Counter(tuple(sorted(run)) for run in runs(words, n).elements())


clipped_counts.mistakes({
    "Nothing is clipped: a run that is in some reference counts as often as the candidate has it.": dict(
        clip=lambda count, most: sum(often for run, often in count.items() if most[run])
    ),
    "The references' counts are added up, where the highest of them should clip.": dict(most=lambda counts: sum(counts, Counter())),
    "The lowest of the references' counts clips, where the highest should.": dict(most=lambda counts: reduce(and_, counts)),
    "Only the first reference is used.": dict(most=lambda counts: counts[0]),
    "Only the last reference is used.": dict(most=lambda counts: counts[-1]),
    "The counts of the one reference that matches best clip: each run should have the one that has it most often.": one_reference,
    "Each different run matches once at most.": dict(clip=lambda count, most: len(count & most)),
    "The total is that of single words for every n: there are fewer runs of n words.": dict(whole=lambda words, n, count: len(words)),
    "The total counts each different run once.": dict(whole=lambda words, n, count: len(count)),
    "The total is below 0 where the candidate is shorter than n: there is no run then.": dict(
        whole=lambda words, n, count: len(words) - n + 1
    ),
    "The last run is left out.": dict(run=lambda words, n: Counter(tuple(words[t : t + n]) for t in range(len(words) - n))),
    "Runs that the end cuts short count too.": dict(run=lambda words, n: Counter(tuple(words[t : t + n]) for t in range(len(words)))),
    "The order of the words in a run is not compared.": dict(run=of_any_order),
    "Single words are counted for every n.": dict(run=lambda words, n: runs(words, 1)),
})  # fmt: skip

clipped_counts.accept_other_forms()
clipped_counts.equivalent(
    "counted: clip(count, most([run(reference, n) for reference in references])) → "
    "clip(most([run(reference, n) for reference in references]), count)",
    reason="The smaller of two counts does not depend on their order.",
)
clipped_counts.equivalent(
    "counted: np.array(matched) → matched",
    "counted: np.array(total) → total",
    reason="A list of the same numbers is right as well.",
)


# precisions --------------------------------------------------------------------------------------------------------
precisions = Check("precisions")
precisions.compare = close()


def halves(found):
    """1/2, 1/4, … for the orders without a match, and 0 for the others."""
    return np.where(found == 0, 0.5 ** np.cumsum(found == 0), 0)


@precisions.reference
def pooled(matched, total, smooth, *, small=halves, applies=lambda smooth, found: smooth and found.any(), none=0.0,
           share=np.divide):  # fmt: skip
    found, there = matched.sum(axis=0), total.sum(axis=0)
    if applies(smooth, found):
        found = found + small(found)
    return np.array([share(m, n) if n else none for m, n in zip(found, there, strict=True)])


@precisions.cases
def _(rng):
    def drawn(m, N, none=(), smooth=False):
        total = rng.integers(10, 30, size=(m, 1)) - np.arange(N)
        matched = rng.integers(1, total + 1) * ~np.isin(np.arange(N), none)
        return {"matched": matched, "total": total, "smooth": smooth}

    short = drawn(4, 4, [2], smooth=True)
    short["matched"][:, 3] = short["total"][:, 3] = 0
    empty, (i, j) = drawn(4, 4), rng.permutation(4)[:2]
    for counts in (empty["matched"], empty["total"]):
        counts[i] = counts[j, 2:] = 0
    yield Case("every order matches", basic=True, **drawn(5, 4))
    yield Case("smoothed, two orders without a match", basic=True, **drawn(6, 4, [2, 3], smooth=True))
    yield Case("an order without a match, not smoothed", **drawn(4, 4, [3]))
    yield Case("smoothed, but every order matches", **drawn(3, 4, smooth=True))
    yield Case("smoothed, and all but the first have none", **drawn(4, 5, [1, 2, 3, 4], smooth=True))
    yield Case("nothing matches, smoothed", **drawn(3, int(rng.integers(2, 9)), range(9), smooth=True))
    yield Case("sentences without some runs, or without a word", **empty)
    yield Case("no run of the last order anywhere", **short)
    yield Case("one sentence", **drawn(1, 3))
    yield Case("as many sentences as orders", **drawn(4, 4))
    yield Case("words alone", **drawn(7, 1))
    yield Case("called twice", calls=2, **drawn(3, 4, [3], smooth=True))


def of_sentences(mean):
    def mistake(matched, total, smooth):
        with np.errstate(all="ignore"):
            return mean(matched / total)

    return mistake


precisions.mistakes({
    "The mean of the sentences' own precisions is taken: matches and totals should be added up first.": of_sentences(
        lambda each: np.nan_to_num(each).mean(axis=0)
    ),
    "The mean of the precisions of those sentences that have such runs is taken: matches and totals should be added up first.":
        of_sentences(lambda each: np.nansum(each, axis=0) / np.isfinite(each).sum(axis=0).clip(1)),
    "All orders are added up, where the sentences should be.": lambda matched, total, smooth: pooled(matched.T, total.T, smooth),
    "It is never smoothed, whatever `smooth` says.": dict(smooth=lambda smooth: False),
    "It is always smoothed, whatever `smooth` says.": dict(smooth=lambda smooth: True),
    "Every order without a match gets 1/2: the second should get 1/4, the third 1/8.": dict(small=lambda found: (found == 0) / 2),
    "What an order gets that has no match is 1/2 to the power of n: it should be halved once for each order without one.": dict(
        small=lambda found: np.where(found == 0, 0.5 ** np.arange(1, 1 + len(found)), 0)
    ),
    "The first order without a match gets 1: it should get 1/2.": dict(small=lambda found: 2 * halves(found)),
    "What replaces a missing match is not divided by the total.": lambda matched, total, smooth: np.where(
        smooth and matched.any() and not_found(matched, total), halves(matched.sum(axis=0)), pooled(matched, total, smooth)
    ),
    "1 is added to the matches of every order.": dict(small=np.ones_like),
    "It is smoothed although nothing at all matches.": dict(applies=lambda smooth, found: smooth),
    "Where there is no run 0 is divided by 0: the precision is 0 then.": dict(none=np.nan),
    "Where there is no run the precision is 1: it should be 0.": dict(none=1.0),
    "The precisions are upside down: totals are divided by matches.": dict(share=lambda found, there: np.divide(there, found)),
})  # fmt: skip


def not_found(matched, total):
    return (matched.sum(axis=0) == 0) & (total.sum(axis=0) > 0)


precisions.accept_other_forms()
precisions.equivalent(
    "pooled: np.array([share(m, n) if n else none for m, n in zip(found, there, strict=True)]) → "
    "[share(m, n) if n else none for m, n in zip(found, there, strict=True)]",
    reason="A list of the same numbers is right as well.",
)


# brevity_penalty ---------------------------------------------------------------------------------------------------
brevity_penalty = Check("brevity_penalty")
brevity_penalty.compare = close(returns=("r", "BP"))


def nearest(c, lengths):
    return min(lengths, key=lambda r: (abs(r - c), r))


def penalty_of(c, r):
    if c >= r:
        return 1.0
    return np.exp(1 - r / c) if c else 0.0


@brevity_penalty.reference
def short(lengths, reference_lengths, *, choose=nearest, factor=penalty_of):
    r = sum(choose(c, known) for c, known in zip(lengths, reference_lengths, strict=True))
    return r, factor(sum(lengths), r)


@brevity_penalty.cases
def _(rng):
    def drawn(*but, m=6, most=4, shift=0):
        def draw():
            c = rng.integers(20, 300, size=m)
            known = [(n + rng.integers(-15, 16, size=rng.integers(1, most)) - shift).tolist() for n in c]
            return {"lengths": c.tolist(), "reference_lengths": known}

        return telling(brevity_penalty, draw, but=but)

    few = ("Of two", "A corpus")
    a, b = int(rng.integers(30, 330)), int(rng.integers(3, 16))
    tied = {"lengths": [a, a + 9, 8], "reference_lengths": [[a + b, a - b, a + b + 1], [a + 7, a + 11], [9, 9]]}
    yield Case("too short", basic=True, **drawn(*few, "What is longer", shift=-8, m=8))
    yield Case(
        "long enough",
        basic=True,
        **drawn("The penalty", "What is too", "r and c", "Where it", "The exponent", *few, shift=9),
    )
    yield Case("two references are equally close", **tied)
    yield Case("one reference each", **drawn_short(rng, 5))
    yield Case("an empty candidate among others", lengths=[0, a, b], reference_lengths=[[a, b], [a + b], [b + 3, 9 + a]])
    yield Case("no word at all", lengths=[0, 0], reference_lengths=[[a], [b, a]])
    yield Case("no word, and none is missing", lengths=[0, 0], reference_lengths=[[a, 0], [0, b, a]])
    yield Case("exactly as long", lengths=[a, b], reference_lengths=[[a + b], [99, 0]])
    yield Case("one sentence", lengths=[a], reference_lengths=[[a + 2 * b, a + b]])
    yield Case("called twice", calls=2, **drawn_short(rng, 3))


def drawn_short(rng, m):
    c = rng.integers(4, 20, size=m).tolist()
    return {"lengths": c, "reference_lengths": [[n + int(rng.integers(1, 6))] for n in c]}


def by_sentences(lengths, reference_lengths):
    each = [short([c], [known]) for c, known in zip(lengths, reference_lengths, strict=True)]
    return sum(r for r, _ in each), np.mean([factor for _, factor in each])


def of_exponent(exponent, cut=lambda c, r: c >= r):
    """A penalty of 1 where `cut` says so, and else e to this exponent."""

    def factor(c, r):
        with np.errstate(all="ignore"):
            return 1.0 if cut(c, r) else np.exp(exponent(np.float64(c), r)) if c else 0.0

    return factor


brevity_penalty.mistakes({
    "The longest reference counts, where the one closest in length should.": dict(choose=lambda c, known: max(known)),
    "The shortest reference counts, where the one closest in length should.": dict(choose=lambda c, known: min(known)),
    "The mean of the references' lengths counts, where the length of the closest should.": dict(choose=lambda c, known: np.mean(known)),
    "The first reference counts, where the one closest in length should.": dict(choose=lambda c, known: known[0]),
    "Of two that are equally close the longer one counts: it should be the shorter.": dict(
        choose=lambda c, known: min(known, key=lambda r: (abs(r - c), -r))
    ),
    "Of two that are equally close the first one counts: it should be the shorter.": dict(
        choose=lambda c, known: min(known, key=lambda r: abs(r - c))
    ),
    "What is longer than r is punished too: BP should be 1 there.": dict(factor=of_exponent(lambda c, r: 1 - r / c, lambda c, r: False)),
    "r and c are swapped: what is longer is punished, and what is too short is not.": dict(
        factor=lambda c, r: 1.0 if c <= r else np.exp(1 - c / r)
    ),
    "The exponent is 1 - c / r, and BP grows above 1: r is to be divided by c.": dict(factor=of_exponent(lambda c, r: 1 - c / r)),
    "The exponent has the wrong sign: it is 1 - r / c.": dict(factor=of_exponent(lambda c, r: r / c - 1)),
    "Where it is too short BP is c / r, without the exponential.": dict(factor=lambda c, r: min(1.0, c / r) if r else 1.0),
    "The penalty is 1 everywhere.": dict(factor=lambda c, r: 1.0),
    "The mean of the sentences' penalties is taken: the lengths should be added up first.": by_sentences,
    "A corpus without a word has a BP of 1: it should be 0.": dict(factor=lambda c, r: penalty_of(c, r) if c else 1.0),
})  # fmt: skip

brevity_penalty.accept_other_forms()


# corpus_bleu -------------------------------------------------------------------------------------------------------
corpus_bleu = Check("corpus_bleu")
corpus_bleu.compare = close()


def geometric(p, N):
    return np.exp(np.log(p).mean()) if p.all() else 0.0


@corpus_bleu.reference
def scored(candidates, references, N, smooth, count, share, penalty, *, mean=geometric, times=100.0, factor=lambda r, BP: BP,
           into=lambda matched, total: (matched, total)):  # fmt: skip
    counts = [count(candidate, known, N) for candidate, known in zip(candidates, references, strict=True)]
    p = share(*into(*map(np.array, zip(*counts, strict=True))), smooth)
    lengths = [len(candidate) for candidate in candidates]
    return times * factor(*penalty(lengths, [[len(one) for one in known] for known in references])) * mean(p, N)


STAND_INS = {"count": places_agreed, "share": evened_shares, "penalty": mild_penalty}


@corpus_bleu.cases
def _(rng):
    def drawn(m, N=4, length=8, smooth=False, most=3):
        each = [sentences(rng, length, int(rng.integers(1, most + 1)), 9) for _ in range(m)]
        candidates, references = ([one[name] for one in each] for name in ("candidate", "references"))
        return {"candidates": candidates, "references": references, "N": N, "smooth": smooth} | STAND_INS

    def told(*but, **how):
        return telling(corpus_bleu, lambda: drawn(int(rng.integers(3, 6)), **how), but=but)

    zero = ("Precisions of 0", "1e-9", "It is never", "It is always")
    yield Case("four sentences or so", basic=True, **told(*zero[:3], "The root is"))
    yield Case("runs of up to three, smoothed", basic=True, **told(*zero[:2], zero[3], N=3, length=9, smooth=True))
    yield Case("no run of the last order matches", **no_long_run(drawn(3, N=5), smooth=False))
    yield Case("no run of the last order matches, smoothed", **no_long_run(drawn(3, N=5), smooth=True))
    yield Case("one sentence", **drawn(1, N=2))
    yield Case("words alone", **drawn(4, N=1))
    yield Case("called twice", calls=2, **drawn(3, smooth=True))


def no_long_run(inputs, smooth):
    """Candidates of four words, of which the last is in no reference."""
    return inputs | {"candidates": [[*known[0][:3], 999] for known in inputs["references"]], "smooth": smooth}


def one_by_one(weigh):
    def mistake(candidates, references, *rest):
        each = [scored([candidate], [known], *rest) for candidate, known in zip(candidates, references, strict=True)]
        return np.average(each, weights=list(map(weigh, candidates)))

    return mistake


corpus_bleu.mistakes({
    "The logarithm is missing: e to the power of the mean precision, as the deck has it.": dict(mean=lambda p, N: np.exp(p.mean())),
    "The plain mean of the precisions is taken: it should be the geometric one.": dict(mean=lambda p, N: p.mean()),
    "The product of the precisions is taken: its N-th root is missing.": dict(mean=lambda p, N: p.prod()),
    "The root is the fourth one, whatever N is.": dict(mean=lambda p, N: p.prod() ** 0.25),
    "The logarithm is to the base 2, but the power is one of e.": dict(mean=lambda p, N: np.exp(np.log2(p).mean())),
    "Precisions of 0 are left out of the mean.": dict(mean=lambda p, N: geometric(p[p > 0], N)),
    "1e-9 is added to the precisions, and one of 0 does not make the score 0.": dict(mean=lambda p, N: geometric(p + 1e-9, N)),
    "The score is between 0 and 1: it is asked for times 100.": dict(times=1.0),
    "The penalty is left out.": dict(factor=lambda r, BP: 1.0),
    "r is taken for the penalty, which is the second number.": dict(factor=lambda r, BP: r),
    "Every sentence is scored by itself, and the mean is taken: counts and lengths should be added up first.": one_by_one(lambda words: 1),
    "Every sentence is scored by itself, and the mean is weighted by their lengths: counts and lengths should be added up first.":
        one_by_one(len),
    "It is never smoothed: `smooth` is not handed on.": dict(smooth=lambda smooth: False),
    "It is always smoothed, whatever `smooth` says.": dict(smooth=lambda smooth: True),
    "Matches and totals are handed on in the wrong order.": dict(into=lambda matched, total: (total, matched)),
    "Your own functions are called, where those that are handed over should be.": lambda *inputs: scored(*inputs[:4], counted, pooled, short),
})  # fmt: skip

corpus_bleu.accept_other_forms()
corpus_bleu.equivalent("geometric", reason="e to the power of minus infinity is 0.")


# attend ------------------------------------------------------------------------------------------------------------
attend = Check("attend")
attend.compare = close(returns=("alpha", "c", "s_tilde"))


def softmax(e, axis=-1, top=np.max):
    e = np.exp(e - top(e, axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def over_real(e, real):
    return softmax(np.where(real, e, -np.inf))


@attend.reference
def looked_at(s, h, mask, W, W_c, *, score=lambda s, W, h: s @ W @ h.swapaxes(1, 2), soft=over_real, join=lambda c, s: [c, s],
              squash=np.tanh):  # fmt: skip
    alpha = soft(score(s, W, h), mask[:, None, :])
    c = alpha @ h
    return alpha, c, squash(np.concatenate(join(c, s), axis=-1) @ W_c.T)


@attend.cases
def _(rng):
    def drawn(m, T_y, T_x, n_s, n_h, n=3, lengths=None, dtype="float64", scale=1.0):
        s, h = rng.normal(size=(m, T_y, n_s)), scale * rng.normal(size=(m, T_x, n_h))
        mask = np.arange(T_x) < np.array(lengths or [T_x] * m)[:, None]
        W, W_c = rng.normal(size=(n_s, n_h)), rng.normal(size=(n, n_h + n_s)) / scale / 2
        return {"s": s.astype(dtype), "h": h.astype(dtype), "mask": mask, "W": W.astype(dtype), "W_c": W_c.astype(dtype)}

    loud, low, high = (drawn(2, 3, 5, 4, 4, lengths=[3, 4]) for _ in range(3))
    loud["h"] += 400 * ~loud["mask"][:, :, None] * np.sign(loud["s"][:, :1] @ loud["W"])  # padding has far the highest score
    for far, sign in ((low, -1), (high, 1)):
        far["s"] = np.abs(far["s"]) + 0.1
        far["W"] = np.abs(far["W"]) + 0.1
        far["h"] = far["h"] + sign * np.where(np.arange(2) > 0, 500, 900)[:, None, None]
        far["W_c"] /= 500
    yield Case("a batch", basic=True, **drawn(3, 4, 5, 4, 4))
    yield Case("padding", basic=True, **drawn(3, 4, 6, 4, 4, lengths=[6, 3, 4]))
    yield Case("states of different widths", **drawn(2, 3, 4, 5, 3, n=6, lengths=[2, 4]))
    yield Case("padding would have far the highest score", **loud)
    yield Case("scores far below 0", **low)
    yield Case("scores far above 0", **high)
    yield Case("scores far apart", **drawn(3, 4, 6, 4, 4, lengths=[5, 6, 4], scale=600.0))
    yield Case("one real word", **drawn(2, 3, 4, 4, 2, lengths=[1, 1]))
    yield Case("one sentence, one step, one word", **drawn(1, 1, 1, 3, 3))
    yield Case("all sizes alike", **drawn(4, 4, 4, 4, 4, n=4, lengths=[4, 2, 3, 1]))
    yield Case("float32", **drawn(2, 3, 5, 4, 3, lengths=[5, 2], dtype="float32"))
    yield Case("called twice", calls=2, **drawn(2, 2, 5, 3, 4, lengths=[4, 5]))


def hidden(score):
    """Padding gets this score before the softmax."""
    return lambda e, real: softmax(np.where(real, e, score))


attend.mistakes({
    "The mask is not used: padding is looked at.": dict(soft=lambda e, real: softmax(e)),
    "The mask is read the wrong way round: only padding is looked at.": dict(mask=np.logical_not),
    "Padding gets the score 0, which is as good as any: it should be far below all others.": dict(soft=hidden(0)),
    "Padding gets a score of -100 or so, and others may be lower.": dict(soft=hidden(-100)),
    "The mask comes after the softmax, and the weights no longer add up to 1.": dict(soft=lambda e, real: softmax(e) * real),
    "The mask comes after the softmax, and where padding had all the weight 0 is divided by 0.": dict(
        soft=lambda e, real: softmax(e) * real / (softmax(e) * real).sum(axis=-1, keepdims=True)
    ),
    "The softmax runs over the steps of the decoder: it should run over the words of the source.": dict(
        soft=lambda e, real: softmax(np.where(real, e, -1e9), axis=1)
    ),
    "The softmax is missing: the scores are taken for weights.": dict(soft=lambda e, real: np.where(real, e, 0)),
    "The exponential of large scores overflows: take the maximum of each row away first.": dict(
        soft=lambda e, real: softmax(np.where(real, e, -np.inf), top=lambda e, **_: 0)
    ),
    "The maximum of the whole array is taken away, and in rows far below it the sum of the exponentials is 0.": dict(
        soft=lambda e, real: softmax(np.where(real, e, -np.inf), top=lambda e, **_: e.max())
    ),
    "W is read the other way round: its rows belong to s, its columns to h.": dict(W=np.transpose),
    "W is left out: this is the plain dot product.": dict(score=lambda s, W, h: s @ h.swapaxes(1, 2)),
    "The scores are divided by the root of the width: that is asked for nowhere.": dict(
        score=lambda s, W, h: s @ W @ h.swapaxes(1, 2) / np.sqrt(h.shape[-1])
    ),
    "c and s stand in the wrong order before W_c: it is [c, s].": dict(join=lambda c, s: [s, c]),
    "The tanh at the end is missing.": dict(squash=np.asarray),
})  # fmt: skip

attend.accept_other_forms()
attend.equivalent("looked_at: h.swapaxes(1, 2) → h.swapaxes(2, 1)", reason="Two axes change places either way.")


# beam_search -------------------------------------------------------------------------------------------------------
beam_search = Check("beam_search")
beam_search.compare = close(returns=("ids", "score"))


def normalised(ids, log_P, alpha, eos):
    return log_P / len(ids) ** alpha


def ends(ids, eos):
    return ids[-1] == eos


@beam_search.reference
def searched(step, state, eos, T, width, alpha, *, score=normalised, over=ends, prune=lambda grown, width, eos: best(grown, width),
             after=lambda new, old, beam: new, more=lambda grown: grown, begin=lambda eos: eos, left=lambda beam, pool: beam,
             rest=lambda beam, pool: beam, fill=lambda eos: eos, out=lambda score, log_P: score, add=np.add, rank=max):  # fmt: skip
    beam, pool = [((), 0.0, state)], []
    for _ in range(T):
        grown = []
        for ids, log_P, old in beam:
            log_p, new = step(old, ids[-1] if ids else begin(eos))
            grown += more([((*ids, i), add(log_P, x), after(new, old, beam)) for i, x in enumerate(log_p)])
        kept = prune(grown, width, eos)
        pool += [text for text in kept if over(text[0], eos)]
        beam = rest([text for text in kept if not over(text[0], eos)], pool)
    ids, log_P, _ = rank(pool + left(beam, pool), key=lambda text: score(*text[:2], alpha, eos))
    text = np.full(T, fill(eos))
    text[: len(ids)] = ids
    return text, out(score(ids, log_P, alpha, eos), log_P)


def best(grown, width):
    return sorted(grown, key=lambda text: -text[1])[:width]


def clear(inputs):
    """Whether no two texts are so nearly equal that rounding could choose between them."""
    found = []
    for sign in (1, -1):
        nudged = lambda log_P, x, sign=sign: log_P + x * (1 + sign * 1e-6 * np.sin(1000 * x))  # noqa: E731
        found.append(searched(*inputs.values(), add=nudged)[0])
    return np.array_equal(*found)


@beam_search.cases
def _(rng):
    def some(*told, V=4, T=5, width=2, alpha=0.7, dtype="float64"):
        def draw():
            state = (2 * rng.normal(size=V)).astype(dtype)
            return {
                "step": wandering_words,
                "state": state,
                "eos": int(rng.integers(V)),
                "T": T,
                "width": width,
                "alpha": alpha,
            }

        return telling(beam_search, lambda: next(inputs for inputs in (draw() for _ in numbers()) if clear(inputs)), told)

    yield Case(
        "a beam of two",
        basic=True,
        **some("The width is not used: this", "Every text is", "The state that", "alpha", "The score"),
    )
    yield Case("texts that end", basic=True, **some("Texts that have ended grow", "The search stops", "What follows", width=3))
    yield Case("not normalised", **some(alpha=0.0, width=3))
    yield Case("the mean per word", **some("eos is not counted", "The shortest", alpha=1.0, width=3))
    yield Case("too narrow for the best", **some("The width is not used: all", V=5))
    yield Case("an ended text takes a place", **some("Texts that have ended take no", "Of each text"))
    yield Case("an ended text frees its place", **some("Texts that have ended keep", width=3))
    yield Case("the best does not end", **some("Texts that have not ended", T=4))
    yield Case("as wide as can be", **some(V=3, T=4, width=200))
    yield Case("a width of one", **some(V=5, width=1, T=6))
    yield Case("one word at most", **some(V=5, T=1))
    yield Case("float32", **some(V=5, dtype="float32", width=3))
    yield Case("called twice", calls=2, **some("The word before", V=5, width=4))


def on_and_on(step, state, eos, T, width, alpha):
    """Where a text that has ended grows like any other, and is cut at its end afterwards."""
    ids, _ = searched(step, state, eos, T, width, alpha, over=lambda ids, eos: False)
    return ids, searched(step, state, eos, T, width, alpha, over=lambda ids, eos: False)[1]


def open_ones(grown, width, eos):
    """The best that go on, and all that end beside them."""
    return best([text for text in grown if text[0][-1] != eos], width) + [text for text in grown if text[0][-1] == eos]


def competing(step, state, eos, T, width, alpha):
    """Where texts that have ended stay in the beam, as in assignment 08, but are ranked by log P."""
    beam = [((), 0.0, state)]
    for _ in range(T):
        grown = [text for text in beam if text[0] and text[0][-1] == eos]
        for ids, log_P, old in beam:
            if not ids or ids[-1] != eos:
                log_p, new = step(old, ids[-1] if ids else eos)
                grown += [((*ids, i), log_P + x, new) for i, x in enumerate(log_p)]
        beam = best(grown, width)
    ids, log_P, _ = max(beam, key=lambda text: normalised(*text[:2], alpha, eos))
    return np.array([*ids, *[eos] * (T - len(ids))]), normalised(ids, log_P, alpha, eos)


beam_search.mistakes({
    "The width is not used: this is greedy search.": dict(width=lambda width: 1),
    "The width is not used: all texts are searched.": dict(width=lambda width: 9999),
    "Every text is continued from the first state: the state that `step` returns is not carried on.": lambda step, state, *r: searched(
        step, state, *r, after=lambda new, old, beam: state
    ),
    "The state that a text goes on with is that of the best text in the beam, not its own.": lambda step, state, *r: crossed(
        step, state, *r
    ),
    "The word before the first is 0, where it should be eos.": dict(begin=lambda eos: 0),
    "Texts that have ended grow on.": on_and_on,
    "Texts that have ended keep their place in the beam: it should be free for others.": competing,
    "Texts that have ended take no place: of all grown texts `width` are to be kept, those that end among them.": dict(prune=open_ones),
    "The search stops at the first text that ends.": dict(rest=lambda beam, pool: [] if pool else beam),
    "Texts that have not ended after T words are thrown away, though another has ended.": dict(
        left=lambda beam, pool: [] if pool else beam
    ),
    "Of each text only the best continuation is kept.": dict(more=lambda grown: best(grown, 1)),
    "alpha is not used: nothing is divided by the length.": dict(alpha=lambda alpha: 0.0),
    "alpha is not used: log P is divided by the length itself.": dict(alpha=lambda alpha: 1.0),
    "The score is normalised twice.": dict(alpha=lambda alpha: 2 * alpha),
    "The score multiplies by the power of the length, where it should divide.": dict(alpha=lambda alpha: -alpha),
    "eos is not counted in the length.": dict(score=lambda ids, log_P, alpha, eos: log_P / max(1, len(ids) - (ids[-1] == eos)) ** alpha),
    "log P is returned, where its score is asked for.": dict(out=lambda score, log_P: log_P),
    "Only the last word's log P counts: those before are not added.": dict(add=lambda log_P, x: x),
    "What follows the end is filled with 0, not with eos.": dict(fill=lambda eos: 0),
})  # fmt: skip


def crossed(step, state, eos, T, width, alpha):
    """Where states are not reordered when the beam is: a text takes the state that stands at its own place."""
    beam, pool, states = [((), 0.0)], [], [state]
    for _ in range(T):
        grown, news = [], []
        for (ids, log_P), old in zip(beam, states, strict=True):
            log_p, new = step(old, ids[-1] if ids else eos)
            news.append(new)
            grown += [((*ids, i), log_P + x) for i, x in enumerate(log_p)]
        kept = best(grown, width)
        pool += [text for text in kept if text[0][-1] == eos]
        beam = [text for text in kept if text[0][-1] != eos]
        states = [news[min(place, len(news) - 1)] for place in range(len(beam))]
    ids, log_P = max(pool + beam, key=lambda text: normalised(*text, alpha, eos))
    return np.array([*ids, *[eos] * (T - len(ids))]), normalised(ids, log_P, alpha, eos)


beam_search.accept_other_forms()


# translator --------------------------------------------------------------------------------------------------------
translator = Check("translator")
translator.ask_for("greedy translations", "parameters in budget")

TIMES = {"September", "January", "May", "July", "summer", "winter", "spring", "autumn"}
JOURNEYS = data.journeys(np.random.default_rng(10), 3000)  # these and the vocabularies as the notebook has them
FRENCH = Vocabulary.build(word for one in JOURNEYS for word in one.french)
ENGLISH = Vocabulary.build(word for one in JOURNEYS for words in one.translations for word in words)
EOS = ENGLISH.encode(["<EOS>"])[0]


@translator.cases
def _(rng):
    for label, right, budget, weight in (
        ("a start", 0, None, 4), ("right, and says when", 0.9, None, 6), ("right, with 10,000 parameters", 0.9, 10000, 4),
        ("right, with 5,000 parameters", 0.9, 5000, 4),
    ):  # fmt: skip
        some = data.journeys(rng, int(rng.integers(80, 120)))
        known = [pad([ENGLISH.encode(words) for words in one.translations if TIMES & set(words)])[0] for one in some]
        longest = max(one.shape[1] for one in known)
        references = np.stack([np.pad(one, ((0, 0), (0, longest - one.shape[1]))) for one in known]).astype("int8")
        given = {"ids": pad([FRENCH.encode(one.french) for one in some])[0], "references": references, "eos": int(EOS)}
        given |= {"enough": 60, "right": right, "budget": budget}
        yield Case(label, basic=right == 0, weight=weight, given=given)


def plain(one):
    """The translation in the future tense that says when at the end."""
    return next(words for words in one.translations if "will" in words and "in" in words[1:])


def tables(some, rank=16, epochs=8, rate=0.02, batch=256):
    """Three tables of numbers that are added up, and one that makes scores of the next word of them: learnt by Adam.

    The tables are those of the French words, the last English word, and all English words so far.
    """
    rng, (V_x, V_y) = np.random.default_rng(0), (len(FRENCH), len(ENGLISH))
    right = [np.append(ENGLISH.encode(plain(one)), EOS) for one in some]
    bags = np.stack([np.bincount(FRENCH.encode(one.french), minlength=V_x) for one in some])
    last = [np.eye(V_y)[np.append(EOS, ids[:-1])] for ids in right]
    x = np.concatenate([np.column_stack([np.tile(bag, (len(one), 1)), one, one.cumsum(axis=0)])
                        for bag, one in zip(bags, last, strict=True)]).astype("float32")  # fmt: skip
    y = np.eye(V_y, dtype="float32")[np.concatenate(right)]
    W = [rng.normal(scale=0.5, size=size).astype("float32") for size in ((x.shape[1], rank), (rank, V_y))]
    mean, square, step = [0 * w for w in W], [0 * w for w in W], 0
    for epoch in range(epochs):
        order = rng.permutation(len(x))
        for start in range(0, len(x), batch):
            rows = order[start : start + batch]
            hidden_units = x[rows] @ W[0]
            z = hidden_units @ W[1]
            p = np.exp(z - z.max(axis=1, keepdims=True))
            d = (p / p.sum(axis=1, keepdims=True) - y[rows]) / len(rows)
            step += 1
            for i, g in enumerate((x[rows].T @ (d @ W[1].T), hidden_units.T @ d)):
                mean[i] += 0.1 * (g - mean[i])
                square[i] += 0.01 * (g * g - square[i])
                change = mean[i] / (1 - 0.9**step) / (np.sqrt(square[i] / (1 - 0.99**step)) + 1e-8)
                W[i] -= rate * (1 - epoch / epochs) * change
    return np.split(W[0], [V_x, V_x + V_y]), W[1]


def added_up(*, reads=True, turn=None, wide=0, every=True, f=None, scale=1.0):
    """A model that needs no training here: what the words of the source and those written so far say is added up."""
    x, so_far = keras.Input((None,), dtype="int32"), keras.Input((None,), dtype="int32")
    (of_source, of_last, of_all), out = TABLES
    of_source = of_source * (np.arange(len(FRENCH)) > 0)[:, None] * reads
    source, last, every_word = (np.pad(table, ((0, 0), (0, wide))) for table in (of_source, of_last, of_all))
    from_source = keras.ops.sum(L.Embedding(*source.shape, weights=[source])(x), axis=1, keepdims=True)
    from_last = L.Embedding(*last.shape, weights=[last])(so_far)
    from_all = keras.ops.cumsum(L.Embedding(*every_word.shape, weights=[every_word])(so_far), axis=1)
    dense = L.Dense(len(ENGLISH), activation=f)
    y = dense(from_source + from_last + from_all)
    order = np.arange(len(ENGLISH)) if turn is None else turn
    dense.set_weights([scale * np.pad(out, ((0, wide), (0, 0)))[:, order], np.zeros(len(ENGLISH))])
    return keras.Model([x, so_far], y if every else y[:, -1])


def exchanged(one, other):
    """Ids in their order, but for these two words."""
    order, (i, j) = np.arange(len(ENGLISH)), ENGLISH.encode([one, other])
    order[[i, j]] = j, i
    return order


TABLES = tables(JOURNEYS[:1500])
# Annotated, so that no mutants of it are tried: any weights will do that translate enough of the sentences.
ADDED_UP: Callable = added_up


@translator.reference
def translating(*, build=ADDED_UP):
    return build()


def built(**how):
    return dict(build=partial(added_up, **how))


translator.mistakes({
    "It does not say when: it should have learnt from translations that do.": built(turn=exchanged("in", "<EOS>")),
    "The source is not read: every sentence gets the same translation.": built(reads=False),
    "Hardly a translation ends: is <EOS> among the words to predict?": built(turn=exchanged("<UNK>", "<EOS>")),
    "There is one row of scores, where there should be one for each word that is read.": built(every=False),
    "There are more parameters than are asked for: narrower embeddings or fewer units would do.": built(wide=40),
})  # fmt: skip
translator.alternative("probabilities")(lambda: added_up(f="softmax"))
translator.alternative("a logarithm of probabilities")(lambda: added_up(f="log_softmax"))
translator.alternative("small scores")(lambda: added_up(scale=0.01))
