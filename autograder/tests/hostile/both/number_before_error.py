# tries:    a hook displays 10 as a result before each cell, so that a number precedes the error
# attack:   a number before the error
# course:   both
# vanilla:  full marks [V]
# verdict:  graded
# score:    honest | 0
# reason:
def ten(info):
    kernel = get_ipython().kernel
    result = {"data": {"text/plain": "10"}, "metadata": {}, "execution_count": 1}
    kernel.send_response(kernel.iopub_socket, "execute_result", result)


get_ipython().events.register("pre_run_cell", ten)
