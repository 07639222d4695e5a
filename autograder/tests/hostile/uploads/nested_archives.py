# tries:    a zip in a zip in a zip, the innermost a bomb
# attack:   nested archives; zip and tar bombs
# course:   judged
# vanilla:  untried
# verdict:  refused
# score:    none
# reason:   no ps1.ipynb
import io
import zipfile


def upload(notebook: bytes) -> dict[str, bytes]:
    content, name = bytes(50 << 20), "ps1.ipynb"
    for level in range(3):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, content)
        content, name = stream.getvalue(), f"{level}.zip"
    return {"nested_archives.zip": content}
