# tries:    nothing: an honest notebook as some editors save it, with a byte order mark and CRLF, in the JSON and in its cells
# attack:   NUL, BOM, CRLF, lone surrogates
# course:   both
# vanilla:  untried
# verdict:  graded
# score:    honest
# reason:
def make(notebook: bytes) -> bytes:
    return b"\xef\xbb\xbf" + notebook.replace(b"\\n", b"\\r\\n").replace(b"\n", b"\r\n")
