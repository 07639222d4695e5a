"""Assignment 08: windows of a text, a model of its characters, perplexity, ways to choose the next character, beam search.

Each function is written once, with a switch for each mistake that students make; without switches it is right.
"""

import inspect
from functools import partial, wraps
from itertools import count
from random import Random

import numpy as np
from autograder.check import Case, Check, Requirements, close
from autograder.kernels.jail import Limits
from unroll.checks import Comparison

PACKAGES = ("numpy", "unroll-course", "keras", "tensorflow")
requirements = Requirements(PACKAGES, Limits(seconds=180, cell_seconds=60, memory=3 << 30, processes=128))


def new_check(name, function, mistakes, *returns, forms=True):
    """A check with its mistakes: changes to inputs, and switches of `function`, by name."""

    @wraps(function)
    def reference(*inputs):
        return function(*inputs)

    def mistake(how, *inputs):
        changed = [how.get(name, lambda value: value)(value) for name, value in zip(names, inputs, strict=True)]
        return function(*changed, **{name: switch for name, switch in how.items() if name not in names})

    check, whole = Check(name), inspect.signature(function).parameters.items()
    names = {name: each for name, each in whole if each.kind is each.POSITIONAL_OR_KEYWORD}
    reference.__signature__ = inspect.Signature(list(names.values()))
    check.reference(reference)
    for sentence, how in mistakes.items():
        check.misconception(sentence)(how if callable(how) else partial(mistake, how))
    check.compare = close(returns=returns)
    if forms:
        check.accept_other_forms()
    return check


def spoiling(function):
    """A mistake: `function`, which overwrites its first input."""
    return lambda first, *rest: (function(first, *rest), first.fill(0))[0]


def log_softmax(z, axis=-1):
    z = z - z.max(axis=axis, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=axis, keepdims=True))


def softmax(z, axis=-1):
    return np.exp(log_softmax(z, axis))


def overflowing(z):
    return np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)


def rows(rng, m, V, dtype="float64", order="C"):
    return (2 * rng.normal(size=(m, V))).astype(dtype, order=order)


# strided_windows ---------------------------------------------------------------------------------------------------
def reaching(steps, T, stride):
    """Where windows start; the last is the first that reaches the end."""
    return np.arange(0, max(steps - T, 0) + stride, stride)


def windows(ids, T, stride, pad, *, starts=reaching, x=0, y=1, count=lambda real, new, *_: real & new):
    steps, first = len(ids) - 1, starts(len(ids) - 1, T, stride)
    places = first[:, None] + np.arange(T)
    real, new = places < steps, places >= np.append(0, first + T)[:-1, None]
    inputs, targets = (np.where(real, ids[np.minimum(places, steps - 1) + move], pad) for move in (x, y))
    return inputs, targets, count(real, new, inputs, pad)


WINDOWS = {
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
    "At the end come windows that hold nothing new.": dict(starts=lambda steps, T, stride: np.arange(0, steps, stride)),
    "The last window is moved back until it is full, where it should be padded.": dict(
        starts=lambda steps, T, stride: np.minimum(reaching(steps, T, stride), max(steps - T, 0))
    ),
    "The last character is an input too, though nothing follows it.": lambda ids, *r: windows(np.append(ids, r[-1]), *r),
    "The padding is 0, whatever pad says.": dict(pad=lambda pad: 0),
}
strided_windows = new_check("strided_windows", windows, WINDOWS, "inputs", "targets", "mask", forms=False)


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
    yield Case("a text shorter than a window", **text(5, 9, 4))
    yield Case("windows of one step", **text(9, 1, 1))
    yield Case("the text holds the id of padding", **zeros)
    yield Case("called twice", **text(19, 4, 3), calls=2)


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
def network(V, E, n, *, layer=lambda layers: layers.GRU, depth=2, last=True, out=None, logits=True, batch=None, **more):
    from keras import Input, Sequential, layers, losses

    stack = [layer(layers)(n, return_sequences=last or i < depth - 1, **more) for i in range(depth)]
    dense = layers.Dense(V, activation=out)
    model = Sequential([Input(batch_shape=(batch, None)), layers.Embedding(V, E), *stack, dense])
    model.compile(loss=losses.SparseCategoricalCrossentropy(from_logits=logits))
    return model


