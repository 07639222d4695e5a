"""Assignment 03: the GRU simplified and full, the gradient through Keras's GRU, the LSTM with a mask, to Keras and back.

Each function is written once, with a switch for each mistake that students make; without switches it is right.
`p` holds the weights, gate by gate, in the order of `named`: the first index is the gate, the second what it reads. The LSTM over
time is handed a stand-in for its step: a mistake in the step costs its points once.
"""

from functools import partial

import numpy as np
from autograder.check import Case, Check, Requirements, close, overwriting
from autograder.kernels.jail import Limits
from unroll.checks.functions import turning_cell

requirements = Requirements(packages=("numpy", "unroll-course"), limits=Limits(seconds=60, cell_seconds=5, memory=512 << 20))


def named(gates):
    """Names of the weights of "cu", "cur" or "cufo"; an LSTM (the last) reads its state a, a GRU its state c."""
    state = "a" if "o" in gates else "c"
    return tuple(name for g in gates for name in (f"W_{g}{state}", f"W_{g}x", f"b_{g}"))


def letters(p):
    """The weights by name."""
    return dict(zip(named({6: "cu", 9: "cur", 12: "cufo"}[len(p)]), p, strict=True))


def weights(rng, gates, n_x, n, dtype="float64", order="C", scale=0.5):
    shapes = ((n,) if name[0] == "b" else (n, n_x if name[-1] == "x" else n) for name in named(gates))
    return tuple(rng.normal(scale=scale, size=shape).astype(dtype, order=order) for shape in shapes)


def draw(rng, gates, names, batch, n_x, n, dtype="float64", order="C", scale=0.5):
    """Arrays of these names, and weights; `batch` is (m,) for one step, (m, T) for sentences. An LSTM's c goes beyond 1."""
    inputs = {"p": weights(rng, gates, n_x, n, dtype, order, scale)}
    for name in names:
        size = 1.5 if gates == "cufo" and name in ("c", "c0") else 0.5
        array = rng.normal(scale=size, size=(*batch, n_x) if name == "x" else (batch[0], n))
        inputs[name] = array.astype(dtype, order=order)
    return inputs


def one_step(gates, *names):
    """The cases of one step."""

    def cases(rng):
        nothing = {name: np.zeros((3, 4)) for name in names if name in ("a", "c")}
        yield Case("a batch", **draw(rng, gates, names, (4,), n_x=3, n=5), basic=True)
        yield Case("all sizes alike", **draw(rng, gates, names, (4,), n_x=4, n=4))
        yield Case("gates shut or wide open", **draw(rng, gates, names, (3,), n_x=2, n=4, scale=2))
        yield Case("the state is 0", **draw(rng, gates, names, (3,), n_x=2, n=4) | nothing)
        yield Case("a batch of one", **draw(rng, gates, names, (1,), n_x=4, n=3))
        yield Case("float32", **draw(rng, gates, names, (3,), n_x=5, n=4, dtype="float32"))
        yield Case("columns first in memory", **draw(rng, gates, names, (3,), n_x=5, n=2, order="F"))
        yield Case("called twice", **draw(rng, gates, names, (3,), n_x=2, n=5), calls=2)

    return cases


def but(change, *names):
    return lambda p: tuple(change(array) if name in names else array for name, array in letters(p).items())


no, turned = partial(but, np.zeros_like), partial(but, np.transpose)


def swapped(one, other):
    """`p`, where two gates have each other's weights."""
    pair = {one: other, other: one}
    return lambda p: tuple(letters(p)[name[:2] + pair.get(name[2], name[2]) + name[3:]] for name in letters(p))


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def affine(gate, x, state, p):
    """W [state, x] + b of one gate."""
    return state @ p[f"W_{gate}{'a' if 'W_ca' in p else 'c'}"].T + x @ p[f"W_{gate}x"].T + p[f"b_{gate}"]


# gru_step_simplified, gru_step -------------------------------------------------------------------------------------
gru_step_simplified, gru_step = Check("gru_step_simplified"), Check("gru_step")
gru_step_simplified.cases(one_step("cu", "x", "c"))
gru_step.cases(one_step("cur", "x", "c"))


