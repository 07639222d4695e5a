"""Results of long runs over several seeds, stored in small files, which lectures plot."""

import json
from importlib import resources


def results(name: str) -> dict:
    """Load the results of one experiment.

    Parameters
    ----------
    name
        The experiment, such as ``"agreement"``; ``python -m experiments.NAME`` in the repository writes its file.

    Returns
    -------
    dict
        ``command``, ``versions``, and what the experiment measured; beside the ``seeds`` of a result stand its
        ``conditions``, a text.

    Raises
    ------
    LookupError
        If there is no such experiment.

    Examples
    --------
    >>> results("agreement")["command"]
    'python -m experiments.agreement'
    """
    folder = resources.files("unroll") / "measured"
    file = folder / f"{name}.json"
    if not file.is_file():
        known = ", ".join(
            sorted(entry.name.removesuffix(".json") for entry in folder.iterdir() if entry.name.endswith(".json"))
        )
        raise LookupError(f"There are no results named {name!r}. Available: {known or 'none'}.")
    return json.loads(file.read_text("utf-8"))