def both_ways(layers):
    return lambda n, **more: layers.Bidirectional(layers.GRU(n, **more))


def in_one_layer(layers):
    return lambda n, **more: layers.RNN([layers.GRUCell(n), layers.GRUCell(n)], **more)


def functional(V, E, n):
    from keras import Input, Model, layers, losses

    ids = x = Input((None,), dtype="int32")
    gru = partial(layers.GRU, n, return_sequences=True)
    for layer in (layers.Embedding(V, E), gru(), gru(), layers.Dropout(0.5), layers.Dense(V)):
        x = layer(x)
    model = Model(ids, x)
    model.compile("adam", losses.SparseCategoricalCrossentropy(from_logits=True))
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
    "The sizes E and n are swapped.": lambda V, E, n: network(V, n, E),
}
char_model = new_check("char_model", network, MODELS, forms=False)
SEES = ("sees earlier words", "sees later words", "same answer twice")
char_model.ask_for("output shape", "parameters", "recurrent layers", *SEES, "outputs are", "loss is cross entropy")


@char_model.cases
def _(rng):
    V = int(rng.integers(8, 20))
    ids = rng.integers(V, size=(3, 6))
    yield Case("a small one", basic=True, V=V, E=3, n=5, given={"ids": ids[:, :-1], "labels": ids[:, 1:]})


char_model.alternative("functional")(functional)
char_model.alternative("two cells in one layer")(lambda V, E, n: network(V, E, n, layer=in_one_layer, depth=1))
char_model.alternative("with dropout")(lambda V, E, n: network(V, E, n, dropout=0.2, recurrent_initializer="he_normal"))


# text_scores -------------------------------------------------------------------------------------------------------
def scores(logits, targets, mask, *, log_p=log_softmax, mean=lambda nats, mask: nats[mask].sum() / mask.sum(),
           bits=lambda nats: nats / np.log(2), perplexity=lambda nats, bits, each: np.exp(nats)):  # fmt: skip
    each = -np.take_along_axis(log_p(logits), targets[..., None], axis=-1)[..., 0]
    nats = mean(each, mask)
    return nats, bits(nats), perplexity(nats, bits(nats), each[mask])


def of_rows(nats, mask):
    return np.mean([row[real].mean() for row, real in zip(nats, mask, strict=True) if real.any()])


SCORES = {
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
    "The exponential of large logits overflows: take their maximum away first.": dict(log_p=lambda z: np.log(overflowing(z))),
}
text_scores = new_check("text_scores", scores, SCORES, "nats", "bits", "perplexity")


@text_scores.cases
def _(rng):
    def texts(lengths, T, V, far=0, **kind):
        mask = np.arange(T) < np.array(lengths)[:, None]
        logits = rows(rng, mask.size, V, **kind).reshape(*mask.shape, V)
        return {"logits": logits + logits.dtype.type(far), "targets": rng.integers(V, size=mask.shape), "mask": mask}

    yield Case("no padding", **texts([5, 5, 5], T=5, V=4), basic=True)
    yield Case("padding at the end", **texts([7, 4, 1], T=7, V=5), basic=True)
    yield Case("nothing counts in one text", **texts([3, 0], T=3, V=6))
    yield Case("logits near a thousand", **texts([4, 2], T=4, V=5, far=1000))
    yield Case("all sizes alike", **texts([4, 3, 4, 1], T=4, V=4))
    yield Case("one text, in float32", **texts([6], T=8, V=3, dtype="float32"))
    yield Case("called twice", **texts([2, 6], T=6, V=5), calls=2)


text_scores.alternative("a weighted mean")(
    lambda *inputs: scores(*inputs, mean=lambda nats, mask: np.average(nats, weights=mask))
)


