"""Right answers to assignment 03, as students write them from the release alone: to Keras and back."""

ANSWERS: dict[str, list[str]] = {
    "gru_to_keras": [
        """
def gru_to_keras(p):
    W_cc, W_cx, b_c, W_uc, W_ux, b_u, W_rc, W_rx, b_r = p
    kernel = np.concatenate([-W_ux.T, W_rx.T, W_cx.T], axis=1)
    recurrent_kernel = np.concatenate([-W_uc.T, W_rc.T, W_cc.T], axis=1)
    bias = np.concatenate([-b_u, b_r, b_c])
    return [kernel, recurrent_kernel, bias]
""",
        """
def gru_to_keras(p):
    W_cc, W_cx, b_c, W_uc, W_ux, b_u, W_rc, W_rx, b_r = p
    return np.vstack([-W_ux, W_rx, W_cx]).T, np.vstack([-W_uc, W_rc, W_cc]).T, np.r_[-b_u, b_r, b_c]
""",
        """
def gru_to_keras(p):
    W_cc, W_cx, b_c, W_uc, W_ux, b_u, W_rc, W_rx, b_r = p
    n, n_x = W_cx.shape
    kernel, recurrent, bias = np.zeros((n_x, 3 * n)), np.zeros((n, 3 * n)), np.zeros(3 * n)
    for i, (W_c, W_x, b, sign) in enumerate([(W_uc, W_ux, b_u, -1), (W_rc, W_rx, b_r, 1), (W_cc, W_cx, b_c, 1)]):
        place = slice(i * n, (i + 1) * n)
        kernel[:, place] = sign * W_x.T
        recurrent[:, place] = sign * W_c.T
        bias[place] = sign * b
    return [kernel, recurrent, bias]
""",
        """
def gru_to_keras(p):
    gates = [p[3:6], p[6:9], p[0:3]]
    gates[0] = tuple(np.negative(each) for each in gates[0])
    recurrent, kernel, bias = ([np.transpose(gate[i]) for gate in gates] for i in range(3))
    return [np.hstack(kernel), np.hstack(recurrent), np.hstack(bias)]
""",
        """
def gru_to_keras(p):
    c, u, r = [[each.T.tolist() for each in p[i : i + 3]] for i in (0, 3, 6)]

    def minus(value):
        return [minus(each) for each in value] if isinstance(value, list) else -value

    u = [minus(each) for each in u]
    wide = [[z + s + t for z, s, t in zip(u[i], r[i], c[i])] for i in (1, 0)]
    return wide[0], wide[1], u[2] + r[2] + c[2]
""",
        """
class KerasGru:
    signs = {"u": -1.0, "r": 1.0, "c": 1.0}

    def __init__(self, p):
        names = [f"{kind}{gate}" for gate in "cur" for kind in ("state_", "input_", "bias_")]
        self.weights = dict(zip(names, p))

    def side_by_side(self, kind):
        blocks = [sign * self.weights[kind + gate] for gate, sign in self.signs.items()]
        return np.concatenate(blocks, axis=0).T

def gru_to_keras(p):
    gru = KerasGru(p)
    return [gru.side_by_side(kind) for kind in ("input_", "state_", "bias_")]
""",
        """
def gru_to_keras(p):
    W_cc, W_cx, b_c, W_uc, W_ux, b_u, W_rc, W_rx, b_r = (each.copy() for each in p)
    for each in (W_uc, W_ux, b_u):
        each *= -1
    stack = lambda *blocks: np.moveaxis(np.stack(blocks), -1, 0).reshape(blocks[0].shape[-1], -1)
    return [stack(W_ux, W_rx, W_cx), stack(W_uc, W_rc, W_cc), np.array([b_u, b_r, b_c]).ravel()]
""",
        """
from collections import namedtuple

Layer = namedtuple("Layer", "kernel recurrent_kernel bias")

def gru_to_keras(p):
    W_cc, W_cx, b_c, W_uc, W_ux, b_u, W_rc, W_rx, b_r = map(np.float32, p)
    kernel = np.c_[0 - W_ux.T, W_rx.T, W_cx.T]
    return Layer(kernel, np.c_[0 - W_uc.T, W_rc.T, W_cc.T], np.append(-b_u, np.append(b_r, b_c)))
""",
    ],
    "gru_from_keras": [
        """
def gru_from_keras(kernel, recurrent_kernel, bias):
    n = recurrent_kernel.shape[0]
    W_ux, W_rx, W_cx = -kernel[:, :n].T, kernel[:, n : 2 * n].T, kernel[:, 2 * n :].T
    W_uc, W_rc, W_cc = -recurrent_kernel[:, :n].T, recurrent_kernel[:, n : 2 * n].T, recurrent_kernel[:, 2 * n :].T
    b_u, b_r, b_c = -bias[:n], bias[n : 2 * n], bias[2 * n :]
    return W_cc, W_cx, b_c, W_uc, W_ux, b_u, W_rc, W_rx, b_r
""",
        """
def gru_from_keras(kernel, recurrent_kernel, bias):
    x, c, b = (np.split(each, 3, axis=-1) for each in (kernel, recurrent_kernel, bias))
    return (c[2].T, x[2].T, b[2], -c[0].T, -x[0].T, -b[0], c[1].T, x[1].T, b[1])
""",
        """
def gru_from_keras(kernel, recurrent_kernel, bias):
    p = []
    for number, sign in [(2, 1), (0, -1), (1, 1)]:
        for wide in (recurrent_kernel, kernel, bias):
            block = np.split(wide, 3, axis=wide.ndim - 1)[number]
            p.append(sign * np.transpose(block))
    return p
""",
        """
def gru_from_keras(kernel, recurrent_kernel, bias):
    n = len(bias) // 3
    x = np.reshape(kernel.T, (3, n, -1))
    c = np.reshape(recurrent_kernel.T, (3, n, n))
    b = bias.reshape(3, n)
    signs = np.array([-1, 1, 1])
    x, c, b = x * signs[:, None, None], c * signs[:, None, None], b * signs[:, None]
    return tuple(each[i] for i in (2, 0, 1) for each in (c, x, b))
""",
        """
def gru_from_keras(kernel, recurrent_kernel, bias):
    n = recurrent_kernel.shape[0]
    W_cc, W_uc, W_rc = np.zeros((3, n, n))
    W_cx, W_ux, W_rx = np.zeros((3, n, len(kernel)))
    b_c, b_u, b_r = np.zeros((3, n))
    for i in range(n):
        for j in range(n):
            W_uc[i, j] = -recurrent_kernel[j, i]
            W_rc[i, j] = recurrent_kernel[j, n + i]
            W_cc[i, j] = recurrent_kernel[j, 2 * n + i]
        for j in range(len(kernel)):
            W_ux[i, j] = -kernel[j, i]
            W_rx[i, j] = kernel[j, n + i]
            W_cx[i, j] = kernel[j, 2 * n + i]
        b_u[i], b_r[i], b_c[i] = -bias[i], bias[n + i], bias[2 * n + i]
    return W_cc, W_cx, b_c, W_uc, W_ux, b_u, W_rc, W_rx, b_r
""",
        """
from dataclasses import astuple, dataclass

@dataclass
class Gru:
    W_cc: list
    W_cx: list
    b_c: list
    W_uc: list
    W_ux: list
    b_u: list
    W_rc: list
    W_rx: list
    b_r: list

def gru_from_keras(kernel, recurrent_kernel, bias):
    n, rows = len(bias) // 3, lambda wide: list(map(list, zip(*wide.tolist())))
    x, c, b = rows(kernel), rows(recurrent_kernel), bias.tolist()
    minus = lambda block: [[-w for w in row] for row in block]
    return astuple(Gru(
        c[2 * n :], x[2 * n :], b[2 * n :], minus(c[:n]), minus(x[:n]), [-w for w in b[:n]],
        c[n : 2 * n], x[n : 2 * n], b[n : 2 * n]))
""",
        """
def gru_from_keras(kernel, recurrent_kernel, bias):
    weights = {}
    for name, wide in {"x": kernel, "c": recurrent_kernel}.items():
        z, r, h = np.array_split(wide.T.copy(), 3)
        z *= -1
        weights |= {"u" + name: z, "r" + name: r, "c" + name: h}
    n = bias.size // 3
    return (
        weights["cc"], weights["cx"], bias[-n:].copy(), weights["uc"], weights["ux"], np.negative(bias[:n]),
        weights["rc"], weights["rx"], bias[n:-n].copy(),
    )
""",
        """
def gru_from_keras(kernel, recurrent_kernel, bias):
    n = recurrent_kernel.shape[0]
    z, r, h = (np.s_[..., k * n : (k + 1) * n] for k in range(3))
    new = [recurrent_kernel[h].T, kernel[h].T, bias[h]]
    update = [np.subtract(0, w[z]).T for w in (recurrent_kernel, kernel, bias)]
    reset = [recurrent_kernel[r].T, kernel[r].T, bias[r]]
    return [w.astype(np.float32) for w in new + update + reset]
""",
    ],
    "lstm_to_keras": [
        """
def lstm_to_keras(p):
    W_ca, W_cx, b_c, W_ua, W_ux, b_u, W_fa, W_fx, b_f, W_oa, W_ox, b_o = p
    kernel = np.concatenate([W_ux, W_fx, W_cx, W_ox]).T
    recurrent_kernel = np.concatenate([W_ua, W_fa, W_ca, W_oa]).T
    return [kernel, recurrent_kernel, np.concatenate([b_u, b_f, b_c, b_o])]
""",
        """
def lstm_to_keras(p):
    W_ca, W_cx, b_c, W_ua, W_ux, b_u, W_fa, W_fx, b_f, W_oa, W_ox, b_o = p
    return (
        np.column_stack([W_ux.T, W_fx.T, W_cx.T, W_ox.T]),
        np.column_stack([W_ua.T, W_fa.T, W_ca.T, W_oa.T]),
        np.r_[b_u, b_f, b_c, b_o],
    )
""",
        """
def lstm_to_keras(p):
    order = (1, 2, 0, 3)
    return [np.hstack([np.transpose(p[3 * gate + which]) for gate in order]) for which in (1, 0, 2)]
""",
        """
def lstm_to_keras(p):
    n, n_x = p[1].shape
    kernel, recurrent, bias = np.empty((n_x, 4 * n)), np.empty((n, 4 * n)), np.empty(4 * n)
    for k, start in enumerate([3, 6, 0, 9]):
        for i in range(n):
            recurrent[:, k * n + i] = p[start][i]
            kernel[:, k * n + i] = p[start + 1][i]
            bias[k * n + i] = p[start + 2][i]
    return [kernel, recurrent, bias]
""",
        """
def lstm_to_keras(p):
    cells = {gate: p[i : i + 3] for gate, i in zip("cufo", range(0, 12, 3))}
    a, x, b = zip(*(cells[gate] for gate in "ufco"))
    wide = lambda blocks: np.einsum("gij->jgi", np.stack(blocks)).reshape(blocks[0].shape[1], -1)
    return wide(x), wide(a), np.array(b).flatten()
""",
        """
def lstm_to_keras(p):
    rows = [[], [], []]
    for gate in (p[3:6], p[6:9], p[0:3], p[9:12]):
        for kept, block in zip(rows, gate):
            kept.extend(block.tolist())
    recurrent, kernel, bias = rows
    return [list(zip(*kernel)), list(zip(*recurrent)), bias]
""",
        """
class LstmWeights:
    def __init__(self, p):
        for name, value in zip("ca cx c ua ux u fa fx f oa ox o".split(), p):
            setattr(self, name, value.T)

    def row(self, *names):
        return np.concatenate([getattr(self, name) for name in names], axis=-1)

def lstm_to_keras(p):
    w = LstmWeights(p)
    return [w.row("ux", "fx", "cx", "ox"), w.row("ua", "fa", "ca", "oa"), w.row("u", "f", "c", "o")]
""",
        """
def lstm_to_keras(p):
    W_ca, W_cx, b_c, W_ua, W_ux, b_u, W_fa, W_fx, b_f, W_oa, W_ox, b_o = (each.astype(np.float32).T for each in p)
    kernel = np.block([W_ux, W_fx, W_cx, W_ox])
    kernel.setflags(write=False)
    return kernel, np.block([W_ua, W_fa, W_ca, W_oa]), np.block([b_u, b_f, b_c, b_o])
""",
    ],
    "lstm_from_keras": [
        """
def lstm_from_keras(kernel, recurrent_kernel, bias):
    n = recurrent_kernel.shape[0]
    ux, fx, cx, ox = (kernel[:, i * n : (i + 1) * n].T for i in range(4))
    ua, fa, ca, oa = (recurrent_kernel[:, i * n : (i + 1) * n].T for i in range(4))
    bu, bf, bc, bo = (bias[i * n : (i + 1) * n] for i in range(4))
    return ca, cx, bc, ua, ux, bu, fa, fx, bf, oa, ox, bo
""",
        """
def lstm_from_keras(kernel, recurrent_kernel, bias):
    x, a, b = (np.split(w.T, 4) for w in (kernel, recurrent_kernel, bias))
    return [w for gate in (2, 0, 1, 3) for w in (a[gate], x[gate], b[gate])]
""",
        """
def lstm_from_keras(kernel, recurrent_kernel, bias):
    i_x, f_x, c_x, o_x = np.array_split(kernel, 4, axis=1)
    i_a, f_a, c_a, o_a = np.array_split(recurrent_kernel, 4, axis=1)
    i_b, f_b, c_b, o_b = np.array_split(bias, 4)
    gates = [(c_a, c_x, c_b), (i_a, i_x, i_b), (f_a, f_x, f_b), (o_a, o_x, o_b)]
    p = ()
    for W_a, W_x, b in gates:
        p = p + (W_a.transpose(), W_x.transpose(), b)
    return p
""",
        """
def lstm_from_keras(kernel, recurrent_kernel, bias):
    n = bias.shape[0] // 4
    x = kernel.reshape(-1, 4, n).transpose(1, 2, 0)
    a = recurrent_kernel.reshape(n, 4, n).transpose(1, 2, 0)
    b = bias.reshape(4, n)
    where = dict(c=2, u=0, f=1, o=3)
    return tuple(w[where[gate]] for gate in "cufo" for w in (a, x, b))
""",
        """
def lstm_from_keras(kernel, recurrent_kernel, bias):
    n, n_x = len(recurrent_kernel), len(kernel)
    p = []
    for first in (2 * n, 0, n, 3 * n):
        p.append([[recurrent_kernel[j, first + i] for j in range(n)] for i in range(n)])
        p.append([[kernel[j, first + i] for j in range(n_x)] for i in range(n)])
        p.append([bias[first + i] for i in range(n)])
    return p
""",
        """
from collections import namedtuple

P = namedtuple("P", "W_ca W_cx b_c W_ua W_ux b_u W_fa W_fx b_f W_oa W_ox b_o")

def lstm_from_keras(kernel, recurrent_kernel, bias):
    found = {}
    for wide, form in ((kernel, "W_{}x"), (recurrent_kernel, "W_{}a"), (bias, "b_{}")):
        for gate, block in zip("ufco", np.split(np.array(wide), 4, axis=-1)):
            found[form.format(gate)] = block.T
    return P(**found)
""",
        """
class Slicer:
    def __init__(self, wide):
        self.wide, self.n = wide.T, wide.shape[-1] // 4

    def __getitem__(self, gate):
        i = "ufco".index(gate)
        return self.wide[self.n * i : self.n * (i + 1)].copy()

def lstm_from_keras(kernel, recurrent_kernel, bias):
    slicers = Slicer(recurrent_kernel), Slicer(kernel), Slicer(bias)
    return tuple(slicer[gate] for gate in "cufo" for slicer in slicers)
""",
        """
def lstm_from_keras(kernel, recurrent_kernel, bias):
    order = np.array([2, 0, 1, 3])
    n = len(bias) // 4
    columns = (order[:, None] * n + np.arange(n)).ravel()
    parts = [np.hsplit(wide[..., columns], 4) for wide in (recurrent_kernel, kernel, bias)]
    return [np.float32(part[i].T) for i in range(4) for part in parts]
""",
    ],
}
