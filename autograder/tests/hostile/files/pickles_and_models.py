# tries:    pickles, models and configuration files that run code when loaded
# attack:   pickles and models
# course:   both
# vanilla:  untried
# verdict:  graded
# score:    honest
# reason:
import pickle

CODE = "open('LOADED_OUTSIDE', 'w').close()"
DATA = ("model.keras", "weights.h5", "model.pkl", "data.npy", "ps1.npz", ".autograder/secret", "gradebook.db")
SCRIPTS = ("nbgrader_config.py", "judges/ps1.py", "sitecustomize.py", "conftest.py", ".ipython/profile_default/startup/0.py")


class Evil:
    def __reduce__(self):
        return exec, (CODE,)


def make(notebook: bytes) -> dict[str, bytes]:
    return {"ps1.ipynb": notebook} | dict.fromkeys(DATA, pickle.dumps(Evil())) | dict.fromkeys(SCRIPTS, CODE.encode())
