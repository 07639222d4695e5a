# tries:    files named like Windows devices, or ending in spaces and dots
# attack:   Windows devices
# course:   judged
# vanilla:  untried
# verdict:  refused
# score:    none
# reason:   not a name that every machine can store
import io
import zipfile


def upload(notebook: bytes) -> dict[str, bytes]:
    uploads = {}
    for number, name in enumerate(("NUL.ipynb", "com1", "aux.txt", "ps1.ipynb.", "data /x", "data:1")):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("ps1.ipynb", notebook)
            archive.writestr(name, b"")
        uploads[f"device{number}.zip"] = stream.getvalue()
    return uploads
