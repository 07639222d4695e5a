"""Samples drawn from grammars: names, English-like text, reviews, tagged and parallel sentences, tunes, sounds.

A grammar is a dictionary from a symbol to its expansions; `expand` draws one. Nothing here is copied from a data set.
"""

from collections.abc import Callable

import numpy as np

Grammar = dict[str, list[str]]

# fmt: off
_SYLLABLES = {
    "NAME": ["OPEN END", "OPEN END", "OPEN MIDDLE END", "VOWEL MIDDLE END", "OPEN MIDDLE MIDDLE END"],
    "OPEN": ["ONSET VOWEL"],
    "MIDDLE": ["LINK VOWEL"],
    "END": ["LINK LAST", "LINK VOWEL CODA", "LINK VOWEL CODA"],
    "ONSET": "b br c ch d dr f g gr h j k kl l m n p r s sh st t th tr v w z".split(),
    "LINK": "d g l ll m n nn r rr s v b t k nd rn lv st".split(),
    "VOWEL": "a a a e e e i i o o u ai ea ia".split(),
    "LAST": "a a ia ie y o e".split(),
    "CODA": "n n l r s m th x ck".split(),
}

_PROSE = {
    "S": ["MAIN .", "MAIN and MAIN .", "MAIN , but MAIN .", "when MAIN , MAIN .", "PLACE , MAIN .", "DID ? MAIN ."],
    "MAIN": ["ONE", "MANY"],
    "ONE": ["the THING ISDOING", "the ADJ THING ISDOING", "a THING , which PAST OBJECT , ISDOING", "SHE ISDOING"],
    "MANY": ["the THINGS AREDOING", "some ADJ THINGS AREDOING", "the THINGS , which PAST OBJECT , AREDOING", "WE AREDOING"],
    "ISDOING": ["is ADJ", "was ADJ PLACE", "SEES OBJECT", "SEES OBJECT PLACE", "GOES PLACE", "has never PASTPART OBJECT"],
    "AREDOING": ["are ADJ", "were ADJ PLACE", "SEE OBJECT", "SEE OBJECT PLACE", "GO PLACE", "have never PASTPART OBJECT"],
    "DID": ["did the THING GO PLACE", "did the THINGS SEE OBJECT", "is the THING ADJ", "are the THINGS ADJ"],
    "OBJECT": ["the THING", "the THINGS", "a ADJ THING", "ADJ THINGS", "the THING of the THING"],
    "SHE": ["she", "he", "nobody", "everyone"],
    "WE": ["we", "they", "you"],
    "THING": "cat dog farmer sailor letter river clock bridge teacher lamp orchard engine child map violin".split(),
    "THINGS": "cats dogs farmers sailors letters rivers clocks bridges teachers lamps orchards engines children".split(),
    "ADJ": "old quiet green tall lost careful bright slow heavy curious empty late full strange".split(),
    "SEES": "sees follows draws remembers carries mends watches forgets".split(),
    "SEE": "see follow draw remember carry mend watch forget".split(),
    "PAST": "saw followed drew remembered carried mended watched forgot".split(),
    "PASTPART": "seen followed drawn remembered carried mended watched forgotten".split(),
    "GOES": "waits walks sleeps sings turns".split(),
    "GO": "wait walk sleep sing turn".split(),
    "PLACE": ["in the evening", "by the river", "under the bridge", "after the rain", "near the mill", "at noon"],
}

_REVIEWS = {
    "1": ["PRAISE", "PRAISE", "BLAME2 , but PRAISE", "PRAISE and PRAISE2"],
    "0": ["BLAME", "BLAME", "PRAISE2 , but BLAME", "BLAME and BLAME2"],
    "PRAISE": ["the PART is VERY GOOD", "the PART is not BAD at all", "a GOOD PART", "nothing about the PART is BAD"],
    "BLAME": ["the PART is VERY BAD", "the PART is not GOOD at all", "a BAD PART", "nothing about the PART is GOOD"],
    "PRAISE2": ["the PART is GOOD", "the PART has its GOOD moments"],
    "BLAME2": ["the PART is BAD", "the PART has its BAD moments"],
    "PART": "story film music cast plot ending dialogue opening camera romance comedy".split(),
    "VERY": "very truly simply always quite".split(),
    "GOOD": "moving funny clever warm fresh gripping charming honest".split(),
    "BAD": "dull clumsy tired hollow noisy tedious confused stale".split(),
}

