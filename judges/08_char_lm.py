"""Assignment 08: windows of a text, a model of its characters, perplexity, ways to choose the next character, beam search.

A reference has a switch, which is a keyword-only parameter, for each mistake that students make; without switches it is right.
"""

from functools import partial
from itertools import count

import numpy as np
from autograder.check import Case, Check, Requirements, changed, close, overwriting
from autograder.kernels.jail import Limits
from unroll.checks.functions import first_ids, lottery, near_the_best, warm_shares

PACKAGES = ("numpy", "unroll-course", "keras", "tensorflow")
requirements = Requirements(PACKAGES, Limits(seconds=180, cell_seconds=60, memory=3 << 30, processes=128))


def log_softmax(z, axis=-1):
    z = z - z.max(axis=axis, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=axis, keepdims=True))


def softmax(z, axis=-1):
    return np.exp(log_softmax(z, axis))


def quotient(z):
    """A softmax that overflows."""
    return np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)


def lowered_by(reduce, axis=-1):
    """Subtracts what `reduce` makes of each row, or of the whole array where `axis` is None."""
    return lambda z: z - reduce(z, axis=axis, keepdims=True)


def rows(rng, m, V, dtype="float64", order="C"):
    return (2 * rng.normal(size=(m, V))).astype(dtype, order=order)


def until(good, draw):
    """The first draw that is good."""
    return next(each for each in (draw() for _ in count()) if good(each))


def tells_apart(check, beginnings, inputs):
    """Whether misconceptions, by the first words of their sentences, give other answers than the reference."""
    right = check.solution(*inputs.values())
    wrong = (each(*inputs.values()) for sentence, each in check.misconceptions.items() if sentence.startswith(beginnings))
    return not any(check.compare.same(right, each, single=True) for each in wrong)


# strided_windows ---------------------------------------------------------------------------------------------------
strided_windows = Check("strided_windows")
strided_windows.compare = close(returns=("inputs", "targets", "mask"))


def reaching(pairs, T, stride):
    """Where windows start: at 0, and wherever the window before has not reached the last pair."""
    first = np.arange(0, pairs, stride)
    return first[(first == 0) | (first - stride + T < pairs)]


@strided_windows.reference
def windows(ids, T, stride, pad, *, starts=reaching, x=0, y=1, count=lambda real, new, inputs, pad: real & new):
    pairs, first = len(ids) - 1, starts(len(ids) - 1, T, stride)
    places = first[:, None] + np.arange(T)
    inputs, targets = (np.append(ids[move : pairs + move], np.full(T, pad))[places] for move in (x, y))
    real, new = places < pairs, places >= np.append(0, first + T)[:-1, None]
    return inputs, targets, count(real, new, inputs, pad)


@strided_windows.cases
def _(rng):
    def text(count, T, stride, pad=99):
        return {"ids": rng.integers(1, 20, size=count), "T": T, "stride": stride, "pad": pad}

    zeros = text(18, 6, 4, pad=0)
    zeros["ids"][[3, 9, 17]] = 0
    yield Case("windows overlap by half", **text(22, 6, 3), basic=True)
    yield Case("the last window is padded", **text(20, 5, 3), basic=True)
    yield Case("side by side", **text(23, 4, 4))
    yield Case("one step apart", **text(12, 5, 1))
    yield Case("exactly one window", **text(8, 7, 2))
    yield Case("a text shorter than a window", **text(5, 9, 1))
    yield Case("windows of one step", **text(9, 1, 1))
    yield Case("the text holds the id of padding", **zeros)
    yield Case("called twice", **text(19, 4, 3), calls=2)


strided_windows.mistakes({
    "The targets are the inputs, not the characters after them.": dict(y=0),
    "Inputs and targets are swapped.": dict(x=1, y=0),
    "The mask counts targets again that an earlier window has counted.": dict(count=lambda real, new, *_: real),
    "The mask counts padding.": dict(count=lambda real, new, *_: new),
    "The mask takes every id that equals pad for padding.": dict(count=lambda real, new, x, pad: new & (x != pad)),
    "Of the first window only stride targets count, though all are new.": dict(count=lambda real, new, *_: real & new[-1]),
    "The mask counts what overlaps and leaves out what is new.": dict(count=lambda real, new, *_: real & ~new),
    "stride is not used: windows begin T apart.": lambda ids, T, stride, pad: windows(ids, T, T, pad),
    "stride is taken for the overlap.": lambda ids, T, stride, pad: windows(ids, T, T - stride, pad),
    "The end of the text is dropped where it fills no window.": dict(starts=lambda n, T, step: np.arange(0, n - T + 1, step)),
    "At the end come windows that hold nothing new.": dict(starts=lambda pairs, T, stride: np.arange(0, pairs, stride)),
    "The last window is moved back until it is full, where it should be padded.": dict(
        starts=lambda pairs, T, stride: np.minimum(reaching(pairs, T, stride), max(pairs - T, 0))
    ),
    "The last character is an input too, though nothing follows it.": lambda ids, *r: windows(np.append(ids, r[-1]), *r),
    "The padding is 0, whatever pad says.": dict(pad=lambda pad: 0),
})  # fmt: skip

