"""Assignment 06: names as spans and as tags, pieces of words, a loss with weights, F1 over spans, given vectors, a tagger.

Tags are ids: 0 is O, 2k + 1 begins a name of kind k, 2k + 2 continues it, and -1 stands where no tag is asked for. A reference has a
switch, which is a keyword-only parameter, for each mistake that students make; without switches it is right.
"""

from functools import partial

import keras
import numpy as np
from autograder.check import Case, Check, Requirements, close
from autograder.kernels.jail import Limits
from keras import layers as L
from unroll import data
from unroll.checks.functions import stretches
from unroll.forms import capitals, ending
from unroll.text import Vocabulary, pad

PACKAGES = ("numpy", "unroll-course", "keras", "tensorflow")
requirements = Requirements(PACKAGES, Limits(seconds=240, cell_seconds=60, memory=3 << 30, processes=128))
SPANS = tuple(f"span {number}" for number in range(1, 30))


def laid_out(rng, *places, order=None):
    """Spans of these starts and ends and of different kinds, moved together, and the length of their sentence."""
    move, kinds = rng.integers(3), rng.choice(1000, size=len(places), replace=False)
    spans = np.array([(kind, start + move, end + move) for kind, (start, end) in zip(kinds, places, strict=True)])
    spans = spans.reshape(-1, 3).astype(int)
    return {"spans": rng.permutation(spans) if order is None else spans, "T": int(max([0, *spans[:, 2]]) + rng.integers(1, 3))}


# write_tags --------------------------------------------------------------------------------------------------------
write_tags = Check("write_tags")
write_tags.compare = close()


@write_tags.reference
def written(spans, T, *, rank=lambda kind, start, end: (start - end, start), taken=lambda tags, start, end: tags[start:end].any(),
            begins=lambda kind: 2 * kind + 1, goes_on=lambda kind: 2 * kind + 2):  # fmt: skip
    tags = np.zeros(T, int)
    for kind, start, end in sorted(spans, key=lambda span: rank(*span)):
        if not taken(tags, start, end):
            tags[start:end] = goes_on(kind)
            tags[start] = begins(kind)
    return tags


@write_tags.cases
def _(rng):
    n = [int(length) for length in rng.integers(1, 4, size=4)]
    yield Case("names apart", basic=True, **laid_out(rng, (1, 3), (4, 5), (6, 9)))
    yield Case(
        "a name inside another, which comes later in the list", basic=True, **laid_out(rng, (2, 3), (1, 5), (7, 9), order=0)
    )
    yield Case("a name inside another, which comes earlier in the list", **laid_out(rng, (0, 4), (3, 4), (5, 7), order=0))
    yield Case("side by side", **laid_out(rng, (0, n[0]), (n[0], n[0] + n[1]), (n[0] + n[1], 7)))
    yield Case("the longer begins later", **laid_out(rng, (1, 3), (2, 2 + 2 + n[2]), (8, 9)))
    yield Case("equally long, the first comes first", **laid_out(rng, (1, 4), (2, 5), (6, 7), order=0))
    yield Case("equally long, the first comes last", **laid_out(rng, (3, 6), (1, 2), (2, 5), order=0))
    yield Case("overlaps only a name that is left out", **laid_out(rng, (0, 5), (4, 8), (7, 9)))
    yield Case("one name, the whole sentence", spans=np.array([[rng.integers(1, 10**6), 0, n[3]]]), T=n[3])
    yield Case("no name", spans=np.zeros((0, 3), int), T=int(rng.integers(9, 300)))
    yield Case("called twice", calls=2, **laid_out(rng, (5, 7), (0, 3), (1, 3)))


def left_out_for_any(spans, T):
    """Only spans that no better one overlaps, whether that counts or not."""
    ranked = sorted(spans.tolist(), key=lambda span: (span[1] - span[2], span[1]))
    kept = [span for number, span in enumerate(ranked) if not any(span[1] < b[2] and b[1] < span[2] for b in ranked[:number])]
    return written(np.reshape(kept, (-1, 3)).astype(int), T)


def nothing_taken(tags, start, end):
    return False


write_tags.mistakes({
    "Overlapping spans are written over each other, and the last in the list is on top.": dict(rank=lambda *_: 0, taken=nothing_taken),
    "The first in the list counts, where the longer of two overlapping spans should.": dict(rank=lambda *_: 0),
    "The first in the sentence counts, where the longer of two overlapping spans should.": dict(rank=lambda k, start, end: start),
    "The shorter of two overlapping spans counts.": dict(rank=lambda kind, start, end: (end - start, start)),
    "Of two that are equally long the one that begins later counts.": dict(rank=lambda kind, start, end: (start - end, -start)),
    "What a longer span leaves over of a shorter one is still written: the shorter should be left out whole.": dict(
        rank=lambda kind, start, end: (end - start, -start), taken=nothing_taken
    ),
    "A span is left out because it overlaps one that is left out itself.": left_out_for_any,
    "Spans that only touch are taken for overlapping.": dict(taken=lambda tags, i, j: tags[max(i - 1, 0) : j + 1].any()),
    "No name begins with a B: all its words have an I.": dict(begins=lambda kind: 2 * kind + 2),
    "Every word of a name has a B.": dict(goes_on=lambda kind: 2 * kind + 1),
    "B and I are swapped: 2k + 1 begins a name.": dict(begins=lambda kind: 2 * kind + 2, goes_on=lambda kind: 2 * kind + 1),
    "The word at `end` is written too: a span ends before it.": dict(spans=lambda spans: np.add(spans, [0, 0, 1])),
    "Kinds are counted from 1, where they begin with 0.": dict(spans=lambda spans: np.subtract(spans, [1, 0, 0])),
    "The kind is not used: every name has the tags of kind 0.": dict(spans=lambda spans: np.multiply(spans, [0, 1, 1])),
})  # fmt: skip