_NEWS = {
    "S": [
        "PER SAID that PER would leave LOC .", "ORG opened an office in LOC .", "PER of ORG met PER in LOC .",
        "ORG and ORG will share a hall in LOC .", "PER was born in LOC in YEAR .", "in YEAR PER joined ORG .",
        "it rained in LOC .", "nobody SAID why .",
    ],
    "SAID": "said wrote thought announced denied".split(),
    "YEAR": "1887 1902 1931 1954 1968 1990 2004 2019".split(),
    "PER": ["FIRST/PER", "FIRST_LAST/PER", "FIRST_LAST/PER"],
    "LOC": ["PLACE/LOC", "PLACE/LOC", "North_PLACE/LOC", "New_PLACE/LOC"],
    "ORG": ["LAST_Works/ORG", "University_of_PLACE/ORG", "PLACE_Rowers/ORG", "Bank_of_PLACE/ORG"],
    "FIRST": "Ada Bo Clara Davit Elin Farid Greta Hugo Imani Jonas Kira Lev".split(),
    "LAST": "Amsel Brook Carver Dahl Ember Fenn Grove Halloran Ives Juhl Kestrel Lund".split(),
    "PLACE": "Ashby Belmar Corvo Dunmere Eastholm Farrow Glenmoor Haven Istra Jarrow".split(),
}

_LOW, _HIGH, _RISES, _FALLS, _LEVEL = 1, 2.5, 0.6, -0.6, 0
_TONES = [  # of the digits 0 to 9: height and glide (octaves) of the first tone and of the second
    ((_LOW, _LEVEL), (_HIGH, _LEVEL)), ((_HIGH, _LEVEL), (_LOW, _LEVEL)), ((_LOW, _LEVEL), (_LOW, _LEVEL)),
    ((_HIGH, _LEVEL), (_HIGH, _LEVEL)), ((_LOW, _RISES), (_HIGH, _RISES)), ((_HIGH, _FALLS), (_LOW, _FALLS)),
    ((_LOW, _FALLS), (_LOW, _RISES)), ((_LOW, _RISES), (_LOW, _FALLS)), ((_HIGH, _RISES), (_LOW, _RISES)),
    ((_LOW, _FALLS), (_HIGH, _FALLS)),
]
_SPEAKERS = {  # pitch in Hz and pace
    "ada": (420, 1.0), "bo": (300, 0.8), "clara": (460, 1.2), "davit": (280, 1.1), "elin": (390, 0.9), "farid": (330, 1.0),
}

_WHO = [
    ("a man", "un homme"), ("a woman", "une femme"), ("two boys", "deux garçons"), ("a girl", "une fille"),
    ("three friends", "trois amis"), ("a small dog", "un petit chien"), ("an old farmer", "un vieux fermier"),
]
_DOES = [
    ("with a red hat", "avec un chapeau rouge"), ("near a tree", "près d' un arbre"),
    ("on a bicycle", "sur un vélo"), ("with an umbrella", "avec un parapluie"), ("with a guitar", "avec une guitare"),
    ("in a white coat", "en manteau blanc"),
]
_WHERE = [
    ("in the park", "dans le parc"), ("on the beach", "sur la plage"), ("in a street", "dans une rue"),
    ("in front of a shop", "devant un magasin"), ("at the market", "au marché"), ("in the snow", "dans la neige"),
    ("by the sea", "au bord de la mer"),
]
_WHEN = [
    ("at night", "la nuit"), ("in winter", "en hiver"), ("in summer", "en été"), ("in the morning", "le matin"), ("", ""),
]
# fmt: on


def expand(grammar: Grammar, symbol: str, rng: np.random.Generator) -> list[str]:
    """Draw one expansion of a symbol; a symbol that the grammar does not define expands to itself."""
    if symbol not in grammar:
        return [symbol]
    choices = grammar[symbol]
    parts = choices[rng.integers(len(choices))].split()
    return [word for part in parts for word in expand(grammar, part, rng)]


def made_up_names(rng: np.random.Generator, count: int) -> list[str]:
    """Draw distinct strings that look like names.

    Parameters
    ----------
    rng
        A NumPy random generator.
    count
        Number of names; the syllables allow about a million.

    Returns
    -------
    list of str
        In lower case, letters only.

    Examples
    --------
    >>> made_up_names(np.random.default_rng(0), 3)
    ['rimedallo', 'easokos', 'wendore']
    """
    return _distinct(lambda: "".join(expand(_SYLLABLES, "NAME", rng)), count)


def made_up_text(rng: np.random.Generator, sentences: int) -> list[list[str]]:
    """Draw English-like sentences with subjects and verbs that agree.

    Parameters
    ----------
    rng
        A NumPy random generator.
    sentences
        Number of sentences.

    Returns
    -------
    list of list of str
        Words and punctuation marks, in lower case.

    Examples
    --------
    >>> " ".join(made_up_text(np.random.default_rng(0), 1)[0])
    'is the bridge tall ? the dog is green .'
    """
    return [_with_articles(expand(_PROSE, "S", rng)) for _ in range(sentences)]


def names(rng: np.random.Generator) -> list[str]:
    """Sample for ``names``."""
    return made_up_names(rng, 4000)


def sentences(rng: np.random.Generator) -> list[list[str]]:
    """Sample for ``brown``."""
    return made_up_text(rng, 5000)


