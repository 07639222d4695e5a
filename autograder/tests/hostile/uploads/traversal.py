# tries:    a zip with paths that escape it
# attack:   path traversal
# course:   judged
# vanilla:  untried
# verdict:  refused
# score:    none
# reason:   is not a path inside
import io
import zipfile


def upload(notebook: bytes) -> dict[str, bytes]:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("ps1.ipynb", notebook)
        archive.writestr("../../gradebook.db", b"mine")
    return {"traversal.zip": stream.getvalue()}
