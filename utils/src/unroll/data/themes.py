"""A small language in which the words of a group hardly ever meet, but keep the same company."""

import numpy as np

_THINGS = {
    "kitchen": "pot pan oven spoon kettle bowl",
    "sea": "boat sail anchor harbour wave shell",
    "school": "book pencil desk lesson ruler map",
    "music": "drum violin song piano flute choir",
    "garden": "rose spade hedge seed lawn bench",
    "road": "wheel engine bridge brake lorry lamp",
    "winter": "snow ice sledge scarf stove frost",
    "market": "coin stall basket price scales shop",
}
_DEEDS = {
    "kitchen": "boils stirs bakes peels tastes fries",
    "sea": "rows dives floats fishes drifts steers",
    "school": "reads writes learns spells teaches counts",
    "music": "sings plays tunes dances hums listens",
    "garden": "digs plants waters mows prunes rakes",
    "road": "drives turns parks honks overtakes stops",
    "winter": "skis freezes slides shivers melts skates",
    "market": "buys sells weighs pays bargains lends",
}
_FREQUENT = "the a of and often then there with very we never again".split()
_LENGTH = 9
_LATEST = 4  # the thing is one of the first words, and its deed one of the next
_STRAYS = 0.3


def themed_text(rng: np.random.Generator, count: int) -> tuple[np.ndarray, list[str], np.ndarray]:
    """Draw sentences such as "the pot very often boils the a we and": a thing and a deed of one theme among frequent words.

    There are 8 themes, each with a group of 6 things and a group of 6 deeds. A sentence has one word of either group, so that "pot" and
    "pan" hardly ever meet, but both meet "boils". Three sentences in ten end with a word from anywhere. In every group, and among the
    frequent words, some are rarer than others. Which id a word has is drawn as well.

    Parameters
    ----------
    rng
        A NumPy random generator.
    count
        Number of sentences.

    Returns
    -------
    text : numpy.ndarray of int, shape (count, 9)
        Ids from 1 on; 0 is left for padding and does not occur.
    words : list of str
        By id; that of padding is empty.
    group : numpy.ndarray of int
        By id: 0 to 7 for the things of each theme, 8 to 15 for its deeds, -1 for frequent words and padding.

    Examples
    --------
    >>> text, words, group = themed_text(np.random.default_rng(3), count=2)
    >>> [" ".join(words[i] for i in sentence) for sentence in text]
    ['the with boat dives of with never often the', 'of often pencil spells a of and and shop']
    """
    groups = [members.split() for members in (*_THINGS.values(), *_DEEDS.values())]
    known = [(word, number) for number, members in enumerate(groups) for word in members]
    known += [(word, -1) for word in _FREQUENT]
    known = [known[place] for place in rng.permutation(len(known))]
    words, group = ["", *(word for word, _ in known)], np.array([-1, *(number for _, number in known)])
    ids = {word: number for number, word in enumerate(words)}

    def drawn(many: list[str], size: tuple[int, ...]) -> np.ndarray:
        often = 1 / np.arange(1.0, 1 + len(many))
        return rng.choice(len(many), size=size, p=often / often.sum())

    table = np.array([[ids[word] for word in members] for members in groups])
    frequent = np.array([ids[word] for word in _FREQUENT])
    text = frequent[drawn(_FREQUENT, (count, _LENGTH))]
    rows, theme = np.arange(count), rng.integers(len(_THINGS), size=count)
    thing, gap = rng.integers(_LATEST, size=count), rng.integers(1, 1 + _LATEST, size=count)
    text[rows, thing] = table[theme, drawn(groups[0], (count,))]
    text[rows, thing + gap] = table[len(_THINGS) + theme, drawn(groups[0], (count,))]
    strays = rows[rng.random(count) < _STRAYS]
    text[strays, -1] = rng.choice(table.ravel(), size=len(strays))
    return text, words, group
