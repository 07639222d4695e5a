"""Exercises of lecture 01: ids with an end, a mask from lengths, and how many words are enough."""

import numpy as np
from autograder.check import Case, Check, close

# ids_with_end ------------------------------------------------------------------------------------------------------
ids_with_end = Check("ids_with_end")
ids_with_end.compare = close()
WORDS = "the of a cat dog mau is breed sleeps fifteen hours every day and night on an old red mat by our door".split()
UNKNOWN = "egyptian abyssinian korat ocicat peterbald".split()


@ids_with_end.reference
def _(words, vocabulary):
    ids = {token: number for number, token in enumerate(vocabulary)}
    found = [ids.get(word, ids["<UNK>"]) for word in [*words, "<EOS>"]]
    return np.array(found)


@ids_with_end.cases
def _(rng):
    def tokens():
        return rng.permutation(["<PAD>", "<UNK>", "<EOS>", *WORDS]).tolist()

    def sentence(known, unknown):
        return rng.permutation([*rng.choice(WORDS, size=known), *rng.choice(UNKNOWN, size=unknown)]).tolist()

    yield Case("all words are on the list", basic=True, words=sentence(6, 0), vocabulary=tokens())
    yield Case("two are not", basic=True, words=sentence(5, 2), vocabulary=tokens())
    yield Case("none is", words=sentence(0, 3), vocabulary=tokens())
    yield Case("no word at all", words=[], vocabulary=tokens())


def of_known(words, vocabulary):
    return [vocabulary.index(word) for word in words if word in vocabulary]


@ids_with_end.misconception("<EOS> is not put behind the last word.")
def _(words, vocabulary):
    return np.array([vocabulary.index(word if word in vocabulary else "<UNK>") for word in words], int)


@ids_with_end.misconception("Words that are not on the list are left out.")
def _(words, vocabulary):
    return np.array(of_known([*words, "<EOS>"], vocabulary))


@ids_with_end.misconception("Ids are counted from 1, where a list counts from 0.")
def _(words, vocabulary):
    return 1 + np.array([vocabulary.index(word if word in vocabulary else "<UNK>") for word in [*words, "<EOS>"]])


@ids_with_end.misconception("Words that are not on the list get id 1, wherever <UNK> stands.")
def _(words, vocabulary):
    return np.array([vocabulary.index(word) if word in vocabulary else 1 for word in [*words, "<EOS>"]])


ids_with_end.accept_other_forms()
ids_with_end.equivalent("reference: np.array(found) → found", reason="A list of the same ids is right as well.")


# mask_of -----------------------------------------------------------------------------------------------------------
mask_of = Check("mask_of")
mask_of.compare = close()


@mask_of.reference
def _(lengths):
    return np.arange(lengths.max()) < lengths[:, None]


@mask_of.cases
def _(rng):
    yield Case("four sentences", basic=True, lengths=rng.choice(np.arange(1, 9), size=4, replace=False))
    yield Case("the longest comes last", basic=True, lengths=np.append(rng.integers(1, 5, size=3), rng.integers(5, 9)))
    yield Case("one sentence", lengths=rng.integers(2, 30, size=1))
    yield Case("a sentence without words", lengths=np.append(rng.integers(2, 6, size=2), 0))


@mask_of.misconception("The mask is True at the padding.")
def _(lengths):
    return np.arange(lengths.max()) >= lengths[:, None]


@mask_of.misconception("The last word of each sentence is masked as well.")
def _(lengths):
    return np.arange(1, lengths.max() + 1) < lengths[:, None]


@mask_of.misconception("The first padding behind each sentence counts as real.")
def _(lengths):
    return np.arange(lengths.max()) <= lengths[:, None]


@mask_of.alternative("row by row")
def _(lengths):
    return [[True] * length + [False] * (max(lengths) - length) for length in lengths.tolist()]


@mask_of.alternative("filled")
def _(lengths):
    mask = np.zeros((len(lengths), max(lengths)), dtype=bool)
    for row, length in zip(mask, lengths, strict=True):
        row[:length] = True
    return mask


@mask_of.alternative("counted along the steps")
def _(lengths):
    return np.cumsum(np.ones((len(lengths), max(lengths))), axis=1) <= np.array(lengths)[:, np.newaxis]


# words_needed ------------------------------------------------------------------------------------------------------
words_needed = Check("words_needed")
words_needed.compare = close()


@words_needed.reference
def _(counts, shares):
    covered = np.cumsum(np.sort(counts)[::-1]) / counts.sum()
    return np.searchsorted(covered, shares) + 1


@words_needed.cases
def _(rng):
    def text(words, shares):
        counts = rng.integers(1, 5, size=words) + (rng.uniform(300, 600) / np.arange(1, words + 1)).astype(int)
        return {"counts": rng.permutation(counts), "shares": np.array(shares)}

    yield Case("four shares", basic=True, **text(60, rng.uniform(0.3, 0.95, size=4)))
    yield Case("larger shares", basic=True, **text(200, rng.uniform(0.8, 0.98, size=3)))
    yield Case("the whole text", **text(int(rng.integers(20, 80)), [rng.uniform(0.2, 0.6), 1.0]))
    yield Case("less than the most frequent word", **text(30, rng.uniform(0.01, 0.1, size=1)))


def needed(counts, shares):
    return np.array([np.argmax(np.cumsum(counts) / counts.sum() >= share) for share in shares])


words_needed.mistakes({
    "The words are taken in the order that they come in, not by frequency.": lambda counts, shares: needed(counts, shares) + 1,
    "The rarest words are taken first.": lambda counts, shares: needed(np.sort(counts), shares) + 1,
    "The place of the last word, counted from 0, is taken for the number of words.":
        lambda counts, shares: needed(np.sort(counts)[::-1], shares),
    "A share of the list is taken, where a share of the running words is asked for.":
        lambda counts, shares: np.ceil(shares * len(counts)),
})  # fmt: skip

words_needed.accept_other_forms()