strided_windows.alternative("as lists")(lambda *inputs: [each.tolist() for each in windows(*inputs)])
strided_windows.alternative("last first")(lambda *inputs: [each[::-1].copy()[::-1] for each in windows(*inputs)])


@strided_windows.alternative("one window after another")
def _(ids, T, stride, pad):
    found, start = [], 0
    while not found or start - stride + T < len(ids) - 1:
        x, y = ids[start:-1][:T], ids[start + 1 :][:T]
        old = T - stride if found else 0
        found.append([np.append(each, [pad] * (T - len(y))) for each in (x, y)] + [[old <= t < len(y) for t in range(T)]])
        start += stride
    return [np.stack(each) for each in zip(*found, strict=True)]


# char_model --------------------------------------------------------------------------------------------------------
def network(V, E, n, *, layer=lambda layers: layers.GRU, depth=2, last=True, out=None, logits=True, batch=None, mask=False,
            rate=0.01, optimizer="Adam", **more):  # fmt: skip
    from keras import Input, Sequential, layers, losses, optimizers

    stack = [layer(layers)(n, return_sequences=last or i < depth - 1, **more) for i in range(depth)]
    dense = layers.Dense(V, activation=out)
    model = Sequential([Input(batch_shape=(batch, None)), layers.Embedding(V, E, mask_zero=mask), *stack, dense])
    model.compile(getattr(optimizers, optimizer)(rate), losses.SparseCategoricalCrossentropy(from_logits=logits))
    return model


def both_ways(layers):
    return lambda n, **more: layers.Bidirectional(layers.GRU(n, **more))


def in_one_layer(layers):
    return lambda n, **more: layers.RNN([layers.GRUCell(n), layers.GRUCell(n)], **more)


