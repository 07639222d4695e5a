"""Assignment 02: one step backward, backpropagation through time with a mask and in windows, and the tools around it.

`through_time`, `windowed` and `trained` are written once, with a switch for each mistake that students make; without switches
they are right. The states in a case come from a forward pass, so they are what a network would have seen. Where one exercise
builds on another, it is handed a stand-in for that function: a mistake costs its points once.
"""

import numpy as np
from autograder.check import Case, Check, Requirements, close, overwriting
from autograder.kernels.jail import Limits
from numpy.linalg import norm
from unroll.checks.functions import cubes, damped, squares, turning_backward, turning_step_back, waves

requirements = Requirements(packages=("numpy", "unroll-course"), limits=Limits(seconds=60, cell_seconds=5, memory=512 << 20))

ENDS = np.arange(5) < np.array([[5], [3], [1]])
GAPS = np.array([[1, 0, 0, 1, 1], [1, 1, 0, 1, 0], [0, 1, 1, 0, 1]], bool)


def draw(rng, mask, n_x, n_a, read=None, dtype="float64", order="C"):
    """A batch after its forward pass; the loss reads the state at step `read` only, or at all steps if that is None."""
    (m, T), mask = np.shape(mask), np.array(mask, bool)
    shapes = {"d_states": (m, T, n_a), "x": (m, T, n_x), "a0": (m, n_a), "W_ax": (n_a, n_x), "W_aa": (n_a, n_a)}
    drawn = {name: rng.normal(scale=0.5, size=shape).astype(dtype, order=order) for name, shape in shapes.items()}
    drawn["d_states"][:, np.arange(T) != (np.arange(T) if read is None else read)] = 0
    states = forward(drawn["x"], drawn["a0"], mask, drawn["W_ax"], drawn["W_aa"], rng.normal(scale=0.5, size=n_a))
    return drawn | {"states": states.astype(dtype, order=order), "mask": mask}


def forward(x, a0, mask, W_ax, W_aa, b_a):
    states, a = [], a0
    for t in range(x.shape[1]):
        a = np.where(mask[:, t, None], np.tanh(x[:, t] @ W_ax.T + a @ W_aa.T + b_a), a)
        states.append(a)
    return np.stack(states, axis=1)


def new_check(name, *returns, new=False):
    """A check that accepts a right answer as lists, in float32, and as views with reversed strides."""

    check = Check(name)
    check.compare = close(returns=returns, new=new)
    check.accept_other_forms()
    return check


# rnn_step_backward -------------------------------------------------------------------------------------------------
rnn_step_backward = new_check("rnn_step_backward", "dx", "da", "dW_ax", "dW_aa", "db_a")


@rnn_step_backward.reference
def back_through_tanh(da_next, x, a, a_next, W_ax, W_aa):
    dz = da_next * (1 - a_next**2)
    return dz @ W_ax, dz @ W_aa, dz.T @ x, dz.T @ a, dz.sum(axis=0)


def sloped(slope):
    """A mistake: `slope(a, a_next)` instead of tanh's derivative, 1 - a_next²."""
    return lambda da, x, a, a_next, *weights: back_through_tanh(da * slope(a, a_next), x, a, 0 * a, *weights)


@rnn_step_backward.cases
def _(rng):
    def one(m, **kind):
        batch = draw(rng, np.ones((m, 1)), **kind)
        first = {name: batch[of][:, 0] for name, of in {"da_next": "d_states", "x": "x", "a_next": "states"}.items()}
        return first | {"a": batch["a0"], "W_ax": batch["W_ax"], "W_aa": batch["W_aa"]}

    yield Case("a batch", **one(4, n_x=3, n_a=5), basic=True)
    yield Case("all sizes alike", **one(4, n_x=4, n_a=4))
    yield Case("a batch of one", **one(1, n_x=4, n_a=3))
    yield Case("float32, columns first in memory", **one(3, n_x=5, n_a=4, dtype="float32", order="F"))
    yield Case("called twice", **one(3, n_x=2, n_a=5), calls=2)


def transposed(*inputs):
    dx, da, dW_ax, dW_aa, db_a = back_through_tanh(*inputs)
    return dx, da, dW_ax.T, dW_aa.T, db_a


