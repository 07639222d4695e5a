"""Hold back what TensorFlow's native code logs while it is imported; students take its red lines for errors.

No setting silences them: some are written before TensorFlow reads its settings. So the descriptor they go to is turned
to a file during the import. If the import fails, everything appears; where Keras's backend is not installed, a sentence says
what to set.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import find_spec
from typing import Any

_STDERR = 2
_LOUD = ("keras", "tensorflow")
_BACKENDS = ("tensorflow", "jax", "torch")


def hush() -> None:
    """Import Keras and TensorFlow quietly from here on. Nothing is imported by this call."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # for what TensorFlow logs later, at the first operations
    if _QuietFinder not in sys.meta_path:
        sys.meta_path.insert(0, _QuietFinder)


class _QuietFinder:
    """Finds the loud packages as Python does, and has them loaded quietly."""

    @staticmethod
    def find_spec(name: str, path=None, target=None) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path, target) if name in _LOUD else None
        if spec is None or spec.loader is None:
            return None
        loader: Any = spec.loader
        load = loader.exec_module

        def load_quietly(module) -> None:
            try:
                with _held_back():
                    load(module)
            except ModuleNotFoundError as error:
                if name == "keras" and error.name in _BACKENDS:
                    raise ModuleNotFoundError(_missing(error.name), name=error.name) from None
                raise

        loader.exec_module = load_quietly
        return spec


def _missing(backend: str) -> str:
    installed = [other for other in _BACKENDS if find_spec(other) is not None]
    choice = f'"{installed[0]}"' if installed else '"jax" or "torch"'
    install = "" if installed else " and install that package"
    return (
        f"Keras computes with {backend}, which is not installed here. Install it (pip install {backend}), or set KERAS_BACKEND to "
        f'{choice}{install}: run import os; os.environ["KERAS_BACKEND"] = {choice.split(" ")[0]} in a new kernel, before Keras is '
        "imported."
    )


@contextmanager
def _held_back() -> Iterator[None]:
    """Descriptor 2 goes to a file, whose content appears if the block raises."""
    try:
        terminal = os.dup(_STDERR)
    except OSError:  # there is no stderr, as under pythonw
        yield
        return
    with tempfile.TemporaryFile() as log:
        os.dup2(log.fileno(), _STDERR)
        try:
            yield
        except BaseException:
            log.seek(0)
            os.write(terminal, log.read())
            raise
        finally:
            os.dup2(terminal, _STDERR)
            os.close(terminal)
