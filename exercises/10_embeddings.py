"""Exercises of lecture 10: cosines with a vector of zeros, an analogy, and a direction taken out."""

import numpy as np
from autograder.check import Case, Check, close


def matrix(rng, n, V):
    """Columns of very different lengths."""
    return rng.normal(size=(n, V)) * rng.permutation(np.geomspace(0.1, 10, V))


# cosines -----------------------------------------------------------------------------------------------------------
cosines = Check("cosines")
cosines.compare = close()


@cosines.reference
def _(E, v):
    lengths = np.linalg.norm(E, axis=0) * np.linalg.norm(v)
    return E.T @ v / np.where(lengths > 0, lengths, 1)


@cosines.cases
def _(rng):
    def words(n, V, unknown=()):
        E = matrix(rng, n, V)
        E[:, list(unknown)] = 0
        return {"E": E, "v": rng.normal(size=n)}

    yield Case("eight words", basic=True, **words(4, 8))
    yield Case("as many words as features", basic=True, **words(5, 5))
    yield Case("one word", **words(3, 1))
    yield Case("words whose vectors are zeros", **words(4, 7, unknown=rng.permutation(7)[:2]))
    yield Case("v is zeros", E=matrix(rng, 3, 6), v=np.zeros(3))


@cosines.misconception("The product is not divided by the lengths.")
def _(E, v):
    return E.T @ v


@cosines.misconception("The product is not divided by the length of v.")
def _(E, v):
    lengths = np.linalg.norm(E, axis=0)
    return E.T @ v / np.where(lengths > 0, lengths, 1)


@cosines.misconception("A vector of zeros gives nan, where 0 is asked for.")
def _(E, v):
    return E.T @ v / (np.linalg.norm(E, axis=0) * np.linalg.norm(v))


cosines.accept_other_forms()
cosines.equivalent("reference: 1 → 2", reason="0 divided by any length is 0.")


# analogy -----------------------------------------------------------------------------------------------------------
analogy = Check("analogy")
analogy.compare = close()


@analogy.reference
def found(E, a, b, c, count, *, asked=lambda a, b, c: [a, b, c], length=lambda E: np.linalg.norm(E, axis=0), sign=1):
    v = E[:, c] + sign * (E[:, b] - E[:, a])
    order = np.argsort(-(v @ E) / length(E))
    return order[~np.isin(order, asked(a, b, c))][:count]


@analogy.cases
def _(rng):
    def question(V, count, likeness=None):
        E = matrix(rng, 5, V)
        a, b, c = (int(word) for word in rng.choice(V, size=3, replace=False))
        E[:, [a, b, c]] /= np.linalg.norm(E[:, [a, b, c]], axis=0)
        if likeness:
            E[:, b] = E[:, c] + likeness * rng.uniform(-1, 1, size=5)
        return {"E": E, "a": a, "b": b, "c": c, "count": count}

    yield Case("eight answers", basic=True, **question(40, 8))
    yield Case("b and c are alike", basic=True, **question(30, 4, likeness=0.2))
    yield Case("the best answer alone", **question(50, 1))
    yield Case("all other words", **question(8, 5))


analogy.mistakes(
    {
        "The three words of the question are not left out of the answers.": dict(asked=lambda a, b, c: []),
        "Only c is left out of the answers.": dict(asked=lambda a, b, c: [c]),
        "The product is compared, where the cosine should be: long vectors win.": dict(length=lambda E: 1),
        "The step goes from b to a, where it should go from a to b.": dict(sign=-1),
    }
)


@analogy.misconception("The least similar words come first.")
def _(E, a, b, c, count):
    return found(E, a, b, c, E.shape[1])[::-1][:count]


analogy.accept_other_forms()


# without_direction -------------------------------------------------------------------------------------------------
without_direction = Check("without_direction")
without_direction.compare = close()


@without_direction.reference
def _(E, g):
    return E - np.outer(g, g @ E) / (g @ g)


@without_direction.cases
def _(rng):
    def words(n, V, length):
        g = rng.normal(size=n)
        return {"E": rng.normal(size=(n, V)), "g": length * g / np.linalg.norm(g)}

    yield Case("a long direction", basic=True, **words(5, 7, rng.uniform(2, 4)))
    yield Case("a short one", basic=True, **words(4, 6, rng.uniform(0.1, 0.5)))
    yield Case("of length 1", **words(4, 5, 1))
    yield Case("one word", **words(6, 1, rng.uniform(2, 4)))
    yield Case("as many words as features", **words(4, 4, rng.uniform(2, 4)))


@without_direction.misconception("g is taken for a vector of length 1.")
def _(E, g):
    return E - np.outer(g, g @ E)


@without_direction.misconception("The part along g is divided by the length of g, where the length squared is needed.")
def _(E, g):
    return E - np.outer(g, g @ E) / np.linalg.norm(g)


@without_direction.misconception("The part along g is taken away twice: the columns are mirrored.")
def _(E, g):
    return E - 2 * np.outer(g, g @ E) / (g @ g)


@without_direction.misconception("The columns are brought to length 1 afterwards, which is not asked for.")
def _(E, g):
    rest = E - np.outer(g, g @ E) / (g @ g)
    return rest / np.linalg.norm(rest, axis=0)


without_direction.accept_other_forms()
