"""Assignment 09: sums as ids, scores of answers, a decoder's own past, its loop, exact match, a pair of LSTMs, a model that learns.

The id 0 is padding, START begins what a decoder reads, END ends what it writes, and the characters have ids from FIRST on. A reference has a
switch, which is a keyword-only parameter, for each mistake that students make; without switches it is right.
"""

from collections.abc import Callable
from functools import partial
from itertools import count

import keras
import numpy as np
from autograder.check import Case, Check, Requirements, close
from autograder.kernels.jail import Limits
from keras import layers as L
from unroll import data
from unroll.checks.functions import folded_in, turning_writer

PACKAGES = ("numpy", "unroll-course", "keras", "tensorflow")
requirements = Requirements(PACKAGES, Limits(seconds=300, cell_seconds=60, memory=3 << 30, processes=128))
START, END, FIRST = 1, 2, 3
CHARACTERS = "0123456789+-"


def tells_apart(check, inputs):
    """Whether every misconception gives another answer than the reference."""
    right = check.solution(*inputs.values())
    return not any(check.compare.same(right, wrong(*inputs.values())) for wrong in check.misconceptions.values())


def until(good, draw):
    """The first draw that is good."""
    return next(each for each in (draw() for _ in count()) if good(each))


# sum_arrays -------------------------------------------------------------------------------------------------
sum_arrays = Check("sum_arrays")
sum_arrays.compare = close(returns=("x", "y_in", "y"))


def filled(rows, before=False, fill=0):
    width = max(map(len, rows))
    return np.array([[fill] * (width - len(row)) + row if before else row + [fill] * (width - len(row)) for row in rows])


@sum_arrays.reference
def coded(pairs, characters, *, asked=lambda ids: ids[::-1], reads=lambda ids: [START, *ids], writes=lambda ids: [*ids, END], first=FIRST,
          left=True, answer_left=False, fill=0):  # fmt: skip
    ids = {character: number for number, character in enumerate(characters, first)}
    questions, answers = ([[ids[character] for character in text] for text in texts] for texts in zip(*pairs, strict=True))
    x = filled([asked(question) for question in questions], left)
    return x, *(filled([add(answer) for answer in answers], before=answer_left, fill=fill) for add in (reads, writes))


@sum_arrays.cases
def _(rng):
    def sums(*lengths):
        """Drawn until questions and answers are so long, and not the same from the right."""

        def good(pair):
            return tuple(map(len, pair)) in lengths and (min(map(len, pair)) == 1 or all(text != text[::-1] for text in pair))

        drawn = {tuple(map(len, pair)): pair for pair in data.chains(rng, 2000) if good(pair)}
        return {"pairs": [drawn[each] for each in lengths], "characters": CHARACTERS}

    def texts(*lengths):
        characters = "".join(rng.permutation(list("abcdefgh+*")))
        return {
            "pairs": [tuple("".join(rng.choice(list(characters), size=n)) for n in each) for each in lengths],
            "characters": characters,
        }

    yield Case("sums", basic=True, **sums((3, 2), (7, 3), (5, 1), (7, 2)))
    yield Case("other characters, in another order", basic=True, **texts((3, 5), (6, 2), (4, 4), (5, 3)))
    yield Case("all equally long", **texts((4, 3), (4, 3), (4, 3)))
    yield Case("the longest question has the shortest answer", **texts((7, 1), (2, 6), (3, 4)))
    yield Case("one answer is empty", **texts((3, 4), (4, 0), (2, 2)))
    yield Case("one pair", **texts((5, 4)))
    yield Case("one character each", **texts((1, 1), (1, 1), (1, 1), (1, 1), (1, 1)))
    yield Case("called twice", calls=2, **texts((2, 5), (6, 4)))


sum_arrays.mistakes({
    "The decoder reads the answer without the shift: y_in should begin with START.": dict(reads=lambda ids: [*ids, END]),
    "The targets are what the decoder reads, START included, where they should be the characters that come after.": dict(
        writes=lambda ids: [START, *ids]
    ),
    "y has both marks: START is read but never written, so it should not stand in the targets.": dict(
        writes=lambda ids: [START, *ids, END]
    ),
    "y_in has both marks: after the last character there is nothing to read, since END ends the answer.": dict(
        reads=lambda ids: [START, *ids, END]
    ),
    "END is missing in y: the decoder would never learn to stop.": dict(writes=list),
    "START is missing in y_in: its first character is the one that should be written first.": dict(reads=list),
    "y_in begins with END, as in the lecture: here START begins it.": dict(reads=lambda ids: [END, *ids]),
    "START and END are swapped.": dict(reads=lambda ids: [END, *ids], writes=lambda ids: [*ids, START]),
    "The questions are not turned round: x should read from right to left.": dict(asked=list),
    "The answers are turned round as well: only the questions should be.": lambda pairs, characters: coded(
        [(question, answer[::-1]) for question, answer in pairs], characters
    ),
    "The questions have START and END, or one of them: they should have neither.": dict(asked=lambda ids: [*ids[::-1], END]),
    "x is padded on the right, where its padding should come first.": dict(left=False),
    "y_in and y are padded on the left: that is asked for in x alone.": dict(answer_left=True),
    "The padding of the answers is END, where it should be 0.": dict(fill=END),
    "The first character has the id 0, which is padding: characters begin with 3.": dict(first=0),
    "The first character has the id 1, which is START: characters begin with 3.": dict(first=1),
    "The ids follow the alphabet, where they should follow the order in `characters`.": dict(characters=sorted),
})  # fmt: skip

