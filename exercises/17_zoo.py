"""Exercises of lecture 17: a recording in pieces, and a recurrence whose gate does not see the state."""

import numpy as np
from autograder.check import Case, Check, close

# pieces ------------------------------------------------------------------------------------------------------------
pieces = Check("pieces")
pieces.compare = close()


@pieces.reference
def _(sound, width, hop):
    count = (len(sound) - width) // hop + 1
    found = np.empty((count, width))
    for t in range(count):
        found[t] = sound[t * hop : t * hop + width]
    return found


@pieces.cases
def _(rng):
    def recording(samples, width, hop):
        return {"sound": rng.normal(size=samples), "width": width, "hop": hop}

    yield Case("pieces that overlap", basic=True, **recording(20, 8, 4))
    yield Case("a rest that is no whole piece", basic=True, **recording(25, 8, 3))
    yield Case("one piece", **recording(6, 6, 3))
    yield Case("gaps between pieces", **recording(22, 3, 5))
    yield Case("end to end", **recording(12, 4, 4))


def cut(sound, width, hop, starts):
    return np.array([sound[start : start + width] for start in starts]).reshape(-1, width)


@pieces.misconception("The last piece is left out although it is full.")
def _(sound, width, hop):
    return cut(sound, width, hop, range(0, len(sound) - width, hop))


@pieces.misconception("A piece at the end that is not full is kept, filled up with zeros.")
def _(sound, width, hop):
    return cut(np.append(sound, np.zeros(width)), width, hop, range(0, len(sound), hop))


@pieces.misconception("Each piece begins where the last one ends: hop is not used.")
def _(sound, width, hop):
    return cut(sound, width, hop, range(0, len(sound) - width + 1, width))


@pieces.misconception("The pieces are faded in and out, which was not asked for.")
def _(sound, width, hop):
    return cut(sound, width, hop, range(0, len(sound) - width + 1, hop)) * np.hanning(width)


@pieces.misconception("A piece begins at every sample: hop is taken for 1.")
def _(sound, width, hop):
    return cut(sound, width, hop, range(0, len(sound) - width + 1))


pieces.accept_other_forms()


# selective_states --------------------------------------------------------------------------------------------------
selective_states = Check("selective_states")
selective_states.compare = close()


@selective_states.reference
def states(x, decay, *, share=lambda decay: 1 - decay):
    a = 0.0
    found = np.empty(x.shape)
    for t in range(len(x)):
        a = decay[t] * a + share(decay[t]) * x[t]
        found[t] = a
    return found


@selective_states.cases
def _(rng):
    def steps(T, n):
        return {"x": rng.normal(size=(T, n)), "decay": rng.uniform(0.1, 0.95, size=(T, n))}

    yield Case("six steps", basic=True, **steps(6, 4))
    yield Case("thirty steps", basic=True, **steps(30, 3))
    yield Case("one step", **steps(1, 5))
    yield Case("one unit", **steps(8, 1))
    yield Case("called twice", calls=2, **steps(5, 3))


selective_states.mistakes(
    {
        "The input is not weighted by 1 - decay.": dict(share=np.ones_like),
        "The input is weighted by the decay itself.": dict(share=lambda decay: decay),
    }
)


@selective_states.misconception("The weights are exchanged: decay weighs the input and 1 - decay the old state.")
def _(x, decay):
    return states(x, 1 - decay)


@selective_states.misconception("It starts from the first input, where it should start from 0.")
def _(x, decay):
    found = [x[0]]
    for x_t, decay_t in zip(x[1:], decay[1:], strict=True):
        found.append(decay_t * found[-1] + (1 - decay_t) * x_t)
    return np.array(found)


@selective_states.misconception("Every step uses the decays of the first one.")
def _(x, decay):
    return states(x, np.broadcast_to(decay[0], decay.shape))


@selective_states.misconception("Only the last state is returned.")
def _(x, decay):
    return states(x, decay)[-1]


selective_states.accept_other_forms()
