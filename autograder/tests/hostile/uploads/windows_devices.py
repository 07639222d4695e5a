# tries:    files named like Windows devices, or ending in spaces and dots
# attack:   Windows devices
# course:   judged
# vanilla:  untried
# verdict:  graded
# score:    honest
# reason:
import io
import zipfile

STUDENT = "windows-devices"


def upload(notebook: bytes) -> dict[str, bytes]:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in ("ps1.ipynb", "NUL.ipynb", "com1", "aux.txt", "ps1.ipynb.", "data /x", "data:1"):
            archive.writestr(name, notebook if name == "ps1.ipynb" else b"")
    return {"windows-devices.zip": stream.getvalue()}