NO_SLOPE = "The factor 1 - a² is left out: tanh's derivative is missing."
TRANSPOSED = "W_aa is transposed on the way back: forward has a @ W_aa.T, and backward has dz @ W_aa."
NOT_SUMMED = "The gradient of b_a is not summed over the batch."
STEP_MISTAKES = {
    NO_SLOPE: sloped(lambda a, a_next: 1),
    TRANSPOSED: lambda da, x, a, a_next, W_ax, W_aa: back_through_tanh(da, x, a, a_next, W_ax, W_aa.T),
    NOT_SUMMED: lambda da, x, a, a_next, *weights: (*back_through_tanh(da, x, a, a_next, *weights)[:4], da * (1 - a_next**2)),
    "dW and db_a are means over the batch, not sums.": lambda d, *r: (
        *back_through_tanh(d, *r)[:2],
        *back_through_tanh(d / len(d), *r)[2:],
    ),
    "The sigmoid's derivative a (1 - a) is used instead of tanh's.": sloped(lambda a, a_next: a_next * (1 - a_next)),
    "The square is missing: tanh's derivative is 1 - a², not 1 - a.": sloped(lambda a, a_next: 1 - a_next),
    "The derivative 1 - a² is taken at the old state a, not at a_next.": sloped(lambda a, a_next: 1 - a**2),
    "dW_aa is formed with the new state, not the old one.": lambda da, x, a, a_next, *w: back_through_tanh(
        da, x, a_next, a_next, *w
    ),
}
rnn_step_backward.mistakes({
    **STEP_MISTAKES,
    "dW_ax and dW_aa are transposed: a gradient has the shape of its weights.": transposed,
    "The product is computed inside da_next, and the caller's gradient is lost.": overwriting(
        back_through_tanh, "da_next", lambda gradients, da_next, x, a, a_next, *_: da_next * (1 - a_next**2)
    ),
})  # fmt: skip

# rnn_backward ------------------------------------------------------------------------------------------------------
rnn_backward = new_check("rnn_backward", "dx", "da0", "dW_ax", "dW_aa", "db_a")


def shifted(a0, states):
    return np.concatenate([a0[:, None], states[:, :-1]], axis=1)


@rnn_backward.reference
def through_time(
    d_states, x, a0, states, mask, W_ax, W_aa, step_back, *, old=shifted, keep=1, cut=(), order=-1, total=sum, deaf=0, leak=0
):
    """Backpropagation through time. Right as it is; the steps in `cut` give nothing to the step before them."""
    dx, steps, da, before = np.zeros_like(x), [], np.zeros_like(a0), old(a0, states)
    for t in range(x.shape[1])[::order]:
        real = mask[:, t, None]
        da = da + d_states[:, t] * (real | (not deaf))
        dx[:, t], da_real, *of_weights = step_back(da * (real | leak), x[:, t], before[:, t], states[:, t], W_ax, W_aa)
        steps.append(of_weights)
        da = np.where(real, da_real, keep * da)
        da0, da = da, da * (t not in cut)
    return dx, da0, *(total(each) for each in zip(*steps, strict=True))


def batches(rng):
    yield Case("no padding", **draw(rng, np.ones((3, 6)), n_x=2, n_a=4), basic=True, weight=4)
    yield Case("padding at the end", **draw(rng, ENDS, n_x=2, n_a=4), basic=True)
    yield Case("padding in between", **draw(rng, GAPS, n_x=5, n_a=3))
    yield Case("only the last state is read", **draw(rng, ENDS, n_x=2, n_a=4, read=4))
    yield Case("only the second state is read", **draw(rng, np.ones((3, 6)), n_x=4, n_a=3, read=1))
    yield Case("nothing but padding", **draw(rng, [[1, 1, 1], [0, 0, 0]], n_x=4, n_a=5))
    yield Case("all sizes alike", **draw(rng, np.tri(4).T, n_x=4, n_a=4))
    yield Case("a batch of one", **draw(rng, [[1, 1, 0, 0]], n_x=2, n_a=3))
    yield Case("one step", **draw(rng, [[1], [0], [1]], n_x=2, n_a=4))
    yield Case("float32", **draw(rng, ENDS, n_x=5, n_a=4, dtype="float32"))
    yield Case("columns first in memory", **draw(rng, ENDS, n_x=2, n_a=5, order="F"))
    yield Case("called twice", **draw(rng, ENDS, n_x=2, n_a=4), calls=2)


