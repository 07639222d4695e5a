"""Names of students and files: which are usable, and what is wrong with the others."""

import unicodedata

OF_TOOLS = frozenset(  # no one asked for them; an environment under any name is nearly all site-packages
    {".git", ".venv", "venv", "site-packages", "__pycache__", ".ipynb_checkpoints", "node_modules"}
    | {".mypy_cache", ".pytest_cache", ".ruff_cache", ".virtual_documents"}
)
_WINDOWS_DEVICES = {"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10))}
_JOINERS = "\u200c\u200d"  # which Persian, Hindi and some emoji need
_INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")  # categories of Unicode


def has_invisible(text: str) -> bool:
    """Whether a text has characters that no one sees, or that turn it around: controls, formats, surrogates, line separators."""
    return any(unicodedata.category(character) in _INVISIBLE for character in text)


def has_control(path: str) -> bool:
    """Whether a file's path has invisible characters beyond those that words of a language need.

    Examples
    --------
    >>> has_control("می\u200cرود.csv"), has_control("Icon\\r")
    (False, True)
    """
    return has_invisible(path.translate(dict.fromkeys(map(ord, _JOINERS))))


def without_invisible(text: str, instead: str = "") -> str:
    """A text with something else, or nothing, in the place of each invisible character."""
    return "".join(instead if unicodedata.category(character) in _INVISIBLE else character for character in text)


def fits_windows(path: str) -> bool:
    """Whether Windows can store a file or folder with this path, too.

    Examples
    --------
    >>> fits_windows("data/plot.png"), fits_windows("aux.py"), fits_windows("plot 10:22.png")
    (True, False, False)
    """
    return not any(
        part != part.strip()
        or part.endswith(".")
        or part.partition(".")[0].lower() in _WINDOWS_DEVICES
        or any(character in '<>:"|?*' for character in part)
        for part in path.split("/")
    )


def wrong_with_name(name: str) -> str | None:
    """Say what is wrong with a name, or return None.

    Examples
    --------
    >>> wrong_with_name("ada")
    >>> wrong_with_name("[a-z]*")
    'its name has one of * ?, which nbgrader takes for a pattern'
    """
    if len(name.encode(errors="surrogateescape")) > 128:
        return "its name is longer than 128 bytes"
    if has_invisible(name):
        return "its name has invisible characters"
    if name != name.strip() or name.startswith("."):
        return "its name begins or ends with a space, or begins with a dot"
    if "/" in name:
        return "its name has a slash"
    if "*" in name or "?" in name:
        return "its name has one of * ?, which nbgrader takes for a pattern"
    return None
