"""Load data sets by name, the real ones or their samples."""

import numpy as np

from unroll.data import fetching
from unroll.data.datasets import find


def load(name: str):
    """Load a data set, and say in one line what was loaded.

    Parameters
    ----------
    name
        ``names``: a list of distinct strings (the published list repeats 8 % of them, which would leak held-out names
        into training).
        ``shakespeare``: one string.
        ``brown``: a list of sentences, each a list of words.
        ``nottingham``: a list of tunes in ABC notation.
        ``sst2``: splits of ``(sentence, label)``, with label 1 for a positive sentence.
        ``wnut17``, ``wikiann``: splits of ``(words, tags)``, with tags in BIO.
        ``multi30k``: splits of ``(English, French)``.
        ``fsdd``: splits of ``(samples, digit, speaker)``, with float32 samples from -1 to 1 at 8,000 per second.
        ``lee``, ``wikipedia``: a list of texts, each a string. ``analogies``: from a category to rows of four words. ``wordsim353``: a list of
        ``(word, word, score)``. An installed package brings these four along, so they are real without a network too.
        Splits are a dictionary with the keys ``train``, ``dev`` and ``test``.

    Returns
    -------
    list, str or dict
        As listed above. The embedded sample has the same form.

    Raises
    ------
    DataError
        If the name is unknown, the files are damaged, or there is no space for them.
    """
    dataset = find(name)
    try:
        paths = fetching.locate(dataset.files)
    except fetching.Unreachable as reason:
        print(f"{name}: {reason}; using the embedded sample, which is made up.")
        return sample(name)
    print(f"{name}: {dataset.what}")
    return dataset.read(paths)


def sample(name: str):
    """The embedded sample of a data set: the same at every call, without a network.

    It is made up, except where an installed package brings the real data along.

    Parameters
    ----------
    name
        As for `load`.

    Returns
    -------
    list, str or dict
        In the same form as from `load`.

    Raises
    ------
    DataError
        If the name is unknown.

    Examples
    --------
    >>> sample("multi30k")["dev"][0]
    ('a small dog with an umbrella in front of a shop in winter .', 'un petit chien avec un parapluie devant un magasin en hiver .')
    """
    dataset = find(name)
    if dataset.make_up is None:
        return dataset.read(fetching.locate(dataset.files))
    return dataset.make_up(np.random.default_rng(0))
