"""Names of students and files: which of them can be used, and what is wrong with the others."""

import unicodedata


def wrong_with_name(name: str) -> str | None:
    if len(name.encode(errors="surrogateescape")) > 128:
        return "its name is longer than 128 bytes"
    if any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") for character in name):
        return "its name has invisible characters"
    if name != name.strip() or name.startswith("."):
        return "its name begins or ends with a space, or begins with a dot"
    if any(character in name for character in "*?[]{}"):
        return "its name has one of * ? [ ] { }, which nbgrader takes for a pattern"
    return None
