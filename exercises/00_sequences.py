"""Exercises of lecture 00: how large two networks are, and what the standard one is given to read."""

import numpy as np
from autograder.check import Case, Check, close

# network_sizes -----------------------------------------------------------------------------------------------------
network_sizes = Check("network_sizes")
network_sizes.compare = close(returns=("standard", "recurrent"))


@network_sizes.reference
def sizes(T, V, units, stars, *, positions=lambda T: T, state=1, bias=1):
    answer = stars * (units + bias)
    return units * (positions(T) * V + bias) + answer, units * (V + state * units + bias) + answer


@network_sizes.cases
def _(rng):
    def network(T, stars):
        return {"T": T, "V": int(rng.integers(50, 3000)), "units": int(rng.integers(3, 60)), "stars": stars}

    yield Case("a review", basic=True, **network(int(rng.integers(5, 40)), int(rng.integers(2, 7))))
    yield Case("five stars", basic=True, **network(int(rng.integers(5, 40)), 5))
    yield Case("one word", **network(1, 5))
    yield Case("one number in place of stars", **network(int(rng.integers(5, 40)), 1))


network_sizes.mistakes(
    {
        "The standard network has the same weights at every position: T is not used.": dict(positions=lambda T: 1),
        "The recurrent network has no weights from state to state.": dict(state=0),
        "The biases are not counted.": dict(bias=0),
    }
)


@network_sizes.misconception("The recurrent network has weights of its own for each word.")
def _(T, V, units, stars):
    return sizes(T, V, units, stars)[0], T * units * (V + units + 1) + stars * (units + 1)


@network_sizes.misconception("There is an answer at every word, where one at the end is asked for.")
def _(T, V, units, stars):
    return units * (T * V + 1) + T * stars * (units + 1), sizes(T, V, units, stars)[1]


network_sizes.accept_other_forms()


# end_to_end --------------------------------------------------------------------------------------------------------
end_to_end = Check("end_to_end")
end_to_end.compare = close()


@end_to_end.reference
def _(ids, T, V):
    x = np.zeros(T * V)
    for t, number in enumerate(ids[:T]):
        x[t * V + number] = 1
    return x


@end_to_end.cases
def _(rng):
    def sentence(words, T):
        V = int(rng.integers(6, 12))
        return {"ids": rng.integers(V, size=words), "T": T, "V": V}

    yield Case("as many words as positions", basic=True, **sentence(5, 5))
    yield Case("fewer words", basic=True, **sentence(3, 6))
    yield Case("more words", **sentence(7, 4))
    yield Case("one word", **sentence(1, 5))
    yield Case("one position", **sentence(3, 1))


@end_to_end.misconception("Entry t of word 0 comes before entry t of word 1: the vectors are interleaved, not laid end to end.")
def _(ids, T, V):
    x = np.zeros((V, T))
    x[ids[:T], np.arange(len(ids[:T]))] = 1
    return x.reshape(-1)


@end_to_end.misconception("A short sentence is filled up at the front.")
def _(ids, T, V):
    x = np.zeros((T, V))
    x[np.arange(T - len(ids[:T]), T), ids[:T]] = 1
    return x.reshape(-1)


@end_to_end.misconception("A long sentence loses its first words, where it should lose its last ones.")
def _(ids, T, V):
    x = np.zeros((T, V))
    x[np.arange(len(ids[-T:])), ids[-T:]] = 1
    return x.reshape(-1)


end_to_end.accept_other_forms()