def gru(x, c, p, *, gate=sigmoid, f=np.tanh, into_u=lambda c, r: c, into_c=lambda x, c, r, p: affine("c", x, r * c, p),
        out=lambda new, r: new, mix=lambda u, new, c, r: u * new + (1 - u) * c):  # fmt: skip
    p = letters(p)
    r = gate(affine("r", x, c, p)) if "b_r" in p else np.ones_like(c)  # the simplified unit has no reset gate
    u = gate(affine("u", x, into_u(c, r), p))
    return mix(u, out(f(into_c(x, c, r, p)), r), c, r)


gru_step_simplified.reference(lambda x, c, p, **how: gru(x, c, p, **how))
gru_step.reference(lambda x, c, p, **how: gru(x, c, p, **how))
BOTH_UNITS = {
    "Γ_u and 1 - Γ_u are swapped: Γ_u belongs to the candidate.": dict(mix=lambda u, new, c, r: (1 - u) * new + u * c),
    "The old state is added in full: the factor 1 - Γ_u is left out.": dict(mix=lambda u, new, c, r: u * new + c),
    "The old state is not carried on: the term (1 - Γ_u) * c is left out.": dict(mix=lambda u, new, c, r: u * new),
    "The gates use tanh instead of a sigmoid.": dict(gate=np.tanh),
    "The candidate uses a sigmoid instead of tanh.": dict(f=sigmoid),
    "The tanh of the candidate is left out.": dict(f=lambda z: z),
    "The bias b_u is never added.": dict(p=no("b_u")),
    "The bias b_c is never added.": dict(p=no("b_c")),
    "No bias is ever added.": dict(p=no("b_c", "b_u", "b_r")),
    "W_cc is not transposed (c @ W_cc instead of c @ W_cc.T).": dict(p=turned("W_cc")),
    "No recurrent matrix is transposed (c @ W instead of c @ W.T).": dict(p=turned("W_cc", "W_uc", "W_rc")),
    "The new state is written into c itself, and the caller's state is lost.": overwriting(gru, "c", lambda c_next, *_: c_next),
}
RESET_GATE = {
    "The reset gate is left out of the candidate.": dict(into_c=lambda x, c, r, p: affine("c", x, c, p)),
    "Γ_r is applied after the product, Γ_r * (W_cc c), as Keras does by default; the deck has W_cc (Γ_r * c).": dict(
        into_c=lambda x, c, r, p: affine("c", x, 0 * c, p) + r * (c @ p["W_cc"].T)
    ),
    "Γ_r multiplies everything that goes into the tanh, not only c.": dict(into_c=lambda x, c, r, p: r * affine("c", x, c, p)),
    "Γ_r multiplies the candidate, where it should multiply the c that goes into it.": dict(
        into_c=lambda x, c, r, p: affine("c", x, c, p), out=lambda new, r: r * new
    ),
    "The candidate uses 1 - Γ_r instead of Γ_r.": dict(into_c=lambda x, c, r, p: affine("c", x, (1 - r) * c, p)),
    "Γ_u reads Γ_r * c, where both gates read the whole c.": dict(into_u=lambda c, r: r * c),
    "Γ_r * c is carried on, where 1 - Γ_u weighs c.": dict(mix=lambda u, new, c, r: u * new + (1 - u) * r * c),
    "Γ_r is used instead of 1 - Γ_u, as if it were a forget gate.": dict(mix=lambda u, new, c, r: u * new + r * c),
    "Γ_u and Γ_r are swapped.": dict(p=swapped("u", "r")),
    "The bias b_r is never added.": dict(p=no("b_r")),
}
gru_step_simplified.mistakes(BOTH_UNITS)
gru_step.mistakes(BOTH_UNITS | RESET_GATE)

# gru_state_gradient ------------------------------------------------------------------------------------------------
gru_state_gradient = Check("gru_state_gradient")


