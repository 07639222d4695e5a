"""Assignment 01: softmax, one RNN step, its concatenated form, a padded batch of sentences, the loss over time.

Sizes differ where possible, so that a swapped axis shows in the shape. Where a matrix could be transposed or swapped, one
case has equal sizes, so that it shows in the numbers too. Where one exercise builds on another, it is handed a stand-in for
that function: a mistake costs its points once.
"""

import inspect
import math

import numpy as np
from autograder.check import Case, Check, Requirements, changed, close, overwriting
from autograder.kernels.jail import Limits
from unroll.checks.functions import plain_shares, squared_shares, turning_step

requirements = Requirements(packages=("numpy", "unroll-course"), limits=Limits(seconds=60, cell_seconds=5, memory=512 << 20))


def draw(rng, function, batch, n_x, n_a, n_y=1, dtype="float64", order="C", squash=squared_shares):
    """Inputs for `function`, in the lecture's notation; `batch` is (m,) for one step, (m, T) for sentences."""
    shapes = {"x": (*batch, n_x), "a": (batch[0], n_a), "a0": (batch[0], n_a), "b_a": (n_a,), "b_y": (n_y,)}
    shapes |= {"W_ax": (n_a, n_x), "W_aa": (n_a, n_a), "W_ya": (n_y, n_a), "W_a": (n_a, n_a + n_x)}
    wanted = {name: shapes[name] for name in inspect.signature(function).parameters if name in shapes}
    drawn = {name: rng.normal(scale=0.5, size=shape).astype(dtype, order=order) for name, shape in wanted.items()}
    stand_ins = {"step": turning_step, "squash": squash}
    return drawn | {name: each for name, each in stand_ins.items() if name in inspect.signature(function).parameters}


# softmax -----------------------------------------------------------------------------------------------------------
softmax = Check("softmax")
softmax.compare = close()


def softmax_over(z, axis):
    exponentials = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return exponentials / np.sum(exponentials, axis=axis, keepdims=True)


@softmax.reference
def probabilities(z):
    return softmax_over(z, axis=-1)


@softmax.cases
def _(rng):
    yield Case("a table", z=rng.normal(size=(4, 6)), basic=True)
    yield Case("a square table", z=rng.normal(size=(5, 5)))
    yield Case("one row", z=rng.normal(size=(1, 5)))
    yield Case("one vector", z=rng.normal(size=7))
    yield Case("a batch of sentences", z=rng.normal(size=(2, 3, 4)))
    yield Case("scores near 1000", weight=2, z=1000 + rng.normal(size=(3, 5)))
    yield Case("rows far apart", weight=2, z=rng.normal(size=(3, 4)) + np.array([[1000], [0], [-1000]]))
    yield Case(
        "one score far above the others", weight=2, z=rng.permuted(rng.normal(size=(3, 4)) + 2000 * np.eye(4)[3], axis=1)
    )
    yield Case("whole numbers", z=rng.integers(-3, 4, size=(3, 4)) + np.eye(3, 4, dtype=int))
    yield Case("float32", z=rng.normal(size=(3, 4)).astype("float32"))
    yield Case("columns first in memory", z=np.asfortranarray(rng.normal(size=(4, 3, 5))))
    yield Case("called twice", z=rng.normal(size=(3, 4)), calls=2)


softmax.misconception("The sum runs over the first axis: columns add up to 1, not rows.")(lambda z: softmax_over(z, axis=0))
softmax.misconception("The sum runs over axis 1, which is the last one only in a table.")(lambda z: softmax_over(z, axis=1))
softmax.misconception("The sum runs over the whole array, not over each row.")(lambda z: softmax_over(z, axis=None))
softmax.misconception("The sums lose their axis (keepdims=True is missing), so that they divide columns, not rows.")(
    lambda z: np.exp(z) / np.sum(np.exp(z), axis=-1)
)
softmax.misconception("The exponentials overflow: exp(1000) is inf, and inf / inf is not a number.")(
    lambda z: np.exp(z) / np.sum(np.exp(z), axis=-1, keepdims=True)
)
softmax.misconception("The largest number of the whole array is subtracted, and a row far below it becomes 0 / 0.")(
    lambda z: np.exp(z - z.max()) / np.sum(np.exp(z - z.max()), axis=-1, keepdims=True)
)
softmax.misconception(
    "The smallest number or the mean of each row is subtracted, and the exponential of a number far above it still overflows."
)(lambda z: np.exp(z - z.min(axis=-1, keepdims=True)) / np.exp(z - z.min(axis=-1, keepdims=True)).sum(axis=-1, keepdims=True))
softmax.misconception(
    "The result is collected in zeros_like(z), which truncates probabilities to whole numbers if z is whole."
)(lambda z: probabilities(z).astype(z.dtype))


