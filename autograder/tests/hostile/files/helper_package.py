# tries:    a package in the student's folder shadows the instructor's module of the same name
# attack:   a package before the instructor's module
# course:   watched
# vanilla:  full marks [V]
# verdict:  graded
# score:    0
# reason:
def make(notebook: bytes) -> dict[str, bytes]:
    wrong = notebook.replace(b"return 3 * x", b"return 0 * x")
    return {
        "ps1.ipynb": wrong,
        "helper/__init__.py": b"triple = lambda x: 0 * x",
        "helper.pyc": b"",
        "__pycache__/helper.cpython-311.pyc": b"",
    }
