"""Lecture 16, captioning."""

import numpy as np

from tests.variants import variant


@variant("convolution by hand against Keras's, largest difference")
def _(by_keras, convolve, x, w):
    """The filter is turned round."""
    return abs(by_keras - convolve(x, w[::-1, ::-1])).max()


@variant("pixels that one place of the grid depends on")
def _(eye, changed, image):
    """The place is in a corner."""
    at_corner = [np.asarray(eye(pictures))[:, 0, 0] for pictures in (changed, image)]
    return (abs(at_corner[0] - at_corner[1]).max(axis=-1) > 1e-6).sum()


@variant("exact match on seen captions, each word given the right ones")
def _(right, model, x_of, y_in_of, y_of):
    """The pictures are those of other captions."""
    return right(model, np.roll(x_of["seen"], 1, axis=0), y_in_of["seen"], y_of["seen"]).all(axis=1).mean()


@variant("captions that only one of the two ways gets right")
def _(right, model, x_of, y_of, exact):
    """The decoder reads the words that it has to write, without the shift."""
    return (exact["seen"] != right(model, x_of["seen"], y_of["seen"], y_of["seen"]).all(axis=1)).sum()


@variant("exact match, seen")
def _(written, trials):
    """The captions are compared with those of other pictures."""
    return np.mean(np.roll(written["seen"], 1) == np.array(trials["seen"][0]))


@variant("exact match, new sentences")
def _(written, trials):
    """The captions are compared with those of other pictures."""
    return np.mean(np.roll(written["new sentence"], 1) == np.array(trials["new sentence"][0]))


@variant("exact match, new kinds")
def _(right, model, x_of, y_in_of, y_of):
    """Words are counted, not captions."""
    return right(model, x_of["new kind"], y_in_of["new kind"], y_of["new kind"])[y_of["new kind"] > 0].mean()


@variant("new kinds alone: colour or shape right, not both")
def _(right_words):
    """Both have to be right."""
    return np.mean(right_words == 2)


@variant("weight on the first group while its colour is written")
def _(on):
    """The decoder looks at all places alike."""
    return on[1, "colour"][1]


@variant("weight on the first group while its shape is written")
def _(on):
    """The decoder looks at all places alike."""
    return on[1, "shape"][1]


@variant("counts right with all of another picture")
def _(by_way):
    """Start and grid are the picture's own."""
    return by_way["its own"]["count"]


@variant("colours right with another picture's grid")
def _(by_way):
    """The grid is the picture's own."""
    return by_way["its own"]["colour"]


@variant("BLEU of the caption with a wrong colour")
def _():
    """The precisions are averaged without the logarithm."""
    return 100 * np.mean([6 / 7, 4 / 6, 3 / 5, 2 / 4])


@variant("BLEU of the right caption in other words")
def _(bleu, reference):
    """There is no smoothing."""
    return bleu.corpus_bleu(["a blue square below two red circles".split()], [[reference.split()]]).score


@variant("BLEU of the network on seen captions")
def _(scores_of):
    """The captions are those of other pictures."""
    return scores_of["other pictures"][0]


@variant("BLEU of captions of other pictures")
def _(scores_of):
    """The captions are those of the pictures themselves."""
    return scores_of["the network"][0]


@variant("BLEU on new kinds")
def _(bleu, written, trials):
    """The captions are those of other pictures."""
    candidates = [text.split() for text in np.roll(written["new kind"], 1)]
    return bleu.corpus_bleu(candidates, [[text.split()] for text in trials["new kind"][0]]).score