@text_scores.alternative("character by character, in bits")
def _(logits, targets, mask):
    bits = [np.logaddexp2.reduce(z / np.log(2)) - z[i] / np.log(2) for z, i in zip(logits[mask], targets[mask], strict=True)]
    mean = sum(bits) / len(bits)
    return [mean * np.log(2), mean, 2**mean]


# with_temperature --------------------------------------------------------------------------------------------------
def heated(logits, temperature, *, scale=np.divide, soft=softmax, after=lambda p, t: p):
    return after(soft(scale(logits, temperature[:, None])), temperature[:, None])


HEATED = {
    "The temperature multiplies the logits instead of dividing them.": dict(scale=np.multiply),
    "The temperature is not used.": dict(temperature=np.ones_like),
    "The temperature divides the probabilities, not the logits.": dict(scale=lambda z, t: z, after=np.divide),
    "A softmax is taken before the division and another after it.": dict(logits=softmax),
    "The temperature of the first row is used for all.": dict(temperature=lambda t: t[:1]),
    "temperature is not turned into a column, temperature[:, None].": lambda logits, t: softmax(logits / t),
    "The softmax runs over the rows of the batch.": dict(soft=partial(softmax, axis=0)),
    "The whole batch adds up to 1 instead of each row.": dict(after=lambda p, t: p / len(p)),
    "The exponential overflows where the temperature is low: take the maximum away first.": dict(soft=overflowing),
    "The logits are changed in place.": spoiling(heated),
}
with_temperature = new_check("with_temperature", heated, HEATED)


@with_temperature.cases
def _(rng):
    def at(m, V, low=0.3, high=3.0, **kind):
        return {"logits": rows(rng, m, V, **kind), "temperature": rng.uniform(low, high, size=m)}

    yield Case("a temperature for each row", **at(4, 6), basic=True)
    yield Case("all sizes alike", **at(5, 5), basic=True)
    yield Case("nearly 0", **at(3, 5, low=1e-3, high=2e-3))
    yield Case("hot", **at(3, 4, low=50, high=99))
    yield Case("one row, in float32", **at(1, 5, dtype="float32"))
    yield Case("called twice", **at(4, 3, order="F"), calls=2)


with_temperature.alternative("row by row")(lambda logits, t: [softmax(z / each) for z, each in zip(logits, t, strict=True)])
with_temperature.alternative("powers of probabilities")(lambda logits, t: heated(log_softmax(logits), t))


# top_k, top_p ------------------------------------------------------------------------------------------------------
def shares(kept):
    return kept / kept.sum(axis=-1, keepdims=True)


def ahead(p, lower=np.less):
    """At [:, i, j], whether j ranks before i: it is more probable, or equally probable with a lower id."""
    mine, other, i = p[:, :, None], p[:, None, :], np.arange(p.shape[1])
    return (other > mine) | (other == mine) & lower(i, i[:, None])


def of_k(probabilities, k, *, ahead=ahead, finish=shares):
    return finish(probabilities * (ahead(probabilities).sum(axis=-1) < k))


def of_p(probabilities, p, *, ahead=ahead, keep=lambda before, own, p: before < p, finish=shares):
    before = (ahead(probabilities) * probabilities[:, None, :]).sum(axis=-1)
    return finish(probabilities * keep(before, probabilities, p))


def in_32nds(rng, *parts):
    """Rows with the same parts in different orders, whose sums are exact."""
    return rng.permuted(np.tile(np.array(parts) / 32, (5, 1)), axis=1)


def until(good, draw):
    """The first draw that is good."""
    return next(each for each in (draw() for _ in count()) if good(each))


def short(probabilities, p=1.0):
    """Where a row adds up to less than p, by rounding."""
    return np.cumsum(-np.sort(-probabilities, axis=1), axis=1)[:, -1:] < p