@softmax.misconception("z itself is overwritten, so that a second call starts from different numbers.")
def _(z):
    np.exp(z - np.max(z, axis=-1, keepdims=True), out=z)
    z /= np.sum(z, axis=-1, keepdims=True)
    return z


@softmax.alternative("numbers one by one")
def one_by_one(z):
    if z.ndim > 1:
        return [one_by_one(row) for row in z]
    exponentials = [math.exp(number - max(z)) for number in z]
    return [number / sum(exponentials) for number in exponentials]


softmax.accept_other_forms()

# rnn_step ----------------------------------------------------------------------------------------------------------
rnn_step = Check("rnn_step")
rnn_step.compare = close(returns=("a_next", "y_hat"))


@rnn_step.reference
def step(x, a, W_ax, W_aa, W_ya, b_a, b_y, squash):
    a_next = np.tanh(x @ W_ax.T + a @ W_aa.T + b_a)
    return a_next, squash(a_next @ W_ya.T + b_y)


@rnn_step.cases
def _(rng):
    yield Case("a batch", **draw(rng, step, (4,), n_x=3, n_a=5, n_y=2), basic=True)
    yield Case("all sizes alike", **draw(rng, step, (4,), n_x=4, n_a=4, n_y=4, squash=plain_shares))
    yield Case("the state is 0", **draw(rng, step, (3,), n_x=2, n_a=4, n_y=5) | {"a": np.zeros((3, 4))})
    yield Case("a batch of one", **draw(rng, step, (1,), n_x=4, n_a=3, n_y=5))
    yield Case("float32", **draw(rng, step, (3,), n_x=5, n_a=4, n_y=2, dtype="float32"))
    yield Case("columns first in memory", **draw(rng, step, (3,), n_x=5, n_a=2, n_y=4, order="F"))
    yield Case("called twice", **draw(rng, step, (3,), n_x=2, n_a=5, n_y=4), calls=2)


rnn_step.misconception("The bias b_a is never added.")(changed(step, b_a=np.zeros_like))
rnn_step.misconception("The bias b_y is never added.")(changed(step, b_y=np.zeros_like))
rnn_step.misconception("Neither bias is ever added.")(changed(step, b_a=np.zeros_like, b_y=np.zeros_like))
rnn_step.misconception("W_aa is not transposed (a @ W_aa instead of a @ W_aa.T).")(changed(step, W_aa=np.transpose))
rnn_step.misconception("W_ax is not transposed (x @ W_ax instead of x @ W_ax.T).")(changed(step, W_ax=np.transpose))
rnn_step.misconception("W_ax and W_aa are swapped: W_ax belongs to the input x, W_aa to the state a.")(
    lambda x, a, W_ax, W_aa, *rest: step(x, a, W_aa, W_ax, *rest)
)
rnn_step.misconception("y_hat is computed from the old state, not from the new one.")(
    lambda x, a, *rest: (step(x, a, *rest)[0], rest[-1](a @ rest[2].T + rest[4]))
)
rnn_step.misconception("The new state is written into a itself, and the caller's state is lost.")(
    overwriting(step, "a", lambda result, *inputs: result[0])
)
rnn_step.misconception("The two results are swapped: the state comes first.")(lambda *inputs: step(*inputs)[::-1])


