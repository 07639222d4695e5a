# tries:    metadata nested a hundred levels, and half a million values
# attack:   deep nesting
# course:   judged
# vanilla:  untried
# verdict:  rejected
# score:    none
# reason:   is nested too deeply
def make(notebook: bytes) -> bytes:
    deep = b'{"a": ' * 100 + b"[" + b"0, " * 500_000 + b"0]" + b"}" * 100
    return b'{"deep": ' + deep + b", " + notebook.lstrip()[1:]
