# tries:    invalid frames on the kernel's own socket: too few, unsigned, or with a wrong signature
# attack:   connection files and ports; sudden death
# course:   both
# vanilla:  untried
# verdict:  crashed
# score:    10
# reason:   sent an invalid message
# %% scale
thread = get_ipython().kernel.iopub_thread
thread.send_multipart([b"stream", b"<IDS|MSG>", b"0" * 64, b"{}", b"{}", b"{}", b"{}"])
thread.send_multipart([b"stream", b"x"])
