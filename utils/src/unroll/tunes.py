"""Tunes in ABC notation: their bars, how long a bar is, and its notes.

Read is the part of ABC that the Nottingham collection uses: notes and rests with accidentals, octaves and lengths, triplets, repeats,
and of a chord in brackets its first note. What is not understood is no note; nothing is guessed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

_FIELD = re.compile(r"^[A-Za-z]:.*$|%.*$|\\\s*$", re.MULTILINE)
_NOT_NOTES = re.compile(r'"[^"]*"|!.*?!|\{[^}]*\}|\s')
_LINE = re.compile(r":*\|[|:\]]*|::")
_ENDING = re.compile(r"^\[?\d[\d,]*")
_CHORD = re.compile(r"\[([_^=]*[A-Ga-g][,']*\d*/*\d*)[^\]]*\]")
_SIGN = re.compile(
    r"(?P<triplet>\(3)|[()~-]|(?P<sharp>[_^=]*)(?P<letter>[A-Ga-gz])(?P<octave>[,']*)(?P<times>\d*)(?P<by>/*)(?P<parts>\d*)"
)
_SEMITONES = (0, 2, 4, 5, 7, 9, 11)  # of C to B above C
_FIFTHS = "FCGDAEB"  # the order in which a key takes on sharps
_MODES = {"": 0, "maj": 0, "mix": 1, "dor": 2, "m": 3, "min": 3}


@dataclass(frozen=True)
class Note:
    """One note, or a rest.

    Parameters
    ----------
    step
        Lines and spaces above middle C. None for a rest.
    semitone
        Semitones above middle C. None for a rest.
    length
        In units of the tune.
    """

    step: int | None
    semitone: int | None
    length: Fraction


def bars(tune: str) -> list[str]:
    """The bars of a tune, or of a line of one, without fields, chord names, marks of repeats and spaces.

    Parameters
    ----------
    tune
        In ABC notation.

    Returns
    -------
    list of str

    Examples
    --------
    >>> bars("M:6/8\\nK:G\\nd|:\\"G\\"B2d d2c|B3 G2:|")
    ['d', 'B2dd2c', 'B3G2']
    """
    body = _NOT_NOTES.sub("", _FIELD.sub("", tune))
    parts = (_CHORD.sub(r"\1", _ENDING.sub("", part)) for part in _LINE.split(body))
    return [part for part in parts if part]


def notes(bar: str, key: str = "C") -> list[Note] | None:
    """The notes of a bar.

    Parameters
    ----------
    bar
        As `bars` gives it.
    key
        What the field ``K:`` says, such as "G" or "Em": it sharpens or flattens letters. An accidental holds to the end of its bar.

    Returns
    -------
    list of Note, or None
        None if a part of the bar is no note, or a triplet is cut short.

    Examples
    --------
    >>> [(note.semitone, str(note.length)) for note in notes("F2z/2", key="G")]
    [(6, '2'), (None, '1/2')]
    >>> notes("2A") is None
    True
    """
    raised = _raised(key)
    found: list[Note] = []
    place, in_triplet = 0, 0
    while place < len(bar):
        sign = _SIGN.match(bar, place)
        if sign is None:
            return None
        place = sign.end()
        if sign["triplet"]:
            if in_triplet:
                return None
            in_triplet = 3
        if not sign["letter"]:
            continue
        length = _length(sign)
        if length is None:
            return None
        if in_triplet:
            length, in_triplet = length * Fraction(2, 3), in_triplet - 1
        found.append(_note(sign, length, raised))
    return None if in_triplet else found


def length(bar: str) -> Fraction | None:
    """How long a bar is, in units of the tune; None if a part of it is no note.

    Examples
    --------
    >>> length("B2dd2c"), length("(3ABcd3/2"), length("B2d2|")
    (Fraction(6, 1), Fraction(7, 2), None)
    """
    found = notes(bar)
    return None if found is None else sum((note.length for note in found), Fraction(0))


def waveform(tune: Sequence[Note], *, seconds: float, rate: int = 8000) -> np.ndarray:
    """Play notes, each a tone with two overtones that dies away.

    Parameters
    ----------
    tune
        The notes.
    seconds
        How long one unit lasts.
    rate
        Samples a second.

    Returns
    -------
    numpy.ndarray of float32
        Samples from -1 to 1. Rests are zeros, and a tune without notes is nothing but zeros.
    """
    parts = [np.zeros(0)]
    for note in tune:
        time = np.arange(round(float(note.length) * seconds * rate)) / rate
        if note.semitone is None:
            parts.append(np.zeros(len(time)))
            continue
        phase = 2 * np.pi * 261.63 * 2 ** (note.semitone / 12) * time
        tone = np.sin(phase) + np.sin(2 * phase) / 3 + np.sin(3 * phase) / 6
        parts.append(0.6 * tone * np.exp(-4 * time) * np.minimum(1, 200 * time) * np.minimum(1, 200 * time[::-1]))
    return np.concatenate(parts).astype("float32")


def _raised(key: str) -> dict[str, int]:
    """By letter, how many semitones a key raises it."""
    found = re.match(r"\s*([A-G])([#b]?)\s*(maj|mix|dor|min|m)?", key)
    if found is None:
        raise ValueError(f"There is no key {key!r}; keys are such as G, Em or Bb.")
    letter, sign, mode = found.groups(default="")
    sharps = _FIFTHS.index(letter) - 1 + 7 * {"": 0, "#": 1, "b": -1}[sign] - _MODES[mode]
    count, order = abs(sharps), _FIFTHS if sharps > 0 else _FIFTHS[::-1]
    return {each: int(np.sign(sharps)) for each in order[:count]}


def _length(sign: re.Match) -> Fraction | None:
    times = int(sign["times"] or 1)
    parts = int(sign["parts"]) if sign["parts"] else 2 ** len(sign["by"])
    return Fraction(times, parts) if times and parts and len(sign["by"]) < 4 else None


def _note(sign: re.Match, length: Fraction, raised: dict[str, int]) -> Note:
    letter = sign["letter"]
    if letter == "z":
        return Note(None, None, length)
    octave = letter.islower() + sign["octave"].count("'") - sign["octave"].count(",")
    place = "CDEFGAB".index(letter.upper())
    if sign["sharp"]:
        raised[letter.upper()] = sign["sharp"].count("^") - sign["sharp"].count("_")
    return Note(place + 7 * octave, _SEMITONES[place] + 12 * octave + raised.get(letter.upper(), 0), length)