@rnn_step.misconception("A sigmoid is used instead of tanh.")
def _(x, a, W_ax, W_aa, W_ya, b_a, b_y, squash):
    a_next = 1 / (1 + np.exp(-(x @ W_ax.T + a @ W_aa.T + b_a)))
    return a_next, squash(a_next @ W_ya.T + b_y)


rnn_step.misconception("squash is left out, and y_hat holds scores instead of probabilities.")(
    changed(step, squash=lambda squash: lambda scores: scores)
)
rnn_step.misconception("squash reads the scores transposed: it divides each class by its sum over the batch.")(
    changed(step, squash=lambda squash: lambda scores: squash(scores.T).T)
)
rnn_step.misconception("A softmax is used, where the function squash that is handed over should be.")(
    changed(step, squash=lambda squash: probabilities)
)


@rnn_step.alternative("columns, turned round at the end")
def _(x, a, W_ax, W_aa, W_ya, b_a, b_y, squash):
    a_next = np.tanh(np.dot(W_aa, a.T) + np.dot(W_ax, x.T) + b_a.reshape(-1, 1))
    return [a_next.T, squash((np.dot(W_ya, a_next) + b_y.reshape(-1, 1)).T)]


rnn_step.accept_other_forms()

# rnn_step_concat ---------------------------------------------------------------------------------------------------
rnn_step_concat = Check("rnn_step_concat")
rnn_step_concat.compare = close()


@rnn_step_concat.reference
def step_concat(x, a, W_a, b_a):
    return np.tanh(np.concatenate([a, x], axis=1) @ W_a.T + b_a)


@rnn_step_concat.cases
def _(rng):
    yield Case("a batch", **draw(rng, step_concat, (4,), n_x=3, n_a=5), basic=True)
    yield Case("all sizes alike", **draw(rng, step_concat, (4,), n_x=4, n_a=4))
    yield Case("more inputs than units", **draw(rng, step_concat, (3,), n_x=7, n_a=2))
    yield Case("a batch of one", **draw(rng, step_concat, (1,), n_x=2, n_a=3))
    yield Case("float32", **draw(rng, step_concat, (3,), n_x=2, n_a=4, dtype="float32"))
    yield Case("columns first in memory", **draw(rng, step_concat, (3,), n_x=5, n_a=2, order="F"))
    yield Case("called twice", **draw(rng, step_concat, (3,), n_x=2, n_a=5), calls=2)


rnn_step_concat.misconception("The bias b_a is never added.")(changed(step_concat, b_a=np.zeros_like))
rnn_step_concat.misconception("The tanh is left out.")(lambda x, a, W_a, b_a: np.hstack([a, x]) @ W_a.T + b_a)
rnn_step_concat.misconception("x and a are joined in the wrong order: W_a = [W_aa | W_ax] asks for [a, x].")(
    lambda x, a, W_a, b_a: np.tanh(np.concatenate([x, a], axis=1) @ W_a.T + b_a)
)
rnn_step_concat.misconception("a and x are joined along the batch, as np.concatenate does without axis=1.")(
    lambda x, a, W_a, b_a: np.tanh(np.concatenate([a, x]) @ W_a.T + b_a)
)
rnn_step_concat.misconception("W_a is not transposed ([a, x] @ W_a instead of [a, x] @ W_a.T).")(
    lambda x, a, W_a, b_a: np.tanh(np.concatenate([a, x], axis=1) @ W_a + b_a)
)
rnn_step_concat.misconception("W_aa is cut out of W_a, but not transposed (a @ W_aa instead of a @ W_aa.T).")(
    lambda x, a, W_a, b_a: np.tanh(a @ W_a[:, : a.shape[1]] + x @ W_a[:, a.shape[1] :].T + b_a)
)
rnn_step_concat.misconception("The new state is written into a itself, and the caller's state is lost.")(
    overwriting(step_concat, "a", lambda result, *inputs: result)
)
rnn_step_concat.alternative("W_a taken apart again")(
    lambda x, a, W_a, b_a: np.tanh(np.einsum("ij,mj->mi", W_a[:, : a.shape[1]], a) + x @ W_a[:, a.shape[1] :].T + b_a)
)
rnn_step_concat.accept_other_forms()