@gru_state_gradient.reference
def back(dc_next, c, c_tilde, u, r, W_cc, W_uc, W_rc, *, straight=lambda u: 1 - u, into_u=np.subtract, share=lambda u: u,
         slope_u=lambda u: u * (1 - u), slope_r=lambda r: r * (1 - r), slope_c=lambda new: 1 - new**2,
         to_product=lambda dz, r, W: (dz * r) @ W, to_r=lambda dz, c, W: dz * (c @ W.T), keep=(1, 1, 1), turn=lambda W: W):  # fmt: skip
    """From dc<t> to dc<t-1>: straight on, and by the paths through the product, Γ_r and Γ_u, which `keep` can leave out."""
    dz = dc_next * share(u) * slope_c(c_tilde)
    by_product = to_product(dz, r, turn(W_cc))
    by_r = to_r(dz, c, W_cc) * slope_r(r) @ turn(W_rc)
    by_u = dc_next * into_u(c_tilde, c) * slope_u(u) @ turn(W_uc)
    return dc_next * straight(u) + keep[0] * by_product + keep[1] * by_r + keep[2] * by_u


@gru_state_gradient.cases
def _(rng):
    def step(m, n, dtype="float64", order="C", steep=1, **given):
        drawn = {name: rng.normal(scale=0.5, size=(m, n)) for name in ("dc_next", "c")}
        drawn |= {name: sigmoid(steep * rng.normal(size=(m, n))) for name in ("u", "r")}
        drawn |= {"c_tilde": np.tanh(steep * rng.normal(scale=0.7, size=(m, n)))}
        drawn |= {name: rng.normal(scale=0.5, size=(n, n)) for name in ("W_cc", "W_uc", "W_rc")}
        return {name: array.astype(dtype, order=order) for name, array in (drawn | given).items()}

    yield Case("a batch", **step(4, 5), basic=True)
    beyond = {name: 1.5 * rng.normal(size=(3, 4)) for name in ("u", "r", "c_tilde")}  # no step can be rebuilt from these
    yield Case("numbers that no gate gives", **step(3, 4, **beyond), basic=True)
    yield Case("gates shut or wide open", **step(3, 4, steep=9))
    yield Case("the state is 0", **step(3, 4, c=np.zeros((3, 4))))
    yield Case("as many sentences as units", **step(4, 4))
    yield Case("a batch of one", **step(1, 3))
    yield Case("one unit", **step(3, 1))
    yield Case("float32", **step(3, 4, dtype="float32"))
    yield Case("columns first in memory", **step(3, 2, order="F"))
    yield Case("called twice", **step(3, 5), calls=2)


gru_state_gradient.mistakes({
    "The gradient is 1 - Γ_u alone, as on the slide: the candidate and both gates read c as well.": dict(keep=(0, 0, 0)),
    "The path through Γ_u is missing.": dict(keep=(1, 1, 0)),
    "The path through Γ_r is missing.": dict(keep=(1, 0, 1)),
    "The paths through Γ_u and Γ_r are missing, as if the gates did not depend on c.": dict(keep=(1, 0, 0)),
    "The path through the product W_cc c is missing.": dict(keep=(0, 1, 1)),
    "The paths through the candidate are missing, through the product W_cc c and through Γ_r.": dict(keep=(0, 0, 1)),
    "The straight path, 1 - Γ_u, is missing.": dict(straight=lambda u: 0 * u),
    "The straight path uses Γ_u instead of 1 - Γ_u.": dict(straight=lambda u: u),
    "Γ_u' * c is added, as on the slide; it comes from (1 - Γ_u) * c and has a minus.": dict(into_u=np.add),
    "Γ_u' multiplies only the candidate, but Γ_u is in (1 - Γ_u) * c as well.": dict(into_u=lambda new, c: new),
    "The path through Γ_u has the wrong sign: it is candidate - c, not c - candidate.": dict(into_u=lambda new, c: c - new),
    "The sigmoid's derivative Γ_u * (1 - Γ_u) is left out of the path through Γ_u.": dict(slope_u=np.ones_like),
    "The sigmoid's derivative Γ_r * (1 - Γ_r) is left out of the path through Γ_r.": dict(slope_r=np.ones_like),
    "The sigmoid's derivative is left out of both gates.": dict(slope_u=np.ones_like, slope_r=np.ones_like),
    "The gates are given tanh's derivative, 1 - Γ².": dict(slope_u=lambda u: 1 - u**2, slope_r=lambda r: 1 - r**2),
    "Tanh's derivative is left out: 1 minus the square of the candidate.": dict(slope_c=np.ones_like),
    "The factor Γ_u is left out of the paths through the candidate.": dict(share=np.ones_like),
    "The factor Γ_r is left out: the candidate read Γ_r * (W_cc c).": dict(to_product=lambda dz, r, W: dz @ W),
    "Γ_r multiplies dz @ W_cc, where it belongs to dz: forward it came after W_cc.": dict(
        to_product=lambda dz, r, W: dz @ W * r
    ),
    "Γ_r is given c as its factor, where it multiplied the product W_cc c.": dict(to_r=lambda dz, c, W: dz * c),
    "These are the paths of the deck's unit, W_cc (Γ_r * c); this one computes Γ_r * (W_cc c).": dict(
        to_product=lambda dz, r, W: dz @ W * r, to_r=lambda dz, c, W: dz @ W * c
    ),
    "W_cc is not transposed in the product c @ W_cc.T that Γ_r multiplied.": dict(to_r=lambda dz, c, W: dz * (c @ W)),
    "The matrices are transposed on the way back: forward is c @ W.T, so that backward is dz @ W.": dict(turn=np.transpose),
    "dc_next itself is overwritten, and the caller's gradient is lost.": overwriting(back, "dc_next", lambda dc, *_: dc),
})  # fmt: skip


