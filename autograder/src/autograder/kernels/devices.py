"""The GPUs of this process: each is lent to one kernel at a time, and the process itself uses none."""

import contextlib
import os
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_VISIBLE = "CUDA_VISIBLE_DEVICES"


@dataclass(frozen=True)
class Device:
    """The device a kernel computes on.

    Parameters
    ----------
    environment
        Variables that make it visible to the kernel.
    nodes
        Its device files.
    """

    environment: dict[str, str]
    nodes: list[str] = field(default_factory=list)


CPU = Device({_VISIBLE: ""})


def _gpus() -> list[str]:
    """Names of the GPUs this process was given; all of them if the environment does not say."""
    named = os.environ.get(_VISIBLE)
    if named is not None:
        return [name.strip() for name in named.split(",") if name.strip() not in ("", "-1", "NoDevFiles")]
    numbers = (re.fullmatch(r"nvidia(\d+)", path.name) for path in Path("/dev").glob("nvidia*"))
    return sorted((found[1] for found in numbers if found), key=int)


GPUS = tuple(_gpus())
_free = deque(GPUS)


class NoDevice(RuntimeError):
    """A GPU was promised, but none is available."""


def hide_gpus() -> None:
    """Hide the GPUs from this process itself, where judges run: their Keras must not take a GPU's memory from the kernels.

    It changes the environment, so it is for programs of ours: the command, and a worker of a cluster.
    """
    os.environ[_VISIBLE] = ""


@contextlib.contextmanager
def lend(gpu: bool) -> Iterator[Device]:
    """Lend a GPU, or only the CPU.

    Raises
    ------
    NoDevice
        If all GPUs of this process are in use, or it has none.
    """
    if not gpu:
        yield CPU
        return
    try:
        name = _free.popleft()
    except IndexError:
        raise NoDevice(
            f"This worker announces more GPUs than it has ({len(GPUS)}). Start one worker per GPU, with {_VISIBLE} naming it."
        ) from None
    try:
        nodes = sorted(str(path) for path in Path("/dev").glob("nvidia*") if not path.is_dir())
        yield Device({_VISIBLE: name, "TF_FORCE_GPU_ALLOW_GROWTH": "true"}, nodes)
    finally:
        _free.append(name)