sum_arrays.accept_other_forms()
sum_arrays.equivalent(
    "filled: np.array([[fill] * (width - len(row)) + row if before else row + [fill] * (width - len(row)) for row in rows]) → "
    "[[fill] * (width - len(row)) + row if before else row + [fill] * (width - len(row)) for row in rows]",
    reason="A list of the same ids is right as well.",
)


# answer_scores -----------------------------------------------------------------------------------------------------
answer_scores = Check("answer_scores")
answer_scores.compare = close(returns=("log_p", "loss", "right"))


def log_softmax(z, axis=-1):
    z = z - z.max(axis=axis, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=axis, keepdims=True))


def unguarded(reduce=None, **how):
    """A log-softmax that overflows, after what `reduce` makes of each place is taken away."""

    def log_p(z):
        z = z - reduce(z, keepdims=True, **how) if reduce else z
        return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))

    return log_p


@answer_scores.reference
def scored(logits, y, *, log_p=log_softmax, real=lambda y: y != 0, total=lambda each, counts: (each * counts).sum(axis=1),
           mean=lambda each, counts: each[counts].sum() / counts.sum(), hit=lambda hits, counts: (hits | ~counts).all(axis=1),
           out=lambda log_p: log_p):  # fmt: skip
    each, counts = np.take_along_axis(log_p(logits), y[..., None], -1).squeeze(-1), real(y)
    return out(total(each, counts)), -mean(each, counts), hit(logits.argmax(axis=-1) == y, counts)


@answer_scores.cases
def _(rng):
    def answers(*lengths, V=7, T=None, far=0, dtype="float64", sure=()):
        """Answers with so many characters and END; in the rows that are `sure` every right id has the largest logit."""
        T = T or max(lengths) + 1
        y, places = rng.integers(FIRST, V, size=(len(lengths), T)), np.arange(T)
        y[places == np.array(lengths)[:, None]] = END
        y[places > np.array(lengths)[:, None]] = 0
        logits = 2 * rng.normal(size=(len(lengths), T, V)) + far
        for row in sure:
            best = logits[row].max(axis=-1) + rng.uniform(0.1, 1, size=T)
            logits[row, places, y[row]] = np.where(y[row] > 0, best, logits[row].min(axis=-1) - 1)
        return {"logits": logits.astype(dtype), "y": y}

    def near(inputs, row, place):
        """In a row whose right ids all win, another id wins at one place."""
        inputs["logits"][row, place, (inputs["y"][row, place] + 1) % inputs["logits"].shape[-1]] += 50
        return inputs

    far = answers(3, 2, T=5, V=5, sure=[0, 1])
    surprise = np.array([[0, 1, 0, 0, 0], [0, 0, 0, 1, 1]])  # at these places another id is far above the right one
    far["logits"] += 2000 * np.eye(5)[(far["y"] + surprise) % 5]
    yield Case("no padding", basic=True, **near(answers(4, 4, 4, 4, sure=[1, 2]), 2, 1))
    yield Case("padding at the end", basic=True, **near(answers(5, 3, 1, 2, 4, sure=[0, 1, 2, 3]), 3, 1))
    yield Case("only END is wrong", **near(answers(3, 4, 2, sure=[0, 1, 2]), 2, 2))
    yield Case("only the first character is wrong", **near(answers(4, 2, 3, sure=[0, 1, 2]), 1, 0))
    yield Case("one answer is empty", **answers(0, 4, 3, sure=[0]))
    yield Case("more padding than characters", **answers(2, 1, 3, T=9, sure=[1]))
    yield Case("logits near 1000, 0 and -1000", **answers(3, 2, 3, far=np.array([1000, 0, -1000])[:, None, None], sure=[2]))
    yield Case("one logit far above the others", **far)
    yield Case("all sizes alike", **answers(4, 2, 4, 3, 4, V=5, sure=[0]))
    yield Case("one answer, in float32", **answers(4, T=6, dtype="float32", sure=[0]))
    yield Case("called twice", calls=2, **answers(4, 2, sure=[1]))


def of_answers(each, counts):
    return np.mean([row[real].mean() for row, real in zip(each, counts, strict=True)])