@gru_state_gradient.alternative("the whole Jacobian, example by example")
def _(dc_next, c, c_tilde, u, r, W_cc, W_uc, W_rc):
    rows = []
    for d, old, new, u_i, r_i in zip(dc_next, c, c_tilde, u, r, strict=True):
        jacobian = np.diag(u_i * (1 - new * new)) @ (np.diag(r_i) @ W_cc + np.diag(W_cc @ old * r_i * (1 - r_i)) @ W_rc)
        rows.append(d @ (jacobian + np.diag(1 - u_i) + np.diag((new - old) * u_i * (1 - u_i)) @ W_uc))
    return rows


# lstm_step ---------------------------------------------------------------------------------------------------------
lstm_step = Check("lstm_step")
lstm_step.compare = close(returns=("a_next", "c_next"))
lstm_step.cases(one_step("cufo", "x", "a", "c"))


@lstm_step.reference
def lstm(x, a, c, p, *, gate=sigmoid, f=np.tanh, reads=lambda a, c: a, mix=lambda u, f, new, c: u * new + f * c,
         out=lambda o, c_next, c: o * np.tanh(c_next)):  # fmt: skip
    u, forget, o = (gate(affine(each, x, reads(a, c), letters(p))) for each in "ufo")
    c_next = mix(u, forget, f(affine("c", x, a, letters(p))), c)
    return out(o, c_next, c), c_next


lstm_step.mistakes({
    "The output gate is left out: a_next is tanh(c_next) itself.": dict(out=lambda o, c_next, c: np.tanh(c_next)),
    "The tanh of a_next is left out: it is Γ_o * tanh(c_next).": dict(out=lambda o, c_next, c: o * c_next),
    "a_next is computed from the old cell c, not from c_next.": dict(out=lambda o, c_next, c: o * np.tanh(c)),
    "1 - Γ_u is used instead of Γ_f: that is the GRU's rule.": dict(mix=lambda u, f, new, c: u * new + (1 - u) * c),
    "1 - Γ_f weighs the old cell, where Γ_f = 1 means keep.": dict(mix=lambda u, f, new, c: u * new + (1 - f) * c),
    "The forget gate is left out: the old cell is added in full.": dict(mix=lambda u, f, new, c: u * new + c),
    "The old cell is left out: c_next is Γ_u times the candidate.": dict(mix=lambda u, f, new, c: u * new),
    "Γ_u and Γ_f are swapped: Γ_u belongs to the candidate, Γ_f to the old cell.": dict(p=swapped("u", "f")),
    "The gates use tanh instead of a sigmoid.": dict(gate=np.tanh),
    "The candidate uses a sigmoid instead of tanh.": dict(f=sigmoid),
    "The gates read the cell c, where they should read a.": dict(reads=lambda a, c: c),
    "Gates and candidate read the cell c, as in the GRU; they should read a.": lambda x, a, c, p: lstm(x, c, c, p),
    "The bias b_f is never added.": dict(p=no("b_f")),
    "No bias is ever added.": dict(p=no("b_c", "b_u", "b_f", "b_o")),
    "No recurrent matrix is transposed (a @ W instead of a @ W.T).": dict(p=turned("W_ca", "W_ua", "W_fa", "W_oa")),
    "The two results are swapped: a_next comes first.": lambda *inputs: lstm(*inputs)[::-1],
    "The new cell is written into c itself, as c *= f does: the caller's is lost.": overwriting(
        lstm, "c", lambda pair, *_: pair[1]
    ),
})  # fmt: skip