write_tags.accept_other_forms()


# read_spans --------------------------------------------------------------------------------------------------------
read_spans = Check("read_spans")
read_spans.compare = close(returns=SPANS)


@read_spans.reference
def spans_in(tags, *, opens=lambda tag, before: tag % 2 == 1 or before not in (tag - 1, tag), kind=lambda tag: (tag - 1) // 2):
    found, before = [], 0
    for t, tag in enumerate(tags):
        if tag and opens(tag, before):
            found.append((kind(tag), t, t + 1))
        elif tag:
            found[-1] = (*found[-1][:2], t + 1)
        before = tag
    return found


@read_spans.cases
def _(rng):
    k, j = (
        2 * int(kind) for kind in rng.permutation(np.arange(1, 400))[:2]
    )  # their B is k + 1 and j + 1, their I k + 2 and j + 2
    i, o = int(rng.integers(1, 4)), [0] * int(rng.integers(1, 3))
    yield Case("names apart", basic=True, tags=np.array([*o, k + 1, *[k + 2] * i, 0, j + 1, 0, 1, 2, *o]))
    yield Case("side by side", basic=True, tags=np.array([k + 1, k + 2, k + 1, *o, j + 1, j + 1, j + 2, 3, 3, 4, 5, 5, 0]))
    yield Case("the last word is in a name", tags=np.array([*o, k + 1, *o, j + 1, *[j + 2] * i]))
    yield Case("an I after O", tags=np.array([*o, k + 2, *[k + 2] * i, 0, j + 1, j + 2, 0]))
    yield Case("an I of another kind", tags=np.array([*o, k + 1, k + 2, *[j + 2] * i, 0, j + 1, k + 2]))
    yield Case("an I of the same kind behind an O", tags=np.array([k + 1, *o, k + 2, *[0] * i, j + 1]))
    yield Case("the first word has an I", tags=np.array([2, 2, *o, k + 1, *[k + 2] * i, j + 2]))
    yield Case("any tags", tags=rng.integers(0, 7, size=int(rng.integers(14, 20))))
    yield Case("one word", tags=np.array([rng.integers(1, 10**6)]))
    yield Case("no name", tags=np.zeros(int(rng.integers(9, 300)), int))
    yield Case("called twice", tags=np.array([*o, k + 2, k + 1, *[k + 2] * i, j + 2]), calls=2)


def only(keep):
    return lambda tags: [span for span in spans_in(tags) if keep(tags, *span[1:])]


def saying(says):
    return lambda tags: [says(*span) for span in spans_in(tags)]


def across_gaps(tags):
    """Where an I continues the last name of its kind, however long ago that was."""
    found = []
    for t, tag in enumerate(tags):
        if tag > 0 and tag % 2 == 0 and found and found[-1][0] == (tag - 1) // 2:
            found[-1] = (*found[-1][:2], t + 1)
        elif tag > 0:
            found.append(((tag - 1) // 2, t, t + 1))
    return found


read_spans.mistakes({
    "Names that begin with an I are dropped, where they should be kept.": only(lambda tags, start, end: tags[start] % 2 == 1),
    "An I of another kind continues the name, where it should begin one of its own.": dict(
        opens=lambda tag, before: tag % 2 == 1 or before == 0
    ),
    "A B right after a name of its kind continues it: spans are merged across B.": dict(
        opens=lambda tag, before: (tag + 1) // 2 != (before + 1) // 2
    ),
    "Every run of words that are not O is one name, whatever their tags are.": dict(opens=lambda tag, before: before == 0),
    "An I continues the last name of its kind although O stands between them.": across_gaps,
    "Every I begins a name of its own.": dict(opens=lambda tag, before: True),
    "A name is lost where the sentence ends with it.": only(lambda tags, start, end: end < len(tags)),
    "Names of one word are lost.": only(lambda tags, start, end: end - start > 1),
    "The end is the last word of the name, where it should be the place after it.": saying(lambda k, i, j: (k, i, j - 1)),
    "The third number is how many words the name has, where it should be the end.": saying(lambda k, i, j: (k, i, j - i)),
    "Kinds are counted from 1, where they begin with 0.": dict(kind=lambda tag: (tag + 1) // 2),
    "The kind is half of the tag: that of an I is one too high.": dict(kind=lambda tag: tag // 2),
})  # fmt: skip

read_spans.accept_other_forms()
read_spans.equivalent("spans_in: 0 → -1", reason="Before the first word there is nothing that a name could continue.")


# tags_of_pieces ----------------------------------------------------------------------------------------------------
tags_of_pieces = Check("tags_of_pieces")
tags_of_pieces.compare = close()


@tags_of_pieces.reference
def by_pieces(tags, pieces, T, *, of_word=lambda tag, count: [tag] + [-1] * (count - 1), cut=lambda labels, room: labels[:room],
              ends=2, fill=-1):  # fmt: skip
    rows = np.full((len(tags), T), fill)
    for row, of_sentence, counts in zip(rows, tags, pieces, strict=True):
        words = zip(of_sentence, counts, strict=True)
        labels = cut([label for tag, count in words for label in of_word(tag, count)], T - ends)
        row[1 : 1 + len(labels)] = labels
    return rows


@tags_of_pieces.cases
def _(rng):
    def sentences(T, *counts):
        return {
            "tags": [rng.integers(0, 7, size=len(each)).tolist() for each in counts],
            "pieces": list(map(list, counts)),
            "T": T,
        }

    def names(T, *counts):
        drawn, (first, last) = sentences(T, *counts), (2 * rng.integers(1, 40, size=2) + 1).tolist()
        return drawn | {"tags": [[first, *tags[1:-1], last] for tags in drawn["tags"]]}

    a, b, c = map(int, rng.integers(2, 4, size=3))
    yield Case("room for all", basic=True, **names(16, (a, 1, 2, b), (1, 1, c)))
    yield Case("one piece for each word", **names(9, [1] * 5, [1] * (1 + a), [1] * 4))
    yield Case("longer than T", basic=True, **names(8, (1, b, 2, 1, c), (2, 1, 1, 2, a)))
    yield Case("it just fits", **names(9, (1, a, 1, 5 - a), (1, 1, 1, 1, 1, 1, 1)))
    yield Case("the cut goes through a word", **names(7, (1, a + 1, 1, 2), (1, 2, 1, b)))
    yield Case("one word of many pieces", **names(10, (1, 5 + a), (2, 1)))
    yield Case("room for one piece", **names(3, (a, b), (1, 1)))
    yield Case("one sentence", **sentences(12, (1, a, b, 1, c)))
    yield Case("called twice", **sentences(9, (2, a, 1), (1, 1, b, 2)), calls=2)


def whole_words(tags, pieces, T):
    fit = [int((np.cumsum(counts) <= T - 2).sum()) for counts in pieces]
    return by_pieces(*([row[:n] for row, n in zip(rows, fit, strict=True)] for rows in (tags, pieces)), T)


tags_of_pieces.mistakes({
    "Every piece has the tag of its word: a name of one word would become several.": dict(of_word=lambda tag, count: [tag] * count),
    "The further pieces of a word have the I of its kind, where they should have -1.": dict(
        of_word=lambda tag, count: [tag] + [tag + tag % 2] * (count - 1)
    ),
    "The further pieces of a word are O, where they should be -1.": dict(of_word=lambda tag, count: [tag] + [0] * (count - 1)),
    "The last piece of a word has its tag, where the first should.": dict(of_word=lambda tag, count: [-1] * (count - 1) + [tag]),
    "The marks and the padding have the tag 0, which is O.": dict(fill=0),
    "A long sentence is cut at its beginning: its last pieces are kept.": dict(cut=lambda labels, room: labels[-room:]),
    "There is no room for the mark at the end: one piece too many is kept.": dict(ends=1),
    "More is cut off than necessary: one more piece has room.": dict(ends=3),
    "The mark at the start is forgotten: every tag stands one place too early.": lambda *inputs: np.roll(by_pieces(*inputs), -1, 1),
    "A word that does not fit whole is left out, where its first piece still fits.": whole_words,
    "The padding comes first, and the sentence stands at the end of its row.": lambda tags, pieces, T: np.stack([
        np.roll(row, max(T - 2 - sum(counts), 0)) for row, counts in zip(by_pieces(tags, pieces, T), pieces, strict=True)
    ]),
})  # fmt: skip

tags_of_pieces.accept_other_forms()


# tagging_loss ------------------------------------------------------------------------------------------------------
tagging_loss = Check("tagging_loss")
tagging_loss.compare = close()


def log_softmax(z, axis=-1):
    z = z - z.max(axis=axis, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=axis, keepdims=True))


def unguarded(reduce=None, **how):
    """A log-softmax that overflows, after what `reduce` makes of each step is taken away."""

    def log_p(z):
        z = z - reduce(z, keepdims=True, **how) if reduce else z
        return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))

    return log_p


def weighted_mean(nats, w, asked):
    return (w * nats).sum() / w.sum() if asked.any() else 0.0


@tagging_loss.reference
def weighed(logits, tags, weights, *, log_p=log_softmax, asks=lambda tags: tags >= 0, heavy=lambda weights, tags, logits: weights[tags],
            mean=weighted_mean):  # fmt: skip
    asked = asks(tags)
    nats = -np.take_along_axis(log_p(logits), tags[:, :, None], -1).squeeze(-1)
    return mean(nats, np.where(asked, heavy(weights, tags, logits), 0), asked)


@tagging_loss.cases
def _(rng):
    def batch(m, T, K, lengths=None, far=0, dtype="float64", **how):
        tags = rng.integers(0, K, size=(m, T))
        tags[np.arange(T) >= np.array([T] * m if lengths is None else lengths)[:, None]] = -1
        logits = (2 * rng.normal(size=(m, T, K)) + far).astype(dtype)
        return {"logits": logits, "tags": tags, "weights": rng.uniform(0.2, 3, size=K).astype(dtype)} | how

    pieces = batch(3, 6, 7, [6, 5, 4])
    pieces["tags"][:, [0, 3]] = -1
    far = batch(2, 5, 5, [5, 3])
    far["logits"] += 2000 * np.eye(5)[(far["tags"] + np.eye(2, 5, dtype=int)) % 5]  # at two places another tag is far above
    yield Case("all places are asked for", basic=True, **batch(3, 4, 5))
    yield Case("padding at the end", basic=True, **batch(4, 6, 5, [6, 4, 2, 1]))
    yield Case("pieces within a sentence are not asked for", **pieces)
    yield Case("one sentence is all padding", **batch(3, 5, 3, [5, 0, 3]))
    yield Case("equal weights", **batch(3, 5, 5, [2, 5, 4], weights=np.ones(5)))
    yield Case("logits near 1000, 0 and -1000", **batch(3, 4, 5, [4, 2, 3], far=np.array([1000, 0, -1000])[:, None, None]))
    yield Case("one logit far above the others", **far)
    yield Case("all sizes alike", **batch(4, 4, 4, [4, 3, 4, 1]))
    yield Case("no place is asked for", **batch(2, 3, 4, [0, 0]))
    yield Case("float32", **batch(2, 5, 7, [5, 3], dtype="float32"))
    yield Case("called twice", **batch(3, 5, 3, [3, 5, 2]), calls=2)


def of_sentences(nats, w, asked):
    return np.mean([weighted_mean(*row) for row in zip(nats, w, asked, strict=True) if row[2].any()] or [0.0])


tagging_loss.mistakes({
    "Places with -1 count, as if the last tag were right there: that is what the index -1 takes.": dict(asks=lambda tags: tags > -2),
    "Places with -1 count, as if O were right there.": dict(tags=lambda tags: np.maximum(tags, 0)),
    "The sum is divided by all places, including those with -1.": dict(mean=lambda nats, w, asked: (w * nats).mean()),
    "The sum is divided by the number of places that are asked for, where it should be divided by the sum of their weights.": dict(
        mean=lambda nats, w, asked: (w * nats).sum() / max(asked.sum(), 1)
    ),
    "The sum is not divided.": dict(mean=lambda nats, w, asked: (w * nats).sum()),
    "The mean of the sentences' means is taken, in which a word of a short sentence counts more.": dict(mean=of_sentences),
    "The weights are not used.": dict(weights=np.ones_like),
    "The weight is that of the tag that the model prefers, where it should be that of the right tag.": dict(
        heavy=lambda weights, tags, logits: weights[logits.argmax(axis=-1)]
    ),
    "The weights divide, where they should multiply.": dict(weights=lambda weights: 1 / weights),
    "Places with the tag 0 are left out too, but O is a tag like the others.": dict(asks=lambda tags: tags > 0),
    "Where no place is asked for, 0 is divided by 0.": dict(mean=lambda nats, w, asked: (w * nats).sum() / w.sum()),
    "The sign is wrong.": dict(log_p=lambda z: -log_softmax(z)),
    "The logits are taken for logarithms of probabilities: the softmax is missing.": dict(log_p=np.asarray),
    "The softmax runs over the words of a sentence, where it should run over the tags.": dict(log_p=partial(log_softmax, axis=1)),
    "The exponential of large logits overflows: take the maximum of each place away first.": dict(log_p=unguarded()),
    "The smallest logit or the mean of each place is taken away, and the exponential of one far above it overflows.": dict(
        log_p=unguarded(np.min, axis=-1)
    ),
    "The maximum of the whole array is taken away, and at places far below it the sum of the exponentials is 0.": dict(
        log_p=unguarded(np.max)
    ),
    "A softmax rounds small probabilities to 0, and then comes a logarithm: write the logarithm of the quotient out.": dict(
        log_p=lambda z: np.log(np.exp(log_softmax(z)))
    ),
    "1e-12 is added to probabilities of 0, and no tag costs more than 28.": dict(
        log_p=lambda z: np.log(np.exp(log_softmax(z)) + 1e-12)
    ),
})  # fmt: skip

tagging_loss.accept_other_forms()


# span_scores -------------------------------------------------------------------------------------------------------
span_scores = Check("span_scores")
span_scores.compare = close(returns=("precision", "recall", "micro F1", "macro F1"))


def ratio(one, other):
    return one / other if other else 0.0


def f1(there, named, *, quotient=ratio):
    return quotient(2 * len(there & named), len(there) + len(named))


def kinds_of(spans):
    return {span[1] for span in spans}


def macro_f1(
    there, named, *, kinds=lambda there, named: kinds_of(there | named), one=f1, mean=lambda each: ratio(sum(each), len(each))
):
    """The mean over kinds of what `one` makes of the spans of each."""
    return mean(
        [one(*({span for span in spans if span[1] == kind} for spans in (there, named))) for kind in kinds(there, named)]
    )


def both_spans(true, predicted, read, *, short=lambda tags, true: tags[true >= 0], number=lambda i: i):
    """All spans of both, with the number of their sentence, where something is asked for."""
    rows = [(short(t, t), short(p, t)) for t, p in zip(true, predicted, strict=True)]
    return [{(number(i), *span) for i, row in enumerate(rows) for span in read(row[side])} for side in (0, 1)]


@span_scores.reference
def scored(true, predicted, read, *, both=both_spans, of=lambda spans: spans, micro=f1, macro=macro_f1, quotient=ratio):
    there, named = (of(spans) for spans in both(true, predicted, read))
    right = len(there & named)
    return quotient(right, len(named)), quotient(right, len(there)), micro(there, named), macro(there, named)


@span_scores.cases
def _(rng):
    def drawn(*lengths, T, kinds=3, wrong=0.3):
        true = rng.integers(0, 1 + kinds, size=(len(lengths), T))
        other = (true + rng.integers(1, 1 + kinds, size=true.shape)) % (1 + kinds)
        predicted = np.where(rng.random(true.shape) < wrong, other, true)
        true[np.arange(T) >= np.array(lengths)[:, None]] = -1
        return {"true": true, "predicted": predicted, "read": stretches}

    pieces, rare = drawn(*[9] * 6, T=9), drawn(*[8] * 8, T=8, wrong=0.2)
    new, missed = drawn(*[8] * 5, T=8), drawn(*[8] * 5, T=8)
    pieces["true"][rng.random(pieces["true"].shape) < 0.3] = -1
    rare["predicted"][rare["true"] == 3] = rng.integers(0, 4, size=(rare["true"] == 3).sum())
    new["true"][new["true"] == 2] = 0
    missed["predicted"][missed["predicted"] == 3] = 0
    nothing, none = np.zeros((3, 6), int), np.zeros((2, rng.integers(9, 300)), int)
    yield Case("every word is asked for", basic=True, **drawn(*[8] * 6, T=8))
    yield Case("padding at the end", basic=True, **drawn(9, 7, 8, 4, 5, 2, 9, T=9))
    yield Case("places within a sentence are not asked for", **pieces)
    yield Case("one kind is harder than the others", **rare)
    yield Case("a kind that is only predicted", **new)
    yield Case("a kind that is never predicted", **missed)
    yield Case("nothing is predicted", **drawn(6, 4, 5, T=6) | {"predicted": nothing})
    yield Case("there is no name", **drawn(6, 6, 6, T=6) | {"true": nothing})
    yield Case("no name, and none is predicted", true=none, predicted=none, read=stretches)
    yield Case("one sentence", **drawn(12, T=14))
    yield Case("called twice", calls=2, **drawn(7, 5, 6, 7, T=7))


def predicted_whole(true, predicted, read):
    return [both_spans(true, predicted, read)[0], both_spans(0 * true, predicted, read)[1]]


def by_words(true, predicted, read):
    return [{(i, int(row[t]), t) for i, row in enumerate(tags) for t in range(len(row)) if row[t] > 0 and true[i, t] >= 0}
            for tags in (true, predicted)]  # fmt: skip


def precision(there, named):
    return ratio(len(there & named), len(named))


def recall(there, named):
    return ratio(len(there & named), len(there))


def of_parts(there, named):
    """The harmonic mean of the mean precision and the mean recall of the kinds."""
    p, r = (macro_f1(there, named, one=each) for each in (precision, recall))
    return ratio(2 * p * r, p + r)


def by_support(there, named):
    return ratio(sum(macro_f1({s for s in there if s[1] == k}, {s for s in named if s[1] == k}) * sum(s[1] == k for s in there)
                     for k in kinds_of(there)), len(there))  # fmt: skip


def middle(there, named):
    return (precision(there, named) + recall(there, named)) / 2


def filled(value):
    """A quotient that is `value` where nothing is divided by nothing."""
    return lambda one, other: one / other if other else value


def with_filled(value):
    one = partial(f1, quotient=filled(value))
    mean = partial(macro_f1, one=one, mean=lambda each: filled(value)(sum(each), len(each)))
    return dict(quotient=filled(value), micro=one, macro=mean)


span_scores.mistakes({
    "Words are counted, where whole spans should be.": dict(both=by_words),
    "The end of a span is not compared.": dict(of=lambda spans: {span[:3] for span in spans}),
    "The start of a span is not compared.": dict(of=lambda spans: {(*span[:2], span[3]) for span in spans}),
    "The kind of a span is not compared, and there is one kind only.": dict(of=lambda spans: {(i, 0, *span) for i, _, *span in spans}),
    "Sentences are not kept apart: spans at the same places in two of them are taken for one.": dict(
        both=partial(both_spans, number=lambda i: 0)
    ),
    "F1 is the mean of precision and recall: it should be their harmonic mean.": dict(
        micro=middle, macro=partial(macro_f1, one=middle)
    ),
    "Precision and recall are swapped.": lambda true, predicted, read: [scored(true, predicted, read)[i] for i in (1, 0, 2, 3)],
    "Micro and macro are swapped.": lambda *inputs: [scored(*inputs)[i] for i in (0, 1, 3, 2)],
    "Both F1 are the micro average: the macro average is the mean over kinds.": dict(macro=f1),
    "Both F1 are the macro average: for the micro average the counts are added up first.": dict(micro=macro_f1),
    "The macro average leaves out kinds that are only predicted.": dict(
        macro=partial(macro_f1, kinds=lambda there, named: kinds_of(there))
    ),
    "The macro average weighs each kind by how often it occurs.": dict(macro=by_support),
    "The macro average is made of the means of precision and recall: it should be the mean of the kinds' F1.": dict(macro=of_parts),
    "Places where true is -1 stay in, and read gets them.": dict(both=partial(both_spans, short=lambda tags, true: tags)),
    "Places where true is -1 are left out of the true tags alone, and the predicted ones stand beside the wrong words.": dict(
        both=predicted_whole
    ),
    "Places where true is -1 become O, and names end there: they should be taken out.": dict(
        both=partial(both_spans, short=lambda tags, true: np.where(true >= 0, tags, 0))
    ),
    "Where nothing is divided by nothing there is a NaN: 0 is asked for.": with_filled(np.nan),
    "Where nothing is divided by nothing there is a 1: 0 is asked for.": with_filled(1.0),
    "Your own read_spans is called, where the function read that is handed over should be.": dict(read=lambda read: spans_in),
})  # fmt: skip

span_scores.accept_other_forms()
span_scores.equivalent(
    "scored: micro(there, named) → micro(named, there)",
    "scored: macro(there, named) → macro(named, there)",
    reason="F1 is the same when true and predicted spans change places.",
)


# vector_table ------------------------------------------------------------------------------------------------------
vector_table = Check("vector_table")
vector_table.compare = close(returns=("table", "known"))


@vector_table.reference
def looked_up(words, learnt, *, also=lambda word, learnt: learnt.get(word.lower()), rest=lambda learnt, rows: np.mean(list(learnt.values()), axis=0),
              pad=np.zeros_like, first=lambda word, learnt: learnt.get(word)):  # fmt: skip
    rows = []
    for word in words:
        own = first(word, learnt)
        rows.append(also(word, learnt) if own is None else own)
    known = np.array([row is not None for row in rows])
    mean = rest(learnt, [row for row in rows if row is not None])
    table = np.array([mean if row is None else row for row in rows])
    table[0] = pad(mean)
    return table, known


@vector_table.cases
def _(rng):
    names = [a + b for a, b in zip(rng.permutation("Ash Bel Cor Dun Elm Fen Gil Hol".split()), rng.permutation(
        "ton ley by ham field son ski mouth".split()), strict=True)]  # fmt: skip

    def vocabulary(*words, has, n=4, dtype="float64"):
        learnt = {word: rng.normal(loc=0.5, size=n).astype(dtype) for word in rng.permutation(has)}
        return {"words": ["<PAD>", "<UNK>", *words], "learnt": learnt}

    a, b, c, d, e, f = names[:6]
    yield Case("all words have vectors", basic=True, **vocabulary(a, b, c, has=[a, b, c, d, e]))
    yield Case("some have none", basic=True, **vocabulary(a, b, "met", c, ".", has=["met", c, d, f, "."]))
    yield Case("in lower case", **vocabulary("The", e, "ROSE", a, "rose", has=["the", "rose", b, a]))
    yield Case("in both", **vocabulary("Rose", "rose", "May", c, has=["rose", "Rose", "may", d, "May"]))
    yield Case("with a capital only in the vectors", **vocabulary("hope", a.lower(), b, "will", has=["Hope", a, b, "WILL", c]))
    yield Case("no word has one", **vocabulary(a, b, c, d, has=[e, f]))
    yield Case("the special tokens alone", **vocabulary(has=[a, b, c]))
    yield Case("as many numbers as words", **vocabulary(d, b, "Hope", has=[d, "hope", e, f], n=5))
    yield Case("one number a word, one vector", **vocabulary(b, a, has=[b], n=1))
    yield Case("float32", **vocabulary(c, b, "Town", has=[c, d, "town"], dtype="float32", n=3))
    yield Case("called twice", calls=2, **vocabulary(f, e, "Is", has=["is", a, f], n=5))


def by_capital(word, learnt):
    """The vector under the word, or the same word in other capitals, whichever those are."""
    return learnt.get(word.lower(), next((vector for other, vector in learnt.items() if other.lower() == word.lower()), None))


vector_table.mistakes({
    "Words without a vector get zeros, where they should get the mean of all vectors.": dict(rest=lambda learnt, _: 0 * next(
        iter(learnt.values()))),
    "The mean is that of the words found, where it should be that of all vectors.": dict(
        rest=lambda learnt, rows: np.mean(rows or [0 * next(iter(learnt.values()))], axis=0)
    ),
    "Padding has the mean, where row 0 should be zeros.": dict(pad=lambda row: row),
    "<UNK> has zeros, like padding: it should have the mean.": lambda words, learnt: (
        looked_up(words, learnt)[0] * (np.arange(len(words)) != 1)[:, None], looked_up(words, learnt)[1]
    ),
    "A word in capitals is not looked for in lower case.": dict(also=lambda word, learnt: None),
    "Every word is looked for in lower case at once, and a vector of its own is passed over.": dict(
        first=lambda word, learnt: learnt.get(word.lower())
    ),
    "A word in lower case gets the vector of one with capitals: only the other way round is asked for.": dict(also=by_capital),
    "known counts only words found as they are written.": lambda words, learnt: (
        looked_up(words, learnt)[0], np.array([word in learnt for word in words])
    ),
    "known says which words have no vector, where it should say which have one.": lambda words, learnt: (
        looked_up(words, learnt)[0], ~looked_up(words, learnt)[1]
    ),
    "known is True for padding, whose row is set as well.": lambda words, learnt: (
        looked_up(words, learnt)[0], np.arange(len(words)) * ~looked_up(words, learnt)[1] == 0
    ),
    "The mean is one number, over all vectors and all their numbers.": dict(
        rest=lambda learnt, _: np.full_like(next(iter(learnt.values())), np.mean(list(learnt.values())))
    ),
    "The first two rows are left out: words begins with <PAD> and <UNK>.": lambda words, learnt: tuple(
        each[2:] for each in looked_up(words, learnt)
    ),
})  # fmt: skip

vector_table.alternative("as lists")(lambda *inputs: [each.tolist() for each in looked_up(*inputs)])
vector_table.alternative("in float32")(
    lambda *inputs: [each.astype("float32") for each in looked_up(*inputs)[:1]] + [looked_up(*inputs)[1]]
)
vector_table.alternative("columns first in memory")(lambda *inputs: [np.asfortranarray(each) for each in looked_up(*inputs)])
vector_table.equivalent(
    "looked_up: np.array([row is not None for row in rows]) → [row is not None for row in rows]",
    "looked_up: np.array([mean if row is None else row for row in rows]) → [mean if row is None else row for row in rows]",
    reason="A list of the same numbers is right as well.",
)


# two_table_tagger --------------------------------------------------------------------------------------------------
two_table_tagger = Check("two_table_tagger")
two_table_tagger.ask_for("output shape", "parameters", "recurrent cells", "padding changes nothing", "word vectors",
                         basic=("outputs are", "sees later words", "sees earlier words"))  # fmt: skip


@two_table_tagger.reference
def tables(vectors, n_own, n_a, tags, frozen, *, own=True, cell=L.LSTM, ways=True, every=True, mask=True, f=None, merge="concat",
           start=lambda vectors: {"weights": [vectors]}, moves=lambda frozen: not frozen):  # fmt: skip
    ids = keras.Input((None,))
    x = L.Embedding(*vectors.shape, mask_zero=mask, trainable=moves(frozen), **start(vectors))(ids)
    x = L.Concatenate()([x, L.Embedding(len(vectors), n_own, mask_zero=mask)(ids)]) if own else x
    a = cell(n_a, return_sequences=every)
    a = L.Bidirectional(a, merge_mode=merge)(x) if ways else a(x)
    return keras.Model(ids, L.Dense(tags, activation=f)(a))


@two_table_tagger.cases
def _(rng):
    for label, frozen, shape in (("frozen", True, (2, 3)), ("tuned, one sentence", False, (1, 2))):
        V, n, n_own, n_a, tags = int(rng.integers(12, 40)), *map(int, rng.choice(np.arange(2, 9), size=4, replace=False))
        vectors = rng.normal(size=(V, n)) * (np.arange(V) > 0)[:, None]
        given = {"ids": rng.integers(1, V, size=shape), "vectors": vectors}
        yield Case(label, basic=frozen, given=given, vectors=vectors, n_own=n_own, n_a=n_a, tags=tags, frozen=frozen)


def constant(vectors):
    return {"embeddings_initializer": keras.initializers.Constant(vectors)}


def cells(n, **how):
    return L.RNN(L.LSTMCell(n), **how)


two_table_tagger.alternative("an initializer")(lambda *inputs: tables(*inputs, start=constant))
two_table_tagger.alternative("a cell in an RNN")(lambda *inputs: tables(*inputs, cell=cells))


@two_table_tagger.alternative("weights set afterwards, the mask passed by hand, two layers")
def _(vectors, n_own, n_a, tags, frozen):
    ids = keras.Input((None,), dtype="int32")
    given = L.Embedding(*vectors.shape)
    x = keras.ops.concatenate([given(ids), L.Embedding(len(vectors), n_own)(ids)], axis=-1)
    given.set_weights([vectors])
    given.trainable = not frozen
    there, back = (L.LSTM(n_a, return_sequences=True, go_backwards=backwards) for backwards in (False, True))
    a = L.Bidirectional(there, backward_layer=back)(x, mask=keras.ops.not_equal(ids, 0))
    return keras.Model(ids, L.Dense(tags)(a))


two_table_tagger.mistakes({
    "The given vectors are not in the Embedding: it starts at random.": dict(start=lambda vectors: {}),
    "The given vectors are always frozen, whatever `frozen` says.": dict(moves=lambda frozen: False),
    "The given vectors are always trained, whatever `frozen` says.": dict(moves=lambda frozen: True),
    "The table of your own is missing: the words are read from the given vectors alone.": dict(own=False),
    "Padding is not marked: both layers need mask_zero=True, or the LSTM a mask.": dict(mask=False),
    "return_sequences=True is missing: only the last state comes out, but every word needs one.": dict(every=False),
    "The sentence is read forwards only: no word knows what comes after it.": dict(ways=False),
    "The directions are summed: they should be side by side, as [a→, a←].": dict(merge="sum"),
    "The layer is a GRU: an LSTM is asked for.": dict(cell=L.GRU),
    "There is a softmax at the end: logits are asked for.": dict(f="softmax"),
})  # fmt: skip


# name_tagger -------------------------------------------------------------------------------------------------------
name_tagger = Check("name_tagger")
name_tagger.ask_for("output shape", "names found", "parameters in budget")

TAGS = ("O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-ORG", "I-ORG")
SENTENCES, WRITTEN = data.named_entities(np.random.default_rng(6), 2000)
WORDS = Vocabulary.build((word for x in SENTENCES for word in x), min_count=2)  # these and `encode` as the notebook has them
FORMS = Vocabulary(["lower", "Capital", "CAPITALS", "miXed", "digits", "mark"])
ENDINGS = Vocabulary.build((ending(word) for x in SENTENCES for word in x), min_count=2)


def encode(sentences):
    rows = ([WORDS.encode(x) for x in sentences], [FORMS.encode(map(capitals, x)) for x in sentences],
            [ENDINGS.encode(map(ending, x)) for x in sentences])  # fmt: skip
    return np.stack([pad(each)[0] for each in rows], axis=-1)


def tag_ids(written, T):
    return np.array([[TAGS.index(tag) for tag in tags] + [-1] * (T - len(tags)) for tags in written])


@name_tagger.cases
def _(rng):
    for label, enough, budget, weight in (
        ("a start", 0.6, None, 4), ("unseen names", 0.82, None, 5), ("unseen names, with 5,000 parameters", 0.82, 5000, 3),
        ("unseen names, with 1,000 parameters", 0.82, 1000, 3),
    ):  # fmt: skip
        sentences, written = data.named_entities(rng, int(rng.integers(560, 640)), unseen=True)
        ids = encode(sentences)
        given = {"ids": ids, "tags": tag_ids(written, ids.shape[1]), "enough": enough, "budget": budget}
        yield Case(label, basic=enough < 0.8, weight=weight, given=given)


def linear(sentences, written, rank=5, reach=2, shrink=30.0):
    """Weights of a tagger without a hidden layer, by least squares: tables for forms and endings, and a kernel over five words."""
    V, ids = len(FORMS) + len(ENDINGS), encode(sentences)
    tags = tag_ids(written, ids.shape[1])
    read = np.eye(V)[ids[..., 1]] + np.eye(V)[len(FORMS) + ids[..., 2]]
    around = np.pad(read, ((0, 0), (reach, reach), (0, 0)))
    x = np.concatenate([around[:, i : i + ids.shape[1]] for i in range(2 * reach + 1)], axis=-1)[tags >= 0]
    W = np.linalg.solve(x.T @ x + shrink * np.eye(x.shape[1]), x.T @ np.eye(len(TAGS))[tags[tags >= 0]])
    often = np.sqrt(1 + read.sum(axis=(0, 1)))[:, None]
    U, sizes, Vt = np.linalg.svd(often * W.reshape(-1, V, len(TAGS)).swapaxes(0, 1).reshape(V, -1), full_matrices=False)
    table, kernel = U[:, :rank] * sizes[:rank] / often, Vt[:rank].reshape(rank, -1, len(TAGS)).swapaxes(0, 1)
    return table[: len(FORMS)], table[len(FORMS) :], kernel


OF_FORMS, OF_ENDINGS, KERNEL = linear(SENTENCES[:1000], WRITTEN[:1000])


@name_tagger.reference
def weighed_words(*, width=0, out=7, turn=0, pool=False, f=None):
    """A model that needs no training: two tables are added, and five neighbouring words decide on a tag."""
    ids = keras.Input((None, 3), dtype="int32")
    wide = [np.pad(table, ((0, 0), (0, width))) for table in (OF_FORMS, OF_ENDINGS)]
    x = keras.ops.add(*(L.Embedding(*table.shape, weights=[table])(ids[:, :, i]) for i, table in enumerate(wide, start=1)))
    convolve = L.Conv1D(out, 5, padding="same", activation=f)
    y = convolve(x)
    convolve.set_weights([np.roll(np.pad(KERNEL, ((0, 0), (0, width), (0, 0))), turn, axis=2)[:, :, :out], np.zeros(out)])
    return keras.Model(ids, L.GlobalAveragePooling1D()(y) if pool else y)


name_tagger.mistakes({
    "Hardly a name is found: O always wins, or the scores stand in another order than the ids of the tags.": dict(turn=1),
    "There is one row of scores for the sentence, where every word needs one.": dict(pool=True),
    "There are too few scores: each word needs seven, one for each tag.": dict(out=4),
    "There are more parameters than are asked for: narrower embeddings or fewer units would do.": dict(width=40),
})  # fmt: skip
name_tagger.alternative("scores after a softmax")(lambda: weighed_words(f="softmax"))
name_tagger.alternative("scores after a sigmoid")(lambda: weighed_words(f="sigmoid"))
name_tagger.alternative("scores after a tanh")(lambda: weighed_words(f="tanh"))
name_tagger.equivalent("weighed_words", reason="Any weights will do that find enough of the names.")