answer_scores.mistakes({
    "Padding counts in log_p and in the loss: what stands behind END is not asked for.": dict(
        total=lambda each, counts: each.sum(axis=1), mean=lambda each, counts: each.mean()
    ),
    "Padding counts in log_p.": dict(total=lambda each, counts: each.sum(axis=1)),
    "The loss is divided by all places, padding included.": dict(mean=lambda each, counts: (each * counts).mean()),
    "The loss is divided by the number of answers, where it should be divided by that of their characters.": dict(
        mean=lambda each, counts: each[counts].sum() / len(counts)
    ),
    "The loss is the mean of the answers' means, in which a character of a short answer counts more.": dict(mean=of_answers),
    "The loss is not divided.": dict(mean=lambda each, counts: each[counts].sum()),
    "The sign of the loss is wrong.": dict(mean=lambda each, counts: -each[counts].mean()),
    "END is left out, but to stop is a choice like any other.": dict(real=lambda y: y > END),
    "log_p is the mean over the characters of an answer, where their sum is asked for.": dict(
        total=lambda each, counts: (each * counts).sum(axis=1) / counts.sum(axis=1)
    ),
    "The probability of an answer is returned, where its logarithm is asked for.": dict(out=np.exp),
    "right compares padding too, where any id may win.": dict(hit=lambda hits, counts: hits.all(axis=1)),
    "right is True where any character is right: all must be.": dict(hit=lambda hits, counts: (hits & counts).any(axis=1)),
    "right looks at the first character alone.": dict(hit=lambda hits, counts: hits[:, 0]),
    "right says for each place whether it is right, where each answer gets one value.": dict(hit=lambda hits, counts: hits & counts),
    "The logits are taken for logarithms of probabilities: the softmax is missing.": dict(log_p=np.asarray),
    "The softmax runs over the places of an answer, where it should run over the ids.": dict(log_p=partial(log_softmax, axis=1)),
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
    "1e-12 is added to probabilities of 0, and no character costs more than 28.": dict(
        log_p=lambda z: np.log(np.exp(log_softmax(z)) + 1e-12)
    ),
})  # fmt: skip

answer_scores.alternative("as lists")(lambda *inputs: [np.asarray(each).tolist() for each in scored(*inputs)])
answer_scores.alternative("numbers in float32")(
    lambda *inputs: [np.float32(each) for each in scored(*inputs)[:2]] + [scored(*inputs)[2]]
)


@answer_scores.alternative("answer by answer")
def _(logits, y):
    log_p, right = [], []
    for z, ids in zip(logits.astype(float), y, strict=True):
        n = ids.tolist().index(END) + 1
        log_p.append(sum(z[t, ids[t]] - np.logaddexp.reduce(z[t]) for t in range(n)))
        right.append(bool((z[:n].argmax(axis=1) == ids[:n]).all()))
    return log_p, -sum(log_p) / np.count_nonzero(y), right


# mixed_past --------------------------------------------------------------------------------------------------------
mixed_past = Check("mixed_past")
mixed_past.compare = close()


def writable(logits):
    """The best of the ids that a decoder can write: all but padding and START."""
    return END + logits[..., END:].argmax(axis=-1)


@mixed_past.reference
def past(y_in, logits, u, share, *, best=writable, ahead=lambda ids, y_in: np.concatenate([y_in[:, :1], ids[:, :-1]], axis=1),
         takes=lambda u, share: u < share, real=lambda y_in: y_in != 0):  # fmt: skip
    return np.where(takes(u, share) & real(y_in), ahead(best(logits), y_in), y_in)


@mixed_past.cases
def _(rng):
    def read(*lengths, share, V=8, T=None, steps=None):
        T = T or max(lengths) + 1
        y_in = rng.integers(FIRST, V, size=(len(lengths), T)) * (np.arange(T) <= np.array(lengths)[:, None])
        y_in[:, 0] = START
        logits, u = rng.normal(size=(len(lengths), T, V)), rng.random(y_in.shape)
        logits[..., :END] += rng.choice(
            [0, 4], size=(*y_in.shape, 1)
        )  # ids that cannot be written often have the largest logits
        return {"y_in": y_in, "logits": logits, "u": u if steps is None else np.floor(u * steps) / steps, "share": share}

    yield Case("half of the past", basic=True, **read(7, 5, 6, 7, 6, 4, share=0.5))
    yield Case("a quarter of it", basic=True, **read(8, 8, 5, 7, 8, 6, 8, share=0.25))
    yield Case("none of it", **read(4, 6, 3, share=0.0))
    yield Case("all of it", **read(5, 2, 6, share=1.0))
    yield Case("u equals the share at some places", **read(8, 7, 8, 6, 8, 8, share=0.5, steps=4))
    yield Case("much padding", **read(2, 1, 3, 1, 0, T=8, share=0.7))
    yield Case("one answer", **read(9, share=0.6))
    yield Case("nothing but START", **read(0, 0, 0, share=0.8))
    yield Case("called twice", calls=2, **read(6, 5, 6, 6, share=0.6))