# lstm_forward ------------------------------------------------------------------------------------------------------
lstm_forward = Check("lstm_forward")
lstm_forward.compare = close(returns=("states", "cells"))


@lstm_forward.reference
def run(x, a0, c0, mask, p, step, *, mask_a=np.where, mask_c=np.where, start=lambda c, c0: c, turn=lambda steps: steps,
        store=lambda before, after: after):  # fmt: skip
    now, states, cells = (a0, c0), *np.zeros((2, *mask.shape, a0.shape[1]), a0.dtype)
    for t in turn(range(x.shape[1])):
        real, (a, c) = mask[:, t, None], now
        a_next, c_next = step(x[:, t], a, start(c, c0), p)
        now = mask_a(real, a_next, a), mask_c(real, c_next, c)
        states[:, t], cells[:, t] = store((a, c), now)
    return states, cells


@lstm_forward.cases
def _(rng):
    def sentences(mask, n_x, n, **kind):
        drawn = draw(rng, "cufo", ("x", "a0", "c0"), np.shape(mask), n_x, n, **kind)
        return {"mask": np.array(mask, bool), "step": turning_cell, **drawn}

    ends = [[1, 1, 1, 1, 1], [1, 1, 1, 0, 0], [1, 0, 0, 0, 0]]
    yield Case("no padding", **sentences(np.ones((3, 5)), n_x=2, n=4), basic=True, weight=4)
    yield Case("padding at the end", **sentences(ends, n_x=2, n=4), basic=True)
    yield Case("padding at the start", **sentences(np.fliplr(ends), n_x=5, n=3))
    yield Case("padding in between", **sentences([[1, 0, 0, 1], [1, 1, 0, 1], [0, 1, 0, 1]], n_x=2, n=5))
    same = sentences([[1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 0, 1]], n_x=3, n=4)
    same["x"][same["mask"]] = np.tile(same["x"][0, :2], (3, 1))
    yield Case("padded in three ways", **same | {name: same[name][[0, 0, 0]] for name in ("a0", "c0")})
    yield Case("nothing but padding", **sentences([[1, 1, 1], [0, 0, 0]], n_x=6, n=5))
    yield Case("all sizes alike", **sentences(np.tri(4).T, n_x=4, n=4))
    yield Case("a batch of one", **sentences([[1, 1, 0, 0]], n_x=2, n=3))
    yield Case("one step", **sentences([[1], [0], [1]], n_x=2, n=4))
    yield Case("float32", **sentences(ends, n_x=5, n=4, dtype="float32"))
    yield Case("columns first in memory", **sentences(ends, n_x=2, n=5, order="F"))
    yield Case("called twice", **sentences(ends, n_x=2, n=4), calls=2)


MOVES, ZERO = (lambda real, new, old: new), (lambda real, new, old: real * new)
lstm_forward.mistakes({
    "The mask is not used: a and c move on at padded steps.": dict(mask=np.ones_like),
    "The mask is read the wrong way round.": dict(mask=np.logical_not),
    "The mask holds a at padded steps, but c moves on: the cell is a state as well.": dict(mask_c=MOVES),
    "The mask holds c at padded steps, but a moves on.": dict(mask_a=MOVES),
    "The mask sets a and c to 0 at padded steps, where they should be carried on.": dict(mask_a=ZERO, mask_c=ZERO),
    "The mask sets x to 0 at padded steps, where the old state and the biases still move a and c.": (
        lambda x, a0, c0, mask, p, step: run(x * mask[:, :, None], a0, c0, np.ones_like(mask), p, step)
    ),
    "a0 is not used, and the state starts at zero.": dict(a0=np.zeros_like),
    "c0 is not used, and the cell starts at zero.": dict(c0=np.zeros_like),
    "a0 and c0 are not used, and both start at zero.": dict(a0=np.zeros_like, c0=np.zeros_like),
    "The cell is never fed back: every step starts from c0.": dict(start=lambda c, c0: c0),
    "The loop runs from the last step to the first, so that states know what comes after them.": dict(turn=reversed),
    "The two results of step are unpacked the wrong way round: a_next comes first.": dict(
        step=lambda step: lambda *inputs: step(*inputs)[::-1]
    ),
    "The step is that of an LSTM, where the function step that is handed over should be taken.": dict(step=lambda step: lstm),
    "a and c are stored before the step, not after it.": dict(store=lambda before, after: before),
    "The two results are swapped: the states come first.": lambda *inputs: run(*inputs)[::-1],
    "Only the last step is returned.": lambda *inputs: tuple(each[:, -1] for each in run(*inputs)),
    "Time is the first axis, not the batch: np.stack needs axis=1.": lambda *i: tuple(each.swapaxes(0, 1) for each in run(*i)),
    "c = c0 makes no copy, and writing into c changes the caller's c0.": overwriting(
        run, "c0", lambda pair, *_: pair[1][:, -1]
    ),
})  # fmt: skip