# rnn_forward -------------------------------------------------------------------------------------------------------
rnn_forward = Check("rnn_forward")
rnn_forward.compare = close(returns=("states", "predictions"))


@rnn_forward.reference
def forward(x, a0, mask, W_ax, W_aa, W_ya, b_a, b_y, step, squash):
    a, states = a0, []
    for t in range(x.shape[1]):
        a_next, _ = step(x[:, t], a, W_ax, W_aa, W_ya, b_a, b_y, squash)
        a = np.where(mask[:, t, None], a_next, a)
        states.append(a)
    states = np.stack(states, axis=1)
    return states, squash(states @ W_ya.T + b_y)


@rnn_forward.cases
def _(rng):
    def sentences(mask, **kind):
        return {"mask": np.array(mask, bool), **draw(rng, forward, np.shape(mask), **kind)}

    ends = [[1, 1, 1, 1, 1], [1, 1, 1, 0, 0], [1, 0, 0, 0, 0]]
    yield Case("no padding", **sentences(np.ones((3, 5)), n_x=2, n_a=4, n_y=6), basic=True, weight=4)
    yield Case("padding at the end", **sentences(ends, n_x=2, n_a=4, n_y=6), basic=True)
    yield Case("padding at the start", **sentences(np.fliplr(ends), n_x=6, n_a=4, n_y=2))
    yield Case("padding in between", **sentences([[1, 0, 0, 1], [1, 1, 0, 1], [0, 1, 0, 1]], n_x=2, n_a=5, n_y=6))
    yield Case("nothing but padding", **sentences([[1, 1, 1], [0, 0, 0]], n_x=6, n_a=5, n_y=4))
    yield Case("all sizes alike", **sentences(np.tri(4).T, n_x=4, n_a=4, n_y=4, squash=plain_shares))
    yield Case("a batch of one", **sentences([[1, 1, 0, 0]], n_x=2, n_a=3, n_y=5))
    yield Case("one step", **sentences([[1], [0], [1]], n_x=2, n_a=4, n_y=5))
    yield Case("float32", **sentences(ends, n_x=6, n_a=4, n_y=2, dtype="float32"))
    yield Case("columns first in memory", **sentences(ends, n_x=2, n_a=6, n_y=4, order="F"))
    yield Case("called twice", **sentences(ends, n_x=2, n_a=4, n_y=6), calls=2)


rnn_forward.misconception("The mask is not used: the state moves on at padded steps.")(changed(forward, mask=np.ones_like))
rnn_forward.misconception("The mask is read the wrong way round.")(changed(forward, mask=np.logical_not))
rnn_forward.misconception("a0 is not used, and the state starts at zero.")(changed(forward, a0=np.zeros_like))
rnn_forward.misconception("The mask sets x to 0 at padded steps, where W_aa and b_a still move the state.")(
    lambda x, a0, mask, *weights: forward(x * mask[:, :, None], a0, np.ones_like(mask), *weights)
)
rnn_forward.misconception("One array is stored T times and overwritten, so that all the states show the last one.")(
    lambda *inputs: (np.full_like(forward(*inputs)[0], forward(*inputs)[0][:, -1:]), forward(*inputs)[1])
)
rnn_forward.misconception("a = a0 makes no copy, and writing into a changes the caller's a0.")(
    overwriting(forward, "a0", lambda result, *inputs: result[0][:, -1])
)
rnn_forward.misconception("Only the last step is returned.")(lambda *inputs: tuple(each[:, -1] for each in forward(*inputs)))
rnn_forward.misconception("Time is the first axis of the results, not the batch: np.stack needs axis=1.")(
    lambda *inputs: tuple(each.swapaxes(0, 1) for each in forward(*inputs))
)


@rnn_forward.misconception("The mask sets the state to 0 at padded steps, where it should be carried on.")
def _(x, a0, mask, W_ax, W_aa, W_ya, b_a, b_y, step, squash):
    a, states = a0, []
    for t in range(x.shape[1]):
        a = mask[:, t, None] * step(x[:, t], a, W_ax, W_aa, W_ya, b_a, b_y, squash)[0]
        states.append(a)
    return np.stack(states, axis=1), squash(np.stack(states, axis=1) @ W_ya.T + b_y)


