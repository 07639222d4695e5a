# tries:    a message of seventy megabytes, more than the grader accepts, after honest work
# attack:   floods of output; memory
# course:   judged
# vanilla:  untried
# verdict:  time limit
# score:    10
# reason:   could not be interrupted
# %% scale
get_ipython().kernel.iopub_thread.send_multipart([b"stream", bytes(70 << 20)], copy=False)
