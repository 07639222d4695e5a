"""Results of long runs over several seeds, which lectures draw as bands: small files that a documented command wrote."""

import json
from importlib import resources


def results(name: str) -> dict:
    """Load the results of one experiment.

    Parameters
    ----------
    name
        Of the experiment, such as ``"agreement"``; ``python -m experiments.NAME`` in the repository writes it.

    Returns
    -------
    dict
        With ``command``, ``versions``, ``seeds`` and what the experiment measured.

    Raises
    ------
    LookupError
        If there is no such experiment.
    """
    folder = resources.files("unroll") / "measured"
    file = folder / f"{name}.json"
    if not file.is_file():
        known = ", ".join(
            sorted(entry.name.removesuffix(".json") for entry in folder.iterdir() if entry.name.endswith(".json"))
        )
        raise LookupError(f"There are no results called {name!r}. There are: {known or 'none'}.")
    return json.loads(file.read_text())