mixed_past.mistakes({
    "The model's character is put at the place where it was written, without the shift: it is read one place later.": dict(
        ahead=lambda ids, y_in: ids
    ),
    "Without the shift, but with START in the first place: a character is read one place after it was written.": dict(
        ahead=lambda ids, y_in: np.concatenate([y_in[:, :1], ids[:, 1:]], axis=1)
    ),
    "The shift goes the wrong way: a character is read before it was written.": dict(
        ahead=lambda ids, y_in: np.concatenate([ids[:, 1:], y_in[:, :1]], axis=1)
    ),
    "Padding is replaced as well.": dict(real=lambda y_in: y_in >= 0),
    "The model's characters are taken where u is at least the share: that is the other part.": dict(takes=lambda u, share: u >= share),
    "The model's character is taken where u equals the share, where only smaller ones count.": dict(takes=lambda u, share: u <= share),
    "One number of u decides for the whole answer: each place has its own.": dict(takes=lambda u, share: u[:, :1] < share),
    "u is not used: all characters are the model's own.": dict(takes=lambda u, share: True),
    "Padding and START are taken for characters that the model can write: the best of the other ids is asked for.": dict(
        best=lambda logits: logits.argmax(axis=-1)
    ),
    "START is taken for a character that the model can write.": dict(best=lambda logits: START + logits[..., START:].argmax(axis=-1)),
    "END is left out, but the model can write it, and then reads it.": dict(
        best=lambda logits: FIRST + logits[..., FIRST:].argmax(axis=-1)
    ),
    "The ids are off by two: argmax counts from the first id that it is given.": dict(
        best=lambda logits: logits[..., END:].argmax(axis=-1)
    ),
    "The least likely id is taken.": dict(best=lambda logits: END + logits[..., END:].argmin(axis=-1)),
})  # fmt: skip

mixed_past.accept_other_forms()


# write_answers -----------------------------------------------------------------------------------------------------
write_answers = Check("write_answers")
write_answers.compare = close(returns=("answers", "ended"))


@write_answers.reference
def spoken(x, encode, step, longest, *, best=writable, feeds=lambda token: token, carries=lambda old, new: new, begin=START,
           remembers=np.logical_or, keeps=lambda token, ended: np.where(ended, 0, token), says=lambda ended: ended):  # fmt: skip
    state, token = encode(x), np.full(len(x), begin)
    answers, ended = np.zeros((len(x), longest), dtype=int), np.zeros(len(x), dtype=bool)
    for t in range(longest):
        logits, after = step(state, feeds(token))
        state, token = carries(state, after), best(logits)
        ended = remembers(ended, token == END)
        answers[:, t] = keeps(token, ended)
    return answers, says(ended)


@write_answers.cases
def _(rng):
    def asked(m, T, longest, good=lambda inputs: True):
        def draw():
            x = rng.integers(FIRST, 40, size=(m, T))
            return {"x": x, "encode": folded_in, "step": turning_writer, "longest": longest}

        return until(good, draw)

    def lengths(inputs):
        answers, ended = spoken(*inputs.values())
        return np.where(ended, (answers > 0).sum(axis=1), np.inf)

    def all_kinds(inputs):
        """Some answers end early, some late and some not at all, and each mistake is seen."""
        n = lengths(inputs)
        return (
            (n == 0).sum() <= 1
            and n.min() < 3 <= max(n[n < np.inf])
            and (n == np.inf).any()
            and tells_apart(write_answers, inputs)
        )

    yield Case("some answers end", basic=True, **asked(6, 4, 6, all_kinds))
    yield Case("more of them", basic=True, **asked(8, 3, 8, all_kinds))
    yield Case("one question", **asked(1, 5, 9, lambda inputs: 2 < lengths(inputs)[0] < 7))
    yield Case("no answer ends", **asked(2, 4, 5, lambda inputs: (lengths(inputs) == np.inf).all()))
    yield Case("an answer is empty", **asked(3, 4, 5, lambda inputs: lengths(inputs)[0] == 0 < lengths(inputs)[1:].min()))
    yield Case("END comes in the last step", **asked(3, 2, 4, lambda inputs: 3 in lengths(inputs)))
    yield Case("one step", **asked(5, 3, 1, lambda inputs: 0 < (lengths(inputs) == 0).sum() < 5))
    yield Case("called twice", calls=2, **asked(4, 6, 6))


def with_start(x, encode, step, longest):
    answers, ended = spoken(x, encode, step, longest)
    return np.concatenate([np.full((len(x), 1), START), answers[:, :-1]], axis=1), ended


def until_the_first(x, encode, step, longest):
    """All stop with the first answer that ends."""
    stopped = (spoken(x, encode, step, n) for n in range(1, longest + 1))
    answers, ended = next((each for each in stopped if each[1].any()), spoken(x, encode, step, longest))
    return np.pad(answers, ((0, 0), (0, longest - answers.shape[1]))), ended


