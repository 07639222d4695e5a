# tries:    file names that reverse or break into lines when displayed
# attack:   control characters
# course:   judged
# vanilla:  untried
# verdict:  refused
# score:    none
# reason:   invisible characters
import io
import zipfile


def upload(notebook: bytes) -> dict[str, bytes]:
    uploads = {}
    for number, name in enumerate(("ps1\u202egpj.ipynb", "a\nb.ipynb", "\u200b.ipynb")):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr(name, notebook)
        uploads[f"invisible{number}.zip"] = stream.getvalue()
    return uploads