@rnn_forward.misconception("The state is never fed back: every step starts from a0.")
def _(x, a0, mask, *weights):
    steps = [forward(x[:, [t]], a0, mask[:, [t]], *weights) for t in range(x.shape[1])]
    return tuple(np.concatenate(results, axis=1) for results in zip(*steps, strict=True))


@rnn_forward.misconception("y_hat is taken from step before the mask decides whether the step counts.")
def _(x, a0, mask, *given):
    states, _ = forward(x, a0, mask, *given)
    before, (*weights, step, squash) = np.concatenate([a0[:, None], states[:, :-1]], axis=1), given
    later = [step(x[:, t], before[:, t], *weights, squash)[1] for t in range(x.shape[1])]
    return states, np.stack(later, axis=1)


@rnn_forward.misconception("The step is that of a plain RNN, where the function step that is handed over should be taken.")
def _(x, a0, mask, *given):
    return forward(x, a0, mask, *given[:-2], step, given[-1])


rnn_forward.misconception("A softmax makes the predictions, where the function squash that is handed over should.")(
    changed(forward, squash=lambda squash: probabilities)
)


@rnn_forward.alternative("sentence by sentence, real steps only")
def _(x, a0, mask, *given):
    *weights, step, squash = given
    states, predictions = np.zeros((*mask.shape, a0.shape[1])), np.zeros((*mask.shape, len(weights[-1])))
    for i, t in np.ndindex(mask.shape):
        before = a0[[i]] if t == 0 else states[[i], t - 1]
        states[i, t] = step(x[[i], t], before, *weights, squash)[0][0] if mask[i, t] else before[0]
        predictions[i, t] = squash((weights[2] @ states[i, t] + weights[4])[None])[0]
    return states, predictions


@rnn_forward.alternative("the prediction of step, and of a state that is carried on the one before")
def _(x, a0, mask, *given):
    *weights, step, squash = given
    a, y_hat, states, predictions = a0, squash(a0 @ weights[2].T + weights[4]), [], []
    for t in range(x.shape[1]):
        next_ = step(x[:, t], a, *weights, squash)
        a, y_hat = (np.where(mask[:, t, None], new, old) for new, old in zip(next_, (a, y_hat), strict=True))
        states.append(a)
        predictions.append(y_hat)
    return np.array(states).swapaxes(0, 1), np.array(predictions).swapaxes(0, 1)


rnn_forward.accept_other_forms()

# loss_over_time ----------------------------------------------------------------------------------------------------
loss_over_time = Check("loss_over_time")
loss_over_time.compare = close(atol=1e-7, returns=("losses", "loss"))  # log(y_hat + 1e-8) is right too, where the loss is 0


def cross_entropy(y_hat, y):
    return -np.sum(y * np.log(np.where(y > 0, y_hat, 1)), axis=-1)  # 0 log 0 counts as 0


@loss_over_time.reference
def loss(y_hat, y, mask):
    losses = np.where(mask, cross_entropy(y_hat, y), 0)
    return losses, losses.sum() / mask.sum()


