"""Exercises of lecture 04: the product of the factors, and how far a gradient reaches."""

import numpy as np
from autograder.check import Case, Check, close

# through_steps -----------------------------------------------------------------------------------------------------
through_steps = Check("through_steps")
through_steps.compare = close()


@through_steps.reference
def product(W_aa, a, *, slope=lambda a_t: 1 - a_t**2, scaled=lambda slopes, W: slopes[:, None] * W, first=1, earlier=False):
    total = np.eye(len(W_aa))
    for a_t in a[first:]:
        factor = scaled(slope(a_t), W_aa)
        total = total @ factor if earlier else factor @ total
    return total


@through_steps.cases
def _(rng):
    def network(T, units):
        return {"W_aa": rng.normal(size=(units, units)), "a": rng.uniform(-0.95, 0.95, size=(T, units))}

    yield Case("six states", basic=True, **network(6, 4))
    yield Case("two states, one step", basic=True, **network(2, 3))
    yield Case("one state, no step", **network(1, int(rng.integers(2, 6))))
    yield Case("one unit", **network(5, 1))


through_steps.mistakes(
    {
        "The factors are multiplied in reverse: the latest should stand on the left.": dict(earlier=True),
        "The slopes of tanh are left out.": dict(slope=np.ones_like),
        "The slope of tanh is 1 - a² and not 1 - a.": dict(slope=lambda a_t: 1 - a_t),
        "The slopes scale the columns of W_aa, where they should scale its rows.": dict(scaled=np.multiply),
        "The first state has a factor as well: there is one too many.": dict(first=0),
    }
)

through_steps.accept_other_forms()


# steps_until -------------------------------------------------------------------------------------------------------
steps_until = Check("steps_until")
steps_until.compare = close()


@steps_until.reference
def _(factors, share):
    return np.ceil(np.log(share) / np.log(factors))


@steps_until.cases
def _(rng):
    def factors(low, high, count):
        return rng.uniform(low, high, size=count)

    yield Case("four factors", basic=True, factors=factors(0.6, 0.97, 4), share=rng.uniform(0.001, 0.1))
    yield Case("factors near 1", basic=True, factors=factors(0.98, 0.999, 3), share=rng.uniform(0.1, 0.5))
    yield Case("one step is enough", factors=factors(0.1, 0.3, 2), share=rng.uniform(0.4, 0.8))
    yield Case("all that there was: no step", factors=factors(0.5, 0.9, 2), share=1.0)


@steps_until.misconception("One step too few: more than the share is still left.")
def _(factors, share):
    return np.floor(np.log(share) / np.log(factors))


@steps_until.misconception("What is lost at the first step is lost at every step, where it should be a share of what is left.")
def _(factors, share):
    return np.ceil((1 - share) / (1 - factors))


@steps_until.misconception("The number of steps is not rounded up to a whole one.")
def _(factors, share):
    return np.log(share) / np.log(factors)


steps_until.accept_other_forms()
