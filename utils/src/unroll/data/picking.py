"""Draw one of several, the same way in every generator of made-up data."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

Option = TypeVar("Option")


def pick(rng: np.random.Generator, options: Sequence[Option]) -> Option:
    """One of the options, each with the same chance."""
    return options[int(rng.integers(len(options)))]