def one_step_less(x, encode, step, longest):
    answers, ended = spoken(x, encode, step, longest - 1)
    return np.pad(answers, ((0, 0), (0, 1))), ended


write_answers.mistakes({
    "The state is not carried: each step starts from the encoder's.": dict(carries=lambda old, new: old),
    "The decoder reads START at each step, where it should read the character that it has written.": dict(
        feeds=lambda token: np.full_like(token, START)
    ),
    "The decoder begins with END: START is the first id that it reads.": dict(begin=END),
    "The decoder begins with padding: START is the first id that it reads.": dict(begin=0),
    "START stands in the answers: it is read, but not written.": with_start,
    "END stands in the answers: they should stop before it.": dict(
        keeps=lambda token, ended: np.where(ended & (token != END), 0, token)
    ),
    "An answer goes on after its END: what the decoder writes then is kept.": dict(
        keeps=lambda token, ended: np.where(token == END, 0, token)
    ),
    "What follows the end is filled with END, where it should be 0.": dict(keeps=lambda token, ended: np.where(ended, END, token)),
    "All answers stop as soon as one of them has ended.": until_the_first,
    "Padding and START are written where their logits are largest: the best of the other ids is asked for.": dict(
        best=lambda logits: logits.argmax(axis=-1)
    ),
    "The least likely id is written.": dict(best=lambda logits: END + logits[..., END:].argmin(axis=-1)),
    "ended says which answers have not ended.": dict(says=np.logical_not),
    "ended is True for all answers, although some have come to `longest` without END.": dict(says=np.ones_like),
    "An END is forgotten at the next step: the answer goes on, and ended says only what the last step wrote.": dict(
        remembers=lambda before, now: now
    ),
    "One character too few is written: the last step is missing.": one_step_less,
})  # fmt: skip

write_answers.alternative("as lists")(lambda *inputs: [each.tolist() for each in spoken(*inputs)])


@write_answers.alternative("question by question, until END")
def _(x, encode, step, longest):
    answers, ended = [], []
    for question in x:
        state, token, written = encode(question[None]), START, []
        while len(written) < longest:
            logits, state = step(state, np.array([token]))
            logits[0, :END] = -np.inf
            token = int(np.argmax(logits[0]))
            if token == END:
                break
            written.append(token)
        answers.append(written + [0] * (longest - len(written)))
        ended.append(token == END)
    return answers, ended


@write_answers.alternative("in float32, its answers cut from longer ones")
def _(x, encode, step, longest):
    answers, ended = spoken(x, encode, step, longest + 2)
    short = np.count_nonzero(answers, axis=1) < longest
    return answers[:, :longest].astype(np.float32), ended & short


# exact_by_digits ---------------------------------------------------------------------------------------------------
exact_by_digits = Check("exact_by_digits")
exact_by_digits.compare = close(returns=("kinds", "shares", "overall"))


def up_to_end(row):
    """The characters before the first END, or None where there is no END."""
    ids = row.tolist()
    return ids[: ids.index(END)] if END in ids else None


def all_equal(right, wrote):
    return up_to_end(right) == up_to_end(wrote)


@exact_by_digits.reference
def matched(y, written, digits, *, same=all_equal, kind=np.unique, of=lambda shares, exact: np.mean(exact)):
    exact = np.array([same(right, wrote) for right, wrote in zip(y, written, strict=True)])
    kinds = kind(digits)
    shares = np.array([exact[digits == each].mean() for each in kinds])
    return kinds, shares, of(shares, exact)


def as_right(rng, right, T, V):
    """Ids that are right up to END, with anything after it; T is at least as wide as that."""
    ids = rng.integers(END, V, size=T)
    n = right.index(END) + 1
    ids[:n] = right[:n]
    return ids


def one_wrong(rng, right, T, V):
    ids, place = as_right(rng, right, T, V), int(rng.integers(right.index(END)))
    ids[place] = FIRST + (ids[place] - FIRST + int(rng.integers(1, V - FIRST))) % (V - FIRST)
    return ids


def too_short(rng, right, T, V):
    ids = as_right(rng, right, T, V)
    ids[right.index(END) - 1] = END
    return ids


def too_long(rng, right, T, V):
    """All its characters are right, but one more comes before END, or END never comes."""
    ids = rng.integers(FIRST, V, size=T)
    n = right.index(END)
    ids[:n] = right[:n]
    ids[n + 1 :] = np.where(rng.random(T - n - 1) < 0.5, END, ids[n + 1 :])
    return ids


def endless(rng, right, T, V):
    ids = too_long(rng, right, T, V)
    ids[ids == END] = FIRST
    return ids


