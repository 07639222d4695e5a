"""What PyTorch makes of Keras's weights: the column of PyTorch in lecture 07.

Run as ``python -m experiments.pytorch`` from the root of the repository, with PyTorch installed, which the course does not
install; it takes seconds. It writes ``utils/src/unroll/measured/pytorch.json``:

``torch``
    The version of PyTorch.
``output``
    For each kind of layer the states that ``torch.nn`` computes at every step.
"""

import keras
import numpy as np
from unroll.conventions import run_in_torch

from experiments.record import Record

KINDS = (keras.layers.SimpleRNN, keras.layers.GRU, keras.layers.LSTM)
STEPS, INPUTS, UNITS, SCALE = 5, 10, 6, 0.5
CONDITIONS = (
    f"one sentence of {STEPS} steps and {INPUTS} inputs, {UNITS} units, float32; for every layer a generator of its own, "
    "numpy.random.default_rng(seed), draws first the inputs, from N(0, 1), and then the weights, in Keras's order, from "
    f"N(0, {SCALE}²); unroll.conventions carries them over"
)


def in_torch(kind: type[keras.layers.RNN], seed: int) -> list[list[float]]:
    """The states of PyTorch's layer, with the weights of a Keras layer: steps by units."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(1, STEPS, INPUTS)).astype("float32")
    layer = kind(UNITS)
    layer.build((None, None, INPUTS))
    layer.set_weights([rng.normal(scale=SCALE, size=weight.shape) for weight in layer.get_weights()])
    states, *_ = run_in_torch(x.swapaxes(0, 1), layer)
    return [[round(float(number), 7) for number in step] for step in states[:, 0]]


def main() -> None:
    import torch

    record = Record("pytorch")
    record.under(CONDITIONS, [0])
    record.once(lambda: torch.__version__, "torch")
    for kind in KINDS:
        for seed in record.missing("output", kind.__name__):
            record.add({("output", kind.__name__): in_torch(kind, seed)})


if __name__ == "__main__":
    main()