TOP = {
    "The least probable are kept.": dict(ahead=lambda p: ahead(-p)),
    "The ids are taken in their own order, not from the most probable on.": dict(ahead=lambda p: ahead(0 * p)),
    "Of equally probable ids the higher one comes first.": dict(ahead=partial(ahead, lower=np.greater)),
    "What is kept is not divided by its sum.": dict(finish=np.asarray),
    "What is kept is divided by the sum over the batch, not over its row.": dict(finish=lambda kept: kept / kept.sum()),
    "What is kept goes through a softmax, where it should be divided by its sum.": dict(finish=softmax),
    "The result stands in the order of the probabilities, not of the ids.": dict(finish=lambda kept: -np.sort(-shares(kept))),
    "All ids as probable as the last one kept are kept too.": dict(ahead=lambda p: p[:, None] > p[:, :, None]),
}
OF_K = {
    "Of those as probable as the last one kept, none is kept.": dict(ahead=partial(ahead, lower=np.not_equal)),
    "One too many is kept.": dict(k=lambda k: k + 1),
    "The probabilities are changed in place.": spoiling(of_k),
}
OF_P = {
    "The one with which the sum crosses p is left out.": dict(keep=lambda before, own, p: before + own <= p),
    "The one with which the sum reaches p is left out.": dict(keep=lambda before, own, p: before + own < p),
    "Where the sum reaches p exactly, one more is kept.": dict(keep=lambda before, own, p: before <= p),
    "p is compared with each probability, not with their sum.": dict(keep=lambda before, own, p: own >= p),
    "p is taken for the share that is cut away.": dict(p=lambda p: 1 - p),
    "Rounding keeps the sum below 1, and argmax, which finds nothing, says 0.": (
        lambda probabilities, p: np.where(short(probabilities, p), of_k(probabilities, 1), of_p(probabilities, p))
    ),
    "The probabilities are changed in place.": spoiling(of_p),
}
top_k = new_check("top_k", of_k, TOP | OF_K)


@top_k.cases
def _(rng):
    yield Case("a batch", probabilities=softmax(rows(rng, 4, 7)), k=3, basic=True)
    yield Case("all sizes alike", probabilities=softmax(rows(rng, 5, 5)), k=2, basic=True)
    yield Case("a tie at the last place", probabilities=in_32nds(rng, 16, 4, 4, 4, 2, 1, 1), k=3)
    yield Case("one is kept", probabilities=softmax(rows(rng, 3, 5)), k=1)
    yield Case("more than there are", probabilities=softmax(rows(rng, 3, 4)), k=9)
    yield Case("one row, in float32", probabilities=softmax(rows(rng, 1, 6, dtype="float32")), k=4)
    yield Case("called twice", probabilities=softmax(rows(rng, 3, 6, order="F")), k=2, calls=2)


top_p = new_check("top_p", of_p, TOP | OF_P)


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


@top_p.alternative("sorted, row by row")
@top_k.alternative("sorted, row by row")
def _(probabilities, limit):
    result = np.zeros_like(probabilities)
    for row, new in zip(probabilities, result, strict=True):
        order = np.argsort(-row, kind="stable")
        many = limit if isinstance(limit, int) else 1 + np.searchsorted(np.cumsum(row[order]), limit)
        new[order[:many]] = row[order[:many]] / row[order[:many]].sum()
    return result


# pick_ids, draw_ids ------------------------------------------------------------------------------------------------
def picked(probabilities, u, *, below=np.less_equal, top=lambda p: p.shape[1] - 1 - np.argmax(p[:, ::-1] > 0, axis=1)):
    return np.minimum(below(np.cumsum(probabilities, axis=1), u[:, None]).sum(axis=1), top(probabilities))


