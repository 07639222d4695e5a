"""From text to numbers: a vocabulary, padded batches, and windows for character models.

The ids 0, 1 and 2 of every vocabulary are ``<PAD>``, ``<UNK>`` and ``<EOS>``.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

PAD, UNK, EOS = "<PAD>", "<UNK>", "<EOS>"
_SPECIAL = (PAD, UNK, EOS)
_ENDS = (".", "?", "!")
_TOKEN = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")


def tokenise(text: str) -> list[str]:
    """Split a text into words and punctuation marks, keeping case and apostrophes within words.

    Parameters
    ----------
    text
        Any string.

    Returns
    -------
    list of str

    Examples
    --------
    >>> tokenise("The cat, which didn't eat.")
    ['The', 'cat', ',', 'which', "didn't", 'eat', '.']
    """
    return _TOKEN.findall(text)


def sentences(text: str) -> list[list[str]]:
    """Split a text into sentences of tokens. A sentence ends with ``.``, ``?`` or ``!``, or at a blank line.

    Abbreviations are not recognised: "Dr. No" is two sentences.

    Parameters
    ----------
    text
        Any string.

    Returns
    -------
    list of list of str
        No sentence is empty.

    Examples
    --------
    >>> sentences("Who's there? Nay, answer me.")
    [["Who's", 'there', '?'], ['Nay', ',', 'answer', 'me', '.']]
    """
    found = []
    for paragraph in re.split(r"\n\s*\n", text):
        tokens = tokenise(paragraph)
        ends = [place + 1 for place, token in enumerate(tokens) if token in _ENDS] + [len(tokens)]
        found += [tokens[start:end] for start, end in zip([0, *ends], ends, strict=False) if start < end]
    return found


class Vocabulary:
    """Distinct tokens and their ids.

    Parameters
    ----------
    tokens
        The tokens after ``<PAD>``, ``<UNK>`` and ``<EOS>``, in the order of their ids.

    Raises
    ------
    ValueError
        If a token occurs twice.

    Examples
    --------
    >>> vocabulary = Vocabulary.build(["the", "cat", "the", "hat"])
    >>> vocabulary.tokens
    ('<PAD>', '<UNK>', '<EOS>', 'the', 'cat', 'hat')
    >>> vocabulary.encode(["the", "dog", "<EOS>"])
    array([3, 1, 2])
    """

    def __init__(self, tokens: Iterable[str]):
        self.tokens = (*_SPECIAL, *tokens)
        self._ids = {token: number for number, token in enumerate(self.tokens)}
        if len(self._ids) < len(self.tokens):
            twice = next(token for token, count in Counter(self.tokens).items() if count > 1)
            raise ValueError(f"{twice!r} is in the vocabulary twice.")

    @classmethod
    def build(cls, tokens: Iterable[str], max_size: int | None = None, min_count: int = 1) -> "Vocabulary":
        """Build a vocabulary of the most frequent tokens, with ties in alphabetical order.

        Parameters
        ----------
        tokens
            All tokens of a corpus, in order. A string is a corpus of characters.
        max_size
            The largest number of ids, including the three special ones.
        min_count
            How often a token must occur to get an id.

        Returns
        -------
        Vocabulary

        Examples
        --------
        >>> Vocabulary.build("abracadabra", min_count=2).tokens
        ('<PAD>', '<UNK>', '<EOS>', 'a', 'b', 'r')
        """
        counts = Counter(tokens)
        ranked = sorted(counts, key=lambda token: (-counts[token], token))
        kept = [token for token in ranked if counts[token] >= min_count and token not in _SPECIAL]
        room = None if max_size is None else max(max_size - len(_SPECIAL), 0)
        return cls(kept[:room])

    def __len__(self) -> int:
        return len(self.tokens)

    def __contains__(self, token: str) -> bool:
        return token in self._ids

    def __repr__(self) -> str:
        return f"Vocabulary of {len(self)} tokens"

    def encode(self, tokens: Iterable[str]) -> np.ndarray:
        """Convert tokens to ids; a token that is not in the vocabulary gets the id of ``<UNK>``.

        Parameters
        ----------
        tokens
            One sequence. A string is a sequence of characters.

        Returns
        -------
        numpy.ndarray of int, shape (T,)
        """
        unknown = self._ids[UNK]
        return np.array([self._ids.get(token, unknown) for token in tokens], dtype=int)

    def decode(self, ids: Iterable[int]) -> list[str]:
        """Convert ids to tokens, including the special ones.

        Parameters
        ----------
        ids
            One sequence.

        Returns
        -------
        list of str

        Raises
        ------
        IndexError
            If an id is not in this vocabulary.

        Examples
        --------
        >>> Vocabulary(["the", "cat"]).decode([3, 1, 2])
        ['the', '<UNK>', '<EOS>']
        """
        ids = [int(number) for number in ids]
        strangers = [number for number in ids if not 0 <= number < len(self)]
        if strangers:
            raise IndexError(f"{strangers[0]} is not an id of this vocabulary of {len(self)} tokens.")
        return [self.tokens[number] for number in ids]

    def coverage(self, tokens: Iterable[str]) -> float:
        """Measure what share of the running tokens have their own id.

        Parameters
        ----------
        tokens
            All tokens of a corpus, in order.

        Returns
        -------
        float
            From 0 to 1.

        Raises
        ------
        ValueError
            If there are no tokens.

        Examples
        --------
        >>> Vocabulary(["the", "cat"]).coverage(["the", "cat", "saw", "the", "mouse"])
        0.6
        """
        known = [token in self for token in tokens]
        if not known:
            raise ValueError("There are no tokens to measure coverage on.")
        return sum(known) / len(known)


def pad(batch: Sequence[Sequence[int]]) -> tuple[np.ndarray, np.ndarray]:
    """Put sequences of different lengths into one array, padded with ``<PAD>`` on the right.

    Parameters
    ----------
    batch
        m sequences of ids.

    Returns
    -------
    ids : numpy.ndarray of int, shape (m, T)
        T is the length of the longest sequence.
    mask : numpy.ndarray of bool, shape (m, T)
        True where a sequence has a token. The mask follows the lengths, so an id 0 within a sequence does not count as padding.

    Raises
    ------
    ValueError
        If there are no sequences.

    Examples
    --------
    >>> pad([[5, 6, 7], [8]])[0]
    array([[5, 6, 7],
           [8, 0, 0]])
    """
    if len(batch) == 0:
        raise ValueError("There are no sequences to pad.")
    lengths = np.array([len(sequence) for sequence in batch])
    mask = np.arange(lengths.max()) < lengths[:, None]
    ids = np.zeros(mask.shape, dtype=int)
    ids[mask] = np.concatenate([np.asarray(sequence, dtype=int) for sequence in batch])
    return ids, mask


def batches(*arrays: np.ndarray, size: int, rng: np.random.Generator | None = None) -> Iterator[tuple[np.ndarray, ...]]:
    """Iterate over arrays once, `size` examples at a time; the last batch holds what is left.

    Parameters
    ----------
    *arrays
        Arrays of m examples each.
    size
        Examples per batch.
    rng
        Shuffles the examples, all arrays in the same order. Without it they keep their order.

    Yields
    ------
    tuple of numpy.ndarray
        One slice of each array, of shape (size, ...).

    Raises
    ------
    ValueError
        If the arrays hold different numbers of examples, or the size is below 1.

    Examples
    --------
    >>> x, y = np.arange(5), np.arange(5) ** 2
    >>> for inputs, targets in batches(x, y, size=2):
    ...     print(inputs, targets)
    [0 1] [0 1]
    [2 3] [4 9]
    [4] [16]
    """
    arrays = tuple(np.asarray(array) for array in arrays)
    counts = {len(array) for array in arrays}
    if len(counts) != 1:
        raise ValueError(f"All arrays must hold the same number of examples, not {sorted(counts)}.")
    if size < 1:
        raise ValueError(f"A batch needs at least one example, not {size}.")
    return _batches(arrays, size, rng)


def _batches(arrays, size, rng):
    order = np.arange(len(arrays[0])) if rng is None else rng.permutation(len(arrays[0]))
    for start in range(0, len(order), size):
        yield tuple(array[order[start : start + size]] for array in arrays)


def windows(ids: Sequence[int], T: int) -> tuple[np.ndarray, np.ndarray]:
    """Cut a long sequence into windows; the target of each token is the next token.

    Parameters
    ----------
    ids
        One text. Tokens at its end that do not fill a window are left out.
    T
        Steps per window.

    Returns
    -------
    inputs : numpy.ndarray of int, shape (m, T)
        Consecutive windows from the start of the text, without overlap.
    targets : numpy.ndarray of int, shape (m, T)
        The same, shifted by one: ``targets[i, t]`` follows ``inputs[i, t]`` in the text.

    Raises
    ------
    ValueError
        If T is below 1, or the text is too short for one window and its last target.

    Examples
    --------
    >>> inputs, targets = windows([3, 4, 5, 6, 7, 8], T=2)
    >>> inputs.tolist(), targets.tolist()
    ([[3, 4], [5, 6]], [[4, 5], [6, 7]])
    """
    tokens = np.asarray(ids, dtype=int)
    if T < 1:
        raise ValueError(f"A window needs at least one step, not {T}.")
    if len(tokens) < T + 1:
        raise ValueError(f"A window of {T} steps and its targets need {T + 1} ids; there are {len(tokens)}.")
    used = (len(tokens) - 1) // T * T
    return tokens[:used].reshape(-1, T), tokens[1 : used + 1].reshape(-1, T)
