"""Values on the wire: they come back as they went, and nothing that arrives does harm."""

import contextlib
import json
import struct
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from questions import same
from unroll.checks import wire

_dtypes = st.one_of(
    hnp.boolean_dtypes(),
    hnp.integer_dtypes(endianness="?"),
    hnp.unsigned_integer_dtypes(endianness="?"),
    hnp.floating_dtypes(endianness="?", sizes=(16, 32, 64)),
    hnp.complex_number_dtypes(endianness="?", sizes=(64, 128)),
)
_arrays = hnp.arrays(_dtypes, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))


def _laid_out(array: np.ndarray, layout: str) -> np.ndarray:
    """The same numbers in another order in memory."""
    match layout:
        case "F":
            return np.asfortranarray(array).reshape(array.shape)
        case "T":
            return array.T
        case "reversed" if array.ndim:
            return array[::-1]
        case "strided" if array.ndim:
            return np.repeat(array, 2, axis=0)[::2]
    return array


_plain = st.none() | st.booleans() | st.integers(-(2**63) + 1, 2**63 - 1) | st.floats(allow_nan=False) | st.text(max_size=8)
_values = st.recursive(
    _plain | _arrays,
    lambda inner: (
        st.lists(inner, max_size=3) | st.tuples(inner, inner) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


def through(value):
    frame = wire.pack(value)
    header, blob = wire.frame_lengths(frame[:8])
    assert len(frame) == 8 + header + blob
    return wire.unpack(frame[8 : 8 + header], frame[8 + header :])


@settings(max_examples=150, deadline=None)
@given(_values)
def test_values_cross_the_wire(value):
    assert same(value, through(value))


@settings(max_examples=150, deadline=None)
@given(_arrays, st.sampled_from(["C", "F", "T", "reversed", "strided"]))
def test_arrays_cross_in_any_layout(array, layout):
    array = _laid_out(array, layout)
    back = through(array)
    assert same(array, back) and back.flags.writeable and back.flags.owndata
    if array.ndim > 1 and array.flags.f_contiguous and not array.flags.c_contiguous:
        assert back.flags.f_contiguous


def test_numbers_of_numpy_become_arrays_of_no_axis():
    assert through(np.float32(0.5)) == np.float32(0.5) and through(np.float32(0.5)).dtype == np.float32
    assert np.isnan(through(float("nan"))) and through(float("inf")) == float("inf")


class Strange:
    pass


@pytest.mark.parametrize(
    "value",
    [
        Strange(),
        len,
        {1: 2},
        {1, 2},
        b"x",
        2**63,
        1j,
        [Strange()],
        np.array(["a"]),
        np.array([None]),
        np.zeros(2, "M8[s]"),
        np.longdouble(1),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_cannot_be_sent(value):
    with pytest.raises(wire.WireError):
        wire.pack(value)


def test_bounds_on_what_is_sent():
    deep = []
    for _ in range(20):
        deep = [deep]
    for value in (deep, [0] * 60_000, np.zeros(wire.ARRAY_BYTES + 1, np.uint8), "x" * (wire.HEADER_BYTES + 1)):
        with pytest.raises(wire.WireError):
            wire.pack(value)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("ltdax") | st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=10,
)
_dtype_text = st.text("<>|=biufcOSUVMm0123456789(),:' ", max_size=8)
_sizes = st.lists(st.integers(-1, 2**27) | st.just(0), max_size=18)
_array_node = st.tuples(_dtype_text | _json, _sizes | _json, st.sampled_from("CFA") | _json).map(lambda a: {"a": list(a)})


@settings(max_examples=300, deadline=None)
@given(_json | _array_node | st.lists(_array_node, max_size=3).map(lambda nodes: {"l": nodes}), st.binary(max_size=64))
def test_any_header_is_a_value_or_a_wire_error(tree, blob):
    with contextlib.suppress(wire.WireError):
        wire.unpack(json.dumps(tree).encode(), blob)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=100), st.binary(max_size=20))
def test_any_bytes_are_a_value_or_a_wire_error(header, blob):
    with contextlib.suppress(wire.WireError):
        wire.unpack(header, blob)


HOSTILE = {
    "struct dtype": {"a": ["i4,(9999999,)i4", [1], "C"]},
    "comma": {"a": [",", [], "C"]},
    "huge axes beside none": {"a": ["<f8", [0, 2**26, 2**26, 2**26], "C"]},
    "claims more": {"a": ["<f8", [2**23], "C"]},
    "claims far more": {"a": ["<f8", [2**26] * 16, "C"]},
    "negative": {"a": ["<f8", [-1], "C"]},
    "true": {"a": ["<f8", [True], "C"]},
    "objects": {"a": ["|O", [1], "C"]},
    "longdouble": {"a": ["<f16", [1], "C"]},
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_headers_are_refused_before_memory_is_taken(what):
    tracemalloc.start()
    try:
        with pytest.raises(wire.WireError):
            wire.unpack(json.dumps(HOSTILE[what]).encode(), b"x" * 16)
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


def test_hostile_lengths():
    for lengths in ((wire.HEADER_BYTES + 1, 0), (0, wire.ARRAY_BYTES + 1), (2**32 - 1, 2**32 - 1)):
        with pytest.raises(wire.WireError, match="too large"):
            wire.frame_lengths(struct.pack("<II", *lengths))
    for header in (b"[" * 500_000, b'{"l":' * 5000, b"9" * 5000, b"\xff", b""):
        with pytest.raises(wire.WireError):
            wire.unpack(header, b"")
    with pytest.raises(wire.WireError, match="left over"):
        wire.unpack(b"1", b"x")
