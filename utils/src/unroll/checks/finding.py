"""Where the public cases of a check are: beside the notebook, or in the installed package."""

import difflib
from functools import lru_cache
from importlib import resources
from pathlib import Path

from unroll.checks import frozen


class NoSuchCheck(LookupError):
    """There is no check of this name; the message says which was probably meant."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows instead of frames of ours."""
        return [str(self)]


def find(name: str) -> tuple[frozen.FrozenChecks, tuple[str, ...]]:
    """Find the public cases of a check, first beside the notebook, then in the package.

    Returns
    -------
    cases, notes
        The cases of its assignment, and sentences about their files.

    Raises
    ------
    NoSuchCheck
        If there are none.
    """
    beside, damaged = {}, []
    for path in sorted(Path.cwd().glob("*.npz")):
        try:
            beside[path.name] = loaded(path)
        except ValueError as error:  # or it is someone's own data
            damaged.append(str(error))
    packaged = packaged_files()
    for filename, cases in beside.items():
        if name in cases.questions:
            notes: tuple[str, ...] = ()
            if filename in packaged and loaded(packaged[filename]).release != cases.release:
                notes = (
                    f"{filename} next to this notebook and the installed unroll are from different releases. The file next to "
                    "the notebook was used; if your numbers look right, reinstall unroll.",
                )
            return cases, notes
    known = {filename: list(cases.questions) for filename, cases in beside.items()}
    for filename, path in packaged.items():
        names = frozen.check_names(path)  # the cases of all assignments take seconds to read
        if name in names:
            return loaded(path), tuple(sentence for sentence in damaged if sentence.startswith(filename))
        if not beside:
            known[filename] = names
    raise NoSuchCheck(" ".join([_unknown(name, known), *damaged]))


def loaded(path: Path) -> frozen.FrozenChecks:
    """Read a file of public cases (:func:`unroll.checks.frozen.load`), once for as long as it stays the same."""
    there = path.stat()
    return _loaded(path.absolute(), there.st_mtime_ns, there.st_size)


@lru_cache(maxsize=16)
def _loaded(path: Path, *_: int) -> frozen.FrozenChecks:
    return frozen.load(path)


def packaged_files() -> dict[str, Path]:
    """The files of public cases that came with the package, by name."""
    folder = resources.files("unroll") / "public"
    return {path.name: path for path in sorted(Path(str(folder)).glob("*.npz"))}


def _unknown(name: str, known: dict[str, list[str]]) -> str:
    """That there is no such check, which one is meant, and which others its notebook has."""
    said = f"There is no check named {name!r}."
    everything = [check for checks in known.values() for check in checks]
    if not everything:
        return f"{said} There are none at all: reinstall unroll-course."
    meant = difflib.get_close_matches(name, everything, n=1)
    if meant:
        said += f" Did you mean {meant[0]!r}?"
    elif len(known) > 1:  # the package alone was asked
        return f"{said} If the notebook is right, the installed unroll is older than it: reinstall unroll-course."
    here = next(checks for checks in known.values() if not meant or meant[0] in checks)
    return f"{said} This notebook has: {', '.join(sorted(here))}."