def functional(V, E, n):
    from keras import Input, Model, layers, losses, optimizers

    ids = x = Input((None,), dtype="int32")
    gru = partial(layers.GRU, n, return_sequences=True)
    for layer in (layers.Embedding(V, E), gru(), gru(), layers.Dropout(0.5), layers.Dense(V)):
        x = layer(x)
    model = Model(ids, x)
    model.compile(optimizers.Adam(learning_rate=1e-2), losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


MODELS = {
    "There is one recurrent layer, where there should be two.": dict(depth=1),
    "The layers are LSTMs.": dict(layer=lambda layers: layers.LSTM),
    "The second recurrent layer returns one state only: return_sequences is missing.": dict(last=False),
    "The model ends in a softmax, but logits are asked for.": dict(out="softmax", logits=False),
    "The model ends in a softmax, and the loss takes its output for logits.": dict(out="softmax"),
    "The loss takes logits for probabilities: from_logits=True is missing.": dict(logits=False),
    "The layers read both ways, and see the characters that they should predict.": dict(layer=both_ways),
    "The layers read from the end: go_backwards is set.": dict(go_backwards=True),
    "The layers are stateful: one batch changes the next.": dict(stateful=True, batch=3),
    "The logits go through a tanh: the Dense should have no activation.": dict(out="tanh"),
    "The logits go through a ReLU: the Dense should have no activation.": dict(out="relu"),
    "The id 0 is masked as if it were padding, but it is a character.": dict(mask=True),
    "The learning rate is Adam's default: 0.01 is asked for.": dict(rate=0.001),
    "The optimizer is plain gradient descent: Adam is asked for.": dict(optimizer="SGD"),
    "The sizes E and n are swapped.": lambda V, E, n: network(V, n, E),
}
char_model = Check("char_model")
char_model.reference(network)
char_model.mistakes(MODELS)
SEES = ("sees earlier words", "sees later words", "skips id 0", "same answer twice")
PARAMETERS = "parameters with one bias a gate"
char_model.ask_for("output shape", PARAMETERS, "recurrent layers", *SEES, "outputs are", "loss is cross entropy", "optimizer")


@char_model.cases
def _(rng):
    V = int(rng.integers(8, 20))
    ids = rng.integers(V, size=(3, 6))
    yield Case("a small one", basic=True, V=V, E=3, n=5, given={"ids": ids[:, :-1], "labels": ids[:, 1:]})


char_model.alternative("functional")(functional)
char_model.alternative("two cells in one layer")(lambda V, E, n: network(V, E, n, layer=in_one_layer, depth=1))
char_model.alternative("with dropout")(lambda V, E, n: network(V, E, n, dropout=0.2, recurrent_initializer="he_normal"))


# text_scores -------------------------------------------------------------------------------------------------------
text_scores = Check("text_scores")
text_scores.compare = close(returns=("nats", "bits", "perplexity"))


@text_scores.reference
def scores(logits, targets, mask, *, log_p=log_softmax, mean=lambda nats, mask: nats[mask].sum() / mask.sum(),
           bits=lambda nats: nats / np.log(2), perplexity=lambda nats, bits, each: np.exp(nats)):  # fmt: skip
    each = -np.take_along_axis(log_p(logits), targets[..., None], -1)[..., 0]
    nats = mean(each, mask)
    return nats, bits(nats), perplexity(nats, bits(nats), each[mask])


@text_scores.cases
def _(rng):
    def texts(lengths, T, V, **kind):
        mask = np.arange(T) < np.array(lengths)[:, None]
        logits = rows(rng, mask.size, V, **kind).reshape(*mask.shape, V)
        return {"logits": logits, "targets": rng.integers(V, size=mask.shape), "mask": mask}

    apart = texts([4, 2, 3], T=4, V=5)
    apart["logits"] += np.array([1000, 0, -1000])[:, None, None]
    far = texts([9, 9, 8], T=9, V=5)
    surprise = np.append(1, np.zeros(26, int)).reshape(3, 9)  # one character is not the one that is far above the others
    far["logits"] += 2000 * np.eye(5)[(far["targets"] + surprise) % 5]
    yield Case("no padding", **texts([5, 5, 5], T=5, V=4), basic=True)
    yield Case("padding at the end", **texts([7, 4, 1], T=7, V=5), basic=True)
    yield Case("nothing counts in one text", **texts([3, 0], T=3, V=6))
    yield Case("logits near 1000, 0 and -1000", **apart)
    yield Case("one logit far above the others", **far)
    yield Case("all sizes alike", **texts([4, 3, 4, 1], T=4, V=4))
    yield Case("one text, in float32", **texts([6], T=8, V=3, dtype="float32"))
    yield Case("called twice", **texts([2, 6], T=6, V=5), calls=2)


def of_rows(nats, mask):
    return np.mean([row[real].mean() for row, real in zip(nats, mask, strict=True) if real.any()])


def log_of_sum(z):
    """A logarithm of the softmax that overflows."""
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


text_scores.mistakes({
    "The mask is not used: padding counts.": dict(mask=np.ones_like),
    "The mask is read the wrong way round.": dict(mask=np.logical_not),
    "The mean of the rows' means is taken, in which a character of a short row counts more.": dict(mean=of_rows),
    "The sum is divided by all steps, including padding.": dict(mean=lambda nats, mask: (nats * mask).mean()),
    "The sum is divided by the number of rows.": dict(mean=lambda nats, mask: nats[mask].sum() / len(mask)),
    "The sum is not divided.": dict(mean=lambda nats, mask: nats[mask].sum()),
    "Bits are nats times log 2, where they should be nats divided by it.": dict(bits=lambda nats: nats * np.log(2)),
    "Perplexity is 2 to the nats: it is e to the nats, or 2 to the bits.": dict(perplexity=lambda nats, bits, each: 2**nats),
    "Perplexity is e to the bits: it is e to the nats, or 2 to the bits.": dict(perplexity=lambda nats, bits, _: np.exp(bits)),
    "Perplexity is the mean of the characters' own.": dict(perplexity=lambda nats, bits, each: np.exp(each).mean()),
    "The logits are taken for logarithms of probabilities: the softmax is missing.": dict(log_p=np.asarray),
    "The logarithm is missing: probabilities are averaged.": dict(log_p=softmax),
    "The sign is wrong.": dict(log_p=lambda z: -log_softmax(z)),
    "The softmax runs over time.": dict(log_p=partial(log_softmax, axis=1)),
    "The exponential of large logits overflows: take their maximum away first.": dict(log_p=lambda z: np.log(quotient(z))),
    "The sum of the exponentials overflows, and so its logarithm: take the maximum away first.": dict(log_p=log_of_sum),
    "The smallest logit or the mean of each step is taken away, and the exponential of one far above it overflows.": dict(
        log_p=lambda z: log_of_sum(lowered_by(np.min)(z))
    ),
    "The maximum of the whole array is taken away, and at steps far below it the sum of the exponentials is 0.": dict(
        log_p=lambda z: log_of_sum(lowered_by(np.max, axis=None)(z))
    ),
    "A softmax rounds small probabilities to 0, and then comes a logarithm: write the logarithm of the quotient out.": dict(
        log_p=lambda z: np.log(softmax(z))
    ),
    "1e-12 is added to probabilities of 0, and no character surprises by more than 28 nats.": dict(
        log_p=lambda z: np.log(softmax(z) + 1e-12)
    ),
})  # fmt: skip

text_scores.accept_other_forms()
text_scores.alternative("a weighted mean")(changed(scores, mean=lambda nats, mask: np.average(nats, weights=mask)))


@text_scores.alternative("character by character, in bits")
def _(logits, targets, mask):
    bits = [np.logaddexp2.reduce(z / np.log(2)) - z[i] / np.log(2) for z, i in zip(logits[mask], targets[mask], strict=True)]
    mean = sum(bits) / len(bits)
    return [mean * np.log(2), mean, 2**mean]


# with_temperature --------------------------------------------------------------------------------------------------
with_temperature = Check("with_temperature")
with_temperature.compare = close()


@with_temperature.reference
def heated(logits, temperature, *, scale=np.divide, soft=softmax, after=lambda p, t: p):
    return after(soft(scale(logits, temperature[:, None])), temperature[:, None])


@with_temperature.cases
def _(rng):
    def at(m, V, low=0.3, high=3.0, far=0, **kind):
        return {"logits": rows(rng, m, V, **kind) + far, "temperature": rng.uniform(low, high, size=m)}

    yield Case("a temperature for each row", **at(4, 6), basic=True)
    yield Case("all sizes alike", **at(5, 5), basic=True)
    yield Case("nearly 0", **at(3, 5, low=1e-3, high=2e-3))
    yield Case("hot", **at(3, 4, low=50, high=99))
    yield Case("rows far apart", **at(3, 4, far=np.array([[5000], [0], [-5000]])))
    yield Case("one logit far above the others", **at(3, 5, far=rng.permuted(5000 * np.eye(3, 5), axis=1)))
    yield Case("one row, in float32", **at(1, 5, dtype="float32"))
    yield Case("called twice", **at(4, 3, order="F"), calls=2)


with_temperature.mistakes({
    "The temperature multiplies the logits instead of dividing them.": dict(scale=np.multiply),
    "The temperature is not used.": dict(temperature=np.ones_like),
    "The temperature divides the probabilities, not the logits.": dict(scale=lambda z, t: z, after=np.divide),
    "A softmax is taken before the division and another after it.": dict(logits=softmax),
    "The temperature of the first row is used for all.": dict(temperature=lambda t: t[:1]),
    "temperature is not turned into a column, temperature[:, None].": lambda logits, t: softmax(logits / t),
    "The softmax runs over the rows of the batch.": dict(soft=partial(softmax, axis=0)),
    "The whole batch adds up to 1 instead of each row.": dict(after=lambda p, t: p / len(p)),
    "The exponential overflows where the temperature is low: take the maximum away first.": dict(soft=quotient),
    "The maximum of the whole array is taken away, and a row far below it becomes 0 / 0.": dict(
        soft=lambda z: quotient(lowered_by(np.max, axis=None)(z))
    ),
    "The smallest number or the mean of each row is taken away, and the exponential of one far above it overflows.": dict(
        soft=lambda z: quotient(lowered_by(np.min)(z))
    ),
    "The logits are changed in place.": overwriting(heated, "logits", lambda result, z, t: z / t[:, None]),
})  # fmt: skip

with_temperature.accept_other_forms()
with_temperature.alternative("row by row")(lambda logits, t: [softmax(z / each) for z, each in zip(logits, t, strict=True)])
with_temperature.alternative("powers of probabilities")(lambda logits, t: heated(log_softmax(logits), t))


# top_k, top_p ------------------------------------------------------------------------------------------------------
top_k, top_p = Check("top_k"), Check("top_p")
top_k.compare = top_p.compare = close()


def shares(kept):
    return kept / kept.sum(axis=-1, keepdims=True)


def ahead(p, lower=np.less):
    """At [:, i, j], whether j ranks before i: it is more probable, or equally probable with a lower id."""
    mine, other, i = p[:, :, None], p[:, None, :], np.arange(p.shape[1])
    return (other > mine) | (other == mine) & lower(i, i[:, None])


@top_k.reference
def of_k(probabilities, k, *, ahead=ahead, finish=shares):
    return finish(probabilities * (ahead(probabilities).sum(axis=-1) < k))


@top_p.reference
def of_p(probabilities, p, *, ahead=ahead, keep=lambda before, own, p: before < p, finish=shares):
    before = (ahead(probabilities) * probabilities[:, None, :]).sum(axis=-1)
    return finish(probabilities * keep(before, probabilities, p))


def in_32nds(rng, *parts):
    """Rows with the same parts in different orders, whose sums are exact."""
    return rng.permuted(np.tile(np.array(parts) / 32, (5, 1)), axis=1)


def short(probabilities, p=1.0):
    """Where a row adds up to less than p, by rounding."""
    return np.cumsum(-np.sort(-probabilities, axis=1), axis=1)[:, -1:] < p


@top_k.cases
def _(rng):
    yield Case("a batch", probabilities=softmax(rows(rng, 4, 7)), k=3, basic=True)
    yield Case("all sizes alike", probabilities=softmax(rows(rng, 5, 5)), k=2, basic=True)
    yield Case("a tie at the last place", probabilities=in_32nds(rng, 16, 4, 4, 4, 2, 1, 1), k=3)
    yield Case("one is kept", probabilities=softmax(rows(rng, 3, 5)), k=1)
    yield Case("more than there are", probabilities=softmax(rows(rng, 3, 4)), k=9)
    yield Case("one row, in float32", probabilities=softmax(rows(rng, 1, 6, dtype="float32")), k=4)
    yield Case("called twice", probabilities=softmax(rows(rng, 3, 6, order="F")), k=2, calls=2)


@top_p.cases
def _(rng):
    yield Case("a batch", probabilities=softmax(rows(rng, 4, 7)), p=rng.uniform(0.6, 0.8), basic=True)
    yield Case("all sizes alike", probabilities=softmax(rows(rng, 5, 5)), p=rng.uniform(0.5, 0.9), basic=True)
    yield Case("p is reached exactly", probabilities=in_32nds(rng, 12, 8, 6, 3, 2, 1), p=20 / 32)
    yield Case("a tie where p is crossed", probabilities=in_32nds(rng, 16, 4, 4, 4, 2, 1, 1), p=rng.uniform(0.64, 0.74))
    yield Case("p is small", probabilities=softmax(rows(rng, 3, 5)), p=rng.uniform(0.01, 0.1))
    yield Case("p is 1", probabilities=until(lambda p: short(p).any(), lambda: softmax(rows(rng, 6, 7))), p=1.0)
    yield Case("one row, in float32", probabilities=softmax(rows(rng, 1, 6, dtype="float32")), p=rng.uniform(0.4, 0.8))
    yield Case("called twice", probabilities=softmax(rows(rng, 3, 6, order="F")), p=rng.uniform(0.7, 0.9), calls=2)


for each in (top_k, top_p):
    each.mistakes({
        "The least probable are kept.": dict(ahead=lambda p: ahead(-p)),
        "The ids are taken in their own order, not from the most probable on.": dict(ahead=lambda p: ahead(0 * p)),
        "Of equally probable ids the higher one comes first.": dict(ahead=partial(ahead, lower=np.greater)),
        "What is kept is not divided by its sum.": dict(finish=np.asarray),
        "What is kept is divided by the sum over the batch, not over its row.": dict(finish=lambda kept: kept / kept.sum()),
        "What is kept goes through a softmax, where it should be divided by its sum.": dict(finish=softmax),
        "The result stands in the order of the probabilities, not of the ids.": dict(finish=lambda k: -np.sort(-shares(k))),
        "All ids as probable as the last one kept are kept too.": dict(ahead=lambda p: p[:, None] > p[:, :, None]),
        "The probabilities are changed in place.": overwriting(each.solution, "probabilities", lambda result, *_: result),
    })  # fmt: skip

top_k.mistakes({
    "Of those as probable as the last one kept, none is kept.": dict(ahead=partial(ahead, lower=np.not_equal)),
    "One too many is kept.": dict(k=lambda k: k + 1),
})  # fmt: skip

top_p.mistakes({
    "The one with which the sum crosses p is left out.": dict(keep=lambda before, own, p: before + own <= p),
    "The one with which the sum reaches p is left out.": dict(keep=lambda before, own, p: before + own < p),
    "Where the sum reaches p exactly, one more is kept.": dict(keep=lambda before, own, p: before <= p),
    "p is compared with each probability, not with their sum.": dict(keep=lambda before, own, p: own >= p),
    "p is taken for the share that is cut away.": dict(p=lambda p: 1 - p),
    "Rounding keeps the sum below 1, and argmax, which finds nothing, says 0.": (
        lambda probabilities, p: np.where(short(probabilities, p), of_k(probabilities, 1), of_p(probabilities, p))
    ),
})  # fmt: skip


@top_p.alternative("sorted, row by row")
@top_k.alternative("sorted, row by row")
def _(probabilities, limit):
    result = np.zeros_like(probabilities)
    for row, new in zip(probabilities, result, strict=True):
        order = np.argsort(-row, kind="stable")
        many = limit if isinstance(limit, int) else 1 + np.searchsorted(np.cumsum(row[order]), limit)
        new[order[:many]] = row[order[:many]] / row[order[:many]].sum()
    return result


for each in (top_k, top_p):
    each.accept_other_forms()

# pick_ids ----------------------------------------------------------------------------------------------------------
pick_ids = Check("pick_ids")
pick_ids.compare = close()


@pick_ids.reference
def picked(probabilities, u, *, below=np.less_equal, top=lambda p: p.shape[1] - 1 - np.argmax(p[:, ::-1] > 0, axis=1)):
    return np.minimum(below(np.cumsum(probabilities, axis=1), u[:, None]).sum(axis=1), top(probabilities))


@pick_ids.cases
def _(rng):
    def some(m, V, **kind):
        return {"probabilities": softmax(rows(rng, m, V, **kind)), "u": rng.uniform(size=m)}

    edges = in_32nds(rng, 12, 8, 6, 3, 2, 1, 0, 0)
    ends = np.append([1, 2, 3], rng.permutation([1, 2, 3]))  # ids of probability 0 after the last one that can be drawn
    tenths = np.array([np.append(rng.permutation([0.1] * 9 + [0] * (4 - end)), [0.1] + [0] * end) for end in ends])
    yield Case("a batch", **some(12, 6), basic=True)
    yield Case("all sizes alike", **some(7, 7), basic=True)
    yield Case("u is 0", probabilities=np.append(np.zeros((5, 1)), edges, axis=1), u=np.zeros(5))
    yield Case("u is where two ids meet", probabilities=edges, u=np.cumsum(edges, axis=1)[:, 3])
    yield Case("u is as near to 1 as it gets", probabilities=tenths, u=np.append(rng.uniform(size=3), [1 - 2**-53] * 3))
    yield Case("one row, in float32", **some(1, 9, dtype="float32"))
    yield Case("called twice", **some(6, 5, order="F"), calls=2)


pick_ids.mistakes({
    "The sum may equal u, where it should be greater.": dict(below=np.less),
    "The most probable id is taken, whatever u is.": lambda probabilities, u: probabilities.argmax(axis=1),
    "Each probability is compared with u, not their running sum.": lambda p, u: (p > u[:, None]).argmax(axis=1),
    "The first u is used for all rows.": dict(u=lambda u: u[:1]),
    "The sum runs from the last id.": dict(u=lambda u: 1 - u),
    "The sum runs from the most probable id.": lambda p, u: np.argsort(-p)[np.arange(len(p)), picked(-np.sort(-p), u)],
    "The ids are counted from 1.": lambda *inputs: picked(*inputs) + 1,
    "Rounding keeps the sum below u, and an id comes out that does not exist.": dict(top=lambda p: p.shape[1]),
    "Rounding keeps the sum below u, and an id of probability 0 comes out.": dict(top=lambda p: p.shape[1] - 1),
    "Rounding keeps the sum below u, and argmax, which finds nothing, says 0.":
        lambda p, u: (p.cumsum(axis=1) > u[:, None]).argmax(axis=1),
})  # fmt: skip

pick_ids.accept_other_forms()


@pick_ids.alternative("searchsorted, row by row")
def _(probabilities, u):
    pairs = [(p, np.searchsorted(np.cumsum(p), x, side="right")) for p, x in zip(probabilities, u, strict=True)]
    return [min(int(i), int(np.flatnonzero(p)[-1])) for p, i in pairs]


# draw_ids ----------------------------------------------------------------------------------------------------------
draw_ids = Check("draw_ids")
draw_ids.compare = close()


@draw_ids.reference
def drawn(logits, temperature, k, p, n, seed, heat, keep_k, keep_p, pick, *,
          numbers=lambda seed, n: np.random.default_rng(seed).random(n)):  # fmt: skip
    probabilities = keep_p(keep_k(heat(logits[None], np.array([temperature])), k), p)
    return pick(np.repeat(probabilities, n, axis=0), numbers(seed, n))


@draw_ids.cases
def _(rng):
    stand_ins = {"heat": warm_shares, "keep_k": first_ids, "keep_p": near_the_best, "pick": lottery}

    def some(*told, temperature, k=4, p=0.5, n=40, dtype="float64"):
        def draw():
            logits, seed = rows(rng, 1, 8, dtype)[0], int(rng.integers(1, 1 << 30))
            return {"logits": logits, "temperature": temperature, "k": k, "p": p, "n": n, "seed": seed} | stand_ins

        return until(partial(tells_apart, draw_ids, told), draw)

    yield Case("a temperature below 1", **some("The temp", "k is", "p is", "Top-p", temperature=0.6), basic=True)
    yield Case("a temperature above 1", **some("The temp", "The most", temperature=rng.uniform(1.5, 2.5)), basic=True)
    yield Case("fewer ids", **some("k is", "p is", "Top-p", temperature=0.8, k=3, p=0.6))
    yield Case("one draw", **some(temperature=1.4, n=1))
    yield Case("float32", **some(temperature=0.7, k=5, dtype="float32"))
    yield Case("called twice", **some(temperature=0.5, n=25), calls=2)


draw_ids.mistakes({
    "The temperature is not used.": dict(temperature=lambda t: 1.0),
    "k is not used: keep_k is never called.": dict(keep_k=lambda keep: lambda probabilities, k: probabilities),
    "p is not used: keep_p is never called.": dict(keep_p=lambda keep: lambda probabilities, p: probabilities),
    "Top-p comes before top-k.": lambda z, t, k, p, n, seed, heat, keep_k, keep_p, pick: drawn(
        z, t, p, k, n, seed, heat, keep_p, keep_k, pick
    ),
    "Your own functions are called, where those that are handed over should be.": lambda *inputs: drawn(
        *inputs[:6], heated, of_k, of_p, picked
    ),
    "The generator's choice makes the draws, where the function pick that is handed over should.": dict(pick=lambda _: picked),
    "The most probable id is always taken.": dict(pick=lambda _: lambda probabilities, u: probabilities.argmax(axis=1)),
    "All draws fall on one number: the generator is made again for each, or asked only once.": dict(
        numbers=lambda seed, n: np.full(n, np.random.default_rng(seed).random())
    ),
    "The seed is not used: the generator is always made from 0.": dict(seed=lambda seed: 0),
    "The numbers are sorted, and the draws do not come in their order.": dict(
        numbers=lambda seed, n: np.sort(np.random.default_rng(seed).random(n))
    ),
    "The numbers come from NumPy's old generator, np.random.seed, not from np.random.default_rng.": dict(
        numbers=lambda seed, n: np.random.RandomState(seed).random(n)
    ),
})  # fmt: skip

draw_ids.accept_other_forms()


@draw_ids.alternative("one draw after another")
def _(logits, temperature, k, p, n, seed, heat, keep_k, keep_p, pick):
    rng, drawn = np.random.default_rng(seed), []
    probabilities = keep_p(keep_k(heat(np.array([logits]), np.full(1, temperature)), k), p)
    for _ in range(n):
        drawn.append(pick(probabilities, np.array([rng.random()]))[0])
    return drawn


# chains: greedy_chain, beam_chain ----------------------------------------------------------------------------------
def chains(rng, check, fair=lambda chain: True):
    """A function that draws fair chains on which the named misconceptions, by their first words, give a wrong answer."""

    def some(*told, V=4, dtype="float64", endless=0, eos=None, **more):
        def draw():
            end = int(rng.integers(1, V)) if eos is None else eos
            z = 1.5 * rng.normal(size=(V + 1, V)) - endless * (np.arange(V) == end)
            log_p = log_softmax(z).astype(dtype)
            return {"log_start": log_p[0], "log_next": log_p[1:], "eos": end, "T": 5} | more

        return until(lambda chain: tells_apart(check, told, chain) and fair(chain), draw)

    return some


OF_CHAINS = {
    "The text goes on after its end, where only eos should follow.": dict(over=lambda *_: False),
    "What follows the end is filled with 0, not with eos.": dict(fill=lambda eos: 0),
    "log_next is read down its columns: row i is for what follows id i.": dict(log_next=np.transpose),
    "The probability is returned, not its logarithm.": dict(out=lambda log_p, *_: np.exp(log_p)),
}


# greedy_chain ------------------------------------------------------------------------------------------------------
greedy_chain = Check("greedy_chain")
greedy_chain.compare = close(returns=("ids", "log_p"))


@greedy_chain.reference
def greedy(log_start, log_next, eos, T, *, best=np.argmax, over=lambda ids, eos: eos in ids, fill=lambda eos: eos,
           out=lambda log_p: log_p):  # fmt: skip
    ids, log_p, row = [], 0.0, log_start
    for _ in range(T):
        ids.append(best(row))
        log_p += row[ids[-1]]
        if over(ids, eos):
            break
        row = log_next[ids[-1]]
    text = np.full(T, fill(eos))
    text[: len(ids)] = ids
    return text, out(log_p)


@greedy_chain.cases
def _(rng):
    some = chains(rng, greedy_chain)
    yield Case("a text that ends", **some("The text goes", "What follows", "log_", "eos"), basic=True)
    yield Case("a text that does not end", **some(V=5, endless=9), basic=True)
    yield Case("another text is more probable", **some("The best of all"))
    yield Case("eos is the first id", **some("The text goes", V=5, eos=0))
    yield Case("eos is the last id", **some("The text goes", V=5, eos=4))
    yield Case("one step", **some(T=1, V=5))
    yield Case("float32", **some("The text goes", V=5, dtype="float32"))
    yield Case("called twice", **some(V=5), calls=2)


greedy_chain.mistakes(OF_CHAINS | {
    "log_start is read at every step: the id before is not used.": lambda s, n, *r: greedy(s, np.tile(s, (len(s), 1)), *r),
    "The least probable id is chosen.": dict(best=np.argmin),
    "The first id is not counted in log_p.": lambda s, *r: (greedy(s, *r)[0], greedy(s, *r)[1] - s.max()),
    "The best of all texts is searched for, where greedy search takes the best next id.": lambda *r: beam(*r, 9999, 0.0),
})  # fmt: skip


@greedy_chain.misconception("eos is not counted in log_p, but to end is a choice as well.")
def _(log_start, log_next, eos, T):
    ids, _ = greedy(log_start, log_next, eos, T)
    return ids, sum(x for i, x in zip(ids, [log_start[ids[0]], *log_next[ids[:-1], ids[1:]]], strict=True) if i != eos)


greedy_chain.accept_other_forms()
greedy_chain.alternative("a beam of one text")(lambda *chain: beam(*chain, 1, 0.0))


# beam_chain --------------------------------------------------------------------------------------------------------
beam_chain = Check("beam_chain")
beam_chain.compare = close(returns=("ids", "log_p"))


def by_score(ids, log_p, alpha, eos):
    return log_p / len(ids) ** alpha


@beam_chain.reference
def beam(log_start, log_next, eos, T, width, alpha, *, rank=by_score, last=by_score, fill=lambda eos: eos,
         over=lambda ids, eos, kept: ids[-1] == eos, ended=lambda text, eos, kept: [text], grow=lambda texts, best: texts,
         prune=lambda texts, eos, width, best: best(texts, width), out=lambda log_p, score: log_p):  # fmt: skip
    def best(texts, places):
        return sorted(texts, key=lambda text: -rank(*text, alpha, eos))[:places]

    texts = [((i,), log_p) for i, log_p in enumerate(log_start)]
    kept = prune(texts, eos, width, best)
    for _ in range(T - 1):
        texts = []
        for ids, log_p in kept:
            more = [((*ids, i), log_p + x) for i, x in enumerate(log_next[ids[-1]])]
            texts += ended((ids, log_p), eos, kept) if over(ids, eos, kept) else grow(more, best)
        kept = prune(texts, eos, width, best)
    score, ids, log_p = max((last(*text, alpha, eos), *text) for text in kept)
    text = np.full(T, fill(eos))
    text[: len(ids)] = ids
    return text, out(log_p, score)


def untied(chain):
    """Whether no two texts have nearly the same score where the choice between them matters."""

    def nudged(sign):
        return lambda ids, *rest: by_score(ids, *rest) + sign * 1e-6 * np.sin(np.polyval(ids, 3))

    one, other = (beam(*chain.values(), rank=nudged(sign), last=nudged(sign))[0] for sign in (1, -1))
    return np.array_equal(one, other)


@beam_chain.cases
def _(rng):
    def some(*told, width=2, alpha=0.0, **kind):
        return chains(rng, beam_chain, untied)(*told, **kind, width=width, alpha=alpha)

    yield Case("greedy search goes astray", **some("The width is not used: this", "Of each"), basic=True)
    yield Case("texts of unlike length", **some("The text", "What", "Texts that have ended are d", "The se"), basic=True)
    yield Case("too narrow for the best", **some("The width is not used: all"))
    yield Case("a text begins badly", **some("Of the texts of one id"))
    yield Case("an ended text takes a place", **some("Texts that have ended are put"))
    yield Case("long texts are favoured", **some("alpha", "The score", width=3, alpha=0.7))
    yield Case("the length counts at each step", **some("The length counts in", alpha=0.8))
    yield Case("the length counts at the last", **some("The length counts at", "eos", alpha=0.6))
    yield Case("wider than the vocabulary", **some(V=3, width=5, T=4, alpha=0.5))
    yield Case("as wide as can be", **some(V=3, T=3, width=50, alpha=0.5))
    yield Case("a width of one, and eos is the first id", **some("The text", V=5, eos=0, width=1, alpha=0.9))
    yield Case("no text ends, and eos is the last id", **some(V=5, eos=4, endless=9, width=3))
    yield Case("one step", **some(V=5, T=1, alpha=0.5))
    yield Case("float32", **some("The width is not used: this", V=5, dtype="float32", width=3, alpha=0.7))
    yield Case("called twice", **some(V=5, width=4), calls=2)


def without_eos(ids, log_p, alpha, eos):
    return log_p / max(1, len(ids) - (ids[-1] == eos)) ** alpha


def put_aside(texts, eos, width, best):
    ended = [text for text in texts if text[0][-1] == eos]
    return ended + best([text for text in texts if text not in ended], width)


beam_chain.mistakes(OF_CHAINS | {
    "The width is not used: this is greedy search.": dict(width=lambda width: 1),
    "The width is not used: all texts are searched.": dict(width=lambda width: 9999),
    "Of the texts of one id all are kept: the first step is to keep the best `width` as well.": dict(
        prune=lambda texts, eos, width, best: best(texts, width if any(len(ids) > 1 for ids, _ in texts) else 9999)
    ),
    "Texts that have ended are dropped from the beam.": dict(
        ended=lambda text, eos, kept: [text] if all(ids[-1] == eos for ids, _ in kept) else []
    ),
    "Texts that have ended are put aside and take no place in the beam.": dict(prune=put_aside),
    "The search stops at the first text that ends.": dict(over=lambda _, eos, kept: any(ids[-1] == eos for ids, _ in kept)),
    "Of each text only the best continuation is kept.": dict(grow=lambda texts, best: best(texts, 1)),
    "alpha is not used: nothing is divided by the length.": dict(alpha=lambda alpha: 0.0),
    "alpha is not used: log_p is divided by n itself.": dict(alpha=lambda alpha: 1.0),
    "The length counts in the last choice only, not at each step.": dict(rank=lambda ids, log_p, *_: log_p),
    "The length counts at each step, but not in the last choice.": dict(last=lambda ids, log_p, *_: log_p),
    "eos is not counted in the length.": dict(rank=without_eos, last=without_eos),
    "The score is returned, where log_p is asked for.": dict(out=lambda log_p, score: score),
    "Probabilities are added up, where their logarithms should be.": lambda s, n, *r: beam(np.exp(s), np.exp(n), *r),
})  # fmt: skip


beam_chain.accept_other_forms()


@beam_chain.alternative("arrays, in which eos follows eos at no cost")
def _(log_start, log_next, eos, T, width, alpha):
    after, texts, log_p = log_next.astype(float), np.arange(len(log_start))[:, None], log_start.astype(float)
    after[eos] = np.where(np.arange(len(after)) == eos, 0, -np.inf)
    while True:
        length = np.minimum((texts != eos).sum(axis=1) + 1, texts.shape[1])
        best = np.argsort(-log_p / length**alpha)[:width]
        if texts.shape[1] == T:
            return texts[best[0]], log_p[best[0]]
        sums = log_p[best, None] + after[texts[best, -1]]
        which, ids = np.nonzero(np.isfinite(sums))
        texts, log_p = np.column_stack([texts[best][which], ids]), sums[which, ids]


# Changes to the references that make no difference -------------------------------------------------------------------
strided_windows.equivalent("windows: 0 → -1", reason="No place is below 0, and so all of the first window is new either way.")
text_scores.equivalent("scores: 0 → -1", reason="One number is left on the last axis, and it is the last as well.")
with_temperature.equivalent("softmax: -1 → 1", reason="In a table the last axis is axis 1.")
for each in (top_k, top_p):
    each.equivalent("shares: -1 → 1", reason="In a table the last axis is axis 1.")
pick_ids.equivalent(
    "picked: np.minimum(below(np.cumsum(probabilities, axis=1), u[:, None]).sum(axis=1), top(probabilities)) → "
    "np.minimum(top(probabilities), below(np.cumsum(probabilities, axis=1), u[:, None]).sum(axis=1))",
    reason="The smaller of two numbers does not depend on their order.",
)
draw_ids.equivalent(
    "drawn: np.repeat(probabilities, n, axis=0) → probabilities", reason="NumPy lets one row stand for all, and so does pick."
)