def with_more(case, label="", **inputs):
    more = case.inputs | inputs
    return Case(case.label + label, basic=case.basic, weight=case.weight, calls=case.calls, **more)


@rnn_backward.cases
def _(rng):
    yield from (with_more(case, step_back=turning_step_back) for case in batches(rng))


NO_MASK = "The mask is not used: the gradient treats padded steps as real ones."
rnn_backward.mistakes({
    NO_MASK: dict(mask=np.ones_like),
    "The gradient stops at padded steps, where it should pass unchanged.": dict(keep=0),
    "Padded steps hand their gradient to step_back too, and get a dx and a say in the weights.": dict(leak=1),
    "d_states is dropped at padded steps, but a state that was carried on may be read there.": dict(deaf=1),
    "What comes back from later steps is not added to d_states.": dict(cut=range(99)),
    "The weights' gradients of the steps overwrite each other.": dict(total=lambda steps: steps[-1]),
    "The first step is taken to start from 0, not from a0.": dict(a0=np.zeros_like),
    "At t = 0, states[:, t - 1] is the last state.": dict(old=lambda a0, states: np.roll(states, 1, axis=1)),
    "The state after a step is used as the state before it.": dict(old=lambda a0, states: states),
    "The loop runs forward in time: no loss reaches an earlier step.": dict(order=1),
    "dx is collected from the last step to the first and never reversed.": lambda *i: (
        np.fliplr(through_time(*i)[0]), *through_time(*i)[1:]
    ),
    "What comes back from later steps is added into d_states itself, and the caller's is lost.": overwriting(
        through_time, "d_states", lambda gradients, d_states, *_: 2 * d_states
    ),
    "The step back is that of a plain RNN, where the function step_back that is handed over should be taken.": dict(
        step_back=lambda step_back: back_through_tanh
    ),
})  # fmt: skip


rnn_backward.equivalent("shifted: :-1 → :", reason="The last state has no step after it that would read it.")
rnn_backward.equivalent("through_time: np.zeros_like(x) → np.ones_like(x)", reason="Every number of dx is written over.")


@rnn_backward.alternative("the gradients by the states first, then all steps as one batch")
def _(d_states, x, a0, states, mask, W_ax, W_aa, step_back):
    arriving, da, before = np.zeros(states.shape), np.zeros(a0.shape), shifted(a0, states)
    for t in range(mask.shape[1] - 1, -1, -1):
        da += d_states[:, t]
        real = mask[:, t]
        arriving[real, t] = da[real]
        da[real] = step_back(da[real], x[real, t], before[real, t], states[real, t], W_ax, W_aa)[1]
    rows = [each.reshape(-1, each.shape[2]) for each in (arriving, x, before, states)]
    dx, _, *of_weights = step_back(*rows, W_ax, W_aa)
    return [dx.reshape(x.shape), da, *of_weights]


# truncated_backward ------------------------------------------------------------------------------------------------
truncated_backward = new_check("truncated_backward", "dx", "da0", "dW_ax", "dW_aa", "db_a")


@truncated_backward.reference
def windowed(
    d_states, x, a0, states, mask, W_ax, W_aa, k, backward, *, cuts=range, start=lambda a0, before: before, total=sum, end=0
):
    """Truncated backpropagation; the switches say where windows are cut, from which state they start, and what is kept of each."""
    places = [0, *cuts(k, x.shape[1], k)]
    parts = []
    for first, after in zip(places, [*places[1:], x.shape[1]], strict=True):
        a = start(a0, states[:, first - 1]) if first else a0
        inside = [each[:, first:after] for each in (d_states, x, states, mask)]
        parts.append(backward(inside[0], inside[1], a, inside[2], inside[3], W_ax, W_aa))
    dx, da0, *of_weights = zip(*parts, strict=True)
    return np.concatenate(dx, axis=1), da0[end], *(total(each) for each in of_weights)


@truncated_backward.cases
def _(rng):
    for case, k in zip(batches(rng), (3, 2, 2, 4, 1, 2, 2, 9, 3, 2, 2, 2), strict=True):
        yield with_more(case, f", windows of {k}", k=k, backward=turning_backward)