@exact_by_digits.cases
def _(rng):
    def answers(kinds, ways, T, width, V=9):
        """For each answer how many digits its question has, and how it was written."""
        y, written = np.zeros((len(ways), T), dtype=int), []
        for row, way in zip(y, ways, strict=True):
            n = int(rng.integers(1, min(T, width) - 1))
            row[: n + 1] = [*rng.integers(FIRST, V, size=n), END]
            written.append(way(rng, row.tolist(), width, V))
        return {"y": y, "written": np.array(written), "digits": np.array(kinds)}

    def mixed(kinds, T, width):
        ways = as_right, as_right, one_wrong, too_short, too_long

        def draw():
            return answers(rng.permutation(kinds), [ways[i] for i in rng.integers(len(ways), size=len(kinds))], T, width)

        return until(partial(tells_apart, exact_by_digits), draw)

    yield Case("as wide as the right ones", basic=True, **mixed([2] * 5 + [1] * 3 + [4] * 9, 6, 6))
    yield Case("wider than the right ones", basic=True, **mixed([4] * 6 + [2] * 8 + [7] * 4, 5, 8))
    yield Case("narrower than the right ones", **mixed([1] * 4 + [5] * 9 + [2] * 6, 9, 6))
    yield Case("one answer", **answers([rng.integers(1, 9)], [as_right], 4, 7))
    yield Case(
        "all of one kind", **answers([rng.integers(1, 99)] * 5, [as_right, too_long, one_wrong, as_right, too_short], 6, 6)
    )
    yield Case("END never comes", **answers([1, 2, 1], [endless] * 3, 5, 5))
    yield Case("all are right, and go on after END", **answers([3, 3, 1, 5], [as_right] * 4, 4, int(rng.integers(7, 10))))
    yield Case("called twice", calls=2, **answers([2, 1, 1, 2], [as_right, one_wrong, as_right, too_long], 5, 7))


def begun(right, wrote):
    """Whether the right answer begins with what was written."""
    ids = wrote.tolist() if up_to_end(wrote) is None else up_to_end(wrote)
    return right.tolist()[: len(ids)] == ids


def of_all_kinds(y, written, digits):
    kinds, shares, overall = matched(y, written, digits)
    every = np.arange(1, kinds.max() + 1)
    return every, np.where(np.isin(every, kinds), np.interp(every, kinds, shares), 0), overall


def as_long(right, wrote):
    return len(up_to_end(right)) == len(wrote if up_to_end(wrote) is None else up_to_end(wrote))


def by_places(same):
    """A comparison of the places of a row, as far as both go."""

    def compared(right, wrote):
        width = min(len(right), len(wrote))
        return same(right[:width], wrote[:width])

    return compared


exact_by_digits.mistakes({
    "What stands after END is compared too, with the padding of the right answer.": dict(
        same=by_places(lambda right, wrote: (right == wrote).all())
    ),
    "END is not compared: an answer that goes on, or never ends, counts as right.": dict(
        same=by_places(lambda right, wrote: (right == wrote)[right > END].all())
    ),
    "The match is counted character by character: one wrong character makes the whole answer wrong.": dict(
        same=by_places(lambda right, wrote: (right == wrote)[right > 0].mean())
    ),
    "An answer counts as right where the right one begins with it, even if it stops too early.": dict(same=begun),
    "Only the lengths are compared.": dict(same=as_long),
    "Only the first character is compared.": dict(same=lambda right, wrote: right[0] == wrote[0]),
    "The share over all is the mean of the kinds' shares, in which an answer of a rare kind counts more.": dict(
        of=lambda shares, exact: np.mean(shares)
    ),
    "The kinds come in the order in which they are met: they should ascend.": dict(kind=lambda digits: list(dict.fromkeys(digits.tolist()))),
    "The kinds descend, where they should ascend.": dict(kind=lambda digits: np.unique(digits)[::-1]),
    "All numbers of digits up to the largest are listed: only those that occur should be.": of_all_kinds,
    "The numbers of right answers are returned, where their shares are asked for.": lambda y, written, digits: (
        np.unique(digits), np.array([sum(map(all_equal, y[digits == each], written[digits == each])) for each in np.unique(digits)]),
        sum(map(all_equal, y, written))
    ),
    "The shares of wrong answers are returned.": dict(same=lambda right, wrote: not all_equal(right, wrote)),
})  # fmt: skip

exact_by_digits.accept_other_forms()


# lstm_pair ---------------------------------------------------------------------------------------------------------
lstm_pair = Check("lstm_pair")
lstm_pair.ask_for("output shape", "parameters", "recurrent cells", "padding changes nothing",
                  basic=("outputs are", "looks ahead", "sees earlier words", "decoder starts from"))  # fmt: skip


masked = partial(L.Embedding, mask_zero=True)


def inputs():
    return keras.Input((None,)), keras.Input((None,))


