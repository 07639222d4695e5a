"""Canaries: cells that must fail, run after an ordinary grade cell that passed. If one passes, the kernel has been tampered with.

Tests inside a kernel cannot be made tamper-proof, and a cheat that knows about canaries can leave them alone. They raise a flag
for a person and change no score.
"""

import re

import numpy as np

_COMPARISONS = {
    "allclose": 'assert __import__("numpy").allclose({a}.0, {b}.0)',
    "array_equal": 'assert __import__("numpy").array_equal([{a}], [{b}])',
    "assert_": '__import__("numpy").testing.assert_allclose({a}.0, {b}.0)',
    "isclose": 'assert __import__("math").isclose({a}.0, {b}.0)',
    "assertEqual": '__import__("unittest").TestCase().assertEqual({a}, {b})',
    "raises": 'raise ValueError("{a}")',
}


def canaries(source: str, rng: np.random.Generator) -> list[str]:
    """Make cells that must fail: a plain assertion, and one for each kind of comparison the grade cell uses."""
    lines = ["assert {a} == {b}", *(line for word, line in _COMPARISONS.items() if re.search(word, source))]
    found = []
    for line in lines:
        a = int(rng.integers(1000, 9000))
        found.append(line.format(a=a, b=a + int(rng.integers(1, 900))))
    return found
