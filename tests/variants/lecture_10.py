"""Lecture 10, embeddings."""

import numpy as np

from tests.variants import variant


@variant("similarity of man and woman, by the table")
def _(table):
    """Rows of the table are compared, not columns."""
    return table[0] @ table[1] / np.linalg.norm(table[0]) / np.linalg.norm(table[1])


@variant("similarity of man and orange, by the table")
def _(e):
    """The product is not divided by the lengths of both."""
    return abs(e["man"]) @ abs(e["orange"])


@variant("similarity of queen to king - man + woman, by the table")
def _(e, sim):
    """Man is added and woman taken away."""
    return sim(e["queen"], e["king"] + e["man"] - e["woman"])


@variant("largest difference between E · o and a column")
def _(E, o_orange):
    """The place counts from 1."""
    return abs(E @ o_orange - E[:, 6257]).max()


@variant("words that one sentence of four words moves")
def _(E_before):
    """Every row gets a gradient, as in a Dense layer that is not fed one-hot vectors."""
    return len(E_before)


@variant("P(juice | a glass of apple)")
def _(seen, of_glasses):
    """Rows of five words are counted."""
    return seen[tuple(of_glasses.encode("a glass of apple juice".split()).tolist())]


@variant("mean similarity of two fruits, before")
def _(alike, fruit_E, fruit):
    """The trained matrix is looked at."""
    return alike(fruit_E, fruit)


@variant("mean similarity of two fruits, after")
def _(alike, fruit_E_before, fruit):
    """The matrix is the one that training started from."""
    return alike(fruit_E_before, fruit)


@variant("man and woman minus man and orange")
def _(e, sim):
    """The hand-made table is asked."""
    return sim(e["man"], e["woman"]) - sim(e["man"], e["orange"])


@variant("all words allowed over three left out")
def _(right):
    """The words of the question are left out both times."""
    return right["three left out"] / right["three left out"]


@variant("right with three left out")
def _(vectors, a, b, c, d, answers, index):
    """The sum has the wrong signs: king + man - woman."""
    return np.mean(answers(vectors[c] + vectors[a] - vectors[b], index[:, :3]) == d)


@variant("answered with a word of the question")
def _(fair, index):
    """The words of the question are left out."""
    return np.mean((fair[:, None] == index[:, :3]).any(axis=1))


@variant("neighbours kept by t-SNE")
def _(kept, of_mapped):
    """The points stay at their random start."""
    return kept(of_mapped, np.random.default_rng(0).normal(size=(len(of_mapped), 2)))


@variant("C over B on the map by t-SNE")
def _(far, cloud_maps):
    """The map is that of PCA."""
    return far(cloud_maps["PCA"])


@variant("C over B by PCA")
def _(far, clouds):
    """Squared distances are compared."""
    return far(clouds) ** 2


@variant("largest projection after neutralising")
def _(vectors, g):
    """The part along g is taken away twice."""
    return abs((vectors - 2 * (vectors @ g)[:, None] * g) @ g).max()


@variant("largest difference between he and she, equalised")
def _(neutral, vectors, row_of):
    """The pair is left as it was."""
    return abs(neutral @ vectors[row_of["he"]] - neutral @ vectors[row_of["she"]]).max()


@variant("spread along the first direction")
def _(spread):
    """Singular values are not squared."""
    return spread[0] / spread.sum()


@variant("side guessed with the gender direction removed")
def _(side_guessed, vectors, g):
    """The entries of each word are mixed up, so that no two words are alike."""
    mixed = np.random.default_rng(0).permuted(vectors, axis=1)
    return side_guessed(mixed, g, set())


@variant("side guessed with a random direction removed, lowest")
def _(side_guessed, vectors, g):
    """The entries of each word are mixed up, so that no two words are alike."""
    mixed = np.random.default_rng(1).permuted(vectors, axis=1)
    return side_guessed(mixed, g, set())


@variant("labelled words, from scratch")
def _(scratch):
    """The words held out are counted."""
    return scratch[2]


@variant("held-out words, from scratch")
def _(frozen):
    """The vectors are given."""
    return frozen[2]


@variant("held-out words, frozen")
def _(scratch):
    """The vectors are random."""
    return scratch[2]


@variant("farthest that tuning moves a held-out word")
def _(moved_by_tuning, in_training):
    """The labelled words are looked at."""
    return moved_by_tuning[in_training].max()


@variant("last letter from the vectors, over always no")
def _(vowel, test):
    """Right answers are compared with those of always saying yes."""
    return (1 - vowel[test].mean()) / vowel[test].mean()


@variant("the same, one-hot and a hidden layer")
def _(without_hidden):
    """There is no hidden layer."""
    return without_hidden["apple"]


@variant("the same, one-hot and a softmax")
def _(with_hidden):
    """There is a hidden layer."""
    return with_hidden["apple"]
