# tries:    zips with drive letters and backslashes in their paths
# attack:   path traversal; absolute paths
# course:   judged
# vanilla:  untried
# verdict:  refused
# score:    none
# reason:   is not a path inside
import io
import zipfile


def upload(notebook: bytes) -> dict[str, bytes]:
    uploads = {}
    for number, name in enumerate(("C:ps1.ipynb", "..\\..\\ps1.ipynb", "\\\\host\\share\\ps1.ipynb")):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr(name, notebook)
        uploads[f"windows{number}_paths.zip"] = stream.getvalue()
    return uploads
