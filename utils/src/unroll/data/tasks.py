"""Made-up tasks where one thing decides: a word's position, a subject far from its verb, two numbers among many."""

import numpy as np

from unroll.data.picking import pick

_NOUNS = [
    ("cat", "cats"), ("dog", "dogs"), ("child", "children"), ("horse", "horses"), ("goose", "geese"), ("guest", "guests"),
    ("bird", "birds"), ("mouse", "mice"), ("woman", "women"), ("cow", "cows"), ("neighbour", "neighbours"), ("fox", "foxes"),
]  # fmt: skip
_VERBS = ("was", "were")
_LAST = ("full", "tired", "late", "happy")
_ADVERBS = ("already", "still", "often", "once", "slowly", "again")
_PLACES = ("at home", "in town", "after dark", "before dawn", "by night", "at noon")
_ATE = ("ate", "stole", "wanted", "found", "liked", "hid")
_FOOD = ("fish", "rice", "milk", "bread", "soup", "honey")  # mass nouns: no hint, no distraction
_NEAR = ("near", "beside", "behind", "without")
_WORDS_PER_PAIR = 20
_SHORTEST_WITH_PAIR = 12

_DOUBLE = "rose lily pearl ivy jade ruby".split()
_BOUND = "wizards witches painters writers".split(), "harry hermione ali hassan".split()
_FREE = (
    "farmers sailors guests teachers drivers nurses bakers pilots".split(),
    "emma olga peter sara nina oscar victor ruth".split() + _DOUBLE,
)
_DID = "met saw helped followed called".split()
_THINGS = "mill bridge river tree gate lamp".split() + _DOUBLE
_OPENINGS: tuple[list[str], ...] = [], ["yesterday"], ["last", "week"], ["early", "last", "week"]
_CLOSINGS: tuple[list[str], ...] = ["before", "we", "left"], ["at", "noon"], ["again"], []


def people(rng: np.random.Generator, count: int, moved: bool = False) -> tuple[list[list[str]], np.ndarray]:
    """Draw sentences of nine words such as "yesterday emma helped rose near the bridge at noon", and which words are names.

    The two people are two words apart; an opening of zero to three words puts the first at position 1 to 4. Eight words occur
    only at positions 1 and 3, with no opening before them: "wizards", "witches", "painters" and "writers", and the names
    "harry", "hermione", "ali" and "hassan". Six are names or, after "the", things: "rose", "lily", "pearl", "ivy", "jade"
    and "ruby".

    Parameters
    ----------
    rng
        A NumPy random generator.
    count
        How many sentences.
    moved
        Put those eight words, and no other people, where they otherwise never occur: at positions 2, 4 and 6.

    Returns
    -------
    sentences : list of list of str
    is_name : numpy.ndarray of float32, shape (count, 9)

    Examples
    --------
    >>> sentences, is_name = people(np.random.default_rng(1), count=1)
    >>> " ".join(sentences[0])
    'yesterday ruby met emma near the ivy at noon'
    """
    openings = rng.choice([1, 3], size=count) if moved else rng.integers(4, size=count)
    sentences, is_name = [], np.zeros((count, 9), dtype="float32")
    for labels, opening in zip(is_name, openings, strict=True):
        kinds = _BOUND if moved or (opening == 0 and rng.random() < 0.5) else _FREE
        named = rng.integers(2, size=2)
        first, second = (str(rng.choice(kinds[kind])) for kind in named)
        core = [first, str(rng.choice(_DID)), second, "near", "the", str(rng.choice(_THINGS))]
        sentences.append([*_OPENINGS[opening], *core, *_CLOSINGS[opening]])
        labels[[opening, opening + 2]] = named
    return sentences, is_name