PICKED = {
    "The sum may equal u, where it should be greater.": dict(below=np.less),
    "The most probable id is taken, whatever u is.": lambda probabilities, u: probabilities.argmax(axis=1),
    "Each probability is compared with u, not their running sum.": lambda p, u: (p > u[:, None]).argmax(axis=1),
    "The first u is used for all rows.": dict(u=lambda u: u[:1]),
    "The sum runs from the last id.": dict(u=lambda u: 1 - u),
    "The sum runs from the most probable id.": lambda p, u: np.argsort(-p)[np.arange(len(p)), picked(-np.sort(-p), u)],
    "The ids are counted from 1.": lambda *inputs: picked(*inputs) + 1,
    "Rounding keeps the sum below u, and an id comes out that does not exist.": dict(top=lambda p: p.shape[1]),
    "Rounding keeps the sum below u, and an id of probability 0 comes out.": dict(top=lambda p: p.shape[1] - 1),
    "Rounding keeps the sum below u, and argmax, which finds nothing, says 0.": lambda p, u: (p.cumsum(1) > u[:, None]).argmax(
        1
    ),
}
pick_ids = new_check("pick_ids", picked, PICKED)


@pick_ids.cases
def _(rng):
    def some(m, V, **kind):
        return {"probabilities": softmax(rows(rng, m, V, **kind)), "u": rng.uniform(size=m)}

    edges = in_32nds(rng, 12, 8, 6, 3, 2, 1, 0, 0)
    tenths = np.pad(rng.permuted([[0.1] * 10 + [0.0] * 2] * 6, axis=1), ((0, 0), (0, 1)))
    yield Case("a batch", **some(12, 6), basic=True)
    yield Case("all sizes alike", **some(7, 7), basic=True)
    yield Case("u is 0", probabilities=np.append(np.zeros((5, 1)), edges, axis=1), u=np.zeros(5))
    yield Case("u is where two ids meet", probabilities=edges, u=np.cumsum(edges, axis=1)[:, 3])
    yield Case("u is as near to 1 as it gets", probabilities=tenths, u=np.append(rng.uniform(size=3), [1 - 2**-53] * 3))
    yield Case("one row, in float32", **some(1, 9, dtype="float32"))
    yield Case("called twice", **some(6, 5, order="F"), calls=2)


@pick_ids.alternative("searchsorted, row by row")
def _(probabilities, u):
    pairs = [(p, np.searchsorted(np.cumsum(p), x, side="right")) for p, x in zip(probabilities, u, strict=True)]
    return [min(int(i), int(np.flatnonzero(p)[-1])) for p, i in pairs]


def chances(logits, temperature, k, p):
    return of_p(of_k(softmax(logits / temperature)[None], k), p)[0]


def drawn(logits, temperature, k, p, n, seed, *, chances=chances, draw=lambda rng, q, n: rng.choice(len(q), size=n, p=q)):
    return draw(np.random.default_rng(seed), chances(logits, temperature, k, p), n)


DRAWN = {
    "The temperature multiplies the logits instead of dividing them.": dict(temperature=lambda t: 1 / t),
    "The temperature is not used.": dict(temperature=lambda t: 1.0),
    "k is not used.": dict(k=lambda k: 99),
    "p is not used.": dict(p=lambda p: 1.0),
    "Top-p comes before top-k.": dict(chances=lambda z, t, k, p: of_k(of_p(softmax(z / t)[None], p), k)[0]),
    "The temperature comes after top-p.": dict(chances=lambda z, t, k, p: shares(chances(z, 1.0, k, p) ** (1 / t))),
    "All that is left is drawn equally often.": dict(chances=lambda *how: shares(chances(*how) > 0)),
    "The most probable id is always taken.": dict(k=lambda k: 1),
    "The generator is made again for each draw: all draws are the same.": dict(
        draw=lambda rng, q, n: np.repeat(rng.choice(7, p=q), n)
    ),
}
draw_ids = new_check("draw_ids", drawn, DRAWN)
draw_ids.compare = Comparison(draws=True)


@draw_ids.cases
def _(rng):
    def how(temperature, k=7, p=1.0):
        logits = rng.permutation([2, 1.6, 1.1, 0.5, 0, -0.6, -1.2]) + rng.uniform(-0.05, 0.05, size=7)
        seed = int(rng.integers(1 << 30))
        return {"logits": logits, "temperature": temperature, "k": k, "p": p, "n": 5000, "seed": seed}

    yield Case("a temperature below 1", **how(0.5), basic=True)
    yield Case("a temperature above 1", **how(2.0), basic=True)
    yield Case("top-k", **how(1.0, k=3))
    yield Case("top-p", **how(1.5, p=0.6))
    yield Case("all of them", **how(1.8, k=4, p=0.7))


