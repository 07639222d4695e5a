"""The lectures' alternative texts, in one file per lecture, so that the code of a figure does not give away what it shows."""

import re
import tomllib
from importlib import resources

_ID = re.compile(r"(\d\d)\.([a-z][a-z0-9-]*)")


def alternative(text: str) -> str:
    """Look up the alternative text with this id; text that is not an id is returned unchanged.

    Parameters
    ----------
    text
        An id such as ``"05.timeline"``, the lecture's number and a key of its file in ``unroll/alternatives``; or a text.

    Returns
    -------
    str
        The text, on one line.

    Raises
    ------
    LookupError
        If there is no text with this id.
    """
    found = _ID.fullmatch(text)
    if found is None:
        return text
    lecture, key = found.groups()
    texts = texts_of(lecture)
    if key not in texts:
        known = ", ".join(f"{lecture}.{name}" for name in texts) or "none"
        raise LookupError(
            f"There is no alternative text {text!r}; lecture {lecture} has: {known}. "
            f"Add it to utils/src/unroll/alternatives/{lecture}_….toml."
        )
    return texts[key]


def texts_of(lecture: str) -> dict[str, str]:
    """All alternative texts of a lecture, by key.

    Parameters
    ----------
    lecture
        Its number, two digits.

    Returns
    -------
    dict
        Empty if the lecture has no file.
    """
    for file in (resources.files("unroll") / "alternatives").iterdir():
        if file.name.startswith(f"{lecture}_"):
            return {key: " ".join(text.split()) for key, text in tomllib.loads(file.read_text(encoding="utf-8")).items()}
    return {}