def without_the_rest(d_states, x, a0, states, mask, W_ax, W_aa, k, backward):
    """A mistake: whole windows only, of which there are T // k."""
    whole = x.shape[1] // k * k
    if not whole:
        return np.zeros_like(x), np.zeros_like(a0), np.zeros_like(W_ax), np.zeros_like(W_aa), np.zeros_like(W_aa[0])
    d_states, x_whole, states, mask = (each[:, :whole] for each in (d_states, x, states, mask))
    dx, *rest = windowed(d_states, x_whole, a0, states, mask, W_ax, W_aa, k, backward)
    return np.concatenate([dx, np.zeros_like(x[:, whole:])], axis=1), *rest


truncated_backward.mistakes({
    "The mask is not handed on: backward is told that all steps are real.": dict(mask=np.ones_like),
    "Nothing is cut: k is never used.": dict(k=lambda k: 99),
    "The windows are counted from the end.": dict(cuts=lambda k, T, _: range((T - 1) % k + 1, T, k)),
    "The cut is one step off, inside the window.": dict(cuts=lambda k, T, _: range(max(k - 1, 1), T, k)),
    "The steps that are left over at the end are left out.": without_the_rest,
    "The state is cut as well: windows start from 0, but only the gradient stops.": dict(
        start=lambda a0, before: np.zeros_like(a0)
    ),
    "Each window starts from a0, not from where the one before it ended.": dict(start=lambda a0, before: a0),
    "The weights' gradients of the windows overwrite each other.": dict(total=lambda each: each[-1]),
    "da0 is that of the last window, where the first starts from a0.": dict(end=-1),
    "The way back is that of a plain RNN, where the function backward that is handed over should be taken.": dict(
        backward=lambda backward: lambda *batch: through_time(*batch, back_through_tanh)
    ),
})  # fmt: skip


# numerical_gradient ------------------------------------------------------------------------------------------------
numerical_gradient = new_check("numerical_gradient")


@numerical_gradient.reference
def difference(f, theta, epsilon, *, above=1, below=1, dtype=float, restore=True):
    theta, result = np.array(theta, dtype), np.empty(theta.shape)
    for i in np.ndindex(theta.shape):
        old, values = theta[i], []
        for move in (above * epsilon, -below * epsilon):
            theta[i] = old + move
            values.append(f(theta))
        result[i] = (values[0] - values[1]) / ((above + below) * epsilon)
        theta[i] = old if restore else theta[i]
    return result


@numerical_gradient.cases
def _(rng):
    def at(f, *shape, low=0.01, dtype="float64", order="C"):
        theta = (2 * rng.normal(size=shape)).astype(dtype, order=order)
        return {"f": f, "theta": theta, "epsilon": float(rng.uniform(low, 2 * low))}

    yield Case("cubes of a vector", **at(cubes, 5), basic=True)
    yield Case("waves of a table", **at(waves, 3, 4), basic=True)
    yield Case("squares", **at(squares, 2, 2, 3))
    yield Case("one number", **at(cubes, 1))
    yield Case("a small epsilon", **at(waves, 4, 2, low=1e-4))
    yield Case("float32", **at(cubes, 3, 2, dtype="float32"))
    yield Case("whole numbers", **at(waves, 12, dtype="int64"))
    yield Case("called twice", **at(waves, 4, 3, order="F"), calls=2)


numerical_gradient.mistakes({
    "The difference is one-sided, f(theta + epsilon) - f(theta), over epsilon.": dict(below=0),
    "The difference is one-sided, f(theta) - f(theta - epsilon), over epsilon.": dict(above=0),
    "The difference is divided by epsilon, where its two sides are 2 epsilon apart.": lambda *i: 2 * difference(*i),
    "Brackets are missing: / 2 * epsilon divides by 2 and multiplies by epsilon.": lambda *i: difference(*i) * i[2] ** 2,
    "The sign is wrong: f(theta - epsilon) is taken first.": lambda *i: -difference(*i),
    "The epsilon that is passed is not used.": dict(epsilon=lambda epsilon: 1e-5),
    "A number is not restored before the next one moves.": dict(restore=False),
    "The copy keeps theta's own type, and epsilon is lost in it.": dict(dtype=None),
    "theta itself is changed, and += and -= do not restore its last bits.": overwriting(
        difference, "theta", lambda gradient, f, theta, epsilon: theta + 1
    ),
    "All numbers of theta move at once.": lambda f, theta, e: np.full(theta.shape, (f(theta + e) - f(theta - e)) / (2 * e)),
    "The result is flat, where it should have theta's shape.": lambda *i: difference(*i).ravel(),
})  # fmt: skip