def gumbel(rng, q, n):
    return (np.log(np.maximum(q, 1e-300)) + rng.gumbel(size=(n, len(q)))).argmax(axis=1)


draw_ids.alternative("the largest of q and noise")(lambda *how: drawn(*how, draw=gumbel))
draw_ids.alternative("Python's own generator")(
    lambda z, t, k, p, n, seed: Random(seed).choices(range(7), chances(z, t, k, p), k=n)
)


# greedy_chain, beam_chain ------------------------------------------------------------------------------------------
def per_id(log_p, ids, alpha, eos):
    return log_p / len(ids) ** alpha


def beam(log_start, log_next, eos, T, width, alpha, *, rank=per_id, last=None, ends=True, end="stay", every=False,
         add=np.add, fill=None, out=lambda log_p, score: log_p):  # fmt: skip
    def best(texts, rank, places):
        return sorted(texts, key=lambda text: -rank(text[1], text[0], alpha, eos))[:places]

    live, aside = best([((i,), add(0.0, x)) for i, x in enumerate(log_start)], rank, width), []
    for _ in range(T - 1):
        ended = [text for text in live if ends and text[0][-1] == eos]
        if len(ended) == len(live) or (ended and end == "stop"):
            break
        grown = ended if end == "stay" else []
        aside += ended if end == "aside" else []
        for ids, log_p in live:
            more = [((*ids, j), add(log_p, x)) for j, x in enumerate(log_next[ids[-1]])]
            grown += best(more, rank, 1 if every else None) if (ids, log_p) not in ended else []
        live = best(grown, rank, width)
    ((ids, log_p),) = best(aside + live, last or rank, 1)
    score = (last or rank)(log_p, ids, alpha, eos)
    return np.array([*ids, *[eos if fill is None else fill] * (T - len(ids))]), out(log_p, score)


def greedy(log_start, log_next, eos, T, *, width=1, **how):
    return beam(log_start, log_next, eos, T, width, 0.0, **how)


def end_unpaid(log_start, log_next, eos, T):
    ids, _ = greedy(log_start, log_next, eos, T)
    return ids, sum(x for i, x in zip(ids, [log_start[ids[0]], *log_next[ids[:-1], ids[1:]]], strict=True) if i != eos)


LONE = {
    "The text goes on after its end, where only eos should follow.": dict(ends=False),
    "What follows the end is filled with 0, not with eos.": dict(fill=0),
    "log_next is read down its columns: row i is for what follows id i.": dict(log_next=np.transpose),
    "The probability is returned, not its logarithm.": dict(out=lambda log_p, score: np.exp(log_p)),
}
GREEDY = LONE | {
    "log_start is read at every step: the id before is not used.": lambda s, n, *r: greedy(s, np.tile(s, (len(s), 1)), *r),
    "The least probable id is chosen.": dict(rank=lambda log_p, *_: -log_p),
    "The first id is not counted in log_p.": lambda s, *r: (greedy(s, *r)[0], greedy(s, *r)[1] - s.max()),
    "eos is not counted in log_p, but to end is a choice as well.": end_unpaid,
    "The best of all texts is searched for, where greedy search takes the best next id.": dict(width=9999),
}
BEAM = LONE | {
    "The width is not used: this is greedy search.": dict(width=lambda width: 1),
    "The width is not used: all texts are searched.": dict(width=lambda width: 9999),
    "Texts that have ended are dropped from the beam.": dict(end="drop"),
    "Texts that have ended are put aside and take no place in the beam.": dict(end="aside"),
    "The search stops at the first text that ends.": dict(end="stop"),
    "Of each text only the best continuation is kept.": dict(every=True),
    "alpha is not used: nothing is divided by the length.": dict(alpha=lambda alpha: 0.0),
    "alpha is not used: log_p is divided by n itself.": dict(alpha=lambda alpha: 1.0),
    "The length counts in the last choice only, not at each step.": dict(rank=lambda log_p, *_: log_p, last=per_id),
    "The length counts at each step, but not in the last choice.": dict(last=lambda log_p, *_: log_p),
    "eos is not counted in the length.": dict(rank=lambda log_p, ids, a, eos: log_p / max(1, len(ids) - (ids[-1] == eos)) ** a),
    "The score is returned, where log_p is asked for.": dict(out=lambda log_p, score: score),
    "Probabilities are added up, where their logarithms should be.": dict(add=lambda p, x: p + np.exp(x)),
}
greedy_chain = new_check("greedy_chain", greedy, GREEDY, "ids", "log_p")
beam_chain = new_check("beam_chain", beam, BEAM, "ids", "log_p")


