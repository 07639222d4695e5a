"""What can be read off a word that no vocabulary holds: its capitals, its ending, its letters."""

from collections.abc import Sequence

import numpy as np

from unroll.text import Vocabulary


def capitals(word: str) -> str:
    """Say how a word is written: ``lower``, ``Capital``, ``CAPITALS``, ``miXed``, ``digits`` or ``mark``.

    Parameters
    ----------
    word
        A token. One with a letter counts by its letters, otherwise one with a digit is ``digits``.

    Returns
    -------
    str

    Examples
    --------
    >>> [capitals(word) for word in ("rose", "Rose", "A", "NATO", "McCoy", "1902", ",")]
    ['lower', 'Capital', 'Capital', 'CAPITALS', 'miXed', 'digits', 'mark']
    """
    letters = "".join(letter for letter in word if letter.isalpha())
    if not letters:
        return "digits" if any(letter.isdigit() for letter in word) else "mark"
    if letters == letters.lower():
        return "lower"
    if letters[0].isupper() and letters[1:] == letters[1:].lower():
        return "Capital"
    return "CAPITALS" if letters == letters.upper() else "miXed"


def ending(word: str, letters: int = 3) -> str:
    """The last letters of a word, in lower case; a word with fewer is its own ending.

    Examples
    --------
    >>> ending("Ashton"), ending("by")
    ('ton', 'by')
    """
    return word[-letters:].lower()


def spell(sentences: Sequence[Sequence[str]], characters: Vocabulary, longest: int = 12) -> np.ndarray:
    """Write every word as the ids of its letters.

    Parameters
    ----------
    sentences
        m lists of words.
    characters
        The vocabulary of the letters.
    longest
        Letters for each word. Of a longer word the first are left out, because the ending tells more.

    Returns
    -------
    numpy.ndarray of int, shape (m, T, longest)
        T is the length of the longest sentence. Padded on the right with 0, in words as in sentences.

    Examples
    --------
    >>> spell([["a", "cab"]], Vocabulary("abc"), longest=4)
    array([[[3, 0, 0, 0],
            [5, 3, 4, 0]]])
    """
    ids = np.zeros((len(sentences), max(map(len, sentences)), longest), dtype=int)
    for i, sentence in enumerate(sentences):
        for t, word in enumerate(sentence):
            written = characters.encode(word[-longest:])
            ids[i, t, : len(written)] = written
    return ids
