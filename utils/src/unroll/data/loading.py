"""Data sets by name, real or as a sample."""

import numpy as np

from unroll.data import fetching
from unroll.data.registry import find


def load(name: str):
    """A data set, ready for use.

    Parameters
    ----------
    name
        ``names``: a list of distinct strings (the published list repeats 8 % of them, which would carry held-out names
        into training).
        ``shakespeare``: one string.
        ``brown``: a list of sentences, each a list of words.
        ``nottingham``: a list of tunes in ABC notation.
        ``sst2``: splits of ``(sentence, label)``, the label 1 where the sentence praises.
        ``wnut17``, ``wikiann``: splits of ``(words, tags)``, the tags in BIO.
        ``multi30k``: splits of ``(English, French)``.
        ``fsdd``: splits of ``(samples, digit, speaker)``, the samples an array of float32 from -1 to 1, 8,000 a second.
        Splits are a dictionary with the keys ``train``, ``dev`` and ``test``.

    Returns
    -------
    list, str or dict
        As listed above. The embedded sample has the same form.

    Raises
    ------
    DataError
        If the name is unknown, or the files are damaged or find no space.
    """
    dataset = find(name)
    try:
        paths = fetching.locate(dataset.files)
    except fetching.Unreachable as reason:
        print(f"{name}: {reason}; this is the embedded sample, made up by our own code.")
        return sample(name)
    return dataset.read(paths)


def sample(name: str):
    """The embedded sample of a data set: made up by our own code, the same at every call, without network.

    Parameters
    ----------
    name
        As for `load`.

    Returns
    -------
    list, str or dict
        In the form that `load` gives.

    Raises
    ------
    DataError
        If the name is unknown.
    """
    return find(name).make_up(np.random.default_rng(0))