@lstm_pair.reference
def pair(n_ids, n_x, n_a, *, cell=L.LSTM, hand=lambda h, c: [h, c], every=True, f=None, tables=(masked, L.Embedding), shared=False,
         order=lambda x, y_in: [x, y_in], way=lambda cell, *how: cell(*how), **more):  # fmt: skip
    x, y_in = inputs()
    embed_x, embed_y = (table(n_ids, n_x) for table in tables)
    _, *states = cell(n_a, return_state=True, **more)(embed_x(x))
    decoder = cell(n_a, return_sequences=every)
    s = decoder((embed_x if shared else embed_y)(y_in), initial_state=hand(*states))
    return keras.Model(order(x, y_in), L.Dense(n_ids, activation=f)(s))


@lstm_pair.cases
def _(rng):
    for label, m, (T_x, T_y) in (("a batch", 3, (5, 4)), ("one question", 1, (3, 5))):
        n_ids, n_x, n_a = int(rng.integers(12, 40)), *map(int, rng.choice(np.arange(2, 9), size=2, replace=False))
        read = rng.integers(FIRST, n_ids, size=(m, T_y))
        read[:, 0] = START
        given = {"ids": rng.integers(FIRST, n_ids, size=(m, T_x)), "read": read}
        yield Case(label, basic=m > 1, given=given, n_ids=n_ids, n_x=n_x, n_a=n_a)


def cells(n, **how):
    return L.RNN(L.LSTMCell(n), **how)


lstm_pair.alternative("cells in an RNN")(lambda *sizes: pair(*sizes, cell=cells))
lstm_pair.alternative("the states in a tuple, all states of the encoder")(
    lambda *sizes: pair(*sizes, hand=lambda *states: states[-2:], return_sequences=True)
)


@lstm_pair.alternative("masks by hand, a Dense at every step")
def _(n_ids, n_x, n_a):
    x, y_in = inputs()
    _, h, c = L.LSTM(n_a, return_state=True)(L.Embedding(n_ids, n_x)(x), mask=keras.ops.not_equal(x, 0))
    s, _, _ = L.LSTM(n_a, return_sequences=True, return_state=True)(L.Embedding(n_ids, n_x)(y_in), initial_state=(h, c))
    return keras.Model([x, y_in], L.TimeDistributed(L.Dense(n_ids))(s))


def one_for_both(n_ids, n_x, n_a):
    x, y_in = inputs()
    lstm = L.LSTM(n_a, return_sequences=True, return_state=True)
    _, h, c = lstm(L.Embedding(n_ids, n_x, mask_zero=True)(x))
    s, _, _ = lstm(L.Embedding(n_ids, n_x, mask_zero=True)(y_in), initial_state=[h, c])
    return keras.Model([x, y_in], L.Dense(n_ids)(s))


def state_at_each_step(n_ids, n_x, n_a):
    """As the decoder of Keras's own example of addition does: it never reads what it has written."""
    x, y_in = inputs()
    h = L.LSTM(n_a)(L.Embedding(n_ids, n_x, mask_zero=True)(x))
    again = keras.ops.ones_like(L.Embedding(n_ids, n_x)(y_in)[:, :, :1]) * h[:, None]
    return keras.Model([x, y_in], L.Dense(n_ids)(L.LSTM(n_a, return_sequences=True)(again)))


def decoder_both_ways(n_ids, n_x, n_a):
    x, y_in = inputs()
    _, h, c = L.LSTM(n_a, return_state=True)(L.Embedding(n_ids, n_x, mask_zero=True)(x))
    decoder = L.Bidirectional(L.LSTM(n_a, return_sequences=True), merge_mode="sum")
    return keras.Model(
        [x, y_in], L.Dense(n_ids)(decoder(L.Embedding(n_ids, n_x, mask_zero=True)(y_in), initial_state=[h, c, h, c]))
    )


lstm_pair.mistakes({
    "The decoder starts from 0: nothing passes from the encoder to it.": dict(hand=lambda *states: None),
    "Only h is handed on, and c starts from 0: an LSTM has two states.": dict(hand=lambda h, c: [h, keras.ops.zeros_like(c)]),
    "h and c are handed on the wrong way round.": dict(hand=lambda h, c: [c, h]),
    "h stands in both places, where c should be the second: the first output of an LSTM is h again.": dict(hand=lambda h, c: [h, h]),
    "return_sequences=True is missing in the decoder: it has one state for the whole answer.": dict(every=False),
    "There is a softmax at the end: logits are asked for.": dict(f="softmax"),
    "Both are GRUs: LSTMs are asked for.": dict(cell=L.GRU, hand=lambda h: h),
    "Padding in the question is not marked: its Embedding needs mask_zero=True.": dict(tables=(L.Embedding, L.Embedding)),
    "One Embedding reads both: each needs its own.": dict(shared=True),
    "One LSTM is encoder and decoder: each has weights of its own.": one_for_both,
    "The decoder reads the encoder's state at each step, where it should start from it and read y_in.": state_at_each_step,
    "The decoder reads both ways, and sees the characters that it should write.": decoder_both_ways,
    "The encoder reads from the end: the questions come turned round already.": dict(go_backwards=True),
    "n_x and n_a are swapped: n_x is the width of the embeddings, n_a the units.": lambda n_ids, n_x, n_a: pair(n_ids, n_a, n_x),
    "The inputs are swapped: the question comes first.": dict(order=lambda x, y_in: [y_in, x]),
})  # fmt: skip