# gradient_check ----------------------------------------------------------------------------------------------------
gradient_check = new_check("gradient_check")


@gradient_check.reference
def relative(exact, approximate, tiny):
    return norm(exact - approximate) / (norm(exact) + norm(approximate) + tiny)


@gradient_check.cases
def _(rng):
    def pair(*shape, error=1.0, scale=1.0, dtype="float64"):
        exact, other = scale * rng.normal(size=(2, *shape))
        near = exact + error * other
        return {"exact": exact.astype(dtype), "approximate": near.astype(dtype), "tiny": float(rng.uniform(1e-3, 1e-2))}

    yield Case("a matrix, one in ten wrong", **pair(4, 3, error=0.1), basic=True)
    yield Case("a vector, all wrong", **pair(5), basic=True)
    yield Case("nearly the same", **pair(3, 4, error=1e-5))
    yield Case("of opposite sign", **(opposite := pair(2, 5)) | {"approximate": -opposite["exact"]})
    yield Case("close to zero", **pair(4, 2, scale=1e-3))
    yield Case("both zero", **pair(3, 2, scale=0.0))
    yield Case("float32", **pair(4, 3, error=0.5, dtype="float32"))
    yield Case("three axes, called twice", **pair(2, 3, 4), calls=2)


gradient_check.mistakes({
    "tiny is left out, and two gradients of 0 give 0 / 0.": dict(tiny=lambda tiny: 0.0),
    "Brackets are missing: tiny is added to the quotient.": lambda e, a, tiny: relative(e, a, 0) + tiny,
    "The difference is absolute: it is not divided by the norms.": lambda e, a, tiny: norm(e - a),
    "The norms are compared, not the gradients.": lambda e, a, tiny: abs(norm(e) - norm(a)) / (norm(e) + norm(a) + tiny),
    "The difference is divided by the norm of the sum.": lambda e, a, tiny: norm(e - a) / (norm(e + a) + tiny),
    "The difference is divided by the norm of the exact gradient only.": lambda e, a, tiny: norm(e - a) / (norm(e) + tiny),
    "The square root is missing.": lambda e, a, tiny: norm(e - a) ** 2 / (norm(e) ** 2 + norm(a) ** 2 + tiny),
    "Numbers are compared one by one and averaged.": lambda e, a, tiny: np.mean(abs(e - a) / (abs(e) + abs(a) + tiny)),
})  # fmt: skip

# clip_by_value, clip_by_norm ---------------------------------------------------------------------------------------
clip_by_value, clip_by_norm = new_check("clip_by_value", new=True), new_check("clip_by_norm", new=True)


@clip_by_value.reference
def clipped(gradients, limit):
    return [np.clip(gradient, -limit, limit) for gradient in gradients]


def length(arrays):
    return np.sqrt(sum(np.sum(np.square(array, dtype=float)) for array in arrays))


@clip_by_norm.reference
def scaled(gradients, limit, *, length=length):
    return [gradient * (limit / max(limit, length(gradients))) for gradient in gradients]


@clip_by_value.cases
@clip_by_norm.cases
def _(rng):
    def some(*shapes, low, high, scale=1.0, dtype="float64", order="C"):
        arrays = [(scale * rng.normal(size=shape)).astype(dtype, order=order) for shape in shapes]
        return {"gradients": arrays, "limit": float(rng.uniform(low, high))}

    three = ((5, 3), (5, 5), (5,))
    yield Case("three gradients, too large", **some(*three, low=0.5, high=0.9), basic=True)
    yield Case("three gradients, small", **some(*three, low=20, high=30))
    yield Case("small numbers, a large norm", **some(*three, low=4.0, high=4.1))
    yield Case("of unlike sizes", **some((8,), (1,), (2, 2, 3), low=0.5, high=0.9))
    yield Case("all zero", **some(*three, low=1, high=2, scale=0))
    yield Case("float32", **some(*three, low=0.5, high=0.9, dtype="float32", order="F"))
    yield Case("one gradient, called twice", **some((3, 4), low=0.5, high=0.9), calls=2)


