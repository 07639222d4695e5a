"""The file of results of an experiment, written after every run."""

import json
import os
import platform
from collections.abc import Callable, Iterable
from pathlib import Path

import keras
import numpy as np

MEASURED = Path(__file__).parents[1] / "utils/src/unroll/measured"


def machine() -> str:
    """What this runs on, for readers who compare times."""
    gpus = sum(
        device.startswith("gpu") for device in keras.distribution.list_devices()
    )  # JAX without one raises if asked for "gpu"
    return f"{os.cpu_count()} CPU cores, {platform.machine()}" + (f", {gpus} GPU" if gpus else "")


class Record:
    """What an experiment has found so far. Lists hold one value for each seed, in the order of the seeds.

    Parameters
    ----------
    name
        Of the experiment, and of its file.
    folder
        Where the file lies.

    Raises
    ------
    SystemExit
        If the file was written with other versions of Python, Keras or NumPy: results of two versions do not mix.
    """

    def __init__(self, name: str, folder: Path = MEASURED):
        self.path = folder / f"{name}.json"
        self.found = json.loads(self.path.read_text()) if self.path.exists() else {}
        python = ".".join(platform.python_version_tuple()[:2])
        versions = {"python": python, "keras": keras.__version__, "backend": keras.backend.backend()}
        self._settle("command", f"python -m experiments.{name}")
        self._settle("versions", {**versions, "numpy": np.__version__})

    def under(self, conditions: str, seeds: Iterable[int], *part: str) -> None:
        """Say on which conditions, and with which seeds, the results of a part (or of the whole file) come about.

        Parameters
        ----------
        conditions
            What a reader has to know: data, model, training. Lectures print it.
        seeds
            There may be more than last time; the missing ones are then run.
        *part
            Keys that lead to the part.

        Raises
        ------
        SystemExit
            If the file holds results of this part under other conditions.
        """
        self._settle("conditions", conditions, *part)
        self._at(part)["seeds"] = list(seeds)

    def missing(self, *place: str) -> list[int]:
        """The seeds that have no result at a place yet; a place is the keys that lead to a list."""
        at, seeds = self.found, self.found.get("seeds", [])
        for key in place:
            at = at.get(key, {})
            seeds = at.get("seeds", seeds) if isinstance(at, dict) else seeds
        return seeds[len(at) if isinstance(at, list) else 0 :]

    def add(self, results: dict[tuple[str, ...], object]) -> None:
        """Append a seed's results, each to the list at its place, and write the file."""
        for (*part, key), result in results.items():
            self._at(part).setdefault(key, []).append(result)
            print(self.path.stem, *part, key, result, flush=True)
        self.write()

    def once(self, find: Callable[[], object], *place: str) -> None:
        """Store at a place what is found once and not for each seed, unless it is there."""
        *part, key = place
        if key not in self._at(part):
            self._at(part)[key] = find()
            print(self.path.stem, *place, self._at(part)[key], flush=True)
            self.write()

    def write(self) -> None:
        """Replace the file as a whole, so that a command stopped here leaves the old one."""
        beside = self.path.with_suffix(".part")
        beside.write_text(json.dumps(self.found, indent=1, ensure_ascii=False) + "\n")
        beside.replace(self.path)

    def _at(self, part: Iterable[str]) -> dict:
        at = self.found
        for key in part:
            at = at.setdefault(key, {})
        return at

    def _settle(self, key: str, value: object, *part: str) -> None:
        at = self._at(part)
        if at.setdefault(key, value) != value:
            where = " of ".join([key, *reversed(part)])
            raise SystemExit(f"{self.path.name} has other {where}: {at[key]!r}, not {value!r}. Delete that part, or the file.")
