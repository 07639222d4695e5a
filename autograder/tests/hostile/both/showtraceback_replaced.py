# tries:    silence showtraceback and sys.excepthook, so that no error is seen
# attack:   errors hidden
# course:   both
# vanilla:  untried
# verdict:  graded
# score:    honest
# reason:
import sys

get_ipython().showtraceback = get_ipython().showsyntaxerror = lambda *a, **k: None
sys.excepthook = lambda *a: None
