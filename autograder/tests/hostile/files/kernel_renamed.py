# tries:    the notebook requests another kernel, another language and a command to start it
# attack:   cell type, order or kernel changed
# course:   both
# vanilla:  untried
# verdict:  graded
# score:    honest
# reason:
import json


def make(notebook: bytes) -> bytes:
    content = json.loads(notebook)
    content["metadata"] = {
        "kernelspec": {"name": "bash", "display_name": "Bash", "language": "bash", "argv": ["sh", "-c", "id"]}
    }
    return json.dumps(content).encode()
