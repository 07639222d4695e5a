# tries:    pickles, archives of models and configuration files that run code in whoever loads them
# attack:   pickles and models
# course:   both
# vanilla:  untried
# verdict:  graded
# score:    honest
# reason:
import pickle

CODE = "open('LOADED_OUTSIDE', 'w').close()"


class Evil:
    def __reduce__(self):
        return exec, (CODE,)


def make(notebook: bytes) -> dict[str, bytes]:
    evil = pickle.dumps(Evil())
    names = ("model.keras", "weights.h5", "model.pkl", "data.npy", "ps1.npz", ".autograder/secret", "gradebook.db")
    scripts = (
        "nbgrader_config.py",
        "judges/ps1.py",
        "sitecustomize.py",
        "conftest.py",
        ".ipython/profile_default/startup/0.py",
    )
    return {"ps1.ipynb": notebook} | dict.fromkeys(names, evil) | dict.fromkeys(scripts, CODE.encode())
