"""Lecture 12, names."""

import numpy as np

from tests.variants import variant


@variant("share of words that only O gets right")
def _(seen_y):
    """Padding is counted as words that are right."""
    longest = max(map(len, seen_y))
    return np.mean([[tag == "O" for tag in tags] + [True] * (longest - len(tags)) for tags in seen_y])


@variant("F1 with one border wrong")
def _(two_people, one_short, word_accuracy):
    """Words are counted."""
    return word_accuracy(two_people, one_short)


@variant("F1 against seqeval's, largest difference")
def _(theirs, drawn):
    """An I with nothing to continue begins no name."""

    def strict(tags):
        found, opened = [], None
        for place, tag in enumerate([*tags, "O"]):
            mark, _, kind = tag.partition("-")
            if opened and not (mark == "I" and kind == opened[0]):
                found.append((*opened, place))
                opened = None
            if mark == "B":
                opened = (kind, place)
        return found

    true, predicted = ({(n, *span) for n, tags in enumerate(rows) for span in strict(tags)} for rows in drawn[0])
    return abs(2 * len(true & predicted) / (len(true) + len(predicted)) - theirs["f1"][0])


@variant("F1 of the list, seen names")
def _(seen_x, seen_y, look_up, word_accuracy):
    """Words are counted."""
    return word_accuracy(seen_y, list(map(look_up, seen_x)))


@variant("F1 of the list, unseen names")
def _(listed):
    """The names asked for are those of the list."""
    return listed["seen"]


@variant("Keras's loss minus the mean over words")
def _(by_keras, loss):
    """Padding counts."""
    return abs(by_keras - loss.mean())


@variant("F1 of the tagger by words, seen names")
def _(seen_y, guesses, f1):
    """The sentences and the answers are in different orders."""
    return f1(seen_y, guesses["words, seen"][::-1])


@variant("F1 of the tagger by words, unseen names")
def _(by_words):
    """The names asked for are those that were learnt from."""
    return by_words["seen"]


@variant("kinds right where the words after tell, forward")
def _(right_after):
    """The network reads both ways."""
    return right_after["both ways"]


@variant("kinds right where the words after tell, both ways")
def _(right_after):
    """The network reads forward."""
    return right_after["forward"]


@variant("F1 with the form, unseen names")
def _(by_form, forms, unseen_x, unseen_y, best_tags, convert_to_numpy, f1):
    """The forms are those of other sentences."""
    inputs = forms(unseen_x)
    other = {name: ids if name == "words" else np.roll(ids, 1, axis=0) for name, ids in inputs.items()}
    return f1(unseen_y, best_tags(convert_to_numpy(by_form(other)), unseen_x))


@variant("share of the wrong sentences in which nothing tells")
def _(unseen_x):
    """All sentences are counted, wrong or not."""
    return np.mean([x[:3] == ["They", "often", "think"] or "talked" in x for x in unseen_x])


@variant("F1 on unseen names, 100 sentences and frozen vectors")
def _(transferred, vectors, with_vectors, f1, unseen_x, unseen_y):
    """The vectors stand beside other words."""
    layer = transferred.layers[0]
    kept = layer.get_weights()
    layer.set_weights([np.random.default_rng(0).permutation(vectors)])
    score = f1(unseen_y, with_vectors(transferred, unseen_x))
    layer.set_weights(kept)
    return score