def chains(rng, check, function):
    """A function that draws chains on which the named misconceptions, by their first words, give a wrong answer."""

    def told_apart(inputs, told):
        ids, log_p = function(*inputs.values())
        others = [each(*inputs.values()) for sentence, each in check.misconceptions.items() if sentence.startswith(told)]
        return not any(np.array_equal(ids, i) and np.isclose(log_p, p, rtol=1e-3) for i, p in others)

    def draw(V, dtype, endless, more):
        eos, z = int(rng.integers(1, V)), 1.5 * rng.normal(size=(V + 1, V))
        z = log_softmax(z - endless * (np.arange(V) == eos)).astype(dtype)
        return {"log_start": z[0], "log_next": z[1:], "eos": eos, **more}

    def some(*told, V=4, dtype="float64", endless=0, **more):
        return until(lambda inputs: told_apart(inputs, told), lambda: draw(V, dtype, endless, {"T": 5} | more))

    return some


@greedy_chain.cases
def _(rng):
    some = chains(rng, greedy_chain, greedy)
    yield Case("a text that ends", **some("The text goes", "What follows", "log_", "eos"), basic=True)
    yield Case("a text that does not end", **some(V=5, endless=9), basic=True)
    yield Case("another text is more probable", **some("The best of all"))
    yield Case("one step", **some(T=1, V=5))
    yield Case("float32", **some("The text goes", V=5, dtype="float32"))
    yield Case("called twice", **some(V=5), calls=2)


@beam_chain.cases
def _(rng):
    def some(*told, width=2, alpha=0.0, **kind):
        return chains(rng, beam_chain, beam)(*told, **kind, width=width, alpha=alpha)

    yield Case("greedy search goes astray", **some("The width is not used: this", "Of each"), basic=True)
    yield Case("texts of unlike length", **some("The text", "What", "Texts that have ended are d", "The se"), basic=True)
    yield Case("too narrow for the best", **some("The width is not used: all"))
    yield Case("an ended text takes a place", **some("Texts that have ended are put"))
    yield Case("long texts are favoured", **some("alpha", "The score", width=3, alpha=0.7))
    yield Case("the length counts at each step", **some("The length counts in", alpha=0.8))
    yield Case("the length counts at the last", **some("The length counts at", "eos", alpha=0.6))
    yield Case("as wide as can be", **some(V=3, T=3, width=50, alpha=0.5))
    yield Case("a width of one", **some(V=5, width=1, alpha=0.9))
    yield Case("no text ends", **some(V=5, endless=9, width=3))
    yield Case("float32", **some("The width is not used: this", V=5, dtype="float32", width=3, alpha=0.7))
    yield Case("called twice", **some(V=5, width=4), calls=2)


@greedy_chain.alternative("a list that grows")
def _(log_start, log_next, eos, T):
    ids, log_p, row = [], 0.0, log_start.tolist()
    while len(ids) < T and (not ids or ids[-1] != eos):
        log_p += max(row)
        ids.append(row.index(max(row)))
        row = log_next[ids[-1]].tolist()
    return [ids + [eos] * (T - len(ids)), log_p]


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