@loss_over_time.cases
def _(rng):
    def steps(mask, n_y, dtype="float64", order="C", shared=False, least=0.0):
        y_hat = probabilities(rng.uniform(-1, 1, size=(*np.shape(mask), n_y)))
        y = probabilities(rng.normal(size=y_hat.shape)) if shared else np.eye(n_y)[rng.integers(n_y, size=np.shape(mask))]
        mask = np.array(mask, bool)
        y_hat = np.where((y > 0) | (y_hat > least) | ~mask[:, :, None], y_hat, 0)
        return {"y_hat": y_hat.astype(dtype, order=order), "y": y.astype(dtype, order=order), "mask": mask}

    ends = [[1, 1, 1, 1, 1], [1, 1, 0, 0, 0], [1, 0, 0, 0, 0]]
    yield Case("no padding", **steps(np.ones((3, 5)), n_y=4), basic=True, weight=3)
    yield Case("padding at the end", **steps(ends, n_y=4), basic=True)
    yield Case("probabilities of 0", weight=2, **steps(ends, n_y=4, least=0.25))
    sure = steps(ends, n_y=4)
    sure["y_hat"][:, 0] = sure["y"][:, 0]
    yield Case("a loss of 0 at the first step", weight=2, **sure)
    yield Case("labels shared by classes", weight=2, **steps(ends, n_y=4, shared=True))
    yield Case("a batch of one", **steps([[1, 1, 1, 0]], n_y=6))
    yield Case("one step", **steps([[1], [0], [1]], n_y=4))
    yield Case("float32", **steps(ends, n_y=6, dtype="float32"))
    yield Case("columns first in memory", **steps(ends, n_y=4, order="F"))
    yield Case("called twice", **steps(ends, n_y=4), calls=2)


def reduced(reduce):
    """A mistake: the losses are right, but `reduce(losses, mask)` replaces their mean over the real steps."""
    return lambda y_hat, y, mask: (loss(y_hat, y, mask)[0], reduce(loss(y_hat, y, mask)[0], mask))


loss_over_time.misconception("The mask is not used: padded steps count.")(changed(loss, mask=np.ones_like))
loss_over_time.misconception("The sum is divided by m T, including padded steps.")(reduced(lambda losses, mask: losses.mean()))
loss_over_time.misconception("The losses are summed and not divided.")(reduced(lambda losses, mask: losses.sum()))
loss_over_time.misconception("The sum is divided by the number of sentences, not of real steps.")(
    reduced(lambda losses, mask: losses.sum() / len(mask))
)
loss_over_time.misconception("Each sentence is averaged first, so that a step in a short one counts for more.")(
    reduced(lambda losses, mask: np.mean(losses.sum(axis=1) / mask.sum(axis=1)))
)
loss_over_time.misconception("The losses of padded steps are left in the first result, where they should be 0.")(
    lambda y_hat, y, mask: (cross_entropy(y_hat, y), loss(y_hat, y, mask)[1])
)
loss_over_time.misconception("The minus sign is missing.")(lambda *inputs: tuple(-each for each in loss(*inputs)))
loss_over_time.misconception("The mean over the classes is taken, not their sum.")(
    lambda y_hat, y, mask: tuple(each / y.shape[-1] for each in loss(y_hat, y, mask))
)
loss_over_time.misconception("The logarithm is to base 2.")(lambda *inputs: tuple(each / np.log(2) for each in loss(*inputs)))
loss_over_time.misconception("The labels of padded steps are set to 0 inside y itself, and the caller's are lost.")(
    overwriting(loss, "y", lambda result, y_hat, y, mask: y * mask[:, :, None])
)
loss_over_time.misconception("The binary loss is taken, which adds (1 - y) log(1 - y_hat) for every class.")(
    lambda y_hat, y, mask: tuple(map(np.add, loss(y_hat, y, mask), loss(1 - y_hat, 1 - y, mask)))
)
loss_over_time.misconception("The logarithm is taken of the sum of y * y_hat, which is the same only while y is one-hot.")(
    lambda y_hat, y, mask: loss(np.sum(y * y_hat, axis=-1, keepdims=True), np.ones((*mask.shape, 1)), mask)
)


@loss_over_time.misconception("0 * log 0 is not handled, and gives nan.")
def _(y_hat, y, mask):
    losses = np.where(mask, -np.sum(y * np.log(y_hat), axis=-1), 0)
    return losses, losses.sum() / mask.sum()


@loss_over_time.alternative("real steps only, a small number under the logarithm")
def _(y_hat, y, mask):
    losses = np.zeros(mask.shape)
    losses[mask] = -np.einsum("sc,sc->s", y[mask], np.log(y_hat[mask] + 1e-8))
    return losses, np.mean(losses[mask])


loss_over_time.accept_other_forms()
loss_over_time.equivalent("cross_entropy: 1 → 2", reason="It stands where y is 0, and 0 times any logarithm is 0.")
