"""Sentences with people, places and organisations in them, whose names come in two halves: one to learn from, one to be asked."""

import numpy as np

from unroll.data.picking import pick

# In each pair of lists, the first belongs to the half that is seen and the second to the half that is not.
_FIRST = (
    "Ada Boris Clara David Elena Farid Grace Hugo Irene Jonas Karim Laura Mark Nadia Oscar Paula Rose Samir Tessa Will".split(),
    "Alma Bruno Carla Dario Edith Frank Greta Hassan Hope Igor Julia Kemal Lydia May Miles Noor Otto Petra Ruth Viktor".split(),
)
_STEMS = (
    "Ald Ash Bald Bar Bex Brack Brom Burn Cald Carl Chil Col Crom Dal Dun Eck Em Fal Fen Gar Gil Hal Har Hol Hux Ker".split(),
    "Al Arm Beck Ber Blax Brad Bron Cam Chel Clif Cor Dag Der Don Ed Elm Fair Far Glas Glen Had Hart Hem Holt Kel Kirk".split(),
)
_SURNAME, _PLACE, _BOTH = ("son", "sen", "man", "ski"), ("ton", "ham", "by", "mouth"), ("ley", "field")
_PROFESSIONS = (
    "an orange farmer|a dentist|a retired teacher|a bus driver|a cellist|a young lawyer".split("|"),
    "an apple farmer|a surgeon|a former pilot|a lorry driver|a pianist|a durian cultivator".split("|"),
)
_SETTLEMENTS = (
    "a small town on the coast|a quiet village|a port|a day away by train|a walled city".split("|"),
    "a large town in the hills|a lonely hamlet|a harbour|an hour away by boat|a ruined fort".split("|"),
)
_TRADES = (
    "sells insurance|has three thousand employees|was founded in 1931|builds engines".split("|"),
    "sells furniture|has two hundred members|was sold in 1968|prints newspapers".split("|"),
)
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()

# SURNAME, PLACE and COMPANY are names of one word, PERSON, LOCATION and ORGANISATION of one or more.
_TOLD = (
    "yesterday PERSON met PERSON .", "PERSON and PERSON invented a new drug .", "PERSON was born in LOCATION in April .",
    "she moved from LOCATION to LOCATION .", "the mayor of LOCATION thanked PERSON .", "he works for ORGANISATION in LOCATION .",
    "last year PERSON joined ORGANISATION .", "ORGANISATION opened an office in LOCATION .", "on DAY it rained in LOCATION .",
    "ORGANISATION and ORGANISATION share a hall .", "in LOCATION , PERSON said , nothing is new .",
)  # fmt: skip
_TOLD_AFTER = ("SURNAME is PROFESSION .", "PLACE is SETTLEMENT .", "COMPANY TRADE .")
_TOLD_NOWHERE = (
    "on DAY we talked about SURNAME .", "on DAY we talked about PLACE .", "on DAY we talked about COMPANY .",
    "they often think of SURNAME .", "they often think of PLACE .", "they often think of COMPANY .",
)  # fmt: skip
_WITHOUT = (
    "the rose is late this year .", "on DAY the bill was paid .", "they had little hope .", "it may rain on DAY .",
    "nothing new was said .", "the teacher will mark it by DAY .",
)  # fmt: skip


def named_entities(rng: np.random.Generator, count: int, unseen: bool = False) -> tuple[list[list[str]], list[list[str]]]:
    """Draw sentences such as "Yesterday Ada Dalson met Will Harley ." and tag their people, places and organisations in BIO.

    First names and the stems of surnames and places come in two halves that have none in common, and so do the phrases that
    tell what a name is ("an orange farmer" and "an apple farmer"). The endings are the same in both: "son", "sen", "man" and
    "ski" end a surname, "ton", "ham", "by" and "mouth" a place, "ley" and "field" either. A company may have a surname or a
    place as its name. In 20 % of the sentences only the words after a name tell what it is, in 10 % none does. 15 % have no
    name.

    Parameters
    ----------
    rng
        A NumPy random generator.
    count
        How many sentences.
    unseen
        Draw from the second half.

    Returns
    -------
    sentences : list of list of str
        The first word begins with a capital, whatever it is.
    tags : list of list of str
        ``O``, or ``B-`` or ``I-`` with ``PER``, ``LOC`` or ``ORG``; as long as the sentences.

    Examples
    --------
    >>> sentences, tags = named_entities(np.random.default_rng(2), count=1)
    >>> " ".join(sentences[0])
    'Chilley and Boris Caldski invented a new drug .'
    >>> tags[0]
    ['B-PER', 'O', 'B-PER', 'I-PER', 'O', 'O', 'O', 'O', 'O']
    """
    drawn = [_sentence(rng, _template(rng), int(unseen)) for _ in range(count)]
    return [words for words, _ in drawn], [tags for _, tags in drawn]


def _template(rng):
    groups = (_TOLD, _TOLD_AFTER, _TOLD_NOWHERE, _WITHOUT)
    return pick(rng, groups[rng.choice(4, p=(0.55, 0.2, 0.1, 0.15))])


def _sentence(rng, template, half):
    words, tags = [], []
    for slot in template.split():
        kind, text = _SLOTS[slot](rng, half) if slot in _SLOTS else (None, slot)
        parts = text.split()
        words += parts
        tags += ["O"] * len(parts) if kind is None else [f"B-{kind}", *[f"I-{kind}"] * (len(parts) - 1)]
    return [words[0][0].upper() + words[0][1:], *words[1:]], tags


def _surname(rng, half):
    return pick(rng, _STEMS[half]) + pick(rng, _SURNAME + _BOTH)


def _place(rng, half):
    return pick(rng, _STEMS[half]) + pick(rng, _PLACE + _BOTH)


def _person(rng, half):
    first, last = pick(rng, _FIRST[half]), _surname(rng, half)
    return pick(rng, (first, last, f"{first} {last}", f"{first} {last}"))


def _location(rng, half):
    place = _place(rng, half)
    return pick(rng, (place, place, f"North {place}", f"Lake {place}"))


def _company(rng, half):
    return pick(rng, (_surname, _place))(rng, half)


def _organisation(rng, half):
    last, place = _surname(rng, half), _place(rng, half)
    return pick(rng, (f"{last} Brothers", f"Bank of {place}", f"{place} Rovers", f"University of {place}"))


_SLOTS = {
    "PERSON": lambda rng, half: ("PER", _person(rng, half)),
    "SURNAME": lambda rng, half: ("PER", _surname(rng, half)),
    "LOCATION": lambda rng, half: ("LOC", _location(rng, half)),
    "PLACE": lambda rng, half: ("LOC", _place(rng, half)),
    "ORGANISATION": lambda rng, half: ("ORG", _organisation(rng, half)),
    "COMPANY": lambda rng, half: ("ORG", _company(rng, half)),
    "PROFESSION": lambda rng, half: (None, pick(rng, _PROFESSIONS[half])),
    "SETTLEMENT": lambda rng, half: (None, pick(rng, _SETTLEMENTS[half])),
    "TRADE": lambda rng, half: (None, pick(rng, _TRADES[half])),
    "DAY": lambda rng, half: (None, pick(rng, _DAYS)),
}