# gru_to_keras, gru_from_keras, lstm_to_keras, lstm_from_keras ------------------------------------------------------
gru_to_keras, lstm_to_keras = Check("gru_to_keras"), Check("lstm_to_keras")
gru_from_keras, lstm_from_keras = Check("gru_from_keras"), Check("lstm_from_keras")
ARRAYS = ("kernel", "recurrent_kernel", "bias")


def pack(p, order, state, minus, sign=np.negative, turn=np.transpose):
    """Keras's kernel, recurrent_kernel and bias: gates side by side in `order`, those weights negated that `minus` names."""
    p = letters(but(sign, *minus)(p))
    return [turn(np.concatenate([p[name.format(g)] for g in order])) for name in ("W_{}x", f"W_{{}}{state}", "b_{}")]


def unpack(kernel, recurrent_kernel, bias, order, state, minus, deck, turn=np.transpose, square=np.transpose, sign=np.negative):
    """The weights that `pack` was given, in the order of the names in `deck`."""
    p = {}
    for wide, name, t in ((kernel, "W_{}x", turn), (recurrent_kernel, f"W_{{}}{state}", square), (bias, "b_{}", turn)):
        p |= {name.format(g): t(block) for g, block in zip(order, np.split(wide, len(order), axis=-1), strict=True)}
    return tuple(sign(p[name]) if name in minus else p[name] for name in deck)


GRU = {"order": "urc", "state": "c", "minus": ("W_uc", "W_ux", "b_u")}  # z = 1 - Γ_u, r, candidate
LSTM = {"order": "ufco", "state": "a", "minus": ()}  # i = Γ_u, f, candidate, o
pack_gru, pack_lstm = partial(pack, **GRU), partial(pack, **LSTM)
unpack_gru, unpack_lstm = partial(unpack, **GRU, deck=named("cur")), partial(unpack, **LSTM, deck=named("cufo"))
gru_to_keras.reference(lambda p, **how: pack_gru(p, **how))
lstm_to_keras.reference(lambda p, **how: pack_lstm(p, **how))
gru_from_keras.reference(lambda kernel, recurrent_kernel, bias, **how: unpack_gru(kernel, recurrent_kernel, bias, **how))
lstm_from_keras.reference(lambda kernel, recurrent_kernel, bias, **how: unpack_lstm(kernel, recurrent_kernel, bias, **how))
gru_to_keras.compare = lstm_to_keras.compare = close(returns=ARRAYS)
gru_from_keras.compare, lstm_from_keras.compare = close(returns=named("cur")), close(returns=named("cufo"))


def layers(gates, arrange):
    """The cases of a conversion."""

    def cases(rng):
        yield Case("more inputs than units", **arrange(weights(rng, gates, n_x=5, n=3)), basic=True)
        yield Case("all sizes alike", **arrange(weights(rng, gates, n_x=4, n=4)))
        yield Case("one input, one unit", **arrange(weights(rng, gates, n_x=1, n=1)))
        yield Case("float32", **arrange(weights(rng, gates, n_x=3, n=2, dtype="float32")))
        yield Case("columns first in memory", **arrange(weights(rng, gates, n_x=3, n=4, order="F")))
        yield Case("called twice", **arrange(weights(rng, gates, n_x=3, n=5)), calls=2)

    return cases


