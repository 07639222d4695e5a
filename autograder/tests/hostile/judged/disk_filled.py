# tries:    fill /tmp, /dev/shm and the home folder with data, a sparse file and as many names as fit
# attack:   disk, inodes and /dev/shm
# course:   judged
# vanilla:  untried
# verdict:  graded
# score:    honest
# reason:
import os

for folder in ("/tmp", "/dev/shm", os.path.expanduser("~")):
    try:
        with open(f"{folder}/sparse", "wb") as file:
            os.truncate(file.fileno(), 1 << 40)
    except OSError:
        pass
    try:
        for number in range(1_000_000):
            with open(f"{folder}/{number}", "wb", 0) as file:
                file.write(bytes(1 << 20) if number < 100 else b"")
    except OSError:
        pass
