# tries:    lone surrogates, which no file can hold, in a cell, in an id and in attachments
# attack:   NUL, BOM, CRLF, lone surrogates
# course:   both
# vanilla:  untried
# verdict:  graded
# score:    honest
# reason:
import json


def make(notebook: bytes) -> bytes:
    content = json.loads(notebook)
    for cell in content["cells"]:
        cell |= {"source": "".join(cell["source"]) + "\n# \ud800", "id": "\udfff"}
        if cell["cell_type"] == "markdown":
            cell["attachments"] = {"\ud800.png": {"image/png": "\udc00"}}
    return json.dumps(content).encode()
