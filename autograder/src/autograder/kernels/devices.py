"""The GPUs of this process: each is lent to one kernel at a time, and none is used by the process itself."""

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
    """What a kernel computes on.

    Parameters
    ----------
    environment
        Variables that show it to the kernel.
    nodes
        Its device files.
    """

    environment: dict[str, str]
    nodes: list[str] = field(default_factory=list)


CPU = Device({_VISIBLE: ""})


def _gpus() -> list[str]:
    """Names of the GPUs that this process was given; all that there are if nobody has said."""
    named = os.environ.get(_VISIBLE)
    if named is not None:
        return [name.strip() for name in named.split(",") if name.strip() not in ("", "-1", "NoDevFiles")]
    numbers = (re.fullmatch(r"nvidia(\d+)", path.name) for path in Path("/dev").glob("nvidia*"))
    return sorted((found[1] for found in numbers if found), key=int)


GPUS = tuple(_gpus())
_free = deque(GPUS)


class NoDevice(RuntimeError):
    """A GPU was promised, and there is none."""


@contextlib.contextmanager
def lend(gpu: bool) -> Iterator[Device]:
    """Lend a GPU, or the CPU alone.

    Raises
    ------
    NoDevice
        If all GPUs of this process are lent, or it has none.
    """
    # A judge's Keras shall not take the memory of a GPU from the kernels. Every process that runs jobs comes by here first.
    os.environ[_VISIBLE] = ""
    if not gpu:
        yield CPU
        return
    try:
        name = _free.popleft()
    except IndexError:
        raise NoDevice(
            f"This worker announces more GPUs than it has ({len(GPUS)}). Start one worker for each GPU, with {_VISIBLE} naming it."
        ) from None
    try:
        nodes = sorted(str(path) for path in Path("/dev").glob("nvidia*") if not path.is_dir())
        yield Device({_VISIBLE: name, "TF_FORCE_GPU_ALLOW_GROWTH": "true"}, nodes)
    finally:
        _free.append(name)
