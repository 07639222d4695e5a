# tries:    malformed results and displays that no kernel sends: no data; numbers, lists or null instead of text
# attack:   a number before the error; sudden death
# course:   both
# vanilla:  untried
# verdict:  crashed
# score:    0
# reason:   sent an invalid message
def strange(info):
    kernel = get_ipython().kernel
    for data in (
        {"text/plain": 10},
        {"text/plain": ["9", "9"]},
        {"text/plain": None},
        {"text/plain": "inf"},
        {},
        {"text/html": [7]},
    ):
        kernel.send_response(kernel.iopub_socket, "execute_result", {"data": data, "metadata": {}, "execution_count": 1})
        kernel.send_response(kernel.iopub_socket, "display_data", {"data": data, "metadata": {"a": None}, "transient": None})


get_ipython().events.register("pre_run_cell", strange)