def play(rng: np.random.Generator) -> str:
    """Sample for ``shakespeare``: speakers in capitals, each with a few lines."""
    speakers = [name.upper() for name in made_up_names(rng, 8)]
    speeches = []
    for _ in range(800):
        lines = [_written(sentence) for sentence in made_up_text(rng, int(rng.integers(1, 5)))]
        speeches.append("\n".join([speakers[rng.integers(len(speakers))] + ":", *lines]))
    return "\n\n".join(speeches) + "\n"


def reviews(rng: np.random.Generator) -> dict[str, list[tuple[str, int]]]:
    """Sample for ``sst2``; negation and "but" make word order matter."""

    def draw():
        label = int(rng.integers(2))
        return " ".join([*_with_articles(expand(_REVIEWS, str(label), rng)), "."]), label

    return _split(_distinct(draw, 1500))


def tagged(rng: np.random.Generator) -> dict[str, list[tuple[list[str], list[str]]]]:
    """Sample for ``wnut17`` and ``wikiann``."""

    def draw():
        words, tags = [], []
        for token in expand(_NEWS, "S", rng):
            name, _, kind = token.partition("/")
            parts = [word for part in name.split("_") for word in expand(_NEWS, part, rng)]
            words += parts
            tags += [f"B-{kind}", *[f"I-{kind}"] * (len(parts) - 1)] if kind else ["O"]
        return tuple(words), tuple(tags)

    return _split([(list(words), list(tags)) for words, tags in _distinct(draw, 1500)])


def parallel(rng: np.random.Generator) -> dict[str, list[tuple[str, str]]]:
    """Sample for ``multi30k``."""

    def draw():
        parts = [options[rng.integers(len(options))] for options in (_WHO, _DOES, _WHERE, _WHEN)]
        return tuple(" ".join(part[side] for part in [*parts, (".", ".")] if part[side]) for side in (0, 1))

    return _split(_distinct(draw, 1200))


def tunes(rng: np.random.Generator) -> list[str]:
    """Sample for ``nottingham``: eight bars in G that wander and come home."""
    scale = "D E F G A B c d e f g".split()
    songs = []
    for number in range(1, 101):
        place, bars = 3, []
        for _ in range(8):
            bar = []
            for _ in range(4):
                place = int(np.clip(place + rng.integers(-2, 3), 0, len(scale) - 1))
                bar.append(scale[place])
            bars.append("".join(bar))
        bars[-1] = "BAG2"
        songs.append(f"X: {number}\nT:Tune {number}\nM:4/4\nL:1/4\nK:G\n{'|'.join(bars[:4])}|\n{'|'.join(bars[4:])}|]\n")
    return songs


def spoken_digits(rng: np.random.Generator) -> dict[str, list[tuple[np.ndarray, int, str]]]:
    """Sample for ``fsdd``: a digit is a sequence of two tones, high or low, and rising, level or falling.

    The same tones in the opposite order are another digit. Each speaker has a pitch and a pace.
    """
    splits: dict[str, list[tuple[np.ndarray, int, str]]] = {"train": [], "dev": [], "test": []}
    for digit, (first, second) in enumerate(_TONES):
        for speaker, (pitch, pace) in _SPEAKERS.items():
            for number in range(10):
                parts = [_tone(rng, pitch, pace, *tone) for tone in (first, second)]
                samples = np.concatenate([parts[0], np.zeros(int(rng.uniform(0, 400))), parts[1]])
                samples = rng.uniform(0.4, 0.8) * samples + 0.01 * rng.normal(size=len(samples))
                split = "test" if number == 0 else "dev" if number == 1 else "train"
                splits[split].append((np.clip(samples, -1, 1).astype("float32"), digit, speaker))
    return splits


def _tone(rng: np.random.Generator, pitch: float, pace: float, height: float, glide: float) -> np.ndarray:
    count = int(8000 * rng.uniform(0.10, 0.18) / pace)
    bend = np.linspace(-glide, glide, count) / 2
    frequency = pitch * rng.uniform(0.97, 1.03) * height * 2**bend
    return np.sin(2 * np.pi * np.cumsum(frequency) / 8000) * np.hanning(count)


def _distinct(draw: Callable[[], object], count: int) -> list:
    found: dict[object, None] = {}
    while len(found) < count:
        found.setdefault(draw())
    return list(found)


def _split(items: list) -> dict[str, list]:
    held = len(items) // 10
    return {"train": items[2 * held :], "dev": items[:held], "test": items[held : 2 * held]}


def _with_articles(words: list[str]) -> list[str]:
    followers = [*words[1:], ""]
    return ["an" if word == "a" and _opens_with_vowel(next_) else word for word, next_ in zip(words, followers, strict=True)]


def _opens_with_vowel(word: str) -> bool:
    return word[:1] in tuple("aeiou") or word.startswith("honest")


def _written(words: list[str]) -> str:
    text = " ".join(words)
    for mark in ".,?":
        text = text.replace(f" {mark}", mark)
    return text[0].upper() + text[1:]