gru_to_keras.cases(layers("cur", lambda p: {"p": p}))
lstm_to_keras.cases(layers("cufo", lambda p: {"p": p}))
gru_from_keras.cases(layers("cur", lambda p: dict(zip(ARRAYS, pack_gru(p), strict=True))))
lstm_from_keras.cases(layers("cufo", lambda p: dict(zip(ARRAYS, pack_lstm(p), strict=True))))
SIGN = {
    "Γ_u is not negated: Keras's z is 1 - Γ_u, and 1 - σ(s) = σ(-s).": dict(minus=()),
    "The bias of Γ_u is not negated, only its weights are.": dict(minus=("W_uc", "W_ux")),
    "1 - W and 1 - b are used for Γ_u, but 1 - σ(s) = σ(-s) asks for -W and -b.": dict(sign=lambda W: 1 - W),
    "The gates are in the order r, z, candidate, as in PyTorch; Keras has z first.": dict(order="ruc"),
    "The candidate comes first, as in the decks; Keras has it last.": dict(order="cur"),
}
ORDER = {
    "The gates are in the order i, c, f, o; Keras has i, f, c, o.": dict(order="ucfo"),
    "The candidate comes first, as in the decks; Keras has i, f, c, o.": dict(order="cufo"),
    "Γ_u is negated, which only Keras's GRU needs.": dict(minus=("W_ua", "W_ux", "b_u")),
}
TO = {
    "The blocks are not transposed.": dict(turn=np.asarray),
    "The blocks of recurrent_kernel are not transposed.": dict(p=turned(*"W_cc W_uc W_rc W_ca W_ua W_fa W_oa".split())),
}
FROM = {
    "The blocks are not transposed.": dict(turn=np.asarray, square=np.asarray),
    "The blocks of recurrent_kernel are not transposed.": dict(square=np.asarray),
}
AS_THEY_COME = {"The matrices are returned in Keras's order, not in the decks'.": dict(deck=named("urc"))}
gru_to_keras.mistakes(SIGN | TO)
gru_from_keras.mistakes(SIGN | FROM | AS_THEY_COME)
lstm_to_keras.mistakes(ORDER | TO)
lstm_from_keras.mistakes(ORDER | FROM)


for each in (gru_step_simplified, gru_step, gru_state_gradient, lstm_step, lstm_forward,
             gru_to_keras, gru_from_keras, lstm_to_keras, lstm_from_keras):  # fmt: skip
    each.accept_other_forms()

for each in (gru_step_simplified, gru_step, lstm_step, gru_to_keras, lstm_to_keras):
    each.equivalent("named", "letters", reason="They give names to weights that a student has in order.")
for each in (gru_step_simplified, gru_step):
    each.equivalent("affine: 'a' if 'W_ca' in p else 'c' → 'c'", reason="A GRU reads its state c.")
lstm_step.equivalent("affine: 'a' if 'W_ca' in p else 'c' → 'a'", reason="An LSTM reads its state a.")
gru_step_simplified.equivalent(
    "gru: r * c → c",
    "gru: gate(affine('r', x, c, p)) if 'b_r' in p else np.ones_like(c) → np.ones_like(c)",
    reason="The simplified unit has no reset gate.",
)
gru_step.equivalent(
    "gru: …e('r', x, c, p)) if 'b_r' in p else np.ones_like(c) → …e('r', x, c, p))", reason="The full unit has a reset gate."
)
lstm_forward.equivalent(
    "run: np.zeros((2, *mask.shap… → np.ones((2, *mask.shap…", reason="Every state and cell is written over."
)
gru_from_keras.equivalent("named: 'a' if 'o' in gates else 'c' → 'c'", reason="A GRU reads its state c.")
lstm_from_keras.equivalent(
    "named: 'a' if 'o' in gates else 'c' → 'a'",
    "unpack: sign(p[name]) if name in minus else p[name] → p[name]",
    reason="An LSTM reads its state a, and Keras has its gates as they are.",
)
lstm_to_keras.equivalent(
    "but: change(array) if name in names else array → array",
    "pack: but(sign, *minus)(p) → p",
    "pack: but(sign, *minus) → but(*minus, sign)",
    reason="Only a GRU has a gate that Keras negates.",
)
