# tries:    files next to the notebook with the names of modules the tests import
# attack:   fake modules; a package before the instructor's module
# course:   both
# vanilla:  untried
# verdict:  graded
# score:    honest
# reason:
def make(notebook: bytes) -> dict[str, bytes]:
    fake = b"allclose = isclose = check = lambda *a, **k: True\n"
    names = ("numpy", "unroll", "math", "unittest", "IPython", "sitecustomize", "usercustomize", "conftest", "ast", "json")
    return {"ps1.ipynb": notebook} | {f"{name}.py": fake for name in names}