def in_place(clip):
    """A mistake: the caller's own arrays are written over."""

    def mistake(gradients, limit):
        for gradient, new in zip(gradients, clip(gradients, limit), strict=True):
            gradient[...] = new
        return gradients

    return mistake


NOT_NEW = "A gradient that is small enough is returned as it came: the list is new, but its arrays are the caller's own."
clip_by_value.mistakes({
    "Numbers below -limit are left as they are.": lambda arrays, limit: [np.minimum(g, limit) for g in arrays],
    "The lower limit is 0, where it should be -limit.": lambda arrays, limit: [np.clip(g, 0, limit) for g in arrays],
    "Numbers beyond the limit become 0, not the limit.": lambda arrays, limit: [g * (abs(g) <= limit) for g in arrays],
    "Each gradient is divided by its largest number.": lambda arrays, limit: [g * limit / abs(g).max() for g in arrays],
    "All gradients are scaled, as clipping by norm does.": scaled,
    "The numbers are clipped inside the caller's own arrays.": in_place(clipped),
    NOT_NEW: lambda arrays, limit: [g if abs(g).max() <= limit else np.clip(g, -limit, limit) for g in arrays],
})  # fmt: skip

clip_by_norm.mistakes({
    "Each gradient has a norm of its own, not one for all.": lambda arrays, limit: [scaled([g], limit)[0] for g in arrays],
    "Small gradients are scaled up to the limit.": lambda arrays, limit: [g * limit / length(arrays) for g in arrays],
    "Each number is clipped, as clipping by value does.": clipped,
    "No root is taken: the squared norm is compared.": dict(length=lambda arrays: length(arrays) ** 2),
    "The norms are added up, not their squares.": dict(length=lambda arrays: sum(norm(g.ravel()) for g in arrays)),
    "Gradients are scaled to a norm of 1, not of limit.": lambda g, limit: scaled(g, 1.0) if length(g) > limit else g,
    "The gradients are scaled inside the caller's own arrays.": in_place(scaled),
    NOT_NEW: lambda arrays, limit: scaled(arrays, limit) if length(arrays) > limit else list(arrays),
})  # fmt: skip

clip_by_value.equivalent(
    "clipped: np.clip(gradient, -limit, limit) → np.clip(-limit, gradient, limit)",
    reason="Of the three the one in the middle is taken, in whichever order they stand.",
)
ORDER = "scaled: max(limit, length(gradients)) → max(length(gradients), limit)"
DOUBLE = "length: np.square(array, dtype=float) → np.square(array)"
clip_by_norm.equivalent(ORDER, reason="The larger of two numbers does not depend on their order.")
clip_by_norm.equivalent(DOUBLE, reason="The squares of float32 fit into float32, and are as exact as the gradients.")

# train_step --------------------------------------------------------------------------------------------------------
train_step = new_check("train_step", "W_ax", "W_aa", "W_ya", "b_a", "b_y", "loss")


@train_step.reference
def trained(characters, mask, W_ax, W_aa, W_ya, b_a, b_y, learning_rate, limit, backward, clip, *, label=1, count=np.sum, sign=-1,
            shift=np.max):  # fmt: skip
    one_hot, a0 = np.eye(len(b_y))[characters], np.zeros((len(mask), len(b_a)))
    x, y = one_hot[:, :-1], one_hot[:, label:][:, : mask.shape[1]]
    states = forward(x, a0, mask, W_ax, W_aa, b_a)
    scores = states @ W_ya.T + b_y
    powers = np.exp(scores - shift(scores, axis=-1, keepdims=True))
    y_hat = powers / powers.sum(axis=-1, keepdims=True)
    dz = (y_hat - y) * mask[:, :, None] / count(mask)
    _, _, dW_ax, dW_aa, db_a = backward(dz @ W_ya, x, a0, states, mask, W_ax, W_aa)
    gradients = clip([dW_ax, dW_aa, np.einsum("mty,mta->ya", dz, states), db_a, dz.sum(axis=(0, 1))], limit)
    new = [old + sign * learning_rate * gradient for old, gradient in zip((W_ax, W_aa, W_ya, b_a, b_y), gradients, strict=True)]
    return *new, -np.sum(np.log(y_hat) * y * mask[:, :, None]) / mask.sum()


