"""Values as bytes: how questions and answers travel between a kernel and its judge, and how they are frozen.

Plain values and NumPy arrays only, never pickles. Whatever arrives is measured before it is read.
"""

import json
import math
import re
import struct
from collections.abc import Callable
from typing import Any, Literal, TypeGuard

import numpy as np

from unroll.checks.functions import FUNCTIONS
from unroll.checks.models import HandedOver

HEADER_BYTES = 1 << 20
ARRAY_BYTES = 64 << 20
_DEPTH = 12
_NODES = 50_000
_KINDS = {"b": (1,), "i": (1, 2, 4, 8), "u": (1, 2, 4, 8), "f": (2, 4, 8), "c": (8, 16)}
_DTYPE = re.compile(r"[<>|][biufc][0-9]{1,2}")
_LENGTHS = struct.Struct("<II")


Order = Literal["C", "F"]  # as NumPy has it


class WireError(ValueError):
    """A value cannot be sent, or the data received are not a value."""


def pack(value: object) -> bytes:
    """Turn a value into one frame.

    Parameters
    ----------
    value
        None, bool, int, float, str, list, tuple, dict with str keys, a NumPy number or array, or a nest of these; also the
        functions that both sides have (:mod:`unroll.checks.functions`), which cross by name, and models that were handed
        over (:mod:`unroll.checks.models`).

    Raises
    ------
    WireError
        If it holds anything else, or too much.
    """
    tree, arrays = to_tree(value)
    header = json.dumps(tree).encode()
    blob = b"".join(array.tobytes(order="A") for array in arrays)
    if len(header) > HEADER_BYTES or len(blob) > ARRAY_BYTES:
        raise WireError(f"too large to send: {len(blob):,} bytes of arrays, {len(header):,} bytes of header")
    return _LENGTHS.pack(len(header), len(blob)) + header + blob


def frame_lengths(prefix: bytes) -> tuple[int, int]:
    """Read the 8 bytes at the start of a frame: the lengths of its header and arrays.

    Raises
    ------
    WireError
        If either is beyond its bound.
    """
    header, blob = _LENGTHS.unpack(prefix)
    if header > HEADER_BYTES or blob > ARRAY_BYTES:
        raise WireError(f"a frame of {header:,} and {blob:,} bytes is too large")
    return header, blob


def unpack(header: bytes, blob: bytes) -> Any:
    """Turn the two parts of a frame back into a value. Raises WireError if they are invalid."""
    try:
        tree = json.loads(header)
    except (ValueError, RecursionError) as error:
        raise WireError("the header is not JSON") from error
    position = 0

    def next_array(dtype: np.dtype, shape: tuple[int, ...], order: Order) -> np.ndarray:
        nonlocal position
        size = math.prod(shape) * dtype.itemsize
        if position + size > len(blob):
            raise WireError("an array is longer than its bytes")
        try:
            array = np.frombuffer(blob[position : position + size], dtype).reshape(shape, order=order)
        except ValueError as error:  # no bytes at all, yet axes beyond what NumPy can index
            raise WireError("not a shape") from error
        position += size
        return array.copy(order="K")

    value = from_tree(tree, next_array)
    if position != len(blob):
        raise WireError("bytes are left over")
    return value


def to_tree(value: object) -> tuple[object, list[np.ndarray]]:
    """Split a value into JSON and the arrays it refers to, in order."""
    arrays: list[np.ndarray] = []
    nodes = 0

    def convert(item: object, depth: int) -> object:
        nonlocal nodes
        nodes += 1
        if depth > _DEPTH or nodes > _NODES:
            raise WireError("nested too deeply, or too many values")
        if item is None or isinstance(item, (bool, str)):
            return item
        if isinstance(item, (np.ndarray, np.generic)):
            array = np.asarray(item)
            if array.dtype.kind not in _KINDS or array.dtype.itemsize not in _KINDS[array.dtype.kind]:
                raise WireError(f"an array of dtype {array.dtype} cannot be sent")
            array = array.astype(array.dtype.newbyteorder("<"), copy=False)
            order = "F" if array.flags.f_contiguous and not array.flags.c_contiguous else "C"
            arrays.append(array if order == "F" else np.ascontiguousarray(array).reshape(array.shape))
            return {"a": [array.dtype.str, list(array.shape), order]}
        if isinstance(item, int):
            return _small(item)
        if isinstance(item, float):
            return item
        if isinstance(item, (list, tuple)):
            return {"l" if isinstance(item, list) else "t": [convert(each, depth + 1) for each in item]}
        name = getattr(item, "__name__", None)
        if isinstance(name, str) and FUNCTIONS.get(name) is item:
            return {"f": name}
        if isinstance(item, HandedOver):
            parts = (item.config, item.loss, item.optimizer, tuple(item.weights), tuple(item.states))
            return {"m": [convert(part, depth + 1) for part in parts]}
        if isinstance(item, dict) and all(isinstance(key, str) for key in item):
            return {"d": {key: convert(each, depth + 1) for key, each in item.items()}}
        raise WireError(f"a {type(item).__name__} cannot be sent")

    return convert(value, 0), arrays


