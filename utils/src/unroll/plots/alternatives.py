"""The lectures' alternative texts: one file a lecture, so that no answer stands in the code above the prediction it spoils."""

import re
import tomllib
from importlib import resources

_ID = re.compile(r"(\d\d)\.([a-z][a-z0-9-]*)")


def alternative(text: str) -> str:
    """Give an alternative text: the one with this id, or the text itself if it is no id.

    Parameters
    ----------
    text
        An id such as ``"05.timeline"``, the lecture's number and a key of its file in ``unroll/alternatives``; or a text.

    Returns
    -------
    str
        On one line.

    Raises
    ------
    LookupError
        If it is an id that has no text.
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
