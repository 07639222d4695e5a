# tries:    JSON with numbers of a hundred thousand digits, infinity and a duplicate key
# attack:   malformed JSON
# course:   judged
# vanilla:  untried
# verdict:  rejected
# score:    none
# reason:   is not a notebook
def make(notebook: bytes) -> bytes:
    return b'{"cells": [], "cells": [NaN, Infinity], "nbformat_minor": ' + b"9" * 100_000 + b"," + notebook.lstrip()[1:]
