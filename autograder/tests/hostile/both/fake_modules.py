# tries:    put fake modules into sys.modules before the notebook imports them
# attack:   fake modules
# course:   both
# vanilla:  untried
# verdict:  graded | tampered
# score:    0 | 15
# reason:   | a test that must fail passed


def rnn_step(x, a, W_ax, W_aa, b_a):
    return x


# %% start
import sys
import types

import numpy

fake = types.ModuleType("numpy")
vars(fake).update(vars(numpy), allclose=lambda *a, **k: True)
sys.modules["numpy"] = fake
sys.modules["unroll"] = types.SimpleNamespace(check=lambda *a: None, __spec__=None)
