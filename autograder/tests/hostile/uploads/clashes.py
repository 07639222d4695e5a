# tries:    names that differ only in case, and a name that is both a file and a folder
# attack:   case clashes
# course:   judged
# vanilla:  untried
# verdict:  refused
# score:    none
# reason:   except for case
import io
import zipfile


def upload(notebook: bytes) -> dict[str, bytes]:
    uploads = {}
    for number, names in enumerate((("ps1.ipynb", "PS1.ipynb"), ("data/x", "Data/x"), ("data", "data/x"))):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            for name in names:
                archive.writestr(name, notebook)
        uploads[f"clash{number}.zip"] = stream.getvalue()
    return uploads
