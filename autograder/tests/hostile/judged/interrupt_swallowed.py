# tries:    an endless loop that swallows KeyboardInterrupt, after honest work
# attack:   interrupts swallowed or ignored
# course:   judged
# vanilla:  no grade at all [V]
# verdict:  time limit
# score:    10
# reason:   could not be interrupted
# %% scale
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