# sum_writer --------------------------------------------------------------------------------------------------------
sum_writer = Check("sum_writer")
sum_writer.ask_for("output shape", "exact answers", "parameters in budget")

SEEN = {question for question, _ in data.chains(np.random.default_rng(9), 8000)}  # as the notebook has them
TABLE = "_><" + CHARACTERS  # an id is a place in it
V = len(TABLE)


def ids_of(texts):
    return np.array([[TABLE.index(character) for character in text.ljust(max(map(len, texts)), "_")] for text in texts])


@sum_writer.cases
def _(rng):
    for label, enough, budget, weight in (
        ("a start", 0.5, None, 4), ("unseen sums", 0.8, None, 5), ("unseen sums, with 10,000 parameters", 0.8, 10_000, 4),
        ("unseen sums, with 4,000 parameters", 0.8, 4000, 4),
    ):  # fmt: skip
        drawn = [pair for pair in data.chains(rng, int(rng.integers(600, 700))) if pair[0] not in SEEN]
        questions, answers = zip(*drawn, strict=True)
        given = {
            "ids": ids_of(questions), "read": ids_of([">" + each for each in answers]),
            "targets": ids_of([each + "<" for each in answers]), "enough": enough, "budget": budget,
        }  # fmt: skip
        yield Case(label, basic=enough < 0.6, weight=weight, given=given)


def adds_up(*, width=V, turn=0, out=V, pool=False, f=None):
    """A model that needs no training: it computes the sum, and which of its characters comes next."""
    ops = keras.ops
    x, y_in = inputs()
    before = ops.pad(x[:, :-1], [[0, 0], [1, 0]])
    value = ops.where((x >= FIRST) & (x < FIRST + 10), x - FIRST, 0)
    total = ops.sum(ops.where(ops.equal(before, V - 1), -value, value), axis=1, keepdims=True)
    size, negative = ops.absolute(total), ops.cast(total < 0, "int32")
    characters = 1 + negative + ops.cast(size > 9, "int32")
    left = characters - ops.cumsum(ops.ones_like(y_in), axis=1)  # to be written after this one
    digit = FIRST + ops.where(left > 0, ops.floor_divide(size, 10), size % 10)
    character = ops.where(left < 0, END, ops.where(ops.equal(left, characters - 1) & (negative > 0), V - 1, digit))
    scores = L.Embedding(V, width, weights=[np.eye(V, width)])(character)
    last = L.Dense(out, activation=f)
    y = last(ops.mean(scores, axis=1) if pool else scores)
    last.set_weights([5 * np.roll(np.eye(width, out), turn, axis=1), np.zeros(out)])
    return keras.Model([x, y_in], y)


# Annotated, so that no mutants of it are tried: any weights will do that answer enough of the sums.
ADDS_UP: Callable = adds_up


@sum_writer.reference
def writer_of_sums(*, build=ADDS_UP):
    return build()


def built(**how):
    return dict(build=partial(adds_up, **how))


sum_writer.mistakes({
    "Hardly an answer is right: the model has learnt from other arrays, such as a y_in without the shift.": built(turn=1),
    "There is one row of scores for the whole answer, where each of its characters needs one.": built(pool=True),
    "There are too few scores: one is needed for each of the fifteen ids.": built(out=V - 1),
    "There are more parameters than are asked for: fewer units would do, or narrower embeddings.": built(width=400),
})  # fmt: skip
sum_writer.alternative("scores after a softmax")(lambda: adds_up(f="softmax"))
sum_writer.alternative("scores after a sigmoid")(lambda: adds_up(f="sigmoid"))
sum_writer.alternative("scores after a tanh")(lambda: adds_up(f="tanh"))


# Changes to the references that make no difference -------------------------------------------------------------------
write_answers.equivalent("writable: -1 → 1", reason="In a table the last axis is axis 1.")
write_answers.equivalent(
    "spoken: np.zeros((len(x), longe… → np.ones((len(x), longe…", reason="Every step writes its whole column."
)
write_answers.equivalent(
    "spoken: …len(x), longest), dtype=int) → …len(x), longest))",
    "spoken: np.zeros(len(x), dtype=bool) → np.zeros(len(x))",
    reason="The same numbers as floats are right, and what logical_or makes of them is bool.",
)
exact_by_digits.equivalent(
    "matched: same(right, wrote) → same(wrote, right)",
    "matched: zip(y, written, strict=True) → zip(written, y, strict=True)",
    reason="Two answers are equal in either order.",
)
exact_by_digits.equivalent(
    "matched: np.array([exact[digits == each].mean() for each in kinds]) → [exact[digits == each].mean() for each in kinds]",
    reason="A list of the same numbers is right as well.",
)