@train_step.cases
def _(rng):
    def words(mask, n_a, n_y, limit, dtype="float64", order="C"):
        shapes = {"W_ax": (n_a, n_y), "W_aa": (n_a, n_a), "W_ya": (n_y, n_a), "b_a": n_a, "b_y": n_y}
        inputs = {name: rng.normal(scale=0.5, size=shape).astype(dtype, order=order) for name, shape in shapes.items()}
        inputs |= {"characters": rng.integers(n_y, size=np.add(np.shape(mask), (0, 1))), "mask": np.array(mask, bool)}
        inputs |= {"learning_rate": float(rng.uniform(0.1, 0.3)), "limit": limit * float(rng.uniform(1, 2))}
        return inputs | {"backward": turning_backward, "clip": damped}

    yield Case("no padding", **words(np.ones((3, 6)), 4, 6, 50), basic=True, weight=2)
    yield Case("padding at the end, a low limit", **words(ENDS, 4, 6, 0.05), basic=True, weight=2)
    yield Case("padding in between", **words(GAPS, 5, 3, 50))
    yield Case("all sizes alike", **words(np.tri(4), 4, 4, 0.05))
    far = words(GAPS, 3, 5, 50)
    yield Case("scores near 1000", **far | {"b_y": far["b_y"] + 1000})
    far = words(GAPS, 3, 5, 50)
    yield Case("scores of some steps far below others", **far | {"W_ya": far["W_ya"] + 3000})
    yield Case("a batch of one", **words([[1, 1, 1, 0]], 3, 5, 0.05))
    yield Case("one step", **words([[1], [0], [1]], 4, 5, 50))
    yield Case("float32", **words(ENDS, 4, 6, 0.05, dtype="float32", order="F"))
    yield Case("called twice", **words(ENDS, 4, 6, 0.05), calls=2)


def before_clipping(rate, clip):
    """A mistake: the gradients are multiplied by `rate` before `clip` sees them, and not after it."""
    return lambda gradients, limit: [each / rate for each in clip([rate * each for each in gradients], limit)]


train_step.mistakes({
    "The gradient is added instead of subtracted: the loss climbs.": dict(sign=1),
    "The mask is not used: padded steps count.": dict(mask=np.ones_like),
    "The gradients are not clipped.": dict(clip=lambda clip: lambda gradients, limit: gradients),
    "Each gradient is clipped by itself.": dict(clip=lambda clip: lambda arrays, limit: [clip([g], limit)[0] for g in arrays]),
    "The clipping is that by norm, where the function clip that is handed over should be taken.": dict(clip=lambda clip: scaled),
    "The way back is that of a plain RNN, where the function backward that is handed over should be taken.": dict(
        backward=lambda backward: lambda *batch: through_time(*batch, back_through_tanh)
    ),
    "The learning rate is multiplied in before the gradients are clipped.": lambda *i: trained(
        *i[:10], before_clipping(i[7], i[10])
    ),
    "The gradients are those of the summed loss, not of the mean.": dict(count=lambda mask: 1),
    "The gradients are divided by the number of sentences, not of real steps.": dict(count=len),
    "The gradients are divided by m T, including padded steps.": dict(count=np.size),
    "The labels are the inputs: each character should predict the next one.": dict(label=0),
    "The exponentials of the softmax overflow: exp(1000) is inf, and inf / inf is not a number.": dict(
        shift=lambda scores, **_: 0
    ),
    "The largest score of the whole batch is subtracted, and the exponentials of a step far below it are all 0.": dict(
        shift=lambda scores, **_: scores.max()
    ),
    "The loss is that after the update.": lambda *i: (*trained(*i)[:5], trained(*i[:2], *trained(*i)[:5], *i[7:])[5]),
    "The biases are not updated.": lambda *i: (*trained(*i)[:3], *i[5:7], trained(*i)[5]),
    "W_aa is updated inside the caller's own array.": overwriting(trained, "W_aa", lambda new, *_: new[1]),
})  # fmt: skip
train_step.equivalent(
    "trained: :mask.shape[1] → :",
    reason="There is one character more than steps.",
)