def agreement(
    rng: np.random.Generator, count: int, distance: int, distractors: bool = False
) -> tuple[list[list[str]], np.ndarray]:
    """Draw sentences such as "the cats , which ate fish already , were full".

    The number of the subject, the second word, decides whether the verb, `distance` words later, is "was" or "were".
    Nothing else in the sentence depends on it. The verb gives the label away: cut it off with ``ids[:, :-2]`` if a
    model has to predict it.

    Parameters
    ----------
    rng
        A NumPy random generator.
    count
        How many sentences.
    distance
        Steps from the subject to the verb, at least 1.
    distractors
        Put other nouns in between: for every 20 words or part of them, one singular and one plural, in random order.
        There is always a noun of the other number in between, and the nouns in between give no hint. They are
        drawn from the nouns that can be subjects, so only their position tells them apart.

    Returns
    -------
    sentences : list of list of str
        Of ``distance + 3`` words each.
    plural : numpy.ndarray of int, shape (count,)
        1 where the subject is plural and the verb is "were".

    Raises
    ------
    ValueError
        If the distance is below 1, or below 12 with distractors.

    Examples
    --------
    >>> sentences, plural = agreement(np.random.default_rng(3), count=1, distance=7)
    >>> " ".join(sentences[0]), plural
    ('the dogs , which stole rice still , were happy', array([1]))
    """
    shortest = _SHORTEST_WITH_PAIR if distractors else 1
    if distance < shortest:
        raise ValueError(
            f"The distance must be at least {shortest} {'with' if distractors else 'without'} distractors, not {distance}."
        )
    plural = rng.integers(2, size=count)
    sentences = []
    for number in plural:
        subject = pick(rng, _NOUNS)[number]
        clause = _clause(rng, distance - 1, distractors)
        sentences.append(["the", subject, *clause, _VERBS[number], pick(rng, _LAST)])
    return sentences, plural


def _clause(rng, length, distractors):
    """`length` words between subject and verb, in which every noun is independent of the subject."""
    if length < 5:
        return [str(word) for word in rng.choice(_ADVERBS, size=length, replace=False)]
    phrases = [_adverb, _place, _and_food]
    pairs = -(-length // _WORDS_PER_PAIR) if distractors else 0
    left = length - 5 - 6 * pairs  # , which ate fish , and three words for each noun
    middle = [_near(rng, number) for _ in range(pairs) for number in (0, 1)]
    while left > 0:
        phrase = phrases[rng.integers(min(left, 3))](rng)
        middle.append(phrase)
        left -= len(phrase)
    order = rng.permutation(len(middle))
    words = [word for place in order for word in middle[place]]
    return [",", "which", pick(rng, _ATE), pick(rng, _FOOD), *words, ","]


def _adverb(rng):
    return [pick(rng, _ADVERBS)]


def _place(rng):
    return pick(rng, _PLACES).split()


def _and_food(rng):
    return ["and", pick(rng, _ATE), pick(rng, _FOOD)]


def _near(rng, number):
    return [pick(rng, _NEAR), "the", pick(rng, _NOUNS)[number]]


def adding_problem(rng: np.random.Generator, count: int, T: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw the adding problem of Hochreiter and Schmidhuber (1997), with all sequences equally long.

    The first channel holds values from [-1, 1]. The second marks two of them with 1, one among the first ten and one
    among the first ``T/2 - 1`` that remain; the first and the last step have -1 and all others 0. A value marked at the
    first step counts as 0. The target is the sum of the two marked values, scaled to [0, 1].

    Parameters
    ----------
    rng
        A NumPy random generator.
    count
        How many sequences.
    T
        Steps of each, at least 10. In the original each length is drawn from T to T + T/10.

    Returns
    -------
    x : numpy.ndarray of float32, shape (count, T, 2)
    y : numpy.ndarray of float32, shape (count,)
        ``0.5 + (X1 + X2) / 4``. Always answering 0.5 has a mean squared error of 0.04; the original counts an answer as
        right if it is off by less than 0.04.

    Raises
    ------
    ValueError
        If T is below 10.

    Examples
    --------
    >>> x, y = adding_problem(np.random.default_rng(0), count=1, T=12)
    >>> print(x[0, :, 1])
    [-1.  0.  0.  1.  0.  1.  0.  0.  0.  0.  0. -1.]
    """
    if T < 10:
        raise ValueError(f"The adding problem needs at least 10 steps, not {T}.")
    rows = np.arange(count)
    values = rng.uniform(-1, 1, size=(count, T))
    first = rng.integers(10, size=count)
    second = rng.integers(T // 2 - 1, size=count)
    second += second >= first  # the position among the steps still unmarked
    values[first == 0, 0] = 0
    values[second == 0, 0] = 0
    markers = np.zeros((count, T))
    markers[:, [0, -1]] = -1
    markers[rows, first] = 1
    markers[rows, second] = 1
    y = 0.5 + (values[rows, first] + values[rows, second]) / 4
    return np.stack([values, markers], axis=-1).astype("float32"), y.astype("float32")