def from_tree(tree: object, next_array: Callable[[np.dtype, tuple[int, ...], Order], np.ndarray]) -> Any:
    """Build a value from its JSON; `next_array(dtype, shape, order)` gives the arrays in order.

    Raises
    ------
    WireError
        If the JSON is not what :func:`to_tree` makes.
    """
    nodes = 0

    def convert(node: object, depth: int) -> object:
        nonlocal nodes
        nodes += 1
        if depth > _DEPTH or nodes > _NODES:
            raise WireError("nested too deeply, or too many values")
        if node is None or isinstance(node, (bool, float)):
            return node
        if isinstance(node, int):
            return _small(node)
        if isinstance(node, str):
            return _printable(node)
        if not isinstance(node, dict) or len(node) != 1:
            raise WireError("not a value")
        ((tag, content),) = node.items()
        if tag in ("l", "t") and isinstance(content, list):
            items = [convert(each, depth + 1) for each in content]
            return items if tag == "l" else tuple(items)
        if tag == "d" and isinstance(content, dict):
            return {_printable(key): convert(each, depth + 1) for key, each in content.items()}
        if tag == "f" and isinstance(content, str) and content in FUNCTIONS:
            return FUNCTIONS[content]
        if tag == "m" and isinstance(content, list) and len(content) == 5:
            return _model(*(convert(part, depth + 1) for part in content))
        if tag == "a":
            return next_array(*_array_type(content))
        raise WireError("not a value")

    return convert(tree, 0)


def _small(number: int) -> int:
    if abs(number) >= 2**63:
        raise WireError("an int beyond 64 bits cannot be sent")
    return number


def _printable(text: str) -> str:
    """Replace lone surrogates, which cannot be written to a file, a page or the gradebook."""
    return text.encode(errors="replace").decode()


def _model(config: object, loss: object, optimizer: object, weights: object, states: object) -> HandedOver:
    if not isinstance(config, str) or not isinstance(loss, (str, type(None))) or not isinstance(optimizer, (str, type(None))):
        raise WireError("not a model")
    if not _are_arrays(weights) or not _are_arrays(states):
        raise WireError("not a model")
    return HandedOver(config, weights, loss, optimizer, states)


def _are_arrays(value: object) -> TypeGuard[tuple[np.ndarray, ...]]:
    return isinstance(value, tuple) and all(isinstance(each, np.ndarray) for each in value)


def _array_type(content: Any) -> tuple[np.dtype, tuple[int, ...], Order]:
    try:
        name, shape, order = content
        if not isinstance(name, str) or not _DTYPE.fullmatch(name):
            raise WireError("not a dtype")  # before NumPy reads it: its little language has more than numbers
        dtype = np.dtype(name)
    except WireError:
        raise
    except (TypeError, ValueError) as error:
        raise WireError("not an array") from error
    if dtype.kind not in _KINDS or dtype.itemsize not in _KINDS[dtype.kind] or order not in ("C", "F"):
        raise WireError(f"an array of dtype {dtype} is not taken")
    if not isinstance(shape, list) or len(shape) > 16 or not all(type(n) is int and 0 <= n <= ARRAY_BYTES for n in shape):
        raise WireError("not a shape")
    if math.prod(shape) * dtype.itemsize > ARRAY_BYTES:
        raise WireError("an array is too large")
    return dtype, tuple(shape), order
