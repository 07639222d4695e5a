# tries:    a message of seventy megabytes, more than the grader accepts, after honest work
# attack:   floods of output; memory
# course:   judged
# vanilla:  untried
# verdict:  output limit
# score:    10
# reason:   one message of more than 64 MB
# %% scale
get_ipython().kernel.iopub_thread.send_multipart([b"stream", bytes(70 << 20)], copy=False)
