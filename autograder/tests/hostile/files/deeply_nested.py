# tries:    a hundred thousand brackets
# attack:   deep nesting
# course:   judged
# vanilla:  untried
# verdict:  rejected
# score:    none
# reason:   is nested too deeply
def make(notebook: bytes) -> bytes:
    return b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": ' + b"[" * 100_000
